//  Rows by group, each distinct row once with its multiplicity: what a join remembers of a side, and the values that MIN,
//  MAX and DISTINCT need to know again when a row is taken back.

import Columnar

/// For each group a list of distinct rows, in the order in which they came, and how often each is there.
public final class RowMultimap {
  public let fields: [Field]
  /// Holds everything where a row is one value of at most 64 bits; nothing else here is used then.
  private let values: ValueMultimap?
  private let layout: RowLayout
  private let encoder: RowEncoder
  private let index = SlotIndex()
  private let arena = BlockArena()
  private let handles = PagedColumn<BlockHandle>()
  private let counts = PagedColumn<Int64>()
  /// How many rows of the other side of a join each row goes with; nil where nobody asks.
  private let associations: PagedColumn<Int64>?
  /// When each row was written last, as `now` was then; nil where rows do not expire. Zero for a row that a snapshot had without it.
  private let stamps: PagedColumn<Int64>?
  /// What rows are stamped with, positive.
  public var now: Int64 = 1
  /// Rows that were written last at this time or before have expired: adding to one finds it gone.
  public var horizon: Int64 = 0
  /// Entry ids plus one; zero for none.
  private let next = PagedColumn<UInt32>()
  private let previous = PagedColumn<UInt32>()
  /// By group: the first and the last entry, plus one.
  private let heads = PagedColumn<UInt32>()
  private let tails = PagedColumn<UInt32>()
  /// Entry ids are below this.
  public private(set) var entryIDCount = 0
  private var free: [Int32] = []
  private var encodedCount = 0

  /// Distinct rows, over all groups.
  public var count: Int { values?.count ?? encodedCount }

  /// What adding a row did to the distinct rows of its group.
  public enum Effect: UInt8, Sendable {
    case none, appeared, disappeared
  }

  init(_ fields: [Field], countsAssociations: Bool = false, isStamped: Bool = false) {
    self.fields = fields
    values = fields.count == 1 && GroupTable.fitsInt64(fields[0].type) && !countsAssociations && !isStamped ? ValueMultimap() : nil
    stamps = isStamped ? PagedColumn() : nil
    associations = countsAssociations ? PagedColumn() : nil
    layout = RowLayout(fields.map(\.type), hasOwner: true)
    encoder = RowEncoder(layout)
  }

  func grow(toHoldGroups groupCount: Int) {
    if let values { return values.grow(toHoldGroups: groupCount) }
    heads.grow(toHold: groupCount)
    tails.grow(toHold: groupCount)
  }

  /// Adds `deltas[row]` (1 if nil) to the multiplicity of each row in its group. Taking back more than there is leaves
  /// nothing, and taking back what is not there does nothing. Rows of negative groups are left out.
  @discardableResult
  public func add(_ columns: [Column], groups: [Int32], deltas: [Int64]? = nil) -> [Effect] {
    var effects = [Effect](repeating: .none, count: groups.count)
    addEach(columns, groups, deltas) { row, outcome in effects[row] = outcome.effect }
    return effects
  }

  /// As `add`, but gives the entry of each row: -1 where the row is not there after it, or its group is negative. An entry
  /// that a later row of the same call takes away may stand for a still later one.
  public func addTracking(_ columns: [Column], groups: [Int32], deltas: [Int64]? = nil) -> [Int32] {
    var entries = [Int32](repeating: -1, count: groups.count)
    addEach(columns, groups, deltas) { row, outcome in entries[row] = outcome.entry }
    return entries
  }

  @inline(__always) private func addEach(
    _ columns: [Column], _ groups: [Int32], _ deltas: [Int64]?, _ body: (Int, (effect: Effect, entry: Int32)) -> Void
  ) {
    if let values { return values.add(columns[0].widenedToInt64, groups, deltas, body) }
    encoder.encode(columns, rowCount: groups.count, owners: groups)
    let tags = encoder.tags
    // Not looked at: adding the rows finds the slots in the cache.
    _ = index.firstWords(tags)
    for row in groups.indices where groups[row] >= 0 {
      body(row, add(encoder.bytes(row), tags[row], Int(groups[row]), deltas?[row] ?? 1))
    }
  }

  /// For values that several aggregates see, each some of them: sets bits of the multiplicity of each row, which is a set of
  /// bits then, and gives those that were not set before. Bit 63 stays zero; rows without bits and of negative groups are left out.
  public func mark(_ columns: [Column], groups: [Int32], bits: [Int64]) -> FreshMarks {
    var fresh = FreshMarks()
    if let values {
      values.mark(columns[0].widenedToInt64, groups: groups, bits: bits, into: &fresh)
      return fresh
    }
    encoder.encode(columns, rowCount: groups.count, owners: groups)
    let tags = encoder.tags
    let firstWords = index.firstWords(tags)
    for row in groups.indices where groups[row] >= 0 && bits[row] != 0 {
      let first = firstWords[row]
      let bytes = encoder.bytes(row)
      let entry =
        if first != 0, SlotIndex.tag(ofWord: first) == tags[row], equal(arena.bytes(handles[Int(SlotIndex.id(first))]), bytes) {
          SlotIndex.id(first)
        } else {
          add(bytes, tags[row], Int(groups[row]), 0, isInserting: true).entry
        }
      let known = counts[Int(entry)]
      if bits[row] & ~known == 0 { continue }
      fresh.rows.append(Int32(row))
      fresh.bits.append(bits[row] & ~known)
      counts[Int(entry)] = known | bits[row]
    }
    return fresh
  }

