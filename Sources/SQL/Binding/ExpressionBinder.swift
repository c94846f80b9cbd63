//  From expressions as written to typed ones: names found, functions resolved, every implicit cast written out.

import Columnar
import Expressions

/// A typed expression and where it was written.
struct Bound {
  var expression: Expression
  var isNullable: Bool
  var span: SourceSpan
  var type: DataType { expression.type }
}

struct ExpressionBinder {
  let scope: Scope
  /// Where aggregates go, if they may stand here.
  var aggregates: AggregateCollector?
  /// Where calls with OVER go, if they may stand here.
  var over: OverCollector?
  /// Where subqueries go, if they may stand here.
  var subqueries: SubqueryCollector?
  /// Whether it does not matter if the expression at hand is FALSE or NULL: a condition, as far as AND and OR lead to it.
  var unknownIsFalse = false
  /// What this stands in, for messages: `WHERE`, `GROUP BY`, ...
  let clause: String
  /// Where each input column was named first, for messages about it later.
  private(set) var columnSpans: [Int: SourceSpan] = [:]
  /// Expressions made so far.
  private var count = 0

  init(
    scope: Scope, clause: String, aggregates: AggregateCollector? = nil, over: OverCollector? = nil, subqueries: SubqueryCollector? = nil
  ) {
    self.scope = scope
    self.clause = clause
    self.aggregates = aggregates
    self.over = over
    self.subqueries = subqueries
  }

  mutating func bind(_ syntax: ExpressionSyntax) throws(Diagnostic) -> Bound {
    count += 1
    if count > SQLLimits.expressionNodeCountMax {
      throw Diagnostic("this expression is too large: at most \(SQLLimits.expressionNodeCountMax) parts", at: syntax.span)
    }
    let isCondition = unknownIsFalse
    switch syntax.kind {
    case .chain("AND", _), .chain("OR", _): break
    default: unknownIsFalse = false
    }
    var bound = try bindKind(syntax, isCondition: isCondition)
    unknownIsFalse = isCondition
    bound.span = syntax.span
    bound.expression = ConstantFolding.fold(bound.expression)
    return bound
  }

  /// A condition.
  mutating func bindBoolean(_ syntax: ExpressionSyntax) throws(Diagnostic) -> Bound {
    let bound = try bind(syntax)
    if bound.type == .null { return Bound(expression: .literal(.null, .boolean), isNullable: true, span: bound.span) }
    guard bound.type == .boolean else {
      throw Diagnostic("\(clause) takes a condition; this has type \(bound.type)", at: syntax.span, expected: ["BOOLEAN"])
    }
    return bound
  }

