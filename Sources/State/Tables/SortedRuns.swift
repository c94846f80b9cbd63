//  Short lists in an order, by group: the rows of a small ranking. A place is found by looking along words that lie side by
//  side, and what stands behind it moves up in one go, which no tree can match for a few dozen rows.

/// For each group up to `capacityMax` entries, each with the word that decides most comparisons.
///
/// Blocks have 4, 8, 16 or 32 places and lie in pages that never move. Not part of a snapshot.
final class SortedRuns {
  struct Place: BitwiseCopyable, Sendable {
    var prefix: UInt64
    var entry: Int32
  }

  /// Where a group's places are.
  struct Run: BitwiseCopyable, Sendable {
    /// Of all places.
    var first: UInt32 = 0
    var count: UInt16 = 0
    var capacity: UInt16 = 0
  }

  static let capacityMax = 32
  private static let capacityMin = 4
  private static let pageShift = 9

  private let runs = PagedColumn<Run>()
  private var pages: [UnsafeMutablePointer<Place>] = []
  /// The unused rest of the last page begins here.
  private var nextPlace = 0
  /// By capacity, from the least.
  private var free: [[UInt32]] = [[], [], [], []]

  deinit { for page in pages { page.deallocate() } }

  func grow(toHoldGroups groupCount: Int) { runs.grow(toHold: groupCount) }

  @inline(__always) func count(_ group: Int) -> Int { Int(runs[group].count) }

  /// The group's places in order, valid until the next change.
  @inline(__always) func places(_ group: Int) -> UnsafeMutableBufferPointer<Place> {
    let run = runs[group]
    if run.count == 0 { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    return UnsafeMutableBufferPointer(start: base(run.first), count: Int(run.count))
  }

  @inline(__always) private func base(_ first: UInt32) -> UnsafeMutablePointer<Place> {
    pages[Int(first) >> Self.pageShift] + Int(first) & (1 << Self.pageShift - 1)
  }

  /// Puts an entry before the one at `position`. The group has fewer than `capacityMax`.
  func insert(_ place: Place, at position: Int, of group: Int) {
    if runs[group].count == runs[group].capacity { extend(group) }
    let count = Int(runs[group].count)
    let target = base(runs[group].first)
    (target + position + 1).update(from: target + position, count: count - position)
    target[position] = place
    runs[group].count += 1
  }

  private func extend(_ group: Int) {
    let old = runs[group]
    precondition(old.capacity < Self.capacityMax, "a run that is full has become a tree")
    let capacity = max(Self.capacityMin, Int(old.capacity) * 2)
    let first = allocate(capacity)
    if old.capacity > 0 {
      base(first).update(from: base(old.first), count: Int(old.count))
      free[Self.sizeClass(Int(old.capacity))].append(old.first)
    }
    runs[group] = Run(first: first, count: old.count, capacity: UInt16(capacity))
  }

  private static func sizeClass(_ capacity: Int) -> Int { capacity.trailingZeroBitCount - capacityMin.trailingZeroBitCount }

  private func allocate(_ capacity: Int) -> UInt32 {
    if let first = free[Self.sizeClass(capacity)].popLast() { return first }
    // A page holds a whole number of blocks of any size only where they come in order of size; a rest is left unused.
    if pages.isEmpty || nextPlace + capacity > 1 << Self.pageShift {
      let page = UnsafeMutablePointer<Place>.allocate(capacity: 1 << Self.pageShift)
      page.initialize(repeating: Place(prefix: 0, entry: 0), count: 1 << Self.pageShift)
      pages.append(page)
      nextPlace = 0
    }
    precondition(pages.count < 1 << (32 - Self.pageShift), "a table holds fewer than 2^32 places")
    defer { nextPlace += capacity }
    return UInt32((pages.count - 1) << Self.pageShift + nextPlace)
  }

  func remove(at position: Int, of group: Int) {
    let count = Int(runs[group].count)
    if count == 1 { return removeAll(group) }
    let target = base(runs[group].first)
    (target + position).update(from: target + position + 1, count: count - position - 1)
    runs[group].count -= 1
  }

  /// Leaves the group empty, without a block.
  func removeAll(_ group: Int) {
    let run = runs[group]
    if run.capacity > 0 { free[Self.sizeClass(Int(run.capacity))].append(run.first) }
    runs[group] = Run()
  }

  var byteCount: Int { runs.byteCount + pages.count << Self.pageShift * MemoryLayout<Place>.stride }
}
