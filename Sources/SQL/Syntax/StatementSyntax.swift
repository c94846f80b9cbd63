//  Statements and queries as written.

import Columnar
import Dataflow

struct ObjectName: Hashable, Sendable {
  /// The last part; a catalog and database before it can only be the default ones.
  var name: Identifier
  var span: SourceSpan
}

enum StatementSyntax: Sendable {
  case createTable(CreateTableSyntax)
  case createView(CreateViewSyntax)
  case drop(kind: String, ObjectName, ifExists: Bool)
  case set(key: String, keySpan: SourceSpan, value: String, valueSpan: SourceSpan)
  /// Without a key: everything.
  case reset(key: String?, SourceSpan)
  case insert(InsertSyntax)
  case statementSet([InsertSyntax], SourceSpan)
  case explain(ExplainSyntax)
}

/// `EXPLAIN [PLAN FOR | detail, ...] statement`.
struct ExplainSyntax: Sendable {
  enum Target: Sendable {
    case query(QuerySyntax)
    /// An INSERT, or those of a statement set.
    case inserts([InsertSyntax])
  }
  var details: Set<ExplainDetail>
  var target: Target
  var span: SourceSpan
}

struct CreateTableSyntax: Sendable {
  var name: ObjectName
  var ifNotExists: Bool
  var columns: [ColumnSyntax]
  var watermark: WatermarkSyntax?
  var primaryKey: [Identifier]
  /// PARTITIONED BY.
  var partitionKeys: [Identifier] = []
  var options: [OptionSyntax]
  var span: SourceSpan
}

struct ColumnSyntax: Sendable {
  enum Kind: Sendable {
    case physical(DataType, isNullable: Bool)
    case computed(ExpressionSyntax)
  }
  var name: Identifier
  var kind: Kind
}

struct WatermarkSyntax: Sendable {
  var column: [Identifier]
  var expression: ExpressionSyntax
  var span: SourceSpan
}

struct OptionSyntax: Sendable {
  var key: String
  var keySpan: SourceSpan
  var value: String
  var valueSpan: SourceSpan
}

struct CreateViewSyntax: Sendable {
  var name: ObjectName
  var ifNotExists: Bool
  var columns: [Identifier]
  var query: QuerySyntax
}

struct InsertSyntax: Sendable {
  var table: ObjectName
  var columns: [Identifier]
  var query: QuerySyntax
  var span: SourceSpan
}

struct QuerySyntax: Sendable {
  var common: [CommonTableSyntax]
  var body: QueryBodySyntax
  var order: [OverSyntax.Key] = []
  /// Rows to leave out and rows to give; nil if the query does not say.
  var offset: Int64?
  var limit: Int64?
  /// Of ORDER BY, or of what follows it.
  var orderSpan = SourceSpan(start: 0, end: 0)
  var span: SourceSpan

  var isOrdered: Bool { !order.isEmpty || offset != nil || limit != nil }
}

/// `name (columns) AS (query)` of a WITH clause.
struct CommonTableSyntax: Sendable {
  var name: Identifier
  var columns: [Identifier]
  var query: QuerySyntax
}

indirect enum QueryBodySyntax: Sendable {
  case select(SelectSyntax)
  /// Operands of UNION ALL, or of UNION, which drops duplicates.
  case union([QueryBodySyntax], isAll: Bool, SourceSpan)
  /// INTERSECT or EXCEPT of two.
  case setOperation(SetOperationKind, QueryBodySyntax, QueryBodySyntax, isAll: Bool, SourceSpan)
  /// One list of expressions a row.
  case values([[ExpressionSyntax]], SourceSpan)
  case nested(QuerySyntax)
}

/// `/*+ STATE_TTL('table' = '1 d') */`: one entry.
struct StateHintSyntax: Sendable {
  var table: Identifier
  var timeToLive: Int64
}

struct SelectSyntax: Sendable {
  var hints: [StateHintSyntax] = []
  var isDistinct: Bool
  var items: [SelectItemSyntax]
  var from: TableSyntax
  var filter: ExpressionSyntax?
  /// Nil without GROUP BY.
  var groupBy: [GroupingSyntax]?
  var having: ExpressionSyntax?
  /// `WINDOW name AS (...)`.
  var windows: [(name: Identifier, window: OverSyntax)] = []
  var span: SourceSpan
}

/// An element of GROUP BY.
indirect enum GroupingSyntax: Sendable {
  case key(ExpressionSyntax)
  /// `(a, b)`, a key of several columns; `()` has none.
  case composite([ExpressionSyntax], SourceSpan)
  case rollup([GroupingSyntax], SourceSpan)
  case cube([GroupingSyntax], SourceSpan)
  case sets([GroupingSyntax], SourceSpan)
}

enum SelectItemSyntax: Sendable {
  /// `*` or `t.*`.
  case star(qualifier: [Identifier], SourceSpan)
  case expression(ExpressionSyntax, alias: Identifier?)
}

indirect enum TableSyntax: Sendable {
  /// No FROM: one row without columns.
  case nothing
  case named(ObjectName, alias: TableAliasSyntax?)
  case derived(QuerySyntax, alias: TableAliasSyntax?, SourceSpan)
  case window(WindowSyntax, alias: TableAliasSyntax?)
  /// A comma is an inner join without condition.
  case join(TableSyntax, TableSyntax, JoinKind, condition: JoinConditionSyntax?, SourceSpan)
}

enum JoinConditionSyntax: Sendable {
  case on(ExpressionSyntax)
  /// Columns that both sides have, and that the result has once.
  case using([Identifier])
  /// USING of all columns that both sides have; where NATURAL stands.
  case natural(SourceSpan)
}

struct TableAliasSyntax: Sendable {
  var name: Identifier
  var columns: [Identifier]
}

/// `TUMBLE(TABLE t, DESCRIPTOR(c), size [, offset])` and kin.
struct WindowSyntax: Sendable {
  /// TUMBLE, HOP, CUMULATE or SESSION.
  var function: String
  var input: TableSyntax
  /// PARTITION BY of a session.
  var partition: [Identifier]
  var time: Identifier
  /// In the order of the positional form: size; slide, size; step, size; gap; then the offset if there is one.
  var intervals: [ExpressionSyntax]
  var span: SourceSpan
}

extension WindowSyntax {
  /// Intervals that are not the offset.
  var lengthCount: Int { function == "TUMBLE" || function == "SESSION" ? 1 : 2 }
}
