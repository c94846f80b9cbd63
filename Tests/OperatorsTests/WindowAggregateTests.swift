import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("WindowAggregate")
struct WindowAggregateTests {
  static let input = schema("key t:timestamp value")

  static func spec(
    _ kind: WindowKind, _ aggregates: [AggregateCall] = [.countStar, .of(.sum, 2)], properties: [WindowProperty] = [.start, .end],
    phase: AggregationPhase = .complete
  ) -> WindowAggregateSpec {
    WindowAggregateSpec(kind: kind, time: 1, keys: [0], aggregates: aggregates, properties: properties, phase: phase)
  }

  static let output = schema("key n sum start:timestamp end:timestamp")

  static func harness(_ kind: WindowKind) throws -> OperatorHarness {
    try OperatorHarness(setup(.windowAggregate(spec(kind)), input, output: output, keys: [[0]]))
  }

  @Test("a window is emitted once, when the watermark comes to a millisecond before its end")
  func firesAtTheEnd() throws {
    let harness = try Self.harness(.tumble(size: 10 * second, offset: 0))
    try harness.process(batch("key t:timestamp value \n 1 0 5 \n 1 9999999 7 \n 2 10000000 1 \n 2 3 NULL"))
    try harness.advance(to: 10 * second - millisecond - 1)
    #expect(harness.take().rowCount == 0)
    try harness.advance(to: 10 * second - millisecond)
    #expect(harness.take() == batch("key n sum start:timestamp end:timestamp \n 1 2 12 0 10000000 \n 2 1 NULL 0 10000000"))
    try harness.finish()
    #expect(harness.take() == batch("key n sum start:timestamp end:timestamp \n 2 1 1 10000000 20000000"))
  }

  @Test("rows that are in windows already, by the ends of these, are aggregated by them, in one phase and in two")
  func attached() throws {
    let kind = WindowKind.attached(.hop(size: 20_000, slide: 10_000, offset: 0), isLocal: false)
    let rows = batch("key t:timestamp value \n 1 20000 5 \n 1 30000 7 \n 2 20000 1 \n 1 20000 NULL \n NULL 20000 3")
    let wanted = "1 2 5 0 20000 \n 2 1 1 0 20000 \n NULL 1 3 0 20000 \n 1 1 7 10000 30000"
    let one = try Self.harness(kind)
    try one.process(rows)
    try one.advance(to: 19_000)
    try one.process(batch("key t:timestamp value \n 1 20000 9"))
    #expect(one.lateRowCount == 1)
    try one.finish()
    #expect(one.take().sortedRows == batch("key n sum start:timestamp end:timestamp \n \(wanted)").sortedRows)
    let calls = Self.spec(kind).aggregates
    let partial = partialSchema([Self.input[0]], calls, isWindowed: true)
    let local = try OperatorHarness(setup(.windowAggregate(Self.spec(kind, properties: [], phase: .local)), Self.input, output: partial))
    try local.process(rows)
    try local.finish()
    let spec = WindowAggregateSpec(kind: kind, time: 1, keys: [0], aggregates: calls, properties: [.start, .end], phase: .global)
    let global = try OperatorHarness(setup(.windowAggregate(spec), partial, output: Self.output))
    try global.process(local.take())
    try global.finish()
    #expect(global.take().sortedRows == batch("key n sum start:timestamp end:timestamp \n \(wanted)").sortedRows)
  }

  @Test("what has come out of a cumulating window is kept once, however many windows it was in")
  func cumulatingState() throws {
    let harness = try Self.harness(.cumulate(size: 1_000 * second, step: second, offset: 0))
    var byteCounts: [Int] = []
    for step in 0..<300 {
      let rows = (0..<20).map { "\($0) \(Int64(step) * second + 1) 1" }.joined(separator: "\n")
      try harness.process(batch("key t:timestamp value \n \(rows)"))
      try harness.advance(to: Int64(step + 1) * second)
      let emitted = harness.take()
      #expect(emitted.rowCount == 20)
      #expect(emitted.values(at: 7)[1] == .integer(Int64(step + 1)))
      byteCounts.append(try harness.snapshot()[0].byteCount)
    }
    #expect(byteCounts[299] < 2 * byteCounts[1])
  }

