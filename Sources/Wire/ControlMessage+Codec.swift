//  Control messages as frames: one byte says which, then the parts in order. Tags are on the wire: never change one.

import Columnar
import Dataflow
import State

extension CoordinatorMessage {
  /// The frame that carries the message.
  public var frame: Frame { Frame(kind: .toWorker, payload: encoded) }

  /// - Throws: `.unexpected` for a frame of another kind, `.malformed` for a payload that does not decode.
  public init(_ frame: Frame) throws(WireError) {
    guard frame.kind == .toWorker else { throw WireError(.unexpected, "a frame of kind \"\(frame.kind)\" came from a coordinator") }
    try self.init(payload: frame.payload)
  }
}

extension WorkerMessage {
  /// The frame that carries the message.
  public var frame: Frame { Frame(kind: .toCoordinator, payload: encoded) }

  /// - Throws: `.unexpected` for a frame of another kind, `.malformed` for a payload that does not decode.
  public init(_ frame: Frame) throws(WireError) {
    guard frame.kind == .toCoordinator else { throw WireError(.unexpected, "a frame of kind \"\(frame.kind)\" came from a worker") }
    try self.init(payload: frame.payload)
  }
}

extension CoordinatorMessage: Payload {
  private enum Tag: UInt8 {
    case registered = 1
    case refused = 2
    case deploy = 3
    case triggerCheckpoint = 4
    case checkpointCompleted = 5
    case checkpointAborted = 6
    case cancel = 7
    case heartbeat = 8
  }

  func write(to writer: inout ByteWriter) {
    switch self {
    case .registered(let accepted): writer.write(tag: Tag.registered, accepted)
    case .refused(let reason): writer.write(tag: Tag.refused, reason)
    case .deploy(let deployment): writer.write(tag: Tag.deploy, deployment)
    case .triggerCheckpoint(let trigger): writer.write(tag: Tag.triggerCheckpoint, trigger)
    case .checkpointCompleted(let job, let attempt, let epoch): writer.write(tag: Tag.checkpointCompleted, job, attempt, epoch)
    case .checkpointAborted(let job, let attempt, let epoch): writer.write(tag: Tag.checkpointAborted, job, attempt, epoch)
    case .cancel(let job, let attempt): writer.write(tag: Tag.cancel, job, attempt)
    case .heartbeat(let sequence): writer.write(tag: Tag.heartbeat, sequence)
    }
  }

  static func read(from reader: inout ByteReader) throws(CodecError) -> CoordinatorMessage {
    let byte = try reader.readByte()
    switch Tag(rawValue: byte) {
    case .registered: return .registered(try reader.read())
    case .refused: return .refused(reason: try reader.read())
    case .deploy: return .deploy(try reader.read())
    case .triggerCheckpoint: return .triggerCheckpoint(try reader.read())
    case .checkpointCompleted: return .checkpointCompleted(job: try reader.read(), attempt: try reader.read(), epoch: try reader.read())
    case .checkpointAborted: return .checkpointAborted(job: try reader.read(), attempt: try reader.read(), epoch: try reader.read())
    case .cancel: return .cancel(job: try reader.read(), attempt: try reader.read())
    case .heartbeat: return .heartbeat(sequence: try reader.read())
    case nil: throw reader.error("coordinator message \(byte) is not known")
    }
  }
}

extension WorkerMessage: Payload {
  private enum Tag: UInt8 {
    case register = 1
    case subtaskState = 2
    case snapshotStored = 3
    case snapshotFailed = 4
    case committed = 5
    case metrics = 6
    case console = 7
    case heartbeat = 8
  }

  func write(to writer: inout ByteWriter) {
    switch self {
    case .register(let registration): writer.write(tag: Tag.register, registration)
    case .subtaskState(let report): writer.write(tag: Tag.subtaskState, report)
    case .snapshotStored(let report): writer.write(tag: Tag.snapshotStored, report)
    case .snapshotFailed(let job, let attempt, let subtask, let epoch, let message):
      writer.write(tag: Tag.snapshotFailed, job, attempt, subtask, epoch, message)
    case .committed(let job, let attempt, let subtask, let epoch): writer.write(tag: Tag.committed, job, attempt, subtask, epoch)
    case .metrics(let metrics): writer.write(tag: Tag.metrics, metrics)
    case .console(let job, let subtask, let lines, let isError): writer.write(tag: Tag.console, job, subtask, Bytes(lines), isError)
    case .heartbeat(let sequence): writer.write(tag: Tag.heartbeat, sequence)
    }
  }