  private func add(
    _ bytes: UnsafeRawBufferPointer, _ tag: UInt32, _ group: Int, _ delta: Int64, isInserting: Bool = false
  ) -> (effect: Effect, entry: Int32) {
    var slot = Int(tag) & index.mask
    while index.slots[slot] != 0 {
      let word = index.slots[slot]
      let entry = SlotIndex.id(word)
      if SlotIndex.tag(ofWord: word) == tag, equal(arena.bytes(handles[Int(entry)]), bytes) {
        if isExpired(entry) {
          remove(entry, tag, group)
          break
        }
        stamps?[Int(entry)] = now
        let (sum, overflow) = counts[Int(entry)].addingReportingOverflow(delta)
        counts[Int(entry)] = overflow ? .max : sum
        if sum > 0 || overflow || isInserting { return (.none, entry) }
        remove(entry, tag, group)
        return (.disappeared, -1)
      }
      slot = (slot + 1) & index.mask
    }
    if delta <= 0, !isInserting { return (.none, -1) }
    let entry = newEntry()
    handles[Int(entry)] = arena.insert(bytes)
    counts[Int(entry)] = delta
    stamps?[Int(entry)] = now
    index.insert(tag: tag, id: entry)
    append(entry, group)
    encodedCount += 1
    return (.appeared, entry)
  }

  private func newEntry() -> Int32 {
    if let entry = free.popLast() { return entry }
    precondition(entryIDCount < Int(Int32.max), "a table holds fewer than 2^31 rows")
    let entry = Int32(entryIDCount)
    entryIDCount += 1
    handles.grow(toHold: entryIDCount)
    counts.grow(toHold: entryIDCount)
    associations?.grow(toHold: entryIDCount)
    stamps?.grow(toHold: entryIDCount)
    next.grow(toHold: entryIDCount)
    previous.grow(toHold: entryIDCount)
    return entry
  }

  private func append(_ entry: Int32, _ group: Int) {
    let last = tails[group]
    next[Int(entry)] = 0
    previous[Int(entry)] = last
    if last == 0 { heads[group] = UInt32(entry) + 1 } else { next[Int(last) - 1] = UInt32(entry) + 1 }
    tails[group] = UInt32(entry) + 1
  }

  private func remove(_ entry: Int32, _ tag: UInt32, _ group: Int) {
    index.remove(tag: tag, id: entry)
    arena.remove(handles[Int(entry)])
    handles[Int(entry)] = BlockArena.none
    counts[Int(entry)] = 0
    associations?[Int(entry)] = 0
    let before = previous[Int(entry)]
    let after = next[Int(entry)]
    if before == 0 { heads[group] = after } else { next[Int(before) - 1] = after }
    if after == 0 { tails[group] = before } else { previous[Int(after) - 1] = before }
    free.append(entry)
    encodedCount -= 1
  }

  /// Takes all rows of a group out.
  func removeAll(_ group: Int) {
    if let values { return values.removeAll(group) }
    while let entry = first(in: Int32(group)) {
      remove(entry, SlotIndex.tag(PartitionHash.hash(arena.bytes(handles[Int(entry)]))), group)
    }
  }

  public func isEmpty(_ group: Int32) -> Bool { first(in: group) == nil }

  /// The first row of a group.
  @inline(__always) public func first(in group: Int32) -> Int32? {
    let entry = values?.head(Int(group)) ?? heads[Int(group)]
    return entry == 0 ? nil : Int32(bitPattern: entry &- 1)
  }

  /// The row after one, in the same group.
  @inline(__always) public func entry(after entry: Int32) -> Int32? {
    let following = values?.next(Int(entry)) ?? next[Int(entry)]
    return following == 0 ? nil : Int32(bitPattern: following &- 1)
  }

  public func multiplicity(_ entry: Int32) -> Int64 { values?.multiplicity(Int(entry)) ?? counts[Int(entry)] }

  /// How many rows of the other side a row goes with; zero where that is not counted.
  public func associationCount(_ entry: Int32) -> Int64 { associations?[Int(entry)] ?? 0 }

  public func setAssociationCount(_ count: Int64, of entry: Int32) {
    associations?[Int(entry)] = count
    stamps?[Int(entry)] = now
  }

