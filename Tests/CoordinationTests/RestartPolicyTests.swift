//  When a failed job starts again.

import Dataflow
import Testing

@testable import Coordination

struct RestartPolicyTests {
  private let exponential = RestartStrategy.exponentialDelay(
    initial: second, max: 3 * second, multiplier: 2, resetAfter: 3_600 * second)

  @Test("'none' never restarts, not even for a lost worker")
  func none() {
    var policy = RestartPolicy(.none)
    #expect(policy.decide(isWorkerLost: true, now: 0) == .fail(reason: "the restart strategy is 'none'"))
  }

  @Test("'fixed-delay' restarts as often as it says, after the same delay")
  func fixedDelay() {
    var policy = RestartPolicy(.fixedDelay(attempts: 2, delay: 7))
    #expect(policy.decide(isWorkerLost: false, now: 0) == .restart(after: 7))
    policy.recordProgress()
    #expect(policy.decide(isWorkerLost: true, now: 1) == .restart(after: 7))
    #expect(policy.decide(isWorkerLost: false, now: 2) == .fail(reason: "the restart strategy 'fixed-delay' allows 2 restarts"))
  }

  @Test("'exponential-delay' grows to its maximum, and begins anew after a quiet time")
  func exponentialDelay() {
    var policy = RestartPolicy(exponential)
    for (now, delay) in [(0, 1), (10, 2), (20, 3), (30, 3)] as [(Int64, Int64)] {
      #expect(policy.decide(isWorkerLost: false, now: now * second) == .restart(after: delay * second))
    }
    #expect(policy.decide(isWorkerLost: false, now: 4_000 * second) == .restart(after: second))
  }

  @Test("a lost worker costs no delay, unless the job has failed since its last checkpoint")
  func lostWorker() {
    var policy = RestartPolicy(exponential)
    #expect(policy.decide(isWorkerLost: true, now: 0) == .restart(after: 0))
    #expect(policy.decide(isWorkerLost: true, now: 1) == .restart(after: second))
    #expect(policy.decide(isWorkerLost: true, now: 2) == .restart(after: 2 * second))
    policy.recordProgress()
    #expect(policy.decide(isWorkerLost: true, now: 3) == .restart(after: 0))
  }

  @Test("no setting makes the delay trap or run away", arguments: [-1.0, 0, .infinity, .nan, 1e300])
  func extremes(multiplier: Double) {
    var policy = RestartPolicy(.exponentialDelay(initial: .max, max: .max, multiplier: multiplier, resetAfter: .max))
    for now in [0, 1, .max] as [Int64] {
      guard case .restart(let delay) = policy.decide(isWorkerLost: false, now: now) else { return #expect(Bool(false), "it restarts") }
      #expect(delay >= 0)
    }
  }
}
