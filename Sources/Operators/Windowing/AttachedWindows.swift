//  State by window for rows that are in one already: which of them are late, and which windows are due.
//  Source: Flink's WindowJoinOperator and SlicingWindowOperator, whose lateness is this.

import Columnar
import Dataflow
import State

/// A table for each window that a row has come for and that is open. Rows of windows that the watermark has closed are late.
final class AttachedWindows {
  private let tables: WindowedTable
  private let zone: WindowZone
  private var clock: SavedClock
  /// Windows up to this end are closed.
  private var closedEnd: Int64
  private(set) var lateRowCount = 0
  /// Groups of the window that `emitDue` is at, the last first.
  private var due: [Int32]?

  init(_ context: OperatorContext, isLocal: Bool, _ schema: TableSchema) throws(OperatorError) {
    tables = try context.windowedTable("windows", of: "windows", schema)
    zone = WindowZone(isLocal: isLocal, context)
    clock = try SavedClock("watermark", context)
    closedEnd = zone.closedEnd(by: clock.time)
  }

  /// Calls `body` for each open window of a batch with its rows: their columns and how many they are.
  func route(_ batch: RecordBatch, ends: Int, _ body: (KeyedTable, [Column], Int) -> Void) {
    let routing = SliceRouting(sliceEnds: batch.columns[ends].widenedToInt64)
    lateRowCount += routing.outOfRangeCount
    for window in routing.slices {
      if window.end <= closedEnd {
        lateRowCount += window.count
        continue
      }
      switch window.rows {
      case .all: body(tables.makeTable(window.end), batch.columns, batch.rowCount)
      case .some(let rows): body(tables.makeTable(window.end), batch.columns.map { $0.take(rows) }, rows.count)
      }
    }
  }

  func advance(to watermark: Watermark) {
    clock.advance(to: watermark.microseconds)
    closedEnd = zone.closedEnd(by: clock.time)
  }

  /// The table of the first window that is closed, until it is removed.
  var nextDue: KeyedTable? {
    guard let first = tables.windows.first, first <= closedEnd else { return nil }
    return tables.table(first)
  }

  /// Calls `body` with the groups of each closed window, the last first, for it to emit some and take them off the list, until none is
  /// left, which removes the window, or the output is full.
  func emitDue(into output: inout Output, _ body: (inout [Int32], KeyedTable, inout Output) -> Void) -> Progress {
    while let table = nextDue {
      var left = due ?? table.groups.liveIDs.reversed()
      while !left.isEmpty {
        if output.isFull {
          due = left
          return .yielded(nextRow: 0)
        }
        body(&left, table, &output)
      }
      due = nil
      removeDue()
    }
    return .done
  }

  func removeDue() {
    if let first = tables.windows.first, first <= closedEnd { tables.remove(first) }
  }
}
