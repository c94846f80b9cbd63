//  The multimap of rows that are one value of at most 64 bits: what DISTINCT, MIN and MAX mostly keep.
//  Such a row is compared as it is, without bytes: an entry mostly has nine of them behind the index.

import Columnar

/// For each group distinct values, NULL among them, and how often each is there.
final class ValueMultimap {
  private let index = SlotIndex()
  private let values = PackedIntegers(.int32)
  /// By entry: the group plus one, with `nullBit` where the value is NULL; zero where there is no value.
  private let owners = PagedColumn<UInt32>()
  private let counts = PackedIntegers(.int8)
  /// Nil where nobody asks which values a group has.
  private let lists: EntryLists?
  private var ids = EntryIDs()
  var entryIDCount: Int { ids.end }
  /// A NULL has come.
  private var hasNulls = false
  /// Distinct values, over all groups.
  private(set) var count = 0

  static let nullBit: UInt32 = 1 << 31

  /// The rows of a batch.
  private struct Rows {
    let values: [Int64]
    /// As `owners` has them; zero for a row that is left out.
    let owners: [UInt32]
    let tags: [UInt32]
  }

  init(isListed: Bool) { lists = isListed ? EntryLists() : nil }

  func grow(toHoldGroups groupCount: Int) { lists?.grow(toHoldGroups: groupCount) }

  // MARK: A batch

  private func prepare(_ column: FixedColumn<Int64>, _ groups: [Int32]) -> Rows {
    precondition(column.count == groups.count, "one value a group")
    let groups = groups.span
    let validity = column.validity
    let rowOwners = [UInt32](unsafeUninitializedCapacity: groups.count) { target, count in
      for row in groups.indices {
        let isNull = validity != nil && !validity!.isValid(row)
        target.initializeElement(at: row, to: groups[row] < 0 ? 0 : (UInt32(groups[row]) + 1) | (isNull ? Self.nullBit : 0))
      }
      count = groups.count
    }
    // What stands at a null is nobody's value.
    let rowValues = validity == nil ? column.values : column.values.indices.map { validity!.isValid($0) ? column.values[$0] : 0 }
    let (owners, values) = (rowOwners.span, rowValues.span)
    let tags = [UInt32](unsafeUninitializedCapacity: groups.count) { target, count in
      for row in owners.indices { target.initializeElement(at: row, to: Self.tag(values[row], owners[row])) }
      count = owners.count
    }
    return Rows(values: rowValues, owners: rowOwners, tags: tags)
  }

  @inline(__always) private static func tag(_ value: Int64, _ owner: UInt32) -> UInt32 {
    SlotIndex.tag(PartitionHash.mix(UInt64(bitPattern: value) ^ UInt64(owner) &* 0x9E37_79B9_7F4A_7C15))
  }

  /// As `RowMultimap.add`: tells for each row that is not left out what it did, and to which entry.
  @inline(__always) func add(
    _ column: FixedColumn<Int64>, _ groups: [Int32], _ deltas: [Int64]?, _ body: (Int, (effect: RowMultimap.Effect, entry: Int32)) -> Void
  ) {
    let rows = prepare(column, groups)
    // Not looked at: adding the values finds the slots in the cache.
    _ = index.firstWords(rows.tags)
    for row in groups.indices where rows.owners[row] != 0 {
      body(row, add(rows.values[row], rows.owners[row], rows.tags[row], deltas?[row] ?? 1))
    }
  }

  private func add(_ value: Int64, _ owner: UInt32, _ tag: UInt32, _ delta: Int64) -> (effect: RowMultimap.Effect, entry: Int32) {
    guard let entry = find(value, owner, tag) else {
      return delta > 0 ? (.appeared, insert(value, owner, tag, count: delta)) : (.none, -1)
    }
    let (sum, overflow) = counts[Int(entry)].addingReportingOverflow(delta)
    if sum > 0 || overflow {
      counts[Int(entry)] = overflow ? .max : sum
      return (.none, entry)
    }
    remove(entry)
    return (.disappeared, -1)
  }

