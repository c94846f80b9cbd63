//  What can happen to a job, and what is to be done about it.

import Dataflow

/// Something that has happened. Everything that a worker says names the attempt it belongs to.
public enum JobEvent: Hashable, Sendable {
  case cancelRequested
  /// Slots have been found; one placement for each subtask.
  case placed([SubtaskPlacement])
  /// There are too few slots; the text says so.
  case waits(String)
  case tick

  // The store answers; a message where it failed and changed nothing.
  case attemptStored(Attempt, error: String?)
  case epochReserved(Epoch, error: String?)
  case checkpointStored(Epoch, error: String?)

  // A worker says
  case subtask(
    Attempt, SubtaskID, SubtaskState, at: Int64, failure: SubtaskFailure? = nil, finalSnapshot: SnapshotHandle? = nil, from: WorkerID)
  case snapshotStored(
    Attempt, Epoch, SnapshotHandle, alignment: Int64 = 0, sync: Int64 = 0, async: Int64 = 0, from: WorkerID)
  case snapshotFailed(Attempt, SubtaskID, Epoch, message: String, from: WorkerID)
  case committed(Attempt, SubtaskID, Epoch, from: WorkerID)
  /// The worker runs something of this attempt; no more than that.
  case sign(Attempt, from: WorkerID)
  case workerLost(WorkerID, reason: String)
}

/// Something to do. Actions are performed in order; those that the store answers, by an event.
public enum JobAction: Hashable, Sendable {
  /// Store where the attempt is to run, and what it begins from; answer with `attemptStored`.
  case storeAttempt(Attempt, [SubtaskPlacement], restoredFrom: Epoch?)
  /// To every worker in the placements.
  case deploy(Attempt, [SubtaskPlacement], RestorePoint?)
  case cancel(Attempt, workers: [WorkerID])
  case trigger(Attempt, Epoch, triggeredAt: Int64, workers: [WorkerID])
  case announceCompleted(Attempt, Epoch, workers: [WorkerID])
  case announceAborted(Attempt, Epoch, workers: [WorkerID])
  case reserveEpoch(Epoch)
  /// Complete it in one transaction and keep the newest `retained`; answer with `checkpointStored`.
  case storeCheckpoint(CompletedCheckpoint, retained: Int)
  /// Store the job's state and its timestamps.
  case storeState(JobState)
  case storeFailure(JobFailure)
  /// Delete these snapshots.
  case discard([SnapshotHandle])
  /// Delete what attempts before this one left and no complete checkpoint names.
  case sweep(before: Attempt)
  /// The job has ended; its snapshots go, unless it has failed.
  case ended(JobState)
  /// The slots are free again.
  case releaseSlots
}
