//  Entries by group in the order of a sort key, where a group has too many for a run.
//  Source: Seidel and Aragon, "Randomized search trees" (1996): treaps, here with subtree sizes, so that ranks cost a logarithm.

import Columnar

/// An entry in its group's tree.
struct RankedNode: BitwiseCopyable, Sendable {
  var prefix: UInt64 = 0
  /// Grows with every entry that comes: of equal keys the one with the least is first.
  var sequence: Int64 = 0
  /// Entries plus one; zero for none.
  var left: UInt32 = 0
  var right: UInt32 = 0
  /// Entries of this tree.
  var size: UInt32 = 1
}

/// The large groups of some ranked rows, which know the rows of the entries.
final class RankedTrees {
  /// By entry; nothing as long as no group is large.
  private let nodes = PagedColumn<RankedNode>()
  /// By group: the root of the tree, plus one; zero for one that is not large.
  private let roots = PagedColumn<UInt32>()
  /// By group: the last entry, plus one.
  private let lasts = PagedColumn<UInt32>()
  private var nextSequence: Int64 = 0

  func grow(toHoldGroups groupCount: Int) {
    roots.grow(toHold: groupCount)
    lasts.grow(toHold: groupCount)
  }

  @inline(__always) func isTree(_ group: Int32) -> Bool { roots[Int(group)] != 0 }

  func count(_ group: Int32) -> Int { size(roots[Int(group)]) }

  func last(_ group: Int32) -> Int32? { Int32(bitPattern: lasts[Int(group)] &- 1) }

  func lastPrefix(_ group: Int32) -> UInt64? { nodes[Int(lasts[Int(group)]) - 1].prefix }

  /// Adds an entry behind those with an equal key.
  func insert(_ entry: Int32, _ prefix: UInt64, into group: Int32, in rows: RankedRows) {
    insert(entry, RankedNode(prefix: prefix, sequence: nextSequence), into: group, in: rows)
    nextSequence += 1
  }

  /// Puts an entry in the place of another that has an equal key.
  func replace(_ entry: Int32, of group: Int32, by other: Int32, in rows: RankedRows) {
    let node = nodes[Int(entry)]
    remove(entry, of: group, in: rows)
    insert(other, RankedNode(prefix: node.prefix, sequence: node.sequence), into: group, in: rows)
  }

  private func insert(_ entry: Int32, _ node: RankedNode, into group: Int32, in rows: RankedRows) {
    nodes.grow(toHold: Int(entry) + 1)
    nodes[Int(entry)] = node
    let new = UInt32(entry) + 1
    roots[Int(group)] = insert(new, under: roots[Int(group)], rows)
    let last = lasts[Int(group)]
    if last == 0 || isLess(last, new, rows) { lasts[Int(group)] = new }
  }

  /// A group without entries is not large any more.
  func remove(_ entry: Int32, of group: Int32, in rows: RankedRows) {
    let gone = UInt32(entry) + 1
    roots[Int(group)] = erase(gone, under: roots[Int(group)], rows)
    if lasts[Int(group)] == gone {
      var last = roots[Int(group)]
      while last != 0, nodes[Int(last) - 1].right != 0 { last = nodes[Int(last) - 1].right }
      lasts[Int(group)] = last
    }
  }

  /// The place of an entry in its group, from 1.
  func rank(of entry: Int32, in group: Int32, in rows: RankedRows) -> Int {
    var at = roots[Int(group)]
    var rank = 0
    while true {
      precondition(at != 0, "an entry is in the tree of its group")
      let node = nodes[Int(at) - 1]
      if at == UInt32(entry) + 1 { return rank + size(node.left) + 1 }
      if isLess(UInt32(entry) + 1, at, rows) {
        at = node.left
      } else {
        rank += size(node.left) + 1
        at = node.right
      }
    }
  }

  /// The place of the first entry that is not before something, from 1.
  func rank(in group: Int32, after isBefore: (UInt64, Int32) -> Bool) -> Int {
    var at = roots[Int(group)]
    var rank = 1
    while at != 0 {
      let node = nodes[Int(at) - 1]
      if isBefore(node.prefix, Int32(bitPattern: at &- 1)) {
        rank += size(node.left) + 1
        at = node.right
      } else {
        at = node.left
      }
    }
    return rank
  }

