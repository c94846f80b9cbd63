//  JSON in the columns of the SQLite store. Bytes are base64: an array of numbers would take four times the room.

import Dataflow
import Foundation
import State

enum StoredJSON {
  static func encode(_ value: some Encodable) throws -> String { String(decoding: try JSONEncoder().encode(value), as: UTF8.self) }

  static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  static func encode(_ timestamps: [JobState: Int64]) throws -> String {
    try encode(Dictionary(uniqueKeysWithValues: timestamps.map { ($0.key.rawValue, $0.value) }) as [String: Int64])
  }

  static func decodeTimestamps(_ text: String) throws -> [JobState: Int64] {
    let named = try decode([String: Int64].self, text)
    return Dictionary(uniqueKeysWithValues: named.compactMap { name, time in JobState(rawValue: name).map { ($0, time) } })
  }

  static func encode(_ handles: [SnapshotHandle]) throws -> String { try encode(handles.map(Handle.init)) }

  static func decodeHandles(_ text: String) throws -> [SnapshotHandle] {
    try decode([Handle].self, text).map { try $0.handle() }
  }

  private struct Handle: Codable {
    var vertex: Int
    var subtask: Int
    var operators: [String]
    var keyGroups: [Int]
    var path: String?
    var bytes: Data?
    var byteCount: Int

    init(_ handle: SnapshotHandle) {
      vertex = handle.subtask.vertex
      subtask = handle.subtask.subtask
      operators = handle.operators.map(\.hex)
      keyGroups = [handle.keyGroups.lower, handle.keyGroups.upper]
      byteCount = handle.byteCount
      switch handle.location {
      case .file(let path): self.path = path
      case .inline(let bytes): self.bytes = Data(bytes)
      }
    }

    func handle() throws -> SnapshotHandle {
      guard keyGroups.count == 2, 0 <= keyGroups[0], keyGroups[0] <= keyGroups[1], (path == nil) != (bytes == nil) else {
        throw CheckpointStoreError(.corrupt, "a stored snapshot handle of subtask \(vertex).\(subtask) is not valid")
      }
      return SnapshotHandle(
        subtask: SubtaskID(vertex: vertex, subtask: subtask), operators: operators.map { OperatorID(hex: $0) },
        keyGroups: KeyGroupRange(lower: keyGroups[0], upper: keyGroups[1]),
        location: path.map { .file(path: $0) } ?? .inline([UInt8](bytes ?? Data())), byteCount: byteCount)
    }
  }
}
