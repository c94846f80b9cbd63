//  Stand-ins for what a worker hands to a loop: a queue, a reader, an operator with state, a two-phase sink.

import Columnar
import Dataflow
import Execution
import State

final class QueueChannel: InputChannel, OutputChannel {
  var queue: ElementQueue
  private(set) var byteCountPeak = 0
  init(byteCountMax: Int = ElementQueue.defaultByteCountMax) { queue = ElementQueue(byteCountMax: byteCountMax) }
  var hasCredit: Bool { queue.hasCredit }
  func send(_ element: StreamElement) {
    queue.push(element)
    byteCountPeak = max(byteCountPeak, queue.byteCount)
  }
  func next() -> StreamElement? { queue.pop() }
  func close() { queue.close() }
  /// Everything in the queue.
  func drain() -> [StreamElement] {
    var elements: [StreamElement] = []
    while let element = queue.pop() { elements.append(element) }
    return elements
  }
}

let pairSchema = Schema([Field("split", .int64), Field("n", .int64)])

func pairs(_ rows: [(Int64, Int64)]) -> RecordBatch {
  let builder = BatchBuilder(pairSchema)
  for (split, n) in rows { builder.append([.integer(split), .integer(n)]) }
  return builder.finish()
}

/// Splits "0", "1", ... of rows (split, n) for n in 0 ..< rowCount.
final class CountingEnumerator: SplitEnumerator {
  private let splitCount: Int
  init(splitCount: Int) { self.splitCount = splitCount }
  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    (0..<splitCount).map { SourceSplit(id: String($0), position: [0, 0]) }
  }
}

/// Reads splits in turn, at most three rows a batch; sometimes has nothing.
final class CountingReader: SourceReader {
  let blocks = false
  let skippedRecordCount = 0
  private let rowCount: Int
  private var splits: [SourceSplit] = []
  private var random: any RandomNumberGenerator
  init(rowCount: Int, random: any RandomNumberGenerator) {
    self.rowCount = rowCount
    self.random = random
  }
  func add(_ splits: [SourceSplit]) throws(OperatorError) { self.splits += splits }
  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    if splits.isEmpty || random.next() % 5 == 0 { return .nothing }
    let index = Int(random.next() % UInt64(splits.count))
    let from = Int(splits[index].position[0]) << 8 | Int(splits[index].position[1])
    if from == rowCount { return .splitFinished(id: splits.remove(at: index).id) }
    let to = min(rowCount, from + min(maxRows, 1 + Int(random.next() % 3)))
    splits[index].position = [UInt8(to >> 8), UInt8(to & 255)]
    return .batch(pairs((from..<to).map { (Int64(splits[index].id)!, Int64($0)) }), splits[index])
  }
}

/// Reads one split of rows (0, n) without end, as many as it is asked for.
final class EndlessReader: SourceReader {
  let blocks = false
  let skippedRecordCount = 3
  var asked: [Int] = []
  /// Rows left; then it has nothing.
  var rowCount = Int.max
  private var next: Int64 = 0
  func add(_ splits: [SourceSplit]) throws(OperatorError) {}
  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    asked.append(maxRows)
    let count = min(maxRows, rowCount)
    if count == 0 { return .nothing }
    rowCount -= count
    defer { next += Int64(count) }
    let columns: [Column] = [
      .int64(FixedColumn([Int64](repeating: 0, count: count))), .int64(FixedColumn(Array(next..<(next + Int64(count))))),
    ]
    return .batch(RecordBatch(schema: pairSchema, columns: columns, rowCount: count), SourceSplit(id: "s", position: []))
  }
}

/// Reads the split "s", which it is assigned by its edge.
func source(_ spec: SourceSpec, _ reader: any SourceReader, edge: QueueChannel = QueueChannel()) throws -> SubtaskHead {
  edge.send(.batch(Assignment.batch([SourceSplit(id: "s", position: [])], parallelism: 1)))
  let state = StateBackend(keyGroups: KeyGroupRange(lower: 0, upper: 128), maxParallelism: 128, subtask: 0, parallelism: 1)
  return .source(
    try SourceHead(
      id: OperatorID(hex: "f"), spec: spec, output: pairSchema, reader: reader, state: state, subtask: 0, parallelism: 1),
    InputGate([InputGate.Source(edge)]))
}

