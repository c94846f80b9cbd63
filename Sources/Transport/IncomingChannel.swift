//  The consumer's side of channels: those that are registered, those that wait for it, and the connections they come over.

import Columnar
import Dataflow
import Logging
import NIOCore
import Synchronization
import Wire

/// The consumer's side of one channel.
public final class IncomingChannel: Sendable {
  let id: ChannelID
  let schema: Schema
  private let receive: @Sendable (StreamElement, Int) -> Void
  private let closed: @Sendable (String) -> Void
  private let table: ConsumerTable
  private let state: Mutex<State>

  private struct State {
    var window: ReceiveWindow
    var producer: ConsumerConnection?
    var number: UInt32 = 0
    /// `.end` has arrived.
    var isEnded = false
    var isClosed = false
  }

  init(
    id: ChannelID, schema: Schema, window: Int, receive: @escaping @Sendable (StreamElement, Int) -> Void,
    closed: @escaping @Sendable (String) -> Void, table: ConsumerTable
  ) {
    self.id = id
    self.schema = schema
    self.receive = receive
    self.closed = closed
    self.table = table
    state = Mutex(State(window: ReceiveWindow(window: window)))
  }

  /// Gives the producer room for more: the cost of a batch that has been consumed. From any thread, once for each batch.
  public func grantCredit(_ cost: Int) {
    state.withLock { state in
      guard !state.isClosed, cost > 0, let bytes = state.window.consume(cost) else { return }
      state.producer?.send(.credit(number: state.number, bytes: bytes))
    }
  }

  /// The producer sees the channel closed. Neither callback begins after its return; one that is under way may still end.
  public func close() { shut(reason: "the consumer has closed", isSilent: true) }

  /// Ends the channel from this side; `isSilent` for one whose owner knows.
  func shut(reason: String, isSilent: Bool) {
    let (isNews, producer, number) = state.withLock { state -> (Bool, ConsumerConnection?, UInt32) in
      defer { state.isClosed = true }
      return (!state.isClosed, state.producer, state.number)
    }
    guard isNews else { return }
    table.forget(self)
    producer?.refuse(number, reason)
    guard !isSilent else { return }
    let eventLoop = producer?.eventLoop ?? sharedEventLoops.next()
    eventLoop.execute { self.closed(reason) }
  }

  // MARK: From the connection, on its event loop

  /// The producer is there: it may send.
  /// - Returns: false if the channel has a producer, or is closed.
  func attach(_ producer: ConsumerConnection, number: UInt32) -> Bool {
    state.withLock { state in
      guard state.producer == nil, !state.isClosed else { return false }
      state.producer = producer
      state.number = number
      producer.send(.accept(number: number, window: state.window.window))
      return true
    }
  }

  func received(payload: [UInt8]) throws(WireError) {
    let result = state.withLock { state -> Result<Int?, WireError> in
      guard !state.isClosed else { return .success(nil) }
      guard !state.isEnded else { return .failure(WireError(.unexpected, "a batch came after the end")) }
      do throws(WireError) {
        return .success(try state.window.receive(payloadByteCount: payload.count))
      } catch {
        return .failure(error)
      }
    }
    guard let cost = try result.get() else { return }
    receive(.batch(try DataFrame.decodeBatch(payload: payload, schema: schema)), cost)
  }

  func received(_ element: ControlElement) throws(WireError) {
    let (isClosed, wasEnded) = state.withLock { state in
      defer { if element == .end { state.isEnded = true } }
      return (state.isClosed, state.isEnded)
    }
    guard !isClosed else { return }
    guard !wasEnded else { throw WireError(.unexpected, "an element came after the end") }
    receive(element.element, 0)
  }

  /// The producer has closed, or the connection is gone.
  func ended(reason: String) {
    let isNews = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed && !state.isEnded
    }
    table.forget(self)
    if isNews { closed(reason) }
  }
}

/// The channels of a worker that are registered, and the producers that came before their consumer.
final class ConsumerTable: Sendable {
  private let parkedCountMax: Int
  private let parkedTimeout: TimeAmount
  private let state = Mutex(State())

  private struct Parked {
    var connection: ConsumerConnection
    var number: UInt32
    var schemaDigest: UInt64
  }

  private struct State {
    var registered: [ChannelID: IncomingChannel] = [:]
    var parked: [ChannelID: Parked] = [:]
  }

  init(configuration: TransportConfiguration) {
    parkedCountMax = configuration.parkedChannelCountMax
    parkedTimeout = TimeAmount(configuration.parkedChannelTimeout)
  }

  func register(_ channel: IncomingChannel) {
    let (parked, replaced) = state.withLock { state in
      (state.parked.removeValue(forKey: channel.id), state.registered.updateValue(channel, forKey: channel.id))
    }
    replaced?.shut(reason: "the channel was registered again", isSilent: false)
    parked?.connection.attach(channel, number: parked!.number, schemaDigest: parked!.schemaDigest)
  }

  func forget(_ channel: IncomingChannel) {
    state.withLock { state in
      if state.registered[channel.id] === channel { state.registered[channel.id] = nil }
    }
  }

  /// A producer wants `id`: its consumer, or nil, and then the producer is parked, or it is refused.
  func find(_ id: ChannelID, number: UInt32, schemaDigest: UInt64, from connection: ConsumerConnection) -> Found {
    let found = state.withLock { state -> Found in
      if let channel = state.registered[id] { return .channel(channel) }
      guard state.parked[id] == nil else { return .refused("a producer waits for this channel already") }
      guard state.parked.count < parkedCountMax else { return .refused("\(parkedCountMax) channels wait for their consumer already") }
      state.parked[id] = Parked(connection: connection, number: number, schemaDigest: schemaDigest)
      return .parked
    }
    if case .parked = found {
      connection.after(parkedTimeout) { [weak self] in
        if self?.unpark(id, number: number, from: connection) == true { connection.refuse(number, "no consumer came in time") }
      }
    }
    return found
  }

