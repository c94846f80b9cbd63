//  The aggregates: names, argument and result types, and the collector that takes them out of expressions.

import Columnar
import Expressions

enum AggregateFunctions {
  /// COUNT(*) is a COUNT until its argument is seen.
  static let all = AggregateFunction.allCases.filter { $0 != .countStar }
  private static let byName = Dictionary(
    uniqueKeysWithValues: all.flatMap { function in function.definition.names.map { ($0, function) } })
  static let names = byName.keys.sorted()

  static func named(_ name: String) -> AggregateFunction? { byName[name] }

  /// Whether a call of this name is one of an aggregate; PERCENTILE is made of one.
  static func isKnown(_ name: String) -> Bool { byName[name] != nil || name == "PERCENTILE" }

  /// Nil if the function does not take the type.
  static func resultType(_ function: AggregateFunction, _ argument: DataType) -> DataType? {
    let isTaken =
      switch function.definition.takes {
      case .any: true
      case .number: argument.isNumeric
      case .ordered: TypeRules.isOrdered(argument)
      case .text: argument.isCharacter
      }
    guard isTaken else { return nil }
    switch (function.definition.gives, argument) {
    case (.int64, _): return .int64
    case (.text, _): return .string
    case (.sum, .decimal): return DecimalRules.sumAggregate(argument)
    case (.average, .decimal): return DecimalRules.averageAggregate(argument)
    case (.argument, _), (.sum, _), (.average, _): return argument
    case (.array, _): return .array(argument)
    case (.multiset, _): return .multiset(argument)
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
  var separator: String?
}

/// Gathers the aggregates of a SELECT: binding one gives a column after those of the input. Equal calls share one.
final class AggregateCollector {
  private(set) var calls: [CollectedAggregate] = []
  private let inputCount: Int
  /// Binds GROUPING and GROUPING_ID; nil before the keys are known.
  var grouping: ((CallSyntax, SourceSpan) throws(Diagnostic) -> Bound)?
  /// Where subqueries in arguments and filters go; nil if there may be none.
  var subqueries: SubqueryCollector?
  /// Without GROUP BY keys there is a row even when there is no input.
  private let hasKeys: Bool

  init(inputCount: Int, hasKeys: Bool) {
    self.inputCount = inputCount
    self.hasKeys = hasKeys
  }

  func bind(
    _ syntax: CallSyntax, _ function: AggregateFunction, scope: Scope, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    var inner = ExpressionBinder(scope: scope, clause: "an aggregate", subqueries: subqueries)
    var call = CollectedAggregate(
      function: function, argument: nil, filter: nil, isDistinct: syntax.isDistinct, resultType: .int64, isNullable: false)
    call.filter = try filter(of: syntax, scope: scope)
    if syntax.isStar {
      guard function == .count else { throw Diagnostic("\(syntax.name) takes a value, not '*'", at: span) }
      call.function = .countStar
    } else {
      guard syntax.arguments.count == 1 || (function == .listAgg && syntax.arguments.count == 2) else {
        let more = function == .count && syntax.arguments.count > 1 ? "; write COUNT of a ROW or of one column" : ""
        throw Diagnostic("\(syntax.name) takes 1 argument, not \(syntax.arguments.count)\(more)", at: span)
      }
      let argument = try inner.typed(try inner.bind(syntax.arguments[0]))
      guard let type = AggregateFunctions.resultType(function, argument.type) else {
        let wanted =
          switch function.definition.takes {
          case .any: "a value"
          case .number: "a number"
          case .ordered: "a value with an order"
          case .text: "strings"
          }
        throw Diagnostic("\(syntax.name) takes \(wanted), not \(argument.type)", at: argument.span)
      }
      if call.isDistinct, !TypeRules.isComparable(argument.type) {
        throw Diagnostic("values of type \(argument.type) cannot be compared for DISTINCT", at: argument.span)
      }
      call.resultType = type
      call.argument = argument.expression
      switch function.definition.nullability {
      case .never: call.isNullable = false
      case .always: call.isNullable = true
      case .withoutValue: call.isNullable = argument.isNullable || !hasKeys || call.filter != nil
      }
      if syntax.arguments.count == 2 {
        guard case .literal(.string(let text), _) = try inner.bind(syntax.arguments[1]).expression else {
          throw Diagnostic("the separator of LISTAGG is a constant string", at: syntax.arguments[1].span, expected: ["a string"])
        }
        call.separator = text
      }
      if function == .count, !call.isDistinct, !argument.isNullable {
        call.function = .countStar
        call.argument = nil
      }
      if function == .min || function == .max { call.isDistinct = false }
    }
    return add(call, span)
  }

  func filter(of syntax: CallSyntax, scope: Scope) throws(Diagnostic) -> Expression? {
    guard let filter = syntax.filter else { return nil }
    var binder = ExpressionBinder(scope: scope, clause: "FILTER", subqueries: subqueries)
    return try binder.bindBoolean(filter).expression
  }

  /// The column of a call.
  func add(_ call: CollectedAggregate, _ span: SourceSpan) -> Bound {
    let index = calls.firstIndex(of: call) ?? calls.count
    if index == calls.count { calls.append(call) }
    return Bound(expression: .column(inputCount + index, call.resultType), isNullable: call.isNullable, span: span)
  }
}
