import Dataflow
import Execution
import TestKit
import Testing

private func barrier(_ epoch: Int64) -> CheckpointBarrier { CheckpointBarrier(epoch: Epoch(epoch), triggeredAt: 0) }

/// What may arrive from a channel.
private enum Arrival: Hashable, CaseIterable {
  case barrier1, barrier2, abort1, abort2, end
}

@Suite struct BarrierAlignerTests {
  @Test("the snapshot comes with the last barrier, and the channels that delivered it are blocked until then")
  func aligns() {
    var aligner = BarrierAligner(channelCount: 3)
    #expect(aligner.receive(barrier(1), from: 0, now: 10) == .none)
    #expect(aligner.receive(barrier(1), from: 2, now: 15) == .none)
    #expect([0, 1, 2].map { aligner.isBlocked($0) } == [true, false, true])
    #expect(aligner.receive(barrier(1), from: 1, now: 35) == .snapshot(barrier(1), alignmentMicroseconds: 25))
    #expect([0, 1, 2].map { aligner.isBlocked($0) } == [false, false, false])
  }

  @Test("an ended channel counts as aligned, for this epoch and the next")
  func ended() {
    var aligner = BarrierAligner(channelCount: 2)
    #expect(aligner.receive(barrier(1), from: 0, now: 0) == .none)
    #expect(aligner.receiveEnd(from: 1, now: 7) == .snapshot(barrier(1), alignmentMicroseconds: 7))
    #expect(aligner.receive(barrier(2), from: 0, now: 9) == .snapshot(barrier(2), alignmentMicroseconds: 0))
  }

  @Test("a newer barrier supersedes the one being aligned, which then is stale")
  func supersedes() {
    var aligner = BarrierAligner(channelCount: 2)
    #expect(aligner.receive(barrier(1), from: 0, now: 0) == .none)
    #expect(aligner.receive(barrier(2), from: 1, now: 5) == .none)
    #expect(!aligner.isBlocked(0))
    #expect(aligner.receive(barrier(1), from: 0, now: 6) == .none)
    #expect(aligner.receive(barrier(2), from: 0, now: 8) == .snapshot(barrier(2), alignmentMicroseconds: 3))
  }

  @Test("an abort unblocks, goes on once, and makes the barriers of its epoch stale")
  func aborts() {
    var aligner = BarrierAligner(channelCount: 2)
    #expect(aligner.receive(barrier(1), from: 0, now: 0) == .none)
    #expect(aligner.receive(abort: Epoch(1)) == .abort(Epoch(1)))
    #expect(!aligner.isBlocked(0))
    #expect(aligner.receive(abort: Epoch(1)) == .none)
    #expect(aligner.receive(barrier(1), from: 1, now: 3) == .none)
    #expect(!aligner.isBlocked(1))
  }

  @Test("barriers of the restored epoch and before are stale")
  func restored() {
    var aligner = BarrierAligner(channelCount: 1, after: Epoch(4))
    #expect(aligner.receive(barrier(4), from: 0, now: 0) == .none)
    #expect(aligner.receive(barrier(5), from: 0, now: 0) == .snapshot(barrier(5), alignmentMicroseconds: 0))
  }

  @Test("over every order of up to six arrivals, epochs are snapshotted once, in order, and only when aligned")
  func exhaustive() {
    var sequenceCount = 0
    func explore(_ arrivals: [(Arrival, Int)]) {
      if !arrivals.isEmpty { check(arrivals) }
      sequenceCount += 1
      guard arrivals.count < 6 else { return }
      for arrival in Arrival.allCases {
        // The second channel is like the first: the very first arrival is from channel 0.
        for channel in arrivals.isEmpty ? [0] : [0, 1] {
          if arrivals.contains(where: { $0.0 == .end && $0.1 == channel }) { continue }
          explore(arrivals + [(arrival, channel)])
        }
      }
    }
    explore([])
    #expect(sequenceCount > 50_000)
  }

  private func check(_ arrivals: [(Arrival, Int)]) {
    var aligner = BarrierAligner(channelCount: 2)
    var delivered: [Set<Int64>] = [[], []]
    var ended: Set<Int> = []
    var finished: Int64 = 0
    for (arrival, channel) in arrivals {
      let action: BarrierAligner.Action
      switch arrival {
      case .barrier1, .barrier2:
        let epoch: Int64 = arrival == .barrier1 ? 1 : 2
        delivered[channel].insert(epoch)
        action = aligner.receive(barrier(epoch), from: channel, now: 0)
      case .abort1, .abort2: action = aligner.receive(abort: Epoch(arrival == .abort1 ? 1 : 2))
      case .end:
        ended.insert(channel)
        action = aligner.receiveEnd(from: channel, now: 0)
      }
      var isSound = true
      switch action {
      case .snapshot(let barrier, _):
        let epoch = barrier.epoch.number
        isSound = epoch > finished && (0...1).allSatisfy { delivered[$0].contains(epoch) || ended.contains($0) }
        finished = epoch
      case .abort(let epoch):
        isSound = epoch.number > finished
        finished = epoch.number
      case .none: break
      }
      // Nothing may be blocked for good: a blocked channel waits for one that can still deliver.
      for blocked in 0...1 where aligner.isBlocked(blocked) {
        isSound = isSound && !aligner.isBlocked(1 - blocked) && !ended.contains(1 - blocked)
      }
      if !isSound { Issue.record("unsound after \(arrivals)") }
    }
  }
}
