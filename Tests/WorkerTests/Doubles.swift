//  Stand-ins for what surrounds a worker: connectors, snapshot storage, and an outside world that sinks write to.

import Checkpoints
import Columnar
import Dataflow
import Dispatch
import State
import Synchronization
import TestKit

let pairSchema = schema("split n")

/// Connectors "counting" (options `splits`, `rows`, `blocks`, and `endless` for a source that has nothing after its rows)
/// and "staging" (option `fails` for a sink that cannot write, `slow` for one that waits for the gate at each batch).
struct TestConnectors: ConnectorFactory {
  let world = OutsideWorld()
  let gate = Gate()

  func makeEnumerator(_ spec: SourceSpec) throws(OperatorError) -> any SplitEnumerator {
    CountingEnumerator(splitCount: Int(spec.options["splits"] ?? "1")!)
  }
  func makeReader(_ spec: SourceSpec, subtask: Int, parallelism: Int) throws(OperatorError) -> any SourceReader {
    CountingReader(
      rowCount: Int(spec.options["rows"] ?? "100")!, blocks: spec.options["blocks"] != nil, isEndless: spec.options["endless"] != nil)
  }
  func makeSink(_ spec: SinkSpec, _ context: SinkContext, console: any Console) throws(OperatorError) -> any Sink {
    if spec.connector == "print" { return PrintingSink(console) }
    return StagingSink(
      world, prefix: "\(context.attempt)-\(context.subtask)", fails: spec.options["fails"] != nil,
      gate: spec.options["slow"].map { _ in gate })
  }
}

final class CountingEnumerator: SplitEnumerator {
  private let splitCount: Int
  init(splitCount: Int) { self.splitCount = splitCount }
  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    (0..<splitCount).map { SourceSplit(id: String($0), position: [0, 0, 0]) }
  }
}

/// Split "s" has the rows (s, 0), (s, 1), ...; at most 100 a batch, split after split.
final class CountingReader: SourceReader {
  let blocks: Bool
  let skippedRecordCount = 0
  private let rowCount: Int
  private let isEndless: Bool
  private var splits: [SourceSplit] = []

  init(rowCount: Int, blocks: Bool, isEndless: Bool) {
    self.rowCount = rowCount
    self.blocks = blocks
    self.isEndless = isEndless
  }
  func add(_ splits: [SourceSplit]) throws(OperatorError) { self.splits += splits }
  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    guard let split = splits.first else { return .nothing }
    let from = split.position.reduce(0) { $0 << 8 | Int($1) }
    if from == rowCount {
      if isEndless { return .nothing }
      splits.removeFirst()
      return .splitFinished(id: split.id)
    }
    let to = min(rowCount, from + min(maxRows, 100))
    splits[0].position = [UInt8(to >> 16 & 255), UInt8(to >> 8 & 255), UInt8(to & 255)]
    let builder = BatchBuilder(pairSchema)
    for n in from..<to { builder.append([.integer(Int64(split.id)!), .integer(Int64(n))]) }
    return .batch(builder.finish(), splits[0])
  }
}

/// Holds whoever passes until it is opened, once and for all.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  func open() { semaphore.signal() }
  func pass() {
    semaphore.wait()
    semaphore.signal()
  }
}

/// What two-phase sinks write to; it survives workers.
final class OutsideWorld: Sendable {
  struct Contents {
    var staged: [String: [[Value]]] = [:]
    var visible: [String: [[Value]]] = [:]
    var lost: [String] = []
  }
  let contents = Mutex(Contents())

  /// The first column and the second, of every visible row, sorted.
  var rows: [[Int64]] {
    contents.withLock { Array($0.visible.values.joined()) }
      .map { $0.map { if case .integer(let value) = $0 { value } else { -1 } } }.sorted { $0.lexicographicallyPrecedes($1) }
  }
  var lost: [String] { contents.withLock { $0.lost } }

