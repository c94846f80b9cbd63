//  What to compute, as data: it crosses threads and the network and is stored with the job.
//  `OperatorFactory` in Operators is the one switch from spec to operator.

import Columnar
import Expressions

public indirect enum OperatorSpec: Hashable, Sendable, Codable {
  /// Hands out the splits of a source; a vertex of parallelism 1 with no input, hidden from the API.
  case enumerator(SourceSpec)
  /// Reads the splits that an enumerator hands out.
  case source(SourceSpec)
  case calc(CalcSpec)
  case windowTable(WindowTableSpec)
  case windowAggregate(WindowAggregateSpec)
  case groupAggregate(GroupAggregateSpec)
  case join(JoinSpec)
  case intervalJoin(IntervalJoinSpec)
  case windowJoin(WindowJoinSpec)
  case rank(RankSpec)
  case windowRank(WindowRankSpec)
  case deduplicate(DeduplicateSpec)
  case windowDeduplicate(WindowDeduplicateSpec)
  case overAggregate(OverAggregateSpec)
  case setOperation(SetOperationSpec)
  case sortedOver(SortedOverSpec)
  case expand(ExpandSpec)
  case sort(SortSpec)
  case limit(LimitSpec)
  /// A changelog held back until it ends, then its rows as inserts. All columns are the key.
  case finalRows
  case changelogNormalize(ChangelogNormalizeSpec)
  case upsertMaterialize(UpsertMaterializeSpec)
  case updateBefore(UpdateBeforeTreatment)
  case notNull(NotNullSpec)
  case sink(SinkSpec)
}

/// Reads a table.
///
/// The reader produces `physical`, only the columns the query needs; `columns` computes the output schema of the source
/// from them; `watermark` is taken over that output, for each split on its own.
public struct SourceSpec: Hashable, Sendable, Codable {
  public var table: String
  public var connector: String
  public var options: [String: String]
  /// The table's physical columns as declared, all of them: a format needs them to find the wanted ones.
  public var declared: Schema
  /// Positions in `declared` that the reader produces, in this order.
  public var projection: [Int]
  /// What of each column of `projection` is wanted; nil for whole columns. Only for sources that read fields by themselves.
  public var paths: [FieldPath]?
  /// Over the produced columns; empty stands for "just these".
  public var columns: [Expression]
  public var watermark: WatermarkSpec?
  /// Rows a second over all subtasks, from `source.rows-per-second`; nil for as fast as possible.
  public var rowsPerSecond: Int64?
  /// Rows after which a subtask may stop reading: no more are wanted of all together. Nil for all.
  public var rowLimit: Int64?
  /// Where the table lies in directories; nil where files hold all columns.
  public var partitioning: SourcePartitioning?
  /// The rows themselves, one value a declared column, where they stand in the query: VALUES. Nil for a table.
  public var rows: [[Value]]?

  public init(
    table: String, connector: String, options: [String: String], declared: Schema, projection: [Int], columns: [Expression] = [],
    watermark: WatermarkSpec? = nil, rowsPerSecond: Int64? = nil, rows: [[Value]]? = nil
  ) {
    self.table = table
    self.connector = connector
    self.options = options
    self.declared = declared
    self.projection = projection
    self.columns = columns
    self.watermark = watermark
    self.rowsPerSecond = rowsPerSecond
    self.rows = rows
  }

  /// What the reader produces. A field of a ROW is named after all that lead to it, as in Flink: `bid_price`.
  public var produced: Schema {
    guard let paths else { return Schema(projection.map { declared[$0] }) }
    var names: Set<String> = []
    return Schema(
      zip(projection, paths).map { column, path in
        var field = path.field(of: declared[column])
        field.name = FieldPath.unique(field.name, among: &names)
        return field
      })
  }
}

/// How a source that is PARTITIONED BY columns lies in directories.
public struct SourcePartitioning: Hashable, Sendable, Codable {
  /// Positions in `SourceSpec.declared`, in the order in which the directories are nested.
  public var keys: [Int]
  /// Over these columns, in this order. A partition for which one is not TRUE need not be read; who reads it checks it himself.
  public var conditions: [Expression]
  public init(keys: [Int], conditions: [Expression] = []) {
    self.keys = keys
    self.conditions = conditions
  }
}

/// `WATERMARK FOR column AS expression`.
public struct WatermarkSpec: Hashable, Sendable, Codable {
  /// Over the source's output: the watermark that each row calls for, a timestamp; NULL calls for none.
  public var expression: Expression
  /// A split that gives nothing for this long does not hold the others back: `table.exec.source.idle-timeout`.
  public var idleTimeoutMicroseconds: Int64?
  public init(expression: Expression, idleTimeoutMicroseconds: Int64? = nil) {
    self.expression = expression
    self.idleTimeoutMicroseconds = idleTimeoutMicroseconds
  }
}

