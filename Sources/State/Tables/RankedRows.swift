//  Rows by group in the order of a sort key: what a Top-N remembers. A small group is a sorted run, a large one a tree.

import Columnar

/// For each group its rows in order; rows with equal keys in the order in which they came.
///
/// Rows are spoken about by batch: either `encode` takes a batch in, and each row that is inserted is stored at once; or `hold`
/// does, and the rows that are still there are stored together by `store`. Of a batch that is held most rows never are: they come
/// and go again, and whoever wants to see them finds them in the batch.
public final class RankedRows {
  public let fields: [Field]
  private let layout: RowLayout
  private let encoder: RowEncoder
  let order: SortOrder
  private let arena = BlockArena()
  /// By entry: where its row is, or which row of the batch that is held it is.
  private let handles = PagedColumn<BlockHandle>()
  /// The groups that are no trees.
  private let runs = SortedRuns()
  let trees = RankedTrees()
  private var ids = EntryIDs()
  private var removed: [Int32] = []
  private var prefixes: [UInt64] = []
  private var held: [Column]?
  /// Whether the encoder has the rows of the batch at hand.
  private var isEncoded = false
  /// What has been inserted of the batch that is held.
  private var heldEntries: [(entry: Int32, group: Int32)] = []

  init(_ fields: [Field], order keys: [SortKey]) {
    self.fields = fields
    layout = RowLayout(fields.map(\.type))
    encoder = RowEncoder(layout)
    order = SortOrder(layout, keys)
  }

  func grow(toHoldGroups groupCount: Int) {
    runs.grow(toHoldGroups: groupCount)
    trees.grow(toHoldGroups: groupCount)
  }

  // MARK: A batch

  /// Encodes the rows that `insert` and `find` speak about, until the next call.
  public func encode(_ columns: [Column], rowCount: Int) {
    precondition(held == nil, "a batch that is held is stored before the next comes")
    encoder.encode(columns, rowCount: rowCount)
    isEncoded = true
    prefixes = prefixes(columns, rowCount)
  }

  /// Holds the rows that `insert` speaks about, until `store`.
  public func hold(_ columns: [Column], rowCount: Int) {
    precondition(held == nil, "a batch that is held is stored before the next comes")
    prefixes = prefixes(columns, rowCount)
    held = columns
    isEncoded = !prefixes.allSatisfy(order.isExact)
    if isEncoded { encoder.encode(columns, rowCount: rowCount) }
  }

  private func prefixes(_ columns: [Column], _ rowCount: Int) -> [UInt64] {
    order.prefixes(order.keys.first.map { columns[$0.column] } ?? columns[0], rowCount: rowCount)
  }

  /// Stores the rows of the batch that is held which are still there, and frees the entries that have been removed.
  public func store() {
    guard let columns = held else { return }
    held = nil
    release()
    var entries: [Int32] = []
    var rows: [Int32] = []
    func take(_ entry: Int32) {
      guard let row = Self.heldRow(handles[Int(entry)]) else { return }
      handles[Int(entry)] = BlockArena.none
      entries.append(entry)
      rows.append(Int32(row))
    }
    // Those of a small group side by side and in order, as a snapshot reads them.
    for (entry, group) in heldEntries where Self.heldRow(handles[Int(entry)]) != nil {
      if trees.isTree(group) { take(entry) } else { for place in runs.places(Int(group)) { take(place.entry) } }
    }
    heldEntries.removeAll(keepingCapacity: true)
    if isEncoded {
      for (entry, row) in zip(entries, rows) { handles[Int(entry)] = arena.insert(encoder.bytes(Int(row))) }
      return
    }
    let kept = layout.flattened(columns.take(rows))
    let starts = layout.starts(kept, rowCount: rows.count)
    let places = entries.indices.map { index in
      let (handle, place) = arena.allocate(starts[index + 1] - starts[index])
      handles[Int(entries[index])] = handle
      return place
    }
    layout.encode(kept, at: places)
  }

