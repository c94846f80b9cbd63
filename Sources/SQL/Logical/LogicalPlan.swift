//  What a query means, as a tree of relational operators over typed columns. Rules rewrite it; the physical planner turns
//  it into operators.

import Columnar
import Dataflow
import Expressions

/// A column that a plan node gives.
struct PlanColumn: Hashable, Sendable {
  var name: String
  var type: DataType
  var isNullable: Bool
  /// What the column says about time, if it still does: windows can be built over it. Computing with it gives a plain value.
  var timeAttribute: TimeAttribute?
  /// Where the value comes from, for a column that a rule computes in another way than the query says: state is found again by it.
  var lineage: Digest?

  init(_ field: Field) { self.init(field.name, field.type, isNullable: field.isNullable) }

  init(_ name: String, _ type: DataType, isNullable: Bool, timeAttribute: TimeAttribute? = nil) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.timeAttribute = timeAttribute
  }

  var isRowtime: Bool { timeAttribute == .rowtime }
}

/// The clock that a column follows.
enum TimeAttribute: Hashable, Sendable {
  /// Event time: watermarks speak about it.
  case rowtime
  /// Processing time: whoever acts on it looks at the clock of its own batch.
  case proctime

  /// The attribute of an expression over columns: a column passed on unchanged keeps its own, if it is one of them, PROCTIME() makes one.
  static func of(_ expression: Expression, over columns: [PlanColumn]) -> TimeAttribute? {
    switch expression {
    case .column(let index, _): index < columns.count ? columns[index].timeAttribute : nil
    case .call(.proctime, _, _): .proctime
    default: nil
    }
  }
}

