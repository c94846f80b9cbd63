//  A worker's end of the control connection: connects, and connects again when the connection is lost.

import Logging
import Wire

/// Keeps one connection to the coordinator.
public final class ControlClient: Sendable {
  /// - Parameter onEvent: called in order, on one thread at a time, which must not be blocked. Heartbeats are answered by the client and
  ///   not delivered.
  public init(
    host: String, port: Int, configuration: TransportConfiguration, logger: Logger,
    onEvent: @escaping @Sendable (CoordinatorLinkEvent) -> Void
  ) {}

  /// Begins to connect; returns at once.
  public func start() {}

  /// Sends, or drops the message if there is no connection. Never blocks. Messages of one thread stay in order.
  public func send(_ message: WorkerMessage) {}

  /// Closes the connection, after what was sent before, and does not connect again. No event follows its return.
  public func stop() async {}
}