  /// Of a batch that is held, a handle is the row.
  private static let heldTag: BlockHandle = 0xFF << 56
  @inline(__always) private static func heldRow(_ handle: BlockHandle) -> Int? {
    handle >= heldTag ? Int(handle & 0xFFFF_FFFF) : nil
  }

  /// The bytes of an entry; those of a row that is held are there where the order is not seen in the prefixes.
  @inline(__always) func bytes(_ entry: Int32) -> UnsafeRawBufferPointer {
    let handle = handles[Int(entry)]
    return Self.heldRow(handle).map { encoder.bytes($0) } ?? arena.bytes(handle)
  }

  /// The rows that could come before the last of their group, or whose group has fewer than `limit`: no other row can be
  /// among its first `limit`.
  public func candidates(_ columns: [Column], groups: [Int32], limit: Int) -> [Int32] {
    let prefixes = prefixes(columns, groups.count)
    var rows: [Int32] = []
    rows.reserveCapacity(groups.count)
    for row in groups.indices {
      if count(in: groups[row]) >= limit, let worst = lastPrefix(groups[row]) {
        if prefixes[row] > worst || prefixes[row] == worst && order.isExact(worst) { continue }
      }
      rows.append(Int32(row))
    }
    return rows
  }

  @inline(__always) private func lastPrefix(_ group: Int32) -> UInt64? {
    trees.isTree(group) ? trees.lastPrefix(group) : runs.places(Int(group)).last?.prefix
  }

  /// Rows of a group.
  @inline(__always) public func count(in group: Int32) -> Int {
    trees.isTree(group) ? trees.count(group) : runs.count(Int(group))
  }

  public func last(in group: Int32) -> Int32? {
    trees.isTree(group) ? trees.last(group) : runs.places(Int(group)).last?.entry
  }

  /// Whether a row of the batch would come before the last of a group, which is not empty; one with an equal key comes after it.
  public func precedesLast(_ row: Int, in group: Int32) -> Bool {
    guard let worst = lastPrefix(group), let last = last(in: group) else { return false }
    if prefixes[row] != worst { return prefixes[row] < worst }
    return order.isExact(worst) ? false : order.compare(encoder.bytes(row), bytes(last)) < 0
  }

  /// What adding a row to the first rows of a group has done.
  public struct Entered {
    public let entry: Int32
    /// From 1.
    public let rank: Int
    /// The last entry before, for which there is no room any more.
    public let pushedOut: Int32?
  }

  /// Adds a row of the batch to a group if it is among its first `limit`; no more are there after it.
  public func insert(_ row: Int, into group: Int32, limit: Int) -> Entered? {
    var pushedOut: Int32?
    if count(in: group) >= limit {
      guard precedesLast(row, in: group), let last = last(in: group) else { return nil }
      remove(last, of: group)
      pushedOut = last
    }
    let entry = add(row, to: group)
    return Entered(entry: entry.id, rank: entry.rank ?? rank(of: entry.id, in: group), pushedOut: pushedOut)
  }

  /// Adds a row of the batch to a group, behind those with an equal key.
  @discardableResult public func insert(_ row: Int, into group: Int32) -> Int32 { add(row, to: group).id }

  private func add(_ row: Int, to group: Int32) -> (id: Int32, rank: Int?) {
    let entry = newEntry()
    if held == nil {
      handles[Int(entry)] = arena.insert(encoder.bytes(row))
    } else {
      handles[Int(entry)] = Self.heldTag | BlockHandle(row)
      heldEntries.append((entry, group))
    }
    if !trees.isTree(group) {
      if runs.count(Int(group)) < SortedRuns.capacityMax { return (entry, insertIntoRun(entry, prefixes[row], Int(group)) + 1) }
      let places = Array(runs.places(Int(group)))
      runs.removeAll(Int(group))
      for place in places { trees.insert(place.entry, place.prefix, into: group, in: self) }
    }
    trees.insert(entry, prefixes[row], into: group, in: self)
    return (entry, nil)
  }

