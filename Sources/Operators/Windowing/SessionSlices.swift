//  Sessions without windows that are merged row by row. Time is cut into slices as long as the gap, within which the rows of a key can only
//  be one session, and a session that goes on is handed to the next slice once it is due.
//  Source: Flink's MergingWindowProcessFunction, for which rows are one session.

import Columnar
import Dataflow
import State

/// The open sessions of an aggregation: for each slice and key the accumulators, the times of the first and the last row,
/// microseconds, and where rows are taken back how many there are.
///
/// - Cost: one group look-up a row and one merge for each slice that a session spans. Once a slice is due it is sorted by time,
///   and again if rows still come into it.
final class SessionSlices {
  private let keys: [Int]
  private let gap: Int64
  private let aggregates: AggregateSet
  /// Nil where no row is taken back.
  private let rowCount: RowCount?
  private let ordersValues: Bool
  private let slices: WindowedTable
  /// Groups of due slices by the time of their last row, the latest first; missing where the slice has changed.
  private var due: [Int64: [Int32]] = [:]
  private var groups: [Int32] = []

  init(
    _ spec: WindowAggregateSpec, gap: Int64, _ aggregates: AggregateSet, _ rowCount: RowCount?, _ context: OperatorContext
  ) throws(OperatorError) {
    self.rowCount = rowCount
    keys = spec.keys
    self.gap = gap
    self.aggregates = aggregates
    ordersValues = spec.aggregates.contains { $0.function == .firstValue || $0.function == .lastValue }
    slices = try context.windowedTable(
      "sessions", of: "a session aggregation",
      TableSchema(
        keys: spec.keys.map { context.inputSchemas[0][$0] },
        columns: SessionTimes.fields + (rowCount == nil ? [] : [RowCount.field]) + aggregates.columns,
        multimaps: aggregates.multimaps))
  }

  /// Adds rows with their times, all of one slice or of sessions that are in it.
  func add(_ batch: RecordBatch, _ times: [Int64], to slice: Int64) {
    let table = slices.makeTable(slice)
    table.resolve(keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &groups)
    SessionTimes(table).include(first: times, last: times, groups: groups)
    if let rowCount {
      let deltas = RowCount.deltas(batch)
      let counted = rowCount.add(deltas, to: groups, in: table)
      aggregates.accumulate(batch.columns, groups: counted, signs: batch.changes == nil ? nil : deltas, in: table)
    } else {
      aggregates.accumulate(batch.columns, groups: groups, signs: nil, in: table)
    }
    due[slice] = nil
  }

  /// The slice from `start` on where the first open session of a row's key is, if that begins within the gap.
  func slice(from start: Int64, ofSessionTouching row: RecordBatch, _ time: Int64) -> Int64? {
    for slice in slices.windows where slice >= start {
      guard let table = slices.table(slice) else { continue }
      table.groups.find(keys.map { row.columns[$0] }, rowCount: 1, into: &groups)
      if groups[0] >= 0 { return SessionTimes(table).firsts[Int(groups[0])] - time > gap ? nil : slice }
    }
    return nil
  }

  /// The first moment at which a session may end, as far as is known; nil if none is open.
  var nextEnd: Int64? {
    guard let slice = slices.windows.first else { return nil }
    // The last row of a slice is within it, so that nothing closes before its end.
    guard let next = due[slice]?.last, let table = slices.table(slice) else { return slice }
    return SessionTimes(table).lasts[Int(next)] + gap
  }

  // MARK: Closing

  /// Calls `body` with sessions that end at or before `bound`, which are then gone; slice by slice the earliest first. Those that it is not
  /// called with once it has returned false are still there.
  func close(_ bound: Int64, _ body: ([Int32], KeyedTable) throws(OperatorError) -> Bool) throws(OperatorError) -> Bool {
    for slice in slices.windows where slice <= bound {
      guard let table = slices.table(slice) else { continue }
      while let ids = takeDue(slice, table, bound) {
        let ended = passOn(ids, from: table, to: slices.table(slice + gap))
        let goesOn = ended.isEmpty ? true : try body(ended, table)
        for id in ids { table.remove(id) }
        if !goesOn { return false }
      }
      if table.groups.count == 0 {
        slices.remove(slice)
        due[slice] = nil
      }
    }
    return true
  }

  /// The next groups of a slice whose last row is the gap ago, the earliest first.
  private func takeDue(_ slice: Int64, _ table: KeyedTable, _ bound: Int64) -> [Int32]? {
    let lasts = SessionTimes(table).lasts
    if due[slice] == nil {
      let ids = table.groups.liveIDs
      let times = lasts.gather(ids)
      due[slice] = ids.indices.sorted { times[$0] != times[$1] ? times[$0] > times[$1] : ids[$0] > ids[$1] }.map { ids[$0] }
    }
    var ids: [Int32] = []
    while ids.count < RecordBatch.targetRowCount, let id = due[slice]?.last, lasts[Int(id)] <= bound - gap {
      ids.append(id)
      due[slice]?.removeLast()
    }
    return ids.isEmpty ? nil : ids
  }

  /// Hands sessions that go on to the next slice; gives those that have ended.
  private func passOn(_ ids: [Int32], from table: KeyedTable, to next: KeyedTable?) -> [Int32] {
    guard let next else { return ids }
    next.groups.find(table.groups.keyColumns(ids), rowCount: ids.count, into: &groups)
    let (times, nextTimes) = (SessionTimes(table), SessionTimes(next))
    var ended: [Int32] = []
    var sources: [Int32] = []
    var targets: [Int32] = []
    for row in ids.indices {
      if groups[row] >= 0, nextTimes.firsts[Int(groups[row])] - times.lasts[Int(ids[row])] <= gap {
        sources.append(ids[row])
        targets.append(groups[row])
      } else {
        ended.append(ids[row])
      }
    }
    if sources.isEmpty { return ended }
    if ordersValues {
      mergeInOrder(sources, of: table, targets, of: next)
    } else {
      merge(sources, of: table, into: targets, of: next)
      nextTimes.include(first: times.firsts.gather(sources), last: times.lasts.gather(sources), groups: targets)
    }
    return ended
  }

  private func merge(_ sources: [Int32], of table: KeyedTable, into groups: [Int32], of next: KeyedTable) {
    aggregates.merge(from: table, sources: sources, groups: groups, in: next)
    rowCount?.merge(from: table, sources: sources, groups: groups, in: next)
  }

  /// The earlier part is added first, so that a first value stays the first.
  private func mergeInOrder(_ sources: [Int32], of table: KeyedTable, _ targets: [Int32], of next: KeyedTable) {
    let keys = table.groups.keyColumns(sources)
    let whole = KeyedTable(slices.schema)
    var merged: [Int32] = []
    whole.resolve(keys, rowCount: sources.count, into: &merged)
    merge(sources, of: table, into: merged, of: whole)
    merge(targets, of: next, into: merged, of: whole)
    let firsts = SessionTimes(table).firsts.gather(sources)
    let lasts = SessionTimes(next).lasts.gather(targets)
    for target in targets { next.remove(target) }
    var replaced: [Int32] = []
    next.resolve(keys, rowCount: sources.count, into: &replaced)
    merge(merged, of: whole, into: replaced, of: next)
    SessionTimes(next).include(first: firsts, last: lasts, groups: replaced)
    // The groups may have new ids.
    for slice in slices.windows where slices.table(slice) === next { due[slice] = nil }
  }
}