  private mutating func bindKind(_ syntax: ExpressionSyntax, isCondition: Bool) throws(Diagnostic) -> Bound {
    let span = syntax.span
    func literal(_ value: Value, _ type: DataType) -> Bound {
      Bound(expression: .literal(value, type), isNullable: value == .null, span: span)
    }
    switch syntax.kind {
    case .name(let parts):
      let found: (expression: Expression, isNullable: Bool)
      do throws(Diagnostic) {
        found = try scope.resolve(parts)
      } catch {
        // The one function of Flink that needs no parentheses, unless a column has its name.
        guard parts.count == 1, parts[0].text.uppercased() == "PI", let definition = FunctionLibrary.byName["PI"] else { throw error }
        return try apply(definition, name: "PI", [], span)
      }
      for index in found.expression.columns where columnSpans[index] == nil { columnSpans[index] = span }
      return Bound(expression: found.expression, isNullable: found.isNullable, span: span)
    case .number(let text):
      let parsed = try Literals.number(text, at: span)
      return literal(parsed.value, parsed.type)
    case .string(let text): return literal(.string(text), .char(length: max(text.unicodeScalars.count, 1)))
    case .bytes(let text):
      let parsed = try Literals.bytes(text, at: span)
      return literal(parsed.value, parsed.type)
    case .boolean(let value): return literal(.boolean(value), .boolean)
    case .null: return literal(.null, .null)
    case .temporal(let kind, let text):
      let parsed = try Literals.temporal(kind, text, at: span)
      return literal(parsed.value, parsed.type)
    case .interval(let text, let isNegative, let from, let to):
      let parsed = try Literals.interval(text, isNegative: isNegative, from: from, to: to, at: span)
      return literal(parsed.value, parsed.type)
    case .negate(let operand): return try negate(try bind(operand), span)
    case .not(let operand): return call(.not, [try operandBoolean(operand, "NOT")], .boolean, span)
    case .chain("||", let operands): return try concatenate(operands, span)
    case .chain(let name, let operands):
      var bound: [Bound] = []
      for operand in operands { bound.append(try operandBoolean(operand, name)) }
      return call(name == "AND" ? .and : .or, bound, .boolean, span)
    case .binary(let symbol, let left, let right):
      return try binary(symbol, try bind(left), try bind(right), span)
    case .call(let syntax): return try bindCall(syntax, span)
    case .cast(let value, let type, let isTry): return try cast(try bind(value), to: type, isTry: isTry, span)
    case .conditional(let operand, let branches, let otherwise):
      return try conditional(operand, branches, otherwise, span)
    case .test(let operand, let test, let isNegated): return try self.test(try bind(operand), test, isNegated, span)
    case .distinctFrom(let left, let right, let isNegated):
      let (a, b) = try comparable(try bind(left), try bind(right), "IS DISTINCT FROM", span)
      return Bound(
        expression: .call(isNegated ? .isNotDistinctFrom : .isDistinctFrom, [a.expression, b.expression], .boolean), isNullable: false,
        span: span)
    case .between(let value, let low, let high, let isNegated, let isSymmetric):
      return try between(try bind(value), try bind(low), try bind(high), isNegated, isSymmetric, span)
    case .inList(let value, let list, let isNegated):
      let value = try bind(value)
      var tests: [Bound] = []
      for item in list { tests.append(try compare(.equal, "IN", value, try bind(item), span)) }
      let any = tests.count == 1 ? tests[0] : call(.or, tests, .boolean, span)
      return isNegated ? call(.not, [any], .boolean, span) : any
    case .inQuery, .exists, .scalarQuery, .quantified: return try subquery(syntax, isCondition: isCondition)
    case .like(let value, let pattern, let escape, let isNegated):
      var operands = [try string(value, "LIKE"), try string(pattern, "LIKE")]
      if let escape { operands.append(try string(escape, "ESCAPE")) }
      let like = call(.like, operands, .boolean, span)
      return isNegated ? call(.not, [like], .boolean, span) : like
    case .array(let elements): return try array(elements, span)
    case .map(let elements): return try map(elements, span)
    case .row(let elements):
      var bound: [Bound] = []
      for element in elements { bound.append(try typed(try bind(element))) }
      let fields = bound.indices.map { Field("EXPR$\($0)", bound[$0].type, isNullable: bound[$0].isNullable) }
      return Bound(expression: .call(.rowConstructor, bound.map(\.expression), .row(fields)), isNullable: false, span: span)
    case .element(let collection, let index): return try element(try bind(collection), try bind(index), span)
    case .field(let row, let name):
      let row = try bind(row)
      let field = try Scope.field(name, of: (row.expression, row.isNullable))
      return Bound(expression: field.expression, isNullable: field.isNullable, span: span)
    }
  }

  // MARK: Subqueries

  private mutating func subquery(_ syntax: ExpressionSyntax, isCondition: Bool) throws(Diagnostic) -> Bound {
    guard let subqueries else {
      throw .unsupported("a subquery in \(clause) is", at: syntax.span, instead: "compute it in a derived table, or join with it")
    }
    switch syntax.kind {
    case .exists(let query): return try subqueries.exists(query, in: scope, syntax.span)
    case .scalarQuery(let query): return try subqueries.scalar(query, in: scope, syntax.span)
    case .inQuery(let value, let query, let isNegated):
      let operands = try operands(of: value)
      return try subqueries.test(
        operands, .equal, "IN", query, isNegated: isNegated, unknownIsFalse: isCondition && !isNegated, in: scope, syntax.span)
    case .quantified(let value, let symbol, let query, let isAll):
      // Whether all compare is whether none compares the other way.
      let negated = ["=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"]
      let symbol = isAll ? negated[symbol] ?? symbol : symbol
      guard let function = Self.comparisons[symbol] else { preconditionFailure("a comparison has a function") }
      let operands = [try bind(value)]
      return try subqueries.test(
        operands, function, isAll ? "ALL" : "ANY", query, isNegated: isAll, unknownIsFalse: isCondition && !isAll, in: scope, syntax.span)
    default: preconditionFailure("a subquery is one of these")
    }
  }

  /// The values of a row that is written as such, or the one value.
  mutating func operands(of syntax: ExpressionSyntax) throws(Diagnostic) -> [Bound] {
    guard case .row(let elements) = syntax.kind else { return [try bind(syntax)] }
    var operands: [Bound] = []
    for element in elements { operands.append(try bind(element)) }
    return operands
  }

  // MARK: Pieces

  /// A call that is NULL if one of its arguments is.
  func call(_ function: ScalarFunction, _ arguments: [Bound], _ type: DataType, _ span: SourceSpan) -> Bound {
    Bound(
      expression: .call(function, arguments.map(\.expression), type), isNullable: arguments.contains { $0.isNullable }, span: span)
  }

