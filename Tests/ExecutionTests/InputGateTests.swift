import Columnar
import Dataflow
import Execution
import TestKit
import Testing

private func barrier(_ epoch: Int64) -> CheckpointBarrier { CheckpointBarrier(epoch: Epoch(epoch), triggeredAt: 0) }
private func watermark(_ time: Int64) -> StreamElement { .watermark(Watermark(microseconds: time)) }

@Suite struct InputGateTests {
  private let left = QueueChannel()
  private let right = QueueChannel()
  private var gate: InputGate { InputGate([InputGate.Source(left, input: 0), InputGate.Source(right, input: 1)]) }

  private func drain(_ gate: InputGate) -> [GateEvent] {
    var events: [GateEvent] = []
    while let event = gate.next(now: 0) { events.append(event) }
    return events
  }

  @Test("channels take turns, and a batch says which input it is for")
  func turns() {
    let gate = gate
    left.send(.batch(pairs([(1, 1)])))
    left.send(.batch(pairs([(1, 2)])))
    right.send(.batch(pairs([(2, 1)])))
    #expect(drain(gate) == [.batch(pairs([(1, 1)]), input: 0), .batch(pairs([(2, 1)]), input: 1), .batch(pairs([(1, 2)]), input: 0)])
  }

  @Test("what is behind a barrier is not read until every channel has delivered it")
  func alignment() {
    let gate = gate
    left.send(.barrier(barrier(1)))
    left.send(.batch(pairs([(1, 9)])))
    #expect(drain(gate) == [])
    right.send(.batch(pairs([(2, 1)])))
    #expect(drain(gate) == [.batch(pairs([(2, 1)]), input: 1)])
    right.send(.barrier(barrier(1)))
    #expect(drain(gate) == [.barrier(barrier(1), alignmentMicroseconds: 0), .batch(pairs([(1, 9)]), input: 0)])
  }

  @Test("an abort from outside lets a blocked channel be read again")
  func abortFromOutside() {
    let gate = gate
    left.send(.barrier(barrier(1)))
    left.send(.batch(pairs([(1, 9)])))
    #expect(drain(gate) == [])
    gate.abort(Epoch(1))
    #expect(drain(gate) == [.batch(pairs([(1, 9)]), input: 0)])
  }

  @Test("the watermark is the minimum over the channels, and idle or ended ones do not hold it back")
  func watermarks() {
    let gate = gate
    left.send(watermark(10))
    #expect(drain(gate) == [])
    right.send(watermark(5))
    #expect(drain(gate) == [.watermark(Watermark(microseconds: 5))])
    right.send(.idle)
    #expect(drain(gate) == [.watermark(Watermark(microseconds: 10))])
    left.send(.idle)
    #expect(drain(gate) == [.idle])
    right.send(.active)
    right.send(watermark(7))  // behind what went on already
    right.send(watermark(20))
    #expect(drain(gate) == [.active, .watermark(Watermark(microseconds: 20))])
    left.send(.active)
    left.send(watermark(30))
    #expect(drain(gate) == [])
    right.send(.end)
    #expect(drain(gate) == [.watermark(Watermark(microseconds: 30))])
  }

  @Test("when every channel has ended, what they said last goes on, even of one that was idle")
  func watermarkOfTheEnded() {
    let gate = InputGate([InputGate.Source(left)])
    left.send(.batch(pairs([(1, 1)])))
    left.send(.idle)
    left.send(.watermark(.end))
    left.send(.end)
    #expect(drain(gate) == [.batch(pairs([(1, 1)]), input: 0), .idle, .active, .watermark(.end), .end])
  }

  @Test("the end comes once, last, when every channel has ended")
  func end() {
    let gate = gate
    left.send(.watermark(.end))
    left.send(.end)
    right.send(.barrier(barrier(3)))
    right.send(.watermark(.end))
    right.send(.end)
    #expect(drain(gate) == [.barrier(barrier(3), alignmentMicroseconds: 0), .watermark(.end), .end])
    #expect(drain(gate) == [])
  }

  @Test("barriers that are lost, late, doubled or overtaken never stop a gate", arguments: 0..<500 as Range<UInt64>)
  func disorder(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let channels = (0..<3).map { _ in QueueChannel() }
    let gate = InputGate(channels.map { InputGate.Source($0) })
    var sent = 0
    for channel in channels {
      for epoch in Int64(1)...6 {
        for _ in 0..<Int.random(in: 0...2, using: &random) {
          channel.send(.barrier(barrier(max(1, epoch - Int64.random(in: 0...1, using: &random)))))
        }
        if Int.random(in: 0...3, using: &random) == 0 { channel.send(.abort(Epoch(epoch))) }
        channel.send(.batch(pairs([(epoch, 0)])))
        sent += 1
      }
      channel.send(.end)
    }
    let events = drain(gate)
    #expect(events.count { if case .batch = $0 { true } else { false } } == sent)
    let epochs = events.compactMap { if case .barrier(let barrier, _) = $0 { barrier.epoch } else { nil } }
    #expect(epochs == Set(epochs).sorted())
    #expect(events.last == .end)
  }
}
