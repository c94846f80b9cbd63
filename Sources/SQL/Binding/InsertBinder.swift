//  INSERT INTO: the query's columns against the sink's, with the casts that need not be asked for.

import Columnar
import Dataflow
import Expressions

/// A query and the table its rows go to; the plan's columns are the sink's physical ones, in order.
struct BoundInsert {
  var sink: TableDefinition
  var plan: LogicalPlan
  var span: SourceSpan
}

enum InsertBinder {
  static func bind(_ syntax: InsertSyntax, catalog: SessionCatalog) throws(Diagnostic) -> BoundInsert {
    let sink = try catalog.sink(syntax.table)
    let schema = sink.physicalSchema
    let targets = try targets(syntax, sink, schema)
    let plan = try QueryBinder(catalog: catalog).bind(syntax.query, keepsOrder: true)
    let columns = plan.columns
    guard columns.count == targets.count else {
      let of = syntax.columns.isEmpty ? "the table '\(sink.name)'" : "the column list"
      throw Diagnostic(
        "the query gives \(columns.count) column\(columns.count == 1 ? "" : "s"), but \(of) has \(targets.count)", at: syntax.query.span,
        expected: [targets.map { "\(schema[$0].name) \(schema[$0].type)" }.joined(separator: ", ")])
    }
    var expressions = schema.fields.map { Expression.literal(.null, $0.type) }
    for (position, target) in targets.enumerated() {
      let (column, field) = (columns[position], schema[target])
      guard TypeRules.storesImplicitly(column.type, into: field.type) else {
        throw Diagnostic(
          "column '\(field.name)' of table '\(sink.name)' expects \(field.type), but the query gives \(column.type); use CAST",
          at: itemSpan(syntax.query.body, position) ?? syntax.query.span)
      }
      let bound = Bound(expression: .column(position, column.type), isNullable: column.isNullable, span: syntax.span)
      expressions[target] = store(bound, as: field.type).expression
    }
    return BoundInsert(
      sink: sink,
      plan: .project(plan, expressions, schema.fields.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) }), span: syntax.span)
  }

  /// Positions among the sink's physical columns that the query's columns go to.
  private static func targets(_ syntax: InsertSyntax, _ sink: TableDefinition, _ schema: Schema) throws(Diagnostic) -> [Int] {
    if syntax.columns.isEmpty { return Array(0..<schema.count) }
    try QueryBinder.unique(syntax.columns)
    var targets: [Int] = []
    for name in syntax.columns {
      guard let index = schema.index(of: name.text) else {
        if sink.columns.contains(where: { $0.name == name.text }) {
          throw Diagnostic("the column '\(name.text)' is computed and cannot be written", at: name.span)
        }
        throw Diagnostic(
          "the table '\(sink.name)' has no column '\(name.text)'", at: name.span,
          suggestion: nearestName(to: name.text, in: schema.fields.map(\.name)))
      }
      targets.append(index)
    }
    for index in 0..<schema.count where !targets.contains(index) && !schema[index].isNullable {
      throw Diagnostic("the column '\(schema[index].name)' is NOT NULL and missing here", at: syntax.columns[0].span)
    }
    return targets
  }

  /// Lengths of strings are not enforced, as in Flink; a shorter precision of a time is.
  private static func store(_ bound: Bound, as type: DataType) -> Bound {
    switch (bound.type, type) {
    case (.timestamp(let from), .timestamp(let to)) where from > to, (.timestampLTZ(let from), .timestampLTZ(let to)) where from > to,
      (.time(let from), .time(let to)) where from > to:
      return Bound(expression: .cast(bound.expression, to: type, isTry: false), isNullable: bound.isNullable, span: bound.span)
    default: return Coercion.cast(bound, to: type)
    }
  }

  /// Where the SELECT item of a column is written, if that is plain.
  private static func itemSpan(_ body: QueryBodySyntax, _ position: Int) -> SourceSpan? {
    guard case .select(let select) = body, position < select.items.count else { return nil }
    for item in select.items[...position] {
      guard case .expression = item else { return nil }
    }
    guard case .expression(let syntax, _) = select.items[position] else { return nil }
    return syntax.span
  }
}
