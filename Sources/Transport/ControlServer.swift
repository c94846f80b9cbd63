//  The coordinator's end of the control connections.

import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Listens for workers.
public final class ControlServer: Sendable {
  /// Where it listens; the port is the bound one where 0 was asked for.
  public let address: Address
  private let listener: Listener

  private init(listener: Listener) {
    self.listener = listener
    address = listener.address
  }

  /// Binds and listens. `onWorker` is called once for each worker that has passed the handshake, and says who takes what it sends.
  ///
  /// Heartbeats in both directions are the server's business: `WorkerMessage.heartbeat` is not delivered, and silence closes the link.
  /// - Throws: if the address cannot be bound.
  public static func start(
    host: String, port: Int, configuration: TransportConfiguration, logger: Logger,
    onWorker: @escaping @Sendable (ControlLink) -> LinkReceiver<WorkerMessage>
  ) async throws -> ControlServer {
    let settings = ConnectionHandler.Settings(
      identity: HandshakeIdentity(role: .control, token: configuration.token, clusterID: configuration.clusterID), isServer: true,
      payloadMax: Frame.controlPayloadMax, backlogBytesMax: configuration.controlBacklogBytesMax,
      handshakeTimeout: TimeAmount(configuration.connectTimeout),
      heartbeat: .init(
        interval: TimeAmount(configuration.heartbeatInterval), timeout: TimeAmount(configuration.heartbeatTimeout),
        frame: { CoordinatorMessage.heartbeat(sequence: $0).frame }))
    let listener = try await Listener.start(host: host, port: port, settings: settings) {
      WorkerConnection(logger: logger, onWorker: onWorker)
    }
    return ControlServer(listener: listener)
  }

  /// Stops listening and closes every link.
  public func stop() async { await listener.stop(reason: "the coordinator stops") }
}

/// One connected worker: turns frames into messages.
private final class WorkerConnection: ConnectionDelegate {
  private let logger: Logger
  private let onWorker: @Sendable (ControlLink) -> LinkReceiver<WorkerMessage>
  private let receiver = Mutex<LinkReceiver<WorkerMessage>?>(nil)

  init(logger: Logger, onWorker: @escaping @Sendable (ControlLink) -> LinkReceiver<WorkerMessage>) {
    self.logger = logger
    self.onWorker = onWorker
  }

  func established(_ connection: Connection) {
    let link = ControlLink(
      remoteAddress: connection.remoteAddress, send: { connection.send($0.frame) }, close: { connection.close(reason: $0) })
    let receiver = onWorker(link)
    self.receiver.withLock { $0 = receiver }
  }

  func received(_ frame: Frame, on connection: Connection) throws(WireError) {
    let message = try WorkerMessage(frame)
    if case .heartbeat = message { return }
    receiver.withLock(\.self)?.message(message)
  }

  func drained(_ connection: Connection) {}

  func closed(_ connection: Connection, reason: String, isRefusal: Bool) {
    let receiver = receiver.withLock { receiver in
      defer { receiver = nil }
      return receiver
    }
    if let receiver {
      receiver.closed(reason)
    } else {
      logger.warning("connection refused", metadata: ["peer": "\(connection.remoteAddress)", "reason": "\(reason)"])
    }
  }
}
