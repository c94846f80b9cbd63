//  Inputs that drift apart in event time: which channels are left alone, and that nothing ever waits for good.

import Columnar
import Dataflow
import Execution
import State
import TestKit
import Testing

private func barrier(_ epoch: Int64) -> CheckpointBarrier { CheckpointBarrier(epoch: Epoch(epoch), triggeredAt: 0) }
private func watermark(_ time: Int64) -> Watermark { Watermark(microseconds: time) }

/// Counts rows; nothing comes out of them.
private final class Counting: Operator {
  private(set) var rowCount = 0
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    rowCount += batch.rowCount
    return .done
  }
}

private func loop(_ vertex: Int, _ head: SubtaskHead, _ members: [any Operator] = [], to channels: [QueueChannel]) throws -> SubtaskLoop {
  let state = StateBackend(keyGroups: KeyGroupRange(lower: 0, upper: 128), maxParallelism: 128, subtask: 0, parallelism: 1)
  return SubtaskLoop(
    subtask: SubtaskID(vertex: vertex, subtask: 0), job: JobID(hex: "j"), attempt: Attempt(1), head: head,
    chain: OperatorChain(members.map { OperatorChain.Member(id: OperatorID(hex: "f"), state: state, operator: $0) }),
    tail: .exchange(Exchange([OutputEdge(.rebalance, channels: channels)], maxParallelism: 128)))
}

private func turn(of loop: SubtaskLoop, steps: Int, now: Int64 = 0) throws {
  loop.beginTurn(now: now)
  for _ in 0..<steps { if try loop.step(now: now) != .runnable { break } }
  loop.endTurn(now: now)
}

@Suite struct LeadTests {
  @Test("a channel that is ahead of the limit is left alone, and read again when the limit is reached or gone")
  func limit() {
    let (left, right) = (QueueChannel(), QueueChannel())
    let gate = InputGate([InputGate.Source(left, input: 0), InputGate.Source(right, input: 1)])
    gate.leadLimit = watermark(50)
    left.send(.watermark(watermark(60)))
    left.send(.batch(pairs([(1, 61)])))
    #expect(gate.next(now: 0) == nil)
    right.send(.batch(pairs([(2, 41)])))
    right.send(.watermark(watermark(50)))
    #expect(gate.next(now: 0) == .batch(pairs([(2, 41)]), input: 1))
    #expect(gate.next(now: 0) == .watermark(watermark(50)))
    #expect(gate.next(now: 0) == nil)
    gate.leadLimit = watermark(60)
    #expect(gate.next(now: 0) == .batch(pairs([(1, 61)]), input: 0))
  }

  @Test("a source's barrier that is under way ends the wait: another may be behind what is left alone")
  func barrierUnderWay() throws {
    let ahead = QueueChannel()
    let own = QueueChannel()
    let edge = QueueChannel()
    let lagging = try loop(0, source(.timed(), EndlessReader(), edge: edge), to: [QueueChannel(byteCountMax: 1 << 30)])
    let counted = Counting()
    let consumer = try loop(1, .gate(InputGate([InputGate.Source(ahead), InputGate.Source(own)])), [counted], to: [QueueChannel()])
    consumer.keepPace(with: [lagging])
    ahead.send(.watermark(watermark(1 << 40)))
    for _ in 0..<3 {
      ahead.send(.batch(pairs([(1, 1 << 40)])))
      try turn(of: lagging, steps: 3)
      try turn(of: consumer, steps: 10)
      #expect(counted.rowCount == 0)
    }
    ahead.send(.barrier(barrier(1)))
    edge.send(.barrier(barrier(1)))
    try turn(of: lagging, steps: 3)
    try turn(of: consumer, steps: 10)
    #expect(counted.rowCount == 3)
    own.send(.barrier(barrier(1)))
    ahead.send(.batch(pairs([(1, 1 << 40)])))
    try turn(of: lagging, steps: 3)
    try turn(of: consumer, steps: 10)
    #expect(counted.rowCount == 4, "aligned in this turn, which began while the barrier was under way")
    ahead.send(.batch(pairs([(1, 1 << 40)])))
    try turn(of: lagging, steps: 3)
    try turn(of: consumer, steps: 10)
    #expect(counted.rowCount == 4)
  }

