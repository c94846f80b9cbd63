//  Of the rows of each key the first or the last by time: what both deduplications that wait for the watermark keep.

import Columnar
import Dataflow
import State

extension TableSchema {
  /// For each key one row, behind its time.
  static func edgeRows(keys: [Field], _ fields: Schema) -> TableSchema {
    TableSchema(keys: keys, columns: [Field("time", .int64, isNullable: true)] + storedFields(fields))
  }
}

extension KeyedTable {
  /// Puts those rows in place of what is there that come before it in time, or not before it for the last. Times are not null.
  func keepEdges(of columns: [Column], groups: [Int32], time: Int, _ kept: DeduplicateSpec.Kept) {
    let times = self.columns[0].int64
    guard let isThere = self.columns[0].valid else { preconditionFailure("a group may be new") }
    let values = columns[time].widenedToInt64.values
    var rowOf: [Int32: Int32] = [:]
    for row in groups.indices {
      let group = Int(groups[row])
      if isThere[group] != 0, kept == .first ? times[group] <= values[row] : times[group] > values[row] { continue }
      times[group] = values[row]
      isThere[group] = 1
      rowOf[groups[row]] = Int32(row)
    }
    let owners = rowOf.keys.sorted()
    let rows = owners.map { rowOf[$0]! }
    for (own, state) in zip(columns, self.columns.dropFirst()) { state.scatter(own.take(rows), to: owners) }
  }
}
