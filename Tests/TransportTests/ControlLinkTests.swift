//  The control connection over loopback: who gets in, what arrives, and how its end is noticed.

import Dataflow
import Foundation
import Synchronization
import TestKit
import Testing
import Wire

@testable import Transport

private enum ServerEvent: Sendable, Equatable {
  case connected
  case message(WorkerMessage)
  case closed(String)
}

/// A server that records what happens, with the links it was given.
private final class TestServer: Sendable {
  let events = Recorder<ServerEvent>()
  let links = Mutex<[ControlLink]>([])
  private let server = Mutex<ControlServer?>(nil)

  static func start(_ configuration: TransportConfiguration, port: Int = 0) async throws -> TestServer {
    let test = TestServer()
    let server = try await ControlServer.start(host: "127.0.0.1", port: port, configuration: configuration, logger: logger) { link in
      test.links.withLock { $0.append(link) }
      test.events.append(.connected)
      return LinkReceiver(message: { test.events.append(.message($0)) }, closed: { test.events.append(.closed($0)) })
    }
    test.server.withLock { $0 = server }
    return test
  }

  var address: Address { server.withLock { $0!.address } }
  func stop() async { await server.withLock(\.self)?.stop() }

  var closeReasons: [String] {
    events.events.compactMap { if case .closed(let reason) = $0 { reason } else { nil } }
  }
}

private func makeClient(
  of address: Address, _ configuration: TransportConfiguration, _ events: Recorder<CoordinatorLinkEvent>
) -> ControlClient {
  let client = ControlClient(host: address.host, port: address.port, configuration: configuration, logger: logger) { events.append($0) }
  client.start()
  return client
}

private func console(_ number: Int) -> WorkerMessage {
  .console(job: JobID(hex: "ab"), subtask: SubtaskID(vertex: 0, subtask: number), lines: [1, 2, 3], isError: false)
}

@Test("messages arrive in both directions, all of them and in order", .timeLimit(.minutes(1)))
func messagesArriveInOrder() async throws {
  let server = try await TestServer.start(quiet)
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, quiet, events)
  await events.wait { $0 == [.connected] }
  for number in 0..<1000 { client.send(console(number)) }
  let received = await server.events.wait { $0.count == 1001 }
  #expect(received == [.connected] + (0..<1000).map { .message(console($0)) })

  let link = server.links.withLock { $0[0] }
  let sent = (0..<1000).map { CoordinatorMessage.cancel(job: JobID(hex: "\($0)"), attempt: Attempt($0)) }
  for message in sent { link.send(message) }
  #expect(await events.wait { $0.count == 1001 } == [.connected] + sent.map { .message($0) })
  await client.stop()
  await server.events.wait { if case .closed = $0.last { true } else { false } }
  await server.stop()
}

@Test("a client with the wrong token is refused, learns why, and gives up; the server goes on", .timeLimit(.minutes(1)))
func wrongTokenIsRefused() async throws {
  var configuration = quiet
  configuration.token = [1, 2, 3]
  let server = try await TestServer.start(configuration)
  let events = Recorder<CoordinatorLinkEvent>()
  let stranger = makeClient(of: server.address, quiet, events)
  #expect(await events.wait { !$0.isEmpty } == [.refused(reason: "the token is wrong")])
  #expect(server.events.events == [])

  let welcome = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, configuration, welcome)
  await welcome.wait { $0 == [.connected] }
  await stranger.stop()
  await client.stop()
  await server.stop()
}

@Test("a closed link tells both sides once, with the reason on the side that closed", .timeLimit(.minutes(1)))
func closeIsToldOnce() async throws {
  let server = try await TestServer.start(quiet)
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, quiet, events)
  await server.events.wait { $0 == [.connected] }
  let link = server.links.withLock { $0[0] }
  link.send(.refused(reason: "no"))
  link.close(reason: "registered elsewhere")
  link.close(reason: "again")
  link.send(.heartbeat(sequence: 1))
  await server.events.wait { $0.contains(.closed("registered elsewhere")) }
  // What was sent before the close arrives, and the client connects again.
  let seen = await events.wait { $0.count >= 4 }
  #expect(seen[0] == .connected)
  #expect(seen[1] == .message(.refused(reason: "no")))
  #expect(seen[3] == .connected)
  #expect(server.closeReasons == ["registered elsewhere"])
  await client.stop()
  await server.stop()
}

