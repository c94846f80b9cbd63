//  The changes of a Top-N that have not been emitted: entries of its state, gathered when there are enough of them.

import Columnar
import Dataflow
import State

struct RankChanges {
  private let schema: Schema
  private let outputsRank: Bool
  private let emitsUpdateBefore: Bool
  /// Entries at hand while a row is dealt with, of ranks that follow each other; kept for its room.
  var run: [Int32] = []
  private var changes: [Change] = []

  private struct Change: BitwiseCopyable {
    var entry: Int32
    var rank: Int32
    var kind: ChangeKind
  }

  /// Changes of one batch of the output.
  private static let countMax = RecordBatch.targetRowCount

  init(_ spec: RankSpec, _ schema: Schema) {
    self.schema = schema
    outputsRank = spec.outputsRank
    emitsUpdateBefore = spec.emitsUpdateBefore
  }

  /// Whether they fill a batch, or what room the output has.
  func isDue(_ output: borrowing Output) -> Bool {
    changes.count >= Self.countMax || output.pendingRowCount + changes.count >= output.rowLimit
  }

  mutating func startRun() { run.removeAll(keepingCapacity: true) }

  mutating func append(_ entry: Int32, _ kind: ChangeKind, rank: Int = 0) {
    changes.append(Change(entry: entry, rank: Int32(truncatingIfNeeded: rank), kind: kind))
  }

  /// Adds a row to its group if it is among the first `limit`; what it pushes out is forgotten.
  mutating func enter(_ row: Int, into group: Int32, of rows: RankedRows, limit: Int) {
    guard let entered = rows.insert(row, into: group, limit: limit) else { return }
    if outputsRank {
      startRun()
      rows.entries(in: group, at: entered.rank...limit, into: &run)
      shiftDown(from: entered.rank, pushingOut: entered.pushedOut)
    } else {
      if let pushedOut = entered.pushedOut { append(pushedOut, .delete) }
      append(entered.entry, .insert)
    }
  }

  /// A row has come at rank `from`, with which the run begins: those behind it stand one further down; the last has pushed one out, or
  /// stands at a new rank.
  mutating func shiftDown(from: Int, pushingOut pushedOut: Int32?) {
    for offset in run.indices {
      if let before = offset + 1 < run.count ? run[offset + 1] : pushedOut {
        if emitsUpdateBefore { append(before, .updateBefore, rank: from + offset) }
        append(run[offset], .updateAfter, rank: from + offset)
      } else {
        append(run[offset], .insert, rank: from + offset)
      }
    }
  }

  /// Emits the changes in order, and frees the entries that are gone.
  mutating func flush(_ rows: RankedRows, into output: inout Output) {
    if !changes.isEmpty {
      var columns = rows.columns(of: changes.map(\.entry))
      if outputsRank { columns.append(.int64(FixedColumn(changes.map { Int64($0.rank) }))) }
      let isInsertOnly = changes.allSatisfy { $0.kind == .insert }
      output.emit(
        RecordBatch(schema: schema, columns: columns, rowCount: changes.count, changes: isInsertOnly ? nil : changes.map(\.kind)))
      changes.removeAll(keepingCapacity: true)
    }
    rows.release()
  }
}
