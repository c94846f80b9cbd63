//  One subtask, stepped by hand.

import Columnar
import Dataflow
import Execution
import State
import TestKit
import Testing

private let id = OperatorID(hex: "f")

private func backend(_ snapshots: [OperatorSnapshot] = []) throws -> StateBackend {
  let backend = StateBackend(keyGroups: KeyGroupRange(lower: 0, upper: 128), maxParallelism: 128, subtask: 0, parallelism: 1)
  try backend.restore(snapshots)
  return backend
}

private func barrier(_ epoch: Int64) -> CheckpointBarrier { CheckpointBarrier(epoch: Epoch(epoch), triggeredAt: 0) }

/// Wants to be called at each multiple of 100 and emits the time then.
private final class Ticker: Operator {
  var nextProcessingTimer: Int64? = 100
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress { .done }
  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress {
    while let timer = nextProcessingTimer, timer <= now {
      output.emit(pairs([(timer, now)]))
      nextProcessingTimer = timer + 100
    }
    return .done
  }
}

private final class Failing: Operator {
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    throw OperatorError(.user, .never, "division by zero")
  }
}

@Suite struct SubtaskLoopTests {
  private let input = QueueChannel()
  private let output = QueueChannel(byteCountMax: 40)

  private func loop(_ operators: [any Operator] = [], partitioning: Partitioning = .forward, after epoch: Int64 = 0) throws -> SubtaskLoop {
    try loop(
      head: .gate(InputGate([InputGate.Source(input)], after: Epoch(epoch))), operators,
      tail: .exchange(Exchange([OutputEdge(partitioning, channels: [output])], maxParallelism: 128)), after: epoch)
  }

  private func loop(head: SubtaskHead, _ operators: [any Operator] = [], tail: SubtaskTail, after epoch: Int64 = 0) throws -> SubtaskLoop {
    let members = try operators.map { OperatorChain.Member(id: id, state: try backend(), operator: $0) }
    return SubtaskLoop(
      subtask: SubtaskID(vertex: 0, subtask: 0), job: JobID(hex: "j"), attempt: Attempt(1), head: head, chain: OperatorChain(members),
      tail: tail, after: Epoch(epoch))
  }

  /// Steps until the loop has nothing more to do.
  private func drive(_ loop: SubtaskLoop, now: Int64 = 0) throws -> SubtaskLoop.Standing {
    for _ in 0..<10_000 {
      let standing = try loop.step(now: now)
      if standing != .runnable { return standing }
    }
    Issue.record("the loop does not come to rest")
    return .runnable
  }

  private func spec(rowsPerSecond: Int64? = nil, watermark: WatermarkSpec? = nil) -> SourceSpec {
    SourceSpec(
      table: "t", connector: "c", options: [:], declared: pairSchema, projection: [0, 1], watermark: watermark,
      rowsPerSecond: rowsPerSecond)
  }

