//  The producer's side of channels, and the connection that those to one worker share.

import Columnar
import Dataflow
import NIOCore
import Synchronization
import Wire

/// The producer's side of one channel.
public final class OutgoingChannel: Sendable {
  let id: ChannelID
  let number: UInt32
  private let schema: Schema
  private let onWritable: @Sendable () -> Void
  private let onClosed: @Sendable (String) -> Void
  private let owner: ProducerConnection
  private let state = Mutex(State())

  private struct State {
    var window = SendWindow()
    var connection: Connection?
    /// A batch was refused: `onWritable` is owed.
    var hasRefused = false
    /// `close` was called; the channel lingers until the window is drained.
    var isClosing = false
    var isClosed = false
  }

  init(
    id: ChannelID, number: UInt32, schema: Schema, owner: ProducerConnection, onWritable: @escaping @Sendable () -> Void,
    onClosed: @escaping @Sendable (String) -> Void
  ) {
    self.id = id
    self.number = number
    self.schema = schema
    self.owner = owner
    self.onWritable = onWritable
    self.onClosed = onClosed
  }

  /// Sends an element, or keeps it until there is credit; never blocks. Encodes on the calling thread. One thread at a time.
  ///
  /// - Returns: false for a batch that was not taken, because an earlier one still waits for credit: offer it again after `onWritable`.
  ///   Everything but batches is always taken: watermarks merge, one barrier is kept for each epoch. After the end of the channel
  ///   everything is taken and dropped.
  public func trySend(_ element: StreamElement) -> Bool {
    guard let control = ControlElement(element) else {
      guard case .batch(let batch) = element else { return true }
      return trySend(batch)
    }
    let isTaken = state.withLock { state in
      guard !state.isClosing, !state.isClosed else { return true }
      let isTaken = state.window.offer(control)
      pump(&state)
      return isTaken
    }
    if !isTaken { fail("\(SendWindow.waitingCountMax) elements wait for a consumer that takes nothing") }
    return true
  }

  private func trySend(_ batch: RecordBatch) -> Bool {
    let mayEncode = state.withLock { state -> Bool? in
      if state.isClosing || state.isClosed || state.window.isEnded || batch.rowCount == 0 { return nil }
      if !state.window.isWritable { state.hasRefused = true }
      return state.window.isWritable
    }
    guard let mayEncode else { return true }
    guard mayEncode else { return false }
    precondition(batch.schema.count == schema.count, "a batch has the channel's schema")
    let payloads: [[UInt8]]
    do throws(WireError) {
      payloads = try DataFrame.payloads(batch, number: number)
    } catch {
      fail(error.message)
      return true
    }
    return state.withLock { state in
      guard !state.isClosing, !state.isClosed else { return true }
      let isTaken = state.window.offer(batch: payloads)
      pump(&state)
      return isTaken
    }
  }

  /// A batch would be taken now.
  public var isWritable: Bool { state.withLock { $0.window.isWritable || $0.isClosed } }

  /// After `.end`: lets go of the channel once everything has been sent. Before it: the consumer sees the channel closed.
  public func close() {
    state.withLock { state in
      guard !state.isClosing, !state.isClosed else { return }
      state.isClosing = true
      if !state.window.isEnded { finish(&state, reason: "the producer has closed") }
      closeIfDrained(&state)
    }
    if state.withLock(\.isClosed) { owner.forget(number) }
  }

  /// Ends the channel now, whatever still waits; no callback begins after this.
  func abandon() {
    state.withLock { state in
      if !state.isClosed { finish(&state, reason: "the producer has closed") }
    }
    owner.forget(number)
  }

  /// Ends the channel from this side, and tells the producer.
  private func fail(_ reason: String) {
    let wasOpen = state.withLock { state in
      let wasOpen = !state.isClosing && !state.isClosed
      if wasOpen { finish(&state, reason: reason) }
      return wasOpen
    }
    owner.forget(number)
    if wasOpen { owner.onEventLoop { self.onClosed(reason) } }
  }

  // MARK: From the connection, on its event loop

