//  One thread for each slot: steps the slot's subtasks in turn, and sleeps when none of them can go on.

import Dataflow
import Execution
import State
import Synchronization

/// A subtask on a slot, and who is told what happens to it. Only the slot's thread touches it once it has been added.
final class HostedSubtask {
  let loop: SubtaskLoop
  let run: JobRun
  let storing: Storing

  /// What is to be known for storing the subtask's snapshots.
  struct Storing {
    let keyGroups: KeyGroupRange
    let isCompressed: Bool
  }

  init(loop: SubtaskLoop, run: JobRun, storing: Storing) {
    self.loop = loop
    self.run = run
    self.storing = storing
  }
}

/// Steps subtasks cooperatively: the mailbox first, then each subtask for its budget, from sink to source, so that what is
/// under way comes out before more is taken in. A step never blocks; a subtask that fails takes no other with it.
final class SlotThread: Sendable {
  enum Command: Sendable {
    case add([Handover<HostedSubtask>])
    case trigger(JobID, Attempt, CheckpointBarrier)
    case abort(JobID, Attempt, Epoch)
    case confirmCommit(JobID, Attempt, SubtaskID, Epoch)
    /// Every subtask of this and earlier attempts.
    case remove(JobID, through: Attempt)
    case stop
  }

  let sleeper = Sleeper()
  private let mailbox = Mutex<[Command]>([])
  private let clock: WorkerClock
  private let timings: WorkerTimings
  private let releaseMemory: @Sendable () -> Void
  private let publish: @Sendable ([SubtaskMetrics]) -> Void

  init(
    clock: WorkerClock, _ configuration: WorkerConfiguration, publish: @escaping @Sendable ([SubtaskMetrics]) -> Void
  ) {
    self.clock = clock
    timings = configuration.timings
    releaseMemory = configuration.releaseMemory
    self.publish = publish
    startThread { [self] in run() }
  }

  func post(_ command: Command) {
    mailbox.withLock { $0.append(command) }
    sleeper.wake()
  }

  private func run() {
    var subtasks: [HostedSubtask] = []
    var publishAt: Int64 = 0
    // Once the slot has emptied: when what its subtasks held goes back to the system.
    var releaseAt: Int64?
    while true {
      sleeper.beginLooking()
      let commands = mailbox.withLock { mailbox in
        defer { mailbox = [] }
        return mailbox
      }
      for command in commands {
        if case .stop = command { return remove(from: &subtasks) { _ in true } }
        apply(command, to: &subtasks)
      }
      var isRunnable = false
      var hasGone = false
      for subtask in subtasks {
        switch turn(of: subtask) {
        case .runnable: isRunnable = true
        case .finished: hasGone = true
        case .idle, .backPressured: break
        }
      }
      if hasGone { subtasks.removeAll { $0.loop.standing == .finished || $0.run.hasFailed($0.loop.subtask) } }
      let now = clock.now()
      if now >= publishAt, !subtasks.isEmpty {
        publish(subtasks.map(\.loop.metrics))
        publishAt = now + timings.metricsIntervalMicroseconds
      }
      if !subtasks.isEmpty {
        releaseAt = now + timings.emptySlotMicroseconds
      } else if let due = releaseAt, now >= due {
        releaseMemory()
        releaseAt = nil
      }
      if isRunnable { continue }
      let wakeAt = subtasks.compactMap(\.loop.wakeAt).min()
      let until = subtasks.isEmpty ? releaseAt : min(wakeAt ?? publishAt, publishAt)
      sleeper.sleep(atMost: until.map { $0 - now })
    }
  }

  private func apply(_ command: Command, to subtasks: inout [HostedSubtask]) {
    switch command {
    case .add(let added):
      subtasks.append(contentsOf: added.map(\.object))
      subtasks.sort { $0.loop.subtask > $1.loop.subtask }
    case .trigger(let job, let attempt, let barrier):
      for subtask in subtasks where subtask.run.isOf(job, attempt) { subtask.loop.trigger(barrier) }
    case .abort(let job, let attempt, let epoch):
      for subtask in subtasks where subtask.run.isOf(job, attempt) { subtask.loop.abort(epoch) }
    case .confirmCommit(let job, let attempt, let id, let epoch):
      for subtask in subtasks where subtask.run.isOf(job, attempt) && subtask.loop.subtask == id { subtask.loop.confirmCommit(epoch) }
    case .remove(let job, let attempt):
      remove(from: &subtasks) { $0.run.deployment.job == job && $0.run.deployment.attempt <= attempt }
    case .stop: break
    }
  }

  private func remove(from subtasks: inout [HostedSubtask], where isGone: (HostedSubtask) -> Bool) {
    for subtask in subtasks where isGone(subtask) {
      subtask.loop.close()
      subtask.run.removed(subtask.loop.subtask)
    }
    subtasks.removeAll(where: isGone)
  }

  /// Steps one subtask until its budget is used up or it cannot go on. A failed one counts as finished.
  private func turn(of subtask: HostedSubtask) -> SubtaskLoop.Standing {
    let loop = subtask.loop
    var now = clock.now()
    loop.beginTurn(now: now)
    let deadline = now + timings.turnMicroseconds
    var standing = SubtaskLoop.Standing.runnable
    do throws(OperatorError) {
      repeat {
        let startedAt = now
        standing = try loop.step(now: now)
        now = clock.now()
        for event in loop.takeEvents() { subtask.run.receive(event, of: subtask, stepMicroseconds: now - startedAt) }
      } while standing == .runnable && now < deadline
    } catch {
      loop.close()
      subtask.run.failed(loop.subtask, error)
      standing = .finished
    }
    loop.endTurn(now: now)
    return standing
  }
}