  static func read(from reader: inout ByteReader) throws(CodecError) -> WorkerMessage {
    let byte = try reader.readByte()
    switch Tag(rawValue: byte) {
    case .register: return .register(try reader.read())
    case .subtaskState: return .subtaskState(try reader.read())
    case .snapshotStored: return .snapshotStored(try reader.read())
    case .snapshotFailed:
      return .snapshotFailed(
        job: try reader.read(), attempt: try reader.read(), subtask: try reader.read(), epoch: try reader.read(),
        message: try reader.read())
    case .committed:
      return .committed(job: try reader.read(), attempt: try reader.read(), subtask: try reader.read(), epoch: try reader.read())
    case .metrics: return .metrics(try reader.read())
    case .console:
      return .console(
        job: try reader.read(), subtask: try reader.read(), lines: try reader.read(Bytes.self).bytes, isError: try reader.read())
    case .heartbeat: return .heartbeat(sequence: try reader.read())
    case nil: throw reader.error("worker message \(byte) is not known")
    }
  }
}

extension Registration: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: worker)
    writer.write(part: dataHost)
    writer.write(part: dataPort)
    writer.write(part: slots)
    writer.write(part: processID)
    writer.write(part: cores)
    writer.write(part: physicalMemoryBytes)
    writer.write(part: storageNonce)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Registration {
    Registration(
      worker: try reader.read(), dataHost: try reader.read(), dataPort: try reader.read(), slots: try reader.read(),
      processID: try reader.read(), cores: try reader.read(), physicalMemoryBytes: try reader.read(), storageNonce: try reader.read())
  }
}

extension RegistrationAccepted: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: term)
    writer.write(part: heartbeatIntervalMicroseconds)
    writer.write(part: heartbeatTimeoutMicroseconds)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> RegistrationAccepted {
    RegistrationAccepted(
      term: try reader.read(), heartbeatIntervalMicroseconds: try reader.read(), heartbeatTimeoutMicroseconds: try reader.read())
  }
}

extension CheckpointTrigger: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: job)
    writer.write(part: attempt)
    writer.write(part: epoch)
    writer.write(part: triggeredAt)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> CheckpointTrigger {
    CheckpointTrigger(job: try reader.read(), attempt: try reader.read(), epoch: try reader.read(), triggeredAt: try reader.read())
  }
}

extension SubtaskReport: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: job)
    writer.write(part: attempt)
    writer.write(part: subtask)
    writer.write(state.rawValue)
    writer.write(part: at)
    writer.write(part: failure)
    writer.write(part: finalSnapshot)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SubtaskReport {
    SubtaskReport(
      job: try reader.read(), attempt: try reader.read(), subtask: try reader.read(), state: try reader.readState(), at: try reader.read(),
      failure: try reader.read(), finalSnapshot: try reader.read())
  }
}

extension ByteReader {
  fileprivate mutating func readState() throws(CodecError) -> SubtaskState {
    let byte = try readByte()
    guard let state = SubtaskState(rawValue: byte) else { throw error("subtask state \(byte) is not known") }
    return state
  }
}

extension SnapshotReport: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: job)
    writer.write(part: attempt)
    writer.write(part: epoch)
    writer.write(part: handle)
    writer.write(part: alignmentMicroseconds)
    writer.write(part: syncMicroseconds)
    writer.write(part: asyncMicroseconds)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SnapshotReport {
    SnapshotReport(
      job: try reader.read(), attempt: try reader.read(), epoch: try reader.read(), handle: try reader.read(),
      alignmentMicroseconds: try reader.read(), syncMicroseconds: try reader.read(), asyncMicroseconds: try reader.read())
  }
}

extension ByteWriter {
  /// What the message is, then its parts.
  fileprivate mutating func write<Tag: RawRepresentable<UInt8>>(tag: Tag, _ parts: any Payload...) {
    write(tag.rawValue)
    for part in parts { part.write(to: &self) }
  }
}
