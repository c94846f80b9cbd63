//  The multimap of rows that are one value of at most 64 bits: what DISTINCT, MIN and MAX mostly keep.
//  Such a row is compared as it is, without bytes: behind the index one entry of 32 bytes holds all there is to know.

import Columnar

/// For each group a list of distinct values, NULL among them, and how often each is there.
final class ValueMultimap {
  private let index = SlotIndex()
  private let entries = PagedColumn<ValueEntry>()
  /// By group: the first and the last entry, plus one; zero for none.
  private let heads = PagedColumn<UInt32>()
  private let tails = PagedColumn<UInt32>()
  private(set) var entryIDCount = 0
  private var free: [Int32] = []
  /// Of the batch at hand.
  private var tags: [UInt32] = []
  private var owners: [UInt32] = []
  /// Distinct values, over all groups.
  private(set) var count = 0

  func grow(toHoldGroups groupCount: Int) {
    heads.grow(toHold: groupCount)
    tails.grow(toHold: groupCount)
  }

  /// What tells entries of equal values apart: the group plus one, above it whether the value is NULL. Zero for a row that is left out.
  private func prepare(_ column: FixedColumn<Int64>, _ groups: [Int32]) {
    precondition(column.count == groups.count, "one value a group")
    let values = column.values.span
    let groups = groups.span
    let validity = column.validity
    let rowOwners = [UInt32](unsafeUninitializedCapacity: groups.count) { target, count in
      for row in groups.indices {
        let isNull = validity != nil && !validity!.isValid(row)
        target.initializeElement(at: row, to: groups[row] < 0 ? 0 : (UInt32(groups[row]) + 1) | (isNull ? ValueEntry.nullBit : 0))
      }
      count = groups.count
    }
    let owners = rowOwners.span
    tags = [UInt32](unsafeUninitializedCapacity: groups.count) { target, count in
      for row in owners.indices { target.initializeElement(at: row, to: Self.tag(values[row], owners[row])) }
      count = owners.count
    }
    self.owners = rowOwners
  }

  @inline(__always) private static func tag(_ value: Int64, _ owner: UInt32) -> UInt32 {
    SlotIndex.tag(PartitionHash.mix(UInt64(bitPattern: value) ^ UInt64(owner) &* 0x9E37_79B9_7F4A_7C15))
  }

  /// As `RowMultimap.add`: tells for each row that is not left out what it did, and to which entry.
  @inline(__always) func add(
    _ column: FixedColumn<Int64>, _ groups: [Int32], _ deltas: [Int64]?, _ body: (Int, (effect: RowMultimap.Effect, entry: Int32)) -> Void
  ) {
    prepare(column, groups)
    // Not looked at: adding the values finds the slots in the cache.
    _ = index.firstWords(tags)
    for row in groups.indices where owners[row] != 0 {
      body(row, add(column.values[row], owners[row], tags[row], deltas?[row] ?? 1))
    }
  }

  private func add(_ value: Int64, _ owner: UInt32, _ tag: UInt32, _ delta: Int64) -> (effect: RowMultimap.Effect, entry: Int32) {
    guard let entry = find(value, owner, tag) else {
      return delta > 0 ? (.appeared, insert(value, owner, tag, count: delta)) : (.none, -1)
    }
    let (sum, overflow) = entries[Int(entry)].count.addingReportingOverflow(delta)
    entries[Int(entry)].count = overflow ? .max : sum
    if sum > 0 || overflow { return (.none, entry) }
    remove(entry)
    return (.disappeared, -1)
  }

  /// As `RowMultimap.mark`.
  func mark(_ column: FixedColumn<Int64>, groups: [Int32], bits: [Int64], into fresh: inout FreshMarks) {
    prepare(column, groups)
    let words = index.firstWords(tags)
    let firstWords = words.span
    let values = column.values.span
    let wanted = bits.span
    let (rowTags, rowOwners) = (tags, owners)
    let (tags, owners) = (rowTags.span, rowOwners.span)
    var directory = entries.pages.readable
    for row in wanted.indices where wanted[row] != 0 && owners[row] != 0 {
      var id = SlotIndex.id(firstWords[row])
      if id >= 0, SlotIndex.tag(ofWord: firstWords[row]) == tags[row] {
        let entry = Self.entry(id, directory)
        if entry.pointee.value == values[row], entry.pointee.owner == owners[row] {
          if wanted[row] & ~entry.pointee.count == 0 { continue }
        } else {
          id = -1
        }
      } else {
        id = -1
      }
      if id < 0 {
        id = find(values[row], owners[row], tags[row]) ?? insert(values[row], owners[row], tags[row], count: 0)
        directory = entries.pages.readable
      }
      let known = Self.entry(id, directory).pointee.count
      if wanted[row] & ~known == 0 { continue }
      fresh.rows.append(Int32(truncatingIfNeeded: row))
      fresh.bits.append(wanted[row] & ~known)
      entries[Int(id)].count = known | wanted[row]
    }
  }

