//  Keys to dense group ids: the one hash probe a row that stands before every aggregation and join.
//  Source: the group-by hash tables of DuckDB (tags beside ids in the slots, keys elsewhere).

import Columnar

/// Gives each distinct key an id; ids are dense, and those of removed keys are used again.
///
/// A single key column whose values fit 64 bits (integers, dates, timestamps, decimals up to 18 digits, booleans) is
/// kept as a column of `Int64`; NULL is a key like any other. Other keys are kept as encoded rows.
public final class GroupTable {
  public let fields: [Field]
  /// Ids are below this.
  public var idCount: Int { ids.end }
  /// Keys that are there.
  public private(set) var count = 0

  private enum Keys {
    case none
    case int64(PagedColumn<Int64>)
    case rows(KeyRows)
  }
  private let keys: Keys
  private let index = SlotIndex()
  /// One for an id that has a key; nil for as long as all have.
  private var live: PagedColumn<UInt8>?
  private var ids = EntryIDs()
  /// The id of the key NULL of an `int64` table; -1 if it is not there.
  private var nullGroup: Int32 = -1

  public init(_ fields: [Field]) {
    self.fields = fields
    if fields.isEmpty {
      keys = .none
    } else if fields.count == 1, Self.fitsInt64(fields[0].type) {
      keys = .int64(PagedColumn())
    } else {
      keys = .rows(KeyRows(RowLayout(fields.map(\.type), isCanonical: true)))
    }
  }

  static func fitsInt64(_ type: DataType) -> Bool {
    switch type.layout {
    case .bool, .int8, .int16, .int32, .int64: true
    default: false
    }
  }

  public func isLive(_ id: Int32) -> Bool { Int(id) < idCount && live.map { $0[Int(id)] != 0 } ?? true }

  /// All ids that have a key, ascending.
  public var liveIDs: [Int32] { liveIDs(in: 0..<idCount) }

  /// Those of `ids` that have a key, ascending: for whoever goes through a large table part by part.
  public func liveIDs(in ids: Range<Int>) -> [Int32] {
    if live == nil { return ids.map { Int32($0) } }
    return ids.lazy.map { Int32($0) }.filter { isLive($0) }
  }

  /// The id of each row's key; a key that is not there yet gets one. Only `groups` may allocate, unless keys are new.
  public func resolve(_ columns: [Column], rowCount: Int, into groups: inout [Int32]) {
    look(columns, rowCount, &groups, isInserting: true)
  }

  /// The id of each row's key, -1 where it is not there.
  public func find(_ columns: [Column], rowCount: Int, into groups: inout [Int32]) {
    look(columns, rowCount, &groups, isInserting: false)
  }

  private func look(_ columns: [Column], _ rowCount: Int, _ groups: inout [Int32], isInserting: Bool) {
    precondition(columns.count == fields.count, "one column a key field")
    if groups.count < rowCount {
      groups.append(contentsOf: repeatElement(0, count: rowCount - groups.count))
    } else if groups.count > rowCount {
      groups.removeLast(groups.count - rowCount)
    }
    switch keys {
    case .none:
      if count == 0, isInserting, rowCount > 0 { _ = newID() }
      let group: Int32 = count == 0 ? -1 : 0
      for row in 0..<rowCount { groups[row] = group }
    case .int64(let pages):
      let column = columns[0].widenedToInt64
      if let validity = column.validity {
        lookNullable(column.values, validity, pages, &groups, isInserting)
      } else {
        lookInt64(column.values, pages, &groups, isInserting)
      }
    case .rows(let rows):
      if let distinct = DistinctRows(columns, rowCount: rowCount) {
        rows.encoder.encode(columns.take(distinct.rows), rowCount: distinct.rows.count)
        var found = [Int32](repeating: 0, count: distinct.rows.count)
        lookRows(rows, found.count, &found, isInserting)
        for row in groups.indices { groups[row] = found[Int(distinct.places[row])] }
      } else {
        rows.encoder.encode(columns, rowCount: rowCount)
        lookRows(rows, rowCount, &groups, isInserting)
      }
    }
  }

  private func lookInt64(_ values: [Int64], _ pages: PagedColumn<Int64>, _ groups: inout [Int32], _ isInserting: Bool) {
    let values = values.span
    var target = groups.mutableSpan
    var directory = pages.pages.readable
    let shift = PagedColumn<Int64>.shift
    let pageMask = PagedColumn<Int64>.mask
    let tags = [UInt32](unsafeUninitializedCapacity: values.count) { tags, count in
      for row in values.indices { tags.initializeElement(at: row, to: SlotIndex.tag(PartitionHash.hash(values[row]))) }
      count = values.count
    }
    let firstWords = index.firstWords(tags)
    for row in values.indices {
      let value = values[row]
      let tag = tags[row]
      // Only inserting changes the index here: what was found stays found.
      let first = firstWords[row]
      if first != 0, SlotIndex.tag(ofWord: first) == tag {
        let id = SlotIndex.id(first)
        if directory[Int(id) &>> shift].assumingMemoryBound(to: Int64.self)[Int(id) & pageMask] == value, id != nullGroup {
          target[row] = id
          continue
        }
      }
      var probe = index.probe(tag)
      while true {
        let word = probe.word
        if word == 0 {
          if isInserting {
            target[row] = insert(value, tag, pages)
            directory = pages.pages.readable
          } else {
            target[row] = -1
          }
          break
        }
        if SlotIndex.tag(ofWord: word) == tag {
          let id = SlotIndex.id(word)
          if directory[Int(id) &>> shift].assumingMemoryBound(to: Int64.self)[Int(id) & pageMask] == value, id != nullGroup {
            target[row] = id
            break
          }
        }
        probe.advance()
      }
    }
  }