  // MARK: Expiry

  /// Whether a row that is there counts as gone. False where rows do not expire.
  public func isExpired(_ entry: Int32) -> Bool {
    guard let stamps else { return false }
    let stamp = stamps[Int(entry)]
    return stamp > 0 && stamp <= horizon
  }

  /// The group of an entry that has expired; nil if it has not, or holds no row. A row without a stamp gets one.
  public func expiredGroup(_ entry: Int32) -> Int32? {
    guard let stamps, handles[Int(entry)] != BlockArena.none else { return nil }
    if stamps[Int(entry)] == 0 { stamps[Int(entry)] = now }
    return isExpired(entry) ? arena.bytes(handles[Int(entry)]).loadUnaligned(as: Int32.self) : nil
  }

  /// Takes a row out, however often it is there.
  public func remove(_ entry: Int32, of group: Int32) {
    remove(entry, SlotIndex.tag(PartitionHash.hash(arena.bytes(handles[Int(entry)]))), Int(group))
  }

  func setStamp(_ stamp: Int64, of entry: Int32) { stamps?[Int(entry)] = max(0, stamp) }

  /// The rows themselves, one column a field.
  public func columns(of entries: [Int32]) -> [Column] {
    if let values { return [values.column(of: entries, type: fields[0].type)] }
    return layout.decode(handles.gather(entries).map { arena.bytes($0) })
  }

  func freeze() -> FrozenMultimap {
    if let values {
      return FrozenMultimap(
        fields: fields, rows: .values(values.freeze()), associations: nil, stamps: nil, entryIDCount: values.entryIDCount)
    }
    return FrozenMultimap(
      fields: fields, rows: .encoded(layout, arena.freeze(), handles.freeze(), counts: counts.freeze()),
      associations: associations?.freeze(), stamps: stamps?.freeze(), entryIDCount: entryIDCount)
  }

  var byteCount: Int {
    if let values { return values.byteCount }
    return arena.byteCount + handles.byteCount + counts.byteCount + (associations?.byteCount ?? 0) + (stamps?.byteCount ?? 0)
      + next.byteCount + previous.byteCount
      + heads.byteCount + tails.byteCount
  }
}

/// The rows of a call of `mark` that have set bits, ascending, and the bits that each has set.
public struct FreshMarks: Equatable {
  public internal(set) var rows: [Int32] = []
  public internal(set) var bits: [Int64] = []
}

/// Rows as they were when they were frozen.
struct FrozenMultimap: FrozenRows {
  enum Rows: Sendable {
    case encoded(RowLayout, FrozenArena, FrozenColumn<BlockHandle>, counts: FrozenColumn<Int64>)
    case values(FrozenColumn<ValueEntry>)
  }
  let fields: [Field]
  let rows: Rows
  let associations: FrozenColumn<Int64>?
  let stamps: FrozenColumn<Int64>?
  let entryIDCount: Int

  /// Values are small, so that to write the key of each would be most of a snapshot.
  var part: TableSection.Part { if case .values = rows { .counted } else { .rows } }

  static let stampField = Field("written", .int64, isNullable: false)

  var storedFields: [Field] {
    fields + (stamps == nil ? [] : [Self.stampField]) + (associations == nil ? [] : [Field("associations", .int64, isNullable: false)])
      + [Field("multiplicity", .int64, isNullable: false)]
  }

  var entries: (entries: [Int32], groups: [Int32]) {
    var (entries, groups): ([Int32], [Int32]) = ([], [])
    for start in stride(from: 0, to: entryIDCount, by: TableSection.rowCountMax) {
      let ids = Array(Int32(start)..<Int32(min(start + TableSection.rowCountMax, entryIDCount)))
      switch rows {
      case .encoded(_, let arena, let handles, _):
        let handles = handles.gather(ids)
        let live = ids.indices.filter { handles[$0] != BlockArena.none }
        entries += live.map { ids[$0] }
        groups += arena.withBlocks(live.map { handles[$0] }) { blocks in blocks.map { $0.loadUnaligned(as: Int32.self) } }
      case .values(let pages):
        for (id, entry) in zip(ids, pages.gather(ids)) where entry.owner != 0 {
          entries.append(id)
          groups.append(Int32(ValueEntry.group(entry.owner)))
        }
      }
    }
    return (entries, groups)
  }

  func columns(of entries: [Int32]) -> [Column] {
    switch rows {
    case .encoded(let layout, let arena, let handles, let counts):
      return arena.withBlocks(handles.gather(entries)) { layout.decode($0) }
        + [stamps, associations, counts].compactMap { $0.map { .int64(FixedColumn($0.gather(entries))) } }
    case .values(let pages):
      let found = pages.gather(entries)
      return [ValueEntry.column(found, type: fields[0].type), .int64(FixedColumn(found.map(\.count)))]
    }
  }
}