@Test("a peer whose socket closes is noticed without any heartbeat", .timeLimit(.minutes(1)))
func killedPeerIsNoticed() async throws {
  let server = try await TestServer.start(quiet)
  do {
    let peer = RawPeer(to: server.address)
    try peer.send(hello(.control))
    #expect(try peer.readFrame()?.kind == .welcome)
    await server.events.wait { $0 == [.connected] }
  }
  await server.events.wait { $0.count == 2 }
  #expect(server.closeReasons.count == 1)
  await server.stop()
}

@Test("a peer that says nothing is closed, one that beats is kept", .timeLimit(.minutes(1)))
func silenceIsNoticed() async throws {
  var configuration = TransportConfiguration()
  configuration.heartbeatInterval = .milliseconds(20)
  configuration.heartbeatTimeout = .milliseconds(200)
  let server = try await TestServer.start(configuration)
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, configuration, events)
  await server.events.wait { $0 == [.connected] }

  let silent = RawPeer(to: server.address)
  try silent.send(hello(.control))
  await server.events.wait { $0.count == 3 }
  #expect(server.closeReasons.count == 1)
  #expect(server.closeReasons[0].hasPrefix("nothing was heard of 127.0.0.1"))
  // The client has lived through the same time.
  #expect(events.events == [.connected])
  // What the silent peer was sent meanwhile were heartbeats.
  let frames = try #require(try silent.readToEnd())
  #expect(try frames.dropFirst().allSatisfy { if case .heartbeat = try CoordinatorMessage($0) { true } else { false } })
  await client.stop()
  await server.stop()
}

@Test("a coordinator that falls silent is noticed by the worker", .timeLimit(.minutes(1)))
func silentServerIsNoticed() async throws {
  var impatient = TransportConfiguration()
  impatient.heartbeatInterval = .milliseconds(10)
  impatient.heartbeatTimeout = .milliseconds(50)
  let server = try await TestServer.start(quiet)
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, impatient, events)
  let seen = await events.wait { $0.count >= 3 }
  #expect(seen[0] == .connected)
  if case .disconnected(let reason) = seen[1] { #expect(reason.hasPrefix("nothing was heard")) } else { Issue.record("\(seen)") }
  #expect(seen[2] == .connected)
  await client.stop()
  await server.stop()
}

@Test("a stranger who does not finish the handshake is closed in time", .timeLimit(.minutes(1)))
func handshakeHasADeadline() async throws {
  var configuration = quiet
  configuration.connectTimeout = .milliseconds(50)
  let server = try await TestServer.start(configuration)
  let stranger = RawPeer(to: server.address)
  #expect(try stranger.readToEnd() == [])
  #expect(server.events.events == [])
  await server.stop()
}

@Test("a peer that does not read is closed when the limit is reached, and nothing more is kept for it", .timeLimit(.minutes(1)))
func slowReaderIsBounded() async throws {
  var configuration = quiet
  configuration.controlBacklogBytesMax = 4 << 20
  let server = try await TestServer.start(configuration)
  let peer = RawPeer(to: server.address)
  try peer.send(hello(.control))
  await server.events.wait { $0 == [.connected] }
  let link = server.links.withLock { $0[0] }
  let large = CoordinatorMessage.refused(reason: String(repeating: "x", count: 1 << 20))
  // The kernel takes some megabytes of its own; far more than both together ends it.
  for _ in 0..<64 { link.send(large) }
  await server.events.wait { $0.count == 2 }
  #expect(server.closeReasons[0].contains("does not read: 4194304 bytes wait for it"))
  await server.stop()
}

