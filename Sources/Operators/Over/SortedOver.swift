//  Aggregates over the rows of a key up to the row at hand, in the order of a column that is no time, over a changelog.
//  Source: Flink's NonTimeRangeUnboundedPrecedingFunction and NonTimeRowsUnboundedPrecedingFunction.

import Columnar
import Dataflow
import Expressions
import State

/// Keeps the values of every row of a key current while rows come and go before it.
///
/// - Input: +I and +U add a row, -U and -D take an equal one back; one that is not there is passed over.
/// - Output: for each batch what has changed, key by key: -D for rows that are gone, -U (if wanted) and +U for those whose values are
///   others, +I for new ones. A row that comes and goes in one batch is not seen.
/// - Order: equal rows stand in the order in which they came; those of an equal order share the values of a `range` frame.
/// - State: all rows. Nothing expires.
/// - Cost: a batch costs a step for each row of the keys that it has, before and after it.
final class SortedOver: Operator {
  private let spec: SortedOverSpec
  private var input = Schema([])
  private var table: KeyedTable!
  private var rows: RankedRows { table.rankings[0] }
  private var groups: [Int32] = []
  private var changes: SortedOverChanges!

  init(_ spec: SortedOverSpec) throws(OperatorError) {
    guard !spec.frames.isEmpty, spec.frames.allSatisfy({ !$0.frame.isBounded || $0.calls.allSatisfy(\.isLag) }) else {
      throw OperatorError(.internal, .never, "a sorted OVER window has frames without bounds, but for LAG")
    }
    self.spec = spec
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    changes = SortedOverChanges(context.outputSchema, inputCount: context.inputSchemas[0].count, emitsUpdateBefore: spec.emitsUpdateBefore)
    input = context.inputSchemas[0]
    table = try context.keyedTable(
      "sorted", of: "an OVER window",
      TableSchema(keys: spec.keys.map { input[$0] }, rankings: [.init("rows", input.fields, order: [spec.order])]))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if row < batch.rowCount { try take(row == 0 ? batch : batch.slice(row..<batch.rowCount)) }
    return changes.emit(into: &output) ? .done : .yielded(nextRow: batch.rowCount)
  }

  private func take(_ batch: RecordBatch) throws(OperatorError) {
    table.resolve(spec.keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &groups)
    let touched = Array(Set(groups)).sorted()
    let before = try values(touched)
    rows.encode(batch.columns, rowCount: batch.rowCount)
    for row in 0..<batch.rowCount {
      if batch.change(row).sign > 0 {
        rows.insert(row, into: groups[row])
      } else if let entry = rows.find(row, in: groups[row]) {
        rows.remove(entry, of: groups[row])
      }
    }
    changes.compare(before, try values(touched))
    rows.release()
    for group in touched where rows.count(in: group) == 0 { table.remove(group) }
  }

  /// The rows of some groups, group by group in order, with what the calls say of them.
  private func values(_ touched: [Int32]) throws(OperatorError) -> SortedOverRows {
    var values = SortedOverRows()
    var locals: [Int32] = []
    for (local, group) in touched.enumerated() where rows.count(in: group) > 0 {
      rows.entries(in: group, at: 1...rows.count(in: group), into: &values.entries)
      locals.append(contentsOf: repeatElement(Int32(local), count: values.entries.count - locals.count))
    }
    let columns = rows.columns(of: values.entries)
    let peers = Column.int64(FixedColumn(self.peers(columns[spec.order.column], locals)))
    values.columns = columns
    let extended = Schema(input.fields + [Field("$peers", .int64, isNullable: false)])
    for frame in spec.frames {
      let state = try OverFrameState(frame, input: extended, time: input.count, columnOffset: 0, multimapOffset: 0, queue: 0)
      let scratch = KeyedTable(
        TableSchema(
          keys: [Field("group", .int64, isNullable: false)], columns: state.columns, multimaps: state.multimaps,
          queues: state.queueSchema.map { [$0] } ?? []))
      var ids: [Int32] = []
      scratch.resolve([.int64(FixedColumn(touched.indices.map { Int64($0) }))], rowCount: touched.count, into: &ids)
      values.columns += state.values(columns + [peers], groups: locals, in: scratch)
    }
    return values
  }

  /// A number that goes up where the order does, or the group changes.
  private func peers(_ order: Column, _ groups: [Int32]) -> [Int64] {
    var peer: Int64 = 0
    return groups.indices.map { row in
      if row > 0, groups[row] != groups[row - 1] || !order.isSame(row, as: order, row - 1, type: input[spec.order.column].type) {
        peer += 1
      }
      return peer
    }
  }
}
