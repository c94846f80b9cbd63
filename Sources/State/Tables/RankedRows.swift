//  Rows by group in the order of a sort key: what a Top-N remembers. A small group is a sorted run, a large one a tree.
//  Source: Seidel and Aragon, "Randomized search trees" (1996): treaps, here with subtree sizes, so that ranks cost a logarithm.

import Columnar

/// For each group its rows in order; rows with equal keys in the order in which they came.
public final class RankedRows {
  public let fields: [Field]
  private let layout: RowLayout
  private let encoder: RowEncoder
  private let order: SortOrder
  private let arena = BlockArena()
  private let handles = PagedColumn<BlockHandle>()
  private let nodes = PagedColumn<RankedNode>()
  /// The groups that are no trees.
  private let runs = SortedRuns()
  /// By group: the root of the tree, plus one; zero for an empty group and for one that is a run.
  private let roots = PagedColumn<UInt32>()
  /// By group that is a tree: the last entry, plus one.
  private let lasts = PagedColumn<UInt32>()
  private var entryIDCount = 0
  private var free: [Int32] = []
  private var removed: [Int32] = []
  private var nextSequence: Int64 = 0
  private var prefixes: [UInt64] = []

  init(_ fields: [Field], order keys: [SortKey]) {
    self.fields = fields
    layout = RowLayout(fields.map(\.type))
    encoder = RowEncoder(layout)
    order = SortOrder(layout, keys)
  }

  func grow(toHoldGroups groupCount: Int) {
    runs.grow(toHoldGroups: groupCount)
    roots.grow(toHold: groupCount)
    lasts.grow(toHold: groupCount)
  }

  // MARK: A batch

  /// Encodes the rows that `insert` and `find` speak about, until the next call.
  public func encode(_ columns: [Column], rowCount: Int) {
    encoder.encode(columns, rowCount: rowCount)
    prefixes = prefixes(columns, rowCount)
  }

  private func prefixes(_ columns: [Column], _ rowCount: Int) -> [UInt64] {
    order.prefixes(order.keys.first.map { columns[$0.column] } ?? columns[0], rowCount: rowCount)
  }

  /// The rows that could come before the last of their group, or whose group has fewer than `limit`: no other row can be
  /// among its first `limit`.
  public func candidates(_ columns: [Column], groups: [Int32], limit: Int) -> [Int32] {
    let prefixes = prefixes(columns, groups.count)
    var rows: [Int32] = []
    rows.reserveCapacity(groups.count)
    for row in groups.indices {
      if let last = last(in: groups[row]), count(in: groups[row]) >= limit {
        let worst = nodes[Int(last)].prefix
        if prefixes[row] > worst || prefixes[row] == worst && order.isExact(worst) { continue }
      }
      rows.append(Int32(row))
    }
    return rows
  }

  /// Rows of a group.
  public func count(in group: Int32) -> Int {
    let root = roots[Int(group)]
    return root == 0 ? runs.count(Int(group)) : Int(nodes[Int(root) - 1].size)
  }

  public func last(in group: Int32) -> Int32? {
    if roots[Int(group)] == 0 { return runs.places(Int(group)).last?.entry }
    return Int32(bitPattern: lasts[Int(group)] &- 1)
  }

  /// Whether an encoded row would come before an entry; one with an equal key comes after it.
  public func precedes(_ row: Int, _ entry: Int32) -> Bool {
    let other = nodes[Int(entry)].prefix
    if prefixes[row] != other { return prefixes[row] < other }
    return order.isExact(other) ? false : order.compare(encoder.bytes(row), arena.bytes(handles[Int(entry)])) < 0
  }

  /// Adds an encoded row to a group, behind those with an equal key.
  @discardableResult public func insert(_ row: Int, into group: Int32) -> Int32 {
    defer { nextSequence += 1 }
    return insert(row, group, sequence: nextSequence)
  }

  private func insert(_ row: Int, _ group: Int32, sequence: Int64) -> Int32 {
    let entry = newEntry()
    handles[Int(entry)] = arena.insert(encoder.bytes(row))
    nodes[Int(entry)] = RankedNode(prefix: prefixes[row], sequence: sequence, group: UInt32(group) + 1)
    if roots[Int(group)] == 0 {
      if runs.count(Int(group)) < SortedRuns.capacityMax {
        insertIntoRun(entry, Int(group))
        return entry
      }
      growTree(Int(group))
    }
    insertIntoTree(entry, Int(group))
    return entry
  }

