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

  /// Events per CPU-second of the TaskManager, by query.
  func nexmark(_ events: [(query: String, count: Int)]) throws -> [String: Double] {
    try run("nexmark.py", ["1"] + events.map { "\($0.query)=\($0.count)" })
  }

  /// Records per CPU-second of the TaskManager, by format.
  func files(rows: Int, directories: [(format: String, path: String)]) throws -> [String: Double] {
    try run("files.py", ["\(rows)"] + directories.map { "\($0.format)=\($0.path)" })
  }

  private func run(_ script: String, _ arguments: [String]) throws -> [String: Double] {
    let name = "bench-\(UUID().uuidString)"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "deploy/bench/flink/\(script)", name] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["LAB": path]) { $1 }
    process.standardOutput = FileHandle.standardError
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ClusterError("\(script) failed with status \(process.terminationStatus)") }
    var results: [String: Double] = [:]
    for line in try String(contentsOfFile: "\(path)/out/\(name).jsonl", encoding: .utf8).split(separator: "\n") {
      let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      if let query = record?["q"] as? String, let rate = record?["epcs"] as? Double { results[query] = rate }
    }
    return results
  }
}
