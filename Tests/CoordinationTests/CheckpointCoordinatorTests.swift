//  Lost, late, doubled, reordered acknowledgements; timeouts, full disks, finished subtasks.

import Dataflow
import Testing

@testable import Coordination

struct CheckpointCoordinatorTests {
  /// Attempt 1 runs since 0; checkpoints every 10 s.
  private func coordinator(_ change: (inout JobOptions) -> Void = { _ in }) throws -> CheckpointCoordinator {
    let graph = graph(change)
    var coordinator = CheckpointCoordinator(topology: try JobTopology(graph), options: graph.options)
    coordinator.begin(Attempt(1))
    coordinator.activate(now: 0)
    return coordinator
  }

  private func graph(_ change: (inout JobOptions) -> Void) -> JobGraph { CoordinationTests.graph(change) }

  private func acknowledge(
    _ coordinator: inout CheckpointCoordinator, _ subtask: SubtaskID, _ epoch: Int64, attempt: Int = 1, now: Int64 = 11 * second
  ) -> (Acknowledgement, [CheckpointAction]) {
    coordinator.acknowledge(
      Epoch(epoch), attempt: Attempt(attempt), handle: handle(subtask, "\(attempt)/\(epoch)/\(subtask)"), alignment: 0, sync: 0, async: 0,
      now: now)
  }

  /// Reserves and triggers the checkpoint that is due.
  private func trigger(_ coordinator: inout CheckpointCoordinator, _ epoch: Int64, now: Int64) {
    #expect(coordinator.tick(now: now) == [.reserve(Epoch(epoch))])
    #expect(coordinator.reserved(Epoch(epoch), error: nil, now: now) == [.trigger(Epoch(epoch), triggeredAt: now)])
  }

  private func acknowledgeAll(_ coordinator: inout CheckpointCoordinator, _ epoch: Int64, now: Int64) -> [CheckpointAction] {
    (0..<3).flatMap { acknowledge(&coordinator, id($0), epoch, now: now).1 }
  }

