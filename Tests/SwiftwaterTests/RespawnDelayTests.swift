//  The first death costs no time, a child that cannot live costs ever less work, and one that lived is forgiven.

import Testing

@testable import swiftwater

@Test("a child is started again at once, then after ever longer pauses up to the limit")
func pausesGrow() {
  var delay = RespawnDelay()
  let pauses = (0..<10).map { _ in delay.pause(after: .milliseconds(5)) }
  #expect(
    pauses == [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000].map { Duration.milliseconds($0) })
}

@Test("a child that has lived for a while dies its first death again")
func settledChildIsForgiven() {
  var delay = RespawnDelay()
  for _ in 0..<5 { _ = delay.pause(after: .zero) }
  #expect(delay.pause(after: RespawnDelay.settled) == .zero)
  #expect(delay.pause(after: .zero) == RespawnDelay.initial)
}