  /// Looks from the end, where the rows of a Top-N and of a sort by arrival mostly belong.
  private func insertIntoRun(_ entry: Int32, _ group: Int) {
    let prefix = nodes[Int(entry)].prefix
    let places = runs.places(group)
    var position = places.count
    while position > 0 {
      let before = places[position - 1]
      if before.prefix < prefix { break }
      if before.prefix == prefix, !isLess(UInt32(entry) + 1, UInt32(before.entry) + 1) { break }
      position -= 1
    }
    runs.insert(SortedRuns.Place(prefix: prefix, entry: entry), at: position, of: group)
  }

  /// Makes a tree of a run that is full.
  private func growTree(_ group: Int) {
    let entries = runs.places(group).map(\.entry)
    runs.removeAll(group)
    for entry in entries { insertIntoTree(entry, group) }
  }

  private func insertIntoTree(_ entry: Int32, _ group: Int) {
    roots[group] = insert(UInt32(entry) + 1, under: roots[group])
    let last = lasts[group]
    if last == 0 || isLess(last, UInt32(entry) + 1) { lasts[group] = UInt32(entry) + 1 }
  }

  /// The first entry of a group that equals an encoded row; nil if there is none. Costs a step for each row with an equal key.
  public func find(_ row: Int, in group: Int32) -> Int32? {
    let bytes = encoder.bytes(row)
    var rank = firstRank(row, in: Int(group))
    while let entry = entry(in: group, at: rank) {
      let found = arena.bytes(handles[Int(entry)])
      if equal(found, bytes) { return entry }
      if nodes[Int(entry)].prefix != prefixes[row] || order.compare(found, bytes) != 0 { return nil }
      rank += 1
    }
    return nil
  }

  /// Takes an entry out. Its row can still be read until `release`.
  public func remove(_ entry: Int32) {
    let node = nodes[Int(entry)]
    let group = Int(node.group) - 1
    if roots[group] == 0 {
      runs.remove(at: rank(of: entry) - 1, of: group)
    } else {
      removeFromTree(entry, group)
    }
    nodes[Int(entry)] = RankedNode()
    removed.append(entry)
  }

  private func removeFromTree(_ entry: Int32, _ group: Int) {
    roots[group] = erase(UInt32(entry) + 1, under: roots[group])
    if lasts[group] == UInt32(entry) + 1 {
      var last = roots[group]
      while last != 0, nodes[Int(last) - 1].right != 0 { last = nodes[Int(last) - 1].right }
      lasts[group] = last
    }
  }

  /// Frees the entries that have been removed.
  public func release() {
    for entry in removed {
      arena.remove(handles[Int(entry)])
      handles[Int(entry)] = BlockArena.none
    }
    free.append(contentsOf: removed)
    removed.removeAll(keepingCapacity: true)
  }

  func removeAll(_ group: Int) {
    while let entry = last(in: Int32(group)) { remove(entry) }
    release()
  }

  /// The place of an entry in its group, from 1.
  public func rank(of entry: Int32) -> Int {
    let group = Int(nodes[Int(entry)].group) - 1
    var at = roots[group]
    if at == 0 {
      guard let position = runs.places(group).firstIndex(where: { $0.entry == entry }) else {
        preconditionFailure("an entry is in the run of its group")
      }
      return position + 1
    }
    var rank = 0
    while true {
      let node = nodes[Int(at) - 1]
      if at == UInt32(entry) + 1 { return rank + size(node.left) + 1 }
      if isLess(UInt32(entry) + 1, at) {
        at = node.left
      } else {
        rank += size(node.left) + 1
        at = node.right
      }
    }
  }

  /// The entry at a place, from 1.
  public func entry(in group: Int32, at rank: Int) -> Int32? {
    var at = roots[Int(group)]
    if at == 0 {
      let places = runs.places(Int(group))
      return places.indices.contains(rank - 1) ? places[rank - 1].entry : nil
    }
    var rank = rank
    while at != 0 {
      let node = nodes[Int(at) - 1]
      let before = size(node.left)
      if rank == before + 1 { return Int32(bitPattern: at &- 1) }
      if rank <= before {
        at = node.left
      } else {
        rank -= before + 1
        at = node.right
      }
    }
    return nil
  }

