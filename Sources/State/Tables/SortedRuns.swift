//  Short lists in an order, by group: the rows of a small ranking. A place is found by looking along words that lie side by
//  side, and what stands behind it moves up in one go, which no tree can match for a few dozen rows.

/// For each group up to `capacityMax` entries, each with the word that decides most comparisons.
///
/// A group's places are a block within one page; blocks grow by `capacityStep`.
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
  private static let capacityStep = 4
  private static let pagePlaceCount = Page.byteCount / MemoryLayout<Place>.stride

  private let runs = PagedColumn<Run>()
  private let places = PagedColumn<Place>()
  /// The unused rest of the last page begins here.
  private var nextPlace = 0
  /// By capacity, in steps.
  private var free = [[UInt32]](repeating: [], count: capacityMax / capacityStep + 1)

  func grow(toHoldGroups groupCount: Int) { runs.grow(toHold: groupCount) }

  @inline(__always) func count(_ group: Int) -> Int { Int(runs[group].count) }

  /// The group's places in order, valid until the next change.
  @inline(__always) func places(_ group: Int) -> UnsafeBufferPointer<Place> {
    let run = runs[group]
    if run.count == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: places.place(Int(run.first)), count: Int(run.count))
  }

  /// Puts an entry before the one at `position`. The group has fewer than `capacityMax`.
  func insert(_ place: Place, at position: Int, of group: Int) {
    var run = runs[group]
    if run.count == run.capacity { run = extended(run) }
    let target = places.mutablePlace(Int(run.first))
    (target + position + 1).update(from: target + position, count: Int(run.count) - position)
    target[position] = place
    run.count += 1
    runs[group] = run
  }

  private func extended(_ old: Run) -> Run {
    precondition(old.capacity < Self.capacityMax, "a run that is full has become a tree")
    let capacity = Int(old.capacity) + Self.capacityStep
    let first = allocate(capacity)
    if old.capacity > 0 {
      places.mutablePlace(Int(first)).update(from: places.place(Int(old.first)), count: Int(old.count))
      release(old)
    }
    return Run(first: first, count: old.count, capacity: UInt16(capacity))
  }

  private func allocate(_ capacity: Int) -> UInt32 {
    if let first = free[capacity / Self.capacityStep].popLast() { return first }
    let rest = places.capacity - nextPlace
    if rest < capacity {
      if rest > 0 { free[rest / Self.capacityStep].append(UInt32(nextPlace)) }
      nextPlace = places.capacity
      precondition(nextPlace <= Int(UInt32.max) - Self.pagePlaceCount, "a table holds fewer than 2^32 places")
      places.grow(toHold: nextPlace + Self.pagePlaceCount)
    }
    defer { nextPlace += capacity }
    return UInt32(nextPlace)
  }

  private func release(_ run: Run) { free[Int(run.capacity) / Self.capacityStep].append(run.first) }

  func replace(at position: Int, of group: Int, by entry: Int32) {
    places.mutablePlace(Int(runs[group].first))[position].entry = entry
  }

  /// A group whose last entry goes keeps its block until `removeAll`.
  func remove(at position: Int, of group: Int) {
    let count = Int(runs[group].count)
    if position < count - 1 {
      let target = places.mutablePlace(Int(runs[group].first))
      (target + position).update(from: target + position + 1, count: count - position - 1)
    }
    runs[group].count -= 1
  }

  /// Leaves the group empty, without a block.
  func removeAll(_ group: Int) {
    if runs[group].capacity > 0 { release(runs[group]) }
    runs[group] = Run()
  }

  var byteCount: Int { runs.byteCount + places.byteCount }

  func freeze() -> FrozenRuns { FrozenRuns(runs: runs.freeze(), places: places.freeze()) }
}

/// Runs as they were when they were frozen.
struct FrozenRuns: Sendable {
  fileprivate let runs: FrozenColumn<SortedRuns.Run>
  fileprivate let places: FrozenColumn<SortedRuns.Place>

  /// Calls `body` with the position of each group, where its places are, and all places.
  func forEach(_ groups: [Int32], _ body: (Int, SortedRuns.Run, PagedValues<SortedRuns.Place>) -> Void) {
    places.withValues { places in
      for (position, run) in runs.gather(groups).enumerated() { body(position, run, places) }
    }
  }
}
