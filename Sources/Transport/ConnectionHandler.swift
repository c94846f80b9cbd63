//  Drives one connection on its event loop: bytes to frames, the handshake, signs of life, and the one end.

import Glibc
import NIOCore
import NIOPosix
import Wire

/// The only channel handler: bytes in, calls to a `ConnectionDelegate` out.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// Signs of life on a connection; none where another one vouches for the peer.
  struct Heartbeat {
    var interval: TimeAmount
    var timeout: TimeAmount
    /// The frame that says "alive", from a running number.
    var frame: @Sendable (Int64) -> Frame
  }

  struct Settings {
    var identity: HandshakeIdentity
    var isServer: Bool
    var payloadMax: Int
    var backlogBytesMax: Int
    var handshakeTimeout: TimeAmount
    var heartbeat: Heartbeat?
  }

  private let settings: Settings
  private let delegate: any ConnectionDelegate
  private var handshake: HandshakeState
  private var decoder = FrameDecoder(payloadMax: Frame.handshakePayloadMax)
  private var connection: Connection?
  private var isEstablished = false
  private var isClosed = false
  private var timer: RepeatedTask?
  private var deadline: Scheduled<Void>?
  /// Ticks since the peer was last heard.
  private var silentTickCount = 0
  private var failure: (reason: String, isRefusal: Bool)?

  init(settings: Settings, delegate: any ConnectionDelegate) {
    self.settings = settings
    self.delegate = delegate
    handshake = settings.isServer ? .server(settings.identity) : .client(settings.identity)
  }

  func channelActive(context: ChannelHandlerContext) {
    let connection = Connection(
      channel: context.channel, payloadMax: settings.payloadMax, backlogBytesMax: settings.backlogBytesMax)
    let delegate = self.delegate
    connection.onDrained.withLock { $0 = { delegate.drained($0) } }
    self.connection = connection
    deadline = context.eventLoop.scheduleTask(in: settings.handshakeTimeout) {
      connection.close(reason: "\(connection.remoteAddress) did not finish the handshake in time", immediately: true)
    }
    if !settings.isServer { connection.send(handshake.hello) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    silentTickCount = 0
    guard let connection, failure == nil else { return }
    unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
      var rest = bytes
      do throws(WireError) {
        while failure == nil, let frame = try decoder.next(from: &rest) { try take(frame, connection) }
      } catch {
        fail(error.message, isRefusal: false, connection)
      }
    }
  }

  private func take(_ frame: Frame, _ connection: Connection) throws(WireError) {
    guard !isEstablished else { return try delegate.received(frame, on: connection) }
    switch handshake.receive(frame) {
    case .established(_, _, let reply):
      if let reply { connection.send(reply) }
      isEstablished = true
      deadline?.cancel()
      decoder.payloadMax = settings.payloadMax
      delegate.established(connection)
      startHeartbeat(connection)
    case .failed(let error, let reply):
      if let reply { connection.send(reply) }
      fail(error.message, isRefusal: error.kind == .refused || error.kind == .version, connection)
    }
  }

  private func startHeartbeat(_ connection: Connection) {
    guard let heartbeat = settings.heartbeat else { return }
    // Ticks are counted, not time: a process that was itself stopped for a while reads what has arrived before it judges.
    let ticksMax = max(1, Int((heartbeat.timeout.nanoseconds + heartbeat.interval.nanoseconds - 1) / heartbeat.interval.nanoseconds))
    let ticker = NIOLoopBound(self, eventLoop: connection.eventLoop)
    timer = connection.eventLoop.scheduleRepeatedTask(initialDelay: heartbeat.interval, delay: heartbeat.interval) { _ in
      ticker.value.tick(heartbeat, ticksMax: ticksMax, connection)
    }
  }

  private var sequence: Int64 = 0

  private func tick(_ heartbeat: Heartbeat, ticksMax: Int, _ connection: Connection) {
    silentTickCount += 1
    guard silentTickCount <= ticksMax else {
      return connection.close(
        reason: "nothing was heard of \(connection.remoteAddress) for \(heartbeat.timeout.nanoseconds / 1_000_000) ms",
        immediately: true)
    }
    sequence += 1
    connection.send(heartbeat.frame(sequence))
  }

  private func fail(_ reason: String, isRefusal: Bool, _ connection: Connection) {
    guard failure == nil else { return }
    failure = (reason, isRefusal)
    connection.close(reason: reason, isRefusal: isRefusal)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if failure == nil { failure = ("the connection failed: \(text(of: error))", false) }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    deadline?.cancel()
    guard let connection, !isClosed else { return }
    isClosed = true
    let own = connection.closeReason
    // Whatever is sent from now on is dropped.
    connection.close(reason: "the connection is closed")
    let end = own ?? failure ?? ("\(connection.remoteAddress) has closed the connection", false)
    delegate.closed(connection, reason: end.reason, isRefusal: end.isRefusal)
  }
}

/// What the system said, without the names of its calls.
func text(of error: any Error) -> String {
  if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
  guard let error = error as? NIOConnectionError else { return "\(error)" }
  return (error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError).map { text(of: $0) } ?? "\(error)"
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
