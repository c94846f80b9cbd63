//  LEFT, RIGHT and FULL OUTER joins of two changelogs.
//  Source: Flink's StreamingJoinOperator.

import Columnar
import Dataflow
import State

/// Joins the rows of two inputs on equal keys; a row of a padded side that matches nothing stands alone, with NULLs.
///
/// - Input: two changelogs, rows in any order. NULL keys match nothing, so that such rows of a padded side stand alone.
/// - Output: the left columns, then the right ones. A row that comes takes back (-D) the padded rows of those that it is the
///   first match of, then gives its pairs; one that goes takes its pairs back, then gives the padded rows of those that it
///   was the last match of (+I). Pairs are +I and -D, but a row that goes from a side that is not padded gives its own kind.
///   A row with more candidates than a batch holds does this once for each part of them.
/// - State: that of `JoinInputs`.
final class OuterJoin: Operator {
  private let inputs: JoinInputs
  private let isPadded: [Bool]
  private var outputSchema = Schema([])
  private var inputSchemas: [Schema] = []
  private var cursor: MatchCursor?
  /// The columns of the batch at hand, with a row of NULLs at their end if the other side is padded.
  private var own: [Column] = []

  init(_ spec: JoinSpec) throws(OperatorError) {
    inputs = try JoinInputs(spec)
    isPadded = [spec.kind.padsLeft, spec.kind.padsRight]
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    inputSchemas = context.inputSchemas
    try inputs.open(context)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if cursor == nil {
      let started = MatchCursor(batch, firstRow: row, input: input, of: inputs, isWeighted: false, now: output.now)
      own = isPadded[1 - input] ? withNulls(started.batch.columns, of: input) : started.batch.columns
      cursor = started
    }
    while let current = cursor, !current.isDone {
      if output.isFull { return .yielded(nextRow: current.firstRow + current.row) }
      try advance(input: input, into: &output)
    }
    if let done = cursor { inputs.removeEmpty(done.groups) }
    cursor = nil
    own = []
    return .done
  }

  private func withNulls(_ columns: [Column], of input: Int) -> [Column] {
    columns.indices.map { columns[$0].withNull(inputSchemas[input][$0].type) }
  }

  /// Emits what the next piece of the batch gives.
  private func advance(input: Int, into output: inout Output) throws(OperatorError) {
    let first = cursor!.row
    let piece = try cursor!.next(input: input, of: inputs, limit: RecordBatch.targetRowCount, now: output.now)
    let (batch, end) = (cursor!.batch, cursor!.row)
    let rows = inputs.rows(of: input)
    var joined = JoinedRows()
    var position = 0
    for row in first..<min(end + 1, batch.rowCount) {
      let start = position
      while position < piece.rows.count, piece.rows[position] == row { position += 1 }
      let matches = start..<position
      let change = batch.change(row)
      pair(row, change, matches, of: piece, input: input, into: &joined)
      for match in matches where piece.isMatch[match] { cursor!.matchCount += piece.counts[match] }
      guard row < end else { break }
      if isPadded[input] {
        if cursor!.matchCount == 0 { joined.append(row, piece.rows.count, change.sign > 0 ? .insert : .delete) }
        let entry = cursor!.entries[row]
        if change.sign > 0, entry >= 0 { rows.setAssociationCount(cursor!.matchCount, of: entry) }
      }
      cursor!.matchCount = 0
    }
    emit(joined, piece, input: input, into: &output)
  }

  /// The pairs of a row, and what they make of the padded rows of the other side.
  private func pair(
    _ row: Int, _ change: ChangeKind, _ positions: Range<Int>, of piece: MatchCursor.Piece, input: Int, into joined: inout JoinedRows
  ) {
    let isAdded = change.sign > 0
    let isOtherPadded = isPadded[1 - input]
    let others = inputs.rows(of: 1 - input)
    let nulls = own.first?.count ?? 0
    if isAdded, isOtherPadded {
      for position in positions where piece.isMatch[position] && others.associationCount(piece.entries[position]) == 0 {
        joined.append(nulls - 1, position, .delete, count: piece.counts[position])
      }
    }
    let kind: ChangeKind = isAdded ? .insert : isPadded[input] ? .delete : change
    for position in positions where piece.isMatch[position] { joined.append(row, position, kind, count: piece.counts[position]) }
    guard isOtherPadded else { return }
    for position in positions where piece.isMatch[position] {
      let entry = piece.entries[position]
      if !isAdded, others.associationCount(entry) == 1 { joined.append(nulls - 1, position, .insert, count: piece.counts[position]) }
      if piece.isLast[position] { others.associate(entry, change.sign) }
    }
  }

  private func emit(_ joined: JoinedRows, _ piece: MatchCursor.Piece, input: Int, into output: inout Output) {
    if joined.isEmpty { return }
    let others = isPadded[input] ? withNulls(piece.others, of: 1 - input) : piece.others
    let mine = own.map { $0.take(joined.own) }
    let theirs = others.map { $0.take(joined.others) }
    output.emit(
      RecordBatch(
        schema: outputSchema, columns: input == 0 ? mine + theirs : theirs + mine, rowCount: joined.changes.count,
        changes: joined.changes))
  }
}