  static func expected(splits: Int, rows: Int) -> [[Int64]] {
    (0..<splits).flatMap { split in (0..<rows).map { [Int64(split), Int64($0)] } }.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

final class StagingSink: Sink {
  let committer: (any SinkCommitter)?
  private let world: OutsideWorld
  private let prefix: String
  private let fails: Bool
  private let gate: Gate?
  private var rows: [[Value]] = []
  init(_ world: OutsideWorld, prefix: String, fails: Bool, gate: Gate?) {
    committer = StagingCommitter(world)
    self.gate = gate
    self.world = world
    self.prefix = prefix
    self.fails = fails
  }
  func write(_ batch: RecordBatch) throws(OperatorError) {
    gate?.pass()
    if fails { throw OperatorError(.external, .restartFromCheckpoint, "the outside world is gone") }
    rows += (0..<batch.rowCount).map { batch.values(at: $0) }
  }
  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    guard !rows.isEmpty else { return nil }
    let name = "\(prefix)-\(epoch)"
    world.contents.withLock { $0.staged[name] = rows }
    rows = []
    return Array(name.utf8)
  }
  func flush() throws(OperatorError) {}
}

final class StagingCommitter: SinkCommitter {
  private let world: OutsideWorld
  init(_ world: OutsideWorld) { self.world = world }
  func commit(_ committables: [Committable]) throws(OperatorError) {
    world.contents.withLock { contents in
      for committable in committables {
        let name = String(decoding: committable.bytes, as: UTF8.self)
        if let rows = contents.staged.removeValue(forKey: name) {
          contents.visible[name] = rows
        } else if contents.visible[name] == nil {
          contents.lost.append(name)
        }
      }
    }
  }
  func abort(allBut known: [Committable]) throws(OperatorError) {
    let names = Set(known.map { String(decoding: $0.bytes, as: UTF8.self) })
    world.contents.withLock { contents in contents.staged = contents.staged.filter { names.contains($0.key) } }
  }
}

/// A line a row, the columns joined by commas.
final class PrintingSink: Sink {
  private let console: any Console
  init(_ console: any Console) { self.console = console }
  func write(_ batch: RecordBatch) throws(OperatorError) {
    var text = ""
    for row in 0..<batch.rowCount {
      text += batch.values(at: row).map { if case .integer(let value) = $0 { String(value) } else { "?" } }.joined(separator: ",") + "\n"
    }
    console.write(Array(text.utf8), isError: false)
  }
  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? { nil }
  func flush() throws(OperatorError) {}
}

/// Snapshots in memory; every second store fails if it is told to.
final class MemoryStorage: SnapshotStorage {
  let nonce: String? = "nonce"
  let isBroken = Mutex(false)
  private let stored = Mutex<[String: [OperatorID: OperatorSnapshot]]>([:])

  func store(
    job: JobID, attempt: Attempt, epoch: Epoch, subtask: SubtaskID, keyGroups: KeyGroupRange, isCompressed: Bool,
    _ operators: [OperatorID: any SnapshotContent]
  ) throws(SnapshotError) -> SnapshotHandle {
    if isBroken.withLock({ $0 }) { throw SnapshotError(.unwritable, "disk full") }
    let path = "\(job)/\(attempt)/\(epoch)-\(subtask)"
    let operators = operators.mapValues { content in
      var snapshot = OperatorSnapshot(operatorState: content.operatorState)
      content.encodeKeyGroups { snapshot.append($1, to: $0) }
      return snapshot
    }
    stored.withLock { $0[path] = operators }
    return SnapshotHandle(
      subtask: subtask, operators: operators.keys.sorted(), keyGroups: keyGroups, location: .file(path: path),
      byteCount: operators.values.reduce(0) { $0 + $1.byteCount })
  }
  func load(
    _ handle: SnapshotHandle, operators: Set<OperatorID>, keyGroups: KeyGroupRange?
  ) throws(SnapshotError) -> [OperatorID: OperatorSnapshot] {
    guard case .file(let path) = handle.location, let found = stored.withLock({ $0[path] }) else {
      throw SnapshotError(.notFound, "no snapshot")
    }
    return found.filter { operators.contains($0.key) }
  }
  func delete(_ handle: SnapshotHandle) throws(SnapshotError) {}
  func deleteAll(of job: JobID, before attempt: Attempt?, except kept: [SnapshotHandle]) throws(SnapshotError) -> Int { 0 }
}
