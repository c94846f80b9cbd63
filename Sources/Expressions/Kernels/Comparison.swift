//  Comparison of two operands of one layout: as a boolean column, or straight as a selection of rows.
//  Numbers compare as Java's operators do (NaN is equal to nothing), strings by their bytes, decimals of one scale by value.

import Columnar

enum ComparisonOperator: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

  init?(_ function: ScalarFunction) {
    switch function {
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    default: return nil
    }
  }

  /// The operator for exchanged operands.
  var mirrored: ComparisonOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: self
    }
  }

  /// Whether an order of -1, 0 or 1 between the operands satisfies the operator.
  @inline(__always) func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}

/// The comparison as a column of booleans, NULL where an operand is.
func compare(_ comparison: ComparisonOperator, _ arguments: Arguments, type: DataType) -> Datum {
  switch arguments[0].column {
  case .bool: return compareBools(comparison, arguments)
  case .int8: return compareFixed(comparison, arguments, Int8.self)
  case .int16: return compareFixed(comparison, arguments, Int16.self)
  case .int32: return compareFixed(comparison, arguments, Int32.self)
  case .int64: return compareFixed(comparison, arguments, Int64.self)
  case .int128: return compareFixed(comparison, arguments, Int128.self)
  case .float32: return compareFixed(comparison, arguments, Float.self)
  case .float64: return compareFixed(comparison, arguments, Double.self)
  case .bytes:
    let left = arguments.bytes(0)
    let right = arguments.bytes(1)
    let values = (0..<arguments.count).map { row in
      arguments.isValid(row) && left.with(row) { left in right.with(row) { right in comparison.holds(byteOrder(left, right)) } }
    }
    return arguments.result(values)
  case .list, .row:
    let values = (0..<arguments.count).map { row in
      arguments.isValid(row)
        && comparison.holds(
          valueOrder(
            arguments[0].column.value(at: arguments[0].index(row), type: type),
            arguments[1].column.value(at: arguments[1].index(row), type: type)))
    }
    return arguments.result(values)
  }
}

private func compareFixed<Element: ColumnElement & Comparable>(
  _ comparison: ComparisonOperator, _ arguments: Arguments, _: Element.Type
) -> Datum {
  let left = arguments.vector(0, Element.self)
  let right = arguments.vector(1, Element.self)
  switch comparison {
  case .equal: return arguments.result(map(left, right) { $0 == $1 })
  case .notEqual: return arguments.result(map(left, right) { $0 != $1 })
  case .less: return arguments.result(map(left, right) { $0 < $1 })
  case .lessOrEqual: return arguments.result(map(left, right) { $0 <= $1 })
  case .greater: return arguments.result(map(left, right) { $0 > $1 })
  case .greaterOrEqual: return arguments.result(map(left, right) { $0 >= $1 })
  }
}

private func compareBools(_ comparison: ComparisonOperator, _ arguments: Arguments) -> Datum {
  arguments.result(
    map(arguments.vector(0, Bool.self), arguments.vector(1, Bool.self)) { comparison.holds(($0 ? 1 : 0) - ($1 ? 1 : 0)) })
}

/// The order of two byte strings: -1, 0 or 1.
@inline(__always)
func byteOrder(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
  let common = min(left.count, right.count)
  var index = 0
  while index < common {
    if left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
    index &+= 1
  }
  return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
}

/// The order of two values of one type, NULL first: for nested values, GREATEST and LEAST of them, and sorting in tests.
func valueOrder(_ left: Value, _ right: Value) -> Int {
  func order<Item: Comparable>(_ left: Item, _ right: Item) -> Int { left == right ? 0 : left < right ? -1 : 1 }
  switch (left, right) {
  case (.null, .null): return 0
  case (.null, _): return -1
  case (_, .null): return 1
  case (.boolean(let left), .boolean(let right)): return order(left ? 1 : 0, right ? 1 : 0)
  case (.integer(let left), .integer(let right)): return order(left, right)
  case (.float(let left), .float(let right)): return order(left, right)
  case (.double(let left), .double(let right)): return order(left, right)
  case (.decimal(let left), .decimal(let right)): return order(left, right)
  case (.string(let left), .string(let right)):
    return Array(left.utf8).withUnsafeBytes { left in Array(right.utf8).withUnsafeBytes { byteOrder(left, $0) } }
  case (.bytes(let left), .bytes(let right)): return left.withUnsafeBytes { left in right.withUnsafeBytes { byteOrder(left, $0) } }
  case (.row(let left), .row(let right)), (.list(let left), .list(let right)):
    for (left, right) in zip(left, right) {
      let order = valueOrder(left, right)
      if order != 0 { return order }
    }
    return order(left.count, right.count)
  default: preconditionFailure("values to compare have one type")
  }
}