/// Filter, then project: the rows where `predicate` is TRUE, one expression an output column. Keeps the change kinds.
public struct CalcSpec: Hashable, Sendable, Codable {
  public var predicate: Expression?
  public var projections: [Expression]
  public init(predicate: Expression? = nil, projections: [Expression]) {
    self.predicate = predicate
    self.projections = projections
  }
}

/// GROUP BY without a window: the result of a key changes with its rows. Output: keys, then aggregates.
public struct GroupAggregateSpec: Hashable, Sendable, Codable {
  public var keys: [Int]
  public var aggregates: [AggregateCall]
  /// The input may hold -U and -D rows.
  public var consumesRetractions: Bool
  /// A consumer needs -U before each +U.
  public var emitsUpdateBefore: Bool
  public var phase: AggregationPhase
  /// False where the user has set `table.exec.mini-batch.enabled` to 'false': one change for each input row.
  public var foldsBatches: Bool
  /// How long what is kept outlives the last write to it, in microseconds of processing time; nil for ever.
  public var timeToLive: Int64?

  public init(
    keys: [Int], aggregates: [AggregateCall], consumesRetractions: Bool, emitsUpdateBefore: Bool, phase: AggregationPhase,
    foldsBatches: Bool = true
  ) {
    self.keys = keys
    self.aggregates = aggregates
    self.consumesRetractions = consumesRetractions
    self.emitsUpdateBefore = emitsUpdateBefore
    self.phase = phase
    self.foldsBatches = foldsBatches
  }
}

public enum JoinKind: String, Hashable, Sendable, Codable {
  case inner
  /// Outer: rows of this side, or of both, without a match come with NULLs in place of the other side's.
  case left, right, full
  /// The left rows that have a match, and those that have none.
  case semi, anti

  /// The output has the left columns alone.
  public var isLeftOnly: Bool { self == .semi || self == .anti }
  public var padsLeft: Bool { self == .left || self == .full }
  public var padsRight: Bool { self == .right || self == .full }
}

/// A join over two changelogs. Output: the left columns, then, but for `semi` and `anti`, the right ones. NULL keys match
/// nothing; without keys every pair may match.
public struct JoinSpec: Hashable, Sendable, Codable {
  public var kind: JoinKind
  public var leftKeys: [Int]
  public var rightKeys: [Int]
  /// Over the left columns, then the right ones; only pairs where it is TRUE match.
  public var condition: Expression?
  /// Neither input ever takes a row back.
  public var isInsertOnly: Bool
  /// How long a row of each side outlives the last write to it, in microseconds of processing time; nil for ever.
  public var leftTimeToLive: Int64?
  public var rightTimeToLive: Int64?
  public init(kind: JoinKind, leftKeys: [Int], rightKeys: [Int], condition: Expression? = nil, isInsertOnly: Bool = false) {
    self.kind = kind
    self.leftKeys = leftKeys
    self.rightKeys = rightKeys
    self.condition = condition
    self.isInsertOnly = isInsertOnly
  }
}

/// A join of insert-only rows whose times lie within bounds of each other: a pair matches if the keys are equal, the left
/// time less the right one is in `lower...upper`, and the condition is TRUE. Output: the left columns, then the right ones.
public struct IntervalJoinSpec: Hashable, Sendable, Codable {
  /// Inner or outer.
  public var kind: JoinKind
  public var leftKeys: [Int]
  public var rightKeys: [Int]
  /// Positions of the time attributes, each in its input.
  public var leftTime: Int
  public var rightTime: Int
  /// Microseconds, `lower <= upper`.
  public var lower: Int64
  public var upper: Int64
  /// Over the left columns, then the right ones.
  public var condition: Expression?
  /// Nil in plans that were made when there was event time alone.
  public var clock: WindowClock?

  public init(
    kind: JoinKind, leftKeys: [Int], rightKeys: [Int], leftTime: Int, rightTime: Int, lower: Int64, upper: Int64,
    condition: Expression? = nil, clock: WindowClock = .eventTime
  ) {
    self.clock = clock
    self.kind = kind
    self.leftKeys = leftKeys
    self.rightKeys = rightKeys
    self.leftTime = leftTime
    self.rightTime = rightTime
    self.lower = lower
    self.upper = upper
    self.condition = condition
  }
}