indirect enum LogicalPlan: Sendable {
  case scan(ScanNode)
  /// Rows that stand in the query.
  case values(ValuesNode)
  /// One expression over the input's columns for each column.
  case project(LogicalPlan, [Expression], [PlanColumn])
  /// The rows where the expression is TRUE.
  case filter(LogicalPlan, Expression)
  /// The input's columns, then window_start, window_end and window_time.
  case window(LogicalPlan, WindowTableSpec)
  case aggregate(LogicalPlan, AggregateNode)
  case windowAggregate(LogicalPlan, WindowAggregateNode)
  /// The condition is over the left columns, then the right ones; nil joins every pair.
  case join(LogicalPlan, LogicalPlan, JoinKind, condition: Expression?, at: JoinPlace)
  /// A join whose condition bounds the times of its sides to each other.
  case intervalJoin(LogicalPlan, LogicalPlan, IntervalJoinNode)
  /// A join whose condition equates the windows of its sides.
  case windowJoin(LogicalPlan, LogicalPlan, WindowJoinNode)
  /// The input's columns, then ROW_NUMBER(). Runs only once it has become a Top-N.
  case rowNumber(LogicalPlan, RowNumberNode)
  /// The first rows of each key: the input's columns, then the rank if it is wanted.
  case rank(LogicalPlan, RankNode)
  /// The input's columns, then those of OVER calls.
  case over(LogicalPlan, OverNode)
  /// UNION ALL of inputs with equal types; names are the first's.
  case union([LogicalPlan])
  /// INTERSECT or EXCEPT of inputs with equal types; names are the left one's.
  case setOperation(LogicalPlan, LogicalPlan, SetOperationSpec)
  /// Each row once for each list of expressions.
  case expand(LogicalPlan, [[Expression]], [PlanColumn])
  /// The rows in an order.
  case sort(LogicalPlan, [SortKey], at: SourceSpan)
  /// Some of the rows, whichever come first.
  case limit(LogicalPlan, LimitSpec)

  var columns: [PlanColumn] {
    switch self {
    case .scan(let scan): return scan.columns
    case .values(let values): return values.columns
    case .project(_, _, let columns), .expand(_, _, let columns): return columns
    case .limit(.sort(let input, _, _), _):
      // A Top-N: rows that have come may go again.
      return input.columns.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) }
    case .sort(let input, _, _), .limit(let input, _): return input.columns
    case .filter(let input, _): return input.columns
    case .window(let input, let spec): return input.columns + windowColumns(time: input.columns[spec.time])
    case .aggregate(_, let node): return node.columns
    case .windowAggregate(_, let node): return node.columns
    case .join(let left, let right, let kind, let condition, let place):
      let (leftColumns, rightColumns) = (left.columns, right.columns)
      // A join holds rows back, so that its output no longer follows the watermark, unless it knows for how long.
      let bounds = kind.isLeftOnly ? nil : IntervalBounds(condition, leftColumns, rightColumns)
      if let bounds { return joinColumns(leftColumns, rightColumns, kind, keeps: .of(bounds.clock)) }
      let isOfWindows = WindowJoinNode(left, right, kind, condition, at: place.span) != nil
      return joinColumns(leftColumns, rightColumns, kind, keeps: isOfWindows ? .all : [])
    case .intervalJoin(let left, let right, let node): return joinColumns(left.columns, right.columns, node.kind, keeps: .of(node.clock))
    case .windowJoin(let left, let right, let node): return joinColumns(left.columns, right.columns, node.kind, keeps: .all)
    case .rowNumber(let input, let node): return input.columns + [node.column]
    case .rank(let input, let node): return node.columns(of: input.columns)
    case .over(let input, let node):
      if node.isByTime { return input.columns + node.columns }
      return input.columns.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) } + node.columns
    case .union(let inputs):
      let all = inputs.map(\.columns)
      return all[0].indices.map { index in
        var column = all[0][index]
        column.isNullable = all.contains { $0[index].isNullable }
        if all.contains(where: { $0[index].timeAttribute != column.timeAttribute }) { column.timeAttribute = nil }
        return column
      }
    case .setOperation(let left, let right, let spec):
      return zip(left.columns, right.columns).map { left, right in
        PlanColumn(left.name, left.type, isNullable: left.isNullable && (spec.kind == .except || right.isNullable))
      }
    }
  }

  var inputs: [LogicalPlan] {
    switch self {
    case .scan, .values: []
    case .expand(let input, _, _), .sort(let input, _, _), .limit(let input, _), .project(let input, _, _), .filter(let input, _),
      .window(let input, _), .aggregate(let input, _),
      .windowAggregate(let input, _), .rowNumber(let input, _), .rank(let input, _), .over(let input, _):
      [input]
    case .join(let left, let right, _, _, _), .intervalJoin(let left, let right, _), .windowJoin(let left, let right, _),
      .setOperation(let left, let right, _):
      [left, right]
    case .union(let inputs): inputs
    }
  }

  /// The same node over other inputs, as many as it has.
  func withInputs(_ inputs: [LogicalPlan]) -> LogicalPlan {
    switch self {
    case .scan, .values: self
    case .project(_, let expressions, let columns): .project(inputs[0], expressions, columns)
    case .filter(_, let predicate): .filter(inputs[0], predicate)
    case .expand(_, let lists, let columns): .expand(inputs[0], lists, columns)
    case .sort(_, let order, let span): .sort(inputs[0], order, at: span)
    case .limit(_, let spec): .limit(inputs[0], spec)
    case .window(_, let spec): .window(inputs[0], spec)
    case .aggregate(_, let node): .aggregate(inputs[0], node)
    case .windowAggregate(_, let node): .windowAggregate(inputs[0], node)
    case .join(_, _, let kind, let condition, let span): .join(inputs[0], inputs[1], kind, condition: condition, at: span)
    case .intervalJoin(_, _, let node): .intervalJoin(inputs[0], inputs[1], node)
    case .windowJoin(_, _, let node): .windowJoin(inputs[0], inputs[1], node)
    case .rowNumber(_, let node): .rowNumber(inputs[0], node)
    case .rank(_, let node): .rank(inputs[0], node)
    case .over(_, let node): .over(inputs[0], node)
    case .union: .union(inputs)
    case .setOperation(_, _, let spec): .setOperation(inputs[0], inputs[1], spec)
    }
  }

  /// Rewrites the tree from the leaves up.
  func transformed(_ rewrite: (LogicalPlan) -> LogicalPlan) -> LogicalPlan {
    rewrite(withInputs(inputs.map { $0.transformed(rewrite) }))
  }

  var nodeCount: Int { 1 + inputs.reduce(0) { $0 + $1.nodeCount } }
  var height: Int { 1 + (inputs.map(\.height).max() ?? 0) }
}

