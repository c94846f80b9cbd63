//  From acknowledgements and timeouts to trigger, store, announce or abort: the checkpoints of one job.
//
//      idle --tick--> reserving --reserved--> pending --last ack--> storing --stored--> idle
//                        |  failed               |  declined, timed out   |  failed
//                        +-----------------------+------------------------+--> idle, counted as failed
//
//  One checkpoint at a time. Durable before visible: an epoch is reserved in the store before anyone hears of it, and
//  `completed` leaves only after the store's transaction. Sources: Carbone et al., "Lightweight Asynchronous Snapshots",
//  2015; Flink's CheckpointCoordinator and FLIP-147 for finished subtasks.

import Dataflow
import State

/// A checkpoint that every subtask has acknowledged.
public struct CompletedCheckpoint: Hashable, Sendable {
  public var attempt: Attempt
  public var epoch: Epoch
  /// One for each subtask of the job, in order.
  public var handles: [SnapshotHandle]
  public var triggeredAt: Int64
  public var completedAt: Int64
  public init(attempt: Attempt, epoch: Epoch, handles: [SnapshotHandle], triggeredAt: Int64, completedAt: Int64) {
    self.attempt = attempt
    self.epoch = epoch
    self.handles = handles
    self.triggeredAt = triggeredAt
    self.completedAt = completedAt
  }
}

/// What became of an acknowledgement; the names are Flink's.
public enum Acknowledgement: Hashable, Sendable {
  case accepted
  /// It has been counted already.
  case duplicate
  /// The epoch is not in flight: aborted, timed out, never triggered.
  case unknown
  /// It comes from another attempt.
  case fenced
}

public enum CheckpointAction: Hashable, Sendable {
  /// Note in the store that the epoch is used; answer with `reserved`.
  case reserve(Epoch)
  /// Tell the enumerators to send a barrier.
  case trigger(Epoch, triggeredAt: Int64)
  /// Complete it in one transaction; answer with `stored`.
  case store(CompletedCheckpoint)
  /// It is complete and durable: everyone may commit.
  case completed(Epoch)
  /// It will not complete: nobody need align for it.
  case aborted(Epoch)
  /// Snapshots that no checkpoint will name.
  case discard([SnapshotHandle])
  /// More checkpoints in a row have failed than the user tolerates.
  case failJob(String)
}

/// Coordinates the checkpoints of one job over its attempts. Times in microseconds.
public struct CheckpointCoordinator: Sendable {
  /// Checkpoints that are remembered for the API.
  public static let historyCountMax = 32
  /// How long the last checkpoint of a job, for which only the enumerators are asked, may take before it is tried anew.
  public static let finalTimeout: Int64 = 10_000_000
  /// From a failed last checkpoint to the next try.
  public static let finalRetryDelay: Int64 = 1_000_000

  private struct Pending: Hashable, Sendable {
    var epoch: Epoch
    var triggeredAt: Int64
    var isFinal: Bool
    var handles: [SnapshotHandle?]
    var missing: Int
  }
  private enum Phase: Hashable, Sendable {
    case idle
    case reserving(Epoch, requestedAt: Int64, isFinal: Bool)
    case pending(Pending)
    case storing(CompletedCheckpoint, isFinal: Bool)
  }

  private let topology: JobTopology
  private let options: JobOptions
  private var phase = Phase.idle
  private var attempt = Attempt(0)
  private var isActive = false
  private var nextTriggerAt: Int64?
  /// Of each subtask that has finished in this attempt.
  private var finals: [SnapshotHandle?]
  private var isFinalWanted = false
  private var finalRetryAt: Int64 = 0
  private var consecutiveFailureCount = 0

  /// The next epoch to give out.
  public private(set) var nextEpoch: Epoch
  /// The newest complete checkpoint of the job, of whatever attempt: what a restart begins from.
  public private(set) var latest: CompletedCheckpoint?
  /// The last checkpoint of the attempt is complete: all that is left is to commit.
  public private(set) var completedFinal: Epoch?
  /// Newest first.
  public private(set) var history: [CheckpointStatistics] = []
  public private(set) var latestCompleted: CheckpointStatistics?
  public private(set) var latestFailed: CheckpointStatistics?
  public private(set) var counts = CheckpointCounts()

