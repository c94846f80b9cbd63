//  Snapshots in a directory that all processes share.
//  Path of a snapshot: <job>/<attempt>/<epoch>-<vertex>.<subtask>.snapshot

import Dataflow
import State

/// Snapshots as files. A file is written under a temporary name, synced and renamed, so that a name stands for a whole
/// file.
public struct DirectorySnapshotStorage: SnapshotStorage {
  public enum Durability: Sendable {
    /// A snapshot is on the disk before it is acknowledged.
    case synced
    /// It survives the death of processes, but not of the machine.
    case unsynced
  }
  public let directory: String
  public let durability: Durability

  /// Opens the storage on the coordinator: makes the directory and the nonce if there are none.
  public static func create(directory: String, durability: Durability = .synced) throws(SnapshotError) -> DirectorySnapshotStorage {
    DirectorySnapshotStorage(directory: directory, durability: durability)
  }

  /// Opens the storage on a worker, where it must exist: `nonce` is nil otherwise.
  public init(directory: String, durability: Durability = .synced) {
    self.directory = directory
    self.durability = durability
  }

  public var nonce: String? { nil }

  public func store(
    job: JobID, attempt: Attempt, epoch: Epoch, subtask: SubtaskID, keyGroups: KeyGroupRange, _ operators: [OperatorID: OperatorSnapshot]
  ) throws(SnapshotError) -> SnapshotHandle {
    throw SnapshotError(.unwritable, "not open")
  }
  public func load(_ handle: SnapshotHandle, operators: Set<OperatorID>, keyGroups: KeyGroupRange?) throws(SnapshotError) -> [OperatorID:
    OperatorSnapshot]
  {
    throw SnapshotError(.unreadable, "not open")
  }
  public func delete(_ handle: SnapshotHandle) throws(SnapshotError) {}
  @discardableResult
  public func deleteAll(of job: JobID, except kept: [SnapshotHandle]) throws(SnapshotError) -> Int { 0 }
}