/// Top-N: of the rows of each key the first `limit` in an order; rows that are equal in it stand in the order in which they came.
/// Output: the input columns, then the rank as a BIGINT from 1 if it is wanted.
public struct RankSpec: Hashable, Sendable, Codable {
  /// Positions of the partition keys; none for one ranking of all rows.
  public var keys: [Int]
  /// At least one.
  public var order: [SortKey]
  public var limit: Int
  public var outputsRank: Bool
  /// The input may hold -U and -D rows.
  public var consumesRetractions: Bool
  /// A consumer needs -U before each +U.
  public var emitsUpdateBefore: Bool
  /// Columns, the partition keys among them, in which a +U is equal to the row that it replaces, where the input has neither -U nor
  /// -D and a row never comes to stand further down; nil where that is not known.
  public var upsertKey: [Int]?
  /// How long what is kept outlives the last write to it, in microseconds of processing time; nil for ever.
  public var timeToLive: Int64?

  public init(keys: [Int], order: [SortKey], limit: Int, outputsRank: Bool, consumesRetractions: Bool, emitsUpdateBefore: Bool) {
    self.keys = keys
    self.order = order
    self.limit = limit
    self.outputsRank = outputsRank
    self.consumesRetractions = consumesRetractions
    self.emitsUpdateBefore = emitsUpdateBefore
  }
}

/// Of the insert-only rows of each key the one with the least or the greatest event time. Output: the input columns.
public struct DeduplicateSpec: Hashable, Sendable, Codable {
  public enum Kept: String, Hashable, Sendable, Codable {
    /// Insert-only: a key's row is emitted when the watermark has reached its time.
    case first
    /// Emitted at once, and replaced by every row whose time is not less.
    case last
  }
  /// Positions of the partition keys.
  public var keys: [Int]
  /// Position of the event-time attribute.
  public var time: Int
  public var keeps: Kept
  /// A consumer needs -U before each +U.
  public var emitsUpdateBefore: Bool
  /// How long what is kept outlives the last write to it, in microseconds of processing time; nil for ever.
  public var timeToLive: Int64?

  public init(keys: [Int], time: Int, keeps: Kept, emitsUpdateBefore: Bool) {
    self.keys = keys
    self.time = time
    self.keeps = keeps
    self.emitsUpdateBefore = emitsUpdateBefore
  }
}

/// Each row once for each list of projections, as many in each as the output has columns. Keeps the change kinds.
public struct ExpandSpec: Hashable, Sendable, Codable {
  public var projections: [[Expression]]
  public init(projections: [[Expression]]) { self.projections = projections }
}

/// ORDER BY over insert-only rows. Output: the input columns.
public struct SortSpec: Hashable, Sendable, Codable {
  /// Position of the event-time attribute by which the watermark releases rows, the first of `order`, ascending; nil to release all
  /// rows at the end of the input.
  public var time: Int?
  /// At least one.
  public var order: [SortKey]
  public init(time: Int?, order: [SortKey]) {
    self.time = time
    self.order = order
  }
}

/// Of insert-only rows those from `offset` on, in the order in which they come.
public struct LimitSpec: Hashable, Sendable, Codable {
  public var offset: Int64
  /// Nil for all that follow.
  public var count: Int64?
  public init(offset: Int64, count: Int64?) {
    self.offset = offset
    self.count = count
  }
}

public enum SetOperationKind: String, Hashable, Sendable, Codable {
  case intersect, except
}

/// INTERSECT or EXCEPT of two changelogs with equal columns: how often a row is in the result follows from how often it is in each
/// input. NULLs are equal. Output: the columns of the inputs.
public struct SetOperationSpec: Hashable, Sendable, Codable {
  public var kind: SetOperationKind
  /// Rows are counted rather than there or not.
  public var isAll: Bool
  /// How long what is kept outlives the last write to it, in microseconds of processing time; nil for ever.
  public var timeToLive: Int64?
  public init(kind: SetOperationKind, isAll: Bool) {
    self.kind = kind
    self.isAll = isAll
  }

  /// How often a row is in the result.
  @inlinable public func count(left: Int64, right: Int64) -> Int64 {
    switch kind {
    case .intersect: isAll ? min(left, right) : min(left, right, 1)
    case .except: isAll ? max(left - right, 0) : left > 0 && right == 0 ? 1 : 0
    }
  }
}

public struct SinkSpec: Hashable, Sendable, Codable {
  public var table: String
  public var connector: String
  public var options: [String: String]
  /// Names and types as the table declares them; what arrives has these types.
  public var schema: Schema
  /// Positions of PRIMARY KEY ... NOT ENFORCED, empty without one.
  public var primaryKey: [Int]
  /// Positions of PARTITIONED BY, in its order; empty without one.
  public var partitionKeys: [Int]
  public init(
    table: String, connector: String, options: [String: String], schema: Schema, primaryKey: [Int], partitionKeys: [Int] = []
  ) {
    self.table = table
    self.connector = connector
    self.options = options
    self.schema = schema
    self.primaryKey = primaryKey
    self.partitionKeys = partitionKeys
  }
}
