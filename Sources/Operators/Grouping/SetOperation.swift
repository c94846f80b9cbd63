//  INTERSECT and EXCEPT over changelogs, by counting.
//  Source: the counting form to which Flink rewrites INTERSECT ALL and EXCEPT ALL; it serves both forms without ALL as well.

import Columnar
import Dataflow
import State

/// Keeps the result of INTERSECT or EXCEPT up to date.
///
/// - Input: two changelogs with equal columns, the left one at input 0. +I and +U add a row, -U and -D take an equal one away (one
///   that is not there is passed over). Rows are equal as in DISTINCT: NULL equals NULL.
/// - Output: +I and -D, for each batch the rows whose count in the result has changed, as often as it has changed, in the order in
///   which they appear. No more rows than came in.
/// - State: for each row that is in an input how often it is in either; forgotten when it has come from neither within the time to live.
final class SetOperation: Operator {
  private let spec: SetOperationSpec
  private var table: KeyedTable!
  private var expiry: GroupExpiry?
  private var outputSchema = Schema([])
  private var groups: [Int32] = []

  init(_ spec: SetOperationSpec) { self.spec = spec }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    table = try context.keyedTable(
      "rows", of: "a set operation",
      TableSchema(
        keys: context.outputSchema.fields,
        columns: [Field("left", .int64, isNullable: false), Field("right", .int64, isNullable: false)]
          + GroupExpiry.fields(spec.timeToLive)))
    expiry = GroupExpiry(spec.timeToLive, of: table)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    expiry.resolve(batch.columns, rowCount: batch.rowCount, in: table, into: &groups, now: output.now)
    expiry?.touch(groups, now: output.now)
    let (left, right) = (table.columns[0].int64, table.columns[1].int64)
    /// Position of each group among those of the batch.
    var positions: [Int32: Int] = [:]
    var touched: [Int32] = []
    var before: [Int64] = []
    let own = input == 0 ? left : right
    for row in groups.indices {
      let group = Int(groups[row])
      if positions.updateValue(touched.count, forKey: groups[row]) == nil {
        touched.append(groups[row])
        before.append(spec.count(left: left[group], right: right[group]))
      }
      own[group] = max(0, own[group] + Int64(batch.change(row).sign))
    }
    var changed: [Int32] = []
    var changes: [ChangeKind] = []
    for (position, group) in touched.enumerated() {
      let difference = spec.count(left: left[Int(group)], right: right[Int(group)]) - before[position]
      for _ in 0..<abs(difference) {
        changed.append(group)
        changes.append(difference > 0 ? .insert : .delete)
      }
    }
    if !changed.isEmpty {
      output.emit(
        RecordBatch(
          schema: outputSchema, columns: table.groups.keyColumns(changed), rowCount: changed.count,
          changes: changes.contains(.delete) ? changes : nil))
    }
    for group in touched where left[Int(group)] == 0 && right[Int(group)] == 0 { table.remove(group) }
    return .done
  }
}