  /// Looks from the end, where the rows of a Top-N and of a sort by arrival mostly belong; the position that it finds.
  private func insertIntoRun(_ entry: Int32, _ prefix: UInt64, _ group: Int) -> Int {
    let places = runs.places(group)
    var position = places.count
    while position > 0 {
      let before = places[position - 1]
      if before.prefix < prefix { break }
      if before.prefix == prefix, order.isExact(prefix) || order.compare(bytes(before.entry), bytes(entry)) <= 0 { break }
      position -= 1
    }
    runs.insert(SortedRuns.Place(prefix: prefix, entry: entry), at: position, of: group)
    return position
  }

  /// The first entry of a group that equals an encoded row; nil if there is none. Costs a step for each row with an equal key.
  public func find(_ row: Int, in group: Int32) -> Int32? {
    let wanted = encoder.bytes(row)
    var rank = firstRank(row, in: group)
    while let entry = entry(in: group, at: rank) {
      let found = bytes(entry)
      if equal(found, wanted) { return entry }
      if order.compare(found, wanted) != 0 { return nil }
      rank += 1
    }
    return nil
  }

  /// The rank of the first row whose key is not less than that of an encoded one.
  private func firstRank(_ row: Int, in group: Int32) -> Int {
    func isBefore(_ prefix: UInt64, _ entry: Int32) -> Bool {
      if prefix != prefixes[row] { return prefix < prefixes[row] }
      return !order.isExact(prefix) && order.compare(bytes(entry), encoder.bytes(row)) < 0
    }
    if trees.isTree(group) { return trees.rank(in: group, after: isBefore) }
    let places = runs.places(Int(group))
    return (places.firstIndex { !isBefore($0.prefix, $0.entry) } ?? places.count) + 1
  }

  /// The first entry of a group that agrees with an encoded row in some fields; nil if there is none. Costs a step for each row before
  /// it.
  public func find(_ row: Int, in group: Int32, on fields: [Int]) -> Int32? {
    let wanted = encoder.bytes(row)
    var rank = 1
    while let entry = entry(in: group, at: rank) {
      if layout.areEqual(bytes(entry), wanted, in: fields) { return entry }
      rank += 1
    }
    return nil
  }

  /// Whether an encoded row and an entry have equal keys.
  public func hasKey(of row: Int, _ entry: Int32) -> Bool { order.compare(bytes(entry), encoder.bytes(row)) == 0 }

  /// Puts an encoded row in the place of an entry with an equal key, which counts as removed.
  public func replace(_ entry: Int32, of group: Int32, by row: Int) -> Int32 {
    let new = newEntry()
    handles[Int(new)] = arena.insert(encoder.bytes(row))
    if trees.isTree(group) {
      trees.replace(entry, of: group, by: new, in: self)
    } else {
      runs.replace(at: rank(of: entry, in: group) - 1, of: Int(group), by: new)
    }
    removed.append(entry)
    return new
  }

  /// Takes an entry out of its group. Its row can still be read until `release`.
  public func remove(_ entry: Int32, of group: Int32) {
    if trees.isTree(group) {
      trees.remove(entry, of: group, in: self)
    } else {
      runs.remove(at: rank(of: entry, in: group) - 1, of: Int(group))
    }
    removed.append(entry)
  }

  /// Frees the entries that have been removed; those of a batch that is held once it is stored.
  public func release() {
    guard held == nil else { return }
    for entry in removed {
      let handle = handles[Int(entry)]
      if Self.heldRow(handle) == nil { arena.remove(handle) }
      handles[Int(entry)] = BlockArena.none
    }
    ids.giveBack(removed)
    removed.removeAll(keepingCapacity: true)
  }

  func removeAll(_ group: Int) {
    while let entry = last(in: Int32(group)) { remove(entry, of: Int32(group)) }
    runs.removeAll(group)
    release()
  }

  /// The place of an entry in its group, from 1. Looks from the end, where most are asked for.
  public func rank(of entry: Int32, in group: Int32) -> Int {
    if trees.isTree(group) { return trees.rank(of: entry, in: group, in: self) }
    guard let position = runs.places(Int(group)).lastIndex(where: { $0.entry == entry }) else {
      preconditionFailure("an entry is in the run of its group")
    }
    return position + 1
  }