  @inline(__always) private static func entry(
    _ id: Int32, _ directory: UnsafeMutablePointer<UnsafeMutableRawPointer>
  ) -> UnsafePointer<ValueEntry> {
    UnsafePointer(
      directory[Int(id) &>> PagedColumn<ValueEntry>.shift].assumingMemoryBound(to: ValueEntry.self) + Int(id) & PagedColumn<ValueEntry>.mask
    )
  }

  private func find(_ value: Int64, _ owner: UInt32, _ tag: UInt32) -> Int32? {
    var slot = Int(tag) & index.mask
    while index.slots[slot] != 0 {
      let word = index.slots[slot]
      if SlotIndex.tag(ofWord: word) == tag {
        let entry = Self.entry(SlotIndex.id(word), entries.pages.readable)
        if entry.pointee.value == value, entry.pointee.owner == owner { return SlotIndex.id(word) }
      }
      slot = (slot + 1) & index.mask
    }
    return nil
  }

  private func insert(_ value: Int64, _ owner: UInt32, _ tag: UInt32, count: Int64) -> Int32 {
    let id = newEntry()
    let group = ValueEntry.group(owner)
    let last = tails[group]
    entries[Int(id)] = ValueEntry(value: value, count: count, owner: owner, previous: last)
    if last == 0 { heads[group] = UInt32(id) + 1 } else { entries[Int(last) - 1].next = UInt32(id) + 1 }
    tails[group] = UInt32(id) + 1
    index.insert(tag: tag, id: id)
    self.count += 1
    return id
  }

  private func newEntry() -> Int32 {
    if let entry = free.popLast() { return entry }
    precondition(entryIDCount < Int(Int32.max), "a table holds fewer than 2^31 rows")
    let entry = Int32(entryIDCount)
    entryIDCount += 1
    entries.grow(toHold: entryIDCount)
    return entry
  }

  private func remove(_ id: Int32) {
    let entry = entries[Int(id)]
    let group = ValueEntry.group(entry.owner)
    index.remove(tag: Self.tag(entry.value, entry.owner), id: id)
    if entry.previous == 0 { heads[group] = entry.next } else { entries[Int(entry.previous) - 1].next = entry.next }
    if entry.next == 0 { tails[group] = entry.previous } else { entries[Int(entry.next) - 1].previous = entry.previous }
    entries[Int(id)] = ValueEntry()
    free.append(id)
    count -= 1
  }

  func removeAll(_ group: Int) {
    while heads[group] != 0 { remove(Int32(heads[group]) - 1) }
  }

  /// The first entry of a group, plus one; zero for none.
  func head(_ group: Int) -> UInt32 { heads[group] }

  /// The entry after one, plus one; zero for none.
  func next(_ entry: Int) -> UInt32 { entries[entry].next }

  func multiplicity(_ entry: Int) -> Int64 { entries[entry].count }

  func column(of ids: [Int32], type: DataType) -> Column { ValueEntry.column(entries.gather(ids), type: type) }

  func freeze() -> FrozenColumn<ValueEntry> { entries.freeze() }
  var byteCount: Int { entries.byteCount + heads.byteCount + tails.byteCount }
}

/// A value of a group: 32 bytes.
struct ValueEntry: BitwiseCopyable, Sendable {
  var value: Int64 = 0
  var count: Int64 = 0
  /// The group plus one, with `nullBit` where the value is NULL; zero where there is no value.
  var owner: UInt32 = 0
  /// Neighbours in the group's list, plus one; zero for none.
  var next: UInt32 = 0
  var previous: UInt32 = 0

  static let nullBit: UInt32 = 1 << 31

  init() {}
  init(value: Int64, count: Int64, owner: UInt32, previous: UInt32) {
    (self.value, self.count, self.owner, self.previous) = (value, count, owner, previous)
  }

  var isNull: Bool { owner & Self.nullBit != 0 }
  @inline(__always) static func group(_ owner: UInt32) -> Int { Int(owner & ~nullBit) - 1 }

  static func column(_ entries: [ValueEntry], type: DataType) -> Column {
    type.column(int64: entries.map(\.value), validity: Validity.from(count: entries.count) { !entries[$0].isNull })
  }
}