  public init(topology: JobTopology, options: JobOptions, nextEpoch: Epoch = Epoch(1), latest: CompletedCheckpoint? = nil) {
    self.topology = topology
    self.options = options
    self.nextEpoch = nextEpoch
    self.latest = latest
    finals = Array(repeating: nil, count: topology.subtasks.count)
  }

  /// A transaction is on its way; what a restart begins from is not known until it has answered.
  public var isStoring: Bool { if case .storing = phase { true } else { false } }

  // MARK: The attempt

  /// A new attempt has been deployed; the first checkpoint is an interval after `activate`.
  public mutating func begin(_ attempt: Attempt) {
    precondition(!isStoring, "the outcome of the last transaction is known before a new attempt begins")
    precondition(attempt > self.attempt, "attempts ascend")
    self.attempt = attempt
    phase = .idle
    isActive = false
    nextTriggerAt = nil
    finals = Array(repeating: nil, count: topology.subtasks.count)
    isFinalWanted = false
    completedFinal = nil
    consecutiveFailureCount = 0
    if latest != nil { counts.restored += 1 }
  }

  /// Every subtask runs.
  public mutating func activate(now: Int64) {
    isActive = true
    nextTriggerAt = options.checkpointInterval.map { now + max(1, $0) }
  }

  /// The attempt is over. A transaction on its way still counts.
  public mutating func stop(now: Int64, reason: String) -> [CheckpointAction] {
    isActive = false
    isFinalWanted = false
    nextTriggerAt = nil
    switch phase {
    case .idle, .storing: return []
    case .reserving(let epoch, let requestedAt, _):
      phase = .idle
      recordFailure(epoch, triggeredAt: requestedAt, now: now, message: reason)
      return []
    case .pending(let pending):
      phase = .idle
      recordFailure(pending.epoch, triggeredAt: pending.triggeredAt, now: now, message: reason)
      return discard(pending)
    }
  }

  /// A subtask has come to its end: its final snapshot stands for it in the checkpoint in flight, unless it has
  /// acknowledged that one, and in all later ones. (A worker reports the end of a subtask after all its snapshots.)
  public mutating func finished(_ subtask: SubtaskID, snapshot: SnapshotHandle?, now: Int64) -> [CheckpointAction] {
    guard let number = topology.number(of: subtask), finals[number] == nil else { return [] }
    let handle =
      snapshot
      ?? SnapshotHandle(
        subtask: subtask, operators: [], keyGroups: KeyGroupRange(lower: 0, upper: 0), location: .inline([]), byteCount: 0)
    finals[number] = handle
    guard case .pending(var pending) = phase, pending.handles[number] == nil else { return [] }
    fill(&pending, number, handle, SubtaskCheckpointStatistics(finished: handle, now: now))
    return advance(pending, now: now)
  }

  /// All subtasks but the enumerators have finished: one last checkpoint, at once.
  public mutating func requestFinal(now: Int64) -> [CheckpointAction] {
    guard !isFinalWanted else { return [] }
    isFinalWanted = true
    finalRetryAt = now
    return tick(now: now)
  }

  // MARK: Time

  public var nextDeadline: Int64? {
    switch phase {
    case .idle:
      guard isActive else { return nil }
      if isFinalWanted { return completedFinal == nil ? finalRetryAt : nil }
      return nextTriggerAt
    case .pending(let pending): return pending.triggeredAt + timeout(pending)
    case .reserving, .storing: return nil
    }
  }

