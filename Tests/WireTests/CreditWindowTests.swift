//  Flow control as a value: credit never negative, nothing lost, everything bounded.

import Dataflow
import TestKit
import Testing
import Wire

private func barrier(_ epoch: Int64) -> ControlElement { .barrier(CheckpointBarrier(epoch: Epoch(epoch), triggeredAt: 0)) }
private func watermark(_ microseconds: Int64) -> ControlElement { .watermark(Watermark(microseconds: microseconds)) }
private func payload(_ count: Int, _ tag: UInt8 = 0) -> [UInt8] { [UInt8](repeating: tag, count: count) }

private func next(_ window: inout SendWindow) -> SendWindow.Item? { window.next() }

private func offer(_ window: inout SendWindow, _ payloads: [[UInt8]]) -> Bool { window.offer(batch: payloads) }

private func drain(_ window: inout SendWindow) -> [SendWindow.Item] {
  var items: [SendWindow.Item] = []
  while let item = window.next() { items.append(item) }
  return items
}

@Test("nothing goes before the consumer is there, and one batch may wait for it")
func waitsForTheConsumer() throws {
  var window = SendWindow()
  #expect(offer(&window, [payload(10)]))
  #expect(!offer(&window, [payload(10)]))
  #expect(next(&window) == nil)
  try window.accept(window: 100)
  #expect(next(&window) == .batch(payload: payload(10)))
  #expect(window.credit == 90)
}

@Test("a batch larger than the window goes when all credit is back")
func anyBatchFits() throws {
  var window = SendWindow()
  try window.accept(window: 100)
  #expect(offer(&window, [payload(1)]))
  #expect(next(&window) != nil)
  #expect(offer(&window, [payload(5000)]))
  #expect(next(&window) == nil)
  try window.grant(1)
  #expect(next(&window) == .batch(payload: payload(5000)))
  #expect(window.credit == 0)
}

@Test("a control element needs no credit, but stays behind the batch before it")
func orderIsKept() throws {
  var window = SendWindow()
  try window.accept(window: 10)
  _ = window.offer(batch: [payload(10)])
  _ = window.next()
  _ = window.offer(batch: [payload(3)])
  _ = window.offer(barrier(1))
  #expect(next(&window) == nil)
  try window.grant(10)
  #expect(drain(&window) == [.batch(payload: payload(3)), .control(barrier(1))])
  _ = window.offer(watermark(5))
  #expect(window.credit == 7)
  #expect(next(&window) == .control(watermark(5)))
}

@Test("watermarks that wait merge between two barriers, never across one")
func watermarksMerge() throws {
  var window = SendWindow()
  for element in [watermark(1), watermark(2), barrier(1), watermark(3), watermark(4), .idle, watermark(5), barrier(2)] {
    _ = window.offer(element)
  }
  try window.accept(window: 1)
  #expect(
    drain(&window)
      == [watermark(2), barrier(1), watermark(5), .idle, barrier(2)].map(SendWindow.Item.control))
}

@Test("of idle and active the last one stays, and a watermark comes while the input is active")
func activityMerges() throws {
  var window = SendWindow()
  for element in [.idle, .active, watermark(7), .idle, .active] as [ControlElement] { _ = window.offer(element) }
  try window.accept(window: 1)
  #expect(drain(&window) == [.control(.active), .control(watermark(7))])
}

@Test("an abort takes the place of its barrier; a barrier is not doubled")
func abortsSupersede() throws {
  var window = SendWindow()
  for element in [barrier(1), barrier(1), watermark(1), .abort(Epoch(1)), .abort(Epoch(1)), barrier(2)] { _ = window.offer(element) }
  try window.accept(window: 1)
  #expect(drain(&window) == [watermark(1), .abort(Epoch(1)), barrier(2)].map(SendWindow.Item.control))
}

