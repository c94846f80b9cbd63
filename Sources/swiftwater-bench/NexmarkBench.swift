//  Nexmark: each query at each parallelism, events per CPU-second, peak memory and bytes of checkpoints, beside Flink.

import Foundation
import LocalCluster

struct NexmarkBench {
  let binary: String
  let scratch: URL
  let flink: FlinkLab?
  let seconds: Double
  let queries: [NexmarkQuery]
  let parallelisms: [Int]
  /// Neither the nested layout nor snapshots after the same events.
  let isBrief: Bool
  /// Flink's runs of an earlier bench instead of new ones.
  let recordedFlink: [NexmarkRun]?

  /// A query of deploy/bench/sql behind the tables of a layout.
  static func script(_ name: String, layout: String = "flat", events: Int, throttle: Int = 0) throws -> String {
    try [layout, name].map { try String(contentsOfFile: "deploy/bench/sql/\($0).sql", encoding: .utf8) }.joined()
      .replacingOccurrences(of: "${EVENTS}", with: "\(events)")
      .replacingOccurrences(of: "${ERATE}", with: "100000")
      .replacingOccurrences(of: "${THROTTLE}", with: "\(throttle)")
  }

  func measure() throws -> [NexmarkComparison] {
    var comparisons: [NexmarkComparison] = []
    for parallelism in parallelisms {
      for query in queries {
        do {
          var one = NexmarkComparison(query: query.name, goal: query.goal, ours: try run(query.name, parallelism))
          if !isBrief, parallelism == parallelisms.first {
            one.nestedRatio = try nestedRatio(query.name, parallelism, events: one.ours.events)
          }
          comparisons.append(one)
        } catch let error as ClusterError {
          note("\(query.name) at parallelism \(parallelism): \(error)")
        }
      }
    }
    let theirs = try flinkRuns()
    for index in comparisons.indices {
      let ours = comparisons[index].ours
      comparisons[index].flink = theirs.last { $0.query == ours.query && $0.parallelism == ours.parallelism }
      guard !isBrief, let largest = comparisons[index].flink?.largestCheckpoint else { continue }
      comparisons[index].snapshot = try snapshot(ours.query, ours.parallelism, after: largest.events)
    }
    return comparisons
  }

  private func flinkRuns() throws -> [NexmarkRun] {
    if let recordedFlink { return recordedFlink }
    guard let flink else { return [] }
    return try parallelisms.flatMap { parallelism in
      try flink.nexmark(queries.map { ($0.name, Int(Double($0.flinkEvents) * seconds / 15)) }, parallelism: parallelism)
    }
  }

  /// Short runs say how many events last `seconds`, the last of them with enough state to show what it costs to look into it and to
  /// store it: checkpoints come as much sooner as the run is shorter. A worker that has run nothing else then takes them.
  private func run(_ query: String, _ parallelism: Int) throws -> NexmarkRun {
    let trial = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    var probe = 1_000_000
    do {
      defer { trial.stop() }
      var expected = seconds
      for wanted in [1, seconds / 4, seconds] {
        let interval = Int(5_000 * expected / seconds)
        let run = try measure(trial, query, events: probe, parallelism: parallelism, interval: "\(interval) ms")
        probe = max(probe, Int(Double(probe) * wanted / run.wall))
        expected = wanted
      }
    }
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    defer { cluster.stop() }
    var run = try measure(cluster, query, events: probe, parallelism: parallelism)
    if run.peak > run.memoryBound {
      run.largestSnapshot = try finely(query, parallelism, events: probe).map(\.bytes).max()
    }
    note(
      "\(query) P=\(parallelism): \(probe) events, \(String(format: "%.2f s, %.2f CPU-s, %.2f M/CPU-s, peak %.0f MiB", run.wall, run.cpu, run.rate / 1e6, run.peak)), "
        + run.checkpoints.map { String(format: "%.1f MiB at %.1f M", $0.bytes / 1_048_576, $0.events / 1e6) }.joined(separator: ", "))
    return run
  }

  /// The same run with a checkpoint each half second, for its checkpoints. Windows come and go: five seconds apart, none may be taken
  /// when the state is largest.
  private func finely(_ query: String, _ parallelism: Int, events: Int) throws -> [NexmarkRun.Checkpoint] {
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    defer { cluster.stop() }
    return try measure(cluster, query, events: events, parallelism: parallelism, interval: "500 ms").checkpoints
  }

