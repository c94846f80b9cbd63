//  PERCENTILE(value, percentage [, frequency]): the values of a group are collected as a multiset, of which a function takes the percentile.
//  So it has the state of COLLECT, takes rows back as COLLECT does, and several percentages of one column share it.

import Columnar
import Expressions

extension ExpressionBinder {
  func percentile(_ syntax: CallSyntax, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard let aggregates else { throw Diagnostic("PERCENTILE is an aggregate and cannot stand in \(clause)", at: span) }
    if syntax.isStar { throw Diagnostic("PERCENTILE takes a value, not '*'", at: span) }
    guard 2...3 ~= syntax.arguments.count else { throw wrongCount("PERCENTILE", syntax.arguments.count, 2, 3, span) }
    var inner = ExpressionBinder(scope: scope, clause: "an aggregate", subqueries: aggregates.subqueries)
    var values = try inner.bind(syntax.arguments[0])
    guard values.type.isNumeric else {
      throw Diagnostic("PERCENTILE takes numbers, not \(values.type)", at: values.span, expected: ["a number"])
    }
    values = Coercion.cast(values, to: .float64)
    if syntax.arguments.count == 3 { values = try weighted(values, by: try inner.bind(syntax.arguments[2]), span) }
    let collected = aggregates.add(
      CollectedAggregate(
        function: .collect, argument: values.expression, filter: try aggregates.filter(of: syntax, scope: scope),
        isDistinct: syntax.isDistinct, resultType: .multiset(values.type), isNullable: false), span)
    let percentages = try self.percentages(try inner.bind(syntax.arguments[1]))
    guard let definition = FunctionLibrary.byName["PERCENTILE OF"] else { preconditionFailure("the library has this function") }
    return try apply(definition, name: "PERCENTILE", [collected, percentages], span)
  }

  /// The value beside how often it counts; NULL, which is not collected, if one of them is or if it does not count.
  private func weighted(_ value: Bound, by frequency: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard frequency.type.isInteger else {
      throw Diagnostic("the frequency of PERCENTILE is an integer, not \(frequency.type)", at: frequency.span, expected: ["BIGINT"])
    }
    let parts = [value, Coercion.cast(frequency, to: .int64)]
    let type = DataType.row([Field("value", .float64), Field("frequency", .int64)])
    let pair = Expression.call(.rowConstructor, parts.map(\.expression), type)
    let zero = Bound(expression: .literal(.integer(0), .int64), isNullable: false, span: span)
    let tests = [call(.isNotNull, [value], .boolean, span), call(.greater, [parts[1], zero], .boolean, span)].map(\.expression)
    return Bound(
      expression: .conditional([.init(.call(.and, tests, .boolean), pair)], otherwise: .literal(.null, type), type), isNullable: true,
      span: span)
  }

  /// One constant, or an array of them.
  private func percentages(_ bound: Bound) throws(Diagnostic) -> Bound {
    var isArray = false
    var element = bound.type
    if case .array(let inner) = bound.type { (isArray, element) = (true, inner) }
    guard element.isNumeric, bound.expression.columns.isEmpty, !bound.expression.isRandom else {
      throw Diagnostic("the percentage of PERCENTILE is a constant number, or an array of them", at: bound.span, expected: ["0.5"])
    }
    let percentages = Coercion.cast(bound, to: isArray ? .array(.float64) : .float64)
    if let wrong = Self.values(percentages.expression).first(where: { !(0...1 ~= $0) }) {
      throw Diagnostic("PERCENTILE takes percentages from 0 to 1, not \(wrong)", at: bound.span, expected: ["0.5"])
    }
    return percentages
  }

  /// The numbers that a constant has; none if it fails, which is seen when it is computed.
  private static func values(_ constant: Expression) -> [Double] {
    let row = RecordBatch(schema: Schema([]), columns: [], rowCount: 1)
    let result = try? CompiledExpression(constant).evaluate(over: row, context: EvaluationContext(nowMicroseconds: 0))
    let numbers = if case .list(let list) = result { list.elements } else { result }
    guard case .float64(let column) = numbers else { return [] }
    return column.values.indices.filter { column.isValid($0) }.map { column.values[$0] }
  }
}
