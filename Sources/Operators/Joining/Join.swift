//  An inner equi-join of two changelogs.
//  Source: Flink's StreamingJoinOperator.

import Columnar
import Dataflow
import Expressions
import State

/// Joins the rows of two inputs on equal keys.
///
/// - Input: two changelogs, rows in any order. +I and +U add a row, -U and -D take one back. NULL keys match nothing.
/// - Output: the left columns, then the right ones, of each pair for which the condition is TRUE; the kind is that of the row
///   that has just come. Pairs of one row come in the order in which the other side's rows first came; a row that is there
///   several times gives as many pairs.
/// - State: the rows of both sides by key, each distinct row once with its multiplicity. Nothing expires.
final class Join: Operator {
  private let spec: JoinSpec
  private let condition: CompiledPredicate?
  private var table: KeyedTable!
  private var outputSchema = Schema([])
  private var timeZone = TimeZoneRules.utc
  private var groups: [Int32] = []
  /// Where the batch at hand stands, if the output was full in between: its rows are in the state already.
  private var cursor: PairCursor?

  init(_ spec: JoinSpec) throws(OperatorError) {
    guard spec.leftKeys.count == spec.rightKeys.count else {
      throw OperatorError(.internal, .never, "a join has as many keys on the left as on the right")
    }
    self.spec = spec
    do throws(EvaluationError) {
      condition = if let condition = spec.condition { try CompiledPredicate(condition) } else { nil }
    } catch {
      throw OperatorError(.internal, .never, "the condition of a join could not be compiled", cause: error)
    }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    timeZone = context.timeZoneRules
    do throws(StateError) {
      table = try context.state.keyedTable(
        "rows",
        TableSchema(
          keys: spec.leftKeys.map { context.inputSchemas[0][$0] },
          multimaps: [.init("left", context.inputSchemas[0].fields), .init("right", context.inputSchemas[1].fields)]))
    } catch {
      throw OperatorError(.internal, .never, "the state of a join could not be restored", cause: error)
    }
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    if cursor == nil {
      store(row == 0 ? batch : batch.slice(row..<batch.rowCount), input: input)
      cursor = PairCursor(firstRow: row, groups: groups)
    }
    let others = table.multimaps[1 - input]
    while !output.isFull {
      guard let pairs = cursor!.nextPairs(from: others, limit: RecordBatch.targetRowCount) else {
        let touched = cursor!.groups
        cursor = nil
        removeEmpty(touched)
        return .done
      }
      try emit(pairs, of: batch, input: input, with: others, into: &output)
    }
    return .yielded(nextRow: cursor!.row)
  }

  /// Puts the rows of one side in the state, and their groups in `groups`, negative where a key is null.
  private func store(_ batch: RecordBatch, input: Int) {
    let keys = (input == 0 ? spec.leftKeys : spec.rightKeys).map { batch.columns[$0] }
    let validity = keys.reduce(nil) { Validity.both($0, $1.validity) }
    if let validity {
      let rows = (0..<Int32(batch.rowCount)).filter { validity.isValid(Int($0)) }
      var found: [Int32] = []
      table.resolve(keys.map { $0.take(rows) }, rowCount: rows.count, into: &found)
      groups = [Int32](repeating: -1, count: batch.rowCount)
      for (position, row) in rows.enumerated() { groups[Int(row)] = found[position] }
    } else {
      table.resolve(keys, rowCount: batch.rowCount, into: &groups)
    }
    table.multimaps[input].add(batch.columns, groups: groups, deltas: batch.changes?.map { Int64($0.sign) })
  }

  private func emit(
    _ pairs: PairCursor.Pairs, of batch: RecordBatch, input: Int, with others: RowMultimap, into output: inout Output
  ) throws(OperatorError) {
    let own = batch.take(pairs.rows)
    let other = others.columns(of: pairs.entries)
    let joined = RecordBatch(
      schema: outputSchema, columns: input == 0 ? own.columns + other : other + own.columns, rowCount: pairs.rows.count,
      changes: own.changes)
    guard let condition else { return output.emit(joined) }
    do throws(EvaluationError) {
      let rows = try condition.select(from: joined, context: EvaluationContext(nowMicroseconds: output.now, timeZone: timeZone))
      output.emit(rows.count == joined.rowCount ? joined : joined.take(rows))
    } catch {
      throw OperatorError(.user, .never, "the condition of a join failed", cause: error)
    }
  }

  /// Frees the keys of a batch that no side has rows of any more.
  private func removeEmpty(_ touched: [Int32]) {
    for group in touched where group >= 0 && table.groups.isLive(group) {
      if table.multimaps[0].isEmpty(group), table.multimaps[1].isEmpty(group) { table.remove(group) }
    }
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
