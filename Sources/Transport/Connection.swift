//  One TCP connection, as everything above sees it: frames in, frames out, and one reason when it ends.
//  `ConnectionHandler` drives it on its event loop; frames may be sent from any thread.

import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Takes what happens on a connection. Called on its event loop, in order: `established`, frames, `closed`. Only `closed` comes without
/// the one before it, when a connection ends before the handshake does.
protocol ConnectionDelegate: AnyObject, Sendable {
  func established(_ connection: Connection)
  /// An error closes the connection.
  func received(_ frame: Frame, on connection: Connection) throws(WireError)
  /// What had to wait because the peer was slow has been written.
  func drained(_ connection: Connection)
  /// - Parameter isRefusal: the handshake has failed: connecting again is of no use.
  func closed(_ connection: Connection, reason: String, isRefusal: Bool)
}

/// The sending side of a connection, and its end.
final class Connection: Sendable {
  let remoteAddress: String
  private let channel: any Channel
  private let payloadMax: Int
  private let backlogBytesMax: Int
  private let outbox = Mutex(Outbox())

  /// Bytes that wait for the socket above which `isWritable` turns false, and below which it turns true again.
  static let highWaterBytes = 2 << 20
  static let lowWaterBytes = 512 << 10
  /// How long a connection that is being closed may take to write what was sent before.
  static let closingGrace = TimeAmount.seconds(1)

  private struct Outbox {
    var frames: [ByteBuffer] = []
    var isScheduled = false
    /// Handed to the socket and not written yet, or still in `frames`.
    var backlogBytes = 0
    var isAboveWater = false
    var closeReason: String?
    var isRefusal = false
    var isClosing: Bool { closeReason != nil }
  }

  init(channel: any Channel, payloadMax: Int, backlogBytesMax: Int) {
    self.channel = channel
    self.payloadMax = payloadMax
    self.backlogBytesMax = backlogBytesMax
    remoteAddress = channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
  }

  var eventLoop: any EventLoop { channel.eventLoop }

  /// The socket keeps up. Advice for those who can wait: nothing is refused before `backlogBytesMax`.
  var isWritable: Bool { outbox.withLock { !$0.isAboveWater && !$0.isClosing } }

  /// Why the connection was closed from this side.
  var closeReason: (reason: String, isRefusal: Bool)? {
    outbox.withLock { outbox in outbox.closeReason.map { ($0, outbox.isRefusal) } }
  }

  /// Sends a frame, from any thread; those of one thread stay in order. Dropped once the connection is being closed. A peer that does
  /// not read until `backlogBytesMax` wait is closed.
  func send(_ frame: Frame) {
    let header: [UInt8]
    do throws(WireError) {
      header = try frame.header(payloadMax: payloadMax)
    } catch {
      return close(reason: error.message)
    }
    let byteCount = header.count + frame.payload.count
    var buffer = channel.allocator.buffer(capacity: byteCount)
    buffer.writeBytes(header)
    buffer.writeBytes(frame.payload)
    let outcome = outbox.withLock { outbox -> (schedule: Bool, overflow: Bool) in
      guard !outbox.isClosing else { return (false, false) }
      guard outbox.backlogBytes + byteCount <= backlogBytesMax else { return (false, true) }
      outbox.frames.append(buffer)
      outbox.backlogBytes += byteCount
      if outbox.backlogBytes > Self.highWaterBytes { outbox.isAboveWater = true }
      defer { outbox.isScheduled = true }
      return (!outbox.isScheduled, false)
    }
    if outcome.overflow {
      close(reason: "\(remoteAddress) does not read: \(backlogBytesMax) bytes wait for it", immediately: true)
    } else if outcome.schedule {
      eventLoop.execute { self.flush() }
    }
  }

  /// Ends the connection, after what was sent before unless `immediately`. The first reason counts.
  func close(reason: String, isRefusal: Bool = false, immediately: Bool = false) {
    let isFirst = outbox.withLock { outbox in
      guard !outbox.isClosing else { return false }
      outbox.closeReason = reason
      outbox.isRefusal = isRefusal
      return true
    }
    guard isFirst || immediately else { return }
    eventLoop.execute {
      if immediately {
        self.channel.close(promise: nil)
      } else {
        self.eventLoop.scheduleTask(in: Self.closingGrace) { self.channel.close(promise: nil) }
        self.flush()
      }
    }
  }

  /// Hands everything that waits to the socket, in one write. On the event loop.
  private func flush() {
    let (frames, byteCount, isClosing) = outbox.withLock { outbox in
      outbox.isScheduled = false
      let frames = outbox.frames
      outbox.frames = []
      return (frames, frames.reduce(0) { $0 + $1.readableBytes }, outbox.isClosing)
    }
    guard !frames.isEmpty else {
      if isClosing { closeWhenWritten() }
      return
    }
    let written = eventLoop.makePromise(of: Void.self)
    written.futureResult.whenComplete { _ in self.wrote(byteCount) }
    for frame in frames.dropLast() { channel.write(frame, promise: nil) }
    channel.writeAndFlush(frames[frames.count - 1], promise: written)
  }

  private func wrote(_ byteCount: Int) {
    let hasDrained = outbox.withLock { outbox in
      outbox.backlogBytes -= byteCount
      guard outbox.isAboveWater, outbox.backlogBytes <= Self.lowWaterBytes, !outbox.isClosing else { return false }
      outbox.isAboveWater = false
      return true
    }
    if hasDrained { onDrained.withLock(\.self)?(self) }
    closeWhenWritten()
  }

  private func closeWhenWritten() {
    let isOver = outbox.withLock { $0.isClosing && $0.backlogBytes == 0 }
    if isOver { channel.close(promise: nil) }
  }

  /// Set by the handler before any frame can be sent.
  let onDrained = Mutex<(@Sendable (Connection) -> Void)?>(nil)
}