  /// As `RowMultimap.mark`.
  func mark(_ column: FixedColumn<Int64>, groups: [Int32], bits: [Int64], into fresh: inout FreshMarks) {
    let rows = prepare(column, groups)
    // Not looked at either.
    _ = index.firstWords(rows.tags)
    let (values, tags, owners, wanted) = (rows.values.span, rows.tags.span, rows.owners.span, bits.span)
    for row in wanted.indices where wanted[row] != 0 && owners[row] != 0 {
      let found = find(values[row], owners[row], tags[row])
      let known = found.map { counts[Int($0)] } ?? 0
      if wanted[row] & ~known == 0 { continue }
      fresh.rows.append(Int32(truncatingIfNeeded: row))
      fresh.bits.append(wanted[row] & ~known)
      if let found {
        counts[Int(found)] = known | wanted[row]
      } else {
        _ = insert(values[row], owners[row], tags[row], count: wanted[row])
      }
    }
  }

  // MARK: A value

  @inline(__always) private func find(_ value: Int64, _ owner: UInt32, _ tag: UInt32) -> Int32? {
    var probe = index.probe(tag)
    while probe.word != 0 {
      let word = probe.word
      if SlotIndex.tag(ofWord: word) == tag {
        let entry = Int(SlotIndex.id(word))
        if owners[entry] == owner, values[entry] == value { return SlotIndex.id(word) }
      }
      probe.advance()
    }
    return nil
  }

  private func insert(_ value: Int64, _ owner: UInt32, _ tag: UInt32, count: Int64) -> Int32 {
    let entry = newEntry()
    values[Int(entry)] = value
    owners[Int(entry)] = owner
    counts[Int(entry)] = count
    if owner & Self.nullBit != 0 { hasNulls = true }
    lists?.append(entry, to: Self.group(owner))
    index.insert(tag: tag, id: entry)
    self.count += 1
    return entry
  }

  private static func group(_ owner: UInt32) -> Int { Int(owner & ~nullBit) - 1 }

  private func newEntry() -> Int32 {
    let (entry, isNew) = ids.take()
    if !isNew { return entry }
    values.grow(toHold: entryIDCount)
    owners.grow(toHold: entryIDCount)
    counts.grow(toHold: entryIDCount)
    lists?.grow(toHoldEntries: entryIDCount)
    return entry
  }

  private func remove(_ entry: Int32) {
    let owner = owners[Int(entry)]
    index.remove(tag: Self.tag(values[Int(entry)], owner), id: entry)
    lists?.remove(entry, from: Self.group(owner))
    owners[Int(entry)] = 0
    counts[Int(entry)] = 0
    ids.giveBack(entry)
    count -= 1
  }

  func removeAll(_ group: Int) {
    while let entry = first(in: group) { remove(entry) }
  }

  /// The first entry of a group.
  @inline(__always) func first(in group: Int) -> Int32? { known(lists).first(in: group) }

  @inline(__always) func entry(after entry: Int32) -> Int32? { known(lists).entry(after: entry) }

  func multiplicity(_ entry: Int32) -> Int64 { counts[Int(entry)] }

  func column(of entries: [Int32], type: DataType) -> Column {
    type.column(int64: values.gather(entries), validity: hasNulls ? Self.validity(owners.gather(entries)) : nil)
  }

  fileprivate static func validity(_ owners: [UInt32]) -> Validity? {
    Validity.from(count: owners.count) { owners[$0] & nullBit == 0 }
  }

  func freeze() -> FrozenValues {
    FrozenValues(values: values.freeze(), owners: owners.freeze(), counts: counts.freeze(), hasNulls: hasNulls)
  }

  var byteCount: Int { values.byteCount + owners.byteCount + counts.byteCount + (lists?.byteCount ?? 0) }
}

/// Values as they were when they were frozen.
struct FrozenValues: Sendable {
  let values: FrozenIntegers
  let owners: FrozenColumn<UInt32>
  let counts: FrozenIntegers
  let hasNulls: Bool

  /// The group of each entry; -1 where there is no value.
  func groups(of entries: [Int32]) -> [Int32] { groups(owners.gather(entries)) }

  func groups(in entries: Range<Int>) -> [Int32] { groups(owners.slice(entries)) }

  private func groups(_ owners: [UInt32]) -> [Int32] { owners.map { Int32(bitPattern: $0 & ~ValueMultimap.nullBit) - 1 } }

  /// The values and their counts.
  func columns(of entries: [Int32], type: DataType) -> [Column] {
    let validity = hasNulls ? ValueMultimap.validity(owners.gather(entries)) : nil
    return [type.column(int64: values.gather(entries), validity: validity), .int64(FixedColumn(counts.gather(entries)))]
  }
}