  @Test("without credit the loop stops, loses nothing, and goes on when there is credit again")
  func backPressure() throws {
    let loop = try loop()
    for n in Int64(0)..<10 { input.send(.batch(pairs([(n, n), (n, n)]))) }
    input.send(.end)
    var received: [StreamElement] = []
    var blocked = 0
    while true {
      let standing = try drive(loop)
      if standing == .backPressured {
        blocked += 1
        #expect(output.queue.byteCount <= 40 + 32)
        received.append(try #require(output.next()))
      } else {
        #expect(standing == .finished)
        break
      }
    }
    received += output.drain()
    #expect(blocked > 3)
    #expect(received == (Int64(0)..<10).map { .batch(pairs([($0, $0), ($0, $0)])) } + [.end])
    #expect(try loop.step(now: 0) == .finished)
  }

  @Test("gathered rows leave when the input has run dry")
  func flushWhenDry() throws {
    let outputs = [QueueChannel(), QueueChannel()]
    let exchange = Exchange([OutputEdge(.hash([0]), channels: outputs)], maxParallelism: 128)
    let loop = try loop(head: .gate(InputGate([InputGate.Source(input)])), tail: .exchange(exchange))
    input.send(.batch(pairs((0..<10).map { ($0, 0) })))
    #expect(try loop.step(now: 0) == .runnable)
    #expect(outputs.allSatisfy { $0.queue.isEmpty })
    #expect(try drive(loop) == .idle)
    #expect(outputs.allSatisfy { !$0.queue.isEmpty })
  }

  @Test("a sink is flushed once each time the input has run dry")
  func sinkFlush() throws {
    let sink = StagingSink(OutsideWorld(), prefix: "s")
    let loop = try loop(
      head: .gate(InputGate([InputGate.Source(input)])), tail: .sink(SinkTail(id: id, sink: sink, state: backend())))
    for _ in 0..<3 {
      input.send(.batch(pairs([(1, 1)])))
      input.send(.batch(pairs([(1, 2)])))
      #expect(try drive(loop) == .idle)
      #expect(try drive(loop) == .idle)
    }
    #expect(sink.flushCount == 3)
  }

  @Test("a timer is called when it is due, and the loop says when that is")
  func timers() throws {
    let loop = try loop([Ticker()])
    #expect(try drive(loop, now: 40) == .idle)
    #expect(loop.wakeAt == 100)
    #expect(try drive(loop, now: 230) == .idle)
    #expect(loop.wakeAt == 300)
    #expect(output.drain() == [.batch(pairs([(100, 230)])), .batch(pairs([(200, 230)]))])
  }

  @Test("a sink's last committable belongs to the epoch after the last that was seen", arguments: [0, 6])
  func lastCommittable(restored: Int64) throws {
    let world = OutsideWorld()
    let loop = try loop(
      head: .gate(InputGate([InputGate.Source(input)], after: Epoch(restored))),
      tail: .sink(SinkTail(id: id, sink: StagingSink(world, prefix: "s"), state: backend())), after: restored)
    input.send(.batch(pairs([(1, 1)])))
    input.send(.barrier(barrier(restored + 1)))
    input.send(.batch(pairs([(1, 2)])))
    input.send(.end)
    #expect(try drive(loop) == .finished)
    let events = loop.takeEvents()
    guard events.count == 2, case .snapshot(let first) = events[0], case .finished(let last) = events[1] else {
      Issue.record("a snapshot and the end, not \(events)")
      return
    }
    #expect(first.committables.map(\.epoch.number) == [restored + 1])
    #expect(last.committables.map(\.epoch.number) == [restored + 1, restored + 2])
    #expect(last.encode()[id]?.operatorState.count == 2)
  }

  @Test("a committable stays in the state until it is confirmed, and is there again after a restore")
  func committables() throws {
    let world = OutsideWorld()
    let loop = try loop(
      head: .gate(InputGate([InputGate.Source(input)])),
      tail: .sink(SinkTail(id: id, sink: StagingSink(world, prefix: "s"), state: backend())))
    var snapshots: [SubtaskSnapshot] = []
    for epoch in Int64(1)...3 {
      input.send(.batch(pairs([(epoch, 0)])))
      input.send(.barrier(barrier(epoch)))
      _ = try drive(loop)
      for case .snapshot(let snapshot) in loop.takeEvents() { snapshots.append(snapshot) }
      if epoch == 2 { loop.confirmCommit(Epoch(1)) }
    }
    #expect(snapshots.map { $0.committables.map(\.epoch.number) } == [[1], [1, 2], [2, 3]])
    let restored = try SinkTail(
      id: id, sink: StagingSink(world, prefix: "t"), state: backend([try #require(snapshots[2].encode()[id])]))
    #expect(restored.committables == snapshots[2].committables)
  }

  @Test("an enumerator hands its splits out once, then only passes triggers on; restored, it hands out nothing")
  func enumerator() throws {
    func enumerator(_ snapshots: [OperatorSnapshot], after epoch: Int64) throws -> SubtaskLoop {
      try loop(
        head: .enumerator(
          EnumeratorHead(
            id: id, enumerator: CountingEnumerator(splitCount: 2), readerCount: 1, state: try backend(snapshots), after: Epoch(epoch))),
        tail: .exchange(Exchange([OutputEdge(.broadcast, channels: [output])], maxParallelism: 128)), after: epoch)
    }
    let first = try enumerator([], after: 0)
    first.trigger(barrier(4))
    #expect(try drive(first) == .idle)
    let splits = [SourceSplit(id: "0", position: [0, 0]), SourceSplit(id: "1", position: [0, 0])]
    #expect(output.drain() == [.batch(Assignment.batch(splits, parallelism: 1)), .barrier(barrier(4))])
    guard case .snapshot(let snapshot)? = first.takeEvents().first else {
      Issue.record("a snapshot")
      return
    }
    let second = try enumerator([try #require(snapshot.encode()[id])], after: 4)
    second.trigger(barrier(4))  // late
    second.trigger(barrier(5))
    second.trigger(barrier(5))  // doubled
    #expect(try drive(second) == .idle)
    #expect(output.drain() == [.barrier(barrier(5))])
  }

  @Test("a source holds its rate, whatever the steps, and sleeps until it may go on")
  func rate() throws {
    let sink = StagingSink(OutsideWorld(), prefix: "s")
    let loop = try loop(
      head: try source(spec(rowsPerSecond: 2_000), EndlessReader()), tail: .sink(SinkTail(id: id, sink: sink, state: backend())))
    var now: Int64 = 1_000
    var steps = 0
    while now < 1_001_000 {
      #expect(try drive(loop, now: now) == .idle)
      let wakeAt = try #require(loop.wakeAt)
      #expect(wakeAt > now)
      now = wakeAt
      steps += 1
    }
    #expect((1_999...2_001).contains(loop.metrics.recordsIn))
    #expect(steps <= 2_001, "a step is a row at most")
    #expect(loop.metrics.skippedRecords == 3)
  }

  @Test("a source of which some rows are wanted reads no more of an endless split", arguments: [1, 5_000])
  func limited(rowLimit: Int64) throws {
    let sink = StagingSink(OutsideWorld(), prefix: "s")
    var limited = spec()
    limited.rowLimit = rowLimit
    let reader = EndlessReader()
    reader.rowCount = .max
    let loop = try loop(head: try source(limited, reader), tail: .sink(SinkTail(id: id, sink: sink, state: backend())))
    _ = try drive(loop)
    #expect(loop.metrics.recordsIn == rowLimit)
  }

  @Test("a source's watermark is computed from its rows, sent before it waits, and seldom under load")
  func watermarks() throws {
    let reader = EndlessReader()
    let timed = SourceSpec.timed(idleTimeoutMicroseconds: 500)
    let loop = try loop(
      head: try source(timed, reader),
      tail: .exchange(Exchange([OutputEdge(.forward, channels: [QueueChannel(byteCountMax: 1 << 30)])], maxParallelism: 128)))
    reader.rowCount = 10 * RecordBatch.targetRowCount
    #expect(try loop.step(now: 0) == .runnable)
    #expect(loop.metrics.watermark == .min, "the next batch is at hand")
    #expect(try drive(loop, now: 0) == .idle)
    #expect(loop.metrics.watermark == Int64(10 * RecordBatch.targetRowCount) - 6)
    #expect(loop.wakeAt == 500)
  }

  @Test("every microsecond is busy, idle or back-pressured, and they add up")
  func accounting() throws {
    let loop = try loop()
    func turn(from start: Int64, to end: Int64) throws {
      loop.beginTurn(now: start)
      _ = try drive(loop, now: start)
      loop.endTurn(now: end)
    }
    try turn(from: 1_000, to: 1_010)  // idle afterwards
    for n in Int64(0)..<5 { input.send(.batch(pairs([(n, n), (n, n)]))) }
    try turn(from: 1_500, to: 1_540)  // back-pressured afterwards
    #expect(loop.standing == .backPressured)
    loop.beginTurn(now: 2_000)
    #expect(loop.metrics.busyMicroseconds == 50)
    #expect(loop.metrics.idleMicroseconds == 490)
    #expect(loop.metrics.backPressuredMicroseconds == 460)
  }

  @Test("an operator's error comes out of the step")
  func failing() throws {
    let loop = try loop([Failing()])
    input.send(.batch(pairs([(1, 1)])))
    #expect { try loop.step(now: 0) } throws: { ($0 as? OperatorError)?.message == "division by zero" }
  }

  @Test("a closed subtask drops what is still sent to it")
  func closing() throws {
    let loop = try loop()
    input.send(.batch(pairs([(1, 1)])))
    loop.close()
    input.send(.batch(pairs([(1, 2)])))
    #expect(input.queue.isEmpty && input.hasCredit)
    #expect(try loop.step(now: 0) == .idle)
  }
}
