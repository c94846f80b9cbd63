//  Rows by group, first in, first out: the frame of an OVER window.

import Columnar

/// For each group a queue of rows. A row's values are written a batch at a time; then each is put behind its group's others.
///
/// Entry 0 belongs to nobody and is null throughout, so that it can stand for "no row".
public final class RowQueue {
  public let fields: [Field]
  /// By entry; nullable, whatever the fields say.
  public let columns: [StateColumn]
  /// By entry: the one behind it; zero for none.
  private let next = PagedColumn<Int32>()
  /// By group: the first and the last entry; zero for none.
  private let heads = PagedColumn<Int32>()
  private let tails = PagedColumn<Int32>()
  private let counts = PagedColumn<UInt32>()
  /// Entries are below this.
  public var entryIDCount: Int { ids.end }
  private var ids = EntryIDs(from: 1)
  private var groupCount = 0

  init(_ fields: [Field]) {
    self.fields = fields.map { Field($0.name, $0.type, isNullable: true) }
    columns = self.fields.map { StateColumn($0) }
    for column in columns { column.grow(toHold: 1) }
    next.grow(toHold: 1)
  }

  func grow(toHoldGroups groupCount: Int) {
    self.groupCount = groupCount
    heads.grow(toHold: groupCount)
    tails.grow(toHold: groupCount)
    counts.grow(toHold: groupCount)
  }

  /// Stores the values of new entries, which are in no queue yet.
  public func store(_ values: [Column], rowCount: Int) -> [Int32] {
    let entries = ids.take(rowCount)
    next.grow(toHold: ids.end)
    for (column, values) in zip(columns, values) {
      column.grow(toHold: ids.end)
      column.scatter(values, to: entries)
    }
    return entries
  }

  /// Puts a stored entry behind the others of a group.
  public func append(_ entry: Int32, to group: Int32) {
    next[Int(entry)] = 0
    let last = tails[Int(group)]
    if last == 0 { heads[Int(group)] = entry } else { next[Int(last)] = entry }
    tails[Int(group)] = entry
    counts[Int(group)] += 1
  }

  /// Takes the first entry off a group's queue, which is not empty. Its values stay until it is freed.
  @discardableResult public func removeFirst(of group: Int32) -> Int32 {
    let entry = heads[Int(group)]
    precondition(entry != 0, "a queue that gives a row has one")
    let following = next[Int(entry)]
    heads[Int(group)] = following
    if following == 0 { tails[Int(group)] = 0 }
    counts[Int(group)] -= 1
    return entry
  }

  /// Zero for none.
  public func first(of group: Int32) -> Int32 { heads[Int(group)] }

  /// Zero behind the last.
  public func entry(after entry: Int32) -> Int32 { next[Int(entry)] }

  public func count(of group: Int32) -> Int { Int(counts[Int(group)]) }

  /// Lets others have the entries, which are in no queue any more.
  public func free(_ entries: [Int32]) {
    for column in columns { column.free(entries) }
    ids.giveBack(entries)
  }

  func removeAll(_ group: Int) {
    var entries: [Int32] = []
    while heads[group] != 0 { entries.append(removeFirst(of: Int32(group))) }
    free(entries)
  }

  func freeze() -> FrozenQueue {
    FrozenQueue(fields: fields, columns: columns.map { $0.freeze() }, next: next.freeze(), heads: heads.freeze(), groupCount: groupCount)
  }

  var byteCount: Int {
    columns.reduce(next.byteCount + heads.byteCount + tails.byteCount + counts.byteCount) { $0 + $1.byteCount }
  }
}

/// Queues as they were when they were frozen.
struct FrozenQueue: FrozenRows {
  let fields: [Field]
  let columns: [FrozenStateColumn]
  let next: FrozenColumn<Int32>
  let heads: FrozenColumn<Int32>
  let groupCount: Int

  var part: TableSection.Part { .queued }
  var storedFields: [Field] { fields }

  /// Queue by queue, in order.
  var order: FrozenRowOrder {
    var (entries, owners): ([Int32], [Int32]) = ([], [])
    let groups = Array(0..<Int32(groupCount))
    next.pages.withDirectory { directory in
      for (group, head) in zip(groups, heads.gather(groups)) {
        var entry = head
        while entry != 0 {
          entries.append(entry)
          owners.append(group)
          let page = directory[Int(entry) &>> PagedColumn<Int32>.shift].assumingMemoryBound(to: Int32.self)
          entry = page[Int(entry) & PagedColumn<Int32>.mask]
        }
      }
    }
    return .listed(entries, groups: owners)
  }

  func columns(of entries: [Int32]) -> [Column] { columns.map { $0.gather(entries) } }
}
