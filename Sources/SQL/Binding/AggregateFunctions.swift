//  The aggregates: names, argument and result types, and the collector that takes them out of expressions.

import Columnar
import Expressions

enum AggregateFunctions {
  static let names = ["COUNT", "SUM", "AVG", "MIN", "MAX", "FIRST_VALUE", "LAST_VALUE"]

  static func named(_ name: String) -> AggregateFunction? {
    switch name {
    case "COUNT": .count
    case "SUM": .sum
    case "AVG": .avg
    case "MIN": .min
    case "MAX": .max
    case "FIRST_VALUE": .firstValue
    case "LAST_VALUE": .lastValue
    default: nil
    }
  }

  /// Nil if the function does not take the type.
  static func resultType(_ function: AggregateFunction, _ argument: DataType) -> DataType? {
    switch function {
    case .countStar, .count: return .int64
    case .sum, .avg:
      guard argument.isNumeric else { return nil }
      if case .decimal = argument {
        return function == .sum ? DecimalRules.sumAggregate(argument) : DecimalRules.averageAggregate(argument)
      }
      return argument
    case .min, .max: return TypeRules.isOrdered(argument) ? argument : nil
    case .firstValue, .lastValue: return argument
    }
  }
}

/// An aggregate call before its argument has become a column.
struct CollectedAggregate: Hashable {
  var function: AggregateFunction
  var argument: Expression?
  var filter: Expression?
  var isDistinct: Bool
  var resultType: DataType
  var isNullable: Bool
}

/// Gathers the aggregates of a SELECT: binding one gives a column after those of the input. Equal calls share one.
final class AggregateCollector {
  private(set) var calls: [CollectedAggregate] = []
  private let inputCount: Int
  /// Without GROUP BY keys there is a row even when there is no input.
  private let hasKeys: Bool

  init(inputCount: Int, hasKeys: Bool) {
    self.inputCount = inputCount
    self.hasKeys = hasKeys
  }

  func bind(
    _ syntax: CallSyntax, _ function: AggregateFunction, scope: Scope, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    var inner = ExpressionBinder(scope: scope, clause: "an aggregate")
    var call = CollectedAggregate(
      function: function, argument: nil, filter: nil, isDistinct: syntax.isDistinct, resultType: .int64, isNullable: false)
    if let filter = syntax.filter {
      var binder = ExpressionBinder(scope: scope, clause: "FILTER")
      call.filter = try binder.bindBoolean(filter).expression
    }
    if syntax.isStar {
      guard function == .count else { throw Diagnostic("\(syntax.name) takes a value, not '*'", at: span) }
      call.function = .countStar
    } else {
      guard syntax.arguments.count == 1 else {
        let more = function == .count && syntax.arguments.count > 1 ? "; write COUNT of a ROW or of one column" : ""
        throw Diagnostic("\(syntax.name) takes 1 argument, not \(syntax.arguments.count)\(more)", at: span)
      }
      let argument = try inner.typed(try inner.bind(syntax.arguments[0]))
      guard let type = AggregateFunctions.resultType(function, argument.type) else {
        let wanted = function == .sum || function == .avg ? "a number" : "a value with an order"
        throw Diagnostic("\(syntax.name) takes \(wanted), not \(argument.type)", at: argument.span)
      }
      if call.isDistinct, !TypeRules.isComparable(argument.type) {
        throw Diagnostic("values of type \(argument.type) cannot be compared for DISTINCT", at: argument.span)
      }
      call.resultType = type
      call.argument = argument.expression
      call.isNullable = argument.isNullable || !hasKeys || call.filter != nil
      if function == .count {
        call.isNullable = false
        if !call.isDistinct, !argument.isNullable {
          call.function = .countStar
          call.argument = nil
        }
      }
      if function == .min || function == .max { call.isDistinct = false }
    }
    let index = calls.firstIndex(of: call) ?? calls.count
    if index == calls.count { calls.append(call) }
    return Bound(expression: .column(inputCount + index, call.resultType), isNullable: call.isNullable, span: span)
  }
}
