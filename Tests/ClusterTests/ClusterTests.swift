//  Real processes, really killed: the committed rows are those of an undisturbed run.
//  SWIFTWATER_KILL_ROUNDS sets the number of kills (10 unless set), SWIFTWATER_KILL_SEED where they fall.

import Foundation
import LocalCluster
import TestKit
import Testing

/// The executable that was built beside the tests.
let binary: String = {
  let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  return tests.deletingLastPathComponent().appending(path: "swiftwater").path
}()

/// The checkout.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let environment = ProcessInfo.processInfo.environment

/// A job that writes insert-only rows to files, and how long it takes to read its input.
enum Workload: String, CaseIterable, Sendable {
  case flights, nexmark

  /// The watermark is a day behind, so that no row is late and the result does not depend on the order of the splits.
  /// - Parameter eventsPerSecond: of the 30,000 of nexmark.
  func sql(into directory: URL, eventsPerSecond: Int = 20_000) -> String {
    let source =
      switch self {
      case .flights:
        """
        CREATE TABLE flights (
          scheduled TIMESTAMP(0), carrier STRING, flight INT, tailnum STRING, origin STRING, dest STRING,
          dep_delay INT, arr_delay INT, air_time INT, distance INT,
          WATERMARK FOR scheduled AS scheduled - INTERVAL '1' DAY
        ) WITH ('connector' = 'filesystem', 'path' = '\(repository.path)/deploy/examples/flights/flights.csv', 'format' = 'csv',
          'csv.header' = 'true', 'csv.null-literal' = 'NA', 'source.rows-per-second' = '1500');
        CREATE TABLE hours (start_time TIMESTAMP(3), origin STRING, flights BIGINT, cancelled BIGINT, total INT, worst INT)
        WITH ('connector' = 'filesystem', 'path' = '\(directory.path)', 'format' = 'csv');
        INSERT INTO hours SELECT window_start, origin, COUNT(*), COUNT(*) - COUNT(dep_delay), SUM(dep_delay), MAX(dep_delay)
        FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(scheduled), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, origin;
        """
      case .nexmark:
        """
        CREATE TABLE events (
          event_type INT,
          person ROW<id BIGINT, name VARCHAR, emailAddress VARCHAR, creditCard VARCHAR, city VARCHAR, state VARCHAR,
            `dateTime` TIMESTAMP(3), extra VARCHAR>,
          auction ROW<id BIGINT, itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3),
            expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra VARCHAR>,
          bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, `dateTime` TIMESTAMP(3), extra VARCHAR>,
          `dateTime` AS CASE WHEN event_type = 0 THEN person.`dateTime` WHEN event_type = 1 THEN auction.`dateTime` ELSE bid.`dateTime` END,
          WATERMARK FOR `dateTime` AS `dateTime` - INTERVAL '1' DAY
        ) WITH ('connector' = 'nexmark', 'events.num' = '30000', 'event-rate' = '200', 'throttle' = '\(eventsPerSecond)');
        CREATE VIEW bids AS SELECT bid.auction, bid.price, `dateTime` FROM events WHERE event_type = 2;
        CREATE TABLE counts (auction BIGINT, bids BIGINT, highest BIGINT, window_end TIMESTAMP(3))
        WITH ('connector' = 'filesystem', 'path' = '\(directory.path)', 'format' = 'csv');
        INSERT INTO counts SELECT auction, COUNT(*), MAX(price), window_end
        FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(`dateTime`), INTERVAL '10' SECOND))
        GROUP BY auction, window_start, window_end;
        """
      }
    return "SET 'execution.checkpointing.interval' = '150 ms';\n" + source
  }
}

/// A directory that is removed with the test.
func withScratch<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let scratch = FileManager.default.temporaryDirectory.appending(path: "swiftwater-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  return try body(scratch)
}

/// The rows of every visible file, sorted.
func committedRows(in directory: URL) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { !$0.hasPrefix(".") }.flatMap { name in
    try String(contentsOf: directory.appending(path: name), encoding: .utf8).split(separator: "\n").map(String.init)
  }.sorted()
}