  /// What the nested layout costs, in costs of the flat one, of the same events. Each has many short runs in turn: the machine's speed
  /// varies by more from one half minute to the next than the layouts do.
  private func nestedRatio(_ query: String, _ parallelism: Int, events: Int) throws -> Double {
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    defer { cluster.stop() }
    var (flat, nested) = (0.0, 0.0)
    for _ in 0..<Self.layoutRoundCount {
      let count = max(events / Self.layoutRoundCount, 1)
      flat += try measure(cluster, query, events: count, parallelism: parallelism).cpu
      nested += try measure(cluster, query, layout: "nested", events: count, parallelism: parallelism).cpu
    }
    note("\(query) P=\(parallelism), nested: \(String(format: "%.2f CPU-s, %.2f of flat", nested, nested / flat))")
    return nested / flat
  }

  private static let layoutRoundCount = 8

  /// The first snapshot that holds at least so many events. They are read at a rate that is known, so that it is known how many a
  /// snapshot holds: this side would have read them before its first checkpoint otherwise.
  private func snapshot(_ query: String, _ parallelism: Int, after events: Double) throws -> NexmarkRun.Checkpoint? {
    let (wall, lead) = (6.0, 1.3)
    let rate = Int(events * lead / wall)
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    defer { cluster.stop() }
    let script = try Self.script(query, events: Int(events * lead), throttle: rate)
    let job = try cluster.submit("SET 'execution.checkpointing.interval' = '250 ms';\n" + script, parallelism: parallelism)
    try cluster.waitUntilFinished(job, upTo: 60 + seconds * 40)
    let timestamps = try cluster.get("/jobs/\(job)")["timestamps"] as? [String: Any]
    guard let running = (timestamps?["RUNNING"] as? NSNumber)?.doubleValue else { throw ClusterError("job \(job) never ran") }
    return try completed(cluster, job).map { NexmarkRun.Checkpoint(events: Double(rate) * ($0.time - running / 1000), bytes: $0.bytes) }
      .first { $0.events >= events }
  }

  /// One job on the one worker of `cluster`.
  func measure(
    _ cluster: LocalCluster, _ query: String, layout: String = "flat", events: Int, parallelism: Int, interval: String = "5 s"
  ) throws -> NexmarkRun {
    guard let worker = cluster.workers.first else { throw ClusterError("the worker's process was not found") }
    try Procfs.resetPeak(of: worker)
    let before = try Procfs.cpuSeconds(of: worker)
    let begin = Date()
    let sql = "SET 'execution.checkpointing.interval' = '\(interval)';\n" + (try Self.script(query, layout: layout, events: events))
    let job = try cluster.submit(sql, parallelism: parallelism)
    try cluster.waitUntilFinished(job, upTo: 60 + seconds * 40)
    let wall = Date().timeIntervalSince(begin)
    let cpu = try Procfs.cpuSeconds(of: worker) - before
    return NexmarkRun(
      query: query, parallelism: parallelism, events: events, wall: wall, cpu: cpu,
      peak: try Procfs.peakResidentSetSize(of: worker),
      checkpoints: try checkpoints(cluster, job, from: begin, wall: wall, events: events))
  }

  /// The complete checkpoints but the last ones, which a finished job takes without its keyed state; oldest first, times in seconds.
  private func completed(_ cluster: LocalCluster, _ job: String) throws -> [(time: Double, bytes: Double)] {
    let history = try cluster.get("/jobs/\(job)/checkpoints")["history"] as? [[String: Any]] ?? []
    let taken = history.filter { $0["status"] as? String == "COMPLETED" }.compactMap { entry -> (time: Double, bytes: Double)? in
      guard let trigger = entry["trigger_timestamp"] as? NSNumber, let bytes = entry["state_size"] as? NSNumber else { return nil }
      return (trigger.doubleValue / 1000, bytes.doubleValue)
    }
    var running = taken.sorted { $0.time < $1.time }.dropLast()
    let largest = running.map(\.bytes).max() ?? 0
    while let last = running.last, last.bytes < largest / 100 { running.removeLast() }
    return Array(running)
  }

  /// Events are taken to be read at an even rate.
  private func checkpoints(
    _ cluster: LocalCluster, _ job: String, from begin: Date, wall: Double, events: Int
  ) throws -> [NexmarkRun.Checkpoint] {
    try completed(cluster, job).map {
      NexmarkRun.Checkpoint(events: Double(events) * ($0.time - begin.timeIntervalSince1970) / wall, bytes: $0.bytes)
    }
  }
}
