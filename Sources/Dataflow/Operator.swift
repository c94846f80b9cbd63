//  The contract of everything that computes. Synchronous on purpose: an operator never blocks, never looks at a clock,
//  and runs on one thread at a time. Its state belongs to the `StateBackend`, which snapshots it.

import Columnar
import Expressions
import State

/// How far a call came.
public enum Progress: Hashable, Sendable {
  /// Everything that was handed in has been dealt with.
  case done
  /// The output is full. Call again, for `process` with this row, once the output has been drained.
  case yielded(nextRow: Int)
}

/// Where an operator runs; handed to `open`.
public struct OperatorContext {
  public let operatorID: OperatorID
  public let subtask: Int
  public let parallelism: Int
  public let maxParallelism: Int
  /// One for each input, in order.
  public let inputSchemas: [Schema]
  public var outputSchema: Schema
  /// Holds this operator's tables, timers and operator state; already restored when `open` is called.
  public let state: StateBackend
  /// The session's time zone, `table.local-time-zone`.
  public let timeZone: String
  /// The rules of that time zone, for expressions.
  public let timeZoneRules: TimeZoneRules
  /// Other zones, by name.
  public let zones: TimeZones
  /// Of this operator alone.
  public let random: RandomNumbers

  public init(
    operatorID: OperatorID, subtask: Int, parallelism: Int, maxParallelism: Int, inputSchemas: [Schema], outputSchema: Schema,
    state: StateBackend, timeZone: String, timeZoneRules: TimeZoneRules = .utc, zones: TimeZones = .fixed,
    random: RandomNumbers = RandomNumbers(seed: 0)
  ) {
    self.operatorID = operatorID
    self.subtask = subtask
    self.parallelism = parallelism
    self.maxParallelism = maxParallelism
    self.inputSchemas = inputSchemas
    self.outputSchema = outputSchema
    self.state = state
    self.timeZone = timeZone
    self.timeZoneRules = timeZoneRules
    self.zones = zones
    self.random = random
  }
}

/// A computation over one or more inputs.
///
/// The caller hands in elements in order and completes each (calling again after `.yielded`) before the next. Between
/// two elements the operator can be snapshotted. `advance` gets strictly ascending watermarks, the minimum over the
/// inputs, and the watermark goes on downstream only when `advance` is done. `finish` comes once, after every input
/// has ended, and after `advance(to: .end)` when the inputs were bounded.
public protocol Operator: AnyObject {
  /// Declares tables, timers and operator state. Called once, before anything else.
  func open(_ context: OperatorContext) throws(OperatorError)
  /// Rows `row...` of a batch that arrived at `input`.
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress
  func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress
  /// Processing time has reached a timer, or the input has run dry: microseconds since 1970.
  func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress
  /// Emits what is held back (pre-aggregates); called before a barrier goes on and before a snapshot.
  func prepareBarrier(into output: inout Output) throws(OperatorError) -> Progress
  func finish(into output: inout Output) throws(OperatorError) -> Progress
  /// What goes on downstream once `advance(to:)` is done with a watermark: rows that are yet to come out are not behind it.
  /// Ascends strictly with the watermark, but for `none`, which does not go on; `end` for `end`.
  func outgoing(_ watermark: Watermark) -> Watermark
  /// Rows that came too late and were dropped, since `open`.
  var lateRowCount: Int { get }
  /// The earliest processing time at which `advance(toProcessingTime:)` wants to be called; nil for never.
  var nextProcessingTimer: Int64? { get }
}

extension Operator {
  public func open(_ context: OperatorContext) throws(OperatorError) {}
  public func advance(to watermark: Watermark, into output: inout Output) throws(OperatorError) -> Progress { .done }
  public func advance(toProcessingTime now: Int64, into output: inout Output) throws(OperatorError) -> Progress { .done }
  public func prepareBarrier(into output: inout Output) throws(OperatorError) -> Progress { .done }
  public func finish(into output: inout Output) throws(OperatorError) -> Progress { .done }
  public func outgoing(_ watermark: Watermark) -> Watermark { watermark }
  public var lateRowCount: Int { 0 }
  public var nextProcessingTimer: Int64? { nil }
}

/// What an operator has emitted and nobody has taken yet.
public struct Output: ~Copyable {
  private var batches: [RecordBatch] = []
  public private(set) var pendingRowCount = 0
  /// When the batch at hand was taken in, microseconds since 1970: the `now` of expressions.
  public var now: Int64

  /// Rows after which an operator stops emitting and yields.
  public static let rowCountMax = 4 * RecordBatch.targetRowCount
  /// `rowCountMax`, unless a test wants to see operators yield.
  public let rowLimit: Int

  public init(now: Int64 = 0, rowLimit: Int = Output.rowCountMax) {
    self.now = now
    self.rowLimit = rowLimit
  }

  public var isFull: Bool { pendingRowCount >= rowLimit }
  public var isEmpty: Bool { batches.isEmpty }

  public mutating func emit(_ batch: RecordBatch) {
    guard batch.rowCount > 0 else { return }
    pendingRowCount += batch.rowCount
    batches.append(batch)
  }

  /// Takes everything emitted so far, in order.
  public mutating func drain() -> [RecordBatch] {
    defer {
      batches.removeAll(keepingCapacity: true)
      pendingRowCount = 0
    }
    return batches
  }
}
