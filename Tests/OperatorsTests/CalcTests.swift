import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Calc")
struct CalcTests {
  static func harness(_ predicate: Expression?, _ projections: [Expression], _ input: Schema, _ output: Schema) throws -> OperatorHarness {
    try OperatorHarness(setup(.calc(CalcSpec(predicate: predicate, projections: projections)), input, output: output))
  }

  static let isPositive = Expression.call(.greater, [.column(1, .int64), .literal(.integer(0), .int64)], .boolean)

  @Test("rows for which the predicate is TRUE are projected and keep their kind and order")
  func filtersAndProjects() throws {
    let sum = Expression.call(.add, [.column(2, .int64), .literal(.integer(1), .int64)], .int64)
    let harness = try Self.harness(Self.isPositive, [sum, .column(0, .string)], schema("a:string b c"), schema("x y:string"))
    try harness.process(batch("a:string b c \n +I p 1 10 \n -U q 0 20 \n +U r NULL 30 \n -D s 5 NULL"))
    #expect(harness.take() == batch("x y:string \n +I 11 p \n -D NULL s"))
  }

  @Test("where nothing is left, nothing is emitted")
  func emitsNoEmptyBatches() throws {
    let harness = try Self.harness(Self.isPositive, [.column(0, .string)], schema("a:string b"), schema("a:string"))
    try harness.process(batch("a:string b \n p 0 \n q NULL"))
    #expect(harness.takeBatches().isEmpty)
  }

  @Test("where everything passes, plain columns are handed on without a copy")
  func passesColumnsOn() throws {
    let harness = try Self.harness(Self.isPositive, [.column(1, .int64)], schema("a:string b"), schema("b"))
    let rows = batch("a:string b \n p 1 \n q 2")
    try harness.process(rows)
    guard case .int64(let before) = rows.columns[1], case .int64(let after) = harness.takeBatches()[0].columns[0] else {
      Issue.record("a BIGINT column is int64")
      return
    }
    #expect(before.values.withUnsafeBufferPointer { $0.baseAddress } == after.values.withUnsafeBufferPointer { $0.baseAddress })
  }

  @Test("a projection without columns has a value for each row that passes")
  func literals() throws {
    let harness = try Self.harness(Self.isPositive, [.literal(.integer(7), .int64)], schema("a:string b"), schema("x"))
    try harness.process(batch("a:string b \n p 1 \n q 0 \n r 2"))
    #expect(harness.take() == batch("x \n 7 \n 7"))
  }

  @Test("a value that does not convert is the user's error, and retrying does not help")
  func failsOnBadValues() throws {
    let harness = try Self.harness(nil, [.cast(.column(0, .string), to: .int64, isTry: false)], schema("a:string"), schema("x"))
    let error = #expect(throws: OperatorError.self) { try harness.process(batch("a:string \n pear")) }
    #expect(error?.domain == .user && error?.retry == .never)
    #expect(error?.message.contains("pear") == true)
  }

  @Test("CURRENT_WATERMARK is NULL before the first watermark, then the last one, to the millisecond")
  func followsTheWatermark() throws {
    let definition = try #require(FunctionLibrary.byName["CURRENT_WATERMARK"])
    let type = DataType.timestamp(precision: 3)
    let current = Expression.function(LibraryFunction(definition), [.column(0, type)], type)
    let isLate = Expression.call(.lessOrEqual, [.column(0, type), current], .boolean)
    let harness = try Self.harness(nil, [current, isLate], schema("ts:timestamp(3)"), schema("w:timestamp(3) late:boolean"))
    let rows = RecordBatch(schema: schema("ts:timestamp(3)"), columns: [.int64(FixedColumn([5_000, 7_000]))], rowCount: 2)
    func shown() throws -> [[Value]] {
      try harness.process(rows)
      let result = harness.take()
      return (0..<2).map { row in [0, 1].map { result.columns[$0].value(at: row, type: result.schema[$0].type) } }
    }
    #expect(try shown() == [[.null, .null], [.null, .null]])
    try harness.advance(to: 5_999)
    #expect(try shown() == [[.integer(5_000), .boolean(true)], [.integer(5_000), .boolean(false)]])
    try harness.advance(to: 8_000)
    #expect(try shown() == [[.integer(8_000), .boolean(true)], [.integer(8_000), .boolean(true)]])
  }
}

@Suite("WindowTable")
struct WindowTableTests {
  static func harness(_ kind: WindowKind, rowLimit: Int = Output.rowCountMax) throws -> OperatorHarness {
    var setup = setup(
      .windowTable(WindowTableSpec(kind: kind, time: 1)), schema("a t:timestamp"),
      output: schema("a t:timestamp window_start:timestamp window_end:timestamp window_time:timestamp"))
    setup.rowLimit = rowLimit
    return try OperatorHarness(setup)
  }

  @Test("each row is repeated for its windows and keeps its kind; rows without a time are dropped")
  func repeatsRows() throws {
    let harness = try Self.harness(.hop(size: 20_000, slide: 10_000, offset: 0))
    try harness.process(batch("a t:timestamp \n +I 1 5000 \n -D 2 NULL \n -D 3 10000"))
    #expect(
      harness.take()
        == batch(
          """
          a t:timestamp window_start:timestamp window_end:timestamp window_time:timestamp
          +I 1 5000 -10000 10000 9000
          +I 1 5000 0 20000 19000
          -D 3 10000 0 20000 19000
          -D 3 10000 10000 30000 29000
          """))
  }

  @Test("a row of very many windows is given piece by piece")
  func yields() throws {
    let harness = try Self.harness(.cumulate(size: 20_000, step: 1, offset: 0), rowLimit: 1)
    try harness.process(batch("a t:timestamp \n 1 5 \n 2 19999"))
    let emitted = harness.take()
    #expect(harness.yieldCount >= 4)
    #expect(emitted.rowCount == 19_995 + 1)
    #expect(Set(emitted.sortedRows).count == emitted.rowCount)
  }
}