  @Test("an epoch is reserved, triggered, acknowledged by all, stored, and only then completed")
  func order() throws {
    var coordinator = try coordinator()
    #expect(coordinator.nextDeadline == 10 * second)
    #expect(coordinator.tick(now: 10 * second - 1) == [])
    trigger(&coordinator, 1, now: 10 * second)
    #expect(acknowledge(&coordinator, id(2), 1) == (.accepted, []))
    #expect(acknowledge(&coordinator, id(0), 1) == (.accepted, []))
    let (last, actions) = acknowledge(&coordinator, id(1), 1)
    #expect(last == .accepted)
    let checkpoint = CompletedCheckpoint(
      attempt: Attempt(1), epoch: Epoch(1), handles: (0..<3).map { handle(id($0), "1/1/\(id($0))") }, triggeredAt: 10 * second,
      completedAt: 11 * second)
    #expect(actions == [.store(checkpoint)])
    #expect(coordinator.latest == nil && coordinator.isStoring)
    #expect(coordinator.stored(Epoch(1), error: nil, now: 12 * second) == [.completed(Epoch(1))])
    #expect(coordinator.latest == checkpoint)
    let statistics = try #require(coordinator.latestCompleted)
    #expect(
      statistics.status == .completed && statistics.duration == second && statistics.byteCount == 30 && statistics.acknowledgedCount == 3)
    // An interval after the trigger, not after the end.
    #expect(coordinator.nextDeadline == 20 * second)
  }

  @Test("doubled, unknown and foreign acknowledgements change nothing and are told apart")
  func acknowledgements() throws {
    var coordinator = try coordinator()
    #expect(acknowledge(&coordinator, id(0), 1).0 == .unknown)
    trigger(&coordinator, 1, now: 10 * second)
    #expect(acknowledge(&coordinator, id(0), 1).0 == .accepted)
    #expect(acknowledge(&coordinator, id(0), 1) == (.duplicate, []))
    #expect(acknowledge(&coordinator, id(1), 1, attempt: 2) == (.fenced, []))
    #expect(acknowledge(&coordinator, id(1), 1, attempt: 0) == (.fenced, []))
    #expect(acknowledge(&coordinator, id(1, 5), 1).0 == .unknown)
    #expect(acknowledge(&coordinator, id(9), 1).0 == .unknown)
    #expect(acknowledge(&coordinator, id(1), 2).0 == .unknown)
    _ = acknowledge(&coordinator, id(1), 1)
    _ = acknowledge(&coordinator, id(2), 1)
    #expect(acknowledge(&coordinator, id(2), 1) == (.duplicate, []))
    _ = coordinator.stored(Epoch(1), error: nil, now: 11 * second)
    #expect(acknowledge(&coordinator, id(2), 1) == (.duplicate, []))
    #expect(coordinator.stored(Epoch(1), error: nil, now: 11 * second) == [])
    #expect(coordinator.reserved(Epoch(1), error: nil, now: 11 * second) == [])
    #expect(coordinator.counts.completed == 1 && coordinator.counts.failed == 0)
  }

  @Test("a checkpoint that takes too long is aborted, what it has stored goes, and a late acknowledgement is deleted")
  func timeout() throws {
    var coordinator = try coordinator { $0.checkpointTimeout = 3 * second }
    trigger(&coordinator, 1, now: 10 * second)
    _ = acknowledge(&coordinator, id(1), 1)
    #expect(coordinator.nextDeadline == 13 * second)
    #expect(coordinator.tick(now: 13 * second) == [.aborted(Epoch(1)), .discard([handle(id(1), "1/1/1.0")])])
    #expect(coordinator.latestFailed?.failureMessage?.contains("expired after 3000 ms; 2 subtasks") == true)
    #expect(acknowledge(&coordinator, id(2), 1) == (.unknown, [.discard([handle(id(2), "1/1/2.0")])]))
    // The epoch is not used again.
    trigger(&coordinator, 2, now: 20 * second)
  }

  @Test("a full disk fails the checkpoint, not the job; the next interval tries again")
  func declined() throws {
    var coordinator = try coordinator()
    for round in 1...20 as ClosedRange<Int64> {
      trigger(&coordinator, round, now: round * 10 * second)
      _ = acknowledge(&coordinator, id(0), round)
      #expect(
        coordinator.decline(Epoch(round), attempt: Attempt(1), subtask: id(1), message: "no space left", now: round * 10 * second)
          == [.aborted(Epoch(round)), .discard([handle(id(0), "1/\(round)/0.0")])])
      // Doubled, and of another attempt.
      #expect(coordinator.decline(Epoch(round), attempt: Attempt(1), subtask: id(1), message: "", now: 0) == [])
    }
    #expect(
      coordinator.counts.failed == 20
        && coordinator.latestFailed?.failureMessage == "subtask 1.0 could not store its snapshot: no space left")
    trigger(&coordinator, 21, now: 210 * second)
    #expect(acknowledgeAll(&coordinator, 21, now: 210 * second).count == 1)
  }

  @Test("the job fails once more checkpoints in a row have failed than the user tolerates")
  func tolerable() throws {
    var coordinator = try coordinator { $0.tolerableFailedCheckpoints = 1 }
    for round in 1...4 as ClosedRange<Int64> {
      trigger(&coordinator, round, now: round * 10 * second)
      if round == 2 {
        // One that succeeds starts the count anew.
        _ = acknowledgeAll(&coordinator, round, now: 20 * second)
        _ = coordinator.stored(Epoch(round), error: nil, now: 20 * second)
        continue
      }
      let actions = coordinator.decline(Epoch(round), attempt: Attempt(1), subtask: id(1), message: "x", now: round * 10 * second)
      #expect(actions.contains { if case .failJob = $0 { true } else { false } } == (round == 4))
    }
  }

  @Test("a store that refuses fails the checkpoint; nobody is told to commit")
  func storeRefuses() throws {
    var coordinator = try coordinator()
    #expect(coordinator.tick(now: 10 * second) == [.reserve(Epoch(1))])
    #expect(coordinator.reserved(Epoch(1), error: "disk full", now: 10 * second) == [.aborted(Epoch(1))])
    trigger(&coordinator, 2, now: 20 * second)
    _ = acknowledgeAll(&coordinator, 2, now: 20 * second)
    let actions = coordinator.stored(Epoch(2), error: "disk full", now: 20 * second)
    #expect(actions.first == .aborted(Epoch(2)) && !actions.contains(.completed(Epoch(2))))
    #expect(coordinator.latest == nil && coordinator.counts.failed == 2)
    #expect(coordinator.latestFailed?.failureMessage == "it could not be stored: disk full")
  }

  @Test("the pause is kept from the end of one checkpoint to the trigger of the next, and there is one at a time")
  func pause() throws {
    var coordinator = try coordinator { $0.checkpointMinPause = 8 * second }
    trigger(&coordinator, 1, now: 10 * second)
    #expect(coordinator.tick(now: 25 * second) == [])
    _ = acknowledgeAll(&coordinator, 1, now: 26 * second)
    #expect(coordinator.tick(now: 26 * second) == [])
    _ = coordinator.stored(Epoch(1), error: nil, now: 27 * second)
    #expect(coordinator.nextDeadline == 35 * second)
    trigger(&coordinator, 2, now: 35 * second)
  }

  @Test("a finished subtask's last snapshot stands for it, but not where it has acknowledged")
  func finishedSubtasks() throws {
    var coordinator = try coordinator()
    trigger(&coordinator, 1, now: 10 * second)
    _ = acknowledge(&coordinator, id(1), 1)
    #expect(coordinator.finished(id(1), snapshot: handle(id(1), "final"), now: 11 * second) == [])
    #expect(coordinator.finished(id(1), snapshot: handle(id(1), "again"), now: 11 * second) == [])
    _ = acknowledge(&coordinator, id(0), 1)
    guard case .store(let first)? = coordinator.finished(id(2), snapshot: handle(id(2), "final 2"), now: 11 * second).first else {
      return #expect(Bool(false), "the end of the last subtask completes the checkpoint")
    }
    #expect(first.handles.map(\.location) == [.file(path: "1/1/0.0"), .file(path: "1/1/1.0"), .file(path: "final 2")])
    _ = coordinator.stored(Epoch(1), error: nil, now: 11 * second)

    // From now on only the enumerator is asked.
    #expect(coordinator.requestFinal(now: 12 * second) == [.reserve(Epoch(2))])
    #expect(coordinator.reserved(Epoch(2), error: nil, now: 12 * second) == [.trigger(Epoch(2), triggeredAt: 12 * second)])
    guard case .store(let last)? = acknowledge(&coordinator, id(0), 2).1.first else { return #expect(Bool(false), "it is complete") }
    #expect(last.handles.map(\.location) == [.file(path: "1/2/0.0"), .file(path: "final"), .file(path: "final 2")])
    #expect(coordinator.completedFinal == nil)
    #expect(coordinator.stored(Epoch(2), error: nil, now: 12 * second) == [.completed(Epoch(2))])
    #expect(coordinator.completedFinal == Epoch(2) && coordinator.nextDeadline == nil)
  }

  @Test("a last checkpoint that fails is tried again, and never discards the final snapshots")
  func finalRetries() throws {
    var coordinator = try coordinator { $0.tolerableFailedCheckpoints = 0 }
    _ = coordinator.finished(id(1), snapshot: handle(id(1), "a"), now: 0)
    _ = coordinator.finished(id(2), snapshot: handle(id(2), "b"), now: 0)
    _ = coordinator.requestFinal(now: 0)
    _ = coordinator.reserved(Epoch(1), error: nil, now: 0)
    #expect(coordinator.decline(Epoch(1), attempt: Attempt(1), subtask: id(0), message: "disk full", now: 0) == [.aborted(Epoch(1))])
    #expect(coordinator.tick(now: CheckpointCoordinator.finalRetryDelay - 1) == [])
    #expect(coordinator.tick(now: CheckpointCoordinator.finalRetryDelay) == [.reserve(Epoch(2))])
  }

  @Test("after the attempt nothing is triggered, but a transaction on its way still counts")
  func stopped() throws {
    var coordinator = try coordinator()
    trigger(&coordinator, 1, now: 10 * second)
    _ = acknowledgeAll(&coordinator, 1, now: 10 * second)
    #expect(coordinator.stop(now: 10 * second, reason: "over") == [])
    #expect(coordinator.isStoring)
    // Complete, but nobody of that attempt is told.
    #expect(coordinator.stored(Epoch(1), error: nil, now: 11 * second) == [])
    #expect(coordinator.latest?.epoch == Epoch(1) && coordinator.nextDeadline == nil)
    coordinator.begin(Attempt(2))
    coordinator.activate(now: 20 * second)
    trigger(&coordinator, 2, now: 30 * second)
    #expect(acknowledge(&coordinator, id(0), 2, attempt: 1).0 == .fenced)
    #expect(coordinator.stop(now: 31 * second, reason: "over") == [])
    #expect(coordinator.latestFailed?.failureMessage == "over")
    #expect(coordinator.counts.restored == 1)
  }

  @Test("the history is bounded, and retired checkpoints are marked as discarded")
  func history() throws {
    var coordinator = try coordinator { $0.retainedCheckpoints = 2 }
    for round in 1...50 as ClosedRange<Int64> {
      trigger(&coordinator, round, now: round * 10 * second)
      _ = acknowledgeAll(&coordinator, round, now: round * 10 * second)
      _ = coordinator.stored(Epoch(round), error: nil, now: round * 10 * second)
    }
    #expect(coordinator.history.count == CheckpointCoordinator.historyCountMax)
    #expect(coordinator.history.filter { !$0.isDiscarded }.map(\.epoch) == [Epoch(50), Epoch(49)])
  }
}
