//  Arithmetic on integers, floats and times. Integers wrap as Java's do; dividing one by zero is an error; floats follow IEEE 754.

import Columnar

/// add, subtract, multiply, divide and modulo of operands in one layout that are not decimals.
func arithmetic(_ function: ScalarFunction, _ arguments: Arguments, type: DataType) throws(EvaluationError) -> Datum {
  switch arguments[0].column {
  case .int8: return try integerArithmetic(function, arguments, Int8.self)
  case .int16: return try integerArithmetic(function, arguments, Int16.self)
  case .int32: return try integerArithmetic(function, arguments, Int32.self)
  case .int64: return try integerArithmetic(function, arguments, Int64.self)
  case .float32: return floatArithmetic(function, arguments, Float.self)
  case .float64: return floatArithmetic(function, arguments, Double.self)
  default: throw EvaluationError("\(function.rawValue) does not take \(type)")
  }
}

private func integerArithmetic<Element: ColumnElement & FixedWidthInteger & SignedInteger>(
  _ function: ScalarFunction, _ arguments: Arguments, _: Element.Type
) throws(EvaluationError) -> Datum {
  let left = arguments.vector(0, Element.self)
  let right = arguments.vector(1, Element.self)
  switch function {
  case .add: return arguments.result(map(left, right) { $0 &+ $1 })
  case .subtract: return arguments.result(map(left, right) { $0 &- $1 })
  case .multiply: return arguments.result(map(left, right) { $0 &* $1 })
  default: break
  }
  try requireNonZero(arguments, left, right, function)
  let isModulo = function == .modulo
  if right.isConstant, right.values[0] != 0, right.values[0] != -1 {
    return arguments.result(isModulo ? map(left, right) { $0 % $1 } : map(left, right) { $0 / $1 })
  }
  // A zero divisor stands under a null here; -1 is the one divisor that can overflow.
  if isModulo { return arguments.result(map(left, right) { $1 == 0 || $1 == -1 ? 0 : $0 % $1 }) }
  return arguments.result(map(left, right) { $1 == 0 ? 0 : $1 == -1 ? 0 &- $0 : $0 / $1 })
}

private func requireNonZero<Element: ColumnElement & FixedWidthInteger>(
  _ arguments: Arguments, _ left: Vector<Element>, _ right: Vector<Element>, _ function: ScalarFunction
) throws(EvaluationError) {
  if right.isConstant, right.values[0] != 0 { return }
  guard right.values.contains(0) else { return }
  for row in 0..<arguments.count where right[row] == 0 && arguments.isValid(row) {
    throw EvaluationError("division by zero: \(left[row]) \(function == .modulo ? "%" : "/") 0")
  }
}

private func floatArithmetic<Element: ColumnElement & BinaryFloatingPoint>(
  _ function: ScalarFunction, _ arguments: Arguments, _: Element.Type
) -> Datum {
  let left = arguments.vector(0, Element.self)
  let right = arguments.vector(1, Element.self)
  switch function {
  case .add: return arguments.result(map(left, right) { $0 + $1 })
  case .subtract: return arguments.result(map(left, right) { $0 - $1 })
  case .multiply: return arguments.result(map(left, right) { $0 * $1 })
  case .divide: return arguments.result(map(left, right) { $0 / $1 })
  default: return arguments.result(map(left, right) { $0.truncatingRemainder(dividingBy: $1) })
  }
}

/// A date, time or timestamp plus or minus an interval of microseconds.
func addInterval(_ function: ScalarFunction, _ arguments: Arguments, type: DataType) throws(EvaluationError) -> Datum {
  let sign: Int64 = function == .subtract ? -1 : 1
  let interval = arguments.vector(1, Int64.self)
  switch type {
  case .timestamp, .timestampLTZ:
    return arguments.result(map(arguments.vector(0, Int64.self), interval) { $0 &+ sign &* $1 })
  case .date:
    return arguments.result(
      map(arguments.vector(0, Int32.self), interval) {
        $0 &+ Int32(truncatingIfNeeded: floorDivide(sign &* $1, Microseconds.perDay))
      })
  case .time:
    return arguments.result(
      map(arguments.vector(0, Int32.self), interval) {
        Int32(floorModulo(Int64($0) &+ sign &* ($1 / Microseconds.perMillisecond), 86_400_000))
      })
  default: throw EvaluationError("\(function.rawValue) does not take \(type)")
  }
}

/// negate, abs and sign.
func unaryArithmetic(_ function: ScalarFunction, _ arguments: Arguments, type: DataType) throws(EvaluationError) -> Datum {
  if function == .sign, case .decimal(let precision, let scale) = type {
    let operand = DecimalOperand(arguments[0])
    return decimalResult(arguments, precision: precision) { rescale(operand[$0].signum(), by: scale) }
  }
  switch arguments[0].column {
  case .int8: return integerUnary(function, arguments, Int8.self)
  case .int16: return integerUnary(function, arguments, Int16.self)
  case .int32: return integerUnary(function, arguments, Int32.self)
  case .int64: return integerUnary(function, arguments, Int64.self)
  case .int128: return integerUnary(function, arguments, Int128.self)
  case .float32: return floatUnary(function, arguments, Float.self)
  case .float64: return floatUnary(function, arguments, Double.self)
  default: throw EvaluationError("\(function.rawValue) does not take this argument")
  }
}

private func integerUnary<Element: ColumnElement & FixedWidthInteger & SignedInteger>(
  _ function: ScalarFunction, _ arguments: Arguments, _: Element.Type
) -> Datum {
  let operand = arguments.vector(0, Element.self)
  switch function {
  case .negate: return arguments.result(map(operand) { 0 &- $0 })
  case .abs: return arguments.result(map(operand) { $0 < 0 ? 0 &- $0 : $0 })
  default: return arguments.result(map(operand) { $0.signum() })
  }
}

private func floatUnary<Element: ColumnElement & BinaryFloatingPoint>(
  _ function: ScalarFunction, _ arguments: Arguments, _: Element.Type
) -> Datum {
  let operand = arguments.vector(0, Element.self)
  switch function {
  case .negate: return arguments.result(map(operand) { -$0 })
  case .abs: return arguments.result(map(operand) { $0.magnitude })
  default: return arguments.result(map(operand) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 })
  }
}
