//  What both ends of a connection are given: identity, patience and limits.

/// A TCP address.
public struct Address: Hashable, Sendable, CustomStringConvertible {
  public var host: String
  public var port: Int
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Settings of every connection. The defaults suit one data centre.
public struct TransportConfiguration: Sendable {
  /// Shared secret; empty for none. Both ends must have the same.
  public var token: [UInt8] = []
  /// Which cluster this process belongs to; empty matches any.
  public var clusterID = ""
  /// How often either end of a control connection says that it is alive.
  public var heartbeatInterval: Duration = .milliseconds(250)
  /// Silence after which a control connection is taken for dead.
  public var heartbeatTimeout: Duration = .seconds(1)
  /// For connecting and for the handshake.
  public var connectTimeout: Duration = .seconds(5)
  /// Pause before the first attempt to connect again; it doubles up to `reconnectDelayMax`.
  public var reconnectDelay: Duration = .milliseconds(20)
  public var reconnectDelayMax: Duration = .seconds(1)
  /// Bytes of control messages that may wait for a peer that does not read; beyond it the connection is closed.
  public var controlBacklogBytesMax = 128 << 20
  /// Credit of a data channel: bytes of batches on their way or waiting to be consumed.
  public var channelWindowBytes = 4 << 20
  /// Data channels that may wait for their consumer to be registered, and for how long.
  public var parkedChannelCountMax = 16_384
  public var parkedChannelTimeout: Duration = .seconds(30)

  public init() {}
}
