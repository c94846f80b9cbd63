//  The unit in which keyed state moves between subtasks: one of a fixed number of hash buckets.
//  Source: Flink's KeyGroupRangeAssignment; the ranges are the same, the hash is ours.

/// One of `maxParallelism` hash buckets.
public struct KeyGroup: Hashable, Sendable, Comparable, Codable {
  public let index: Int

  @inlinable public init(_ index: Int) { self.index = index }

  /// From the high bits of the partitioning hash; tables use the low ones.
  @inlinable public static func index(hash: UInt64, maxParallelism: Int) -> Int {
    Int(((hash &>> 32) &* UInt64(maxParallelism)) &>> 32)
  }

  /// The subtask that owns a key group.
  @inlinable public static func subtask(of keyGroup: Int, parallelism: Int, maxParallelism: Int) -> Int {
    keyGroup * parallelism / maxParallelism
  }

  public static func < (left: KeyGroup, right: KeyGroup) -> Bool { left.index < right.index }

  /// Flink's default: clamp(nextPowerOf2(1.5 p), 128, 32768).
  public static func defaultMaxParallelism(parallelism: Int) -> Int {
    let wanted = parallelism + parallelism / 2
    var power = 1
    while power < wanted { power *= 2 }
    return min(max(power, 128), 32768)
  }
}

/// The key groups `lower ..< upper` that one subtask owns.
public struct KeyGroupRange: Hashable, Sendable, Codable {
  public let lower: Int
  public let upper: Int

  public init(lower: Int, upper: Int) {
    precondition(0 <= lower && lower <= upper, "a range goes upwards")
    self.lower = lower
    self.upper = upper
  }

  public static func of(subtask: Int, parallelism: Int, maxParallelism: Int) -> KeyGroupRange {
    precondition(parallelism <= maxParallelism, "there is a key group for every subtask")
    return KeyGroupRange(
      lower: (subtask * maxParallelism + parallelism - 1) / parallelism,
      upper: ((subtask + 1) * maxParallelism + parallelism - 1) / parallelism)
  }

  public func contains(_ keyGroup: Int) -> Bool { lower <= keyGroup && keyGroup < upper }
}
