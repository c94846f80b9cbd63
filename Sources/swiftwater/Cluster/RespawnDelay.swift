//  How long a child that died stays down: not at all the first time, then longer each time, until it has lived for a while.
//  Pure: the supervisor brings the time.

/// When to start a child again.
struct RespawnDelay {
  static let initial: Duration = .milliseconds(100)
  static let max: Duration = .seconds(10)
  /// A child that has lived this long has started well: its next death is the first one again.
  static let settled: Duration = .seconds(10)

  private var next: Duration = .zero

  /// The pause after a death at an age.
  mutating func pause(after age: Duration) -> Duration {
    if age >= Self.settled { next = .zero }
    defer { next = next == .zero ? Self.initial : Swift.min(next * 2, Self.max) }
    return next
  }
}
