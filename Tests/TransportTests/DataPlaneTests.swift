//  Channels between two workers over loopback: order, credit, and ends that both sides notice.

import Columnar
import Dataflow
import Synchronization
import TestKit
import Testing
import Wire

@testable import Transport

private enum Event: Sendable, Equatable {
  case element(StreamElement, cost: Int)
  case closed(String)
  case writable
}

private func channel(_ toSubtask: Int, attempt: Int = 1) -> ChannelID {
  ChannelID(job: JobID(hex: "ab"), attempt: Attempt(attempt), edge: 0, fromSubtask: 0, toSubtask: toSubtask)
}

/// Two workers, and what their channels report.
private struct Pair {
  let producer: DataPlane
  let consumer: DataPlane
  let address: Address

  init(_ configuration: TransportConfiguration = quiet) async throws {
    producer = DataPlane(configuration: configuration, logger: logger)
    consumer = DataPlane(configuration: configuration, logger: logger)
    address = try await consumer.listen(host: "127.0.0.1", port: 0)
  }

  func register(_ id: ChannelID, schema: Schema = numbers, windowBytes: Int? = nil) -> (IncomingChannel, Recorder<Event>) {
    let events = Recorder<Event>()
    let incoming = consumer.register(
      id, schema: schema, windowBytes: windowBytes, receive: { events.append(.element($0, cost: $1)) },
      closed: { events.append(.closed($0)) })
    return (incoming, events)
  }

  func open(_ id: ChannelID, schema: Schema = numbers, to other: Address? = nil) -> (OutgoingChannel, Recorder<Event>) {
    let events = Recorder<Event>()
    let outgoing = producer.openChannel(
      id, to: other ?? address, schema: schema, onWritable: { events.append(.writable) }, onClosed: { events.append(.closed($0)) })
    return (outgoing, events)
  }

  func stop() async {
    await producer.stop()
    await consumer.stop()
  }
}

private let numbers = schema("number")

/// Rows `first ..< first + count`.
private func rows(_ first: Int, _ count: Int = 1) -> StreamElement {
  .batch(batch("number\n" + (first..<(first + count)).map(String.init).joined(separator: "\n")))
}

/// Sends, waiting for room as a subtask would.
private func send(_ element: StreamElement, on outgoing: OutgoingChannel, _ events: Recorder<Event>) async {
  var seen = 0
  while !outgoing.trySend(element) {
    let wanted = seen + 1
    seen = await events.wait { $0.filter { $0 == .writable }.count >= wanted }.filter { $0 == .writable }.count
  }
}

private func elements(_ events: [Event]) -> [StreamElement] {
  events.compactMap { if case .element(let element, _) = $0 { element } else { nil } }
}

private func closeReasons(_ events: [Event]) -> [String] {
  events.compactMap { if case .closed(let reason) = $0 { reason } else { nil } }
}

@Test("every kind of element arrives, in order", .timeLimit(.minutes(1)))
func elementsArriveInOrder() async throws {
  let pair = try await Pair()
  var random = SeededGenerator(seed: 1)
  let (_, received) = pair.register(channel(0), schema: everyType)
  let (outgoing, sent) = pair.open(channel(0), schema: everyType)
  let all: [StreamElement] = [
    .active, .batch(randomBatch(everyType, rowCount: 20, using: &random)), .watermark(Watermark(microseconds: 5)),
    .batch(randomBatch(everyType, rowCount: 20, using: &random)), .barrier(CheckpointBarrier(epoch: Epoch(1), triggeredAt: 9)), .idle,
    .active, .abort(Epoch(1)), .watermark(.end), .end,
  ]
  for (index, element) in all.enumerated() {
    await send(element, on: outgoing, sent)
    await received.wait { $0.count == index + 1 }
  }
  #expect(elements(received.events) == all)
  await pair.stop()
}

