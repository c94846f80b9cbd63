//  The windows of an aggregation are merged of the slices that they share, one window after the other, when they are due.
//  Source: Krishnamurthy et al., "On-the-Fly Sharing for Streamed Aggregation", SIGMOD 2006.

import Columnar
import State

/// The accumulators of the open slices by key, and the windows that these make up.
final class SlicedWindows {
  private let slices: WindowedTable
  private let assigner: SliceAssigner
  private let aggregates: AggregateSet
  /// Nil where no row is taken back.
  private let rowCount: RowCount?
  /// Windows up to this end are closed.
  private(set) var closedEnd: Int64
  private var groups: [Int32] = []

  init(_ slices: WindowedTable, _ assigner: SliceAssigner, _ aggregates: AggregateSet, _ rowCount: RowCount?, closedEnd: Int64) {
    self.rowCount = rowCount
    self.slices = slices
    self.assigner = assigner
    self.aggregates = aggregates
    self.closedEnd = closedEnd
  }

  /// Where the rows of a slice are aggregated; nil when all of its windows are closed.
  func table(ofSlice end: Int64) -> KeyedTable? { assigner.lastWindowEnd(ofSlice: end) <= closedEnd ? nil : slices.makeTable(end) }

  /// The slice where the rows of a slice are: what has come out of a cumulating window is in its first.
  func keptSlice(_ end: Int64) -> Int64 {
    guard case .cumulate = assigner.kind, end <= closedEnd else { return end }
    return assigner.start(ofWindow: end) + assigner.width
  }

  /// The end of the first window that has rows and is open.
  var nextEnd: Int64? { slices.windows.first.flatMap { assigner.firstWindowEnd(ofSlice: $0, after: closedEnd) } }

  /// The first open window with rows, with the aggregates of its slices merged; nil if it ends after `due`. It is the next one until it is
  /// closed.
  func nextWindow(endingBy due: Int64) -> FiringWindow? {
    guard let end = nextEnd, end <= due else { return nil }
    let start = assigner.start(ofWindow: end)
    let parts = slices.windows.filter { start < $0 && $0 <= end }
    if case .cumulate = assigner.kind {
      // Every later window that has one of these slices has them all: they stay one, in place of the first.
      let first = slices.makeTable(start + assigner.width)
      for part in parts where part > start + assigner.width {
        merge(slices.table(part)!, into: first)
        slices.remove(part)
      }
      return FiringWindow(end: end, table: first, rowCount)
    }
    if parts.count == 1 { return FiringWindow(end: end, table: slices.table(parts[0])!, rowCount) }
    let merged = KeyedTable(slices.schema)
    for part in parts { merge(slices.table(part)!, into: merged) }
    return FiringWindow(end: end, table: merged, rowCount)
  }

  private func merge(_ part: KeyedTable, into merged: KeyedTable) {
    for start in stride(from: 0, to: part.groups.idCount, by: RecordBatch.targetRowCount) {
      let sources = part.groups.liveIDs(in: start..<min(start + RecordBatch.targetRowCount, part.groups.idCount))
      merged.resolve(part.groups.keyColumns(sources), rowCount: sources.count, into: &groups)
      aggregates.merge(from: part, sources: sources, groups: groups, in: merged)
      rowCount?.merge(from: part, sources: sources, groups: groups, in: merged)
    }
  }

  /// Closes the windows up to an end, and drops the slices that are in no other.
  func close(upTo end: Int64) {
    closedEnd = max(closedEnd, end)
    while let slice = slices.windows.first, assigner.lastWindowEnd(ofSlice: slice) <= closedEnd { slices.remove(slice) }
  }
}

/// A window that is being emitted.
struct FiringWindow {
  let end: Int64
  let table: KeyedTable
  private let rowCount: RowCount?
  /// Groups from this one on have not been given.
  private var next = 0

  init(end: Int64, table: KeyedTable, _ rowCount: RowCount?) {
    self.end = end
    self.table = table
    self.rowCount = rowCount
  }

  /// The next groups of the window that have rows, at most a batch; nil when all have been given.
  mutating func nextGroups() -> [Int32]? {
    while next < table.groups.idCount {
      let end = min(next + RecordBatch.targetRowCount, table.groups.idCount)
      let live = table.groups.liveIDs(in: next..<end)
      next = end
      let groups = rowCount?.there(live, in: table) ?? live
      if !groups.isEmpty { return groups }
    }
    return nil
  }
}
