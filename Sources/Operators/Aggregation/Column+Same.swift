//  Whether two rows hold the same value: NULL is the same as NULL, NaN as NaN.

import Columnar

extension Column {
  /// Compares one row of this column with one of another of the same type.
  func isSame(_ row: Int, as other: Column, _ otherRow: Int, type: DataType) -> Bool {
    let isNull = !isValid(row)
    if isNull || !other.isValid(otherRow) { return isNull == !other.isValid(otherRow) }
    switch (self, other) {
    case (.bool(let left), .bool(let right)): return left.values[row] == right.values[otherRow]
    case (.int8(let left), .int8(let right)): return left.values[row] == right.values[otherRow]
    case (.int16(let left), .int16(let right)): return left.values[row] == right.values[otherRow]
    case (.int32(let left), .int32(let right)): return left.values[row] == right.values[otherRow]
    case (.int64(let left), .int64(let right)): return left.values[row] == right.values[otherRow]
    case (.int128(let left), .int128(let right)): return left.values[row] == right.values[otherRow]
    case (.float32(let left), .float32(let right)): return left.values[row].bitPattern == right.values[otherRow].bitPattern
    case (.float64(let left), .float64(let right)): return left.values[row].bitPattern == right.values[otherRow].bitPattern
    case (.bytes(let left), .bytes(let right)): return left.isSame(row, as: right, otherRow)
    case (.list, .list), (.row, .row): return value(at: row, type: type) == other.value(at: otherRow, type: type)
    default: preconditionFailure("columns to compare have one layout")
    }
  }

  /// Sets `differs[row]` for every row in which two columns of the same type and length are not the same.
  func markDifferences(from other: Column, type: DataType, in differs: inout [Bool]) {
    precondition(count == other.count && count == differs.count, "one flag a row")
    if validity == nil, other.validity == nil {
      switch (self, other) {
      case (.int32(let left), .int32(let right)): return mark(left.values, right.values, &differs)
      case (.int64(let left), .int64(let right)): return mark(left.values, right.values, &differs)
      case (.int128(let left), .int128(let right)): return mark(left.values, right.values, &differs)
      default: break
      }
    }
    for row in differs.indices where !isSame(row, as: other, row, type: type) { differs[row] = true }
  }
}

private func mark<Element: Equatable & BitwiseCopyable>(_ left: [Element], _ right: [Element], _ differs: inout [Bool]) {
  let left = left.span
  let right = right.span
  var target = differs.mutableSpan
  for row in left.indices where left[row] != right[row] { target[row] = true }
}

extension BytesColumn {
  fileprivate func isSame(_ row: Int, as other: BytesColumn, _ otherRow: Int) -> Bool {
    guard views[row].low == other.views[otherRow].low else { return false }
    if views[row].isInline { return views[row].high == other.views[otherRow].high }
    return withBytes(at: row) { left in other.withBytes(at: otherRow) { right in left.elementsEqual(right) } }
  }
}
