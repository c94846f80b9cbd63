//  Snapshots that live in their handles, for jobs that run in one process, and for tests.

import Dataflow
import State

/// Every snapshot rides in its handle, whatever its size; there is nothing to delete.
public struct InlineSnapshotStorage: SnapshotStorage {
  public let nonce: String? = "inline"
  public init() {}

  public func store(
    job: JobID, attempt: Attempt, epoch: Epoch, subtask: SubtaskID, keyGroups: KeyGroupRange, isCompressed: Bool,
    _ operators: [OperatorID: any SnapshotContent]
  ) throws(SnapshotError) -> SnapshotHandle {
    let output = MemoryOutput()
    var encoder = SnapshotEncoder(output: output, isCompressed: isCompressed)
    try encoder.encode(operators)
    return SnapshotHandle(
      subtask: subtask, operators: operators.keys.sorted(), keyGroups: keyGroups, location: .inline(output.bytes),
      byteCount: output.bytes.count)
  }

  public func load(_ handle: SnapshotHandle, operators: Set<OperatorID>, keyGroups: KeyGroupRange?) throws(SnapshotError) -> [OperatorID:
    OperatorSnapshot]
  {
    guard handle.operators.contains(where: operators.contains) else { return [:] }
    guard case .inline(let bytes) = handle.location else {
      throw SnapshotError(.notFound, "the snapshot of subtask \(handle.subtask) is in a file, and this storage has none")
    }
    return try Self.load(bytes, of: handle.subtask, operators: operators, keyGroups: keyGroups)
  }

  static func load(
    _ bytes: [UInt8], of subtask: SubtaskID, operators: Set<OperatorID>, keyGroups: KeyGroupRange?
  ) throws(SnapshotError) -> [OperatorID: OperatorSnapshot] {
    let decoder = SnapshotDecoder(name: "of subtask \(subtask)", byteCount: bytes.count) { offset, count throws(SnapshotError) in
      guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
        throw SnapshotError(.corrupt, "the snapshot of subtask \(subtask) ends before byte \(offset + count)")
      }
      return Array(bytes[offset..<offset + count])
    }
    return try decoder.load(operators: operators, keyGroups: keyGroups)
  }

  public func delete(_ handle: SnapshotHandle) throws(SnapshotError) {}
  @discardableResult
  public func deleteAll(of job: JobID, before attempt: Attempt?, except kept: [SnapshotHandle]) throws(SnapshotError) -> Int { 0 }
}

private final class MemoryOutput: SnapshotOutput {
  private(set) var bytes: [UInt8] = []
  func write(_ part: ArraySlice<UInt8>) throws(SnapshotError) { bytes += part }
}
