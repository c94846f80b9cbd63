import Columnar
import Dataflow
import Expressions
import Testing

@testable import Connectors

@Suite struct PartitionedTableTests {
  /// `n` is in the files, `dt` and `hour` are in the directories.
  private let fields = [Field("dt", .string), Field("n", .int64), Field("hour", .int32)]

  private func spec(
    _ directory: TemporaryDirectory, _ projection: [Int] = [0, 1, 2], options: [String: String] = [:], where conditions: [Expression] = []
  ) -> SourceSpec {
    var spec = fileSpec(directory.path, "csv", fields, options, projection: projection)
    spec.partitioning = SourcePartitioning(keys: [0, 2], conditions: conditions)
    return spec
  }

  private func table() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write("dt=2025-01-01/hour=7/a.csv", "1\n2\n")
    try directory.write("dt=2025-01-01/hour=7/deep/b.csv", "3\n")
    try directory.write("dt=2025-01-01/hour=8/_SUCCESS", "")
    try directory.write("dt=a%2Fb%3A %25é/hour=-1/c.csv", "4\n")
    try directory.write("dt=__DEFAULT_PARTITION__/hour=__DEFAULT_PARTITION__/d.csv", "5")
    try directory.write("_temporary/hour=1/e.csv", "6")
    try directory.write("dt=2025-01-01/stray.csv", "7")
    return directory
  }

  private func read(_ spec: SourceSpec, parallelism: Int = 1) throws -> [String] {
    try rows(of: spec, parallelism: parallelism).map { row in
      row.map { value in
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .null: "NULL"
        default: "\(value)"
        }
      }.joined(separator: " | ")
    }.sorted()
  }

  @Test("directories give their columns in every row of their files, where the table has them", arguments: [1, 3])
  func columns(parallelism: Int) throws {
    let directory = try table()
    #expect(
      try read(spec(directory), parallelism: parallelism) == [
        "2025-01-01 | 1 | 7", "2025-01-01 | 2 | 7", "2025-01-01 | 3 | 7", "NULL | 5 | NULL", "a/b: %é | 4 | -1",
      ])
    #expect(try read(spec(directory, [2, 1])) == ["-1 | 4", "7 | 1", "7 | 2", "7 | 3", "NULL | 5"])
    #expect(try read(spec(directory, [1])) == ["1", "2", "3", "4", "5"])
    #expect(try read(spec(directory, [0])) == ["2025-01-01", "2025-01-01", "2025-01-01", "NULL", "a/b: %é"])
    #expect(try read(spec(directory, [])) == ["", "", "", "", ""])
  }

  @Test("fields of ROWs are read beside what directories hold")
  func fieldsOfRows() throws {
    let directory = try TemporaryDirectory()
    try directory.write("dt=x/f.json", "{\"r\":{\"a\":1,\"b\":2}}\n")
    let row = DataType.row([Field("a", .int64), Field("b", .int64)])
    var spec = fileSpec(directory.path, "json", [Field("r", row), Field("dt", .string)], projection: [0, 1, 0])
    spec.paths = [FieldPath([1]), FieldPath(), FieldPath([0])]
    spec.partitioning = SourcePartitioning(keys: [1])
    #expect(try read(spec) == ["2 | x | 1"])
  }

  @Test("a partition that a condition rules out is not looked into, by its own column or by one above")
  func pruning() throws {
    let directory = try table()
    let hour = Expression.column(1, .int32)
    let isEight = Expression.call(.equal, [hour, .literal(.integer(8), .int32)], .boolean)
    let isDay = Expression.call(.equal, [.column(0, .string), .literal(.string("2025-01-01"), .string)], .boolean)
    // What is ruled out is not even read as a partition.
    try directory.write("dt=x/hour=x/f.csv", "8\n")
    #expect(try read(spec(directory, where: [isDay])) == ["2025-01-01 | 1 | 7", "2025-01-01 | 2 | 7", "2025-01-01 | 3 | 7"])
    #expect(try read(spec(directory, where: [isDay, isEight])) == [])
    #expect(failure { _ = try read(spec(directory, where: [isEight])) }?.contains("tells no INT for the column \"hour\"") == true)
  }

  @Test("a condition that cannot be computed rules nothing out")
  func failingCondition() throws {
    let directory = try table()
    let asNumber = Expression.cast(.column(0, .string), to: .int32, isTry: false)
    let condition = Expression.call(.equal, [asNumber, .literal(.integer(1), .int32)], .boolean)
    #expect(try read(spec(directory, [1], where: [condition])) == ["1", "2", "3", "4", "5"])
  }

  @Test("what a partitioned sink wrote is read back as it was")
  func readsBack() throws {
    let directory = try TemporaryDirectory()
    let schema = Schema(fields)
    let sinkSpec = SinkSpec(
      table: "s", connector: "filesystem", options: ["path": directory.path, "format": "csv"], schema: schema, primaryKey: [],
      partitionKeys: [0, 2])
    let sink = try PartitionedFileSink(sinkSpec, .test())
    let written: [[Value]] = ["a=b", "%2F", "\u{1}x", "ü/.."].enumerated().map {
      [.string($1), .integer(Int64($0)), $0 % 2 == 0 ? .null : .integer(Int64($0))]
    }
    let builder = BatchBuilder(schema)
    for row in written { builder.append(row) }
    try sink.write(builder.finish())
    try sink.committer?.commit([Committable(epoch: Epoch(1), bytes: try #require(try sink.prepareCommit(Epoch(1))))])
    #expect(Set(try rows(of: spec(directory))) == Set(written))
  }

  @Test("what is no partition is refused, with what was expected")
  func mistakes() throws {
    for (path, message) in [
      ("x/hour=1/f.csv", "/x\" is no partition of the table, expected a directory \"dt=...\""),
      ("dt=x/h=1/f.csv", "/dt=x/h=1\" is no partition of the table, expected a directory \"hour=...\""),
      ("dt=x/hour=1.5/f.csv", "/dt=x/hour=1.5\" tells no INT for the column \"hour\""),
    ] {
      let directory = try TemporaryDirectory()
      try directory.write(path, "1\n")
      #expect(failure { _ = try read(spec(directory)) } == "\"\(directory.path)\(message)")
    }
    let directory = try TemporaryDirectory()
    try directory.write("f", "1\n")
    var onFile = spec(directory)
    onFile.options["path"] = "\(directory.path)/f"
    #expect(
      failure { _ = try read(onFile) }
        == "\"\(directory.path)/f\", the path of a partitioned filesystem source, is a file, expected a directory")
  }
}
