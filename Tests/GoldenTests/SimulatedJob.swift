//  A job graph run by the real execution layer in one process and on one thread: subtasks are stepped in random order, the
//  clock is virtual, and a coordinator in a few lines takes checkpoints. Everything that is random comes from the seed.

import Columnar
import Dataflow
import Execution
import State
import TestKit

/// How a job is to be run.
struct RunPlan {
  var seed: UInt64
  /// Rows that a source gives at once.
  var rowsPerPoll: ClosedRange<Int> = 1...4
  /// A source has nothing for a moment after each batch, so that watermarks go out after every one.
  var pausesAlways = false
  /// How long the moment is, microseconds. With some everybody else comes to rest in it.
  var pause: Int64 = 0
  /// Bytes that a channel holds.
  var channelByteCount = 1 << 16
}

/// A run that cannot go on.
struct RunFailure: Error, CustomStringConvertible {
  var description: String
}

final class SimulatedJob {
  struct Checkpoint {
    var epoch: Epoch
    var snapshots: [SubtaskID: [OperatorID: OperatorSnapshot]]
  }

  /// Steps after which a run is taken to go in circles.
  static let stepCountMax = 5_000_000
  /// Steps that a job goes on for after the checkpoint it will be restored from, at most.
  private static let afterlifeMax = 80

  let world: CaseWorld
  private let plan: RunPlan
  private var random: SeededGenerator
  private var attempt: SimulatedAttempt
  // The coordinator's memory.
  private(set) var completed: Checkpoint?
  private var pending: Checkpoint?
  private var finals: [SubtaskID: [OperatorID: OperatorSnapshot]] = [:]
  private var committables: [SubtaskID: [Committable]] = [:]
  private var lastEpoch: Int64 = 0
  private(set) var stepCount = 0

  init(_ graph: JobGraph, world: CaseWorld, plan: RunPlan) throws {
    self.world = world
    self.plan = plan
    random = SeededGenerator(seed: plan.seed)
    attempt = try SimulatedAttempt(graph, number: 1, world: world, plan: plan, seed: random.next(), from: nil)
  }

  private func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// Rows that the sources have given since the last start.
  var rowsRead: Int { attempt.rowsRead }
  var lateRowCount: Int { attempt.loops.reduce(0) { $0 + Int($1.metrics.lateRecords) } }

  /// Runs to the end.
  func finish() throws {
    while try !step() {}
  }

  /// Takes a checkpoint once the sources have given so many rows, goes on for a while, and loses everything else.
  /// - Parameter whenQuiet: takes the checkpoint when nothing is under way, and stops right after it.
  /// - Returns: false if the job came to its end before.
  func interrupt(after rowCount: Int, whenQuiet: Bool) throws -> Bool {
    while rowsRead < rowCount || (whenQuiet && !attempt.isQuiet) {
      if try step() { return false }
    }
    trigger()
    while pending != nil {
      if try step() { return false }
    }
    for _ in 0..<(whenQuiet ? 0 : draw(Self.afterlifeMax)) {
      if try step() { return false }
    }
    return true
  }

  /// Starts again from the last complete checkpoint, perhaps at another parallelism.
  func restart(on graph: JobGraph) throws {
    pending = nil
    finals = [:]
    committables = [:]
    attempt = try SimulatedAttempt(
      graph, number: attempt.number + 1, world: world, plan: plan, seed: random.next(), from: completed)
  }

  private func trigger() {
    lastEpoch += 1
    pending = Checkpoint(epoch: Epoch(lastEpoch), snapshots: [:])
    attempt.trigger(CheckpointBarrier(epoch: Epoch(lastEpoch), triggeredAt: world.now))
  }

  /// Steps one subtask that has something to do; true once every subtask but the enumerators has finished.
  private func step() throws -> Bool {
    stepCount += 1
    guard stepCount < Self.stepCountMax else { throw RunFailure(description: "did not finish in \(Self.stepCountMax) steps") }
    let (subtask, events) = try attempt.step()
    for event in events { receive(event, of: subtask) }
    guard finals.count == attempt.endingCount else { return false }
    for committable in committables.sorted(by: { $0.key < $1.key }).flatMap(\.value) { world.commit(committable) }
    return true
  }

  private func receive(_ event: SubtaskEvent, of subtask: SubtaskID) {
    switch event {
    case .snapshot(let snapshot):
      committables[subtask] = snapshot.committables
      if pending?.epoch == snapshot.epoch { pending?.snapshots[subtask] = snapshot.encode() }
    case .finished(let snapshot):
      committables[subtask] = snapshot.committables
      finals[subtask] = snapshot.encode()
    }
    guard var done = pending else { return }
    done.snapshots.merge(finals) { reported, _ in reported }
    guard done.snapshots.count == attempt.loops.count else { return }
    completed = done
    pending = nil
    // Sometimes the job is lost between a checkpoint and its commit, which the next attempt makes up for.
    if draw(3) > 0 { commit(done.epoch) }
  }

  private func commit(_ epoch: Epoch) {
    for (subtask, all) in committables.sorted(by: { $0.key < $1.key }) {
      for committable in all where committable.epoch <= epoch { world.commit(committable) }
      committables[subtask] = all.filter { $0.epoch > epoch }
    }
    for loop in attempt.loops { loop.confirmCommit(epoch) }
  }
}
