//  An inner equi-join of two inputs that never take a row back: no row has to be found again, so each side is a list by key.
//  Source: Flink's StreamingJoinOperator, whose results these are.

import Columnar
import Dataflow
import State

/// Joins the rows of two insert-only inputs on equal keys.
///
/// - Input: rows in any order. NULL keys match nothing.
/// - Output: the left columns, then the right ones, of each pair for which the condition is TRUE; all +I. Of the pairs of one
///   row those with the other side's latest rows come first.
/// - State: the rows of both sides by key, all of them. Rows with a NULL in their key are not kept. Nothing expires.
final class InsertOnlyJoin: Operator {
  private let spec: JoinSpec
  private var condition: JoinCondition
  private var table: KeyedTable!
  private var outputSchema = Schema([])
  /// Where the batch at hand stands, if the output was full in between: its rows are in the state already.
  private var cursor: Cursor?

  private struct Cursor {
    let firstRow: Int
    /// One a row, from `firstRow` on.
    let groups: [Int32]
    /// The row whose pairs come next.
    var row: Int
    /// The other side's row that it goes with next; zero for none.
    var other: RowHandle = 0
    var isInRow = false
  }

  init(_ spec: JoinSpec) throws(OperatorError) {
    precondition(spec.kind == .inner && spec.isInsertOnly, "rows of other joins come and go")
    self.spec = spec
    condition = try JoinCondition(spec.condition)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    condition.open(context)
    outputSchema = context.outputSchema
    let (left, right) = (context.inputSchemas[0], context.inputSchemas[1])
    table = try context.keyedTable(
      "rows", of: "a join",
      TableSchema(keys: spec.leftKeys.map { left[$0] }, lists: [.init("left", left.fields), .init("right", right.fields)]))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if cursor == nil {
      let rows = row == 0 ? batch : batch.slice(row..<batch.rowCount)
      let keys = (input == 0 ? spec.leftKeys : spec.rightKeys).map { rows.columns[$0] }
      let groups = table.resolveMatchable(keys, rowCount: rows.rowCount)
      table.lists[input].add(rows.columns, groups: groups)
      cursor = Cursor(firstRow: row, groups: groups, row: row)
    }
    let others = table.lists[1 - input]
    while !output.isFull {
      var (rows, found) = nextPairs(with: others)
      if rows.isEmpty {
        cursor = nil
        return .done
      }
      if !condition.isEmpty {
        let leftCount = table.lists[0].fields.count
        let matches = try condition.matches(rowCount: rows.count, now: output.now) { column in
          let (side, field) = column < leftCount ? (0, column) : (1, column - leftCount)
          return side == input ? batch.columns[field].take(rows) : others.column(field, of: found)
        }
        if matches.count < rows.count { (rows, found) = (matches.map { rows[Int($0)] }, matches.map { found[Int($0)] }) }
      }
      let (own, other) = (batch.columns.take(rows), others.columns(of: found))
      output.emit(RecordBatch(schema: outputSchema, columns: input == 0 ? own + other : other + own, rowCount: rows.count))
    }
    return .yielded(nextRow: cursor!.row)
  }

  /// The next pairs of the batch at hand, about as many as a batch has rows; none when all have been given.
  private func nextPairs(with others: RowLists) -> (rows: [Int32], found: [RowHandle]) {
    guard var at = cursor else { return ([], []) }
    var rows: [Int32] = []
    var found: [RowHandle] = []
    let end = at.firstRow + at.groups.count
    while at.row < end, rows.count < RecordBatch.targetRowCount {
      if !at.isInRow {
        let group = at.groups[at.row - at.firstRow]
        at.other = group < 0 ? 0 : others.newest(in: group)
        at.isInRow = true
      }
      while at.other != 0, rows.count < RecordBatch.targetRowCount {
        rows.append(Int32(at.row))
        found.append(at.other)
        at.other = others.row(before: at.other)
      }
      if at.other == 0 {
        at.row += 1
        at.isInRow = false
      }
    }
    cursor = at
    return (rows, found)
  }
}