  public mutating func tick(now: Int64) -> [CheckpointAction] {
    var actions: [CheckpointAction] = []
    if case .pending(let pending) = phase, now >= pending.triggeredAt + timeout(pending) {
      let missing = pending.handles.indices.filter { pending.handles[$0] == nil }
      actions += abort(
        pending, now: now,
        message: "it expired after \(timeout(pending) / 1_000) ms; \(missing.count) subtasks had not acknowledged it, first "
          + "\(missing.first.map { topology.subtasks[$0].description } ?? "none")")
    }
    guard case .idle = phase, isActive else { return actions }
    let isFinal = isFinalWanted
    if isFinal {
      guard completedFinal == nil, now >= finalRetryAt else { return actions }
    } else {
      guard let due = nextTriggerAt, now >= due, let interval = options.checkpointInterval else { return actions }
      nextTriggerAt = now + max(1, interval)
      // Nobody could start the barriers.
      guard topology.enumerators.contains(where: { finals[$0] == nil }) else { return actions }
    }
    let epoch = nextEpoch
    nextEpoch = Epoch(epoch.number + 1)
    phase = .reserving(epoch, requestedAt: now, isFinal: isFinal)
    counts.inProgress = 1
    history.insert(
      CheckpointStatistics(epoch: epoch, attempt: attempt, triggeredAt: now, parallelisms: topology.parallelisms), at: 0)
    if history.count > Self.historyCountMax { history.removeLast() }
    actions.append(.reserve(epoch))
    return actions
  }

  // MARK: Answers

  /// The store has noted the epoch, or could not: then the message says why.
  public mutating func reserved(_ epoch: Epoch, error: String?, now: Int64) -> [CheckpointAction] {
    guard case .reserving(epoch, let requestedAt, let isFinal) = phase else { return [] }
    var pending = Pending(
      epoch: epoch, triggeredAt: requestedAt, isFinal: isFinal, handles: Array(repeating: nil, count: finals.count), missing: finals.count)
    if let error { return abort(pending, now: now, message: "it could not be recorded: \(error)") }
    for (number, handle) in finals.enumerated() {
      if let handle { fill(&pending, number, handle, SubtaskCheckpointStatistics(finished: handle, now: now)) }
    }
    guard pending.missing > 0 else { return advance(pending, now: now) }
    phase = .pending(pending)
    return [.trigger(epoch, triggeredAt: requestedAt)]
  }

  /// A subtask has stored its snapshot.
  public mutating func acknowledge(
    _ epoch: Epoch, attempt: Attempt, handle: SnapshotHandle, alignment: Int64, sync: Int64, async: Int64, now: Int64
  ) -> (Acknowledgement, [CheckpointAction]) {
    guard attempt == self.attempt else { return (.fenced, []) }
    guard let number = topology.number(of: handle.subtask) else { return (.unknown, []) }
    switch phase {
    case .pending(var pending) where pending.epoch == epoch:
      guard pending.handles[number] == nil else { return (.duplicate, []) }
      fill(
        &pending, number, handle,
        SubtaskCheckpointStatistics(
          acknowledgedAt: now, byteCount: handle.byteCount, alignmentMicroseconds: alignment, syncMicroseconds: sync,
          asyncMicroseconds: async, wasFinished: false))
      return (.accepted, advance(pending, now: now))
    case .storing(let checkpoint, _) where checkpoint.epoch == epoch: return (.duplicate, [])
    default:
      if let latest, latest.attempt == attempt, latest.epoch == epoch { return (.duplicate, []) }
      // A file that a complete checkpoint or a finished subtask names must stay.
      let isNamed = finals.contains(handle) || latest?.handles.contains(handle) == true
      return (.unknown, isNamed ? [] : Self.discard([handle]))
    }
  }

  /// A subtask could not snapshot, e.g. because the disk is full: the checkpoint fails, the job does not.
  public mutating func decline(_ epoch: Epoch, attempt: Attempt, subtask: SubtaskID, message: String, now: Int64) -> [CheckpointAction] {
    guard attempt == self.attempt, case .pending(let pending) = phase, pending.epoch == epoch else { return [] }
    return abort(pending, now: now, message: "subtask \(subtask) could not store its snapshot: \(message)")
  }