  /// The entries at some places, in order, as far as they are there.
  public func entries(in group: Int32, at ranks: ClosedRange<Int>, into entries: inout [Int32]) {
    if roots[Int(group)] != 0 { return collect(roots[Int(group)], 0, ranks, &entries) }
    let places = runs.places(Int(group))
    var rank = ranks.lowerBound
    while rank <= min(ranks.upperBound, places.count) {
      entries.append(places[rank - 1].entry)
      rank += 1
    }
  }

  private func collect(_ at: UInt32, _ before: Int, _ ranks: ClosedRange<Int>, _ entries: inout [Int32]) {
    if at == 0 { return }
    let node = nodes[Int(at) - 1]
    let rank = before + size(node.left) + 1
    if ranks.lowerBound < rank { collect(node.left, before, ranks, &entries) }
    if ranks.contains(rank) { entries.append(Int32(bitPattern: at &- 1)) }
    if ranks.upperBound > rank { collect(node.right, rank, ranks, &entries) }
  }

  /// The rows themselves, one column a field; also those that are removed and not yet released.
  public func columns(of entries: [Int32]) -> [Column] {
    // A row that moves more than once is copied once.
    if let distinct = DistinctRows([.int32(FixedColumn(entries))], rowCount: entries.count) {
      return decoded(distinct.rows.map { entries[Int($0)] }).take(distinct.places)
    }
    return decoded(entries)
  }

  private func decoded(_ entries: [Int32]) -> [Column] { layout.decode(handles.gather(entries).map { arena.bytes($0) }) }

  // MARK: The tree

  private func newEntry() -> Int32 {
    if let entry = free.popLast() { return entry }
    precondition(entryIDCount < Int(Int32.max), "a table holds fewer than 2^31 rows")
    let entry = Int32(entryIDCount)
    entryIDCount += 1
    handles.grow(toHold: entryIDCount)
    nodes.grow(toHold: entryIDCount)
    return entry
  }

  @inline(__always) private func size(_ at: UInt32) -> Int { at == 0 ? 0 : Int(nodes[Int(at) - 1].size) }

  /// Parents have a higher one: a hash, so that trees are balanced whatever order rows come in.
  @inline(__always) private func priority(_ at: UInt32) -> UInt64 { PartitionHash.hash(Int64(at)) }

  private func isLess(_ left: UInt32, _ right: UInt32) -> Bool {
    let (a, b) = (nodes[Int(left) - 1], nodes[Int(right) - 1])
    if a.prefix != b.prefix { return a.prefix < b.prefix }
    if !order.isExact(a.prefix) {
      let result = order.compare(arena.bytes(handles[Int(left) - 1]), arena.bytes(handles[Int(right) - 1]))
      if result != 0 { return result < 0 }
    }
    return a.sequence < b.sequence
  }

  /// How many entries come before those with the key of an encoded row, plus one.
  private func firstRank(_ row: Int, in group: Int) -> Int {
    var at = roots[group]
    if at == 0 {
      let places = runs.places(group)
      return places.firstIndex { !isBefore($0.entry, row) }.map { $0 + 1 } ?? places.count + 1
    }
    var rank = 1
    while at != 0 {
      let node = nodes[Int(at) - 1]
      if isBefore(Int32(bitPattern: at &- 1), row) {
        rank += size(node.left) + 1
        at = node.right
      } else {
        at = node.left
      }
    }
    return rank
  }

  /// Whether the key of an entry is less than that of an encoded row.
  private func isBefore(_ entry: Int32, _ row: Int) -> Bool {
    let prefix = nodes[Int(entry)].prefix
    if prefix != prefixes[row] { return prefix < prefixes[row] }
    return !order.isExact(prefix) && order.compare(arena.bytes(handles[Int(entry)]), encoder.bytes(row)) < 0
  }

  private func resize(_ at: UInt32) {
    nodes[Int(at) - 1].size = UInt32(1 + size(nodes[Int(at) - 1].left) + size(nodes[Int(at) - 1].right))
  }

