//  From chunks of bytes, cut anywhere, to frames. Holds at most one unfinished frame, and of it only what has arrived.

/// Decodes one direction of a connection.
///
/// After an error it stays failed and gives the same error again: bytes after a broken frame mean nothing.
public struct FrameDecoder: Sendable {
  /// Frames with a longer payload are an error. Raise it when the handshake is over.
  public var payloadMax: Int
  private var header: [UInt8] = []
  private var kind: Frame.Kind?
  private var payloadByteCount = 0
  private var payload: [UInt8] = []
  private var failure: WireError?

  public init(payloadMax: Int) { self.payloadMax = payloadMax }

  /// Bytes held of a frame that is not complete.
  public var bufferedByteCount: Int { header.count + payload.count }

  /// Takes bytes from the front of `bytes`, which shrinks, until a frame is complete.
  ///
  /// - Returns: the frame, or nil when all of `bytes` has been taken and more is needed.
  /// - Throws: `.oversized`, `.corrupt`.
  public mutating func next(from bytes: inout UnsafeRawBufferPointer) throws(WireError) -> Frame? {
    if let failure { throw failure }
    do throws(WireError) {
      if header.count < Frame.headerByteCount {
        header += take(Frame.headerByteCount - header.count, from: &bytes)
        guard header.count == Frame.headerByteCount else { return nil }
        try readHeader()
      }
      guard let kind else { return nil }
      payload += take(payloadByteCount - payload.count, from: &bytes)
      guard payload.count == payloadByteCount else { return nil }
      try verify()
      defer { reset() }
      return Frame(kind: kind, payload: payload)
    } catch {
      failure = error
      reset()
      throw error
    }
  }

  private func take(_ count: Int, from bytes: inout UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
    let taken = bytes.prefix(count)
    bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(count))
    return taken
  }

  private mutating func readHeader() throws(WireError) {
    let length = header.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt32.self))) }
    guard header[5] == Frame.formatVersion, header[6] == 0, header[7] == 0, let kind = Frame.Kind(rawValue: header[4]) else {
      throw WireError(.corrupt, "the bytes received are not a frame")
    }
    guard length <= payloadMax else {
      throw WireError(.oversized, "a frame of \(length) bytes is longer than the limit of \(payloadMax)")
    }
    self.kind = kind
    payloadByteCount = length
    // The sender's word is not enough to reserve memory for a whole frame: the array grows with what arrives.
    payload.reserveCapacity(min(length, Self.trustedByteCount))
  }

  private func verify() throws(WireError) {
    let matches = header.withUnsafeBytes { header in
      let expected = UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      return payload.withUnsafeBytes { Frame.checksum(header: header, payload: $0) } == expected
    }
    guard matches else { throw WireError(.corrupt, "a frame's checksum does not match its bytes") }
  }

  private mutating func reset() {
    header.removeAll(keepingCapacity: true)
    kind = nil
    payloadByteCount = 0
    payload = []
  }

  /// Reserved on the word of a header alone.
  private static let trustedByteCount = 64 << 10
}