@Test("a worker connects again to a coordinator that was restarted on the same port", .timeLimit(.minutes(1)))
func clientReconnects() async throws {
  let first = try await TestServer.start(quiet)
  let address = first.address
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: address, quiet, events)
  await events.wait { $0 == [.connected] }
  await first.stop()
  await events.wait { $0.count == 2 }
  // Nobody is there: dropped, not kept.
  client.send(console(0))
  let second = try await TestServer.start(quiet, port: address.port)
  await events.wait { $0.count == 3 && $0[2] == .connected }
  client.send(console(1))
  #expect(await second.events.wait { $0.count == 2 } == [.connected, .message(console(1))])
  await client.stop()
  await second.stop()
}

@Test("a worker that starts before its coordinator finds it", .timeLimit(.minutes(1)))
func clientWaitsForItsServer() async throws {
  let probe = try await TestServer.start(quiet)
  let address = probe.address
  await probe.stop()
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: address, quiet, events)
  let server = try await TestServer.start(quiet, port: address.port)
  #expect(await events.wait { !$0.isEmpty } == [.connected])
  await client.stop()
  await server.stop()
}

@Test("no event follows the return of stop", .timeLimit(.minutes(1)))
func stopIsTheEnd() async throws {
  let server = try await TestServer.start(quiet)
  let events = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, quiet, events)
  await events.wait { $0 == [.connected] }
  await client.stop()
  let count = events.events.count
  await server.events.wait { $0.count == 2 }
  await server.stop()
  client.start()
  #expect(events.events.count == count)
}

@Test("1,000 mutated frames: the server closes that connection and goes on", .timeLimit(.minutes(2)), arguments: 0..<10 as Range<UInt64>)
func mutatedFramesAgainstALiveServer(seed: UInt64) async throws {
  var random = SeededGenerator(seed: seed)
  let server = try await TestServer.start(quiet)
  let sound = Recorder<CoordinatorLinkEvent>()
  let client = makeClient(of: server.address, quiet, sound)
  await sound.wait { $0 == [.connected] }
  for _ in 0..<100 {
    let peer = RawPeer(to: server.address)
    var bytes = try console(7).frame.encoded(payloadMax: Frame.controlPayloadMax)
    if Bool.random(using: &random) {
      try peer.send(hello(.control))
    } else {
      bytes = try hello(.control).encoded(payloadMax: Frame.handshakePayloadMax) + bytes
    }
    mutate(&bytes, using: &random)
    peer.send(bytes)
    peer.finishSending()
    _ = try #require(try peer.readToEnd(), "the server lets go of the connection")
  }
  client.send(console(42))
  await server.events.wait { $0.contains(.message(console(42))) }
  #expect(sound.events == [.connected])
  await client.stop()
  await server.stop()
}

@Test("who prints faster than the coordinator reads waits, and loses neither lines nor the connection", .timeLimit(.minutes(1)))
func printingWaits() async throws {
  let lineCount = 400
  let sent = Atomic<Int>(0)
  let client = Mutex<ControlClient?>(nil)
  let received = Recorder<Int>()
  var configuration = quiet
  configuration.controlBacklogBytesMax = Connection.highWaterBytes + (256 << 10)
  let server = try await ControlServer.start(host: "127.0.0.1", port: 0, configuration: configuration, logger: logger) { _ in
    LinkReceiver(
      message: { message in
        // Reads nothing more until the sender waits.
        while sent.load(ordering: .acquiring) < lineCount, received.events.isEmpty, client.withLock({ $0?.waitingCount ?? 0 }) == 0 {
          sched_yield()
        }
        if case .console(_, let subtask, _, _) = message { received.append(subtask.subtask) }
      }, closed: { _ in })
  }
  let events = Recorder<CoordinatorLinkEvent>()
  let made = makeClient(of: server.address, configuration, events)
  client.withLock { $0 = made }
  await events.wait { $0 == [.connected] }
  let lines = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
  let printing = Thread {
    for number in 0..<lineCount {
      made.sendWhenWritable(
        .console(job: JobID(hex: "ab"), subtask: SubtaskID(vertex: 0, subtask: number), lines: lines, isError: false))
      sent.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }
  }
  printing.start()
  #expect(await received.wait { $0.count == lineCount } == Array(0..<lineCount))
  #expect(events.events == [.connected])
  #expect(made.waitingCount == 0)
  await made.stop()
  await server.stop()
}
