import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("OverAggregate")
struct OverAggregateTests {
  static let header = "k t:timestamp(3) v s:string d:decimal(10,2) f:double"
  static let input = schema(header)

  static func setup(_ frames: [OverFrameSpec], clock: WindowClock = .eventTime) -> OperatorSetup {
    let calls = frames.flatMap(\.calls)
    return OperatorsTests.setup(
      .overAggregate(OverAggregateSpec(keys: [0], time: 1, frames: frames, clock: clock)), input,
      output: Schema(input.fields + calls.enumerated().map { Field("o\($0)", resultType($1)) }), keys: [[0]])
  }

  private static func resultType(_ call: OverCall) -> DataType {
    switch call {
    case .aggregate(let call): call.resultType
    case .lag(_, let type): type
    case .rank, .denseRank: .int64
    }
  }

  /// k, t, v of a few rows; the other columns are NULL.
  static func rows(_ text: String) -> RecordBatch {
    batch(header + "\n" + text.split(separator: "\n").map { "\($0) NULL NULL NULL" }.joined(separator: "\n"))
  }

  /// What was emitted, as `k t v` and the calls' values.
  static func values(_ batch: RecordBatch) -> [String] {
    (0..<batch.rowCount).map { row in
      let values = batch.values(at: row)
      return (Array(values[..<3]) + values.dropFirst(6)).map { value in
        if case .integer(let number) = value { return "\(number)" }
        return "\(value)"
      }.joined(separator: " ")
    }
  }

  static let sum = OverCall.aggregate(.of(.sum, 2))

  static let events = rows(
    """
    1 1000 1
    1 3000 2
    2 2000 10
    1 2000 NULL
    1 3000 4
    """)

  @Test("rows come with the watermark, in the order of their times; rows of a time share the value of a RANGE, not that of ROWS")
  func framesWithoutBound() throws {
    let harness = try OperatorHarness(
      Self.setup([OverFrameSpec(.range(preceding: nil), [Self.sum]), OverFrameSpec(.rows(preceding: nil), [Self.sum])]))
    try harness.process(Self.events)
    try harness.advance(to: 2500)
    #expect(Self.values(harness.take()) == ["1 1000 1 1 1", "2 2000 10 10 10", "1 2000 null 1 1"])
    try harness.advance(to: 3000)
    #expect(Self.values(harness.take()) == ["1 3000 2 7 3", "1 3000 4 7 7"])
  }

