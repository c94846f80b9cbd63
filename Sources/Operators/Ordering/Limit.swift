//  LIMIT and OFFSET without an order over rows that are only added.
//  Source: Flink's StreamPhysicalLimit.

import Columnar
import Dataflow
import State

/// Passes rows on from one place to another, in the order in which they come; the rest is dropped.
///
/// - Input: insert-only, all rows to one subtask.
/// - Output: insert-only, the input's columns.
/// - State: how many rows have come.
final class Limit: Operator {
  private let spec: LimitSpec
  private var table: KeyedTable!

  init(_ spec: LimitSpec) { self.spec = spec }

  func open(_ context: OperatorContext) throws(OperatorError) {
    table = try context.keyedTable("seen", of: "a limit", TableSchema(keys: [], columns: [Field("rows", .int64, isNullable: false)]))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    var groups: [Int32] = []
    table.resolve([], rowCount: 1, into: &groups)
    let counts = table.columns[0].int64
    let seen = counts[Int(groups[0])]
    let end = spec.count.map { spec.offset.addingReportingOverflow($0) }.map { $0.overflow ? .max : $0.partialValue } ?? .max
    if seen >= end { return .done }
    // Rows are counted up to the end alone, so that the count cannot overflow.
    let from = Int(min(max(spec.offset - seen, 0), Int64(batch.rowCount)))
    let to = Int(min(end - seen, Int64(batch.rowCount)))
    counts[Int(groups[0])] = seen + Int64(to)
    if from < to { output.emit(batch.slice(from..<to)) }
    return .done
  }
}
