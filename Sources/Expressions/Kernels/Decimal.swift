//  Exact decimal arithmetic, rounded half up to the result's scale. What does not fit its precision is NULL, as in Flink.

import Columnar

/// The unscaled values of a decimal (or integer, scale 0) argument.
enum DecimalOperand {
  case short(Vector<Int64>)
  case long(Vector<Int128>)

  init(_ datum: Datum) {
    switch datum.column {
    case .int8(let column): self = .short(Vector(column.values.map { Int64($0) }, isConstant: datum.isConstant))
    case .int16(let column): self = .short(Vector(column.values.map { Int64($0) }, isConstant: datum.isConstant))
    case .int32(let column): self = .short(Vector(column.values.map { Int64($0) }, isConstant: datum.isConstant))
    case .int64(let column): self = .short(Vector(column.values, isConstant: datum.isConstant))
    case .int128(let column):
      if datum.isConstant, let short = Int64(exactly: column.values[0]) {
        self = .short(Vector([short], isConstant: true))
      } else {
        self = .long(Vector(column.values, isConstant: datum.isConstant))
      }
    default: preconditionFailure("a decimal is an int64 or int128 column")
    }
  }

  @inline(__always) subscript(row: Int) -> Int128 {
    switch self {
    case .short(let vector): Int128(vector[row])
    case .long(let vector): vector[row]
    }
  }
}

/// A decimal result: values too large for the precision become NULL.
func decimalResult(_ arguments: Arguments, precision: Int, _ value: (Int) -> Int128?) -> Datum {
  let limit = DecimalPower.int128(precision)
  func isWithin(_ value: Int128) -> Bool { value < limit && value > -limit }
  if precision <= DataType.maxInt64Precision {
    var values = [Int64](repeating: 0, count: arguments.count)
    let validity = Validity.from(count: arguments.count) { row in
      guard arguments.isValid(row), let value = value(row), isWithin(value) else { return false }
      values[row] = Int64(truncatingIfNeeded: value)
      return true
    }
    return arguments.result(.int64(FixedColumn(values, validity: validity)))
  }
  var values = [Int128](repeating: 0, count: arguments.count)
  let validity = Validity.from(count: arguments.count) { row in
    guard arguments.isValid(row), let value = value(row), isWithin(value) else { return false }
    values[row] = value
    return true
  }
  return arguments.result(.int128(FixedColumn(values, validity: validity)))
}

func decimalArithmetic(
  _ function: ScalarFunction, _ arguments: Arguments, types: [DataType], type: DataType
) throws(EvaluationError) -> Datum {
  guard case .decimal(let precision, let scale) = type else { throw EvaluationError("\(function.rawValue) of decimals gives no \(type)") }
  let left = DecimalOperand(arguments[0])
  let right = DecimalOperand(arguments[1])
  let leftScale = types[0].scale
  let rightScale = types[1].scale
  switch function {
  case .multiply:
    let drop = leftScale + rightScale - scale
    if drop == 0, precision > DataType.maxInt64Precision, case .short(let left) = left, case .short(let right) = right {
      return multiplyShort(arguments, left, right, precision: precision)
    }
    return decimalResult(arguments, precision: precision) { multiplyDecimal(left[$0], right[$0], drop: drop) }
  case .add, .subtract:
    let common = max(leftScale, rightScale)
    let isAdd = function == .add
    return decimalResult(arguments, precision: precision) { row in
      guard let left = rescale(left[row], by: common - leftScale), let right = rescale(right[row], by: common - rightScale) else {
        return nil
      }
      let (sum, overflow) = isAdd ? left.addingReportingOverflow(right) : left.subtractingReportingOverflow(right)
      return overflow ? nil : rescale(sum, by: scale - common)
    }
  case .divide, .modulo:
    for row in 0..<arguments.count where arguments.isValid(row) && right[row] == 0 {
      var text: [UInt8] = []
      text.appendDecimal(left[row], scale: leftScale)
      throw EvaluationError("division by zero: \(String(decoding: text, as: UTF8.self)) \(function == .modulo ? "%" : "/") 0")
    }
    if function == .divide {
      let shift = scale - leftScale + rightScale
      return decimalResult(arguments, precision: precision) { divideDecimal(left[$0], right[$0], shift: shift) }
    }
    let common = max(leftScale, rightScale)
    return decimalResult(arguments, precision: precision) { row in
      guard let left = rescale(left[row], by: common - leftScale) else { return nil }
      // A divisor too large for the common scale is larger than the dividend, which then is the remainder.
      guard let right = rescale(right[row], by: common - rightScale) else { return rescale(left, by: scale - common) }
      return rescale(left % right, by: scale - common)
    }
  default: throw EvaluationError("\(function.rawValue) does not take decimals")
  }
}

