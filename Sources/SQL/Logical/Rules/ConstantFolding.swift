//  Computes what does not depend on any row, as far as that is simple and certain: what could fail or depends on
//  time zones is left to evaluation.

import Columnar
import Expressions

enum ConstantFolding {
  /// Every expression of a plan, folded.
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      switch node {
      case .project(let input, let expressions, let columns): return .project(input, expressions.map(foldDeep), columns)
      case .filter(let input, let predicate):
        let folded = foldDeep(predicate)
        return folded == .literal(.boolean(true), .boolean) ? input : .filter(input, folded)
      case .join(let left, let right, let kind, let condition, let span):
        let folded = condition.map(foldDeep)
        return .join(left, right, kind, condition: folded == .literal(.boolean(true), .boolean) ? nil : folded, at: span)
      default: return node
      }
    }
  }

  static func foldDeep(_ expression: Expression) -> Expression { fold(expression.mapChildren(foldDeep)) }

  /// An expression whose children are folded already.
  static func fold(_ expression: Expression) -> Expression {
    switch expression {
    case .cast(.literal(let value, let from), let type, _): return convert(value, from, type) ?? expression
    case .call(let function, let arguments, let type): return foldCall(function, arguments, type) ?? expression
    case .conditional(let branches, let otherwise, let type): return foldConditional(branches, otherwise, type)
    default: return expression
    }
  }

  private static func foldConditional(_ branches: [Expression.Branch], _ otherwise: Expression, _ type: DataType) -> Expression {
    var kept: [Expression.Branch] = []
    var last = otherwise
    for branch in branches {
      if case .literal(let value, _) = branch.condition {
        if value != .boolean(true) { continue }
        last = branch.value
        break
      }
      kept.append(branch)
    }
    if kept.isEmpty { return last }
    return .conditional(kept, otherwise: last, type)
  }

  private static func foldCall(_ function: ScalarFunction, _ arguments: [Expression], _ type: DataType) -> Expression? {
    switch function {
    case .and, .or: return logic(function, arguments)
    case .not:
      guard case .literal(let value, _) = arguments[0] else { return nil }
      if case .boolean(let flag) = value { return .literal(.boolean(!flag), .boolean) }
      return .literal(.null, .boolean)
    case .negate:
      guard case .literal(.integer(let value), _) = arguments[0], value != .min, fits(-value, type) else { return nil }
      return .literal(.integer(-value), type)
    case .add, .subtract, .multiply:
      guard case .literal(.integer(let a), _) = arguments[0], case .literal(.integer(let b), _) = arguments[1] else { return nil }
      let result =
        function == .add
        ? a.addingReportingOverflow(b) : function == .subtract ? a.subtractingReportingOverflow(b) : a.multipliedReportingOverflow(by: b)
      return result.overflow || !fits(result.partialValue, type) ? nil : .literal(.integer(result.partialValue), type)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return comparison(function, arguments)
    default: return nil
    }
  }

  /// Flattens, drops what changes nothing, and decides where one operand does.
  private static func logic(_ function: ScalarFunction, _ arguments: [Expression]) -> Expression? {
    let decides = Value.boolean(function == .or)
    var kept: [Expression] = []
    for argument in arguments {
      if case .call(function, let inner, _) = argument {
        kept += inner
      } else if case .literal(let value, _) = argument, value != .null {
        if value == decides { return .literal(decides, .boolean) }
      } else {
        kept.append(argument)
      }
    }
    if kept.isEmpty { return .literal(.boolean(function == .and), .boolean) }
    return kept.count == 1 ? kept[0] : .call(function, kept, .boolean)
  }

  private static func comparison(_ function: ScalarFunction, _ arguments: [Expression]) -> Expression? {
    if case .literal(.integer(let a), _) = arguments[0], case .literal(.integer(let b), _) = arguments[1] {
      let holds: Bool
      switch function {
      case .equal: holds = a == b
      case .notEqual: holds = a != b
      case .less: holds = a < b
      case .lessOrEqual: holds = a <= b
      case .greater: holds = a > b
      default: holds = a >= b
      }
      return .literal(.boolean(holds), .boolean)
    }
    // A remainder that was narrowed to its divisor's type is compared as it is: the narrowing loses nothing.
    if case .cast(.call(.modulo, let inner, let wide), _, _) = arguments[0], wide.isInteger,
      case .literal(.integer(let value), let narrow) = arguments[1], narrow.isInteger
    {
      return .call(function, [.call(.modulo, inner, wide), .literal(.integer(value), wide)], .boolean)
    }
    return nil
  }

  private static func fits(_ value: Int64, _ type: DataType) -> Bool {
    switch type {
    case .int8: Int8(exactly: value) != nil
    case .int16: Int16(exactly: value) != nil
    case .int32, .intervalMonths: Int32(exactly: value) != nil
    case .int64, .intervalTime: true
    default: false
    }
  }

  /// A literal as another type, where nothing can be lost.
  private static func convert(_ value: Value, _ from: DataType, _ to: DataType) -> Expression? {
    switch (value, to) {
    case (.null, _): return .literal(.null, to)
    case (.integer(let number), .int8), (.integer(let number), .int16), (.integer(let number), .int32), (.integer(let number), .int64):
      return from.isInteger && fits(number, to) ? .literal(.integer(number), to) : nil
    case (.integer(let number), .float64):
      return from.isInteger && abs(number.clampedMagnitude) < 1 << 53 ? .literal(.double(Double(number)), to) : nil
    case (.integer(let number), .float32):
      return from.isInteger && abs(number.clampedMagnitude) < 1 << 24 ? .literal(.float(Float(number)), to) : nil
    case (.integer(let number), .decimal(let precision, let scale)):
      return from.isInteger ? decimal(Int128(number), scale: 0, to: (precision, scale), type: to) : nil
    case (.decimal(let unscaled), .decimal(let precision, let scale)):
      guard case .decimal(_, let old) = from else { return nil }
      return decimal(unscaled, scale: old, to: (precision, scale), type: to)
    case (.string(let text), .date): return Literals.date(text).map { .literal(.integer($0), to) }
    case (.string(let text), .timestamp(let precision)):
      guard let parsed = Literals.timestamp(text), parsed.precision <= precision else { return nil }
      return .literal(.integer(parsed.microseconds), to)
    default: return nil
    }
  }

  private static func decimal(_ unscaled: Int128, scale: Int, to: (precision: Int, scale: Int), type: DataType) -> Expression? {
    guard to.scale >= scale else { return nil }
    var value = unscaled
    for _ in scale..<to.scale {
      let product = value.multipliedReportingOverflow(by: 10)
      if product.overflow { return nil }
      value = product.partialValue
    }
    var bound: Int128 = 1
    for _ in 0..<to.precision { bound *= 10 }
    return value < bound && value > -bound ? .literal(.decimal(value), type) : nil
  }
}

