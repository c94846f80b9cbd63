import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

@Suite("Windows over rows that are taken back")
struct WindowRetractionTests {
  static let input = WindowAggregateTests.input
  static let calls: [AggregateCall] = [.countStar, .of(.sum, 2), .of(.min, 2), .of(.max, 2), .count(2, distinct: true)]
  static let output = schema("key n sum min max distinct start:timestamp end:timestamp")
  static let kinds = WindowAggregateTests.kinds.map(WindowAggregateTests.scaled)

  static func setup(_ kind: WindowKind) -> OperatorSetup {
    let spec = WindowAggregateSpec(
      kind: kind, time: 1, keys: [0], aggregates: calls, properties: [.start, .end], phase: .complete, consumesRetractions: true)
    return OperatorsTests.setup(.windowAggregate(spec), input, output: output, keys: [[0]])
  }

  /// As rows come, some of those before are taken back, late or not.
  static func inputs(_ random: inout SeededGenerator) -> [OperatorInput] {
    var there: [[Value]] = []
    return WindowAggregateTests.inputs(&random).map { given in
      guard case .batch(let batch, _) = given else { return given }
      let builder = BatchBuilder(input)
      for row in 0..<batch.rowCount {
        let values = batch.values(at: row)
        builder.append(values, .insert)
        there.append(values)
        while Int.random(in: 0..<2, using: &random) == 0, let place = there.indices.randomElement(using: &random) {
          builder.append(there.remove(at: place), Bool.random(using: &random) ? .delete : .updateBefore)
        }
      }
      return .batch(builder.finish())
    }
  }

  /// The rows of each open window by key, as they are defined.
  struct Model {
    let kind: WindowKind
    var open: [Int64: [Value: [Value]]] = [:]
    var starts: [Int64: Int64] = [:]
    var watermark = Int64.min
    var late = 0
    var rows: [String] = []

    mutating func add(_ batch: RecordBatch) {
      for row in 0..<batch.rowCount {
        let values = batch.values(at: row)
        guard case .integer(let time) = values[1] else { continue }
        let windows = WindowAggregateTests.windows(kind, time)
        let due = windows.filter { watermark == .min || $0.end - 1000 > watermark }
        if due.isEmpty, !windows.isEmpty { late += 1 }
        for window in due {
          starts[window.end] = window.start
          if batch.change(row).sign > 0 {
            open[window.end, default: [:]][values[0], default: []].append(values[2])
          } else if let place = open[window.end]?[values[0]]?.firstIndex(of: values[2]) {
            open[window.end]?[values[0]]?.remove(at: place)
          }
        }
      }
    }

    mutating func advance(to next: Int64) {
      watermark = next
      for end in open.keys.sorted() where next == .max || end - 1000 <= next {
        for (key, values) in open.removeValue(forKey: end)! where !values.isEmpty {
          let numbers = values.compactMap { if case .integer(let number) = $0 { number } else { nil } }
          func value(_ number: Int64?) -> Value { number.map { .integer($0) } ?? .null }
          let row: [Value] = [
            key, .integer(Int64(values.count)), value(numbers.isEmpty ? nil : numbers.reduce(0, &+)), value(numbers.min()),
            value(numbers.max()), .integer(Int64(Set(numbers).count)), .integer(starts[end]!), .integer(end),
          ]
          rows.append("+I \(row)")
        }
      }
    }
  }

  @Test("windows hold what is left of their rows when they close", arguments: kinds, 0..<12 as Range<UInt64>)
  func agreesWithTheDefinition(kind: WindowKind, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let harness = try OperatorHarness(Self.setup(kind))
    var model = Model(kind: kind)
    for input in Self.inputs(&random) {
      try harness.send(input)
      switch input {
      case .processingTime: break
      case .batch(let batch, _): model.add(batch)
      case .watermark(let time): model.advance(to: time)
      }
    }
    try harness.finish()
    model.advance(to: .max)
    #expect(!model.rows.isEmpty)
    #expect(harness.take().sortedRows == model.rows.sorted())
    #expect(harness.lateRowCount == model.late)
    #expect(try harness.snapshot().allSatisfy { $0.keyGroups.isEmpty })
  }

  @Test("a row that is taken back stretches its session, and a session without rows is not emitted")
  func sessions() throws {
    let harness = try OperatorHarness(Self.setup(.session(gap: 10)))
    try harness.process(
      batch(
        """
        key t:timestamp value
        +I 1 5 3
        +I 1 14 7
        +I 1 23 1
        -D 1 14 7
        -D 1 23 1
        +I 2 5 4
        -U 2 5 4
        -D 3 5 9
        """))
    try harness.finish()
    #expect(harness.take() == batch("key n sum min max distinct start:timestamp end:timestamp \n 1 1 3 3 3 1 5 33"))
  }

  @Test("snapshot, restore and a change of parallelism are invisible", arguments: 0..<48 as Range<UInt64>)
  func survivesARestart(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Self.inputs(&random)
    let kind = (Self.kinds + [.session(gap: 2_000), .session(gap: 9_000)]).randomElement(using: &random)!
    let outcome = try runWithRestart(Self.setup(kind), inputs, restart: .random(in: 0...inputs.count, using: &random))
    #expect(!outcome.straight.isEmpty)
    #expect(outcome.restored == outcome.straight)
    #expect(outcome.rescaled == outcome.straight)
  }
}