  @inline(never) private func insert(_ value: Int64, _ tag: UInt32, _ pages: PagedColumn<Int64>) -> Int32 {
    let id = newID()
    pages.grow(toHold: idCount)
    pages[Int(id)] = value
    index.insert(tag: tag, id: id)
    return id
  }

  private func lookNullable(
    _ values: [Int64], _ validity: Validity, _ pages: PagedColumn<Int64>, _ groups: inout [Int32], _ isInserting: Bool
  ) {
    let rows = values.indices.filter { validity.isValid($0) }
    var found = [Int32](repeating: -1, count: rows.count)
    lookInt64(rows.map { values[$0] }, pages, &found, isInserting)
    if rows.count < values.count, nullGroup < 0, isInserting {
      nullGroup = newID()
      pages.grow(toHold: idCount)
      pages[Int(nullGroup)] = 0
    }
    for row in values.indices { groups[row] = nullGroup }
    for (position, row) in rows.enumerated() { groups[row] = found[position] }
  }

  private func lookRows(_ keys: KeyRows, _ rowCount: Int, _ groups: inout [Int32], _ isInserting: Bool) {
    let encoder = keys.encoder
    let tags = encoder.tags
    let firstWords = index.firstWords(tags)
    for row in 0..<rowCount {
      let bytes = encoder.bytes(row)
      let tag = tags[row]
      let first = firstWords[row]
      if first != 0, SlotIndex.tag(ofWord: first) == tag, equal(keys.bytes(SlotIndex.id(first)), bytes) {
        groups[row] = SlotIndex.id(first)
        continue
      }
      var probe = index.probe(tag)
      while true {
        let word = probe.word
        if word == 0 {
          if isInserting {
            let id = newID()
            keys.grow(toHold: idCount)
            keys.set(id, bytes)
            index.insert(tag: tag, id: id)
            groups[row] = id
          } else {
            groups[row] = -1
          }
          break
        }
        let id = SlotIndex.id(word)
        if SlotIndex.tag(ofWord: word) == tag, equal(keys.bytes(id), bytes) {
          groups[row] = id
          break
        }
        probe.advance()
      }
    }
  }

  private func newID() -> Int32 {
    let (id, isNew) = ids.take()
    if isNew { live?.grow(toHold: idCount) }
    live?[Int(id)] = 1
    count += 1
    return id
  }

  /// Takes a key out; its id will be given to another.
  public func remove(_ id: Int32) {
    precondition(isLive(id), "a key to be removed is there")
    switch keys {
    case .none: break
    case .int64(let pages):
      if id == nullGroup {
        nullGroup = -1
      } else {
        index.remove(tag: SlotIndex.tag(PartitionHash.hash(pages[Int(id)])), id: id)
      }
    case .rows(let rows):
      index.remove(tag: SlotIndex.tag(PartitionHash.hash(rows.bytes(id))), id: id)
      rows.remove(id)
    }
    liveColumn()[Int(id)] = 0
    ids.giveBack(id)
    count -= 1
  }

  private func liveColumn() -> PagedColumn<UInt8> {
    if let live { return live }
    let column = PagedColumn<UInt8>()
    column.grow(toHold: idCount)
    for id in 0..<idCount { column[id] = 1 }
    live = column
    return column
  }

  /// The keys of some ids, one column a field. All ids are live.
  public func keyColumns(_ ids: [Int32]) -> [Column] {
    switch keys {
    case .none: []
    case .int64(let pages): [fields[0].type.column(int64: pages.gather(ids), validity: nullValidity(ids, nullGroup))]
    case .rows(let rows): rows.columns(ids)
    }
  }

  var byteCount: Int {
    switch keys {
    case .none: 0
    case .int64(let pages): pages.byteCount
    case .rows(let rows): rows.byteCount
    }
  }

  func freeze() -> FrozenGroups {
    let frozen: FrozenGroups.Keys =
      switch keys {
      case .none: .none
      case .int64(let pages): .int64(pages.freeze(), nullGroup: nullGroup)
      case .rows(let rows): .rows(rows.freeze())
      }
    return FrozenGroups(fields: fields, keys: frozen, live: live?.freeze(), idCount: idCount)
  }
}

/// Keys as they were when they were frozen.
struct FrozenGroups: Sendable {
  enum Keys: Sendable {
    case none
    case int64(FrozenColumn<Int64>, nullGroup: Int32)
    case rows(FrozenKeyRows)
  }
  let fields: [Field]
  let keys: Keys
  let live: FrozenColumn<UInt8>?
  let idCount: Int

  func liveIDs(in ids: Range<Int>) -> [Int32] {
    let all = ids.map { Int32($0) }
    guard let flags = live?.gather(all) else { return all }
    return all.indices.filter { flags[$0] != 0 }.map { all[$0] }
  }

  func keyColumns(_ ids: [Int32]) -> [Column] {
    switch keys {
    case .none: []
    case .int64(let pages, let nullGroup):
      [fields[0].type.column(int64: pages.gather(ids), validity: nullValidity(ids, nullGroup))]
    case .rows(let rows): rows.columns(ids)
    }
  }
}

private func nullValidity(_ ids: [Int32], _ nullGroup: Int32) -> Validity? {
  nullGroup < 0 ? nil : Validity.from(count: ids.count) { ids[$0] != nullGroup }
}

@inline(__always) func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  var offset = 0
  while offset + 8 <= left.count {
    if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self) {
      return false
    }
    offset += 8
  }
  while offset < left.count {
    if left[offset] != right[offset] { return false }
    offset += 1
  }
  return true
}
