import Columnar
import Dataflow
import Execution
import State
import TestKit
import Testing

/// Writes down what it is asked to do; emits `fanOut` copies of each row, one a call.
private final class Recorder: Operator {
  let name: String
  let fanOut: Int
  let journal: Journal
  private var copies = 0
  /// Batches that `advance(to:)`, `prepareBarrier` and `finish` emit.
  var onControl: [RecordBatch] = []

  final class Journal { var lines: [String] = [] }

  init(_ name: String, fanOut: Int = 1, _ journal: Journal) {
    self.name = name
    self.fanOut = fanOut
    self.journal = journal
  }
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let values = batch.values(at: row)
    journal.lines.append("\(name) row \(row) \(values[1]) input \(input)")
    output.emit(batch.slice(row..<(row + 1)))
    copies += 1
    if copies < fanOut { return .yielded(nextRow: row) }
    copies = 0
    return row + 1 == batch.rowCount ? .done : .yielded(nextRow: row + 1)
  }
  private func emitHeld(_ what: String, into output: inout Output) -> Progress {
    journal.lines.append("\(name) \(what)")
    guard !onControl.isEmpty else { return .done }
    output.emit(onControl.removeFirst())
    return onControl.isEmpty ? .done : .yielded(nextRow: 0)
  }
  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    emitHeld("watermark \(watermark.microseconds)", into: &output)
  }
  func prepareBarrier(into output: inout Output) throws(OperatorError) -> Progress { emitHeld("barrier", into: &output) }
  func finish(into output: inout Output) throws(OperatorError) -> Progress { emitHeld("finish", into: &output) }
}

/// Lets watermarks on five microseconds late, and none before there is one.
private final class Holding: Operator {
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress { .done }
  func outgoing(_ watermark: Watermark) -> Watermark {
    watermark == .end ? .end : watermark.microseconds < 5 ? .none : Watermark(microseconds: watermark.microseconds - 5)
  }
}

private final class Stuck: Operator {
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    .yielded(nextRow: row)
  }
}

@Suite struct OperatorChainTests {
  private func member(_ made: any Operator) -> OperatorChain.Member {
    OperatorChain.Member(
      id: OperatorID(hex: "0"),
      state: StateBackend(keyGroups: KeyGroupRange(lower: 0, upper: 128), maxParallelism: 128, subtask: 0, parallelism: 1), operator: made)
  }

  private func run(_ chain: OperatorChain, _ command: OperatorChain.Command) throws -> [RecordBatch] {
    chain.begin(command, now: 0)
    var output: [RecordBatch] = []
    while true {
      let emitted = try chain.run()
      if emitted.isEmpty { break }
      output += emitted
    }
    #expect(chain.isIdle)
    return output
  }

  @Test("the deepest operator with work goes first, so that little waits in between")
  func depthFirst() throws {
    let journal = Recorder.Journal()
    let chain = OperatorChain([member(Recorder("a", journal)), member(Recorder("b", fanOut: 2, journal))])
    let output = try run(chain, .batch(pairs([(0, 7), (0, 8)]), input: 1))
    #expect(output.map { $0.values(at: 0)[1] } == [.integer(7), .integer(7), .integer(8), .integer(8)])
    #expect(
      journal.lines == [
        "a row 0 integer(7) input 1", "b row 0 integer(7) input 0", "b row 0 integer(7) input 0", "a row 1 integer(8) input 1",
        "b row 0 integer(8) input 0", "b row 0 integer(8) input 0",
      ])
  }

  @Test("a watermark reaches an operator only after what it fired before has been dealt with")
  func watermarkOrder() throws {
    let journal = Recorder.Journal()
    let first = Recorder("a", journal)
    first.onControl = [pairs([(0, 1)]), pairs([(0, 2)])]
    let chain = OperatorChain([member(first), member(Recorder("b", journal))])
    let output = try run(chain, .watermark(Watermark(microseconds: 5)))
    #expect(output.count == 2)
    #expect(
      journal.lines == ["a watermark 5", "b row 0 integer(1) input 0", "a watermark 5", "b row 0 integer(2) input 0", "b watermark 5"])
  }

  @Test("what is held back flows through the whole chain before a barrier is done, and at the end")
  func barrierAndEnd() throws {
    let journal = Recorder.Journal()
    let (first, second) = (Recorder("a", journal), Recorder("b", journal))
    first.onControl = [pairs([(0, 1)])]
    second.onControl = [pairs([(0, 2)])]
    let chain = OperatorChain([member(first), member(second)])
    #expect(try run(chain, .barrier) == [pairs([(0, 1)]), pairs([(0, 2)])])
    #expect(journal.lines == ["a barrier", "b row 0 integer(1) input 0", "b barrier"])
    first.onControl = [pairs([(0, 3)])]
    #expect(try run(chain, .finish) == [pairs([(0, 3)])])
  }

  @Test("without operators a batch comes out as it went in")
  func empty() throws {
    #expect(try run(OperatorChain([]), .batch(pairs([(1, 2)]), input: 0)) == [pairs([(1, 2)])])
    #expect(try run(OperatorChain([]), .watermark(.end)) == [])
  }

  @Test("an operator that neither emits nor moves on is an error, not an endless loop")
  func stuck() {
    let chain = OperatorChain([member(Stuck())])
    chain.begin(.batch(pairs([(1, 2)]), input: 0), now: 0)
    #expect(throws: OperatorError.self) { try chain.run() }
  }

  @Test("what an operator holds a watermark back by counts for those behind it and for the edge")
  func heldWatermarks() throws {
    let journal = Recorder.Journal()
    let chain = OperatorChain([
      member(Recorder("a", journal)), member(Holding()), member(Recorder("b", journal)), member(Holding()), member(Recorder("c", journal)),
    ])
    var outgoing: [Watermark?] = []
    for time in [3, 7, 20, Int64.max] {
      _ = try run(chain, .watermark(Watermark(microseconds: time)))
      outgoing.append(chain.outgoingWatermark)
    }
    #expect(outgoing == [nil, nil, Watermark(microseconds: 10), .end])
    #expect(
      journal.lines == [
        "a watermark 3", "a watermark 7", "b watermark 2", "a watermark 20", "b watermark 15", "c watermark 10",
        "a watermark \(Int64.max)", "b watermark \(Int64.max)", "c watermark \(Int64.max)",
      ])
  }
}
