//  Rows by group that wait for their time: what an operator holds back until the watermark has come.

import Columnar

/// Rows that leave in the order of their times, over all groups; of equal times in the order in which they came.
public final class TimedRows {
  public let fields: [Field]
  /// The field that holds the time: its values are integers, none of them null.
  private let time: Int
  private let columns: [StateColumn]
  /// By row: the group plus one; zero where there is no row.
  private let owners = PagedColumn<UInt32>()
  /// By row: grows with every row that comes.
  private let sequences = PagedColumn<Int64>()
  /// By group.
  private let counts = PagedColumn<UInt32>()
  private var index = TimeIndex()
  private var entryIDs = EntryIDs()
  private var nextSequence: Int64 = 0

  init(_ fields: [Field], time: Int) {
    precondition(fields[time].type.storedLayout == .int64, "a time is stored as an integer")
    self.fields = fields
    self.time = time
    columns = fields.map { StateColumn($0) }
  }

  func grow(toHoldGroups groupCount: Int) { counts.grow(toHold: groupCount) }

  /// Rows over all groups.
  public var count: Int { index.count }

  /// The least time of a row; nil without rows.
  public var leastTime: Int64? { index.least }

  public func count(in group: Int32) -> Int { Int(counts[Int(group)]) }

  /// Adds rows; their times are not null.
  public func add(_ rows: [Column], groups: [Int32]) {
    guard !groups.isEmpty else { return }
    precondition(rows[time].validity == nil, "every row has a time")
    let ids = entryIDs.take(groups.count)
    owners.grow(toHold: entryIDs.end)
    sequences.grow(toHold: entryIDs.end)
    for (column, values) in zip(columns, rows) {
      column.grow(toHold: entryIDs.end)
      column.scatter(values, to: ids)
    }
    let first = nextSequence
    nextSequence += Int64(groups.count)
    owners.update(ids.span) { $0 = UInt32(groups[$1]) + 1 }
    sequences.update(ids.span) { $0 = first + Int64($1) }
    counts.update(groups.span) { count, _ in count += 1 }
    index.add(rows[time].widenedToInt64.values, ids)
  }

  /// Makes all rows due whose time is at most this.
  public func release(through time: Int64) { index.release(through: time) }

  /// Takes the next due rows out, about `limit`; with `wholeTimes` so many more that no time is parted. Without rows when none is due.
  public func takeDue(_ limit: Int, wholeTimes: Bool) -> (columns: [Column], groups: [Int32]) {
    let entries = index.next(limit, wholeTimes: wholeTimes)
    let ids = entries.map(\.id)
    let taken = columns.map { $0.gather(ids) }
    let groups = owners.gather(ids).map { Int32($0) - 1 }
    owners.update(ids.span) { owner, _ in owner = 0 }
    counts.update(groups.span) { count, _ in count -= 1 }
    for column in columns { column.free(ids) }
    entryIDs.giveBack(ids)
    return (taken, groups)
  }

  func freeze() -> FrozenTimedRows {
    FrozenTimedRows(
      fields: fields, columns: columns.map { $0.freeze() }, owners: owners.freeze(), sequences: sequences.freeze(), idCount: entryIDs.end)
  }

  var byteCount: Int {
    columns.reduce(owners.byteCount + sequences.byteCount + counts.byteCount) { $0 + $1.byteCount }
      + index.count * MemoryLayout<TimeIndex.Entry>.stride
  }
}

/// Waiting rows as they were when they were frozen.
struct FrozenTimedRows: FrozenRows {
  let fields: [Field]
  let columns: [FrozenStateColumn]
  let owners: FrozenColumn<UInt32>
  let sequences: FrozenColumn<Int64>
  let idCount: Int

  var part: TableSection.Part { .timed }
  var storedFields: [Field] { fields }

  /// In the order in which the rows came.
  var order: FrozenRowOrder {
    let all = Array(0..<Int32(idCount))
    let owners = owners.gather(all)
    let sequences = sequences.gather(all)
    let live = all.filter { owners[Int($0)] != 0 }.sorted { sequences[Int($0)] < sequences[Int($1)] }
    return .listed(live, groups: live.map { Int32(owners[Int($0)]) - 1 })
  }

  func columns(of entries: [Int32]) -> [Column] { columns.map { $0.gather(entries) } }
}
