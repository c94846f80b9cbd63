//  Rounding, powers and logarithms. Transcendental functions are the C library's, as those of Java are to within the last digit.

import Columnar
import RealModule

func mathFunction(_ function: ScalarFunction, _ arguments: Arguments, types: [DataType], type: DataType) throws(EvaluationError) -> Datum {
  switch function {
  case .ceil, .floor: return try wholeNumber(arguments, isCeil: function == .ceil, source: types[0], type: type)
  case .round, .truncate: return try round(arguments, isTruncate: function == .truncate, source: types[0], type: type)
  case .power: return arguments.result(map(arguments.vector(0, Double.self), arguments.vector(1, Double.self)) { power($0, $1) })
  case .log:
    return arguments.result(map(arguments.vector(0, Double.self), arguments.vector(1, Double.self)) { Double.log($1) / Double.log($0) })
  case .sqrt: return arguments.result(map(arguments.vector(0, Double.self)) { $0.squareRoot() })
  case .exp: return arguments.result(map(arguments.vector(0, Double.self)) { Double.exp($0) })
  case .ln: return arguments.result(map(arguments.vector(0, Double.self)) { Double.log($0) })
  case .log10: return arguments.result(map(arguments.vector(0, Double.self)) { Double.log10($0) })
  case .log2: return arguments.result(map(arguments.vector(0, Double.self)) { Double.log2($0) })
  default: throw EvaluationError("\(function.rawValue) is no mathematical function")
  }
}

/// As Java's `Math.pow`, also for negative bases, to which RealModule gives NaN.
private func power(_ base: Double, _ exponent: Double) -> Double {
  if exponent == 0 { return 1 }
  if base < 0 || base == 0 {
    let isWhole = exponent == exponent.rounded(.towardZero)
    if base < 0, !isWhole, exponent.isFinite, base.isFinite { return .nan }
    let magnitude = base == 0 ? (exponent > 0 ? 0 : .infinity) : Double.pow(-base, exponent)
    let isOdd = isWhole && exponent.magnitude < 0x1p53 && Int64(exponent) & 1 == 1
    return isOdd && (base < 0 || base.sign == .minus) ? -magnitude : magnitude
  }
  return Double.pow(base, exponent)
}

private func wholeNumber(_ arguments: Arguments, isCeil: Bool, source: DataType, type: DataType) throws(EvaluationError) -> Datum {
  switch (source, type) {
  case (.float32, _): return arguments.result(map(arguments.vector(0, Float.self)) { $0.rounded(isCeil ? .up : .down) })
  case (.float64, _): return arguments.result(map(arguments.vector(0, Double.self)) { $0.rounded(isCeil ? .up : .down) })
  case (.decimal(_, let scale), .decimal(let precision, let resultScale)):
    let operand = DecimalOperand(arguments[0])
    let power = DecimalPower.int128(scale)
    return decimalResult(arguments, precision: precision) { row in
      let (quotient, rest) = operand[row].quotientAndRemainder(dividingBy: power)
      return rescale(quotient + (isCeil ? (rest > 0 ? 1 : 0) : (rest < 0 ? -1 : 0)), by: resultScale)
    }
  default:
    guard source.isInteger else { throw EvaluationError("a \(source) has no whole part") }
    return arguments[0]
  }
}

private func round(_ arguments: Arguments, isTruncate: Bool, source: DataType, type: DataType) throws(EvaluationError) -> Datum {
  let digits = arguments.data.count > 1 ? arguments.vector(1, Int32.self) : Vector([0], isConstant: true)
  /// The unscaled value with only `digits` digits behind the point left, at the same scale.
  func rounded(_ value: Int128, scale: Int, _ digits: Int) -> Int128? {
    let drop = scale - max(min(digits, DataType.maxDecimalPrecision), -DataType.maxDecimalPrecision)
    if drop <= 0 { return value }
    if drop > DataType.maxDecimalPrecision { return 0 }
    let power = DecimalPower.int128(drop)
    let (product, overflow) = (isTruncate ? value / power : rescale(value, by: -drop)!).multipliedReportingOverflow(by: power)
    return overflow ? nil : product
  }
  switch (source, type) {
  case (.decimal(_, let scale), .decimal(let precision, let resultScale)):
    let operand = DecimalOperand(arguments[0])
    return decimalResult(arguments, precision: precision) { row in
      rounded(operand[row], scale: scale, Int(digits[row])).flatMap { rescale($0, by: resultScale - scale) }
    }
  case (.float32, _), (.float64, _):
    /// Decimals that the value is taken to before it is rounded: more than the shortest text of a double above 0.001 has.
    let scale = 18
    return try arguments.mapDoubles(type) { value, row in
      let digits = Int(digits[row])
      guard value.magnitude < 1e15, digits < 15 else { return value }
      var text: [UInt8] = []
      text.appendDouble(value)
      guard let exact = text.withUnsafeBytes({ parseDecimal($0, precision: DataType.maxDecimalPrecision, scale: scale) }),
        let result = rounded(exact, scale: scale, digits)
      else { return value }
      text.removeAll(keepingCapacity: true)
      text.appendDecimal(result, scale: scale)
      let number = text.withUnsafeBytes { parseDouble($0) } ?? value
      return number == 0 ? 0 : number
    }
  default:
    guard source.isInteger else { throw EvaluationError("a \(source) cannot be rounded") }
    let operand = DecimalOperand(arguments[0])
    return try arguments.mapIntegers(type) { row in
      Int64(truncatingIfNeeded: rounded(operand[row], scale: 0, Int(digits[row])) ?? 0)
    }
  }
}

extension Arguments {
  /// A float or double result from the first argument's values as doubles.
  fileprivate func mapDoubles(_ type: DataType, _ body: (Double, Int) -> Double) throws(EvaluationError) -> Datum {
    if case .float32(let column) = data[0].column {
      return try mapRows(Float.self) { row in Float(body(Double(column.values[data[0].index(row)]), row)) }
    }
    let values = vector(0, Double.self)
    return try mapRows(Double.self) { row in body(values[row], row) }
  }

  /// An integer result of the type's width.
  fileprivate func mapIntegers(_ type: DataType, _ body: (Int) -> Int64) throws(EvaluationError) -> Datum {
    switch type {
    case .int8: return try mapRows(Int8.self) { Int8(truncatingIfNeeded: body($0)) }
    case .int16: return try mapRows(Int16.self) { Int16(truncatingIfNeeded: body($0)) }
    case .int32: return try mapRows(Int32.self) { Int32(truncatingIfNeeded: body($0)) }
    default: return try mapRows(Int64.self) { body($0) }
    }
  }
}
