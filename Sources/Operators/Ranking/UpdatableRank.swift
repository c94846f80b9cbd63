//  Top-N over rows that replace each other by key and never come to stand further down.
//  Source: Flink's UpdatableTopNFunction.

import Columnar
import Dataflow
import State

/// Keeps the first rows of each key in an order; a row takes the place of the one that is equal in the upsert key.
///
/// - Input: +I and +U. What a row replaces comes before it in the order, or has an equal sort key: so a row that has been left out
///   need not be known, and one that comes in is new or has risen.
/// - Output: as `Rank`; a row whose place is taken by the one that replaces it as -U (if wanted) and +U.
/// - State: the first `limit` rows of each key. Those of a key are forgotten when none has come within the time to live.
/// - A row that stands further down than what it replaces, since a count that had expired began anew, stays among the rows that are
///   kept, at its new place, as in Flink.
/// - Cost: a step for each row of the key that is kept.
final class UpdatableRank: Operator {
  private let spec: RankSpec
  private let upsertKey: [Int]
  private var state: RankState!
  private var rows: RankedRows { state.rows }
  private var changes: RankChanges!

  init(_ spec: RankSpec) throws(OperatorError) {
    guard spec.limit > 0, !spec.order.isEmpty, let upsertKey = spec.upsertKey else {
      throw OperatorError(.internal, .never, "a Top-N by key has an order, at least one row and an upsert key")
    }
    self.spec = spec
    self.upsertKey = upsertKey
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    changes = RankChanges(spec, context.outputSchema)
    state = try RankState(spec, context)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    let groups = state.resolve(batch, now: output.now)
    state.touch(groups, now: output.now)
    rows.encode(batch.columns, rowCount: batch.rowCount)
    for current in 0..<batch.rowCount {
      if let entry = rows.find(current, in: groups[current], on: upsertKey) {
        update(entry, current, groups[current])
      } else {
        changes.enter(current, into: groups[current], of: rows, limit: spec.limit)
      }
      if changes.isDue(output) {
        changes.flush(rows, into: &output)
        if output.isFull, current + 1 < batch.rowCount { return .yielded(nextRow: row + current + 1) }
      }
    }
    changes.flush(rows, into: &output)
    return .done
  }

  private func update(_ old: Int32, _ row: Int, _ group: Int32) {
    let oldRank = rows.rank(of: old, in: group)
    let new: Int32
    if rows.hasKey(of: row, old) {
      new = rows.replace(old, of: group, by: row)
    } else {
      rows.remove(old, of: group)
      new = rows.insert(row, into: group)
    }
    if spec.outputsRank {
      let newRank = rows.rank(of: new, in: group)
      changes.startRun()
      rows.entries(in: group, at: min(oldRank, newRank)...max(oldRank, newRank), into: &changes.run)
      move(old, from: oldRank, to: newRank)
    } else {
      if spec.emitsUpdateBefore { changes.append(old, .updateBefore) }
      changes.append(new, .updateAfter)
    }
  }

  /// What stood at rank `from` is now at rank `to`; the run of changes is what is at the ranks from the one to the other. The row that
  /// is replaced is taken back first, since the new one has the same key.
  private func move(_ old: Int32, from: Int, to: Int) {
    let first = min(from, to)
    for (offset, entry) in changes.run.enumerated() {
      let rank = first + offset
      if spec.emitsUpdateBefore {
        if rank != from { changes.append(changes.run[to < from ? offset + 1 : offset - 1], .updateBefore, rank: rank) }
        if offset == 0 { changes.append(old, .updateBefore, rank: from) }
      }
      changes.append(entry, .updateAfter, rank: rank)
    }
  }
}