  /// Two threads with a source and its consumer each, of which the first gets four times as many turns. Every source sends its
  /// batches to both consumers in turn. Returns by how many rows the fast source is ahead at the end.
  private func lead(keepingPace: Bool) throws -> Int64 {
    let channels = (0..<2).map { _ in (0..<2).map { _ in QueueChannel(byteCountMax: 8 << 16) } }
    var sources: [SubtaskLoop] = []
    var consumers: [SubtaskLoop] = []
    for thread in 0..<2 {
      sources.append(try loop(0, source(.timed(), EndlessReader()), to: channels[thread]))
      let gate = InputGate(channels.map { InputGate.Source($0[thread]) })
      consumers.append(try loop(1, .gate(gate), [Counting()], to: [QueueChannel()]))
      if keepingPace { consumers[thread].keepPace(with: [sources[thread]]) }
    }
    for round in 0..<200 {
      for thread in round % 4 == 0 ? [0, 1] : [0] {
        try turn(of: consumers[thread], steps: 8)
        try turn(of: sources[thread], steps: 4)
      }
    }
    #expect(sources[1].metrics.recordsIn > 40 * 3 * Int64(RecordBatch.targetRowCount), "the slow thread reads on")
    return sources[0].metrics.recordsIn - sources[1].metrics.recordsIn
  }

  @Test("a source on a slow thread is not left behind by more than channels hold")
  func drift() throws {
    // Eight batches in a channel for every second batch, and what is sent before the first watermark is seen.
    let held = Int64(3 * 8 * RecordBatch.targetRowCount)
    #expect(try lead(keepingPace: true) < held)
    #expect(try lead(keepingPace: false) > 10 * held)
  }

  @Test("a source that reads all there is holds nobody up")
  func keepsUp() throws {
    let ahead = QueueChannel()
    let reader = EndlessReader()
    let live = try loop(0, source(.timed(), reader), to: [QueueChannel()])
    let counted = Counting()
    let consumer = try loop(
      1, .gate(InputGate([InputGate.Source(ahead), InputGate.Source(QueueChannel())])), [counted], to: [QueueChannel()])
    consumer.keepPace(with: [live])
    ahead.send(.watermark(watermark(1 << 40)))
    for count in 1...3 {
      reader.rowCount = 1
      try turn(of: live, steps: 10)
      ahead.send(.batch(pairs([(1, 1 << 40)])))
      try turn(of: consumer, steps: 10)
      #expect(counted.rowCount == count)
    }
  }

  @Test("nobody waits for a source that waits itself")
  func blockedSource() throws {
    let full = QueueChannel(byteCountMax: 1)
    let ahead = QueueChannel()
    let own = QueueChannel()
    let lagging = try loop(0, source(.timed(), EndlessReader()), to: [full])
    let counted = Counting()
    let consumer = try loop(1, .gate(InputGate([InputGate.Source(ahead), InputGate.Source(own)])), [counted], to: [QueueChannel()])
    consumer.keepPace(with: [lagging])
    try turn(of: lagging, steps: 10)
    #expect(lagging.standing == .backPressured)
    ahead.send(.watermark(watermark(1 << 40)))
    ahead.send(.batch(pairs([(1, 1 << 40)])))
    try turn(of: consumer, steps: 10)
    #expect(counted.rowCount == 0, "the source has read rows since the consumer's last turn")
    #expect(consumer.wakeAt == 0, "it looks again in the next round")
    try turn(of: lagging, steps: 10)
    try turn(of: consumer, steps: 10)
    #expect(counted.rowCount == 1)
  }
}
