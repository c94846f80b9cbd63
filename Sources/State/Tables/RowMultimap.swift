//  Rows by group, each distinct row once with its multiplicity: what a join remembers of a side, and the values that MIN,
//  MAX and DISTINCT need to know again when a row is taken back.

import Columnar

/// For each group distinct rows and how often each is there, as a list in the order in which they came where `isListed` is set.
///
/// Without lists a group's rows are only known by searching for each, and a group cannot be taken out.
public final class RowMultimap {
  public let fields: [Field]
  /// Holds everything where a row is one value of at most 64 bits; nothing else here is used then.
  private let values: ValueMultimap?
  private let layout: RowLayout
  private let encoder: RowEncoder
  private let index = SlotIndex()
  private let arena = BlockArena()
  private let handles = PagedColumn<BlockHandle>()
  private let counts = PackedIntegers(.int8)
  /// How many rows of the other side of a join each row goes with; nil where nobody asks.
  private let associations: PackedIntegers?
  /// When each row was written last, as `now` was then; nil where rows do not expire. Zero for a row that a snapshot had without it.
  private let stamps: PagedColumn<Int64>?
  /// What rows are stamped with, positive.
  public var now: Int64 = 1
  /// Rows that were written last at this time or before have expired: adding to one finds it gone.
  public var horizon: Int64 = 0
  /// Nil where nobody asks which rows a group has.
  private let lists: EntryLists?
  /// Entry ids are below this.
  public var entryIDCount: Int { ids.end }
  private var ids = EntryIDs()
  private var encodedCount = 0

  /// Distinct rows, over all groups.
  public var count: Int { values?.count ?? encodedCount }

  /// What adding a row did to the distinct rows of its group.
  public enum Effect: UInt8, Sendable {
    case none, appeared, disappeared
  }

  init(_ schema: TableSchema.Multimap) {
    fields = schema.fields
    let isValue = fields.count == 1 && GroupTable.fitsInt64(fields[0].type) && !schema.countsAssociations && !schema.isStamped
    values = isValue ? ValueMultimap(isListed: schema.isListed) : nil
    lists = schema.isListed && !isValue ? EntryLists() : nil
    stamps = schema.isStamped ? PagedColumn() : nil
    associations = schema.countsAssociations ? PackedIntegers(.int8) : nil
    layout = RowLayout(fields.map(\.type), hasOwner: true)
    encoder = RowEncoder(layout)
  }

  func grow(toHoldGroups groupCount: Int) {
    values?.grow(toHoldGroups: groupCount)
    lists?.grow(toHoldGroups: groupCount)
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
    var probe = index.probe(tag)
    while probe.word != 0 {
      let word = probe.word
      let entry = SlotIndex.id(word)
      if SlotIndex.tag(ofWord: word) == tag, equal(arena.bytes(handles[Int(entry)]), bytes) {
        if isExpired(entry) {
          remove(entry, tag, group)
          break
        }
        stamps?[Int(entry)] = now
        let (sum, overflow) = counts[Int(entry)].addingReportingOverflow(delta)
        if sum > 0 || overflow || isInserting {
          counts[Int(entry)] = overflow ? .max : sum
          return (.none, entry)
        }
        remove(entry, tag, group)
        return (.disappeared, -1)
      }
      probe.advance()
    }
    if delta <= 0, !isInserting { return (.none, -1) }
    let entry = newEntry()
    handles[Int(entry)] = arena.insert(bytes)
    counts[Int(entry)] = delta
    stamps?[Int(entry)] = now
    index.insert(tag: tag, id: entry)
    lists?.append(entry, to: group)
    encodedCount += 1
    return (.appeared, entry)
  }

  private func newEntry() -> Int32 {
    let (entry, isNew) = ids.take()
    if !isNew { return entry }
    handles.grow(toHold: entryIDCount)
    counts.grow(toHold: entryIDCount)
    associations?.grow(toHold: entryIDCount)
    stamps?.grow(toHold: entryIDCount)
    lists?.grow(toHoldEntries: entryIDCount)
    return entry
  }

  private func remove(_ entry: Int32, _ tag: UInt32, _ group: Int) {
    index.remove(tag: tag, id: entry)
    arena.remove(handles[Int(entry)])
    handles[Int(entry)] = BlockArena.none
    counts[Int(entry)] = 0
    associations?[Int(entry)] = 0
    lists?.remove(entry, from: group)
    ids.giveBack(entry)
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
    if let values { return values.first(in: Int(group)) }
    return known(lists).first(in: Int(group))
  }

  /// The row after one, in the same group.
  @inline(__always) public func entry(after entry: Int32) -> Int32? {
    if let values { return values.entry(after: entry) }
    return known(lists).entry(after: entry)
  }

  public func multiplicity(_ entry: Int32) -> Int64 { values?.multiplicity(entry) ?? counts[Int(entry)] }

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

  /// Rows that a snapshot had without a stamp count as written now.
  public func stampUnstamped() {
    guard let stamps else { return }
    for entry in 0..<entryIDCount where stamps[entry] == 0 && handles[entry] != BlockArena.none { stamps[entry] = now }
  }

  /// The group of an entry that has expired; nil if it has not, or holds no row.
  public func expiredGroup(_ entry: Int32) -> Int32? {
    guard stamps != nil, handles[Int(entry)] != BlockArena.none else { return nil }
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
      + (lists?.byteCount ?? 0)
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
    case encoded(RowLayout, FrozenArena, FrozenColumn<BlockHandle>, counts: FrozenIntegers)
    case values(FrozenValues)
  }
  let fields: [Field]
  let rows: Rows
  let associations: FrozenIntegers?
  let stamps: FrozenColumn<Int64>?
  let entryIDCount: Int

  /// Values are small, so that to write the key of each would be most of a snapshot.
  var part: TableSection.Part { if case .values = rows { .counted } else { .rows } }

  static let stampField = Field("written", .int64, isNullable: false)

  var storedFields: [Field] {
    fields + (stamps == nil ? [] : [Self.stampField]) + (associations == nil ? [] : [Field("associations", .int64, isNullable: false)])
      + [Field("multiplicity", .int64, isNullable: false)]
  }

  var order: FrozenRowOrder {
    switch rows {
    case .values(let values): .byID(entryIDCount, groups: values.groups, groupsInOrder: values.groups)
    case .encoded(_, let arena, let handles, _):
      .byID(entryIDCount) { entries in
        let handles = handles.gather(entries)
        let live = handles.indices.filter { handles[$0] != BlockArena.none }
        var groups = [Int32](repeating: -1, count: entries.count)
        arena.withBlocks(live.map { handles[$0] }) { blocks in
          for (position, block) in zip(live, blocks) { groups[position] = block.loadUnaligned(as: Int32.self) }
        }
        return groups
      }
    }
  }

  func columns(of entries: [Int32]) -> [Column] {
    switch rows {
    case .encoded(let layout, let arena, let handles, let counts):
      return arena.withBlocks(handles.gather(entries)) { layout.decode($0) }
        + [stamps?.gather(entries), associations?.gather(entries), counts.gather(entries)].compactMap { $0.map { .int64(FixedColumn($0)) } }
    case .values(let values): return values.columns(of: entries, type: fields[0].type)
    }
  }
}
