//  The unit on every connection: a kind and a payload, with length and checksum in front.
//
//  Layout, little-endian: length of the payload (4), kind (1), format version (1), zero (2), CRC-32C (4) of the eight
//  bytes before it and of the payload, payload.

/// One frame, decoded as far as kind and payload.
public struct Frame: Hashable, Sendable {
  /// What a payload is. The raw value is on the wire: never change one.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case hello = 1
    case welcome = 2
    case refusal = 3
    case toWorker = 10
    case toCoordinator = 11
    case openChannel = 20
    case acceptChannel = 21
    case credit = 22
    case closeChannel = 23
    case batch = 30
    case control = 31
  }
  public var kind: Kind
  public var payload: [UInt8]

  public init(kind: Kind, payload: [UInt8]) {
    self.kind = kind
    self.payload = payload
  }

  /// Of the frame layout; another one is refused as corrupt. Messages have a version of their own, agreed in the handshake.
  public static let formatVersion: UInt8 = 1
  public static let headerByteCount = 12
  /// Longest payload before the handshake is over: a stranger cannot make us hold more.
  public static let handshakePayloadMax = 4 << 10
  /// Longest payload on a control connection.
  public static let controlPayloadMax = 64 << 20
  /// Longest payload on a data connection: senders cut batches far below it, but a single row may be large.
  public static let dataPayloadMax = 64 << 20

  /// The header; the payload follows it on the wire as it is.
  ///
  /// - Throws: `.oversized` if the payload is longer than `payloadMax`, so that no frame leaves that the other side refuses.
  public func header(payloadMax: Int) throws(WireError) -> [UInt8] {
    guard payload.count <= payloadMax else {
      throw WireError(.oversized, "a frame of \(payload.count) bytes is longer than the limit of \(payloadMax)")
    }
    var header = [UInt8](repeating: 0, count: Self.headerByteCount)
    header.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: UInt32(payload.count).littleEndian, toByteOffset: 0, as: UInt32.self)
      bytes[4] = kind.rawValue
      bytes[5] = Self.formatVersion
      let crc = payload.withUnsafeBytes { Self.checksum(header: UnsafeRawBufferPointer(bytes), payload: $0) }
      bytes.storeBytes(of: crc.littleEndian, toByteOffset: 8, as: UInt32.self)
    }
    return header
  }

  /// Header and payload in one.
  public func encoded(payloadMax: Int) throws(WireError) -> [UInt8] { try header(payloadMax: payloadMax) + payload }

  static func checksum(header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) -> UInt32 {
    CRC32C.checksum(payload, continuing: CRC32C.checksum(UnsafeRawBufferPointer(rebasing: header[0..<8])))
  }
}
