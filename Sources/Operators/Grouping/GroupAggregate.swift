//  GROUP BY without a window, in one phase or as the global of two: the result of a key changes with its rows.
//  Source: Flink's MiniBatchGroupAggFunction and GroupAggFunction.

import Columnar
import Dataflow
import Expressions
import State

/// Aggregates rows by key and emits how the result of each key changes.
///
/// - Input: rows of any order, and where `consumesRetractions` is set of any change kind; in the global phase partial results
///   `[keys..., accumulators...]`, then the number of rows (what was taken back taken off) where `consumesRetractions` is set.
/// - Output: `[keys..., aggregates...]`. For each batch at most one change a key, in the order in which the keys appear: +I when
///   it is new, -U (where `emitsUpdateBefore` is set) and +U side by side when its result has changed, -D when its last row has
///   been taken back, nothing when the result is what it was. Without `foldsBatches` one change for each row, by the same rules.
/// - A retraction of a key that is not there is left out. Without keys nothing is emitted before the first row.
/// - State: the accumulators of each key; with retractions also the number of its rows. A key that no row has come for within
///   the time to live is forgotten as it stands: its next row finds it new.
final class GroupAggregate: Operator {
  private let spec: GroupAggregateSpec
  private let aggregates: AggregateSet
  private var table: KeyedTable!
  private var expiry: GroupExpiry?
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  /// By group: one if the batch at hand has it; zero outside of `fold`.
  private let marks = PagedColumn<UInt8>()

  init(_ spec: GroupAggregateSpec) throws(OperatorError) {
    precondition(spec.phase != .local, "the local phase is an operator of its own")
    if spec.phase == .global, spec.consumesRetractions { try LocalGroupAggregate.checkRetractable(spec) }
    self.spec = spec
    aggregates = try AggregateSet(
      spec.aggregates, retracts: spec.consumesRetractions, keepsGroups: !spec.consumesRetractions && spec.timeToLive == nil,
      columnOffset: spec.consumesRetractions ? 1 : 0)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    table = try context.keyedTable(
      "groups", of: "an aggregation",
      TableSchema(
        keys: spec.keys.map { context.inputSchemas[0][$0] },
        columns: (spec.consumesRetractions ? [RowCount.field] : []) + aggregates.columns
          + GroupExpiry.fields(spec.timeToLive), multimaps: aggregates.multimaps))
    expiry = GroupExpiry(spec.timeToLive, of: table)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    guard batch.rowCount > 0 else { return .done }
    if spec.foldsBatches {
      try fold(batch, into: &output)
      return .done
    }
    var start = 0
    for end in endsOfRuns(batch) {
      if output.isFull { return .yielded(nextRow: row + start) }
      try fold(batch.slice(start..<end), into: &output)
      start = end
    }
    return .done
  }

  /// Parts the rows so that in no part a key comes twice: folding a part is the same as taking its rows one by one.
  private func endsOfRuns(_ batch: RecordBatch) -> [Int] {
    let distinct = GroupTable(table.schema.keys)
    var ids: [Int32] = []
    distinct.resolve(spec.keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &ids)
    return KeyRuns.ends(ids, groupCount: distinct.idCount)
  }

  private func fold(_ batch: RecordBatch, into output: inout Output) throws(OperatorError) {
    let knownCount = table.groups.idCount
    let keys = spec.keys.map { batch.columns[$0] }
    expiry.resolve(keys, rowCount: batch.rowCount, in: table, into: &groups, now: output.now)
    marks.grow(toHold: table.groups.idCount)
    let touched = distinctGroups()
    var change = GroupChange(groups: touched)
    if spec.consumesRetractions {
      let rowCounts = table.columns[0].int64
      change.wasThere = rowCounts.gather(touched).map { $0 > 0 }
    } else if let expiry {
      change.wasThere = touched.map { !expiry.isNew($0) }
    } else {
      change.wasThere = touched.map { Int($0) < knownCount }
    }
    expiry?.touch(touched, now: output.now)
    change.before = try aggregates.results(of: touched, in: table)
    accumulate(batch)
    change.after = try aggregates.results(of: touched, in: table)
    if spec.consumesRetractions {
      change.isThere = table.columns[0].int64.gather(touched).map { $0 > 0 }
    }
    let emitted = change.batch(
      keys: table.groups.keyColumns, schema: outputSchema, resultTypes: spec.aggregates.map(\.resultType),
      emitsUpdateBefore: spec.emitsUpdateBefore)
    if let emitted { output.emit(emitted) }
    marks.update(touched.span) { mark, _ in mark = 0 }
    if let isThere = change.isThere {
      for (position, group) in touched.enumerated() where !isThere[position] { table.remove(group) }
    }
  }

  /// The groups of the batch at hand, each once, in the order in which they appear; marks them in `marks`.
  private func distinctGroups() -> [Int32] {
    let groups = groups
    return [Int32](unsafeUninitializedCapacity: groups.count) { target, count in
      var found = 0
      marks.update(groups.span) { mark, row in
        if mark == 0 {
          target.initializeElement(at: found, to: groups[row])
          found += 1
          mark = 1
        }
      }
      count = found
    }
  }

  private func accumulate(_ batch: RecordBatch) {
    guard spec.consumesRetractions else {
      if spec.phase == .global {
        aggregates.merge(batch.columns[spec.keys.count...], groups: groups, in: table)
      } else {
        aggregates.accumulate(batch.columns, groups: groups, signs: nil, in: table)
      }
      return
    }
    let deltas =
      if spec.phase == .global {
        batch.columns[batch.columns.count - 1].widenedToInt64.values
      } else {
        RowCount.deltas(batch)
      }
    let counted = RowCount(column: 0).add(deltas, to: groups, in: table)
    if spec.phase == .global {
      aggregates.merge(batch.columns[spec.keys.count..<(batch.columns.count - 1)], groups: counted, in: table)
    } else {
      aggregates.accumulate(batch.columns, groups: counted, signs: batch.changes == nil ? nil : deltas, in: table)
    }
  }
}
