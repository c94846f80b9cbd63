//  An inner equi-join of two changelogs.
//  Source: Flink's StreamingJoinOperator.

import Columnar
import Dataflow
import State

/// Joins the rows of two inputs on equal keys.
///
/// - Input: two changelogs, rows in any order. +I and +U add a row, -U and -D take one back. NULL keys match nothing.
/// - Output: the left columns, then the right ones, of each pair for which the condition is TRUE; the kind is that of the row
///   that has just come. Pairs of one row come in the order in which the other side's rows first came; a row that is there
///   several times gives as many pairs.
/// - State: that of `JoinInputs`.
final class Join: Operator {
  private let inputs: JoinInputs
  private var outputSchema = Schema([])
  /// Where the batch at hand stands, if the output was full in between: its rows are in the state already.
  private var cursor: PairCursor?

  init(_ spec: JoinSpec) throws(OperatorError) { inputs = try JoinInputs(spec) }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    try inputs.open(context)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if cursor == nil {
      let rows = row == 0 ? batch : batch.slice(row..<batch.rowCount)
      let groups = inputs.resolve(rows, input: input, now: output.now)
      inputs.rows(of: input).add(rows.columns, groups: groups, deltas: rows.deltas)
      cursor = PairCursor(firstRow: row, groups: groups)
    }
    let others = inputs.rows(of: 1 - input)
    while !output.isFull {
      guard let pairs = cursor!.nextPairs(from: others, limit: RecordBatch.targetRowCount) else {
        let touched = cursor!.groups
        cursor = nil
        inputs.removeEmpty(touched)
        return .done
      }
      try emit(pairs, of: batch, input: input, with: others, into: &output)
    }
    return .yielded(nextRow: cursor!.row)
  }

  private func emit(
    _ pairs: PairCursor.Pairs, of batch: RecordBatch, input: Int, with others: RowMultimap, into output: inout Output
  ) throws(OperatorError) {
    let own = batch.take(pairs.rows)
    let other = others.columns(of: pairs.entries)
    let joined = RecordBatch(
      schema: outputSchema, columns: input == 0 ? own.columns + other : other + own.columns, rowCount: pairs.rows.count,
      changes: own.changes)
    if inputs.condition.isEmpty { return output.emit(joined) }
    let rows = try inputs.condition.matches(joined, now: output.now)
    output.emit(rows.count == joined.rowCount ? joined : joined.take(rows))
  }
}

/// Goes through the pairs of a batch's rows with the other side's, and can stop anywhere.
struct PairCursor {
  struct Pairs {
    var rows: [Int32] = []
    var entries: [Int32] = []
  }
  private let firstRow: Int
  /// One a row, from `firstRow` on.
  let groups: [Int32]
  /// The row of the batch whose pairs come next.
  private(set) var row: Int
  /// The other side's row that comes next, and how many pairs with it have been given.
  private var entry: Int32?
  private var given: Int64 = 0
  private var isInRow = false

  init(firstRow: Int, groups: [Int32]) {
    self.firstRow = firstRow
    self.groups = groups
    row = firstRow
  }

  /// The next pairs, at most `limit`; nil when there are no more.
  mutating func nextPairs(from others: RowMultimap, limit: Int) -> Pairs? {
    var pairs = Pairs()
    while pairs.rows.count < limit, row < firstRow + groups.count {
      if !isInRow {
        let group = groups[row - firstRow]
        entry = group < 0 ? nil : others.first(in: group)
        given = 0
        isInRow = true
      }
      guard let current = entry else {
        row += 1
        isInRow = false
        continue
      }
      let count = min(others.multiplicity(current) - given, Int64(limit - pairs.rows.count))
      pairs.rows.append(contentsOf: repeatElement(Int32(row), count: Int(count)))
      pairs.entries.append(contentsOf: repeatElement(current, count: Int(count)))
      given += count
      if given == others.multiplicity(current) {
        entry = others.entry(after: current)
        given = 0
      }
    }
    return pairs.rows.isEmpty ? nil : pairs
  }
}
