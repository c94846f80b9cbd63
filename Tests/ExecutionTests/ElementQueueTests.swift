import Columnar
import Dataflow
import Execution
import TestKit
import Testing

private func barrier(_ epoch: Int64) -> StreamElement { .barrier(CheckpointBarrier(epoch: Epoch(epoch), triggeredAt: 0)) }
private func watermark(_ time: Int64) -> StreamElement { .watermark(Watermark(microseconds: time)) }

@Suite struct ElementQueueTests {
  private func drain(_ queue: inout ElementQueue) -> [StreamElement] {
    var elements: [StreamElement] = []
    while let element = queue.pop() { elements.append(element) }
    return elements
  }

  @Test("elements come out in the order in which they went in")
  func order() {
    var queue = ElementQueue()
    let elements: [StreamElement] = [.batch(pairs([(1, 1)])), watermark(3), barrier(1), .batch(pairs([(1, 2)])), .idle, .end]
    for element in elements { queue.push(element) }
    #expect(drain(&queue) == elements)
  }

  @Test("credit ends with the bytes, comes back with what is taken, and one batch always goes in")
  func credit() {
    var queue = ElementQueue(byteCountMax: 40)
    let batch = pairs([(1, 1), (2, 2)])  // 32 bytes
    queue.push(.batch(batch))
    #expect(queue.hasCredit)
    queue.push(.batch(batch))
    #expect(!queue.hasCredit)
    #expect(queue.byteCount == 64)
    _ = queue.pop()
    #expect(queue.hasCredit)
    queue.push(.batch(pairs((0..<1_000).map { ($0, 0) })))
    #expect(!queue.hasCredit && queue.count == 2)
  }

  /// One row of 20 bytes in a buffer that is much larger.
  private func rowOfLargeBuffer() -> RecordBatch {
    let storage = ByteStorage([UInt8](repeating: 7, count: 1 << 20))
    let view = ByteView(bytes: UnsafeRawBufferPointer(rebasing: storage.bytes[40..<60]), buffer: 0, offset: 40)
    return RecordBatch(
      schema: Schema([Field("text", .string)]), columns: [.bytes(BytesColumn(views: [view], buffers: [storage]))], rowCount: 1)
  }

  @Test("rows of a large shared buffer cost what they take, and only so many batches hold on to one")
  func sharedBuffers() {
    var queue = ElementQueue()
    for _ in 1..<ElementQueue.batchCountMax {
      queue.push(.batch(rowOfLargeBuffer()))
      #expect(queue.hasCredit)
    }
    #expect(queue.byteCount == (ElementQueue.batchCountMax - 1) * 36)
    queue.push(.batch(rowOfLargeBuffer()))
    #expect(!queue.hasCredit)
    queue.push(.idle)
    _ = queue.pop()
    #expect(queue.hasCredit)
    queue.close()
    #expect(queue.hasCredit && queue.byteCount == 0)
  }

  @Test("behind the last batch watermarks merge, but not across a barrier")
  func merging() {
    var queue = ElementQueue()
    for element in [watermark(1), watermark(2), barrier(1), watermark(3), watermark(4)] { queue.push(element) }
    #expect(drain(&queue) == [watermark(2), barrier(1), watermark(4)])
  }

  @Test("a newer barrier supersedes one that waits, and the watermarks that it parted merge")
  func superseding() {
    var queue = ElementQueue()
    for element in [watermark(1), barrier(1), watermark(2), barrier(2)] { queue.push(element) }
    #expect(drain(&queue) == [watermark(2), barrier(2)])
    for element in [barrier(3), .batch(pairs([(1, 1)])), barrier(4)] { queue.push(element) }
    #expect(drain(&queue) == [barrier(3), .batch(pairs([(1, 1)])), barrier(4)])
  }

  @Test("an abort takes the barrier that waits away and is itself handed on")
  func abort() {
    var queue = ElementQueue()
    for element in [barrier(1), .abort(Epoch(1)), barrier(2), .abort(Epoch(2))] { queue.push(element) }
    #expect(drain(&queue) == [.abort(Epoch(2))])
  }

  @Test("without a reader, what is exempt from credit stays bounded", arguments: 0..<64 as Range<UInt64>)
  func bounded(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = ElementQueue()
    var peak = 0
    for step in 0..<2_000 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: queue.push(watermark(Int64(step)))
      case 1: queue.push(barrier(Int64(step)))
      case 2: queue.push(.idle)
      case 3: queue.push(.active)
      default: queue.push(.abort(Epoch(Int64(step))))
      }
      peak = max(peak, queue.count)
    }
    #expect(peak <= 5)
  }

  @Test("after the end and after closing everything is dropped")
  func dropping() {
    var queue = ElementQueue()
    queue.push(.end)
    queue.push(watermark(1))
    #expect(drain(&queue) == [.end])
    var closed = ElementQueue(byteCountMax: 1)
    closed.push(.batch(pairs([(1, 1)])))
    closed.close()
    closed.push(.batch(pairs([(1, 1)])))
    #expect(closed.isEmpty && closed.hasCredit && closed.byteCount == 0)
  }

  @Test("taking and adding in turns keeps order and bytes right over many elements")
  func longRun() {
    var queue = ElementQueue()
    var expected: Int64 = 0
    for n in Int64(0)..<1_000 {
      queue.push(.batch(pairs([(n, n)])))
      queue.push(.batch(pairs([(n, n)])))
      if n % 3 != 0 {
        #expect(queue.pop() == .batch(pairs([(expected / 2, expected / 2)])))
        expected += 1
      }
    }
    #expect(queue.byteCount == queue.count * 16)
  }
}