  func connected(_ connection: Connection) {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.connection = connection
      connection.send(DataFrame.open(number: number, channel: id, schemaDigest: schema.wireDigest).frame)
    }
  }

  func accepted(window: Int) throws(WireError) {
    try update { credit throws(WireError) in try credit.accept(window: window) }
  }

  func granted(_ bytes: Int) throws(WireError) {
    try update { credit throws(WireError) in try credit.grant(bytes) }
  }

  /// The socket takes more.
  func drained() {
    try? update { _ throws(WireError) in }
  }

  private func update(_ change: (inout SendWindow) throws(WireError) -> Void) throws(WireError) {
    let result = state.withLock { state -> Result<(wake: Bool, forget: Bool), WireError> in
      guard !state.isClosed else { return .success((false, true)) }
      do throws(WireError) {
        try change(&state.window)
      } catch {
        return .failure(error)
      }
      pump(&state)
      closeIfDrained(&state)
      let wake = state.hasRefused && state.window.isWritable
      if wake { state.hasRefused = false }
      return .success((wake && !state.isClosing, state.isClosed))
    }
    let (wake, forget) = try result.get()
    if forget { owner.forget(number) }
    if wake { onWritable() }
  }

  /// The consumer has closed, or the connection is gone.
  func ended(reason: String) {
    let isNews = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed && !state.isClosing
    }
    if isNews { onClosed(reason) }
  }

  // MARK: Under the lock

  /// Sends what may go: there is a connection that keeps up, and for batches credit.
  private func pump(_ state: inout State) {
    guard let connection = state.connection, !state.isClosed else { return }
    while connection.isWritable, let item = state.window.next() {
      switch item {
      case .batch(let payload): connection.send(Frame(kind: .batch, payload: payload))
      case .control(let element): connection.send(DataFrame.control(number: number, element).frame)
      }
    }
  }

  private func closeIfDrained(_ state: inout State) {
    if state.isClosing, !state.isClosed, state.window.isDrained { finish(&state, reason: "") }
  }

  private func finish(_ state: inout State, reason: String) {
    state.isClosed = true
    state.connection?.send(DataFrame.close(number: number, reason: reason).frame)
  }
}

/// The connection to one worker, for all channels that lead there.
final class ProducerConnection: Sendable {
  let address: Address
  private let state = Mutex(State())

  private struct State {
    var channels: [UInt32: OutgoingChannel] = [:]
    var lastNumber: UInt32 = 0
    var connection: Connection?
    var endReason: String?
    var drainCount: UInt32 = 0
  }

  init(address: Address) { self.address = address }

  var isUsable: Bool { state.withLock { $0.endReason == nil && $0.lastNumber < .max } }

  /// A new channel; on a connection that has ended in the meantime it is closed at once.
  func open(
    _ id: ChannelID, schema: Schema, onWritable: @escaping @Sendable () -> Void, onClosed: @escaping @Sendable (String) -> Void
  ) -> OutgoingChannel {
    let (channel, endReason) = state.withLock { state in
      state.lastNumber += 1
      let channel = OutgoingChannel(
        id: id, number: state.lastNumber, schema: schema, owner: self, onWritable: onWritable, onClosed: onClosed)
      if state.endReason == nil {
        state.channels[channel.number] = channel
        // Numbers ascend on the wire: the lock is held until this one is on its way.
        if let connection = state.connection { channel.connected(connection) }
      }
      return (channel, state.endReason)
    }
    if let endReason { onEventLoop { channel.ended(reason: endReason) } }
    return channel
  }

  func forget(_ number: UInt32) {
    state.withLock { _ = $0.channels.removeValue(forKey: number) }
  }

  func onEventLoop(_ body: @escaping @Sendable () -> Void) {
    (state.withLock(\.connection)?.eventLoop ?? sharedEventLoops.next()).execute(body)
  }

  func closeChannels(where isMeant: (ChannelID) -> Bool) {
    for channel in state.withLock({ Array($0.channels.values) }) where isMeant(channel.id) { channel.abandon() }
  }

  func close(reason: String) {
    if let connection = state.withLock(\.connection) { connection.close(reason: reason) } else { failed(reason) }
  }

  /// There is no connection, or no longer.
  func failed(_ reason: String) {
    let channels = state.withLock { state in
      if state.endReason == nil { state.endReason = reason }
      state.connection = nil
      defer { state.channels = [:] }
      return state.channels
    }
    for number in channels.keys.sorted() { channels[number]?.ended(reason: reason) }
  }

  private func channel(_ number: UInt32) -> OutgoingChannel? { state.withLock { $0.channels[number] } }
}

extension ProducerConnection: ConnectionDelegate {
  func established(_ connection: Connection) {
    let isOver = state.withLock { state in
      guard state.endReason == nil else { return true }
      state.connection = connection
      for number in state.channels.keys.sorted() { state.channels[number]?.connected(connection) }
      return false
    }
    if isOver { connection.close(reason: "the worker stops") }
  }

  /// What arrives late, for a channel that is closed here, is dropped.
  func received(_ frame: Frame, on connection: Connection) throws(WireError) {
    switch try DataFrame(frame) {
    case .accept(let number, let window): try channel(number)?.accepted(window: window)
    case .credit(let number, let bytes): try channel(number)?.granted(bytes)
    case .close(let number, let reason):
      let ended = channel(number)
      forget(number)
      ended?.ended(reason: reason)
    case .open, .batch, .control: throw WireError(.unexpected, "a consumer sent what only producers send")
    }
  }

  func drained(_ connection: Connection) {
    // Each time another channel is first, so that none fills the socket for all the others.
    let (channels, first) = state.withLock { state in
      state.drainCount &+= 1
      return (Array(state.channels.values), state.channels.isEmpty ? 0 : Int(state.drainCount % UInt32(state.channels.count)))
    }
    for channel in channels[first...] + channels[..<first] { channel.drained() }
  }

  func closed(_ connection: Connection, reason: String, isRefusal: Bool) { failed(reason) }
}
