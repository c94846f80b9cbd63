//  What deployments and reports carry, as bytes. The same encoding of snapshot handles, placements and metrics everywhere.

import Columnar
import Dataflow
import State

extension Deployment: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: term)
    writer.write(part: job)
    writer.write(part: attempt)
    writer.write(prefixed: graph)
    writer.write(part: placements)
    writer.write(part: restore)
    writer.write(part: snapshotDirectory)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Deployment {
    Deployment(
      term: try reader.read(), job: try reader.read(), attempt: try reader.read(), graph: try reader.readPrefixedArray(),
      placements: try reader.read(), restore: try reader.read(), snapshotDirectory: try reader.read())
  }
}

extension SubtaskPlacement: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: subtask)
    writer.write(part: worker)
    writer.write(part: slot)
    writer.write(part: dataHost)
    writer.write(part: dataPort)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SubtaskPlacement {
    SubtaskPlacement(
      subtask: try reader.read(), worker: try reader.read(), slot: try reader.read(), dataHost: try reader.read(),
      dataPort: try reader.read())
  }
}

extension RestorePoint: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: epoch)
    writer.write(part: snapshots)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> RestorePoint {
    RestorePoint(epoch: try reader.read(), snapshots: try reader.read())
  }
}

extension SnapshotHandle: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: subtask)
    writer.write(part: operators)
    writer.write(part: keyGroups)
    switch location {
    case .file(let path):
      writer.write(UInt8(0))
      writer.write(path)
    case .inline(let bytes):
      writer.write(UInt8(1))
      writer.write(prefixed: bytes)
    }
    writer.write(part: byteCount)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SnapshotHandle {
    let subtask: SubtaskID = try reader.read()
    let operators: [OperatorID] = try reader.read()
    let keyGroups: KeyGroupRange = try reader.read()
    let location: SnapshotHandle.Location
    switch try reader.readByte() {
    case 0: location = .file(path: try reader.readString())
    case 1: location = .inline(try reader.readPrefixedArray())
    case let other: throw reader.error("snapshot location \(other) is not known")
    }
    return SnapshotHandle(
      subtask: subtask, operators: operators, keyGroups: keyGroups, location: location, byteCount: try reader.read())
  }
}

extension SubtaskFailure: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(domain.rawValue)
    writer.write(retry.rawValue)
    writer.write(message)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SubtaskFailure {
    let domain = try reader.readString()
    let retry = try reader.readString()
    guard let domain = OperatorError.Domain(rawValue: domain), let retry = OperatorError.Retry(rawValue: retry) else {
      throw reader.error("failure \"\(domain)\", \"\(retry)\" is not known")
    }
    return SubtaskFailure(domain: domain, retry: retry, message: try reader.readString())
  }
}

extension SubtaskMetrics: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: job)
    writer.write(part: attempt)
    writer.write(part: subtask)
    for counter in Self.counters { writer.write(signed: self[keyPath: counter]) }
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SubtaskMetrics {
    var metrics = SubtaskMetrics(job: try reader.read(), attempt: try reader.read(), subtask: try reader.read())
    for counter in counters { metrics[keyPath: counter] = try reader.readSigned() }
    return metrics
  }

  /// In the order on the wire.
  private static var counters: [WritableKeyPath<SubtaskMetrics, Int64>] {
    [
      \.recordsIn, \.recordsOut, \.bytesIn, \.bytesOut, \.busyMicroseconds, \.idleMicroseconds, \.backPressuredMicroseconds, \.lateRecords,
      \.skippedRecords, \.watermark,
    ]
  }
}
