//  Drives an operator as a subtask loop does, at any parallelism: completes every call, snapshots, restores, rescales.

import Columnar
import Dataflow
import State

/// One element for an operator.
public enum OperatorInput: Sendable {
  case batch(RecordBatch, input: Int)
  /// Microseconds.
  case watermark(Int64)
  /// The clock has come to this time, microseconds.
  case processingTime(Int64)

  public static func batch(_ batch: RecordBatch) -> OperatorInput { .batch(batch, input: 0) }
}

/// What an operator is made of and fed with.
public struct OperatorSetup {
  public var make: () throws -> any Operator
  public var inputs: [Schema]
  public var output: Schema
  /// For each input the columns by which its rows are dealt out to subtasks.
  public var keys: [[Int]]
  public var maxParallelism = 128
  /// Rows after which the output is full.
  public var rowLimit = Output.rowCountMax

  public init(inputs: [Schema], output: Schema, keys: [[Int]], make: @escaping () throws -> any Operator) {
    self.make = make
    self.inputs = inputs
    self.output = output
    self.keys = keys
  }
}

/// The subtasks of one operator.
public final class OperatorHarness {
  private let setup: OperatorSetup
  private var subtasks: [(operator: any Operator, state: StateBackend)] = []
  /// Everything emitted that has not been taken yet, subtask by subtask within one call.
  private var emitted: [RecordBatch] = []
  /// How often a call had to be made again because the output was full.
  public private(set) var yieldCount = 0
  /// Processing time, microseconds.
  public var now: Int64 = 0

  public init(_ setup: OperatorSetup, parallelism: Int = 1, restoring snapshots: [OperatorSnapshot] = []) throws {
    self.setup = setup
    for subtask in 0..<parallelism {
      let state = StateBackend(
        keyGroups: .of(subtask: subtask, parallelism: parallelism, maxParallelism: setup.maxParallelism),
        maxParallelism: setup.maxParallelism, subtask: subtask, parallelism: parallelism)
      try state.restore(snapshots)
      let made = try setup.make()
      try made.open(
        OperatorContext(
          operatorID: OperatorID(hex: String(repeating: "0", count: 32)), subtask: subtask, parallelism: parallelism,
          maxParallelism: setup.maxParallelism, inputSchemas: setup.inputs, outputSchema: setup.output, state: state, timeZone: "UTC"))
      subtasks.append((made, state))
    }
  }

  public var lateRowCount: Int { subtasks.reduce(0) { $0 + $1.operator.lateRowCount } }

  public func send(_ input: OperatorInput) throws {
    switch input {
    case .batch(let batch, let input): try process(batch, input: input)
    case .watermark(let time): try advance(to: time)
    case .processingTime(let time):
      now = time
      try runDry(now: time)
    }
  }

  public func process(_ batch: RecordBatch, input: Int = 0) throws {
    let shares = deal(batch, input)
    for (subtask, share) in zip(subtasks, shares) where share.rowCount > 0 {
      try complete { row, output in try subtask.operator.process(share, input: input, from: row, into: &output) }
    }
  }

  /// The rows of each subtask, as an exchange by these keys would deal them out.
  private func deal(_ batch: RecordBatch, _ input: Int) -> [RecordBatch] {
    if subtasks.count == 1 { return [batch] }
    let keys = setup.keys[input]
    let hashes = PartitionHash.hashes(
      keys.map { batch.columns[$0] }, types: keys.map { batch.schema[$0].type }, rowCount: batch.rowCount)
    var rows = [[Int32]](repeating: [], count: subtasks.count)
    for row in 0..<batch.rowCount {
      let keyGroup = keys.isEmpty ? 0 : KeyGroup.index(hash: hashes[row], maxParallelism: setup.maxParallelism)
      rows[KeyGroup.subtask(of: keyGroup, parallelism: subtasks.count, maxParallelism: setup.maxParallelism)].append(Int32(row))
    }
    return rows.map { batch.take($0) }
  }