  private mutating func operandBoolean(_ syntax: ExpressionSyntax, _ name: String) throws(Diagnostic) -> Bound {
    let bound = try bind(syntax)
    if bound.type == .null { return Bound(expression: .literal(.null, .boolean), isNullable: true, span: bound.span) }
    guard bound.type == .boolean else {
      throw Diagnostic("\(name) takes conditions; this has type \(bound.type)", at: bound.span, expected: ["BOOLEAN"])
    }
    return bound
  }

  /// A string argument; NULL becomes one.
  mutating func string(_ syntax: ExpressionSyntax, _ name: String) throws(Diagnostic) -> Bound {
    try string(try bind(syntax), name)
  }

  func string(_ bound: Bound, _ name: String) throws(Diagnostic) -> Bound {
    if bound.type == .null { return Coercion.cast(bound, to: .string) }
    guard bound.type.isCharacter else {
      throw Diagnostic("\(name) takes strings; this has type \(bound.type), use CAST(... AS STRING)", at: bound.span, expected: ["STRING"])
    }
    return bound
  }

  /// A value whose type is known: a bare NULL has none.
  func typed(_ bound: Bound) throws(Diagnostic) -> Bound {
    if bound.type == .null { throw Diagnostic("the type of this NULL is not known; use CAST(NULL AS ...)", at: bound.span) }
    return bound
  }

  /// Both brought to one type, if they can be compared.
  func comparable(_ left: Bound, _ right: Bound, _ name: String, _ span: SourceSpan) throws(Diagnostic) -> (Bound, Bound) {
    guard let (a, b) = Coercion.unify(left, right) else {
      throw Diagnostic("'\(name)' cannot compare \(left.type) with \(right.type); use CAST", at: span)
    }
    if !TypeRules.isComparable(a.type) { throw Diagnostic("'\(name)' cannot compare values of type \(a.type)", at: span) }
    return (a, b)
  }

  func compare(
    _ function: ScalarFunction, _ name: String, _ left: Bound, _ right: Bound, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    let (a, b) = try comparable(left, right, name, span)
    if function != .equal, function != .notEqual, !TypeRules.isOrdered(a.type), a.type != .null {
      throw Diagnostic("values of type \(a.type) have no order for '\(name)'", at: span)
    }
    if a.type == .null { return Bound(expression: .literal(.null, .boolean), isNullable: true, span: span) }
    return call(function, [a, b], .boolean, span)
  }

  private func test(_ operand: Bound, _ test: String, _ isNegated: Bool, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let function: ScalarFunction
    switch test {
    case "NULL": function = isNegated ? .isNotNull : .isNull
    case "TRUE": function = isNegated ? .isNotTrue : .isTrue
    case "FALSE": function = isNegated ? .isNotFalse : .isFalse
    default: function = isNegated ? .isNotUnknown : .isUnknown
    }
    if test != "NULL", operand.type != .boolean {
      throw Diagnostic("IS \(test) takes a condition; this has type \(operand.type)", at: operand.span, expected: ["BOOLEAN"])
    }
    return Bound(expression: .call(function, [operand.expression], .boolean), isNullable: false, span: span)
  }

  private func between(
    _ value: Bound, _ low: Bound, _ high: Bound, _ isNegated: Bool, _ isSymmetric: Bool, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    func inside(_ low: Bound, _ high: Bound) throws(Diagnostic) -> Bound {
      let above = try compare(.greaterOrEqual, "BETWEEN", value, low, span)
      let below = try compare(.lessOrEqual, "BETWEEN", value, high, span)
      return call(.and, [above, below], .boolean, span)
    }
    var result = try inside(low, high)
    if isSymmetric { result = call(.or, [result, try inside(high, low)], .boolean, span) }
    return isNegated ? call(.not, [result], .boolean, span) : result
  }

  private mutating func concatenate(_ operands: [ExpressionSyntax], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    var bound: [Bound] = []
    for operand in operands { bound.append(try string(operand, "'||'")) }
    return call(.concat, bound, Self.concatenated(bound.map(\.type)), span)
  }

  /// CHAR of CHARs, else a VARCHAR as long as both together; STRING if that is without limit.
  private static func concatenated(_ types: [DataType]) -> DataType {
    var length = 0
    var isFixed = true
    for type in types {
      switch type {
      case .char(let count): length += count
      case .varchar(let count):
        isFixed = false
        length = count == DataType.unlimitedLength ? count : min(length + count, DataType.unlimitedLength)
        if count == DataType.unlimitedLength { return .string }
      default: return .string
      }
    }
    return isFixed ? .char(length: min(length, DataType.unlimitedLength)) : .varchar(length: min(length, DataType.unlimitedLength))
  }

