import Columnar
import Dataflow
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Connectors

@Suite struct PartitionedFileSinkTests {
  private let schema = Schema([Field("day", .string), Field("a", .int64), Field("hour", .int32)])

  private func spec(_ directory: TemporaryDirectory, _ options: [String: String] = [:]) -> SinkSpec {
    SinkSpec(
      table: "s", connector: "filesystem", options: ["path": directory.path, "format": "csv"].merging(options) { $1 }, schema: schema,
      primaryKey: [], partitionKeys: [0, 2])
  }

  private func batch(_ rows: [[Value]]) -> RecordBatch {
    let builder = BatchBuilder(schema)
    for row in rows { builder.append(row) }
    return builder.finish()
  }

  /// The visible files with what they hold, in order of their paths.
  private func files(_ directory: TemporaryDirectory) throws -> [String] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { path in
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: "\(directory.path)/\(path)", isDirectory: &isDirectory)
      return exists && !isDirectory.boolValue && !path.hasPrefix(".")
    }
    return try paths.sorted().map { "\($0): \(try directory.read($0).replacing("\n", with: ";"))" }
  }

  @Test("each partition is a directory, in the order of PARTITIONED BY, and its files hold the other columns")
  func layout() throws {
    let directory = try TemporaryDirectory()
    let sink = try PartitionedFileSink(spec(directory), .test())
    try sink.write(
      batch([
        [.string("2025-01-01"), .integer(1), .integer(7)], [.string("2025-01-02"), .integer(2), .integer(7)],
        [.string("2025-01-01"), .integer(3), .integer(7)], [.null, .integer(4), .null], [.string(""), .integer(5), .integer(-1)],
        [.string("a/b:c=d %é"), .integer(6), .integer(0)],
      ]))
    let staged = try #require(try sink.prepareCommit(Epoch(2)))
    #expect(try files(directory) == [])
    try FileCommitter(spec(directory), .test()).commit([Committable(epoch: Epoch(2), bytes: staged)])
    let name = "part-01234567-fedcba98-0-2"
    #expect(
      try files(directory) == [
        "day=2025-01-01/hour=7/\(name)-1.csv: 1;3;", "day=2025-01-02/hour=7/\(name)-2.csv: 2;",
        "day=__DEFAULT_PARTITION__/hour=-1/\(name)-4.csv: 5;",
        "day=__DEFAULT_PARTITION__/hour=__DEFAULT_PARTITION__/\(name)-3.csv: 4;", "day=a%2Fb%3Ac%3Dd %25é/hour=0/\(name)-5.csv: 6;",
      ])
    #expect(try sink.prepareCommit(Epoch(3)) == nil)
  }

  @Test("with more partitions than files may be open, all rows are there, once")
  func manyPartitions() throws {
    let directory = try TemporaryDirectory()
    let sink = try PartitionedFileSink(spec(directory), .test())
    let count = PartitionedFileSink.openFileCountMax * 3
    for round in 0..<2 {
      try sink.write(batch((0..<count).map { [.string("\($0)"), .integer(Int64(round * count + $0)), .integer(0)] }))
    }
    let staged = Committable(epoch: Epoch(1), bytes: try #require(try sink.prepareCommit(Epoch(1))))
    let committer = try FileCommitter(spec(directory), .test())
    try committer.commit([staged])
    try committer.commit([staged])
    let numbers = try files(directory).flatMap { $0.split(separator: " ")[1].split(separator: ";").compactMap { Int($0) } }
    #expect(numbers.sorted() == Array(0..<2 * count))
    #expect(try directory.names().count == count + 1)  // The directories and the sink's own hidden file.
  }

  @Test("a file that marks a partition as complete is there once its rows are")
  func success() throws {
    let directory = try TemporaryDirectory()
    let options = ["sink.partition-commit.policy.kind": "success-file", "sink.partition-commit.success-file.name": "_DONE"]
    let sink = try PartitionedFileSink(spec(directory, options), .test())
    try sink.write(batch([[.string("x"), .integer(1), .integer(0)]]))
    let staged = try #require(try sink.prepareCommit(Epoch(1)))
    try FileCommitter(spec(directory, options), .test()).commit([Committable(epoch: Epoch(1), bytes: staged)])
    #expect(
      try files(directory) == ["day=x/hour=0/_DONE: ", "day=x/hour=0/part-01234567-fedcba98-0-1-1.csv: 1;"])
  }

  private let policy = ["sink.partition-commit.policy.kind": "success-file"]

  /// What the subtask stages for an epoch.
  private func prepare(_ sink: PartitionedFileSink, _ epoch: Int64) throws -> [Committable] {
    try sink.prepareCommit(Epoch(epoch)).map { [Committable(epoch: Epoch(epoch), bytes: $0)] } ?? []
  }

  @Test("a partition is marked once the rows of all subtasks are visible in it, and again when there are more")
  func waitsForAllSubtasks() throws {
    let directory = try TemporaryDirectory()
    let sinks = try (0..<2).map { try PartitionedFileSink(spec(directory, policy), .test(subtask: $0, of: 2)) }
    let mark = "\(directory.path)/day=x/hour=0/_SUCCESS"
    func isMarked() -> Bool { FileManager.default.fileExists(atPath: mark) }
    for (epoch, order) in [(1, [0, 1]), (2, [1, 0])] as [(Int64, [Int])] {
      for sink in sinks { try sink.write(batch([[.string("x"), .integer(epoch), .integer(0)]])) }
      let staged = try sinks.map { try prepare($0, epoch) }
      for subtask in order {
        #expect(!isMarked())
        try sinks[subtask].committer?.commit(staged[subtask])
      }
      #expect(isMarked())
      try FileManager.default.removeItem(atPath: mark)
    }
    // Who did not come last hears only now that there is a mark; after that there is nothing left to say.
    for sink in sinks { try sink.committer?.commit(try prepare(sink, 3)) }
    try FileManager.default.removeItem(atPath: mark)
    for sink in sinks { try sink.committer?.commit(try prepare(sink, 4)) }
    #expect(!isMarked())
  }

  @Test("a partition that was taken away is not made again by its mark")
  func takenAway() throws {
    let directory = try TemporaryDirectory()
    let clock = Mutex<Int64>(0)
    let options = policy.merging(["sink.partition-commit.delay": "1 s"]) { $1 }
    let sink = try PartitionedFileSink(spec(directory, options), .test { clock.withLock { $0 } })
    try sink.write(batch([[.string("x"), .integer(1), .integer(0)]]))
    let staged = try prepare(sink, 1)
    try sink.committer?.commit(staged)
    #expect(try files(directory).count == 1)
    try FileManager.default.removeItem(atPath: "\(directory.path)/day=x")
    clock.withLock { $0 = 2_000_000 }
    try sink.committer?.commit(staged + (try prepare(sink, 2)))
    #expect(try files(directory) == [])
    #expect(try directory.visibleNames() == [])
  }

  @Test("a file that has become large or old is ended, and another begun")
  func rolls() throws {
    let directory = try TemporaryDirectory()
    let clock = Mutex<Int64>(0)
    let options = ["sink.rolling-policy.file-size": "6 b", "sink.rolling-policy.rollover-interval": "1 min"]
    let sink = try PartitionedFileSink(spec(directory, options), .test { clock.withLock { $0 } })
    func write(_ numbers: ClosedRange<Int64>) throws { try sink.write(batch(numbers.map { [.string("x"), .integer($0), .integer(0)] })) }
    try write(1...4)
    clock.withLock { $0 = 60_000_000 }
    try write(5...5)
    try sink.committer?.commit(try prepare(sink, 1))
    #expect(try files(directory).map { $0.split(separator: ": ")[1] } == ["1;2;3;", "4;", "5;"])
  }

  /// A job whose minutes are partitions: ten rows each, in order, over subtasks that are killed anywhere and come back in another
  /// number. A mark stands only where all ten rows are, and in the end everywhere.
  @Test("whatever the crashes, a partition is marked when its rows are all there", arguments: 0..<60 as Range<UInt64>)
  func crashes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let options = policy.merging([
      "sink.partition-commit.trigger": "partition-time", "sink.partition-commit.delay": "1 min",
      "partition.time-extractor.timestamp-pattern": "1970-01-01 00:$minute:00",
    ]) { $1 }
    let schema = Schema([Field("n", .int64), Field("minute", .string)])
    let spec = SinkSpec(
      table: "s", connector: "filesystem", options: ["path": directory.path, "format": "csv"].merging(options) { $1 }, schema: schema,
      primaryKey: [], partitionKeys: [1])
    let (minutes, perMinute) = (6, 10)
    func name(_ minute: Int) -> String { "0\(minute)" }
    func marks() throws -> [Int] {
      try (0..<minutes).filter { minute in
        let path = "\(directory.path)/minute=\(name(minute))"
        guard FileManager.default.fileExists(atPath: "\(path)/_SUCCESS") else { return false }
        let rows = try FileManager.default.contentsOfDirectory(atPath: path).flatMap { file in
          try directory.read("minute=\(name(minute))/\(file)").split(separator: "\n").compactMap { Int($0) }
        }
        #expect(rows.sorted() == Array(minute * perMinute..<(minute + 1) * perMinute))
        return true
      }
    }
    // The last completed checkpoint: rows written, its epoch, and all committables that its snapshots hold.
    var written = 0
    var (epoch, attempt) = (0 as Int64, 0)
    var saved: [Committable] = []
    var isOver = false
    while !isOver {
      attempt += 1
      let parallelism = Int.random(in: 1...3, using: &random)
      let sinks = try (0..<parallelism).map { try PartitionedFileSink(spec, .test(subtask: $0, of: parallelism, attempt: attempt)) }
      try sinks[0].committer?.abort(allBut: saved)
      var unconfirmed = [[Committable]](repeating: [], count: parallelism)
      for committable in saved { unconfirmed[Int.random(in: 0..<parallelism, using: &random)].append(committable) }
      for (sink, committables) in zip(sinks, unconfirmed) { try sink.restore(committables) }
      // Committables of completed checkpoints, by subtask.
      var due = unconfirmed
      var next = written
      func checkpoint(isLast: Bool) throws -> Bool {
        epoch += 1
        var prepared: [[Committable]] = []
        for sink in sinks {
          if isLast { sink.finish() }
          prepared.append(try prepare(sink, epoch))
          if Int.random(in: 0..<12, using: &random) == 0 { return false }
        }
        for subtask in sinks.indices { unconfirmed[subtask] += prepared[subtask] }
        (written, saved, due) = (next, unconfirmed.flatMap { $0 }, unconfirmed)
        return true
      }
      func commit(_ subtask: Int) throws {
        try sinks[subtask].committer?.commit(due[subtask])
        due[subtask] = []
        if Bool.random(using: &random) { unconfirmed[subtask].removeAll { $0.epoch <= Epoch(epoch) } }
      }
      var isKilled = false
      steps: for _ in 0..<Int.random(in: 1...25, using: &random) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1:
          for _ in 0..<Int.random(in: 1...8, using: &random) where next < minutes * perMinute {
            let builder = BatchBuilder(schema)
            builder.append([.integer(Int64(next)), .string(name(next / perMinute))])
            try sinks.randomElement(using: &random)!.write(builder.finish())
            next += 1
          }
          // No row before the next one's minute follows.
          for sink in sinks { sink.advance(to: Watermark(microseconds: Int64(next / perMinute) * 60_000_000)) }
        case 2:
          isKilled = try !checkpoint(isLast: false)
          if isKilled { break steps }
        default: try commit(Int.random(in: 0..<parallelism, using: &random))
        }
        _ = try marks()
      }
      if !isKilled, next == minutes * perMinute, try checkpoint(isLast: true) {
        for subtask in sinks.indices.shuffled(using: &random) {
          if Int.random(in: 0..<8, using: &random) == 0 { break }
          try commit(subtask)
          isOver = due.allSatisfy(\.isEmpty)
        }
      }
    }
    #expect(try marks() == Array(0..<minutes))
    #expect(try directory.names().filter { !$0.hasPrefix("minute=") } == [])
  }

  @Test("a column whose values are no names is refused")
  func types() throws {
    let directory = try TemporaryDirectory()
    var spec = spec(directory)
    spec.schema = Schema([Field("day", .float64), Field("a", .int64), Field("hour", .int32)])
    #expect(
      failure { _ = try PartitionedFileSink(spec, .test()) }
        == "cannot partition by column \"day\" of type DOUBLE, expected text, a whole number or BOOLEAN; CAST it to STRING")
  }
}