@Suite("Real processes", .serialized)
struct ClusterTests {
  @Test("a killed worker changes nothing in the committed rows", arguments: Workload.allCases)
  func killedWorkersChangeNothing(workload: Workload) throws {
    let rounds = environment["SWIFTWATER_KILL_ROUNDS"].flatMap(Int.init) ?? 10
    let seed = environment["SWIFTWATER_KILL_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)
    var random = SeededGenerator(seed: seed)
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 2, slots: 2)
      defer { cluster.stop() }
      let undisturbed = scratch.appending(path: "undisturbed")
      try cluster.waitUntilFinished(try cluster.submit(workload.sql(into: undisturbed), parallelism: 2), upTo: 60)
      let expected = try committedRows(in: undisturbed)
      #expect(expected.count > 50)

      for round in 0..<rounds {
        let output = scratch.appending(path: "round-\(round)")
        let job = try cluster.submit(workload.sql(into: output), parallelism: 2)
        let checkpoints = Int.random(in: 0...5, using: &random)
        try cluster.wait(upTo: 30, for: "\(checkpoints) checkpoints of round \(round), seed \(seed)") {
          let state = try cluster.state(of: job)
          return try state == "FINISHED" || (state == "RUNNING" && cluster.completedCheckpoints(of: job) >= checkpoints)
        }
        let workers = cluster.workers.sorted()
        let victim = try #require(workers.randomElement(using: &random))
        kill(victim, SIGKILL)
        try cluster.waitUntilFinished(job, upTo: 60)
        let rows = try committedRows(in: output)
        #expect(rows == expected, "round \(round), seed \(seed)")
      }
    }
  }

  @Test("a killed coordinator recovers its jobs and they go on from the last checkpoint")
  func killedCoordinatorRecovers() throws {
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 2, slots: 2)
      defer { cluster.stop() }
      let undisturbed = scratch.appending(path: "undisturbed")
      try cluster.waitUntilFinished(try cluster.submit(Workload.nexmark.sql(into: undisturbed), parallelism: 2), upTo: 60)
      let output = scratch.appending(path: "output")
      // Slow enough that it is under way when the coordinator is killed, also on a machine that has much else to do.
      let job = try cluster.submit(Workload.nexmark.sql(into: output, eventsPerSecond: 4_000), parallelism: 2)
      try cluster.wait(upTo: 30, for: "two checkpoints") { try cluster.completedCheckpoints(of: job) >= 2 }
      kill(try #require(cluster.coordinator), SIGKILL)
      try cluster.wait(upTo: 30, for: "the coordinator to answer again") { (try? cluster.state(of: job)) != nil }
      try cluster.waitUntilFinished(job, upTo: 60)
      #expect(try cluster.get("/jobs/\(job)/checkpoints").number("counts", "restored") ?? 0 >= 1)
      #expect(try committedRows(in: output) == committedRows(in: undisturbed))
    }
  }

  @Test("a job waits for slots, says so, and runs when a worker joins late")
  func lateWorkersAreUsed() throws {
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 1)
      defer { cluster.stop() }
      let output = scratch.appending(path: "output")
      let job = try cluster.submit(Workload.nexmark.sql(into: output), parallelism: 2)
      try cluster.wait(upTo: 10, for: "the job to say what it waits for") {
        try "\(cluster.get("/jobs/\(job)/live"))".contains("slots")
      }
      let late = Process()
      late.executableURL = URL(filePath: binary)
      late.arguments = [
        "worker", "--coordinator", "127.0.0.1:\(cluster.rpcPort)", "--slots", "1", "--data-dir", cluster.dataDirectory.path,
        "--log-level", "error",
      ]
      try late.run()
      defer {
        late.terminate()
        late.waitUntilExit()
      }
      try cluster.waitUntilFinished(job, upTo: 60)
      #expect(try committedRows(in: output).count > 50)
    }
  }

  @Test("the memory of a finished job goes back to the system")
  func memoryGoesBack() throws {
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 1)
      defer { cluster.stop() }
      let sql = """
        CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '10000',
          'fields.n.end' = '59999');
        CREATE TABLE texts (t STRING) WITH ('connector' = 'blackhole');
        INSERT INTO texts SELECT DISTINCT REPEAT(CAST(n AS STRING), 1000) FROM numbers;
        """
      try cluster.waitUntilFinished(try cluster.submit(sql, parallelism: 1), upTo: 60)
      let worker = try #require(cluster.workers.first)
      let peak = try Procfs.peakResidentSetSize(of: worker)
      #expect(peak > 250, "50,000 texts of 5,000 bytes are held")
      try cluster.wait(upTo: 60, for: "less than half of \(peak) MiB", every: 100) {
        try Procfs.proportionalSetSize(of: worker) < peak / 2
      }
    }
  }

  @Test("an unwritable snapshot directory fails checkpoints, visibly, and not the job")
  func unwritableSnapshotsFailCheckpointsOnly() throws {
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
      defer { cluster.stop() }
      // A file where the directory of snapshots would be: root may write anywhere, but not below a file.
      let snapshots = cluster.dataDirectory.appending(path: "snapshots")
      try FileManager.default.removeItem(at: snapshots)
      try Data().write(to: snapshots)
      let output = scratch.appending(path: "output")
      let sql = Workload.nexmark.sql(into: output).replacingOccurrences(of: "'event-rate' = '200'", with: "'event-rate' = '100'")
      let job = try cluster.submit(sql, parallelism: 1)
      try cluster.wait(upTo: 30, for: "a failed checkpoint") {
        try cluster.get("/jobs/\(job)/checkpoints").number("counts", "failed") ?? 0 > 0
      }
      #expect(try cluster.state(of: job) == "RUNNING")
      try FileManager.default.removeItem(at: snapshots)
      try cluster.waitUntilFinished(job, upTo: 60)
      #expect(try committedRows(in: output).count > 50)
    }
  }
}

extension LocalCluster {
  func completedCheckpoints(of job: String) throws -> Int {
    try get("/jobs/\(job)/checkpoints").number("counts", "completed") ?? 0
  }
}

extension [String: Any] {
  /// A number inside an object inside this one.
  func number(_ object: String, _ key: String) -> Int? {
    (self[object] as? [String: Any])?[key] as? Int
  }
}
