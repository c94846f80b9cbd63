//  Forgets what has not been written to for long, by the clock of processing time.
//  Source: Flink's StateTtlConfig with OnCreateAndWrite and NeverReturnExpired.

import Columnar
import State

/// Groups of a keyed table that go as a whole once nobody has written to them for a time to live.
///
/// A batch finds its own groups gone if their time is up, whenever that was; others are looked over a few at a time, so that the
/// work of a batch stays in proportion to its rows.
struct GroupExpiry {
  /// The time of the last write: behind the operator's own columns. Zero for a new group.
  static let field = Field("written", .int64, isNullable: false)
  /// Groups looked at for each batch besides one a row.
  static let sweepCount = 64

  private let table: KeyedTable
  private let stamps: PackedIntegers
  private let timeToLive: Int64
  private var cursor = 0
  /// Groups that a snapshot had without a stamp are still to be stamped.
  private var awaitsClock = true

  /// What the schema of a table has behind its other columns.
  static func fields(_ timeToLive: Int64?) -> [Field] { timeToLive == nil ? [] : [field] }

  /// Nil if nothing expires.
  init?(_ timeToLive: Int64?, of table: KeyedTable) {
    guard let timeToLive else { return nil }
    self.timeToLive = timeToLive
    self.table = table
    stamps = table.columns[table.columns.count - 1].int64
    for group in table.groups.liveIDs where stamps[Int(group)] == 0 { stamps[Int(group)] = Self.restored }
  }

  /// The stamp of a group of a snapshot without stamps, until the clock is known.
  private static let restored: Int64 = -1

  /// What has been restored without a stamp counts as written at the time of the restore: when the clock is first seen.
  private mutating func see(_ now: Int64) {
    guard awaitsClock else { return }
    awaitsClock = false
    for group in table.groups.liveIDs where stamps[Int(group)] == Self.restored { stamps[Int(group)] = max(1, now) }
  }

  func isNew(_ group: Int32) -> Bool { stamps[Int(group)] == 0 }

  /// As the table does it, without groups whose time is up.
  mutating func resolve(_ keys: [Column], rowCount: Int, into groups: inout [Int32], now: Int64) {
    table.resolve(keys, rowCount: rowCount, into: &groups)
    if expire(groups, now: now) { table.resolve(keys, rowCount: rowCount, into: &groups) }
  }

  /// Takes out those of a batch's groups whose time is up, and some others; whether one of them went. Negative ones are left out.
  mutating func expire(_ groups: [Int32], now: Int64) -> Bool {
    see(now)
    var isChanged = false
    for group in groups where group >= 0 && table.groups.isLive(group) && isExpired(group, now) {
      table.remove(group)
      isChanged = true
    }
    sweep(groups.count, now)
    return isChanged
  }

  /// The groups have been written to.
  func touch(_ groups: [Int32], now: Int64) { for group in groups { stamps[Int(group)] = max(1, now) } }

  private func isExpired(_ group: Int32, _ now: Int64) -> Bool {
    let stamp = stamps[Int(group)]
    return stamp > 0 && stamp <= now - timeToLive
  }

  private mutating func sweep(_ rowCount: Int, _ now: Int64) {
    for _ in 0..<min(table.groups.idCount, rowCount + Self.sweepCount) {
      if cursor >= table.groups.idCount { cursor = 0 }
      let group = Int32(cursor)
      cursor += 1
      guard table.groups.isLive(group) else { continue }
      if isExpired(group, now) { table.remove(group) }
    }
  }
}

extension GroupExpiry? {
  /// The group of each row's key, made where there is none; of a table whose groups expire after those whose time is up have gone.
  mutating func resolve(_ keys: [Column], rowCount: Int, in table: KeyedTable, into groups: inout [Int32], now: Int64) {
    guard self != nil else { return table.resolve(keys, rowCount: rowCount, into: &groups) }
    self?.resolve(keys, rowCount: rowCount, into: &groups, now: now)
  }
}

/// Rows of one side of a join that go one by one once nobody has written to them for a time to live.
struct RowExpiry {
  private let rows: RowMultimap
  private let timeToLive: Int64
  private var cursor = 0
  /// Rows that a snapshot had without a stamp are still to be stamped.
  private var awaitsClock = true

  /// Nil if nothing expires.
  init?(_ timeToLive: Int64?, of rows: RowMultimap) {
    guard let timeToLive else { return nil }
    self.timeToLive = timeToLive
    self.rows = rows
  }

  /// Sets the clock, and looks some rows over; the groups that have lost one.
  mutating func advance(to now: Int64, rowCount: Int) -> [Int32] {
    rows.now = max(1, now)
    rows.horizon = now - timeToLive
    if awaitsClock { rows.stampUnstamped() }
    awaitsClock = false
    var groups: [Int32] = []
    for _ in 0..<min(rows.entryIDCount, rowCount + GroupExpiry.sweepCount) {
      if cursor >= rows.entryIDCount { cursor = 0 }
      if let group = rows.expiredGroup(Int32(cursor)) {
        rows.remove(Int32(cursor), of: group)
        groups.append(group)
      }
      cursor += 1
    }
    return groups
  }

  /// Takes out what has expired of some groups.
  func expire(_ groups: [Int32]) {
    var seen: Set<Int32> = []
    for group in groups where group >= 0 && seen.insert(group).inserted {
      var next = rows.first(in: group)
      while let entry = next {
        next = rows.entry(after: entry)
        if rows.isExpired(entry) { rows.remove(entry, of: group) }
      }
    }
  }
}
