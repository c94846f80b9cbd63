//  Reads from a checkpoint what the subtasks of this worker need.

import Checkpoints
import Dataflow
import State

/// The snapshots of one checkpoint, read when they are asked for.
struct RestoredState {
  let epoch: Epoch
  private let snapshots: [SnapshotHandle]
  private let storage: any SnapshotStorage

  /// - Parameter restore: nil for an empty state.
  init(_ restore: RestorePoint?, storage: any SnapshotStorage) {
    epoch = restore?.epoch ?? Epoch(0)
    snapshots = (restore?.snapshots ?? []).sorted { $0.subtask < $1.subtask }
    self.storage = storage
  }

  /// What every subtask of an operator had, in their order: of keyed state the key groups given, of operator state
  /// everything, since the back end deals it out.
  func snapshots(of operators: Set<OperatorID>, keyGroups: KeyGroupRange) throws(OperatorError) -> [OperatorID: [OperatorSnapshot]] {
    var result: [OperatorID: [OperatorSnapshot]] = [:]
    for handle in snapshots where !operators.isDisjoint(with: handle.operators) {
      do throws(SnapshotError) {
        for (id, snapshot) in try storage.load(handle, operators: operators, keyGroups: keyGroups) {
          result[id, default: []].append(snapshot)
        }
      } catch {
        throw OperatorError(.external, .restartFromCheckpoint, "could not read the snapshot of subtask \(handle.subtask)", cause: error)
      }
    }
    return result
  }

  /// A back end with the subtask's share of what `snapshots(of:)` gave.
  static func backend(
    _ snapshots: [OperatorSnapshot], keyGroups: KeyGroupRange, maxParallelism: Int, subtask: Int, parallelism: Int
  ) throws(OperatorError) -> StateBackend {
    let backend = StateBackend(keyGroups: keyGroups, maxParallelism: maxParallelism, subtask: subtask, parallelism: parallelism)
    do throws(StateError) {
      try backend.restore(snapshots)
    } catch {
      throw OperatorError(.internal, .never, "could not restore the state of subtask \(subtask)", cause: error)
    }
    return backend
  }
}
