//  Numbers for what a table holds: those that have been given back are given again, the last one first.

/// Which ids are taken, from a first one up.
struct EntryIDs {
  /// Ids are below this.
  private(set) var end: Int
  private var free: [Int32] = []

  init(from first: Int = 0) { end = first }

  /// An id that nobody has. Where it is new, `end` has gone up, and what is kept by id has to grow.
  @inline(__always) mutating func take() -> (id: Int32, isNew: Bool) {
    if let id = free.popLast() { return (id, false) }
    precondition(end < Int(Int32.max), "a table holds fewer than 2^31 rows")
    end += 1
    return (Int32(end - 1), true)
  }

  /// Some ids that nobody has, those given back first.
  mutating func take(_ count: Int) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(count)
    while ids.count < count, let id = free.popLast() { ids.append(id) }
    let newCount = count - ids.count
    precondition(end + newCount <= Int(Int32.max), "a table holds fewer than 2^31 rows")
    for _ in 0..<newCount {
      ids.append(Int32(end))
      end += 1
    }
    return ids
  }

  @inline(__always) mutating func giveBack(_ id: Int32) { free.append(id) }

  /// The first of them is given again first.
  mutating func giveBack(_ ids: [Int32]) { free.append(contentsOf: ids.reversed()) }
}