/// Both factors in 64 bits and nothing to round: one multiplication a row. `0.908 * price` comes here.
private func multiplyShort(_ arguments: Arguments, _ left: Vector<Int64>, _ right: Vector<Int64>, precision: Int) -> Datum {
  let values = map(left, right) { (left, right) -> Int128 in
    let product = left.multipliedFullWidth(by: right)
    return Int128(truncatingIfNeeded: product.high) &<< 64 | Int128(truncatingIfNeeded: product.low)
  }
  let limit = DecimalPower.int128(precision)
  // Products of 64-bit factors have at most 38 digits, so that only a narrower result can overflow.
  if precision < DataType.maxDecimalPrecision {
    let span = values.span
    var isWithin = true
    for row in span.indices { isWithin = isWithin && span[row] < limit && span[row] > -limit }
    if !isWithin { return decimalResult(arguments, precision: precision) { values[$0] } }
  }
  return arguments.result(values)
}

/// The product without its last `drop` digits (more digits if that is negative), rounded half up; nil if it does not fit 128 bits.
func multiplyDecimal(_ left: Int128, _ right: Int128, drop: Int) -> Int128? {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  if !overflow { return rescale(product, by: -drop) }
  guard drop > 0, drop <= DataType.maxDecimalPrecision else { return nil }
  let wide = left.magnitude.multipliedFullWidth(by: right.magnitude)
  let power = UInt128(DecimalPower.int128(drop))
  guard wide.high < power else { return nil }
  let (quotient, rest) = power.dividingFullWidth(wide)
  return signed(quotient, roundedUp: rest >= power - rest, isNegative: (left < 0) != (right < 0))
}

/// The quotient with `shift` more digits than the difference of the scales gives, rounded half up. The divisor is not zero.
func divideDecimal(_ left: Int128, _ right: Int128, shift: Int) -> Int128? {
  let isNegative = (left < 0) != (right < 0)
  var dividend = left.magnitude
  var divisor = right.magnitude
  if shift < 0 {
    guard shift >= -DataType.maxDecimalPrecision else { return 0 }
    let (product, overflow) = divisor.multipliedReportingOverflow(by: UInt128(DecimalPower.int128(-shift)))
    if overflow { return 0 }
    divisor = product
  } else if shift <= DataType.maxDecimalPrecision {
    let wide = dividend.multipliedFullWidth(by: UInt128(DecimalPower.int128(shift)))
    if wide.high == 0 {
      dividend = wide.low
    } else {
      guard wide.high < divisor else { return nil }
      let (quotient, rest) = divisor.dividingFullWidth(wide)
      return signed(quotient, roundedUp: rest >= divisor - rest, isNegative: isNegative)
    }
  } else if dividend != 0 {
    // Digit by digit, because the dividend would need more than 256 bits.
    var (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    for _ in 0..<shift {
      let (digit, next) = divisor.dividingFullWidth(rest.multipliedFullWidth(by: 10))
      let (product, overflow) = quotient.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      quotient = product + digit
      rest = next
    }
    return signed(quotient, roundedUp: rest >= divisor - rest, isNegative: isNegative)
  }
  let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
  return signed(quotient, roundedUp: rest >= divisor - rest, isNegative: isNegative)
}

private func signed(_ magnitude: UInt128, roundedUp: Bool, isNegative: Bool) -> Int128? {
  guard magnitude < UInt128(Int128.max) else { return nil }
  let value = Int128(magnitude) + (roundedUp ? 1 : 0)
  return isNegative ? -value : value
}

/// The unscaled value for a scale that is `digits` larger (exact; nil on overflow) or smaller (rounded half up).
func rescale(_ value: Int128, by digits: Int) -> Int128? {
  if digits == 0 || value == 0 { return value }
  if digits > 0 {
    guard digits <= DataType.maxDecimalPrecision else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: DecimalPower.int128(digits))
    return overflow ? nil : product
  }
  guard digits >= -DataType.maxDecimalPrecision else { return 0 }
  let power = DecimalPower.int128(-digits)
  if let value = Int64(exactly: value), let power = Int64(exactly: power) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: power)
    let isUp = rest.magnitude >= power.magnitude - rest.magnitude
    return Int128(quotient + (isUp ? (value < 0 ? -1 : 1) : 0))
  }
  let (quotient, rest) = value.quotientAndRemainder(dividingBy: power)
  let isUp = rest.magnitude >= power.magnitude - rest.magnitude
  return quotient + (isUp ? (value < 0 ? -1 : 1) : 0)
}