/// The rows where a column compares so to a constant that is not NULL; nil for layouts without such a kernel.
func selectComparing(_ column: Column, _ comparison: ComparisonOperator, to constant: Column, candidates: [Int32]?) -> [Int32]? {
  switch (column, constant) {
  case (.int32(let column), .int32(let constant)) where comparison == .equal && candidates == nil:
    return dropNulls(selectEqual(column.values, constant.values[0]), column.validity)
  case (.int8(let column), .int8(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.int16(let column), .int16(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.int32(let column), .int32(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.int64(let column), .int64(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.int128(let column), .int128(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.float32(let column), .float32(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.float64(let column), .float64(let constant)): return selectFixed(column, comparison, constant.values[0], candidates)
  case (.bytes(let column), .bytes(let constant)): return selectBytes(column, comparison, constant, candidates)
  default: return nil
  }
}

private func selectFixed<Element: ColumnElement & Comparable>(
  _ column: FixedColumn<Element>, _ comparison: ComparisonOperator, _ constant: Element, _ candidates: [Int32]?
) -> [Int32] {
  let values = column.values.span
  let count = column.count
  let selected =
    switch comparison {
    case .equal: selectRows(count, candidates) { values[$0] == constant }
    case .notEqual: selectRows(count, candidates) { values[$0] != constant }
    case .less: selectRows(count, candidates) { values[$0] < constant }
    case .lessOrEqual: selectRows(count, candidates) { values[$0] <= constant }
    case .greater: selectRows(count, candidates) { values[$0] > constant }
    case .greaterOrEqual: selectRows(count, candidates) { values[$0] >= constant }
    }
  return dropNulls(selected, column.validity)
}

/// Few rows are equal to a constant, mostly: those of a block are compared all at once, and looked at one by one only if there is one.
/// Not generic, since the comparison of a block would not be specialised.
private func selectEqual(_ values: [Int32], _ constant: Int32) -> [Int32] {
  [Int32](unsafeUninitializedCapacity: values.count) { target, selected in
    values.withUnsafeBufferPointer { values in
      let wanted = SIMD16<Int32>(repeating: constant)
      var next = 0
      var start = 0
      while start < values.count {
        let end = min(start + wanted.scalarCount, values.count)
        if end - start == wanted.scalarCount, let place = values.baseAddress {
          let block = UnsafeRawPointer(place + start).loadUnaligned(as: SIMD16<Int32>.self)
          if !any(block .== wanted) {
            start = end
            continue
          }
        }
        for row in start..<end {
          target[next] = Int32(truncatingIfNeeded: row)
          next &+= values[row] == constant ? 1 : 0
        }
        start = end
      }
      selected = next
    }
  }
}

private func selectBytes(
  _ column: BytesColumn, _ comparison: ComparisonOperator, _ constant: BytesColumn, _ candidates: [Int32]?
) -> [Int32] {
  let wanted = constant.views[0]
  if wanted.isInline, comparison == .equal || comparison == .notEqual {
    // Short views are equal exactly when both words are, and no long one is equal to a short one.
    let views = column.views.span
    let isEqual = comparison == .equal
    let selected = selectRows(column.count, candidates) { ((views[$0].low == wanted.low) && (views[$0].high == wanted.high)) == isEqual }
    return dropNulls(selected, column.validity)
  }
  let selected = constant.withBytes(at: 0) { wanted in
    selectRows(column.count, candidates) { row in column.withBytes(at: row) { comparison.holds(byteOrder($0, wanted)) } }
  }
  return dropNulls(selected, column.validity)
}

/// The rows that are valid, in place where all are.
func dropNulls(_ rows: [Int32], _ validity: Validity?) -> [Int32] {
  guard let validity else { return rows }
  return rows.filter { validity.isValid(Int($0)) }
}

/// The rows where `value % divisor` compares so to a constant; the divisor is neither 0 nor -1.
func selectModulo(
  _ column: FixedColumn<Int64>, divisor: Int64, _ comparison: ComparisonOperator, to constant: Int64, candidates: [Int32]?
) -> [Int32] {
  let values = column.values.span
  let count = column.count
  var union: Int64 = 0
  for row in values.indices { union |= values[row] }
  let selected: [Int32]
  if union >= 0, union <= Int64(UInt32.max), divisor > 0, divisor <= Int64(UInt32.max) {
    // Remainders of 32-bit numbers without division. Source: Lemire, Kaser, Kurz, "Faster Remainder by Direct Computation", 2019.
    let reciprocal = UInt64.max / UInt64(divisor) &+ 1
    let divisor = UInt64(divisor)
    if comparison == .equal, constant == 0, divisor > 1 {
      // Divisible exactly when the fraction is below the reciprocal: no second multiplication.
      selected = selectRows(count, candidates) { reciprocal &* UInt64(bitPattern: values[$0]) < reciprocal }
    } else {
      selected = selectRows(count, candidates) { row in
        let fraction = reciprocal &* UInt64(bitPattern: values[row])
        return comparison.holds(Int64(fraction.multipliedFullWidth(by: divisor).high), constant)
      }
    }
  } else {
    selected = selectRows(count, candidates) { comparison.holds(values[$0] % divisor, constant) }
  }
  return dropNulls(selected, column.validity)
}

extension ComparisonOperator {
  @inline(__always) func holds(_ left: Int64, _ right: Int64) -> Bool {
    switch self {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}
