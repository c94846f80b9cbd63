//  The state of a keyed operator: for each key a group, and for each group values and rows.

import Columnar

/// What a keyed table holds; part of what a snapshot says about itself.
public struct TableSchema: Hashable, Sendable {
  public var keys: [Field]
  /// Names are unique: a restore finds a column by its name, so that a changed query keeps what still fits.
  public var columns: [Field]
  public var multimaps: [Multimap]
  public var rankings: [Ranking]
  public var timelines: [Timeline]
  public var queues: [Queue]
  public var buckets: [Buckets]
  public var lists: [List]

  public struct Multimap: Hashable, Sendable {
    public var name: String
    public var fields: [Field]
    /// Each row has a count of the rows that it goes with.
    public var countsAssociations: Bool
    /// Each row also has the time when it was written last, so that it can expire.
    public var isStamped: Bool
    /// The rows of a group can be gone through, and a group be taken out. Not part of what a snapshot says.
    public var isListed: Bool
    public init(
      _ name: String, _ fields: [Field], countsAssociations: Bool = false, isStamped: Bool = false, isListed: Bool = true
    ) {
      self.isStamped = isStamped
      self.isListed = isListed
      self.name = name
      self.fields = fields
      self.countsAssociations = countsAssociations
    }
  }

  /// Rows in an order.
  public struct Ranking: Hashable, Sendable {
    public var name: String
    public var fields: [Field]
    public var order: [SortKey]
    public init(_ name: String, _ fields: [Field], order: [SortKey]) {
      self.name = name
      self.fields = fields
      self.order = order
    }
  }

  /// Rows that wait for their time.
  public struct Timeline: Hashable, Sendable {
    public var name: String
    public var fields: [Field]
    /// Position of the time among the fields.
    public var time: Int
    public init(_ name: String, _ fields: [Field], time: Int) {
      self.name = name
      self.fields = fields
      self.time = time
    }
  }

  /// Rows, first in, first out.
  public struct Queue: Hashable, Sendable {
    public var name: String
    public var fields: [Field]
    public init(_ name: String, _ fields: [Field]) {
      self.name = name
      self.fields = fields
    }
  }

  /// Rows that are never taken back.
  public struct List: Hashable, Sendable {
    public var name: String
    public var fields: [Field]
    public init(_ name: String, _ fields: [Field]) {
      self.name = name
      self.fields = fields
    }
  }

  /// Rows near a time.
  public struct Buckets: Hashable, Sendable {
    public var name: String
    public var fields: [Field]
    /// Much shorter than rows are kept, not much shorter than the spans of time that are looked through.
    public var bucketWidth: Int64
    /// Rows are to be given back when their time has come, unless they have settled.
    public var waits: Bool
    public init(_ name: String, _ fields: [Field], bucketWidth: Int64, waits: Bool) {
      precondition(bucketWidth > 0, "a bucket has a width")
      self.name = name
      self.fields = fields
      self.bucketWidth = bucketWidth
      self.waits = waits
    }
  }

  public init(
    keys: [Field], columns: [Field] = [], multimaps: [Multimap] = [], rankings: [Ranking] = [], timelines: [Timeline] = [],
    queues: [Queue] = [], buckets: [Buckets] = [], lists: [List] = []
  ) {
    precondition(Set(columns.map(\.name)).count == columns.count, "a name is given to one column")
    precondition(Set(multimaps.map(\.name)).count == multimaps.count, "a name is given to one multimap")
    precondition(Set(rankings.map(\.name)).count == rankings.count, "a name is given to one ranking")
    precondition(Set(timelines.map(\.name)).count == timelines.count, "a name is given to one timeline")
    precondition(Set(queues.map(\.name)).count == queues.count, "a name is given to one queue")
    precondition(Set(buckets.map(\.name)).count == buckets.count, "a name is given to one set of buckets")
    precondition(Set(lists.map(\.name)).count == lists.count, "a name is given to one list")
    self.keys = keys
    self.columns = columns
    self.multimaps = multimaps
    self.rankings = rankings
    self.timelines = timelines
    self.queues = queues
    self.buckets = buckets
    self.lists = lists
  }
}

/// Groups by key, with one value a column and one list of rows a multimap for each group.
public final class KeyedTable {
  public let schema: TableSchema
  public let groups: GroupTable
  public let columns: [StateColumn]
  public let multimaps: [RowMultimap]
  public let rankings: [RankedRows]
  public let timelines: [TimedRows]
  public let queues: [RowQueue]
  public let buckets: [BucketedRows]
  public let lists: [RowLists]