  private mutating func conditional(
    _ operand: ExpressionSyntax?, _ branches: [(ExpressionSyntax, ExpressionSyntax)], _ otherwise: ExpressionSyntax?, _ span: SourceSpan
  ) throws(Diagnostic) -> Bound {
    var subject: Bound?
    if let operand { subject = try bind(operand) }
    var conditions: [Bound] = []
    var values: [Bound] = []
    for (condition, value) in branches {
      if let subject {
        conditions.append(try compare(.equal, "CASE", subject, try bind(condition), condition.span))
      } else {
        conditions.append(try operandBoolean(condition, "WHEN"))
      }
      values.append(try bind(value))
    }
    values.append(
      try otherwise.map { (syntax) throws(Diagnostic) in try bind(syntax) }
        ?? Bound(expression: .literal(.null, .null), isNullable: true, span: span))
    return try choose(conditions, values, "CASE", span)
  }

  /// The value of the first true condition, else the last value; all brought to one type.
  func choose(_ conditions: [Bound], _ values: [Bound], _ name: String, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let (unified, type) = try Coercion.unifyAll(values, name, span, keepsFirstFloat: true)
    let branches = zip(conditions, unified).map { Expression.Branch($0.expression, $1.expression) }
    return Bound(
      expression: .conditional(branches, otherwise: unified[unified.count - 1].expression, type),
      isNullable: unified.contains { $0.isNullable }, span: span)
  }

  private mutating func array(_ elements: [ExpressionSyntax], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    if elements.isEmpty { throw Diagnostic("ARRAY needs an element", at: span) }
    var bound: [Bound] = []
    for element in elements { bound.append(try bind(element)) }
    let (unified, type) = try Coercion.unifyAll(bound, "ARRAY", span, keepsFirstFloat: true)
    return Bound(expression: .call(.arrayConstructor, unified.map(\.expression), .array(type)), isNullable: false, span: span)
  }

  private mutating func map(_ elements: [ExpressionSyntax], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    if elements.isEmpty || elements.count % 2 != 0 { throw Diagnostic("MAP takes keys and values in turn", at: span) }
    var keys: [Bound] = []
    var values: [Bound] = []
    for index in stride(from: 0, to: elements.count, by: 2) {
      keys.append(try bind(elements[index]))
      values.append(try bind(elements[index + 1]))
    }
    let unifiedKeys = try Coercion.unifyAll(keys, "MAP", span, keepsFirstFloat: true)
    let unifiedValues = try Coercion.unifyAll(values, "MAP", span, keepsFirstFloat: true)
    let type = DataType.map(key: unifiedKeys.type, value: unifiedValues.type)
    let arguments = zip(unifiedKeys.values, unifiedValues.values).flatMap { [$0.expression, $1.expression] }
    return Bound(expression: .call(.mapConstructor, arguments, type), isNullable: false, span: span)
  }

  private func element(_ collection: Bound, _ index: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    switch collection.type {
    case .array(let element):
      guard index.type.isInteger else {
        throw Diagnostic("an array's index is an integer; this has type \(index.type)", at: index.span, expected: ["INT"])
      }
      if case .literal(.integer(let position), _) = index.expression, position < 1 {
        throw Diagnostic("an array's index starts at 1", at: index.span)
      }
      let arguments = [collection, Coercion.cast(index, to: .int32)]
      return Bound(expression: .call(.arrayElement, arguments.map(\.expression), element), isNullable: true, span: span)
    case .map(let key, let value):
      guard let common = TypeRules.common(index.type, key), TypeRules.sharesRepresentation(common, key) else {
        throw Diagnostic("the map's keys have type \(key), not \(index.type); use CAST", at: index.span)
      }
      let arguments = [collection, Coercion.cast(index, to: key)]
      return Bound(expression: .call(.mapElement, arguments.map(\.expression), value), isNullable: true, span: span)
    default:
      throw Diagnostic("only ARRAY and MAP have elements; this has type \(collection.type)", at: collection.span)
    }
  }

  func cast(_ value: Bound, to type: DataType, isTry: Bool, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard TypeRules.canCast(value.type, to: type) else {
      var instead = ""
      if value.type.isNumeric, case .timestampLTZ = type { instead = "; use TO_TIMESTAMP_LTZ(number, 0 or 3)" }
      if value.type.isNumeric, case .timestamp = type { instead = "; use TO_TIMESTAMP_LTZ(number, 0 or 3)" }
      throw Diagnostic("\(value.type) cannot be cast to \(type)\(instead)", at: span)
    }
    if value.type == type { return Bound(expression: value.expression, isNullable: value.isNullable || isTry, span: value.span) }
    if value.type == .null { return Coercion.cast(value, to: type) }
    return Bound(expression: .cast(value.expression, to: type, isTry: isTry), isNullable: value.isNullable || isTry, span: span)
  }
}