@Test("a slow consumer stops its producer; credit lets everything through", .timeLimit(.minutes(1)), arguments: [1, 100, 5_000, 1 << 16])
func creditBoundsWhatIsSent(window: Int) async throws {
  let pair = try await Pair()
  let (incoming, received) = pair.register(channel(0), windowBytes: window)
  let (outgoing, sent) = pair.open(channel(0))
  // Nothing is consumed: the window, and one batch that waits, are all that is taken.
  #expect(outgoing.trySend(rows(0, 100)))
  var taken = 1
  await received.wait { $0.count == 1 }
  while outgoing.trySend(rows(taken * 100, 100)) {
    taken += 1
    let expected = taken
    if window < 900 || taken * 900 > window { break }
    await received.wait { $0.count == expected }
  }
  while outgoing.trySend(rows(taken * 100, 100)) { taken += 1 }
  #expect(taken * 800 <= window + 3 * 1000)
  #expect(!outgoing.isWritable)

  // A consumer that consumes at once.
  let total = taken + 200
  let consuming = Task {
    for index in 0..<total {
      let events = await received.wait { elements($0).count > index }
      if case .element(_, let cost) = events[index] { incoming.grantCredit(cost) }
    }
  }
  while taken < total {
    await send(rows(taken * 100, 100), on: outgoing, sent)
    taken += 1
  }
  await consuming.value
  #expect(elements(received.events) == (0..<total).map { rows($0 * 100, 100) })
  #expect(closeReasons(received.events) == [])
  await pair.stop()
}

@Test("a channel that stands still does not hold up another one to the same worker", .timeLimit(.minutes(1)))
func noHeadOfLineBlocking() async throws {
  let pair = try await Pair()
  let (_, stuckReceived) = pair.register(channel(0), windowBytes: 100)
  let (incoming, received) = pair.register(channel(1), windowBytes: 100)
  let (stuck, _) = pair.open(channel(0))
  let (outgoing, sent) = pair.open(channel(1))
  while stuck.trySend(rows(0, 100)) {}
  for index in 0..<100 {
    await send(rows(index, 100), on: outgoing, sent)
    let events = await received.wait { $0.count > index }
    if case .element(_, let cost) = events[index] { incoming.grantCredit(cost) }
  }
  #expect(stuckReceived.events.count <= 1)
  // Barriers pass a consumer that takes no batch only behind the batch that waits; watermarks merge meanwhile.
  #expect(stuck.trySend(.watermark(Watermark(microseconds: 1))))
  #expect(stuck.trySend(.barrier(CheckpointBarrier(epoch: Epoch(1), triggeredAt: 0))))
  await pair.stop()
}

@Test("a producer that comes first waits for its consumer", .timeLimit(.minutes(1)))
func earlyProducerIsParked() async throws {
  let pair = try await Pair()
  let (outgoing, sent) = pair.open(channel(0))
  #expect(outgoing.trySend(rows(1)))
  #expect(!outgoing.trySend(rows(2)))
  #expect(outgoing.trySend(.watermark(Watermark(microseconds: 3))))
  // A second channel that is answered shows that the first one has been parked.
  let (_, other) = pair.register(channel(1))
  let (probe, _) = pair.open(channel(1))
  _ = probe.trySend(.end)
  await other.wait { $0.count == 1 }
  let (_, received) = pair.register(channel(0))
  let events = await received.wait { $0.count == 2 }
  #expect(elements(events) == [rows(1), .watermark(Watermark(microseconds: 3))])
  await sent.wait { $0 == [.writable] }
  await pair.stop()
}

@Test("a producer whose consumer does not come is closed after a while, and one too many at once", .timeLimit(.minutes(1)))
func parkingIsBounded() async throws {
  var configuration = quiet
  configuration.parkedChannelCountMax = 1
  configuration.parkedChannelTimeout = .milliseconds(100)
  let pair = try await Pair(configuration)
  let (_, first) = pair.open(channel(0))
  let (_, second) = pair.open(channel(1))
  #expect(closeReasons(await second.wait { !$0.isEmpty }) == ["1 channels wait for their consumer already"])
  #expect(closeReasons(await first.wait { !$0.isEmpty }) == ["no consumer came in time"])
  await pair.stop()
}

@Test("ends whose schemas differ are both closed", .timeLimit(.minutes(1)))
func schemasMustAgree() async throws {
  let pair = try await Pair()
  let (_, received) = pair.register(channel(0))
  let (_, sent) = pair.open(channel(0), schema: schema("other"))
  #expect(closeReasons(await sent.wait { !$0.isEmpty }) == ["the producer's schema is not the consumer's"])
  #expect(closeReasons(await received.wait { !$0.isEmpty }) == ["the producer's schema is not the consumer's"])
  await pair.stop()
}

