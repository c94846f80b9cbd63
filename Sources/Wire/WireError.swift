//  What can be wrong with bytes from another process.

/// Bytes that are not what the protocol says. The connection they came over cannot be used any more.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    /// A frame is longer than its limit.
    case oversized
    /// A checksum does not match, or a frame begins with something else than a frame.
    case corrupt
    /// A payload does not decode, or leaves bytes over.
    case malformed
    /// The other side speaks no version that we speak.
    case version
    /// The other side may not connect: wrong token, wrong cluster, wrong role.
    case refused
    /// A message that may not come now: before the handshake, for an unknown channel, beyond the credit.
    case unexpected
  }
  public let kind: Kind
  /// Starts in lower case, gives values, ends without a period.
  public let message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }
}