  @Test("a row leaves a frame of two rows with the second after it, a frame of a second after that second")
  func framesWithBound() throws {
    let harness = try OperatorHarness(
      Self.setup([
        OverFrameSpec(.rows(preceding: 1), [Self.sum, .aggregate(.countStar)]),
        OverFrameSpec(.range(preceding: 1000), [Self.sum, .aggregate(.count(2))]),
      ]))
    try harness.process(Self.events)
    try harness.finish()
    #expect(
      Self.values(harness.take()) == [
        "1 1000 1 1 1 1 1", "2 2000 10 10 1 10 1", "1 2000 null 1 2 1 1", "1 3000 2 2 2 6 2", "1 3000 4 6 2 6 2",
      ])
  }

  @Test("LAG looks back by rows, also among those of one time")
  func lag() throws {
    let harness = try OperatorHarness(
      Self.setup([
        OverFrameSpec(.rows(preceding: 1), [.lag(argument: 2, type: .int64)]),
        OverFrameSpec(.rows(preceding: 2), [.lag(argument: 2, type: .int64)]),
        OverFrameSpec(.rows(preceding: 0), [.lag(argument: 2, type: .int64)]),
      ]))
    try harness.process(Self.events)
    try harness.finish()
    #expect(
      Self.values(harness.take()) == [
        "1 1000 1 null null 1", "2 2000 10 null null 10", "1 2000 null 1 null null", "1 3000 2 null 1 2", "1 3000 4 2 null 4",
      ])
  }

  @Test("RANK leaves gaps behind rows of one time, DENSE_RANK does not")
  func ranks() throws {
    let harness = try OperatorHarness(Self.setup([OverFrameSpec(.range(preceding: nil), [.rank, .denseRank])]))
    try harness.process(Self.rows("1 1000 1 \n 1 2000 2 \n 1 2000 3 \n 1 3000 4"))
    try harness.process(Self.rows("2 3000 5"))
    try harness.finish()
    #expect(
      Self.values(harness.take()) == ["1 1000 1 1 1", "1 2000 2 2 2", "1 2000 3 2 2", "1 3000 4 4 3", "2 3000 5 1 1"])
  }

  @Test("a row at or behind the watermark is late")
  func late() throws {
    let harness = try OperatorHarness(Self.setup([OverFrameSpec(.range(preceding: nil), [Self.sum])]))
    try harness.process(Self.rows("1 1000 1"))
    try harness.advance(to: 2000)
    try harness.process(Self.rows("1 2000 2 \n 2 1500 3 \n 1 2001 4 \n 1 NULL 5"))
    try harness.finish()
    #expect(Self.values(harness.take()) == ["1 1000 1 1", "1 2001 4 5"])
    #expect(harness.lateRowCount == 2)
    // Nothing forgets the watermark.
    let first = try OperatorHarness(Self.setup([OverFrameSpec(.range(preceding: 10), [Self.sum])]))
    try first.advance(to: 2000)
    let second = try OperatorHarness(Self.setup([OverFrameSpec(.range(preceding: 10), [Self.sum])]), restoring: try first.snapshot())
    try second.process(Self.rows("1 2000 2"))
    #expect(second.lateRowCount == 1)
  }

  @Test("for frames of some rows a row is late that does not come after the last one of its key")
  func lateByKey() throws {
    let harness = try OperatorHarness(Self.setup([OverFrameSpec(.rows(preceding: 1), [Self.sum])]))
    try harness.process(Self.rows("1 1000 1 \n 2 3000 2"))
    try harness.advance(to: 5000)
    try harness.process(Self.rows("1 1000 4 \n 1 2000 8 \n 3 100 16 \n 2 2999 32"))
    try harness.advance(to: 5001)
    #expect(Self.values(harness.take()) == ["1 1000 1 1", "2 3000 2 2", "3 100 16 16", "1 2000 8 9"])
    #expect(harness.lateRowCount == 2)
  }

  @Test("what no frame can reach takes no room")
  func forgets() throws {
    let harness = try OperatorHarness(
      Self.setup([
        OverFrameSpec(.range(preceding: 1000), [Self.sum, .aggregate(.of(.max, 3, .string)), .aggregate(.count(2, distinct: true))])
      ]))
    for start in 0..<5 {
      try harness.process(Self.rows((0..<100).map { "\($0) \(start * 2000 + 500 + $0) \($0)" }.joined(separator: "\n")))
      try harness.advance(to: Int64(start * 2000 + 1000))
      #expect(try !harness.snapshot()[0].keyGroups.isEmpty)
    }
    try harness.advance(to: 9599)
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
    // ROWS keeps the last ones of each key, and nothing that is behind them.
    let rows = try OperatorHarness(Self.setup([OverFrameSpec(.rows(preceding: 3), [.aggregate(.of(.max, 3, .string))])]))
    var sizes: [Int] = []
    for start in 0..<20 {
      try rows.process(Self.rows((0..<100).map { "\($0 % 5) \(start * 1000 + $0) \($0)" }.joined(separator: "\n")))
      try rows.advance(to: Int64(start * 1000 + 500))
      sizes.append(try rows.snapshot()[0].byteCount)
    }
    #expect(sizes[19] <= sizes[0] + 64)
  }

  @Test("a full output is drained between runs of rows, and nothing is lost or doubled")
  func yields() throws {
    var setup = Self.setup([
      OverFrameSpec(.range(preceding: 5), [Self.sum]), OverFrameSpec(.rows(preceding: nil), [.aggregate(.countStar)]),
    ])
    setup.rowLimit = 10
    let harness = try OperatorHarness(setup)
    let count = 3 * RecordBatch.targetRowCount
    try harness.process(Self.rows((0..<count).map { "1 \($0 / 3) 1" }.joined(separator: "\n")))
    try harness.finish()
    #expect(harness.yieldCount > 1)
    let emitted = Self.values(harness.take())
    #expect(emitted.count == count)
    #expect(emitted.last == "1 \(count / 3 - 1) 1 18 \(count)")
  }

  // MARK: The definition

  static let frames: [OverFrame] = [
    .rows(preceding: nil), .range(preceding: nil), .rows(preceding: 0), .rows(preceding: 1), .rows(preceding: 4), .range(preceding: 0),
    .range(preceding: 7), .range(preceding: 40),
  ]
  static let calls: [OverCall] =
    [
      .countStar, .count(2), .count(3, .string, distinct: true), .of(.sum, 2), .of(.sum, 2, distinct: true),
      .of(.sum, 4, .decimal(precision: 10, scale: 2), result: .decimal(precision: 38, scale: 2)), .of(.sum, 5, .float64), .of(.avg, 2),
      .of(.min, 2), .of(.max, 2), .of(.min, 3, .string), .of(.max, 3, .string), .of(.min, 5, .float64), .of(.max, 5, .float64),
      .of(.firstValue, 2), .of(.lastValue, 2), .of(.firstValue, 3, .string), .of(.lastValue, 3, .string),
    ].map { OverCall.aggregate($0) }

  /// Rows of a few keys and times, half of them out of order, with NULLs; watermarks between them.
  static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var inputs: [OperatorInput] = []
    var clock = 0
    for _ in 0..<12 {
      let builder = BatchBuilder(input)
      for _ in 0..<Int.random(in: 1..<40, using: &random) {
        func orNull(_ value: Value) -> Value { Int.random(in: 0..<6, using: &random) == 0 ? .null : value }
        clock += Int.random(in: 0..<3, using: &random)
        let number = Int64.random(in: -5..<6, using: &random)
        builder.append(
          [
            orNull(.integer(.random(in: 0..<3, using: &random))), .integer(Int64(clock + Int.random(in: 0..<10, using: &random))),
            orNull(.integer(number)), orNull(.string(["p", "q", "pq", "a string beyond twelve bytes"].randomElement(using: &random)!)),
            orNull(.decimal(Int128(number * 25))), orNull(.double(Double(number) / 2)),
          ], .insert)
      }
      inputs.append(.batch(builder.finish()))
      if Bool.random(using: &random) { inputs.append(.watermark(Int64(clock - 1))) }
    }
    return inputs
  }

  private static func isLess(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.integer(let a), .integer(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    default: false
    }
  }

  /// A call over the values of a frame, oldest first.
  private static func definition(_ call: AggregateCall, _ rows: [[Value]]) -> Value {
    guard let argument = call.argument else { return .integer(Int64(rows.count)) }
    var values = rows.map { $0[argument] }.filter { $0 != .null }
    if call.isDistinct { values = values.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
    if call.function == .count { return .integer(Int64(values.count)) }
    guard let first = values.first, let last = values.last else { return .null }
    switch call.function {
    case .firstValue: return first
    case .lastValue: return last
    case .min: return values.min(by: isLess)!
    case .max: return values.max(by: isLess)!
    default: break
    }
    switch first {
    case .integer:
      let sum = values.reduce(0) { (sum: Int64, value) in if case .integer(let number) = value { sum + number } else { sum } }
      return .integer(call.function == .avg ? sum / Int64(values.count) : sum)
    case .decimal: return .decimal(values.reduce(0) { if case .decimal(let number) = $1 { $0 + number } else { $0 } })
    default: return .double(values.reduce(0) { if case .double(let number) = $1 { $0 + number } else { $0 } })
    }
  }

  private static func time(_ row: [Value]) -> Int64 {
    guard case .integer(let time) = row[1] else { return .min }
    return time
  }

  @Test("every row has the values of its frame by definition, whatever the watermarks", arguments: 0..<96 as Range<UInt64>)
  func agreesWithTheDefinition(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let specs = Self.frames.shuffled(using: &random).prefix(2).map { frame in
      OverFrameSpec(
        frame, (0..<4).map { _ in Self.calls.randomElement(using: &random)! })
    }
    let inputs = Self.inputs(&random)
    var setup = Self.setup(specs)
    if Bool.random(using: &random) { setup.rowLimit = 3 }
    let harness = try OperatorHarness(setup)
    var kept: [[Value]] = []
    var watermark = Int64.min
    for input in inputs {
      try harness.send(input)
      switch input {
      case .processingTime: break
      case .watermark(let time): watermark = time
      case .batch(let batch, _):
        for row in 0..<batch.rowCount where Self.time(batch.values(at: row)) > watermark { kept.append(batch.values(at: row)) }
      }
    }
    try harness.finish()
    let ordered = kept.enumerated().sorted {
      Self.time($0.element) != Self.time($1.element) ? Self.time($0.element) < Self.time($1.element) : $0.offset < $1.offset
    }.map(\.element)
    let emitted = harness.take()
    // Frames of some rows alone take rows that others drop.
    guard specs.contains(where: { $0.frame.isRange || !$0.frame.isBounded }) else { return }
    try #require(emitted.rowCount == ordered.count)
    for (index, row) in ordered.enumerated() {
      var expected = row
      for spec in specs {
        let frame: [[Value]]
        switch spec.frame {
        case .rows(let preceding):
          let rows = ordered[...index].filter { $0[0] == row[0] }
          frame = preceding.map { Array(rows.suffix($0 + 1)) } ?? rows
        case .range(let preceding):
          frame = ordered.filter {
            $0[0] == row[0] && Self.time($0) <= Self.time(row) && preceding.map { Self.time(row) - $0 } ?? .min <= Self.time($0)
          }
        }
        for case .aggregate(let call) in spec.calls { expected.append(Self.definition(call, frame)) }
      }
      #expect(emitted.values(at: index) == expected, "row \(index) of \(specs)")
    }
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<96 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var specs = Self.frames.shuffled(using: &random).prefix(2).map { frame in
      OverFrameSpec(
        frame, (0..<4).map { _ in Self.calls.randomElement(using: &random)! })
    }
    if Bool.random(using: &random) { specs.append(OverFrameSpec(.rows(preceding: 2), [.lag(argument: 3, type: .string)])) }
    if specs.allSatisfy({ $0.frame != .range(preceding: nil) }) {
      specs.append(OverFrameSpec(.range(preceding: nil), [.rank, .denseRank]))
    }
    let inputs = Self.inputs(&random)
    let outcome = try runWithRestart(Self.setup(specs), inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  @Test("NaN is above every number, and leaves a frame like any other value")
  func notANumber() throws {
    let harness = try OperatorHarness(
      Self.setup([OverFrameSpec(.rows(preceding: 1), [.aggregate(.of(.min, 5, .float64)), .aggregate(.of(.max, 5, .float64))])]))
    try harness.process(
      batch("\(Self.header) \n 1 1 0 NULL NULL 2 \n 1 2 0 NULL NULL NaN \n 1 3 0 NULL NULL 1 \n 1 4 0 NULL NULL 3"))
    try harness.finish()
    let emitted = harness.take()
    #expect((0..<4).map { emitted.values(at: $0)[6] } == [.double(2), .double(2), .double(1), .double(1)])
    guard case .float64(let greatest) = emitted.columns[7] else { return }
    #expect(greatest.values.map(\.isNaN) == [false, true, true, false])
  }

  // MARK: Processing time

  private static let total = OverCall.aggregate(.of(.sum, 2))

  @Test("on processing time rows come out at once, one after the other, whatever their column says")
  func processingTimeRows() throws {
    let frames = [
      OverFrameSpec(.rows(preceding: nil), [Self.total]),
      OverFrameSpec(.rows(preceding: 1), [Self.total, .lag(argument: 2, type: .int64)]),
    ]
    let harness = try OperatorHarness(Self.setup(frames, clock: .processingTime))
    harness.now = 5_500
    try harness.process(Self.rows("1 9 1 \n 1 NULL 2 \n 2 7 4"))
    #expect(Self.values(harness.take()) == ["1 5000 1 1 1 null", "1 5000 2 3 3 1", "2 5000 4 4 4 null"])
    harness.now = 9_000
    try harness.process(Self.rows("1 3 8"))
    #expect(Self.values(harness.take()) == ["1 9000 8 11 10 2"])
    #expect(harness.lateRowCount == 0)
  }

  @Test("on processing time a bounded range waits for its millisecond, forgets with the clock, and gives the rest at the end")
  func processingTimeRange() throws {
    let made = try OperatorFactory.make(
      .overAggregate(
        OverAggregateSpec(keys: [0], time: 1, frames: [OverFrameSpec(.range(preceding: 2_000), [Self.total])], clock: .processingTime)))
    let output = Self.setup([OverFrameSpec(.range(preceding: 2_000), [Self.total])]).output
    let harness = try OperatorHarness(OperatorSetup(inputs: [Self.input], output: output, keys: [[0]]) { made })
    #expect(made.nextProcessingTimer == nil)
    harness.now = 5_500
    try harness.process(Self.rows("1 9 1"))
    harness.now = 5_900
    try harness.process(Self.rows("1 9 2 \n 2 9 16"))
    #expect(harness.take().rowCount == 0)
    #expect(made.nextProcessingTimer == 6_000)
    try harness.send(.processingTime(6_000))
    #expect(Self.values(harness.take()) == ["1 5000 1 3", "1 5000 2 3", "2 5000 16 16"])
    try harness.process(Self.rows("1 9 4"))
    try harness.send(.processingTime(7_000))
    #expect(Self.values(harness.take()) == ["1 6000 4 7"])
    var timers: [Int64] = []
    while let timer = made.nextProcessingTimer, timers.count < 10 {
      timers.append(timer)
      try harness.send(.processingTime(timer))
    }
    #expect(timers == [8_000, 9_000])
    #expect(try harness.snapshot()[0].keyGroups.isEmpty)
    harness.now = 20_000
    try harness.process(Self.rows("1 9 8"))
    try harness.finish()
    #expect(Self.values(harness.take()) == ["1 20000 8 8"])
  }

  @Test("on processing time snapshot and restore are invisible", arguments: 0..<12 as Range<UInt64>)
  func survivesARestartByTheClock(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let frames = [
      OverFrameSpec(.rows(preceding: 2), [Self.total, .lag(argument: 2, type: .int64)]), OverFrameSpec(.rows(preceding: nil), [Self.total]),
      OverFrameSpec(.range(preceding: 3_000), [Self.total, .aggregate(.countStar)]),
    ]
    var inputs: [OperatorInput] = []
    for _ in 0..<30 {
      let rows = (0..<(random.next() % 4 + 1)).map { _ in "\(random.next() % 3) 0 \(random.next() % 9)" }.joined(separator: "\n")
      inputs.append(.batch(Self.rows(rows)))
      inputs.append(.processingTime(Int64(inputs.count) * 600))
    }
    for frames in [frames, Array(frames[..<2])] {
      let outcome = try runWithRestart(
        Self.setup(frames, clock: .processingTime), inputs, restart: .random(in: 0...inputs.count, using: &random))
      #expect(!outcome.straight.isEmpty)
      #expect(outcome.restored == outcome.straight)
      #expect(outcome.rescaled == outcome.straight)
    }
  }
}
