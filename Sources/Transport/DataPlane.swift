//  Batches between workers: channels with credit over one connection for each pair of processes and direction. That they
//  share a connection blocks nobody: what is sent has credit, so its receiver takes it whatever its other channels do.

import Columnar
import Dataflow
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// A worker's end of every data channel. Made idle: costs no thread and no socket until it listens or opens a channel.
/// All calls are thread-safe and none blocks.
public final class DataPlane: Sendable {
  let configuration: TransportConfiguration
  let logger: Logger
  private let state = Mutex(State())
  private let consumers: ConsumerTable

  private struct State {
    var listener: Listener?
    var producers: [Address: ProducerConnection] = [:]
    var isStopped = false
  }

  public init(configuration: TransportConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    consumers = ConsumerTable(configuration: configuration)
  }

  /// Listens for channels of other workers. Port 0 binds any free one.
  /// - Returns: the bound address.
  public func listen(host: String, port: Int) async throws -> Address {
    let listener = try await Listener.start(host: host, port: port, settings: settings(isServer: true)) { [consumers, logger] in
      ConsumerConnection(table: consumers, logger: logger)
    }
    let isStopped = state.withLock { state in
      if !state.isStopped { state.listener = listener }
      return state.isStopped
    }
    if isStopped { await listener.stop(reason: "the worker stops") }
    return listener.address
  }

  /// The consumer's side of a channel; call it for every remote input before the subtask is started. A producer that came before is waiting.
  ///
  /// - Parameters:
  ///   - windowBytes: credit of the producer, nil for the configured. A batch larger than it counts as this much.
  ///   - receive: takes an element, in order, on an event loop: put it in the input's queue and return. For a batch `cost` is what to hand
  ///     to `grantCredit` once the batch has been consumed; 0 for the other elements.
  ///   - closed: called at most once, last, on an event loop: the connection is lost, the producer has closed before `.end`, or something
  ///     arrived that no sound producer sends. Not called after `IncomingChannel.close`, nor when the producer closes after `.end`.
  public func register(
    _ channel: ChannelID, schema: Schema, windowBytes: Int? = nil,
    receive: @escaping @Sendable (_ element: StreamElement, _ cost: Int) -> Void,
    closed: @escaping @Sendable (_ reason: String) -> Void
  ) -> IncomingChannel {
    let incoming = IncomingChannel(
      id: channel, schema: schema, window: windowBytes ?? configuration.channelWindowBytes, receive: receive, closed: closed,
      table: consumers)
    consumers.register(incoming)
    return incoming
  }

  /// The producer's side of a channel. Returns at once: elements wait until the consumer has been reached.
  ///
  /// - Parameters:
  ///   - onWritable: called on an event loop after `trySend` has refused a batch, when it will take one.
  ///   - onClosed: called at most once, last, on an event loop: the connection could not be made or is lost, or the consumer has closed.
  ///     Not called after `OutgoingChannel.close`.
  public func openChannel(
    _ channel: ChannelID, to address: Address, schema: Schema,
    onWritable: @escaping @Sendable () -> Void, onClosed: @escaping @Sendable (_ reason: String) -> Void
  ) -> OutgoingChannel {
    let (connection, isNew) = state.withLock { state -> (ProducerConnection, Bool) in
      if let existing = state.producers[address], existing.isUsable { return (existing, false) }
      let connection = ProducerConnection(address: address)
      state.producers[address] = connection
      return (connection, true)
    }
    let outgoing = connection.open(channel, schema: schema, onWritable: onWritable, onClosed: onClosed)
    if isNew { connect(connection) }
    return outgoing
  }

  /// Closes both sides of every channel of this and earlier attempts of a job, and forgets producers that wait for them. No callback of
  /// theirs begins after its return.
  public func closeChannels(job: JobID, through attempt: Attempt) {
    let isMeant = { (id: ChannelID) in id.job == job && id.attempt <= attempt }
    for producer in state.withLock({ Array($0.producers.values) }) { producer.closeChannels(where: isMeant) }
    consumers.closeChannels(where: isMeant)
  }

  /// Closes everything; the peers see their channels closed.
  public func stop() async {
    let (listener, producers) = state.withLock { state in
      state.isStopped = true
      defer { state.producers = [:] }
      return (state.listener, Array(state.producers.values))
    }
    for producer in producers { producer.close(reason: "the worker stops") }
    await listener?.stop(reason: "the worker stops")
  }

  private func settings(isServer: Bool) -> ConnectionHandler.Settings {
    ConnectionHandler.Settings(
      identity: HandshakeIdentity(role: .data, token: configuration.token, clusterID: configuration.clusterID), isServer: isServer,
      payloadMax: Frame.dataPayloadMax, backlogBytesMax: .max, handshakeTimeout: TimeAmount(configuration.connectTimeout), heartbeat: nil)
  }

  private func connect(_ connection: ProducerConnection) {
    guard !state.withLock(\.isStopped) else { return connection.failed("the worker stops") }
    let settings = settings(isServer: false)
    ClientBootstrap(group: sharedEventLoops)
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ConnectionHandler(settings: settings, delegate: connection))
        }
      }
      .connect(host: connection.address.host, port: connection.address.port)
      .whenFailure { connection.failed("could not connect to \(connection.address): \(text(of: $0))") }
  }
}
