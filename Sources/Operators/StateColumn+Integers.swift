//  Numbers and times in a table.

import State

extension StateColumn {
  /// The pages of a column whose type is stored as 64-bit integers.
  var int64: PackedIntegers {
    guard case .int64(let pages) = values else { preconditionFailure("\(field.name) is stored as 64-bit integers") }
    return pages
  }
}