@Test("a consumer that closes is noticed by its producer, and is not called any more", .timeLimit(.minutes(1)))
func consumerCloses() async throws {
  let pair = try await Pair()
  let (incoming, received) = pair.register(channel(0))
  let (outgoing, sent) = pair.open(channel(0))
  _ = outgoing.trySend(rows(1))
  await received.wait { $0.count == 1 }
  incoming.close()
  #expect(closeReasons(await sent.wait { !$0.isEmpty }) == ["the consumer has closed"])
  // Everything is taken and dropped now.
  for number in 0..<10 { #expect(outgoing.trySend(rows(number))) }
  #expect(received.events.count == 1)
  await pair.stop()
}

@Test("a producer that closes before the end is noticed; after the end it is not news", .timeLimit(.minutes(1)))
func producerCloses() async throws {
  let pair = try await Pair()
  let (_, cut) = pair.register(channel(0))
  let (_, whole) = pair.register(channel(1))
  let (cutOutgoing, _) = pair.open(channel(0))
  let (wholeOutgoing, wholeSent) = pair.open(channel(1))
  _ = wholeOutgoing.trySend(rows(1))
  _ = wholeOutgoing.trySend(.end)
  wholeOutgoing.close()
  _ = cutOutgoing.trySend(rows(1))
  await cut.wait { $0.count == 1 }
  cutOutgoing.close()
  // Same connection, later: whatever the close of the whole one does has been done.
  #expect(closeReasons(await cut.wait { $0.count == 2 }) == ["the producer has closed"])
  #expect(elements(whole.events) == [rows(1), .end])
  #expect(closeReasons(whole.events) == [])
  #expect(closeReasons(wholeSent.events) == [])
  await pair.stop()
}

@Test("a lost connection closes every channel on both ends", .timeLimit(.minutes(1)), arguments: [true, false])
func lostConnection(producerGoes: Bool) async throws {
  let pair = try await Pair()
  let ends = (0..<3).map { (pair.register(channel($0)).1, pair.open(channel($0))) }
  for (received, (outgoing, _)) in ends {
    _ = outgoing.trySend(rows(1))
    await received.wait { $0.count == 1 }
  }
  if producerGoes { await pair.producer.stop() } else { await pair.consumer.stop() }
  for (received, (_, sent)) in ends {
    #expect(closeReasons(await received.wait { $0.count == 2 }).count == 1)
    #expect(closeReasons(await sent.wait { !closeReasons($0).isEmpty }).count == 1)
  }
  await pair.stop()
}

@Test("a worker that cannot be reached closes the channel, with the address", .timeLimit(.minutes(1)))
func unreachableWorker() async throws {
  let pair = try await Pair()
  let gone = try await DataPlane(configuration: quiet, logger: logger).listenAndStop()
  let (outgoing, sent) = pair.open(channel(0), to: gone)
  _ = outgoing.trySend(rows(1))
  let reasons = closeReasons(await sent.wait { !$0.isEmpty })
  #expect(reasons.count == 1)
  #expect(reasons[0].hasPrefix("could not connect to \(gone)"))
  await pair.stop()
}

extension DataPlane {
  fileprivate func listenAndStop() async throws -> Address {
    let address = try await listen(host: "127.0.0.1", port: 0)
    await stop()
    return address
  }
}

@Test("cancelling an attempt closes its channels and older ones, not newer", .timeLimit(.minutes(1)))
func closingAnAttempt() async throws {
  let pair = try await Pair()
  let ends = (1...3).map { attempt in
    (pair.register(channel(0, attempt: attempt)).1, pair.open(channel(0, attempt: attempt)))
  }
  for (received, (outgoing, _)) in ends {
    _ = outgoing.trySend(rows(1))
    await received.wait { $0.count == 1 }
  }
  pair.producer.closeChannels(job: JobID(hex: "ab"), through: Attempt(2))
  for (received, (_, sent)) in ends[..<2] {
    #expect(closeReasons(await received.wait { $0.count == 2 }) == ["the producer has closed"])
    // The side that asked for it is not told.
    #expect(sent.events == [])
  }
  _ = ends[2].1.0.trySend(rows(2))
  #expect(elements(await ends[2].0.wait { $0.count == 2 }) == [rows(1), rows(2)])
  pair.consumer.closeChannels(job: JobID(hex: "ab"), through: Attempt(3))
  #expect(closeReasons(await ends[2].1.1.wait { !$0.isEmpty }) == ["the consumer has closed"])
  await pair.stop()
}

@Test("many channels, many batches, few bytes of credit: everything arrives once and in order", .timeLimit(.minutes(2)))
func manyChannels() async throws {
  let pair = try await Pair()
  await withTaskGroup(of: Bool.self) { group in
    for number in 0..<16 {
      let (incoming, received) = pair.register(channel(number), windowBytes: 50 + number * 400)
      let (outgoing, sent) = pair.open(channel(number))
      group.addTask {
        for index in 0..<100 { await send(rows(index * 10, 10), on: outgoing, sent) }
        await send(.end, on: outgoing, sent)
        outgoing.close()
        return true
      }
      group.addTask {
        for index in 0..<101 {
          let events = await received.wait { $0.count > index }
          if case .element(_, let cost) = events[index] { incoming.grantCredit(cost) }
        }
        return elements(received.events) == (0..<100).map { rows($0 * 10, 10) } + [.end]
      }
    }
    for await isRight in group { #expect(isRight) }
  }
  await pair.stop()
}

// MARK: Peers that break the rules

@Test("a batch without credit ends the connection", .timeLimit(.minutes(1)))
func overrunEndsTheConnection() async throws {
  let pair = try await Pair()
  let (_, received) = pair.register(channel(0), windowBytes: 100)
  let peer = RawPeer(to: pair.address)
  let payload = DataFrame.encode(batch("number\n" + (0..<50).map(String.init).joined(separator: "\n")), number: 1)
  try peer.send(
    hello(.data), DataFrame.open(number: 1, channel: channel(0), schemaDigest: numbers.wireDigest).frame,
    Frame(kind: .batch, payload: payload), Frame(kind: .batch, payload: payload))
  let events = await received.wait { $0.count == 2 }
  #expect(closeReasons(events) == ["a batch of \(payload.count) bytes came without credit"])
  #expect(try peer.readToEnd() != nil)
  await pair.stop()
}

@Test("frames for a channel that was never opened end the connection; for a closed one they are dropped", .timeLimit(.minutes(1)))
func unknownChannels() async throws {
  let pair = try await Pair()
  let (incoming, received) = pair.register(channel(0))
  let peer = RawPeer(to: pair.address)
  try peer.send(hello(.data), DataFrame.open(number: 1, channel: channel(0), schemaDigest: numbers.wireDigest).frame)
  #expect(try peer.readFrame()?.kind == .welcome)
  #expect(try peer.readFrame()?.kind == .acceptChannel)
  incoming.close()
  #expect(try peer.readFrame().map { try DataFrame($0) } == .close(number: 1, reason: "the consumer has closed"))
  let (_, other) = pair.register(channel(1))
  try peer.send(
    DataFrame.control(number: 1, .idle).frame, DataFrame.open(number: 2, channel: channel(1), schemaDigest: numbers.wireDigest).frame,
    DataFrame.control(number: 2, .idle).frame, DataFrame.control(number: 3, .idle).frame)
  let events = await other.wait { $0.count == 2 }
  #expect(elements(events) == [.idle])
  #expect(closeReasons(events) == ["channel 3 was never opened"])
  #expect(received.events == [])
  await pair.stop()
}

@Test("1,000 mutated frames: channels of other connections go on", .timeLimit(.minutes(2)), arguments: 0..<10 as Range<UInt64>)
func mutatedFramesAgainstALiveDataPlane(seed: UInt64) async throws {
  var random = SeededGenerator(seed: seed)
  let pair = try await Pair()
  let (_, received) = pair.register(channel(0))
  let (outgoing, _) = pair.open(channel(0))
  _ = outgoing.trySend(rows(1))
  await received.wait { $0.count == 1 }
  for number in 1...100 {
    let (_, _) = pair.register(channel(number))
    let peer = RawPeer(to: pair.address)
    try peer.send(hello(.data))
    var bytes = try [
      DataFrame.open(number: 1, channel: channel(number), schemaDigest: numbers.wireDigest).frame,
      Frame(kind: .batch, payload: DataFrame.encode(batch("number\n1\n2"), number: 1)),
      DataFrame.control(number: 1, .watermark(.end)).frame,
      DataFrame.control(number: 1, .end).frame,
    ].flatMap { try $0.encoded(payloadMax: Frame.dataPayloadMax) }
    mutate(&bytes, using: &random)
    peer.send(bytes)
    peer.finishSending()
    _ = try #require(try peer.readToEnd(), "the worker lets go of the connection")
  }
  _ = outgoing.trySend(rows(2))
  #expect(elements(await received.wait { $0.count == 2 }) == [rows(1), rows(2)])
  await pair.stop()
}