  public func advance(to microseconds: Int64) throws {
    for subtask in subtasks {
      try complete { _, output in try subtask.operator.advance(to: Watermark(microseconds: microseconds), into: &output) }
    }
  }

  /// The input has run dry.
  public func runDry(now: Int64 = 0) throws {
    for subtask in subtasks { try complete { _, output in try subtask.operator.advance(toProcessingTime: now, into: &output) } }
  }

  /// The input, bounded, has ended.
  public func finish() throws {
    try advance(to: .max)
    for subtask in subtasks { try complete { _, output in try subtask.operator.finish(into: &output) } }
  }

  /// As at a barrier: what is held back is emitted, then the state is frozen. Each is to be encoded later, on any thread.
  public func freeze() throws -> [FrozenState] {
    for subtask in subtasks { try complete { _, output in try subtask.operator.prepareBarrier(into: &output) } }
    return subtasks.map { $0.state.snapshot() }
  }

  public func snapshot() throws -> [OperatorSnapshot] { try freeze().map { $0.encode() } }

  private func complete(_ call: (Int, inout Output) throws -> Progress) throws {
    var row = 0
    var output = Output(now: now, rowLimit: setup.rowLimit)
    while true {
      let progress = try call(row, &output)
      let isEmpty = output.isEmpty
      emitted += output.drain()
      guard case .yielded(let next) = progress else { return }
      precondition(!isEmpty, "an operator that yields has emitted something")
      yieldCount += 1
      row = next
    }
  }

  /// Everything emitted since the last call, batch by batch.
  public func takeBatches() -> [RecordBatch] {
    defer { emitted = [] }
    return emitted
  }

  /// Everything emitted since the last call as one batch, in order; without rows if there was nothing.
  public func take() -> RecordBatch {
    let batches = takeBatches()
    return batches.isEmpty ? .empty(setup.output) : .concatenate(batches)
  }
}

extension RecordBatch {
  /// Each row with its change kind as text, sorted: what two runs have in common that emit in different orders.
  public var sortedRows: [String] {
    (0..<rowCount).map { "\(change($0).shortName) \(values(at: $0))" }.sorted()
  }

  /// How often each row is in the table that the changelog describes; rows that are not are left out.
  public var materialized: [[Value]: Int] {
    var table: [[Value]: Int] = [:]
    for row in 0..<rowCount { table[values(at: row), default: 0] += change(row).sign }
    return table.filter { $0.value != 0 }
  }
}

/// The three ways in which a job may run; their results are to be the same.
public struct RestartOutcome {
  public var straight: [String]
  public var restored: [String]
  /// Restored at another parallelism, the results of its subtasks taken together.
  public var rescaled: [String]
}

/// Runs `inputs` straight through, with a snapshot and a restore before the element at `restart`, and with a restore at
/// parallelism 2 there. Each run goes on writing to its state after the freeze and before the encoding, as a worker does.
public func runWithRestart(_ setup: OperatorSetup, _ inputs: [OperatorInput], restart: Int) throws -> RestartOutcome {
  func run(from: Int, to: Int?) throws -> [String] {
    let first = try OperatorHarness(setup, parallelism: from)
    guard let to else {
      for input in inputs { try first.send(input) }
      try first.finish()
      return first.take().sortedRows
    }
    for input in inputs[..<restart] { try first.send(input) }
    let frozen = try first.freeze()
    let before = first.take()
    let now = first.now
    for input in inputs[restart...] { try first.send(input) }
    let second = try OperatorHarness(setup, parallelism: to, restoring: frozen.map { $0.encode() })
    second.now = now
    for input in inputs[restart...] { try second.send(input) }
    try second.finish()
    return (before.sortedRows + second.take().sortedRows).sorted()
  }
  return RestartOutcome(
    straight: try run(from: 1, to: nil), restored: try run(from: 1, to: 1), rescaled: try run(from: 1, to: 2))
}
