//  The enumerator subtask: deals the splits out once a job, then only passes checkpoint triggers on, as barriers.

import Columnar
import Dataflow
import State

/// Drives one enumerator. It never ends: a checkpoint has to start somewhere as long as the job runs.
public final class EnumeratorHead {
  public let id: OperatorID
  let state: StateBackend
  private let enumerator: any SplitEnumerator
  private let readerCount: Int
  private let stored: OperatorListState
  /// Restored: the readers have their splits already.
  private var isDone: Bool
  private var triggers: [CheckpointBarrier] = []
  private var lastEpoch: Epoch

  /// - Parameters:
  ///   - state: already restored.
  ///   - readerCount: the parallelism of the source vertex.
  public init(id: OperatorID, enumerator: any SplitEnumerator, readerCount: Int, state: StateBackend, after epoch: Epoch = Epoch(0)) {
    self.id = id
    self.enumerator = enumerator
    self.readerCount = readerCount
    self.state = state
    stored = state.listState("enumerated", .union)
    isDone = !stored.entries.isEmpty
    lastEpoch = epoch
  }

  /// The coordinator wants a checkpoint. One that is not newer than all before is stale.
  func trigger(_ barrier: CheckpointBarrier) {
    guard barrier.epoch > lastEpoch else { return }
    lastEpoch = barrier.epoch
    triggers = [barrier]  // a newer checkpoint supersedes one that has not begun
  }

  /// All assignments, the first time; nil afterwards and after a restore.
  func takeAssignments() throws(OperatorError) -> RecordBatch? {
    guard !isDone else { return nil }
    let splits = try enumerator.enumerate(parallelism: readerCount)
    var seen = Set<String>()
    for split in splits where !seen.insert(split.id).inserted {
      throw OperatorError(.internal, .never, "the source enumerated the split \"\(split.id)\" twice")
    }
    isDone = true
    // An empty entry first, so that a source without splits is told from one that was never asked.
    stored.entries = [[]] + splits.map { $0.encoded() }
    return Assignment.batch(splits, parallelism: readerCount)
  }

  func takeTrigger() -> CheckpointBarrier? { triggers.popLast() }
}
