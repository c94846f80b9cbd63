//  Between which numbers a column's values are, as far as a query says so.
//  Source: Flink's FlinkRelMdColumnInterval.

import Columnar
import Dataflow
import Expressions

/// Bounds of values that are not NULL; nil where there is none.
struct ValueBounds: Hashable {
  var lower: Double?
  var upper: Double?

  /// - Parameter filter: a boolean column of the input; only the rows where it is TRUE are asked about.
  static func of(_ column: Int, _ input: LogicalPlan, where filter: Int? = nil) -> ValueBounds {
    var bounds = of(column, input)
    if let filter, case .project(_, let expressions, _) = input { bounds.narrow(expressions[filter], to: expressions[column]) }
    return bounds
  }

  private static func of(_ column: Int, _ plan: LogicalPlan) -> ValueBounds {
    switch plan {
    case .project(let input, let expressions, _): return of(expressions[column], input)
    case .filter(let input, let predicate):
      var bounds = of(column, input)
      bounds.narrow(predicate, to: .column(column, input.columns[column].type))
      return bounds
    case .aggregate(let input, let node):
      if column < node.keys.count { return of(node.keys[column], input) }
      switch node.calls[column - node.keys.count].function {
      case .count, .countStar: return ValueBounds(lower: 0)
      default: return ValueBounds()
      }
    default: return ValueBounds()
    }
  }

  private static func of(_ expression: Expression, _ input: LogicalPlan) -> ValueBounds {
    switch expression {
    case .column(let index, _): return of(index, input)
    case .literal(let value, let type):
      let number = Self.number(value, type)
      return ValueBounds(lower: number, upper: number)
    case .conditional(let branches, let otherwise, _):
      return branches.map { of($0.value, input) }.reduce(of(otherwise, input)) { $0.union($1) }
    default: return ValueBounds()
    }
  }

  private func union(_ other: ValueBounds) -> ValueBounds {
    ValueBounds(
      lower: lower.flatMap { own in other.lower.map { min(own, $0) } }, upper: upper.flatMap { own in other.upper.map { max(own, $0) } })
  }

  /// Takes into account that a condition is TRUE.
  private mutating func narrow(_ condition: Expression, to value: Expression) {
    for conjunct in condition.conjuncts {
      guard case .call(let function, let operands, _) = conjunct else { continue }
      if function == .isTrue { narrow(operands[0], to: value) }
      guard operands.count == 2 else { continue }
      if Self.isSame(operands[0], value), let number = Self.number(operands[1]) { narrow(function, number) }
      if Self.isSame(operands[1], value), let number = Self.number(operands[0]) { narrow(Self.mirrored(function), number) }
    }
  }

  private mutating func narrow(_ comparison: ScalarFunction, _ number: Double) {
    switch comparison {
    case .greater, .greaterOrEqual: lower = max(lower ?? number, number)
    case .less, .lessOrEqual: upper = min(upper ?? number, number)
    case .equal: self = ValueBounds(lower: max(lower ?? number, number), upper: min(upper ?? number, number))
    default: break
    }
  }

  /// `a < b` as `b > a`.
  private static func mirrored(_ comparison: ScalarFunction) -> ScalarFunction {
    switch comparison {
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    default: comparison
    }
  }

  private static func number(_ value: Value, _ type: DataType) -> Double? {
    switch value {
    case .integer(let number) where type.isNumeric: Double(number)
    case .float(let number): Double(number)
    case .double(let number): number
    // Only the sign matters.
    case .decimal(let unscaled): Double(unscaled)
    default: nil
    }
  }

  /// A widening cast changes no number.
  private static func isSame(_ expression: Expression, _ value: Expression) -> Bool {
    if case .cast(let inner, to: let type, isTry: false) = expression, type.isNumeric, inner.type.isNumeric { return inner == value }
    return expression == value
  }

  private static func number(_ expression: Expression) -> Double? {
    switch expression {
    case .literal(let value, let type): number(value, type)
    case .cast(let inner, to: let type, isTry: false) where type.isNumeric: number(inner)
    default: nil
    }
  }
}