/// The left columns, then, unless it is semi or anti, the right ones; those of a side that may be missing are nullable.
private func joinColumns(_ left: [PlanColumn], _ right: [PlanColumn], _ kind: JoinKind, keeps times: KeptTimes) -> [PlanColumn] {
  func side(_ columns: [PlanColumn], mayBeMissing: Bool) -> [PlanColumn] {
    columns.map { column in
      PlanColumn(
        column.name, column.type, isNullable: column.isNullable || mayBeMissing,
        timeAttribute: column.timeAttribute.flatMap { times.contains($0 == .rowtime ? .rowtime : .proctime) ? $0 : nil })
    }
  }
  let output = side(left, mayBeMissing: kind.padsRight)
  return kind.isLeftOnly ? output : output + side(right, mayBeMissing: kind.padsLeft)
}

/// The time attributes that a join's output still has: event time where no row comes out behind the watermark.
private struct KeptTimes: OptionSet {
  let rawValue: UInt8
  static let rowtime = KeptTimes(rawValue: 1)
  static let proctime = KeptTimes(rawValue: 2)
  static let all: KeptTimes = [.rowtime, .proctime]

  /// Of a join within bounds of a time.
  static func of(_ clock: WindowClock) -> KeptTimes { clock == .eventTime ? .all : .proctime }
}

/// What a window table function appends; window_time is the last millisecond of the window.
func windowColumns(time: PlanColumn) -> [PlanColumn] {
  let bound = DataType.timestamp(precision: 3)
  return [
    PlanColumn("window_start", bound, isNullable: false), PlanColumn("window_end", bound, isNullable: false),
    PlanColumn("window_time", windowTimeType(time.type), isNullable: false, timeAttribute: time.timeAttribute),
  ]
}

/// window_start and window_end are TIMESTAMP(3), or TIMESTAMP_LTZ(3)'s local time; window_time has the attribute's type.
private func windowTimeType(_ type: DataType) -> DataType {
  if case .timestampLTZ = type { return .timestampLTZ(precision: 3) }
  return .timestamp(precision: 3)
}

/// Left time less right time is in `lower...upper`, microseconds.
struct IntervalJoinNode: Sendable {
  var kind: JoinKind
  /// Positions of the time attributes, each in its input.
  var leftTime: Int
  var rightTime: Int
  var lower: Int64
  var upper: Int64
  var clock: WindowClock
  /// What else is asked for, over the left columns, then the right ones.
  var condition: Expression?
  var span: SourceSpan
}

/// Where a join was written, and how long the rows of its sides are kept if the query says so: microseconds after the last write to
/// them, zero for ever.
struct JoinPlace: Sendable {
  var span: SourceSpan
  var leftTimeToLive: Int64?
  var rightTimeToLive: Int64?
  init(_ span: SourceSpan) { self.span = span }
}

/// Reads a table.
struct ScanNode: Sendable {
  var table: TableDefinition
  /// Positions of the table's columns that are wanted, in output order.
  var selected: [Int]
  /// Fields of physical columns, which stand behind them in the output.
  var fields: [ScannedField] = []
  /// Somebody downstream acts on watermarks.
  var needsWatermark = true
  /// Rows of which no more are wanted, whichever they are.
  var rowLimit: Int64?
  /// Over the columns of PARTITIONED BY, in its order: partitions for which one is not TRUE are not wanted.
  var partitionConditions: [Expression] = []
  /// Its rows may be replaced or deleted.
  var givesChanges = false
  /// Its changes are made whole by the table's primary key.
  var isNormalized = false

