//  Real Flink, run by the scripts in deploy/bench/flink.

import Foundation
import LocalCluster

struct FlinkLab {
  let path: String

  /// Nil where Flink has not been set up.
  init?(path: String) {
    guard FileManager.default.fileExists(atPath: path + "/run/nexmark.jar") else { return nil }
    self.path = path
  }

  /// Each query once, in one cluster.
  func nexmark(_ events: [(query: String, count: Int)], parallelism: Int) throws -> [NexmarkRun] {
    try run("nexmark.py", ["\(parallelism)"] + events.map { "\($0.query)=\($0.count)" }).compactMap { record in
      guard let query = record["q"] as? String, let events = record["events"] as? Int, let cpu = record["cpu"] as? Double,
        let wall = record["wall"] as? Double, let peak = record["hwm"] as? Double,
        let checkpoints = record["checkpoints"] as? [[Double]], record["state"] as? String == "FINISHED"
      else { return nil }
      return NexmarkRun(
        query: query, parallelism: parallelism, events: events, wall: wall, cpu: cpu, peak: peak,
        checkpoints: checkpoints.map { NexmarkRun.Checkpoint(events: $0[0], bytes: $0[1]) })
    }
  }

  /// Records per CPU-second of the TaskManager, by format.
  func files(rows: Int, directories: [(format: String, path: String)]) throws -> [String: Double] {
    var rates: [String: Double] = [:]
    for record in try run("files.py", ["\(rows)"] + directories.map({ "\($0.format)=\($0.path)" })) {
      if let query = record["q"] as? String, let rate = record["epcs"] as? Double { rates[query] = rate }
    }
    return rates
  }

  private func run(_ script: String, _ arguments: [String]) throws -> [[String: Any]] {
    let name = "bench-\(UUID().uuidString)"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "deploy/bench/flink/\(script)", name] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["LAB": path]) { $1 }
    process.standardOutput = FileHandle.standardError
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ClusterError("\(script) failed with status \(process.terminationStatus)") }
    return try String(contentsOfFile: "\(path)/out/\(name).jsonl", encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}
