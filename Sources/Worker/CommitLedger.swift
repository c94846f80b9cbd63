//  What the sinks of one attempt on this worker have staged, and who commits it.

import Dataflow
import Synchronization

/// Holds, for each sink subtask, its committer and the committables that nobody has confirmed. It outlives the subtask: a
/// finished sink still has to be committed.
final class CommitLedger: Sendable {
  private struct Entry {
    var committer: (any SinkCommitter)?
    var committables: [Committable] = []
  }
  private let entries = Mutex<[SubtaskID: Entry]>([:])

  /// - Parameter committer: nil for a sink that has nothing to commit; it still confirms.
  func add(_ subtask: SubtaskID, _ committer: (any SinkCommitter)?, restored: [Committable]) {
    entries.withLock { $0[subtask] = Entry(committer: committer, committables: restored) }
  }

  /// Everything that the subtask has staged and not been told is committed.
  func stage(_ subtask: SubtaskID, _ committables: [Committable]) {
    entries.withLock { $0[subtask]?.committables = committables }
  }

  /// Commits everything up to the epoch, on the calling thread, and says for which subtasks that is done.
  /// - Parameter failed: told about each subtask whose commit failed; what it has staged stays.
  func commit(through epoch: Epoch, failed: (SubtaskID, OperatorError) -> Void) -> [SubtaskID] {
    let due = entries.withLock { entries in
      entries.mapValues { entry in (entry.committer, entry.committables.filter { $0.epoch <= epoch }) }
    }
    var done: [SubtaskID] = []
    for (subtask, (committer, committables)) in due.sorted(by: { $0.key < $1.key }) {
      do throws(OperatorError) {
        if let committer, !committables.isEmpty { try committer.commit(committables) }
      } catch {
        failed(subtask, error)
        continue
      }
      entries.withLock { $0[subtask]?.committables.removeAll { $0.epoch <= epoch } }
      done.append(subtask)
    }
    return done
  }
}