  var columns: [PlanColumn] {
    if fields.isEmpty { return selected.map { table.planColumn($0) } }
    var names: Set<String> = []
    return (selected.map { table.planColumn($0) } + fields.map { PlanColumn($0.field(of: table)) }).map { column in
      var column = column
      column.name = FieldPath.unique(column.name, among: &names)
      return column
    }
  }

  /// Which table the rows come from.
  var origin: Digest { Digest("table:\(table.name)") }

  /// Where each column comes from. A field is what it would be if it were taken out of the column.
  var lineage: [Digest] {
    func column(_ index: Int) -> Digest { Digest("column:\(table.columns[index].name)", [origin]) }
    return selected.map(column) + fields.map { $0.path.fields.reduce(column($0.column)) { Digest("field:\($1)", [$0]) } }
  }
}

/// A field of a column that a source gives by itself.
struct ScannedField: Hashable, Sendable {
  /// Position among the table's columns.
  var column: Int
  var path: FieldPath

  func field(of table: TableDefinition) -> Field {
    let column = table.columns[column]
    return path.field(of: Field(column.name, column.type, isNullable: column.isNullable))
  }
}

/// VALUES: one expression a column in each row, none of which reads a column.
struct ValuesNode: Sendable {
  var rows: [[Expression]]
  var columns: [PlanColumn]
}

/// GROUP BY: keys, then aggregates; calls refer to the input's columns.
struct AggregateNode: Sendable {
  var keys: [Int]
  var calls: [AggregateCall]
  var columns: [PlanColumn]
  /// How long a key outlives its last row if the query says so: microseconds, zero for ever.
  var timeToLive: Int64?
}

/// GROUP BY over a window: keys, then aggregates, then window properties.
struct WindowAggregateNode: Sendable {
  var kind: WindowKind
  /// Position of the time attribute in the input.
  var time: Int
  var clock = WindowClock.eventTime
  var keys: [Int]
  var calls: [AggregateCall]
  var properties: [WindowProperty]
  var columns: [PlanColumn]

  /// Rows can be aggregated by slice before they go to the subtask of their key.
  var hasSlices: Bool {
    if case .session = kind { return false }
    return clock == .eventTime
  }
}

/// ROW_NUMBER() OVER (PARTITION BY keys ORDER BY order), over columns of the input.
struct RowNumberNode: Sendable {
  var keys: [Int]
  var order: [SortKey]
  var name: String
  var span: SourceSpan

  var column: PlanColumn { PlanColumn(name, .int64, isNullable: false) }
}

/// The window of a Top-N.
struct RankWindow: Sendable {
  var kind: WindowKind
  var isLocal: Bool
  /// Position of the window's end, one of the keys.
  var end: Int
  /// Keys that the end says: but for sessions, the other bounds.
  var implied: Set<Int>
}

/// The rows whose number is at most `limit`.
struct RankNode: Sendable {
  var rowNumber: RowNumberNode
  var limit: Int
  var outputsRank: Bool
  /// Of ORDER BY ... LIMIT, the rows to leave out; nil for a filter over ROW_NUMBER.
  var sortOffset: Int?
  /// The window that the partition is in; nil if rows of later times may still come into it.
  var window: RankWindow?

  /// Whether this asks for one row by event time, the first or the last.
  func isDeduplication(of input: [PlanColumn]) -> Bool {
    sortOffset == nil && limit == 1 && rowNumber.order.count == 1 && input[rowNumber.order[0].column].isRowtime && !outputsRank
  }

  func keepsFirst(of input: [PlanColumn]) -> Bool { isDeduplication(of: input) && !rowNumber.order[0].isDescending }

  /// Only a first row and those of a window follow the watermark; the other results change afterwards.
  func columns(of input: [PlanColumn]) -> [PlanColumn] {
    let columns = window != nil || keepsFirst(of: input) ? input : input.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) }
    return outputsRank ? columns + [rowNumber.column] : columns
  }
}
