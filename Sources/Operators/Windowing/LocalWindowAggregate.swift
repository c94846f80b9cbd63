//  The local phase of a window aggregation: less to send to the global one.
//  Source: Flink's LocalSlicingWindowAggOperator.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key and slice until they have to go on.
///
/// - Input: rows in any order, insert-only; rows with a NULL time, or between the windows of a hop, are dropped.
/// - Output: `[keys..., slice end, accumulators...]`, several for one (slice, key) where they had to go on in between: when
///   `groupCountMax` is reached, before a barrier, before a watermark, when the input runs dry and at the end.
/// - State: none that outlives a barrier. The global phase decides what is late, but for rows whose time is beyond
///   `SliceAssigner.timeRange`.
final class LocalWindowAggregate: Operator {
  private let spec: WindowAggregateSpec
  private let assigner: SliceAssigner
  private let aggregates: AggregateSet
  private var zone: WindowZone!
  private var slices: WindowedTable!
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  private var isFlushing = false
  /// Groups of the first slice that have been emitted.
  private var emitted = 0
  private(set) var lateRowCount = 0
  /// (slice, key) pairs that are held before they are emitted.
  static let groupCountMax = 1 << 15

  init(_ spec: WindowAggregateSpec) throws(OperatorError) {
    precondition(spec.phase == .local, "the other phases are an operator of their own")
    guard !spec.aggregates.contains(where: { $0.isDistinct || !$0.function.isSplittable }) else {
      throw OperatorError(.internal, .never, "DISTINCT and aggregates of values in their order are not computed in two phases")
    }
    self.spec = spec
    assigner = try SliceAssigner(spec.kind)
    aggregates = try AggregateSet(spec.aggregates, retracts: false)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    zone = WindowZone(spec, context)
    slices = WindowedTable(
      TableSchema(keys: spec.keys.map { context.inputSchemas[0][$0] }, columns: aggregates.columns, multimaps: aggregates.multimaps))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if !isFlushing {
      let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
      let times = batch.columns[spec.time].widenedToInt64
      let routing: SliceRouting
      if case .attached = spec.kind {
        routing = SliceRouting(sliceEnds: times)
      } else {
        routing = SliceRouting(zone.local(times), assigner)
      }
      lateRowCount += routing.outOfRangeCount
      for slice in routing.slices where assigner.isInWindow(slice: slice.end) {
        add(batch, slice.rows, to: slices.makeTable(slice.end))
      }
      if slices.groupCount < Self.groupCountMax { return .done }
    }
    return flush(into: &output) == .done ? .done : .yielded(nextRow: batch.rowCount)
  }

  private func add(_ batch: RecordBatch, _ rows: SliceRouting.Rows, to table: KeyedTable) {
    let (columns, count) = rows.take(aggregates.inputColumns.union(spec.keys), of: batch)
    table.resolve(spec.keys.map { columns[$0] }, rowCount: count, into: &groups)
    aggregates.accumulate(columns, groups: groups, signs: nil, in: table)
  }

  private func flush(into output: inout Output) -> Progress {
    isFlushing = true
    while let slice = slices.windows.first, let table = slices.table(slice) {
      while emitted < table.groups.idCount {
        if output.isFull { return .yielded(nextRow: 0) }
        let rows = table.groups.liveIDs(in: emitted..<min(emitted + RecordBatch.targetRowCount, table.groups.idCount))
        emitted += rows.count
        let end = Column.int64(FixedColumn([Int64](repeating: slice, count: rows.count)))
        output.emit(
          RecordBatch(
            schema: outputSchema, columns: table.groups.keyColumns(rows) + [end] + aggregates.partials(of: rows, in: table),
            rowCount: rows.count))
      }
      slices.remove(slice)
      emitted = 0
    }
    isFlushing = false
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
  func prepareBarrier(into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
  func finish(into output: inout Output) throws(OperatorError) -> Progress { flush(into: &output) }
}
