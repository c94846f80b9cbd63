//  What all regular joins have in common: the rows of both sides by key, and the condition on pairs of them.

import Columnar
import Dataflow
import Expressions
import State

/// The rows of the two inputs of a join.
///
/// State: the rows of both sides by key, each distinct row once with its multiplicity; on a side whose rows may stand
/// alone, or depend on whether there is a match, also with the number of the other side's rows that it matches. Rows
/// with a NULL in their key match nothing and are not kept. Nothing expires.
final class JoinInputs {
  let spec: JoinSpec
  let condition: CompiledPredicate?
  private var table: KeyedTable!
  private var timeZone = TimeZoneRules.utc
  /// The left columns, then the right ones.
  private(set) var pairSchema = Schema([])

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
    timeZone = context.timeZoneRules
    let (left, right) = (context.inputSchemas[0], context.inputSchemas[1])
    pairSchema = Schema(left.fields + right.fields)
    do throws(StateError) {
      table = try context.state.keyedTable(
        "rows",
        TableSchema(
          keys: spec.leftKeys.map { left[$0] },
          multimaps: [
            .init("left", left.fields, countsAssociations: spec.kind.padsLeft || spec.kind.isLeftOnly),
            .init("right", right.fields, countsAssociations: spec.kind.padsRight),
          ]))
    } catch {
      throw OperatorError(.internal, .never, "the state of a join could not be restored", cause: error)
    }
  }

  /// The rows of one side, 0 for left.
  func rows(of input: Int) -> RowMultimap { table.multimaps[input] }

  /// The group of each row of a batch, negative where a key is null.
  func resolve(_ batch: RecordBatch, input: Int) -> [Int32] {
    let keys = (input == 0 ? spec.leftKeys : spec.rightKeys).map { batch.columns[$0] }
    var groups: [Int32] = []
    guard let validity = keys.reduce(nil, { Validity.both($0, $1.validity) }) else {
      table.resolve(keys, rowCount: batch.rowCount, into: &groups)
      return groups
    }
    let rows = (0..<Int32(batch.rowCount)).filter { validity.isValid(Int($0)) }
    var found: [Int32] = []
    table.resolve(keys.map { $0.take(rows) }, rowCount: rows.count, into: &found)
    groups = [Int32](repeating: -1, count: batch.rowCount)
    for (position, row) in rows.enumerated() { groups[Int(row)] = found[position] }
    return groups
  }

  /// The rows of `pairs` for which the condition is TRUE.
  func matches(_ pairs: RecordBatch, now: Int64) throws(OperatorError) -> [Int32] {
    guard let condition else { return Array(0..<Int32(pairs.rowCount)) }
    do throws(EvaluationError) {
      return try condition.select(from: pairs, context: EvaluationContext(nowMicroseconds: now, timeZone: timeZone))
    } catch {
      throw OperatorError(.user, .never, "the condition of a join failed", cause: error)
    }
  }

  /// Frees the keys of a batch that no side has rows of any more.
  func removeEmpty(_ touched: [Int32]) {
    for group in touched where group >= 0 && table.groups.isLive(group) {
      if table.multimaps[0].isEmpty(group), table.multimaps[1].isEmpty(group) { table.remove(group) }
    }
  }
}

extension RecordBatch {
  /// What each row does to how often it is there; nil if every row adds one.
  var deltas: [Int64]? { changes?.map { Int64($0.sign) } }
}