  /// The entry at a place, from 1.
  func entry(in group: Int32, at rank: Int) -> Int32? {
    var at = roots[Int(group)]
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
  func appendEntries(of group: Int32, at ranks: ClosedRange<Int>, to entries: inout [Int32]) {
    collect(roots[Int(group)], 0, ranks, &entries)
  }

  private func collect(_ at: UInt32, _ before: Int, _ ranks: ClosedRange<Int>, _ entries: inout [Int32]) {
    if at == 0 { return }
    let node = nodes[Int(at) - 1]
    let rank = before + size(node.left) + 1
    if ranks.lowerBound < rank { collect(node.left, before, ranks, &entries) }
    if ranks.contains(rank) { entries.append(Int32(bitPattern: at &- 1)) }
    if ranks.upperBound > rank { collect(node.right, rank, ranks, &entries) }
  }

  @inline(__always) private func size(_ at: UInt32) -> Int { at == 0 ? 0 : Int(nodes[Int(at) - 1].size) }

  /// Parents have a higher one: a hash, so that trees are balanced whatever order rows come in.
  @inline(__always) private func priority(_ at: UInt32) -> UInt64 { PartitionHash.hash(Int64(at)) }

  private func isLess(_ left: UInt32, _ right: UInt32, _ rows: RankedRows) -> Bool {
    let (a, b) = (nodes[Int(left) - 1], nodes[Int(right) - 1])
    if a.prefix != b.prefix { return a.prefix < b.prefix }
    if !rows.order.isExact(a.prefix) {
      let result = rows.order.compare(rows.bytes(Int32(bitPattern: left &- 1)), rows.bytes(Int32(bitPattern: right &- 1)))
      if result != 0 { return result < 0 }
    }
    return a.sequence < b.sequence
  }

  private func resize(_ at: UInt32) {
    nodes[Int(at) - 1].size = UInt32(1 + size(nodes[Int(at) - 1].left) + size(nodes[Int(at) - 1].right))
  }

  private func insert(_ new: UInt32, under at: UInt32, _ rows: RankedRows) -> UInt32 {
    if at == 0 { return new }
    if priority(new) > priority(at) {
      let parts = split(at, before: new, rows)
      nodes[Int(new) - 1].left = parts.left
      nodes[Int(new) - 1].right = parts.right
      resize(new)
      return new
    }
    if isLess(new, at, rows) {
      let child = insert(new, under: nodes[Int(at) - 1].left, rows)
      nodes[Int(at) - 1].left = child
    } else {
      let child = insert(new, under: nodes[Int(at) - 1].right, rows)
      nodes[Int(at) - 1].right = child
    }
    nodes[Int(at) - 1].size += 1
    return at
  }

  private func split(_ at: UInt32, before pivot: UInt32, _ rows: RankedRows) -> (left: UInt32, right: UInt32) {
    if at == 0 { return (0, 0) }
    defer { resize(at) }
    if isLess(at, pivot, rows) {
      let parts = split(nodes[Int(at) - 1].right, before: pivot, rows)
      nodes[Int(at) - 1].right = parts.left
      return (at, parts.right)
    }
    let parts = split(nodes[Int(at) - 1].left, before: pivot, rows)
    nodes[Int(at) - 1].left = parts.right
    return (parts.left, at)
  }

  private func erase(_ gone: UInt32, under at: UInt32, _ rows: RankedRows) -> UInt32 {
    if at == gone { return merge(nodes[Int(at) - 1].left, nodes[Int(at) - 1].right) }
    if isLess(gone, at, rows) {
      let child = erase(gone, under: nodes[Int(at) - 1].left, rows)
      nodes[Int(at) - 1].left = child
    } else {
      let child = erase(gone, under: nodes[Int(at) - 1].right, rows)
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

  var byteCount: Int { nodes.byteCount + roots.byteCount + lasts.byteCount }

  func freeze() -> FrozenTrees { FrozenTrees(nodes: nodes.freeze(), roots: roots.freeze()) }
}

/// Trees as they were when they were frozen.
struct FrozenTrees: Sendable {
  fileprivate let nodes: FrozenColumn<RankedNode>
  let roots: FrozenColumn<UInt32>

  /// Appends the entries of a tree in order.
  func appendEntries(under root: UInt32, to entries: inout [Int32]) {
    nodes.withValues { nodes in
      var above: [UInt32] = []
      var at = root
      while at != 0 || !above.isEmpty {
        while at != 0 {
          above.append(at)
          at = nodes[Int(at) - 1].left
        }
        let next = above.removeLast()
        entries.append(Int32(bitPattern: next &- 1))
        at = nodes[Int(next) - 1].right
      }
    }
  }
}