  private func insert(_ new: UInt32, under at: UInt32) -> UInt32 {
    if at == 0 { return new }
    if priority(new) > priority(at) {
      let parts = split(at, before: new)
      nodes[Int(new) - 1].left = parts.left
      nodes[Int(new) - 1].right = parts.right
      resize(new)
      return new
    }
    if isLess(new, at) {
      let child = insert(new, under: nodes[Int(at) - 1].left)
      nodes[Int(at) - 1].left = child
    } else {
      let child = insert(new, under: nodes[Int(at) - 1].right)
      nodes[Int(at) - 1].right = child
    }
    nodes[Int(at) - 1].size += 1
    return at
  }

  private func split(_ at: UInt32, before pivot: UInt32) -> (left: UInt32, right: UInt32) {
    if at == 0 { return (0, 0) }
    defer { resize(at) }
    if isLess(at, pivot) {
      let parts = split(nodes[Int(at) - 1].right, before: pivot)
      nodes[Int(at) - 1].right = parts.left
      return (at, parts.right)
    }
    let parts = split(nodes[Int(at) - 1].left, before: pivot)
    nodes[Int(at) - 1].left = parts.right
    return (parts.left, at)
  }

  private func erase(_ gone: UInt32, under at: UInt32) -> UInt32 {
    if at == gone { return merge(nodes[Int(at) - 1].left, nodes[Int(at) - 1].right) }
    if isLess(gone, at) {
      let child = erase(gone, under: nodes[Int(at) - 1].left)
      nodes[Int(at) - 1].left = child
    } else {
      let child = erase(gone, under: nodes[Int(at) - 1].right)
      nodes[Int(at) - 1].right = child
    }
    nodes[Int(at) - 1].size -= 1
    return at
  }

  private func merge(_ left: UInt32, _ right: UInt32) -> UInt32 {
    if left == 0 { return right }
    if right == 0 { return left }
    if priority(left) > priority(right) {
      let child = merge(nodes[Int(left) - 1].right, right)
      nodes[Int(left) - 1].right = child
      resize(left)
      return left
    }
    let child = merge(left, nodes[Int(right) - 1].left)
    nodes[Int(right) - 1].left = child
    resize(right)
    return right
  }

  // MARK: Snapshots

  func freeze() -> FrozenRanking {
    FrozenRanking(
      fields: fields, layout: layout, arena: arena.freeze(), handles: handles.freeze(), nodes: nodes.freeze(), entryIDCount: entryIDCount)
  }

  /// Takes in rows of a snapshot with the sequence numbers that they had.
  func load(_ columns: [Column], groups: [Int32], sequences: [Int64]) {
    encode(columns, rowCount: groups.count)
    for row in groups.indices {
      _ = insert(row, groups[row], sequence: sequences[row])
      nextSequence = max(nextSequence, sequences[row] + 1)
    }
  }

  var byteCount: Int { arena.byteCount + handles.byteCount + nodes.byteCount + runs.byteCount + roots.byteCount + lasts.byteCount }
}

/// An entry in its group's tree: 32 bytes.
struct RankedNode: BitwiseCopyable, Sendable {
  var prefix: UInt64 = 0
  /// Grows with every row that comes; survives a restore.
  var sequence: Int64 = 0
  /// Entries plus one; zero for none.
  var left: UInt32 = 0
  var right: UInt32 = 0
  /// Entries of this tree.
  var size: UInt32 = 1
  /// Plus one; zero where there is no row.
  var group: UInt32 = 0

  init() {}
  init(prefix: UInt64, sequence: Int64, group: UInt32) {
    (self.prefix, self.sequence, self.group) = (prefix, sequence, group)
  }
}

/// Ranked rows as they were when they were frozen.
struct FrozenRanking: FrozenRows {
  let fields: [Field]
  let layout: RowLayout
  let arena: FrozenArena
  let handles: FrozenColumn<BlockHandle>
  let nodes: FrozenColumn<RankedNode>
  let entryIDCount: Int

  var part: TableSection.Part { .ranked }

  var storedFields: [Field] { fields + [Field("sequence", .int64, isNullable: false)] }

  var order: FrozenRowOrder { .byID(entryIDCount) { nodes.gather($0).map { Int32($0.group) - 1 } } }

  func columns(of entries: [Int32]) -> [Column] {
    arena.withBlocks(handles.gather(entries)) { layout.decode($0) } + [.int64(FixedColumn(nodes.gather(entries).map(\.sequence)))]
  }
}
