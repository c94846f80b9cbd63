//  Comparison and arithmetic operators: of numbers, and of times with intervals.

import Columnar
import Expressions

extension ExpressionBinder {
  static let comparisons: [String: ScalarFunction] = [
    "=": .equal, "<>": .notEqual, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual,
  ]

  func binary(_ symbol: String, _ left: Bound, _ right: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    if let comparison = Self.comparisons[symbol] { return try compare(comparison, symbol, left, right, span) }
    let left = left.type == .null && right.type != .null ? Coercion.cast(left, to: right.type) : left
    let right = right.type == .null && left.type != .null ? Coercion.cast(right, to: left.type) : right
    if left.type.isNumeric, right.type.isNumeric { return try arithmetic(symbol, left, right, span) }
    if let time = temporal(symbol, left, right, span) { return time }
    if TypeRules.isTimestamp(left.type), TypeRules.isTimestamp(right.type), symbol == "-" {
      throw Diagnostic("timestamps are not subtracted with '-'; use TIMESTAMPDIFF(unit, from, to)", at: span)
    }
    throw Diagnostic("'\(symbol)' cannot take \(left.type) and \(right.type); use CAST", at: span)
  }

  func negate(_ operand: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard operand.type.isNumeric || operand.type == .intervalMonths || operand.type == .intervalTime else {
      throw Diagnostic("'-' takes a number; this has type \(operand.type)", at: operand.span)
    }
    return call(.negate, [operand], operand.type, span)
  }

  func arithmetic(_ symbol: String, _ left: Bound, _ right: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard let common = TypeRules.common(left.type, right.type, keepsFirstFloat: true) else {
      throw Diagnostic("'\(symbol)' cannot take \(left.type) and \(right.type); use CAST", at: span)
    }
    if case .decimal = common { return decimalArithmetic(symbol, left, right, span) }
    if symbol == "%", common == .float32 || common == .float64 {
      throw Diagnostic("a remainder is of exact numbers, not of \(left.type) and \(right.type); use CAST", at: span)
    }
    let arguments = [Coercion.cast(left, to: common), Coercion.cast(right, to: common)]
    guard symbol == "%" else { return call(Self.operations[symbol] ?? .add, arguments, common, span) }
    // The remainder has the divisor's type; it always fits.
    let remainder = call(.modulo, arguments, common, span)
    return Coercion.cast(remainder, to: right.type.isInteger && left.type.isInteger ? right.type : common)
  }

  private static let operations: [String: ScalarFunction] = [
    "+": .add, "-": .subtract, "*": .multiply, "/": .divide, "%": .modulo,
  ]

  private func decimalArithmetic(_ symbol: String, _ left: Bound, _ right: Bound, _ span: SourceSpan) -> Bound {
    let arguments = [left, right].map { Coercion.cast($0, to: DecimalRules.asDecimal($0.type)) }
    let (a, b) = (left.type, right.type)
    let type: DataType
    switch symbol {
    case "*": type = DecimalRules.product(a, b)
    case "/": type = DecimalRules.quotient(a, b)
    case "%": type = DecimalRules.modulus(a, b)
    default: type = DecimalRules.sum(a, b)
    }
    return call(Self.operations[symbol] ?? .add, arguments, type, span)
  }

  /// Times and intervals; nil if the types do not go together.
  private func temporal(_ symbol: String, _ left: Bound, _ right: Bound, _ span: SourceSpan) -> Bound? {
    let isInterval = { (type: DataType) in type == .intervalTime || type == .intervalMonths }
    switch symbol {
    case "+", "-":
      if isInterval(left.type), left.type == right.type {
        return call(symbol == "+" ? .add : .subtract, [left, right], left.type, span)
      }
      if symbol == "+", isInterval(left.type), TypeRules.isTemporal(right.type) { return temporal("+", right, left, span) }
      guard TypeRules.isTemporal(left.type), isInterval(right.type) else { return nil }
      if right.type == .intervalTime {
        return call(symbol == "+" ? .add : .subtract, [left, right], left.type, span)
      }
      if case .time = left.type { return nil }
      let months = symbol == "+" ? right : call(.negate, [right], .intervalMonths, right.span)
      var folded = months
      folded.expression = ConstantFolding.fold(months.expression)
      return call(.addMonths, [left, folded], left.type, span)
    case "*", "/":
      if isInterval(left.type), right.type.isInteger {
        return call(symbol == "*" ? .multiply : .divide, [left, Coercion.cast(right, to: .int64)], left.type, span)
      }
      if symbol == "*", left.type.isInteger, isInterval(right.type) { return temporal("*", right, left, span) }
      return nil
    default: return nil
    }
  }
}
