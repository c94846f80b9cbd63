//  The source of VALUES: every row once, also after a restore.

import Columnar
import Dataflow
import Testing

@testable import Connectors

@Suite struct ValuesTests {
  private static let spec = SourceSpec(
    table: "values", connector: "values", options: [:], declared: Schema([Field("a", .int64), Field("b", .string)]), projection: [1, 0],
    rows: (0..<10).map { [.integer($0), $0 == 3 ? .null : .string("row \($0)")] })

  private static func read(_ reader: any SourceReader, polls: Int = .max) throws -> (rows: [[Value]], split: SourceSplit?) {
    var rows: [[Value]] = []
    var last: SourceSplit?
    for _ in 0..<min(polls, 1_000) {
      switch try reader.poll(maxRows: 4) {
      case .batch(let batch, let split):
        rows += (0..<batch.rowCount).map { batch.values(at: $0) }
        last = split
      case .splitFinished: return (rows, last)
      case .nothing: return (rows, last)
      }
    }
    return (rows, last)
  }

  @Test("rows come in order, the projected columns only", arguments: [1, 4])
  func order(parallelism: Int) throws {
    let splits = try BuiltInConnectors().makeEnumerator(Self.spec).enumerate(parallelism: parallelism)
    #expect(splits.count == 1)
    let reader = try BuiltInConnectors().makeReader(Self.spec, subtask: 0, parallelism: parallelism)
    try reader.add(splits)
    let rows = try Self.read(reader).rows
    #expect(rows == (0..<10).map { [$0 == 3 ? .null : .string("row \($0)"), .integer($0)] })
  }

  @Test("after a restore the rows behind the position come, each once", arguments: 0...3)
  func restore(polls: Int) throws {
    let splits = try BuiltInConnectors().makeEnumerator(Self.spec).enumerate(parallelism: 1)
    let first = try BuiltInConnectors().makeReader(Self.spec, subtask: 0, parallelism: 1)
    try first.add(splits)
    let before = try Self.read(first, polls: polls)
    let second = try BuiltInConnectors().makeReader(Self.spec, subtask: 0, parallelism: 1)
    try second.add([before.split ?? splits[0]])
    let after = try Self.read(second)
    #expect((before.rows + after.rows).map { $0[1] } == (0..<10).map { .integer($0) })
  }

  @Test("a position that is no row's is an error", arguments: [[], [1, 2], [11, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]])
  func positions(position: [UInt8]) throws {
    let reader = try BuiltInConnectors().makeReader(Self.spec, subtask: 0, parallelism: 1)
    #expect(throws: OperatorError.self) { try reader.add([SourceSplit(id: "values", position: position)]) }
  }
}