  /// The transaction has completed the checkpoint, or has failed and changed nothing.
  public mutating func stored(_ epoch: Epoch, error: String?, now: Int64) -> [CheckpointAction] {
    guard case .storing(let checkpoint, let isFinal) = phase, checkpoint.epoch == epoch else { return [] }
    if let error {
      let pending = Pending(
        epoch: epoch, triggeredAt: checkpoint.triggeredAt, isFinal: isFinal, handles: checkpoint.handles.map { $0 }, missing: 0)
      return abort(pending, now: now, message: "it could not be stored: \(error)")
    }
    phase = .idle
    latest = checkpoint
    consecutiveFailureCount = 0
    counts.inProgress = 0
    counts.completed += 1
    if let index = history.firstIndex(where: { $0.epoch == epoch }) {
      history[index].status = .completed
      history[index].endedAt = now
      latestCompleted = history[index]
    }
    let completed = history.indices.filter { history[$0].status == .completed }
    for index in completed.dropFirst(max(1, options.retainedCheckpoints)) { history[index].isDiscarded = true }
    guard isActive else { return [] }
    pause(now: now)
    if isFinal { completedFinal = epoch }
    return [.completed(epoch)]
  }

  // MARK: Steps

  private func timeout(_ pending: Pending) -> Int64 {
    let timeout = max(1, options.checkpointTimeout)
    return pending.isFinal || isFinalWanted ? min(timeout, Self.finalTimeout) : timeout
  }

  private mutating func fill(
    _ pending: inout Pending, _ number: Int, _ handle: SnapshotHandle, _ statistics: SubtaskCheckpointStatistics
  ) {
    pending.handles[number] = handle
    pending.missing -= 1
    guard let index = history.firstIndex(where: { [epoch = pending.epoch] in $0.epoch == epoch }) else { return }
    let subtask = topology.subtasks[number]
    history[index].vertices[subtask.vertex].subtasks[subtask.subtask] = statistics
    history[index].latestAckAt = statistics.acknowledgedAt
  }

  private mutating func advance(_ pending: Pending, now: Int64) -> [CheckpointAction] {
    guard pending.missing == 0 else {
      phase = .pending(pending)
      return []
    }
    let checkpoint = CompletedCheckpoint(
      attempt: attempt, epoch: pending.epoch, handles: pending.handles.compactMap { $0 }, triggeredAt: pending.triggeredAt, completedAt: now
    )
    phase = .storing(checkpoint, isFinal: pending.isFinal)
    return [.store(checkpoint)]
  }

  private mutating func abort(_ pending: Pending, now: Int64, message: String) -> [CheckpointAction] {
    phase = .idle
    recordFailure(pending.epoch, triggeredAt: pending.triggeredAt, now: now, message: message)
    pause(now: now)
    finalRetryAt = now + Self.finalRetryDelay
    guard isActive else { return discard(pending) }
    var actions: [CheckpointAction] = [.aborted(pending.epoch)] + discard(pending)
    consecutiveFailureCount += 1
    if !pending.isFinal, let tolerable = options.tolerableFailedCheckpoints, consecutiveFailureCount > tolerable {
      actions.append(
        .failJob("\(consecutiveFailureCount) checkpoints in a row failed, \(tolerable) are tolerated; the last because \(message)"))
    }
    return actions
  }

  /// The next checkpoint keeps the pause from this one's end.
  private mutating func pause(now: Int64) {
    if let due = nextTriggerAt { nextTriggerAt = max(due, now + max(0, options.checkpointMinPause)) }
  }

  private func discard(_ pending: Pending) -> [CheckpointAction] {
    Self.discard(pending.handles.indices.compactMap { pending.handles[$0] == finals[$0] ? nil : pending.handles[$0] })
  }

  private static func discard(_ handles: [SnapshotHandle]) -> [CheckpointAction] {
    let files = handles.filter { if case .file = $0.location { true } else { false } }
    return files.isEmpty ? [] : [.discard(files)]
  }

  private mutating func recordFailure(_ epoch: Epoch, triggeredAt: Int64, now: Int64, message: String) {
    counts.inProgress = 0
    counts.failed += 1
    guard let index = history.firstIndex(where: { $0.epoch == epoch }) else { return }
    history[index].status = .failed
    history[index].endedAt = now
    history[index].failureMessage = message
    latestFailed = history[index]
  }
}

extension SubtaskCheckpointStatistics {
  fileprivate init(finished handle: SnapshotHandle, now: Int64) {
    self.init(
      acknowledgedAt: now, byteCount: handle.byteCount, alignmentMicroseconds: 0, syncMicroseconds: 0, asyncMicroseconds: 0,
      wasFinished: true)
  }
}
