//  Semi and anti joins of two changelogs: IN and EXISTS, and their opposites.
//  Source: Flink's StreamingSemiAntiJoinOperator.

import Columnar
import Dataflow
import State

/// The left rows that match a right one (semi), or none (anti).
///
/// - Input: two changelogs, rows in any order. NULL keys match nothing: semi drops such left rows, anti keeps them.
/// - Output: the left columns. A left row passes with its own kind. A right row that is the first match of left rows gives
///   them with its own kind (semi) or takes them back, -D (anti); one that goes and was the last match takes them back with
///   its own kind (semi) or gives them, +I (anti).
/// - State: that of `JoinInputs`.
final class SemiJoin: Operator {
  private let inputs: JoinInputs
  private let isAnti: Bool
  private var outputSchema = Schema([])
  private var cursor: MatchCursor?

  init(_ spec: JoinSpec) throws(OperatorError) {
    inputs = try JoinInputs(spec)
    isAnti = spec.kind == .anti
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    try inputs.open(context)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if cursor == nil {
      cursor = MatchCursor(batch, firstRow: row, input: input, of: inputs, isWeighted: input == 0, now: output.now)
    }
    while let current = cursor, !current.isDone {
      if output.isFull { return .yielded(nextRow: current.firstRow + current.row) }
      let piece = try cursor!.next(input: input, of: inputs, limit: RecordBatch.targetRowCount, now: output.now)
      if input == 0 { passLeft(piece, from: current.row, into: &output) } else { applyRight(piece, into: &output) }
    }
    if let done = cursor { inputs.removeEmpty(done.groups) }
    cursor = nil
    return .done
  }

  /// Left rows that are through with their candidates pass if they should, and remember how many they match.
  private func passLeft(_ piece: MatchCursor.Piece, from first: Int, into output: inout Output) {
    let (batch, end) = (cursor!.batch, cursor!.row)
    let left = inputs.rows(of: 0)
    var passing: [Int32] = []
    var position = 0
    for row in first..<min(end + 1, batch.rowCount) {
      while position < piece.rows.count, piece.rows[position] == row {
        if piece.isMatch[position] { cursor!.matchCount = cursor!.matchCount.addingReportingOverflow(piece.counts[position]).partialValue }
        position += 1
      }
      guard row < end else { break }
      if (cursor!.matchCount == 0) == isAnti { passing.append(Int32(row)) }
      let entry = cursor!.entries[row]
      if entry >= 0, batch.change(row).sign > 0 { left.setAssociationCount(cursor!.matchCount, of: entry) }
      cursor!.matchCount = 0
    }
    if passing.isEmpty { return }
    let passed = batch.take(passing)
    output.emit(
      RecordBatch(schema: outputSchema, columns: passed.columns, rowCount: passed.rowCount, changes: passed.changes))
  }

  /// Right rows change which left rows have a match.
  private func applyRight(_ piece: MatchCursor.Piece, into output: inout Output) {
    let left = inputs.rows(of: 0)
    var changed = JoinedRows()
    for position in piece.rows.indices where piece.isMatch[position] {
      let change = cursor!.batch.change(Int(piece.rows[position]))
      let entry = piece.entries[position]
      // Nobody's match before, or nobody else's: this row alone decides.
      if left.associationCount(entry) == (change.sign > 0 ? 0 : 1) {
        let kind: ChangeKind = !isAnti ? change : change.sign > 0 ? .delete : .insert
        changed.append(0, position, kind, count: piece.counts[position])
      }
      if piece.isLast[position] { left.associate(entry, change.sign) }
    }
    if changed.isEmpty { return }
    output.emit(
      RecordBatch(
        schema: outputSchema, columns: piece.others.map { $0.take(changed.others) }, rowCount: changed.changes.count,
        changes: changed.changes))
  }
}
