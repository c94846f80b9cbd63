//  What the tests of sockets need: events to wait for, and a peer that may send anything.

import Dataflow
import Glibc
import Logging
import Synchronization
import TestKit
import Wire

@testable import Transport

/// Collects what callbacks report, in order, and lets a test wait for it.
final class Recorder<Event: Sendable>: Sendable {
  private struct Waiter {
    let isMet: @Sendable ([Event]) -> Bool
    let continuation: CheckedContinuation<[Event], Never>
  }
  private struct State {
    var events: [Event] = []
    var waiters: [Waiter] = []
  }
  private let state = Mutex(State())

  var events: [Event] { state.withLock(\.events) }

  func append(_ event: Event) {
    let (met, events) = state.withLock { state in
      state.events.append(event)
      let events = state.events
      let met = state.waiters.filter { $0.isMet(events) }
      state.waiters.removeAll { $0.isMet(events) }
      return (met, events)
    }
    for waiter in met { waiter.continuation.resume(returning: events) }
  }

  /// Returns all events as soon as they are as wanted.
  @discardableResult func wait(until isMet: @escaping @Sendable ([Event]) -> Bool) async -> [Event] {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state -> [Event]? in
        if isMet(state.events) { return state.events }
        state.waiters.append(Waiter(isMet: isMet, continuation: continuation))
        return nil
      }
      if let now { continuation.resume(returning: now) }
    }
  }
}

let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Heartbeats so rare that only the socket can tell that a peer is gone.
var quiet: TransportConfiguration {
  var configuration = TransportConfiguration()
  configuration.heartbeatInterval = .seconds(3600)
  configuration.heartbeatTimeout = .seconds(3600)
  return configuration
}

/// A TCP client under the test's control: blocking, no protocol of its own.
final class RawPeer {
  private let socket: Int32
  private var decoder = FrameDecoder(payloadMax: Frame.dataPayloadMax)

  init(to address: Address) {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = in_port_t(address.port).bigEndian
    inet_pton(AF_INET, address.host, &target.sin_addr)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    precondition(result == 0, "the server under test listens")
  }

  deinit { close(socket) }

  /// - Returns: false if the server has closed.
  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult func send(_ frames: Frame...) throws -> Bool {
    send(try frames.flatMap { try $0.encoded(payloadMax: Frame.dataPayloadMax) })
  }

  func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

  /// All frames up to the end of the connection.
  /// - Returns: nil if it did not end within ten seconds.
  func readToEnd() throws -> [Frame]? {
    var frames: [Frame] = []
    while let bytes = read() {
      if bytes.isEmpty { return frames }
      try bytes.withUnsafeBytes { bytes in
        var rest = bytes
        while let frame = try decoder.next(from: &rest) { frames.append(frame) }
      }
    }
    return nil
  }

  /// The next frame; nil at the end.
  func readFrame() throws -> Frame? {
    while let byte = read(count: 1), !byte.isEmpty {
      let frame = try byte.withUnsafeBytes { bytes in
        var rest = bytes
        return try decoder.next(from: &rest)
      }
      if let frame { return frame }
    }
    return nil
  }

  /// Empty at the end, nil if nothing comes in time.
  private func read(count: Int = 4096) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: count)
    let count = recv(socket, &buffer, count, 0)
    if count >= 0 { return Array(buffer[..<count]) }
    return errno == ECONNRESET ? [] : nil
  }
}

/// The frame that a client begins with.
func hello(_ role: HandshakeIdentity.Role, token: [UInt8] = []) -> Frame {
  HandshakeState.client(HandshakeIdentity(role: role, token: token)).hello
}

/// Flips, overwrites, cuts or inserts bytes.
func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
  for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
    let position = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[position] = UInt8.random(in: .min ... .max, using: &random)
    case 2: bytes.removeLast(Int.random(in: 0..<min(bytes.count, 9), using: &random))
    default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: position)
    }
  }
}