extension SourceSpec {
  /// Pairs whose n is a time, with a watermark five milliseconds behind it.
  static func timed(idleTimeoutMicroseconds: Int64? = nil) -> SourceSpec {
    let time = DataType.timestamp(precision: 3)
    return SourceSpec(
      table: "t", connector: "c", options: [:], declared: Schema([Field("split", .int64), Field("n", time)]), projection: [0, 1],
      watermark: WatermarkSpec(
        expression: .call(.subtract, [.column(1, time), .literal(.integer(5), .intervalTime)], time),
        idleTimeoutMicroseconds: idleTimeoutMicroseconds))
  }
}

/// (split, n) to (split, running sum of n per split). Emits one row at a time and yields after each, so that the chain has
/// to come back to it. Holds every second row back until a barrier, a watermark or the end.
final class RunningSum: Operator {
  private var sums: [Int64: Int64] = [:]
  private var stored: OperatorListState!
  private var held: RecordBatch?
  private let state: StateBackend

  init(state: StateBackend) { self.state = state }

  func open(_ context: OperatorContext) throws(OperatorError) {
    stored = context.state.listState("sums", .union)
    for entry in stored.entries {
      let values = entry.withUnsafeBytes { ($0.loadUnaligned(as: Int64.self), $0.loadUnaligned(fromByteOffset: 8, as: Int64.self)) }
      let hash = PartitionHash.hashes([.int64(FixedColumn([values.0]))], types: [.int64], rowCount: 1)[0]
      if state.keyGroups.contains(KeyGroup.index(hash: hash, maxParallelism: state.maxParallelism)) { sums[values.0] = values.1 }
    }
    store()
  }

  private func store() {
    stored.entries = sums.map { key, sum in withUnsafeBytes(of: key) { Array($0) } + withUnsafeBytes(of: sum) { Array($0) } }
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    guard row < batch.rowCount else { return .done }
    guard case .int64(let keys) = batch.columns[0], case .int64(let values) = batch.columns[1] else { preconditionFailure("two integers") }
    release(into: &output)
    sums[keys.values[row], default: 0] += values.values[row]
    store()
    let result = pairs([(keys.values[row], sums[keys.values[row]]!)])
    if row % 2 == 1 { held = result } else { output.emit(result) }
    return row + 1 == batch.rowCount ? .done : .yielded(nextRow: row + 1)
  }

  private func release(into output: inout Output) {
    if let held { output.emit(held) }
    held = nil
  }
  func prepareBarrier(into output: inout Output) throws(OperatorError) -> Progress {
    release(into: &output)
    return .done
  }
  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress {
    release(into: &output)
    return .done
  }
  func finish(into output: inout Output) throws(OperatorError) -> Progress {
    release(into: &output)
    return .done
  }
}

/// The outside world that a two-phase sink writes to; it survives every crash.
final class OutsideWorld {
  var staged: [String: [[Value]]] = [:]
  var visible: [String: [[Value]]] = [:]
  /// What must never happen, in words.
  var violations: [String] = []

  func commit(_ committable: Committable) {
    let name = String(decoding: committable.bytes, as: UTF8.self)
    if let rows = staged.removeValue(forKey: name) {
      visible[name] = rows
    } else if visible[name] == nil {
      violations.append("\(name) was to be committed and is gone")
    }
  }
  func abort(allBut known: [Committable]) {
    let names = Set(known.map { String(decoding: $0.bytes, as: UTF8.self) })
    staged = staged.filter { names.contains($0.key) }
  }
  var rows: [[Int64]] {
    visible.values.joined().map { $0.map { if case .integer(let value) = $0 { value } else { -1 } } }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }
}

final class StagingSink: Sink {
  private let world: OutsideWorld
  private let prefix: String
  private var rows: [[Value]] = []
  private(set) var flushCount = 0
  init(_ world: OutsideWorld, prefix: String) {
    self.world = world
    self.prefix = prefix
  }
  func write(_ batch: RecordBatch) throws(OperatorError) { rows += (0..<batch.rowCount).map { batch.values(at: $0) } }
  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    guard !rows.isEmpty else { return nil }
    let name = "\(prefix)-\(epoch)"
    world.staged[name] = rows
    rows = []
    return Array(name.utf8)
  }
  func flush() throws(OperatorError) { flushCount += 1 }
}
