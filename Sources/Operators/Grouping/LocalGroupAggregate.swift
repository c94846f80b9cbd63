//  The local phase of an aggregation without a window: less to send to the global one.
//  Source: Flink's MiniBatchLocalGroupAggFunction.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key until they have to go on.
///
/// - Input: rows of any order, and where `consumesRetractions` is set of any change kind.
/// - Output: `[keys..., accumulators...]`, then the number of rows (what was taken back taken off) where `consumesRetractions`
///   is set; several for one key where they had to go on in between: when `groupCountMax` is reached, before a barrier, before
///   a watermark, when the input runs dry and at the end.
/// - State: none that outlives a barrier.
final class LocalGroupAggregate: Operator {
  private let spec: GroupAggregateSpec
  private let aggregates: AggregateSet
  private var table: KeyedTable!
  private var inputSchema = Schema([])
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  private var isFlushing = false
  private var emitted = 0
  /// Keys that are held before they are emitted.
  static let groupCountMax = 1 << 15

  init(_ spec: GroupAggregateSpec) throws(OperatorError) {
    precondition(spec.phase == .local, "the other phases are an operator of their own")
    guard !spec.aggregates.contains(where: { $0.isDistinct || !$0.function.isSplittable }) else {
      throw OperatorError(.internal, .never, "DISTINCT and aggregates of values in their order are not computed in two phases")
    }
    if spec.consumesRetractions { try Self.checkRetractable(spec) }
    self.spec = spec
    aggregates = try AggregateSet(spec.aggregates, retracts: false, columnOffset: spec.consumesRetractions ? 1 : 0)
  }

  /// Partial results of MIN and MAX do not say which values were taken back.
  static func checkRetractable(_ spec: GroupAggregateSpec) throws(OperatorError) {
    guard spec.aggregates.allSatisfy({ $0.function != .min && $0.function != .max }) else {
      throw OperatorError(.internal, .never, "MIN and MAX over updates or deletes are not aggregated in two phases")
    }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    inputSchema = context.inputSchemas[0]
    outputSchema = context.outputSchema
    table = makeTable()
  }

  private func makeTable() -> KeyedTable {
    KeyedTable(
      TableSchema(
        keys: spec.keys.map { inputSchema[$0] },
        columns: (spec.consumesRetractions ? [RowCount.field] : []) + aggregates.columns, multimaps: aggregates.multimaps))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if !isFlushing {
      let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
      table.resolve(spec.keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &groups)
      let signs = spec.consumesRetractions ? batch.changes?.map { Int64($0.sign) } : nil
      if spec.consumesRetractions {
        let groups = groups
        table.columns[0].int64.update(groups.span) { $0 &+= signs?[$1] ?? 1 }
      }
      aggregates.accumulate(batch.columns, groups: groups, signs: signs, in: table)
      if table.groups.count < Self.groupCountMax { return .done }
    }
    return flush(into: &output) == .done ? .done : .yielded(nextRow: batch.rowCount)
  }

  private func flush(into output: inout Output) -> Progress {
    isFlushing = true
    while emitted < table.groups.idCount {
      if output.isFull { return .yielded(nextRow: 0) }
      let rows = table.groups.liveIDs(in: emitted..<min(emitted + RecordBatch.targetRowCount, table.groups.idCount))
      emitted += rows.count
      var columns = table.groups.keyColumns(rows) + aggregates.partials(of: rows, in: table)
      if spec.consumesRetractions { columns.append(table.columns[0].gather(rows)) }
      output.emit(RecordBatch(schema: outputSchema, columns: columns, rowCount: rows.count))
    }
    if table.groups.idCount > 0 { table = makeTable() }
    emitted = 0
    isFlushing = false
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
  func prepareBarrier(into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
  func finish(into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
}
