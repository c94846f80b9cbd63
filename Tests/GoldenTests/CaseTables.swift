//  The tables of cases: their connectors as data, the reader of the rows that a case writes down, and the sink that keeps
//  what is committed. Everything else that a script may name is made by the real connectors.

import Columnar
import Connectors
import Dataflow

@testable import TestKit

enum CaseConnectors {
  /// What the scripts of cases may name besides the built-in connectors.
  static let catalog = ConnectorCatalog(
    connectors: [
      ConnectorDescriptor(name: "rows", options: [], isSource: true, isSink: true, acceptsUpdates: true, readsFields: true),
      ConnectorDescriptor(name: "changes", options: [], isSource: true, isSink: false, usesFormat: true),
      ConnectorDescriptor(name: "appends", options: [], isSource: false, isSink: true),
      ConnectorDescriptor(
        name: "upserts", options: [], isSource: false, isSink: true, acceptsUpdates: true, needsUpdateBefore: false),
    ] + ConnectorCatalog.builtIn.connectors, formats: ConnectorCatalog.builtIn.formats)

  static func isCaseTable(_ connector: String) -> Bool { ["rows", "changes"].contains(connector) }
}

/// What a simulated job and its tables have in common; it survives every restart.
final class CaseWorld {
  let tables: [String: [GoldenCase.Row]]
  /// Splits of an insert-only table; rows are dealt out in turn.
  let splitCount: Int
  /// The virtual clock, microseconds since 1970; a job starts at 2024-01-01.
  static let start: Int64 = 1_704_067_200_000_000
  var now = CaseWorld.start
  private var staged: [String: (sink: SinkSpec, batches: [RecordBatch])] = [:]
  private(set) var committed: [String: (sink: SinkSpec, batches: [RecordBatch])] = [:]
  private var visible: Set<String> = []

  init(tables: [String: [GoldenCase.Row]] = [:], splitCount: Int = 1) {
    self.tables = tables
    self.splitCount = splitCount
  }

  func stage(_ name: String, _ sink: SinkSpec, _ batches: [RecordBatch]) { staged[name] = (sink, batches) }

  /// Doing it twice does what doing it once does.
  func commit(_ committable: Committable) {
    let name = String(decoding: committable.bytes, as: UTF8.self)
    guard visible.insert(name).inserted else { return }
    guard let rows = staged.removeValue(forKey: name) else { preconditionFailure("\(name) was staged before it is committed") }
    committed[rows.sink.table, default: (rows.sink, [])].batches += rows.batches
  }

  func abort(allBut known: [Committable]) {
    let names = Set(known.map { String(decoding: $0.bytes, as: UTF8.self) })
    staged = staged.filter { names.contains($0.key) }
  }
}

final class CaseSink: Sink {
  private let world: CaseWorld
  private let spec: SinkSpec
  private let name: String
  private var batches: [RecordBatch] = []

  init(_ world: CaseWorld, _ spec: SinkSpec, name: String) {
    self.world = world
    self.spec = spec
    self.name = name
  }

  func write(_ batch: RecordBatch) throws(OperatorError) { batches.append(batch) }
  func flush() throws(OperatorError) {}
  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    guard !batches.isEmpty else { return nil }
    world.stage("\(name)-\(epoch)", spec, batches)
    batches = []
    return Array("\(name)-\(epoch)".utf8)
  }
}

/// Splits `i/n`: the rows whose number leaves i when divided by n. A changelog, whose rows have an order, is one split.
final class CaseEnumerator: SplitEnumerator {
  private let count: Int
  init(_ spec: SourceSpec, _ world: CaseWorld) { count = spec.connector == "changes" ? 1 : world.splitCount }

  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    (0..<count).map { SourceSplit(id: "\($0)/\(count)", position: CaseReader.position(0)) }
  }
}

/// Reads the rows of a case, one split after the other in turn.
final class CaseReader: SourceReader {
  let blocks = true
  let skippedRecordCount = 0
  private let world: CaseWorld
  private let schema: Schema
  private let rows: [(row: GoldenCase.Row, values: [Value])]
  private var open: [SourceSplit] = []
  private var turn = 0
  /// When the next row arrives, if none has yet.
  private(set) var nextArrival: Int64?

  init(_ spec: SourceSpec, _ world: CaseWorld) {
    self.world = world
    schema = spec.produced
    rows = (world.tables[spec.table] ?? []).map { row in
      precondition(
        row.cells.count == spec.declared.count, "line \(row.line): \(row.cells.count) cells for \(spec.declared.count) columns")
      precondition(row.kind == .insert || spec.connector == "changes", "line \(row.line): only a table of changes has \(row.kind)")
      let values = spec.projection.map { FixtureScanner.value(row.cells[$0], as: spec.declared[$0].type) }
      return (row, spec.paths.map { zip(values, $0).map(Self.part) } ?? values)
    }
  }

  /// What is wanted of a column.
  private static func part(_ value: Value, _ path: FieldPath) -> Value {
    var value = value
    for field in path.fields {
      guard case .row(let fields) = value else { return .null }
      value = fields[field]
    }
    return path.isPresence && value != .null ? .row([]) : value
  }

  static func position(_ next: Int) -> [UInt8] { withUnsafeBytes(of: Int32(next).littleEndian) { Array($0) } }
  private static func next(_ split: SourceSplit) -> Int {
    Int(split.position.withUnsafeBytes { Int32(littleEndian: $0.loadUnaligned(as: Int32.self)) })
  }
  /// Rows of the split, by their numbers in the table.
  private func numbers(_ split: SourceSplit) -> [Int] {
    let parts = split.id.split(separator: "/").map { Int($0)! }
    return Array(stride(from: parts[0], to: rows.count, by: parts[1]))
  }

  func add(_ splits: [SourceSplit]) throws(OperatorError) { open += splits }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    nextArrival = nil
    for _ in open.indices {
      turn = (turn + 1) % open.count
      let split = open[turn]
      let numbers = numbers(split)
      let first = Self.next(split)
      if first == numbers.count { return .splitFinished(id: open.remove(at: turn).id) }
      let due = numbers[first...].prefix(maxRows).prefix { CaseWorld.start + rows[$0].row.arrival <= world.now }
      if due.isEmpty {
        let arrival = CaseWorld.start + rows[numbers[first]].row.arrival
        nextArrival = min(nextArrival ?? arrival, arrival)
        continue
      }
      let builder = BatchBuilder(schema)
      for number in due { builder.append(rows[number].values, rows[number].row.kind) }
      open[turn].position = Self.position(first + due.count)
      return .batch(builder.finish(), open[turn])
    }
    return .nothing
  }
}
