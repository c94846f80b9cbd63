//  How many rows each group has, where rows may be taken back.
//  Source: Flink's RecordCounter.

import Columnar
import Dataflow
import State

/// A column of a table whose groups lose rows.
struct RowCount {
  static let field = Field("rows", .int64, isNullable: false)

  /// The column's place in the table.
  let column: Int

  /// What rows do to their number: 1, or -1 where a row is taken back.
  static func deltas(_ batch: RecordBatch) -> [Int64] {
    batch.changes?.map { Int64($0.sign) } ?? [Int64](repeating: 1, count: batch.rowCount)
  }

  /// Adds to the number of rows of groups.
  ///
  /// - Returns: The groups, negative where a row was to be taken off a group without rows, which never had it.
  func add(_ deltas: [Int64], to groups: [Int32], in table: KeyedTable) -> [Int32] {
    var counted = groups
    table.columns[column].int64.update(groups.span) { count, row in
      if count == 0, deltas[row] < 0 { counted[row] = -1 } else { count = max(0, count &+ deltas[row]) }
    }
    return counted
  }

  /// Adds what another table has for `sources[row]` to `groups[row]`.
  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    _ = add(source.columns[column].int64.gather(sources), to: groups, in: table)
  }

  /// The groups that have rows.
  func there(_ groups: [Int32], in table: KeyedTable) -> [Int32] { groups.filter { table.columns[column].int64[Int($0)] > 0 } }
}
