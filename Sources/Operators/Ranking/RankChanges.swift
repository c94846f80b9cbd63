//  The changes of a Top-N that have not been emitted: entries of its state, gathered when there are enough of them.

import Columnar
import Dataflow
import State

struct RankChanges {
  var schema = Schema([])
  var outputsRank = false
  /// Entries at hand while a row is dealt with; kept for its room.
  var run: [Int32] = []
  private var entries: [Int32] = []
  private var kinds: [ChangeKind] = []
  private var ranks: [Int64] = []

  var count: Int { entries.count }

  /// Empties `run` and says where the next one begins.
  mutating func startRun() -> Int {
    run.removeAll(keepingCapacity: true)
    return 0
  }

  mutating func append(_ entry: Int32, _ kind: ChangeKind, rank: Int = 0) {
    entries.append(entry)
    kinds.append(kind)
    if outputsRank { ranks.append(Int64(rank)) }
  }

  /// Emits the changes in order, and frees the entries that are gone.
  mutating func flush(_ rows: RankedRows, into output: inout Output) {
    if !entries.isEmpty {
      var columns = rows.columns(of: entries)
      if outputsRank { columns.append(.int64(FixedColumn(ranks))) }
      let isInsertOnly = kinds.allSatisfy { $0 == .insert }
      output.emit(RecordBatch(schema: schema, columns: columns, rowCount: entries.count, changes: isInsertOnly ? nil : kinds))
      entries.removeAll(keepingCapacity: true)
      kinds.removeAll(keepingCapacity: true)
      ranks.removeAll(keepingCapacity: true)
    }
    rows.release()
  }
}
