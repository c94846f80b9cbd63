//  One end of a control connection, as the roles see it: over a socket, or by direct calls in one process.

/// What the coordinator holds of a connected worker.
///
/// Made by `ControlServer` for a socket, or from two closures to run coordinator and worker in one process (and in
/// tests). Sending never blocks; what is sent after the end is dropped.
public final class ControlLink: Sendable {
  /// For messages and the log, e.g. `127.0.0.1:51324`.
  public let remoteAddress: String
  private let sendMessage: @Sendable (CoordinatorMessage) -> Void
  private let closeConnection: @Sendable (String) -> Void

  public init(
    remoteAddress: String, send: @escaping @Sendable (CoordinatorMessage) -> Void, close: @escaping @Sendable (String) -> Void
  ) {
    self.remoteAddress = remoteAddress
    sendMessage = send
    closeConnection = close
  }

  /// Messages arrive in the order in which they were sent, or not at all.
  public func send(_ message: CoordinatorMessage) { sendMessage(message) }

  /// Ends the connection after what was sent before; the receiver's `closed` follows with this reason. Closing twice does nothing.
  public func close(reason: String) { closeConnection(reason) }
}

/// Takes what arrives over one connection: messages in order, then `closed` exactly once, and nothing after it. Called on
/// one thread at a time, which must not be blocked.
public struct LinkReceiver<Message: Sendable>: Sendable {
  public let message: @Sendable (Message) -> Void
  public let closed: @Sendable (_ reason: String) -> Void

  public init(message: @escaping @Sendable (Message) -> Void, closed: @escaping @Sendable (_ reason: String) -> Void) {
    self.message = message
    self.closed = closed
  }
}

/// What a worker learns from its connection to the coordinator.
public enum CoordinatorLinkEvent: Hashable, Sendable {
  /// Connected, for the first time or again: time to register.
  case connected
  case message(CoordinatorMessage)
  /// The connection is lost; the client goes on trying until it is stopped.
  case disconnected(reason: String)
  /// The coordinator will not have us (token, version, cluster): the client has stopped, trying again is of no use.
  case refused(reason: String)
}