  /// A table that no back end knows: its contents do not survive a restart.
  public init(_ schema: TableSchema) {
    self.schema = schema
    groups = GroupTable(schema.keys)
    columns = schema.columns.map { StateColumn($0) }
    multimaps = schema.multimaps.map { RowMultimap($0) }
    rankings = schema.rankings.map { RankedRows($0.fields, order: $0.order) }
    timelines = schema.timelines.map { TimedRows($0.fields, time: $0.time) }
    queues = schema.queues.map { RowQueue($0.fields) }
    buckets = schema.buckets.map { BucketedRows($0) }
    lists = schema.lists.map { RowLists($0.fields) }
  }

  /// The group of each row's key, made where there is none; a new group's values are zero or null, its lists empty.
  public func resolve(_ keys: [Column], rowCount: Int, into ids: inout [Int32]) {
    groups.resolve(keys, rowCount: rowCount, into: &ids)
    for column in columns { column.grow(toHold: groups.idCount) }
    for multimap in multimaps { multimap.grow(toHoldGroups: groups.idCount) }
    for ranking in rankings { ranking.grow(toHoldGroups: groups.idCount) }
    for timeline in timelines { timeline.grow(toHoldGroups: groups.idCount) }
    for queue in queues { queue.grow(toHoldGroups: groups.idCount) }
    for rows in buckets { rows.grow(toHoldGroups: groups.idCount) }
    for list in lists { list.grow(toHoldGroups: groups.idCount) }
  }

  /// Takes a group out with everything it has; no row of it waits, has a bucket or is on a list.
  public func remove(_ group: Int32) {
    for column in columns { column.reset(Int(group)) }
    for multimap in multimaps { multimap.removeAll(Int(group)) }
    for ranking in rankings { ranking.removeAll(Int(group)) }
    for timeline in timelines { precondition(timeline.count(in: group) == 0, "no row of a removed group waits") }
    for queue in queues { queue.removeAll(Int(group)) }
    for rows in buckets { precondition(rows.isEmpty(group), "no row of a removed group has a bucket") }
    for list in lists { precondition(list.isEmpty(group), "no row of a removed group is on a list") }
    groups.remove(group)
  }

  /// Bytes of pages, without the index.
  public var byteCount: Int {
    groups.byteCount + columns.reduce(0) { $0 + $1.byteCount } + multimaps.reduce(0) { $0 + $1.byteCount }
      + rankings.reduce(0) { $0 + $1.byteCount } + timelines.reduce(0) { $0 + $1.byteCount } + queues.reduce(0) { $0 + $1.byteCount }
      + buckets.reduce(0) { $0 + $1.byteCount } + lists.reduce(0) { $0 + $1.byteCount }
  }

  func freeze() -> FrozenTable {
    FrozenTable(
      schema: schema, groups: groups.freeze(), columns: columns.map { $0.freeze() }, multimaps: multimaps.map { $0.freeze() },
      rankings: rankings.map { $0.freeze() }, timelines: timelines.map { $0.freeze() }, queues: queues.map { $0.freeze() },
      buckets: buckets.map { $0.freeze() }, lists: lists.map { $0.freeze() })
  }
}

/// One keyed table for each of some times, e.g. the ends of slices; each is dropped as a whole.
public final class WindowedTable {
  public let schema: TableSchema
  private var tables: [Int64: KeyedTable] = [:]
  /// Ascending.
  public private(set) var windows: [Int64] = []

  public init(_ schema: TableSchema) { self.schema = schema }

  public func table(_ window: Int64) -> KeyedTable? { tables[window] }

  /// The table of a window, made if there is none.
  public func makeTable(_ window: Int64) -> KeyedTable {
    if let table = tables[window] { return table }
    let table = KeyedTable(schema)
    tables[window] = table
    var position = windows.count
    while position > 0, windows[position - 1] > window { position -= 1 }
    windows.insert(window, at: position)
    return table
  }

  public func remove(_ window: Int64) {
    guard tables.removeValue(forKey: window) != nil else { return }
    windows.removeAll { $0 == window }
  }

  public func removeAll() {
    tables.removeAll()
    windows.removeAll()
  }

  /// Keys over all windows.
  public var groupCount: Int { tables.values.reduce(0) { $0 + $1.groups.count } }

  func freeze() -> [(window: Int64?, table: FrozenTable)] { windows.map { ($0, tables[$0]!.freeze()) } }
}

/// A keyed table as it was when it was frozen.
struct FrozenTable: Sendable {
  let schema: TableSchema
  let groups: FrozenGroups
  let columns: [FrozenStateColumn]
  let multimaps: [FrozenMultimap]
  let rankings: [FrozenRanking]
  let timelines: [FrozenTimedRows]
  let queues: [FrozenQueue]
  let buckets: [FrozenBuckets]
  let lists: [FrozenRowLists]
}
