//  A worker's end of the control connection: connects, and connects again when the connection is lost.

import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Keeps one connection to the coordinator.
public final class ControlClient: Sendable {
  private let host: String
  private let port: Int
  private let configuration: TransportConfiguration
  private let logger: Logger
  private let onEvent: @Sendable (CoordinatorLinkEvent) -> Void
  private let eventLoop: any EventLoop
  private let state = Mutex(State())

  private struct State {
    var isStarted = false
    var isStopped = false
    var connection: Connection?
    var channel: (any Channel)?
    var delay: Duration?
    var hasSaidUnreachable = false
    /// Callers of `sendWhenWritable`.
    var waiting: [EventLoopPromise<Void>] = []
  }

  /// - Parameter onEvent: called in order, on one thread at a time, which must not be blocked. Heartbeats are answered by the client and
  ///   not delivered.
  public init(
    host: String, port: Int, configuration: TransportConfiguration, logger: Logger,
    onEvent: @escaping @Sendable (CoordinatorLinkEvent) -> Void
  ) {
    self.host = host
    self.port = port
    self.configuration = configuration
    self.logger = logger
    self.onEvent = onEvent
    eventLoop = sharedEventLoops.next()
  }

  /// Begins to connect; returns at once.
  public func start() {
    let isFirst = state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted && !state.isStopped
    }
    if isFirst { connect() }
  }

  /// Sends, or drops the message if there is no connection. Never blocks. Messages of one thread stay in order.
  public func send(_ message: WorkerMessage) {
    state.withLock(\.connection)?.send(message.frame)
  }

  /// Sends, once no more than `Connection.highWaterBytes` wait for the coordinator to read them, or drops the message if there is no
  /// connection. For what may come faster than it is read, from threads that may block; they wait as long as the coordinator is taken
  /// to be alive.
  public func sendWhenWritable(_ message: WorkerMessage) {
    let room = state.withLock { state -> EventLoopFuture<Void>? in
      guard let connection = state.connection, !connection.isWritable else { return nil }
      let promise = eventLoop.makePromise(of: Void.self)
      state.waiting.append(promise)
      return promise.futureResult
    }
    try? room?.wait()
    send(message)
  }

  /// Callers of `sendWhenWritable` that wait.
  var waitingCount: Int { state.withLock(\.waiting.count) }

  private func resumeWaiting() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for promise in waiting { promise.succeed() }
  }

  /// Closes the connection, after what was sent before, and does not connect again. No event follows its return.
  public func stop() async {
    let (connection, channel) = state.withLock { state in
      state.isStopped = true
      return (state.connection, state.channel)
    }
    connection?.close(reason: "the worker stops")
    if connection == nil { channel?.close(promise: nil) }
    try? await channel?.closeFuture.get()
    // An event that was under way when `isStopped` was set has ended when this has run.
    try? await eventLoop.submit {}.get()
  }

  private func connect() {
    let settings = ConnectionHandler.Settings(
      identity: HandshakeIdentity(role: .control, token: configuration.token, clusterID: configuration.clusterID), isServer: false,
      payloadMax: Frame.controlPayloadMax, backlogBytesMax: configuration.controlBacklogBytesMax,
      handshakeTimeout: TimeAmount(configuration.connectTimeout),
      heartbeat: .init(
        interval: TimeAmount(configuration.heartbeatInterval), timeout: TimeAmount(configuration.heartbeatTimeout),
        frame: { WorkerMessage.heartbeat(sequence: $0).frame }))
    ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        let isWanted = self.state.withLock { state in
          if !state.isStopped { state.channel = channel }
          return !state.isStopped
        }
        guard isWanted else { return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ConnectionHandler(settings: settings, delegate: self))
        }
      }
      .connect(host: host, port: port)
      .whenFailure { error in
        // Said once, until there was a connection: the attempts go on, and so does the silence of whoever is not there.
        let isFirst = self.state.withLock { state in
          defer { state.hasSaidUnreachable = true }
          return !state.hasSaidUnreachable
        }
        self.logger.log(
          level: isFirst ? .notice : .debug, "cannot reach the coordinator, trying again until it answers",
          metadata: ["address": "\(Address(host: self.host, port: self.port))", "error": "\(text(of: error))"])
        self.retry()
      }
  }

  /// Connects again after a pause, which doubles each time until a connection is made.
  private func retry() {
    let delay = state.withLock { state -> Duration? in
      guard !state.isStopped else { return nil }
      let delay = state.delay ?? configuration.reconnectDelay
      state.delay = min(delay * 2, configuration.reconnectDelayMax)
      return delay
    }
    guard let delay else { return }
    eventLoop.scheduleTask(in: TimeAmount(delay)) {
      if !self.state.withLock(\.isStopped) { self.connect() }
    }
  }

  private func emit(_ event: CoordinatorLinkEvent) {
    if !state.withLock(\.isStopped) { onEvent(event) }
  }
}

extension ControlClient: ConnectionDelegate {
  func established(_ connection: Connection) {
    state.withLock { state in
      state.connection = connection
      state.delay = nil
      state.hasSaidUnreachable = false
    }
    emit(.connected)
  }

  func received(_ frame: Frame, on connection: Connection) throws(WireError) {
    let message = try CoordinatorMessage(frame)
    if case .heartbeat = message { return }
    emit(.message(message))
  }

  func drained(_ connection: Connection) { resumeWaiting() }

  func closed(_ connection: Connection, reason: String, isRefusal: Bool) {
    let wasConnected = state.withLock { state in
      defer { state.connection = nil }
      return state.connection != nil
    }
    resumeWaiting()
    if isRefusal {
      emit(.refused(reason: reason))
      state.withLock { $0.isStopped = true }
      return
    }
    if wasConnected { emit(.disconnected(reason: reason)) }
    retry()
  }
}
