import Columnar
import Dataflow
import Foundation
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
