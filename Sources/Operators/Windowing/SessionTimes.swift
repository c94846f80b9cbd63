//  Where the sessions of a table begin and end.

import Columnar
import State

/// The times of the first and the last row of each group, microseconds: the first two columns of a table.
struct SessionTimes {
  static let fields = ["first", "last"].map { Field($0, .int64, isNullable: true) }

  let firsts: PackedIntegers
  let lasts: PackedIntegers
  private let areFirstsValid: PagedColumn<UInt8>
  private let areLastsValid: PagedColumn<UInt8>

  init(_ table: KeyedTable) {
    firsts = table.columns[0].int64
    lasts = table.columns[1].int64
    guard let first = table.columns[0].valid, let last = table.columns[1].valid else { preconditionFailure("times may be null") }
    areFirstsValid = first
    areLastsValid = last
  }

  /// Sets the times of groups to what includes others: `first[row]` and `last[row]` for `groups[row]`.
  func include(first: [Int64], last: [Int64], groups: [Int32]) {
    for row in groups.indices {
      let group = Int(groups[row])
      if areFirstsValid[group] == 0 {
        areFirstsValid[group] = 1
        areLastsValid[group] = 1
        firsts[group] = first[row]
        lasts[group] = last[row]
      } else {
        if first[row] < firsts[group] { firsts[group] = first[row] }
        if last[row] > lasts[group] { lasts[group] = last[row] }
      }
    }
  }
}
