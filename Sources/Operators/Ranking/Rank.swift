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
  private var table: KeyedTable!
  private var expiry: GroupExpiry?
  private var rows: RankedRows { table.rankings[0] }
  private var groups: [Int32] = []
  private var changes = RankChanges()

  /// Changes of one batch of the output.
  private static let changeCountMax = RecordBatch.targetRowCount

  init(_ spec: RankSpec) throws(OperatorError) {
    guard spec.limit > 0, !spec.order.isEmpty else {
      throw OperatorError(.internal, .never, "a Top-N has an order and at least one row")
    }
    self.spec = spec
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    changes.schema = context.outputSchema
    changes.outputsRank = spec.outputsRank
    let input = context.inputSchemas[0]
    do throws(StateError) {
      table = try context.state.keyedTable(
        "ranked",
        TableSchema(
          keys: spec.keys.map { input[$0] }, columns: GroupExpiry.fields(spec.timeToLive),
          rankings: [.init("rows", input.fields, order: spec.order)]))
      expiry = GroupExpiry(spec.timeToLive, of: table)
    } catch {
      throw OperatorError(.internal, .never, "the state of a Top-N could not be restored", cause: error)
    }
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    var batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    let keys = spec.keys.map { batch.columns[$0] }
    if expiry == nil {
      table.resolve(keys, rowCount: batch.rowCount, into: &groups)
    } else {
      expiry?.resolve(keys, rowCount: batch.rowCount, into: &groups, now: output.now)
    }
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
    expiry?.touch(groups, now: output.now)
    rows.encode(batch.columns, rowCount: batch.rowCount)
    defer { if spec.consumesRetractions { removeEmpty() } }
    for current in 0..<batch.rowCount {
      if spec.consumesRetractions, batch.change(current).sign < 0 {
        retract(current, groups[current])
      } else {
        insert(current, groups[current])
      }
      if changes.count >= Self.changeCountMax || output.pendingRowCount + changes.count >= output.rowLimit {
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
    let before = rows.count(in: group)
    if !spec.consumesRetractions, before >= spec.limit, let last = rows.last(in: group), !rows.precedes(row, last) { return }
    let entry = rows.insert(row, into: group)
    let isFull = before >= spec.limit
    if spec.outputsRank {
      let rank = rows.rank(of: entry)
      if rank <= spec.limit { shiftDown(group, from: rank, to: min(before + 1, spec.limit), grows: !isFull) }
      if isFull, !spec.consumesRetractions { removeLast(group) }
    } else if !isFull {
      changes.append(entry, .insert)
    } else if !spec.consumesRetractions {
      changes.append(removeLast(group), .delete)
      changes.append(entry, .insert)
    } else if rows.rank(of: entry) <= spec.limit {
      if let leaving = rows.entry(in: group, at: spec.limit + 1) { changes.append(leaving, .delete) }
      changes.append(entry, .insert)
    }
  }

  @discardableResult private func removeLast(_ group: Int32) -> Int32 {
    guard let last = rows.last(in: group) else { preconditionFailure("a full ranking has a last row") }
    rows.remove(last)
    return last
  }

  /// A row has been inserted at rank `from`: those behind it stand one further down, the last at `to` is new or has pushed
  /// another out.
  private func shiftDown(_ group: Int32, from: Int, to: Int, grows: Bool) {
    let start = changes.startRun()
    rows.entries(in: group, at: from...(to + 1), into: &changes.run)
    let moved = changes.run.count - start
    for offset in 0...(to - from) {
      let entry = changes.run[start + offset]
      if offset == to - from, grows {
        changes.append(entry, .insert, rank: from + offset)
      } else {
        precondition(offset + 1 < moved, "what a row pushes down is still there")
        if spec.emitsUpdateBefore { changes.append(changes.run[start + offset + 1], .updateBefore, rank: from + offset) }
        changes.append(entry, .updateAfter, rank: from + offset)
      }
    }
  }

  private func retract(_ row: Int, _ group: Int32) {
    guard let entry = rows.find(row, in: group) else { return }
    let rank = rows.rank(of: entry)
    if rank <= spec.limit {
      let count = rows.count(in: group)
      if spec.outputsRank {
        shiftUp(group, from: rank, to: min(count, spec.limit), shrinks: count <= spec.limit)
      } else {
        changes.append(entry, .delete)
        if let entering = rows.entry(in: group, at: spec.limit + 1) { changes.append(entering, .insert) }
      }
    }
    rows.remove(entry)
  }

  /// The row at rank `from` goes: those behind it stand one further up.
  private func shiftUp(_ group: Int32, from: Int, to: Int, shrinks: Bool) {
    let start = changes.startRun()
    rows.entries(in: group, at: from...(to + 1), into: &changes.run)
    for rank in from...to {
      let entry = changes.run[start + rank - from]
      if rank == to, shrinks {
        changes.append(entry, .delete, rank: rank)
      } else {
        if spec.emitsUpdateBefore { changes.append(entry, .updateBefore, rank: rank) }
        changes.append(changes.run[start + rank - from + 1], .updateAfter, rank: rank)
      }
    }
  }

  /// Frees the keys of a batch that have no rows any more.
  private func removeEmpty() {
    for group in groups where table.groups.isLive(group) && rows.count(in: group) == 0 { table.remove(group) }
  }
}