@Test("nothing follows the end")
func endIsLast() throws {
  var window = SendWindow()
  try window.accept(window: 10)
  _ = window.offer(.end)
  #expect(!window.isWritable)
  #expect(!offer(&window, [payload(1)]))
  _ = window.offer(watermark(1))
  #expect(drain(&window) == [.control(.end)])
  #expect(window.isDrained)
}

@Test("what waits is bounded, whatever is offered")
func waitingIsBounded() {
  var window = SendWindow()
  var taken = 0
  for epoch in 0..<Int64(2 * SendWindow.waitingCountMax) {
    if window.offer(barrier(epoch)) { taken += 1 }
  }
  #expect(taken == SendWindow.waitingCountMax)
  #expect(window.waitingCount == SendWindow.waitingCountMax)
}

@Test("credit that was not spent, or comes twice, is an error and changes nothing")
func creditIsChecked() throws {
  var window = SendWindow()
  #expect(throws: WireError.self) { try window.grant(1) }
  try window.accept(window: 10)
  #expect(throws: WireError.self) { try window.accept(window: 10) }
  #expect(throws: WireError.self) { try window.grant(1) }
  _ = window.offer(batch: [payload(4)])
  _ = window.next()
  try window.grant(4)
  #expect(throws: WireError.self) { try window.grant(4) }
  #expect(throws: WireError.self) { try window.grant(0) }
  #expect(throws: WireError.self) { try window.grant(-1) }
  #expect(window.credit == 10)
}

@Test("a batch without credit is an error of the producer")
func overrunIsNoticed() throws {
  var window = ReceiveWindow(window: 10)
  #expect(try window.receive(payloadByteCount: 6) == 6)
  #expect { try window.receive(payloadByteCount: 5) } throws: { ($0 as? WireError)?.kind == .unexpected }
  // Consumed, but not granted again yet: the producer cannot know.
  _ = try window.receive(payloadByteCount: 3)
  let early = window.consume(3)
  #expect(early == nil)
  #expect(throws: WireError.self) { try window.receive(payloadByteCount: 4) }
  let late = window.consume(6)
  #expect(late == 9)
}

/// Both sides joined by two lossless, ordered lines of arbitrary delay; what the transport gives.
@Test("credit is never negative, nothing is lost or doubled, and nothing stands still", arguments: 0..<200 as Range<UInt64>)
func conservation(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let size = Int.random(in: 1...500, using: &random)
  var sender = SendWindow()
  var receiver = ReceiveWindow(window: size)
  try sender.accept(window: size)
  var line: [[UInt8]] = []
  var credits: [Int] = []
  var queue: [Int] = []
  var offered = 0
  var consumed = 0
  let total = 200
  var idleTurns = 0
  while consumed < total {
    let before = (offered, line.count, credits.count, queue.count)
    switch Int.random(in: 0..<5, using: &random) {
    case 0 where offered < total:
      if sender.offer(batch: [payload(Int.random(in: 1...(2 * size), using: &random))]) { offered += 1 }
    case 1: if case .batch(let payload)? = sender.next() { line.append(payload) }
    case 2 where !line.isEmpty: queue.append(try receiver.receive(payloadByteCount: line.removeFirst().count))
    case 3 where !queue.isEmpty:
      consumed += 1
      if let bytes = receiver.consume(queue.removeFirst()) { credits.append(bytes) }
    case 4 where !credits.isEmpty: try sender.grant(credits.removeFirst())
    default: break
    }
    let onTheLine = line.reduce(0) { $0 + Credit.cost(payloadByteCount: $1.count, window: size) }
    #expect(sender.credit >= 0)
    #expect(sender.credit + onTheLine + receiver.outstanding + receiver.unannounced + credits.reduce(0, +) == size)
    idleTurns = before == (offered, line.count, credits.count, queue.count) ? idleTurns + 1 : 0
    try #require(idleTurns < 1000, "producer and consumer wait for each other")
  }
  #expect(offered == total)
  #expect(sender.isDrained)
}
