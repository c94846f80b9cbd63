//  What travels on a data connection. The producer numbers its channels, ascending; every later frame carries the number.

import Columnar
import Dataflow

/// Everything but batches that may travel an edge: small, exempt from credit, merged while it waits.
public enum ControlElement: Hashable, Sendable {
  case watermark(Watermark)
  case idle
  case active
  case barrier(CheckpointBarrier)
  case abort(Epoch)
  case end

  /// Nil for a batch.
  public init?(_ element: StreamElement) {
    switch element {
    case .batch: return nil
    case .watermark(let watermark): self = .watermark(watermark)
    case .idle: self = .idle
    case .active: self = .active
    case .barrier(let barrier): self = .barrier(barrier)
    case .abort(let epoch): self = .abort(epoch)
    case .end: self = .end
    }
  }

  public var element: StreamElement {
    switch self {
    case .watermark(let watermark): .watermark(watermark)
    case .idle: .idle
    case .active: .active
    case .barrier(let barrier): .barrier(barrier)
    case .abort(let epoch): .abort(epoch)
    case .end: .end
    }
  }
}

/// A frame of the data plane, decoded; a batch as far as its bytes.
public enum DataFrame: Hashable, Sendable {
  /// Producer: the channel `number` of this connection from now on is `channel`; its batches have a schema with this digest.
  case open(number: UInt32, channel: ChannelID, schemaDigest: UInt64)
  /// Consumer: it is there, and has room for `window` bytes.
  case accept(number: UInt32, window: Int)
  /// Consumer: batches worth this much have been consumed.
  case credit(number: UInt32, bytes: Int)
  /// Either side: nothing follows. An empty reason after `.end` is the orderly end.
  case close(number: UInt32, reason: String)
  /// Producer: `payload[batchOffset...]` is the encoded batch.
  case batch(number: UInt32, payload: [UInt8])
  case control(number: UInt32, ControlElement)
}

extension Schema {
  /// Tells two schemas apart; both ends of a channel must have the same. Names count, so that a mix-up of columns of equal types shows.
  public var wireDigest: UInt64 {
    var digest = UInt64(fields.count)
    for field in fields {
      var text = "\(field.name)\u{0}\(field.type)\u{0}\(field.isNullable)"
      digest = PartitionHash.combine(digest, text.withUTF8 { PartitionHash.hash(UnsafeRawBufferPointer($0)) })
    }
    return digest
  }
}
