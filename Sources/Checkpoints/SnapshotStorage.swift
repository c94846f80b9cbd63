//  Where snapshots are kept. The coordinator and all workers see the same storage; a nonce proves it.

import Dataflow
import State

/// Stores and reads back what subtasks snapshot. Blocking; safe to call from any thread.
public protocol SnapshotStorage: Sendable {
  /// Identifies the storage: made by the coordinator when it is first used, read by every worker when it registers.
  /// Nil if it cannot be read.
  var nonce: String? { get }

  /// Writes the snapshot of one subtask. Durable when it returns, unless the storage was opened otherwise. Small
  /// snapshots are not written but ride in the handle.
  /// - Parameter isCompressed: Bytes are compressed where that makes them fewer.
  func store(
    job: JobID, attempt: Attempt, epoch: Epoch, subtask: SubtaskID, keyGroups: KeyGroupRange, isCompressed: Bool,
    _ operators: [OperatorID: any SnapshotContent]
  ) throws(SnapshotError) -> SnapshotHandle

  /// Reads back of a snapshot the named operators, and of their keyed state the key groups named, nil for all. Operators
  /// that the snapshot does not have are absent from the result; operator state is always complete.
  func load(_ handle: SnapshotHandle, operators: Set<OperatorID>, keyGroups: KeyGroupRange?) throws(SnapshotError) -> [OperatorID:
    OperatorSnapshot]

  /// Deletes what the handle names; no error if it is gone already.
  func delete(_ handle: SnapshotHandle) throws(SnapshotError)
  /// Deletes the snapshots that attempts of a job before the given one have written (nil for all attempts), except those
  /// whose handles are given; returns how many files went.
  @discardableResult
  func deleteAll(of job: JobID, before attempt: Attempt?, except kept: [SnapshotHandle]) throws(SnapshotError) -> Int
}

public enum SnapshotLimits {
  /// A snapshot of at most this many encoded bytes rides in the acknowledgement instead of taking a file.
  public static let inlineByteCountMax = 32 * 1024
  /// State is compressed in chunks of at most this many bytes; a key group is split over chunks only if it is larger.
  public static let chunkByteCountMax = 256 * 1024
  /// No index of a snapshot is read that claims to be larger.
  public static let indexByteCountMax = 1 << 30
}

/// A snapshot that could not be written or read.
public struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The storage could not be written: disk full, no permission.
    case unwritable
    case unreadable
    case notFound
    /// What was read is not what was written.
    case corrupt
    /// Written by a newer version.
    case unsupportedVersion
  }
  public let kind: Kind
  public let message: String
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
  public var description: String { message }
}
