import Columnar
import Dataflow
import Execution
import State
import TestKit
import Testing

@Suite struct ExchangeTests {
  private func channels(_ count: Int) -> [QueueChannel] { (0..<count).map { _ in QueueChannel(byteCountMax: 1 << 30) } }
  private func batches(_ channel: QueueChannel) -> [RecordBatch] {
    channel.drain().compactMap { if case .batch(let batch) = $0 { batch } else { nil } }
  }

  private func owner(_ key: Int64, of parallelism: Int) -> Int {
    let hash = PartitionHash.hashes([.int64(FixedColumn([key]))], types: [.int64], rowCount: 1)[0]
    return KeyGroup.subtask(of: KeyGroup.index(hash: hash, maxParallelism: 128), parallelism: parallelism, maxParallelism: 128)
  }

  @Test("rows go to the subtask that owns their key group, in order, and only when flushed", arguments: [2, 3, 7])
  func hash(parallelism: Int) {
    let channels = channels(parallelism)
    let exchange = Exchange([OutputEdge(.hash([0]), channels: channels)], maxParallelism: 128)
    for round in 0..<Int64(5) { exchange.send(pairs((0..<40).map { ($0, round) })) }
    #expect(channels.allSatisfy { $0.queue.isEmpty } && exchange.hasGathered)
    exchange.flush()
    #expect(!exchange.hasGathered)
    for (subtask, channel) in channels.enumerated() {
      let keys = (0..<Int64(40)).filter { owner($0, of: parallelism) == subtask }
      let expected = (0..<Int64(5)).flatMap { round in keys.map { [Value.integer($0), .integer(round)] } }
      let batches = batches(channel)
      #expect(batches.count <= 1, "gathered over all input batches")
      #expect(batches.flatMap { batch in (0..<batch.rowCount).map { batch.values(at: $0) } } == expected)
    }
  }

  @Test("a destination is flushed on its own at 4,096 rows, and rows of one input batch are never parted")
  func full() {
    let channels = channels(2)
    let exchange = Exchange([OutputEdge(.hash([0]), channels: channels)], maxParallelism: 128)
    let key = (0..<Int64(100)).first { owner($0, of: 2) == 1 }!
    for n in 0..<Int64(5) { exchange.send(pairs((0..<1_000).map { (key, n * 1_000 + $0) })) }
    #expect(channels[0].queue.isEmpty)
    #expect(batches(channels[1]).map(\.rowCount) == [4_000])
    exchange.broadcast(.watermark(Watermark(microseconds: 1)))
    #expect(channels[1].drain().map { if case .batch(let batch) = $0 { batch.rowCount } else { 0 } } == [1_000, 0])
  }

  @Test("rows are gathered though their strings share a large buffer, but not from ever more batches")
  func sharedBuffers() {
    let channels = channels(2)
    let exchange = Exchange([OutputEdge(.hash([0]), channels: channels)], maxParallelism: 128)
    let key = (0..<Int64(100)).first { owner($0, of: 2) == 0 }!
    let schema = Schema([Field("key", .int64), Field("text", .string)])
    for n in 1...Exchange.gatheredBatchCountMax {
      let storage = ByteStorage([UInt8](repeating: 7, count: 1 << 20))
      let view = ByteView(bytes: UnsafeRawBufferPointer(rebasing: storage.bytes[0..<20]), buffer: 0, offset: 0)
      exchange.send(
        RecordBatch(
          schema: schema, columns: [.int64(FixedColumn([key])), .bytes(BytesColumn(views: [view], buffers: [storage]))], rowCount: 1))
      #expect(exchange.hasGathered == (n < Exchange.gatheredBatchCountMax))
    }
    #expect(batches(channels[0]).map(\.rowCount) == [Exchange.gatheredBatchCountMax])
    #expect(exchange.bytesOut == Int64(Exchange.gatheredBatchCountMax * (8 + 16 + 20)))
  }

  @Test("-U and +U of a key that arrive together leave together, however full the destination is")
  func changelogPairs() {
    let channels = channels(2)
    let exchange = Exchange([OutputEdge(.hash([0]), channels: channels)], maxParallelism: 128)
    let builder = BatchBuilder(pairSchema)
    for round in 0..<Int64(700) {
      for key in Int64(0)..<Int64(10) {
        builder.append([.integer(key), .integer(round)], .updateBefore)
        builder.append([.integer(key), .integer(round + 1)], .updateAfter)
      }
      exchange.send(builder.finish())
    }
    exchange.flush()
    for batch in channels.flatMap({ batches($0) }) {
      var open: Set<Value> = []
      for row in 0..<batch.rowCount {
        if batch.change(row) == .updateBefore { open.insert(batch.values(at: row)[0]) } else { open.remove(batch.values(at: row)[0]) }
      }
      #expect(open.isEmpty)
    }
  }

  @Test("one destination gets the batch itself; broadcast, rebalance and global send as their names say")
  func others() {
    let batch = pairs([(1, 1), (2, 2)])
    let (single, all, turns, first) = (channels(1), channels(3), channels(3), channels(3))
    let exchange = Exchange(
      [
        OutputEdge(.hash([0]), channels: single), OutputEdge(.broadcast, channels: all), OutputEdge(.rebalance, channels: turns),
        OutputEdge(.global, channels: first),
      ], maxParallelism: 128)
    for _ in 0..<4 { exchange.send(batch) }
    #expect(!exchange.hasGathered)
    exchange.broadcast(.end)
    func counts(_ channels: [QueueChannel]) -> [Int] {
      channels.map { channel in
        let elements = channel.drain()
        #expect(elements.last == .end)
        return elements.count - 1
      }
    }
    #expect(counts(single) == [4])
    #expect(counts(all) == [4, 4, 4])
    #expect(counts(turns) == [2, 1, 1])
    #expect(counts(first) == [4, 0, 0])
    #expect(exchange.recordsOut == 8)
  }

  @Test("one channel without credit takes the credit of all")
  func credit() {
    let channels = [QueueChannel(byteCountMax: 1), QueueChannel()]
    let exchange = Exchange([OutputEdge(.rebalance, channels: channels)], maxParallelism: 128)
    #expect(exchange.hasCredit)
    exchange.send(pairs([(1, 1)]))
    #expect(!exchange.hasCredit)
    _ = channels[0].next()
    #expect(exchange.hasCredit)
  }
}