  @Test("windows come in the order of their ends, whatever the order of the rows")
  func ordersWindows() throws {
    let harness = try Self.harness(.tumble(size: 10, offset: 0))
    try harness.process(batch("key t:timestamp value \n 1 25 1 \n 1 3 2 \n 1 14 3 \n 1 -4 4"))
    try harness.finish()
    #expect(
      harness.take()
        == batch(
          "key n sum start:timestamp end:timestamp \n 1 1 4 -10 0 \n 1 1 2 0 10 \n 1 1 3 10 20 \n 1 1 1 20 30"))
  }

  @Test("a row is late when its window has been closed, and is counted; one with a NULL time is dropped")
  func countsLateRows() throws {
    let harness = try Self.harness(.tumble(size: 10 * second, offset: 0))
    try harness.advance(to: 10 * second - millisecond)
    try harness.process(batch("key t:timestamp value \n 1 9999999 5 \n 1 10000000 7 \n 1 NULL 9 \n 2 0 1"))
    #expect(harness.lateRowCount == 2)
    try harness.finish()
    #expect(harness.take() == batch("key n sum start:timestamp end:timestamp \n 1 1 7 10000000 20000000"))
  }

  @Test("a row whose first windows are closed counts in those that are open")
  func partlyLateRowsCount() throws {
    let harness = try Self.harness(.hop(size: 20 * second, slide: 10 * second, offset: 0))
    try harness.process(batch("key t:timestamp value \n 1 5000000 1"))
    try harness.advance(to: 10 * second)
    #expect(harness.take() == batch("key n sum start:timestamp end:timestamp \n 1 1 1 -10000000 10000000"))
    try harness.process(batch("key t:timestamp value \n 1 6000000 2"))
    #expect(harness.lateRowCount == 0)
    try harness.advance(to: 20 * second)
    #expect(harness.take() == batch("key n sum start:timestamp end:timestamp \n 1 2 3 0 20000000"))
    try harness.process(batch("key t:timestamp value \n 1 6000000 2"))
    #expect(harness.lateRowCount == 1)
  }

  @Test("NULL is a key, and rows without a key column form one group")
  func groupsNulls() throws {
    let harness = try Self.harness(.tumble(size: 10, offset: 0))
    try harness.process(batch("key t:timestamp value \n NULL 1 1 \n NULL 2 2 \n 0 3 4"))
    try harness.finish()
    #expect(
      harness.take().sortedRows == batch("key n sum start:timestamp end:timestamp \n 0 1 4 0 10 \n NULL 2 3 0 10").sortedRows)
    var spec = Self.spec(.tumble(size: 10, offset: 0), [.countStar], properties: [.time])
    spec.keys = []
    let whole = try OperatorHarness(setup(.windowAggregate(spec), Self.input, output: schema("n time:timestamp")))
    try whole.process(batch("key t:timestamp value \n 1 1 1 \n 2 2 2"))
    try whole.finish()
    #expect(whole.take() == batch("n time:timestamp \n 2 -990"))
  }

  @Test("windows share an offset")
  func respectsOffsets() throws {
    let harness = try Self.harness(.tumble(size: 10, offset: 3))
    try harness.process(batch("key t:timestamp value \n 1 2 1 \n 1 3 2 \n 1 12 4 \n 1 13 8"))
    try harness.finish()
    #expect(
      harness.take()
        == batch("key n sum start:timestamp end:timestamp \n 1 1 1 -7 3 \n 1 2 6 3 13 \n 1 1 8 13 23"))
  }

  @Test("a full output is drained and the window goes on where it stopped")
  func yields() throws {
    var setup = setup(.windowAggregate(Self.spec(.hop(size: 20, slide: 10, offset: 0))), Self.input, output: Self.output, keys: [[0]])
    setup.rowLimit = 1
    let harness = try OperatorHarness(setup)
    let rows = (0..<10_000).map { "\($0) \($0 % 30) 1" }.joined(separator: "\n")
    try harness.process(batch("key t:timestamp value\n\(rows)"))
    try harness.finish()
    let emitted = harness.take()
    #expect(harness.yieldCount > 5)
    #expect(emitted.rowCount == 20_000)
    #expect(Set(emitted.sortedRows).count == 20_000)
  }

  static let kinds: [WindowKind] = [
    .tumble(size: 10, offset: 0), .tumble(size: 7, offset: 3), .hop(size: 30, slide: 10, offset: 0), .hop(size: 25, slide: 10, offset: 4),
    .hop(size: 5, slide: 10, offset: 0), .cumulate(size: 40, step: 10, offset: 0), .cumulate(size: 30, step: 5, offset: -2),
  ]

  /// Times in milliseconds here, so that closing a millisecond early matters.
  static func scaled(_ kind: WindowKind) -> WindowKind {
    switch kind {
    case .tumble(let size, let offset): .tumble(size: size * 1000, offset: offset * 1000)
    case .hop(let size, let slide, let offset): .hop(size: size * 1000, slide: slide * 1000, offset: offset * 1000)
    case .cumulate(let size, let step, let offset): .cumulate(size: size * 1000, step: step * 1000, offset: offset * 1000)
    case .session(let gap): .session(gap: gap * 1000)
    case .attached(let kind, let isLocal): .attached(scaled(kind), isLocal: isLocal)
    }
  }

  /// All windows of a time by the definition, not by slices.
  static func windows(_ kind: WindowKind, _ time: Int64) -> [(start: Int64, end: Int64)] {
    func floor(_ value: Int64, _ unit: Int64) -> Int64 { value - ((value % unit) + unit) % unit }
    switch kind {
    case .tumble(let size, let offset):
      let start = floor(time - offset, size) + offset
      return [(start, start + size)]
    case .hop(let size, let slide, let offset):
      var start = floor(time - offset, slide) + offset
      var windows: [(Int64, Int64)] = []
      while start + size > time {
        windows.append((start, start + size))
        start -= slide
      }
      return windows
    case .cumulate(let size, let step, let offset):
      let start = floor(time - offset, size) + offset
      return stride(from: start + step, through: start + size, by: Int(step)).filter { $0 > time }.map { (start, $0) }
    case .attached(let kind, _): return windows(kind, time - 1).filter { $0.end == time }
    case .session(let gap): return [(time, time + gap)]
    }
  }

  static func inputs(_ random: inout SeededGenerator, schema: Schema = input, count: Int = 20) -> [OperatorInput] {
    var clock: Int64 = 0
    return (0..<count).map { _ in
      if Int.random(in: 0..<3, using: &random) == 0 { return .watermark(clock - 5_000) }
      clock += Int64.random(in: 1..<12_000, using: &random)
      let builder = BatchBuilder(schema)
      for _ in 0..<Int.random(in: 1..<30, using: &random) {
        builder.append(
          schema.fields.enumerated().map { position, field in
            switch position {
            case 0: Int.random(in: 0..<8, using: &random) == 0 ? .null : .integer(.random(in: 0..<6, using: &random))
            case 1:
              Int.random(in: 0..<20, using: &random) == 0 ? .null : .integer(clock + .random(in: -30_000..<20_000, using: &random))
            default: randomValue(field.type, nullEvery: 4, using: &random)
            }
          })
      }
      return .batch(builder.finish())
    }
    .strictlyAscending()
  }

  @Test("windows and late rows are what the definition says", arguments: kinds, 0..<12 as Range<UInt64>)
  func agreesWithTheDefinition(kind: WindowKind, seed: UInt64) throws {
    let kind = Self.scaled(kind)
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    var late = 0
    var expected: [String] = []
    var open: [Int64: [Int64?: (start: Int64, n: Int64, sum: Int64?)]] = [:]
    var watermark = Int64.min
    func close() {
      for end in open.keys.sorted() where watermark == .max || end - 1000 <= watermark {
        for (key, window) in open.removeValue(forKey: end)! {
          let row: [Value] = [
            key.map { .integer($0) } ?? .null, .integer(window.n), window.sum.map { .integer($0) } ?? .null, .integer(window.start),
            .integer(end),
          ]
          expected.append("+I \(row)")
        }
      }
    }
    for input in inputs {
      switch input {
      case .processingTime: break
      case .watermark(let time):
        watermark = time
        close()
      case .batch(let batch, _):
        for row in 0..<batch.rowCount {
          let values = batch.values(at: row)
          guard case .integer(let time) = values[1] else { continue }
          let windows = Self.windows(kind, time)
          let due = windows.filter { watermark == .min || $0.end - 1000 > watermark }
          if due.isEmpty, !windows.isEmpty { late += 1 }
          let key: Int64? = if case .integer(let key) = values[0] { key } else { nil }
          let value: Int64? = if case .integer(let value) = values[2] { value } else { nil }
          for window in due {
            var state = open[window.end, default: [:]][key] ?? (window.start, 0, nil)
            state.n += 1
            if let value { state.sum = (state.sum ?? 0) &+ value }
            open[window.end, default: [:]][key] = state
          }
        }
      }
    }
    watermark = .max
    close()
    let harness = try Self.harness(kind)
    for input in inputs { try harness.send(input) }
    try harness.finish()
    #expect(harness.take().sortedRows == expected.sorted())
    #expect(harness.lateRowCount == late)
  }

  static let everyInput = schema("key t:timestamp a:bigint b:string c:decimal(10,2) d:double f:boolean i:int")
  static let everyAggregate: [AggregateCall] = [
    .countStar, .count(2), .of(.sum, 2), .of(.min, 3, .string), .of(.max, 3, .string), .of(.avg, 2),
    .of(.sum, 4, dataType("decimal(10,2)"), result: dataType("decimal(38,2)")),
    .of(.avg, 4, dataType("decimal(10,2)"), result: dataType("decimal(38,6)")), .of(.max, 5, .float64),
    .count(2, filter: 6), .of(.sum, 7, .int32), .of(.min, 4, dataType("decimal(10,2)")), .of(.max, 6, .boolean),
  ]
  static let moreAggregates: [AggregateCall] = [
    .count(7, .int32, distinct: true), .of(.sum, 7, .int32, distinct: true, filter: 6), .count(3, .string, distinct: true),
    .of(.firstValue, 3, .string), .of(.lastValue, 2),
  ]

  static func outputSchema(_ calls: [AggregateCall]) -> Schema {
    Schema(
      [Field("key", .int64)] + calls.enumerated().map { Field("r\($0)", $1.resultType) }
        + [Field("start", .timestamp(precision: 3)), Field("end", .timestamp(precision: 3))])
  }

  @Test("local and global phase together give what one phase gives", arguments: kinds, 0..<8 as Range<UInt64>)
  func twoPhasesAreOne(kind: WindowKind, seed: UInt64) throws {
    let kind = Self.scaled(kind)
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, schema: Self.everyInput)
    let calls = Self.everyAggregate
    let partial = partialSchema([Self.everyInput[0]], calls, isWindowed: true)
    let complete = try OperatorHarness(
      setup(.windowAggregate(Self.spec(kind, calls)), Self.everyInput, output: Self.outputSchema(calls), keys: [[0]]))
    let local = try OperatorHarness(
      setup(.windowAggregate(Self.spec(kind, calls, phase: .local)), Self.everyInput, output: partial, keys: [[0]]))
    let global = try OperatorHarness(
      setup(.windowAggregate(Self.spec(kind, calls, phase: .global)), partial, output: Self.outputSchema(calls), keys: [[0]]),
      parallelism: 2)
    func handOver() throws { for batch in local.takeBatches() { try global.process(batch) } }
    for input in inputs {
      try complete.send(input)
      try local.send(input)
      if Int.random(in: 0..<4, using: &random) == 0 { _ = try local.snapshot() }
      try handOver()
      if case .watermark(let time) = input { try global.advance(to: time) }
    }
    try complete.finish()
    try local.finish()
    try handOver()
    try global.finish()
    #expect(global.take().sortedRows == complete.take().sortedRows)
  }

  @Test("the local phase holds back a bounded number of groups, and nothing over a barrier")
  func localPhaseIsBounded() throws {
    let calls = [AggregateCall.countStar]
    var setup = setup(
      .windowAggregate(Self.spec(.tumble(size: 10, offset: 0), calls, phase: .local)), Self.input,
      output: partialSchema([Self.input[0]], calls, isWindowed: true), keys: [[0]])
    setup.rowLimit = 100
    let harness = try OperatorHarness(setup)
    var sent = 0
    while harness.yieldCount == 0, sent < 10 * LocalWindowAggregate.groupCountMax {
      let keys = (sent..<(sent + 4096)).map { Int64($0) }
      let times = [Int64](repeating: 5, count: 4096)
      try harness.process(
        RecordBatch(
          schema: Self.input, columns: [.int64(FixedColumn(keys)), .int64(FixedColumn(times)), .int64(FixedColumn(times))],
          rowCount: 4096))
      sent += 4096
    }
    #expect(sent == LocalWindowAggregate.groupCountMax)
    #expect(harness.take().rowCount == sent)
    try harness.process(batch("key t:timestamp value \n 1 5 1"))
    let snapshots = try harness.snapshot()
    #expect(harness.take() == batch("key slice_end! count0! \n 1 10 1"))
    #expect(snapshots.allSatisfy { $0.keyGroups.isEmpty && $0.operatorState.isEmpty })
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<64 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random, schema: Self.everyInput)
    let kind = Self.scaled(Self.kinds.randomElement(using: &random)!)
    let calls = Self.everyAggregate + Self.moreAggregates
    let outcome = try runWithRestart(
      setup(.windowAggregate(Self.spec(kind, calls)), Self.everyInput, output: Self.outputSchema(calls), keys: [[0]]), inputs,
      restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }

  @Test("a row that was late before a restart is late after it")
  func lateRowsStayLate() throws {
    let setup = setup(.windowAggregate(Self.spec(.tumble(size: 10, offset: 0))), Self.input, output: Self.output, keys: [[0]])
    let first = try OperatorHarness(setup)
    try first.advance(to: 5_000)
    let second = try OperatorHarness(setup, parallelism: 2, restoring: first.snapshot())
    try second.process(batch("key t:timestamp value \n 1 5 1"))
    #expect(second.lateRowCount == 1)
  }

  @Test("a damaged watermark is an error")
  func refusesDamage() throws {
    let setup = setup(.windowAggregate(Self.spec(.tumble(size: 10, offset: 0))), Self.input, output: Self.output, keys: [[0]])
    let first = try OperatorHarness(setup)
    try first.advance(to: 5)
    var snapshots = try first.snapshot()
    snapshots[0].operatorState[0].bytes.removeLast()
    #expect(throws: OperatorError.self) { try OperatorHarness(setup, restoring: snapshots) }
  }

  @Test("windows without a positive size are refused")
  func refusesBadWindows() {
    for kind in [
      .tumble(size: 0, offset: 0), .hop(size: 10, slide: 0, offset: 0), .cumulate(size: 10, step: 3, offset: 0),
    ] as [WindowKind] {
      #expect(throws: OperatorError.self) { try OperatorFactory.make(.windowAggregate(Self.spec(kind))) }
    }
  }

  @Test("times that no timestamp can say are counted as late, and trap nothing", arguments: kinds)
  func survivesExtremeTimes(kind: WindowKind) throws {
    let harness = try Self.harness(kind)
    try harness.process(batch("key t:timestamp value \n 1 \(Int64.max) 1 \n 1 \(Int64.min) 1 \n 1 \(Int64.max / 4) 1 \n 1 0 1"))
    #expect(harness.lateRowCount == 2)
    try harness.finish()
  }
}

extension [OperatorInput] {
  /// Without watermarks that do not ascend.
  fileprivate func strictlyAscending() -> [OperatorInput] {
    var last = Int64.min
    return filter { input in
      guard case .watermark(let time) = input else { return true }
      defer { last = Swift.max(last, time) }
      return time > last
    }
  }
}
