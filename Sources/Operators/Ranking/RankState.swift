//  What a Top-N over a changelog keeps.

import Columnar
import Dataflow
import State

/// The rows of each key in their order. Those of a key are forgotten when none has come or gone within the time to live.
struct RankState {
  let rows: RankedRows
  private let keys: [Int]
  private let table: KeyedTable
  private var expiry: GroupExpiry?
  /// Kept for its room.
  private var groups: [Int32] = []

  init(_ spec: RankSpec, _ context: OperatorContext) throws(OperatorError) {
    keys = spec.keys
    let input = context.inputSchemas[0]
    table = try context.keyedTable(
      "ranked", of: "a Top-N",
      TableSchema(
        keys: keys.map { input[$0] }, columns: GroupExpiry.fields(spec.timeToLive),
        rankings: [.init("rows", input.fields, order: spec.order)]))
    rows = table.rankings[0]
    expiry = GroupExpiry(spec.timeToLive, of: table)
  }

  /// The group of each row of a batch.
  mutating func resolve(_ batch: RecordBatch, now: Int64) -> [Int32] {
    expiry.resolve(keys.map { batch.columns[$0] }, rowCount: batch.rowCount, in: table, into: &groups, now: now)
    return groups
  }

  /// Rows of the groups have come or gone.
  func touch(_ groups: [Int32], now: Int64) { expiry?.touch(groups, now: now) }

  /// Frees those of a batch's groups that have no rows any more.
  func removeEmpty(_ touched: [Int32]) {
    for group in touched where table.groups.isLive(group) && rows.count(in: group) == 0 { table.remove(group) }
  }
}