  enum Found {
    case channel(IncomingChannel)
    case parked
    case refused(String)
  }

  /// - Returns: whether it was parked.
  func unpark(_ id: ChannelID, number: UInt32, from connection: ConsumerConnection) -> Bool {
    state.withLock { state in
      guard let parked = state.parked[id], parked.connection === connection, parked.number == number else { return false }
      state.parked[id] = nil
      return true
    }
  }

  func unparkAll(from connection: ConsumerConnection) {
    state.withLock { state in state.parked = state.parked.filter { $0.value.connection !== connection } }
  }

  func closeChannels(where isMeant: (ChannelID) -> Bool) {
    let (channels, parked) = state.withLock { state in
      let parked = state.parked.filter { isMeant($0.key) }
      for id in parked.keys { state.parked[id] = nil }
      return (state.registered.values.filter { isMeant($0.id) }, parked.values)
    }
    for channel in channels { channel.close() }
    for waiting in parked { waiting.connection.refuse(waiting.number, "the consumer has closed") }
  }
}

/// One connection over which producers of another worker send.
final class ConsumerConnection: ConnectionDelegate {
  private let table: ConsumerTable
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var channels: [UInt32: IncomingChannel] = [:]
    var parked: [UInt32: ChannelID] = [:]
    var lastNumber: UInt32 = 0
    var connection: Connection?
    var isClosed = false
  }

  init(table: ConsumerTable, logger: Logger) {
    self.table = table
    self.logger = logger
  }

  func established(_ connection: Connection) { state.withLock { $0.connection = connection } }

  func received(_ frame: Frame, on connection: Connection) throws(WireError) {
    switch try DataFrame(frame) {
    case .open(let number, let id, let schemaDigest):
      try checkNew(number)
      state.withLock { $0.parked[number] = id }
      switch table.find(id, number: number, schemaDigest: schemaDigest, from: self) {
      case .channel(let channel): attach(channel, number: number, schemaDigest: schemaDigest)
      case .parked: break
      case .refused(let reason): refuse(number, reason)
      }
    case .batch(let number, let payload): try channel(number)?.received(payload: payload)
    case .control(let number, let element): try channel(number)?.received(element)
    case .close(let number, let reason):
      _ = try channel(number)
      let (channel, parked) = state.withLock { state in
        (state.channels.removeValue(forKey: number), state.parked.removeValue(forKey: number))
      }
      channel?.ended(reason: reason.isEmpty ? "the producer has closed before the end" : reason)
      if let parked { _ = table.unpark(parked, number: number, from: self) }
    case .accept, .credit: throw WireError(.unexpected, "a producer sent what only consumers send")
    }
  }

  private func checkNew(_ number: UInt32) throws(WireError) {
    let isNew = state.withLock { state in
      guard number > state.lastNumber else { return false }
      state.lastNumber = number
      return true
    }
    guard isNew else { throw WireError(.unexpected, "channel \(number) was opened before") }
  }

  /// Nil for a channel that is closed here: what was on its way is dropped.
  private func channel(_ number: UInt32) throws(WireError) -> IncomingChannel? {
    let (channel, isKnown) = state.withLock { ($0.channels[number], 0 < number && number <= $0.lastNumber) }
    guard isKnown else { throw WireError(.unexpected, "channel \(number) was never opened") }
    return channel
  }

  /// Joins a producer and its consumer, from any thread.
  func attach(_ channel: IncomingChannel, number: UInt32, schemaDigest: UInt64) {
    guard channel.schema.wireDigest == schemaDigest else {
      let reason = "the producer's schema is not the consumer's"
      refuse(number, reason)
      return channel.shut(reason: reason, isSilent: false)
    }
    let isWaiting = state.withLock { state in
      guard state.parked.removeValue(forKey: number) != nil, !state.isClosed else { return false }
      // Known here before the producer hears of it: nothing it sends can be missed.
      state.channels[number] = channel
      return true
    }
    guard isWaiting else { return channel.shut(reason: "the producer has closed before the end", isSilent: false) }
    if !channel.attach(self, number: number) { refuse(number, "the channel has a producer already, or is closed") }
  }

  /// Ends a channel towards its producer; what is still on its way is dropped.
  func refuse(_ number: UInt32, _ reason: String) {
    state.withLock { state in
      state.parked[number] = nil
      state.channels[number] = nil
    }
    send(.close(number: number, reason: reason))
  }

  /// Nothing is sent before the handshake: no channel exists then.
  func send(_ frame: DataFrame) { state.withLock(\.connection)?.send(frame.frame) }

  var eventLoop: (any EventLoop)? { state.withLock(\.connection)?.eventLoop }

  func after(_ delay: TimeAmount, _ body: @escaping @Sendable () -> Void) {
    eventLoop?.scheduleTask(in: delay, body)
  }

  func drained(_ connection: Connection) {}

  func closed(_ connection: Connection, reason: String, isRefusal: Bool) {
    let (channels, wasEstablished) = state.withLock { state in
      state.isClosed = true
      defer { state.channels = [:] }
      return (state.channels, state.connection != nil)
    }
    table.unparkAll(from: self)
    for channel in channels.values { channel.ended(reason: reason) }
    if !wasEstablished {
      logger.warning("connection refused", metadata: ["peer": "\(connection.remoteAddress)", "reason": "\(reason)"])
    }
  }
}
