//  Data frames as bytes. A batch's frame begins with the number of its channel; the rest is `RecordBatch.encode`.

import Columnar
import Dataflow

extension DataFrame {
  /// The frame that carries it.
  public var frame: Frame {
    var writer = ByteWriter()
    switch self {
    case .open(let number, let channel, let schemaDigest):
      writer.write(part: number)
      writer.write(part: channel)
      writer.write(fixed: schemaDigest)
      return Frame(kind: .openChannel, payload: writer.bytes)
    case .accept(let number, let window):
      writer.write(part: number)
      writer.write(part: window)
      return Frame(kind: .acceptChannel, payload: writer.bytes)
    case .credit(let number, let bytes):
      writer.write(part: number)
      writer.write(part: bytes)
      return Frame(kind: .credit, payload: writer.bytes)
    case .close(let number, let reason):
      writer.write(part: number)
      writer.write(part: reason)
      return Frame(kind: .closeChannel, payload: writer.bytes)
    case .batch(_, let payload):
      return Frame(kind: .batch, payload: payload)
    case .control(let number, let element):
      writer.write(part: number)
      writer.write(part: element)
      return Frame(kind: .control, payload: writer.bytes)
    }
  }

  /// - Throws: `.unexpected` for a frame that is none of the data plane's, `.malformed` for a payload that does not decode.
  public init(_ frame: Frame) throws(WireError) {
    do throws(CodecError) {
      self = try ByteReader.read(frame.payload) { reader throws(CodecError) in try Self.read(frame, &reader) }
    } catch {
      throw WireError(
        frame.kind.isData ? .malformed : .unexpected, "a frame of kind \"\(frame.kind)\" could not be decoded: \(error)")
    }
  }

  private static func read(_ frame: Frame, _ reader: inout ByteReader) throws(CodecError) -> DataFrame {
    guard frame.kind.isData else { throw reader.error("it does not belong on a data connection") }
    let number: UInt32 = try reader.read()
    switch frame.kind {
    case .openChannel: return .open(number: number, channel: try reader.read(), schemaDigest: try reader.readFixed(UInt64.self))
    case .acceptChannel: return .accept(number: number, window: try reader.read())
    case .credit: return .credit(number: number, bytes: try reader.read())
    case .closeChannel: return .close(number: number, reason: try reader.read())
    case .batch:
      _ = try reader.readBytes(reader.remaining)
      return .batch(number: number, payload: frame.payload)
    default: return .control(number: number, try reader.read())
    }
  }

  /// Where a batch's encoding begins in its payload.
  public static let batchOffset = 4

  /// The payload of a batch's frame on channel `number`.
  public static func encode(_ batch: RecordBatch, number: UInt32) -> [UInt8] {
    var writer = ByteWriter(capacity: batch.byteCount + 64)
    writer.write(fixed: number)
    batch.encode(into: &writer)
    return writer.bytes
  }

  /// Batches of more bytes are cut in two, so that no frame comes near its limit unless a single row does.
  public static let batchCutByteCount = 8 << 20

  /// The payloads of a batch's frames, in order: one, or several for a batch that is too large for one. A `-U` row and the `+U` row
  /// after it stay together.
  ///
  /// - Throws: `.oversized` if a single row is longer than a frame may be.
  public static func payloads(_ batch: RecordBatch, number: UInt32) throws(WireError) -> [[UInt8]] {
    let payload = encode(batch, number: number)
    guard payload.count > batchCutByteCount else { return [payload] }
    var middle = batch.rowCount / 2
    if middle > 0, batch.change(middle - 1) == .updateBefore { middle -= 1 }
    guard middle > 0 else {
      guard payload.count <= Frame.dataPayloadMax else {
        throw WireError(.oversized, "a row of \(payload.count) bytes is longer than the limit of \(Frame.dataPayloadMax)")
      }
      return [payload]
    }
    return try payloads(batch.slice(0..<middle), number: number) + payloads(batch.slice(middle..<batch.rowCount), number: number)
  }

  /// The batch of a `.batch` frame.
  public static func decodeBatch(payload: [UInt8], schema: Schema) throws(WireError) -> RecordBatch {
    do throws(CodecError) {
      return try ByteReader.read(payload) { reader throws(CodecError) in
        _ = try reader.readBytes(batchOffset)
        return try RecordBatch.decode(from: &reader, schema: schema)
      }
    } catch {
      throw WireError(.malformed, "a batch could not be decoded: \(error)")
    }
  }
}

extension Frame.Kind {
  var isData: Bool {
    switch self {
    case .openChannel, .acceptChannel, .credit, .closeChannel, .batch, .control: true
    case .hello, .welcome, .refusal, .toWorker, .toCoordinator: false
    }
  }
}

extension ControlElement: Payload {
  private enum Tag: UInt8 {
    case watermark = 1
    case idle = 2
    case active = 3
    case barrier = 4
    case abort = 5
    case end = 6
  }

  func write(to writer: inout ByteWriter) {
    switch self {
    case .watermark(let watermark):
      writer.write(Tag.watermark.rawValue)
      writer.write(signed: watermark.microseconds)
    case .idle: writer.write(Tag.idle.rawValue)
    case .active: writer.write(Tag.active.rawValue)
    case .barrier(let barrier):
      writer.write(Tag.barrier.rawValue)
      writer.write(part: barrier.epoch)
      writer.write(signed: barrier.triggeredAt)
    case .abort(let epoch):
      writer.write(Tag.abort.rawValue)
      writer.write(part: epoch)
    case .end: writer.write(Tag.end.rawValue)
    }
  }

  static func read(from reader: inout ByteReader) throws(CodecError) -> ControlElement {
    let byte = try reader.readByte()
    switch Tag(rawValue: byte) {
    case .watermark: return .watermark(Watermark(microseconds: try reader.readSigned()))
    case .idle: return .idle
    case .active: return .active
    case .barrier: return .barrier(CheckpointBarrier(epoch: try reader.read(), triggeredAt: try reader.readSigned()))
    case .abort: return .abort(try reader.read())
    case .end: return .end
    case nil: throw reader.error("control element \(byte) is not known")
    }
  }
}
