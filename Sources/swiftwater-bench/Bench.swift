//  The measures themselves.

import Foundation
import LocalCluster

struct Bench {
  let binary: String
  let scratch: URL
  let flink: FlinkLab?
  let seconds: Double

  func measure(_ measurement: Measurement, rounds: Int) throws -> [Figure] {
    switch measurement {
    case .start: try start()
    case .memory: try memory()
    case .recovery: try recovery(rounds: rounds)
    case .files: try files()
    case .nexmark, .linear: []  // Tables of their own: NexmarkBench and LinearBench.
    }
  }

  /// From the start of the process to an overview with two task managers; the median of five.
  private func start() throws -> [Figure] {
    var times: [Double] = []
    for _ in 0..<5 {
      let begin = Date()
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 2, slots: 2)
      times.append(Date().timeIntervalSince(begin))
      cluster.stop()
    }
    return [Figure(name: "cluster start", unit: "s", swiftwater: times.sorted()[2], goal: "0.3 s")]
  }

  private func memory() throws -> [Figure] {
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 2, slots: 2)
    defer { cluster.stop() }
    // A few heartbeats and metrics reports, so that everything lazy has come up.
    sleep(3)
    guard let coordinator = cluster.coordinator else { throw ClusterError("the coordinator's process was not found") }
    let total = try ([coordinator] + cluster.workers).reduce(0) { try $0 + Procfs.proportionalSetSize(of: $1) }
    return [Figure(name: "idle memory, coordinator + 2 workers", unit: "MiB", swiftwater: total, goal: "under 60 MiB")]
  }

  /// From SIGKILL of a worker to the job running again.
  private func recovery(rounds: Int) throws -> [Figure] {
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 2, slots: 2)
    defer { cluster.stop() }
    let sql = try NexmarkBench.script("group_count", events: 1_000_000_000, throttle: 200_000)
    let job = try cluster.submit("SET 'execution.checkpointing.interval' = '500 ms';\n" + sql, parallelism: 2)
    var times: [Double] = []
    for round in 0..<rounds {
      try cluster.wait(upTo: 30, for: "the job and both workers") {
        try cluster.state(of: job) == "RUNNING" && cluster.overview()?["taskmanagers"] as? Int == 2
      }
      let completed = try completedCheckpoints(cluster, job)
      try cluster.wait(upTo: 30, for: "a checkpoint") { try completedCheckpoints(cluster, job) > completed }
      guard let victim = try cluster.workers(of: job).sorted().dropFirst(round % 2).first ?? cluster.workers(of: job).first else {
        throw ClusterError("no worker to kill")
      }
      let restarts = try numberOfRestarts(cluster, job)
      let begin = Date()
      kill(victim, SIGKILL)
      try cluster.wait(upTo: 30, for: "the job to run again") {
        try numberOfRestarts(cluster, job) > restarts && cluster.state(of: job) == "RUNNING"
      }
      times.append(Date().timeIntervalSince(begin))
    }
    try cluster.cancel(job)
    times.sort()
    note("recovery of \(rounds) kills: \(times.map { String(format: "%.3f", $0) }.joined(separator: " "))")
    return [
      Figure(name: "SIGKILL of a worker to running again, p50", unit: "s", swiftwater: times[times.count / 2], goal: ""),
      Figure(
        name: "SIGKILL of a worker to running again, p99", unit: "s", swiftwater: times[min(times.count - 1, times.count * 99 / 100)],
        goal: "1.5 s"),
    ]
  }

  private func completedCheckpoints(_ cluster: LocalCluster, _ job: String) throws -> Int {
    (try cluster.get("/jobs/\(job)/checkpoints")["counts"] as? [String: Any])?["completed"] as? Int ?? 0
  }

  /// Restarts show as the time at which the job last came into RESTARTING.
  private func numberOfRestarts(_ cluster: LocalCluster, _ job: String) throws -> Int64 {
    ((try cluster.get("/jobs/\(job)")["timestamps"] as? [String: Any])?["RESTARTING"] as? NSNumber)?.int64Value ?? 0
  }

  /// Ingest of five million bids from a file, filtered into a blackhole.
  private func files() throws -> [Figure] {
    let rows = 5_000_000
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    defer { cluster.stop() }
    var figures: [Figure] = []
    var directories: [(format: String, path: String)] = []
    for (format, goal) in [("json", "6x"), ("csv", "8x")] {
      let directory = scratch.appending(path: format).path
      // 46 of 50 events are bids.
      let job = try cluster.submit(writeFiles(format: format, directory: directory, events: rows / 46 * 50 + 50), parallelism: 1)
      try cluster.waitUntilFinished(job, upTo: 300)
      directories.append((format, directory))
      let sql = try NexmarkBench.script("file_filter", events: rows)
        .replacingOccurrences(of: "${DIR}", with: directory).replacingOccurrences(of: "${FMT}", with: format)
      _ = try throughput(cluster, sql, records: rows)
      let run = try throughput(cluster, sql, records: rows)
      figures.append(Figure(name: "\(format) ingest", unit: "records/CPU-s", swiftwater: run.rate, goal: goal))
    }
    if let flink {
      let theirs = try flink.files(rows: rows, directories: directories)
      for index in figures.indices { figures[index].flink = theirs["file_\(directories[index].format)"] }
    }
    return figures
  }

  private func writeFiles(format: String, directory: String, events: Int) throws -> String {
    let source = try NexmarkBench.script("q0", events: events)
    let tables = source[..<source.range(of: "CREATE TABLE s")!.lowerBound]
    return """
      \(tables)
      CREATE TABLE s (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING)
      WITH ('connector' = 'filesystem', 'path' = '\(directory)', 'format' = '\(format)'\(format == "csv" ? ", 'csv.disable-quote-character' = 'true'" : ""));
      INSERT INTO s SELECT auction, bidder, price, channel, url, `dateTime`, extra FROM bid;
      """
  }

  private func throughput(
    _ cluster: LocalCluster, _ sql: String, records: Int
  ) throws -> (rate: Double, wall: Double, peak: Double) {
    guard let worker = cluster.workers.first else { throw ClusterError("the worker's process was not found") }
    try Procfs.resetPeak(of: worker)
    let before = try Procfs.cpuSeconds(of: worker)
    let begin = Date()
    let job = try cluster.submit("SET 'execution.checkpointing.interval' = '5 s';\n" + sql, parallelism: 1)
    try cluster.waitUntilFinished(job, upTo: 60 + seconds * 20)
    let wall = Date().timeIntervalSince(begin)
    let cpu = try Procfs.cpuSeconds(of: worker) - before
    return (Double(records) / cpu, wall, try Procfs.peakResidentSetSize(of: worker))
  }
}
