//  Top-N over a changelog.
//  Source: Flink's AppendOnlyTopNFunction and RetractableTopNFunction.

import Columnar
import Dataflow
import State

/// Keeps the first rows of each key in an order.
///
/// - Input: without retractions rows of any time; with them +I and +U add a row, -U and -D take an equal one back (one that is not
///   there is passed over).
/// - Output: without the rank -D for a row that has left the first `limit`, +I for one that has entered. With it the row at each
///   rank that has changed as +U (after -U if wanted), +I for a new last rank, -D for a last rank that is gone.
/// - State: the first `limit` rows of each key; all rows where they may be taken back. A key's rows are
///   forgotten when none has come or gone within the time to live.
/// - Cost: a logarithm of the rows of a key for each row; a row that cannot enter costs a comparison. Taking back also costs a step
///   for each row before it with an equal sort key.
final class Rank: Operator {
  private let spec: RankSpec
  private var state: RankState!
  private var rows: RankedRows { state.rows }
  private var changes: RankChanges!

  init(_ spec: RankSpec) throws(OperatorError) {
    guard spec.limit > 0, !spec.order.isEmpty else {
      throw OperatorError(.internal, .never, "a Top-N has an order and at least one row")
    }
    self.spec = spec
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    changes = RankChanges(spec, context.outputSchema)
    state = try RankState(spec, context)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    var batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    var groups = state.resolve(batch, now: output.now)
    /// The row of the whole batch that each row is; nil for the rows from `row` on.
    var origin: [Int32]?
    if !spec.consumesRetractions {
      let candidates = rows.candidates(batch.columns, groups: groups, limit: spec.limit)
      if candidates.isEmpty { return .done }
      if candidates.count < batch.rowCount {
        batch = batch.take(candidates)
        groups = candidates.map { groups[Int($0)] }
        origin = candidates
      }
    }
    state.touch(groups, now: output.now)
    let rows = rows
    if spec.consumesRetractions {
      rows.encode(batch.columns, rowCount: batch.rowCount)
    } else {
      rows.hold(batch.columns, rowCount: batch.rowCount)
    }
    defer { if spec.consumesRetractions { state.removeEmpty(groups) } else { rows.store() } }
    for current in 0..<batch.rowCount {
      if !spec.consumesRetractions {
        changes.enter(current, into: groups[current], of: rows, limit: spec.limit)
      } else if batch.change(current).sign < 0 {
        retract(current, groups[current])
      } else {
        insert(current, groups[current])
      }
      if changes.isDue(output) {
        changes.flush(rows, into: &output)
        if output.isFull, current + 1 < batch.rowCount {
          return .yielded(nextRow: row + (origin.map { Int($0[current + 1]) } ?? current + 1))
        }
      }
    }
    changes.flush(rows, into: &output)
    return .done
  }

  private func insert(_ row: Int, _ group: Int32) {
    let entry = rows.insert(row, into: group)
    let rank = rows.rank(of: entry, in: group)
    guard rank <= spec.limit else { return }
    if spec.outputsRank {
      changes.startRun()
      rows.entries(in: group, at: rank...(spec.limit + 1), into: &changes.run)
      let pushedOut = changes.run.count > spec.limit + 1 - rank ? changes.run.removeLast() : nil
      changes.shiftDown(from: rank, pushingOut: pushedOut)
    } else {
      if let pushedOut = rows.entry(in: group, at: spec.limit + 1) { changes.append(pushedOut, .delete) }
      changes.append(entry, .insert)
    }
  }

  private func retract(_ row: Int, _ group: Int32) {
    guard let entry = rows.find(row, in: group) else { return }
    let rank = rows.rank(of: entry, in: group)
    if rank <= spec.limit {
      let count = rows.count(in: group)
      if spec.outputsRank {
        shiftUp(group, from: rank, to: min(count, spec.limit), shrinks: count <= spec.limit)
      } else {
        changes.append(entry, .delete)
        if let entering = rows.entry(in: group, at: spec.limit + 1) { changes.append(entering, .insert) }
      }
    }
    rows.remove(entry, of: group)
  }

  /// The row at rank `from` goes: those behind it stand one further up.
  private func shiftUp(_ group: Int32, from: Int, to: Int, shrinks: Bool) {
    changes.startRun()
    rows.entries(in: group, at: from...(to + 1), into: &changes.run)
    for rank in from...to {
      let entry = changes.run[rank - from]
      if rank == to, shrinks {
        changes.append(entry, .delete, rank: rank)
      } else {
        if spec.emitsUpdateBefore { changes.append(entry, .updateBefore, rank: rank) }
        changes.append(changes.run[rank - from + 1], .updateAfter, rank: rank)
      }
    }
  }
}
