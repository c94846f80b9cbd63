//  What all regular joins have in common: the rows of both sides by key.

import Columnar
import Dataflow
import State

/// The rows of the two inputs of a join.
///
/// State: the rows of both sides by key, each distinct row once with its multiplicity; on a side whose rows may stand
/// alone, or depend on whether there is a match, also with the number of the other side's rows that it matches. Rows
/// with a NULL in their key match nothing and are not kept. A row that has not been written to within the time to live of its
/// side is forgotten: it gives no more pairs, nor are those taken back that it gave.
final class JoinInputs {
  let spec: JoinSpec
  private(set) var condition: JoinCondition
  private var table: KeyedTable!
  private var expiry: [RowExpiry?] = [nil, nil]

  init(_ spec: JoinSpec) throws(OperatorError) {
    guard spec.leftKeys.count == spec.rightKeys.count else {
      throw OperatorError(.internal, .never, "a join has as many keys on the left as on the right")
    }
    self.spec = spec
    condition = try JoinCondition(spec.condition)
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    condition.open(context)
    let (left, right) = (context.inputSchemas[0], context.inputSchemas[1])
    table = try context.keyedTable(
      "rows", of: "a join",
      TableSchema(
        keys: spec.leftKeys.map { left[$0] },
        multimaps: [
          .init(
            "left", left.fields, countsAssociations: spec.kind.padsLeft || spec.kind.isLeftOnly, isStamped: spec.leftTimeToLive != nil),
          .init("right", right.fields, countsAssociations: spec.kind.padsRight, isStamped: spec.rightTimeToLive != nil),
        ]))
    expiry = [RowExpiry(spec.leftTimeToLive, of: table.multimaps[0]), RowExpiry(spec.rightTimeToLive, of: table.multimaps[1])]
  }

  /// The rows of one side, 0 for left.
  func rows(of input: Int) -> RowMultimap { table.multimaps[input] }

  /// The group of each row of a new batch, negative where a key is null. What has expired of these groups on the other side is
  /// gone then; of the batch's own side it is found to be when it is written to.
  func resolve(_ batch: RecordBatch, input: Int, now: Int64) -> [Int32] {
    for side in expiry.indices {
      if let groups = expiry[side]?.advance(to: now, rowCount: batch.rowCount) { removeEmpty(groups) }
    }
    let groups = table.resolveMatchable(
      (input == 0 ? spec.leftKeys : spec.rightKeys).map { batch.columns[$0] }, rowCount: batch.rowCount)
    expiry[1 - input]?.expire(groups)
    return groups
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