  /// The entry at a place, from 1.
  public func entry(in group: Int32, at rank: Int) -> Int32? {
    if trees.isTree(group) { return trees.entry(in: group, at: rank) }
    let places = runs.places(Int(group))
    return places.indices.contains(rank - 1) ? places[rank - 1].entry : nil
  }

  /// The entries at some places, in order, as far as they are there.
  public func entries(in group: Int32, at ranks: ClosedRange<Int>, into entries: inout [Int32]) {
    if trees.isTree(group) { return trees.appendEntries(of: group, at: ranks, to: &entries) }
    let places = runs.places(Int(group))
    var rank = ranks.lowerBound
    while rank <= min(ranks.upperBound, places.count) {
      entries.append(places[rank - 1].entry)
      rank += 1
    }
  }

  /// The rows themselves, one column a field; also those that are removed and not yet released.
  public func columns(of entries: [Int32]) -> [Column] {
    guard let held else { return decoded(entries) }
    let heldCount = Int32(prefixes.count)
    var stored: [Int32] = []
    var rows = handles.gather(entries).map { Self.heldRow($0).map { Int32($0) } ?? -1 }
    for index in rows.indices where rows[index] < 0 {
      rows[index] = heldCount + Int32(stored.count)
      stored.append(entries[index])
    }
    return stored.isEmpty ? held.take(rows) : Column.take(rows, of: held, and: decoded(stored))
  }

  /// Stored rows. One that is there more than once is copied once.
  private func decoded(_ entries: [Int32]) -> [Column] {
    func decode(_ entries: [Int32]) -> [Column] { layout.decode(handles.gather(entries).map { arena.bytes($0) }) }
    guard let distinct = DistinctRows([.int32(FixedColumn(entries))], rowCount: entries.count) else { return decode(entries) }
    return decode(distinct.rows.map { entries[Int($0)] }).take(distinct.places)
  }

  private func newEntry() -> Int32 {
    let (entry, isNew) = ids.take()
    if isNew { handles.grow(toHold: ids.end) }
    return entry
  }

  // MARK: Snapshots

  func freeze() -> FrozenRanking {
    precondition(held == nil, "a batch that is held is stored before a snapshot")
    return FrozenRanking(
      fields: fields, layout: layout, arena: arena.freeze(), handles: handles.freeze(), runs: runs.freeze(), trees: trees.freeze())
  }

  /// Adds rows of a snapshot; those of a group come in their order.
  func load(_ columns: [Column], groups: [Int32]) {
    encode(columns, rowCount: groups.count)
    for row in groups.indices { insert(row, into: groups[row]) }
  }

  var byteCount: Int { arena.byteCount + handles.byteCount + runs.byteCount + trees.byteCount }
}

/// Ranked rows as they were when they were frozen.
struct FrozenRanking: FrozenPackedRows {
  let fields: [Field]
  let layout: RowLayout
  fileprivate let arena: FrozenArena
  fileprivate let handles: FrozenColumn<BlockHandle>
  fileprivate let runs: FrozenRuns
  fileprivate let trees: FrozenTrees

  var part: TableSection.Part { .ranked }

  func withRows<Failure: Error>(
    of groups: [Int32], _ body: ([UnsafeRawBufferPointer], [Int]) throws(Failure) -> Void
  ) throws(Failure) {
    var entries: [Int32] = []
    var counts: [Int] = []
    let roots = trees.roots.gather(groups)
    runs.forEach(groups) { position, run, places in
      let before = entries.count
      if roots[position] == 0 {
        for offset in 0..<Int(run.count) { entries.append(places[Int(run.first) + offset].entry) }
      } else {
        trees.appendEntries(under: roots[position], to: &entries)
      }
      counts.append(entries.count - before)
    }
    try arena.withBlocks(handles.gather(entries)) { blocks throws(Failure) in try body(blocks, counts) }
  }
}
