//  A join of rows that are in the same window.
//  Source: Flink's WindowJoinOperator.

import Columnar
import Dataflow
import Expressions
import State

/// Joins the rows of two inputs on equal windows and keys, when the watermark closes the window.
///
/// - Input: insert-only rows with the end of their window, in any order. NULL keys match nothing.
/// - Output: insert-only, window by window: the pairs, then the rows of a padded side that have found none, with NULLs. Of semi and
///   anti joins the left rows that have a match, or none.
/// - Late rows, those of closed windows, are counted and dropped.
/// - State: the rows of both sides of the open windows, by key; the watermark.
/// - Cost: each pair of a key's rows is looked at, but a left row of a semi or anti join no more after its first match.
final class WindowJoin: Operator {
  private let spec: WindowJoinSpec
  private var condition: JoinCondition
  /// By side: rows without a match come out as well.
  private let keepsLonely: [Bool]
  private var windows: AttachedWindows!
  private var outputSchema = Schema([])
  private var inputSchemas: [Schema] = []
  private var closing: ClosingWindow?
  private var groups: [Int32] = []
  var lateRowCount: Int { windows.lateRowCount }

  init(_ spec: WindowJoinSpec) throws(OperatorError) {
    guard spec.leftKeys.count == spec.rightKeys.count, spec.left.isLocal == spec.right.isLocal else {
      throw OperatorError(.internal, .never, "a window join has as many keys on both sides, and windows of one clock")
    }
    self.spec = spec
    condition = try JoinCondition(spec.condition)
    keepsLonely = [spec.kind.padsLeft || spec.kind == .anti, spec.kind.padsRight]
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    inputSchemas = context.inputSchemas
    condition.open(context)
    windows = try AttachedWindows(
      context, isLocal: spec.left.isLocal,
      TableSchema(
        keys: spec.leftKeys.map { inputSchemas[0][$0] },
        queues: [.init("left", inputSchemas[0].fields), .init("right", inputSchemas[1].fields)]))
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let keys = input == 0 ? spec.leftKeys : spec.rightKeys
    var batch = batch
    if !keepsLonely[input], let validity = keys.reduce(nil, { Validity.both($0, batch.columns[$1].validity) }) {
      batch = batch.take((0..<Int32(batch.rowCount)).filter { validity.isValid(Int($0)) })
    }
    windows.route(batch, ends: input == 0 ? spec.left.end : spec.right.end) { table, columns, rowCount in
      table.resolve(keys.map { columns[$0] }, rowCount: rowCount, into: &groups)
      let queue = table.queues[input]
      for (row, entry) in queue.store(columns, rowCount: rowCount).enumerated() { queue.append(entry, to: groups[row]) }
    }
    return .done
  }

  // MARK: Closing

  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    windows.advance(to: watermark)
    while let table = windows.nextDue {
      var window = closing ?? ClosingWindow(table, marksMatches: keepsLonely[0] || keepsLonely[1] || spec.kind == .semi)
      while let piece = window.nextPairs(onePerLeft: spec.kind.isLeftOnly) {
        try join(piece, &window, into: &output)
        if output.isFull {
          closing = window
          return .yielded(nextRow: 0)
        }
      }
      while let lonely = window.nextRows(left: spec.kind == .semi || keepsLonely[0], right: keepsLonely[1], matched: spec.kind == .semi) {
        output.emit(alone(lonely.entries, of: lonely.side, in: table))
        if output.isFull {
          closing = window
          return .yielded(nextRow: 0)
        }
      }
      closing = nil
      windows.removeDue()
    }
    return .done
  }

  private func join(_ pairs: ClosingWindow.Pairs, _ window: inout ClosingWindow, into output: inout Output) throws(OperatorError) {
    if spec.kind.isLeftOnly, condition.isEmpty { return window.mark(pairs, all: true, []) }
    let columns =
      window.queues[0].columns.map { $0.gather(pairs.left) } + window.queues[1].columns.map { $0.gather(pairs.right) }
    let joined = RecordBatch(schema: condition.pairSchema, columns: columns, rowCount: pairs.left.count)
    let rows = condition.isEmpty ? [] : try condition.matches(joined, now: output.now)
    let all = condition.isEmpty || rows.count == joined.rowCount
    window.mark(pairs, all: all, rows)
    if spec.kind.isLeftOnly { return }
    let matches = all ? joined : joined.take(rows)
    output.emit(RecordBatch(schema: outputSchema, columns: matches.columns, rowCount: matches.rowCount))
  }

  private func alone(_ entries: [Int32], of side: Int, in table: KeyedTable) -> RecordBatch {
    let own = table.queues[side].columns.map { $0.gather(entries) }
    let nulls = spec.kind.isLeftOnly ? [] : inputSchemas[1 - side].nulls(count: entries.count)
    return RecordBatch(schema: outputSchema, columns: side == 0 ? own + nulls : nulls + own, rowCount: entries.count)
  }
}
