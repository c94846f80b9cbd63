//  ORDER BY, LIMIT, final rows and the expansion of grouping sets.

import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite struct SortTests {
  private static let schema = Schema([Field("t", .timestamp(precision: 3)), Field("k", .int64), Field("name", .string)])

  private static func setup(_ spec: OperatorSpec, output: Schema = schema, keys: [Int] = []) -> OperatorSetup {
    OperatorSetup(inputs: [schema], output: output, keys: [keys]) { try OperatorFactory.make(spec) }
  }
  private static let byTime = OperatorSpec.sort(SortSpec(time: 0, order: [SortKey(0), SortKey(1, isDescending: true)]))

  /// `t k name`, separated by blanks, rows by commas.
  private static func batch(_ rows: String, _ changes: [ChangeKind]? = nil) -> RecordBatch {
    let builder = BatchBuilder(schema)
    for (position, row) in rows.split(separator: ",").enumerated() {
      let cells = row.split(separator: " ")
      func number(_ cell: Substring) -> Value { Int64(cell).map { .integer($0) } ?? .null }
      builder.append([number(cells[0]), number(cells[1]), .string(String(cells[2]))], changes?[position] ?? .insert)
    }
    return builder.finish()
  }

  private static func names(_ batch: RecordBatch) -> String {
    (0..<batch.rowCount).map { row in
      if case .string(let name)? = batch.values(at: row).last { name } else { "" }
    }.joined(separator: " ")
  }

  @Test("rows come in order of time as the watermark reaches them, those of one time by the further keys, equal ones as they came")
  func byTime() throws {
    let harness = try OperatorHarness(Self.setup(Self.byTime))
    try harness.process(Self.batch("30 1 f,10 1 b,10 2 a,20 5 c,10 1 B,20 NULL d"))
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 20)
    #expect(Self.names(harness.take()) == "a b B c d")
    try harness.process(Self.batch("20 9 late,25 1 e,NULL 1 dropped"))
    #expect(harness.lateRowCount == 1)
    try harness.finish()
    #expect(Self.names(harness.take()) == "e f")
  }

  @Test("a sort yields where the output is full, and goes on where it stopped")
  func yields() throws {
    var setup = Self.setup(Self.byTime)
    setup.rowLimit = 2
    let harness = try OperatorHarness(setup)
    try harness.process(Self.batch((1...9).reversed().map { "\($0) 1 n\($0)" }.joined(separator: ",")))
    try harness.advance(to: 8)
    #expect(harness.yieldCount >= 3)
    #expect(Self.names(harness.take()) == "n1 n2 n3 n4 n5 n6 n7 n8")
  }

  @Test("without a time all rows come at the end, in any order that is asked for")
  func atTheEnd() throws {
    let harness = try OperatorHarness(
      Self.setup(.sort(SortSpec(time: nil, order: [SortKey(1, isDescending: true, nullsFirst: true), SortKey(2)]))))
    try harness.process(Self.batch("1 1 z,1 1 a,1 NULL n,NULL 7 s"))
    try harness.advance(to: 1_000)
    #expect(harness.take().rowCount == 0)
    try harness.finish()
    #expect(Self.names(harness.take()) == "n s a z")
  }

  @Test("snapshot, restore and rescaling change nothing", arguments: 0...5)
  func sortSurvivesARestart(restart: Int) throws {
    let inputs: [OperatorInput] = [
      .batch(Self.batch("30 1 f,10 1 b,10 2 a")), .watermark(10), .batch(Self.batch("20 1 c,10 1 late,40 1 g")), .watermark(30),
      .batch(Self.batch("35 1 h")),
    ]
    for spec in [Self.byTime, .sort(SortSpec(time: nil, order: [SortKey(2)])), .limit(LimitSpec(offset: 2, count: 3))] {
      let outcome = try runWithRestart(Self.setup(spec), inputs, restart: restart)
      #expect(outcome.straight == outcome.restored)
      #expect(outcome.straight == outcome.rescaled)
      #expect(!outcome.straight.isEmpty)
    }
  }

  @Test(
    "a limit passes on the rows from its offset on, over batches",
    arguments: [(0, 3, "a b c"), (1, 3, "b c d"), (3, 9, "d e f"), (7, 2, ""), (0, nil, "a b c d e f"), (4, nil, "e f")]
      as [(Int64, Int64?, String)])
  func limit(offset: Int64, count: Int64?, names: String) throws {
    let harness = try OperatorHarness(Self.setup(.limit(LimitSpec(offset: offset, count: count))))
    for rows in ["1 1 a,1 1 b", "1 1 c,1 1 d,1 1 e", "1 1 f"] { try harness.process(Self.batch(rows)) }
    #expect(Self.names(harness.take()) == names)
  }

  @Test("final rows are those that a changelog leaves, each as often as it is there, at the end", arguments: [1, 100])
  func finalRows(rowLimit: Int) throws {
    var setup = Self.setup(.finalRows, keys: [0, 1, 2])
    setup.rowLimit = rowLimit
    let harness = try OperatorHarness(setup)
    try harness.process(Self.batch("1 1 a,1 1 a,1 1 b", [.insert, .insert, .insert]))
    try harness.process(Self.batch("1 1 b,1 1 c,1 1 e,1 1 e", [.updateBefore, .updateAfter, .delete, .insert]))
    try harness.advance(to: 5)
    #expect(harness.take().rowCount == 0)
    try harness.finish()
    let rows = harness.take()
    #expect(rows.changes == nil)
    #expect(Self.names(rows).split(separator: " ").sorted() == ["a", "a", "c"])
  }

  @Test("final rows survive a restart", arguments: 0...3)
  func finalRowsSurviveARestart(restart: Int) throws {
    let inputs: [OperatorInput] = [
      .batch(Self.batch("1 1 a,2 1 a,1 NULL b")), .batch(Self.batch("2 1 a,1 1 c", [.delete, .insert])),
      .batch(Self.batch("1 1 a,1 1 c", [.insert, .insert])),
    ]
    let outcome = try runWithRestart(Self.setup(.finalRows, keys: [0, 1, 2]), inputs, restart: restart)
    #expect(outcome.straight.count == 5)
    #expect(outcome.straight == outcome.restored)
    #expect(outcome.straight == outcome.rescaled)
  }

  @Test("each row is expanded once for each list, with its change", arguments: [1, 100])
  func expand(rowLimit: Int) throws {
    let output = Schema([Field("k", .int64), Field("set", .int64)])
    let lists: [[Expression]] = [
      [.column(1, .int64), .literal(.integer(0), .int64)], [.literal(.null, .int64), .literal(.integer(1), .int64)],
    ]
    var setup = Self.setup(.expand(ExpandSpec(projections: lists)), output: output)
    setup.rowLimit = rowLimit
    let harness = try OperatorHarness(setup)
    for _ in 0..<2 {
      try harness.process(Self.batch("1 5 a,1 6 b", [.updateBefore, .updateAfter]))
      let rows = harness.take()
      #expect(
        (0..<rows.rowCount).map { rows.values(at: $0) } == [
          [.integer(5), .integer(0)], [.integer(6), .integer(0)], [.null, .integer(1)], [.null, .integer(1)],
        ])
      #expect(rows.changes == [.updateBefore, .updateAfter, .updateBefore, .updateAfter])
    }
  }
}