extension Int64 {
  fileprivate var clampedMagnitude: Int64 { Int64(clamping: magnitude) }
}

extension Expression {
  /// The same expression over other children.
  func mapChildren(_ transform: (Expression) -> Expression) -> Expression {
    switch self {
    case .column, .literal: self
    case .call(let function, let arguments, let type): .call(function, arguments.map(transform), type)
    case .function(let function, let arguments, let type): .function(function, arguments.map(transform), type)
    case .cast(let inner, let type, let isTry): .cast(transform(inner), to: type, isTry: isTry)
    case .conditional(let branches, let otherwise, let type):
      .conditional(
        branches.map { Branch(transform($0.condition), transform($0.value)) }, otherwise: transform(otherwise), type)
    case .field(let inner, let index, let type): .field(transform(inner), index, type)
    }
  }

  /// Every column replaced by the expression at its position.
  func substituting(_ expressions: [Expression]) -> Expression {
    if case .column(let index, _) = self { return expressions[index] }
    return mapChildren { $0.substituting(expressions) }
  }

  var nodeCount: Int { 1 + children.reduce(0) { $0 + $1.nodeCount } }
  var height: Int { 1 + (children.map(\.height).max() ?? 0) }

  /// The operands of an AND, or the expression itself.
  var conjuncts: [Expression] {
    if case .call(.and, let operands, _) = self { return operands.flatMap(\.conjuncts) }
    return [self]
  }

  /// AND of all of them; nil for none.
  static func conjunction(_ operands: [Expression]) -> Expression? {
    operands.count < 2 ? operands.first : .call(.and, operands, .boolean)
  }
}
