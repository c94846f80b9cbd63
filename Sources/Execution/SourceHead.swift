//  The source at the head of a chain: takes its splits from the enumerator's edge, polls the reader, computes the
//  source's columns and its watermark, and holds the rows to the rate that was asked for.

import Columnar
import Dataflow
import Expressions
import State

/// Drives one reader. The position of every split goes into the state with each barrier, between two batches, so that a
/// restore reads on after the last row that the checkpoint has seen.
public final class SourceHead {
  enum Next {
    case batch(RecordBatch)
    case change(SplitWatermarks.Change)
    /// Every split has been read to its end.
    case finished
    /// Nothing until the given time; nil: until the reader or the enumerator wakes the subtask.
    case nothing(until: Int64?)
  }

  /// How long a reader that does not block is left alone after it had nothing.
  static let pollIntervalMicroseconds: Int64 = 1_000
  /// Under load a watermark is sent once in this many rows: each makes the exchange send what it has gathered.
  static let watermarkRowInterval = 4 * RecordBatch.targetRowCount

  public let id: OperatorID
  let state: StateBackend
  private let reader: any SourceReader
  private let subtask: Int
  private let output: Schema
  private let columns: [CompiledExpression]
  private let watermarkExpression: CompiledExpression?
  private let timeZone: TimeZoneRules
  private let zones: TimeZones
  private let random: RandomNumbers
  private var limiter: RateLimiter?
  /// Rows that may still be wanted; nil for all.
  private var wantedRowCount: Int64?
  private var watermarks: SplitWatermarks
  private var open: [SourceSplit] = []
  private var hasAllSplits: Bool
  private let storedSplits: OperatorListState
  private let storedCompletion: OperatorListState
  private var pending: [SplitWatermarks.Change] = []
  private var rowsSinceWatermark = 0
  private(set) var recordsIn: Int64 = 0
  private(set) var bytesIn: Int64 = 0

  /// - Parameters:
  ///   - reader: one that blocks has to be behind a queue whose `poll` does not, and which wakes the subtask.
  ///   - state: already restored.
  public init(
    id: OperatorID, spec: SourceSpec, output: Schema, reader: any SourceReader, state: StateBackend, subtask: Int, parallelism: Int,
    timeZone: TimeZoneRules = .utc, zones: TimeZones = .fixed,
    random: RandomNumbers = RandomNumbers(seed: 0)
  ) throws(OperatorError) {
    self.id = id
    self.reader = reader
    self.state = state
    self.subtask = subtask
    self.output = output
    self.timeZone = timeZone
    self.zones = zones
    self.random = random
    do throws(EvaluationError) {
      var columns: [CompiledExpression] = []
      for expression in spec.columns { columns.append(try CompiledExpression(expression)) }
      self.columns = columns
      watermarkExpression = if let watermark = spec.watermark { try CompiledExpression(watermark.expression) } else { nil }
    } catch {
      throw OperatorError(.internal, .never, "the columns of table \"\(spec.table)\" cannot be computed: \(error.message)")
    }
    limiter = spec.rowsPerSecond.map { RateLimiter(rowsPerSecond: max(Double($0), 1) / Double(parallelism)) }
    wantedRowCount = spec.rowLimit
    watermarks = SplitWatermarks(idleTimeoutMicroseconds: spec.watermark?.idleTimeoutMicroseconds)
    storedSplits = state.listState("splits", .split)
    storedCompletion = state.listState("complete", .union)
    hasAllSplits = !storedCompletion.entries.isEmpty
    var restored: [SourceSplit] = []
    for bytes in storedSplits.entries { restored.append(try SourceSplit(encoded: bytes)) }
    try add(restored)
  }

  var skippedRecordCount: Int { reader.skippedRecordCount }

  /// Rows of the enumerator's edge.
  func receive(_ assignments: RecordBatch) throws(OperatorError) {
    guard !hasAllSplits else { return }
    let (splits, isComplete) = try Assignment.read(assignments, subtask: subtask)
    hasAllSplits = isComplete
    try add(splits)
  }

  private func add(_ splits: [SourceSplit]) throws(OperatorError) {
    guard !splits.isEmpty else { return }
    open.append(contentsOf: splits)
    watermarks.add(splits.map(\.id))
    try reader.add(splits)
  }

  /// Puts the positions as they are now into the state.
  func prepareSnapshot() {
    storedSplits.entries = open.map { $0.encoded() }
    storedCompletion.entries = hasAllSplits ? [[1]] : []
  }

  func next(now: Int64) throws(OperatorError) -> Next {
    while true {
      if !pending.isEmpty { return .change(pending.removeFirst()) }
      // Whoever takes the rows has as many as it wants: what is left in the splits is passed over.
      if wantedRowCount == 0 { open.removeAll() }
      if open.isEmpty { return hasAllSplits ? .finished : .nothing(until: nil) }
      var rowCountMax = Int(min(Int64(RecordBatch.targetRowCount), wantedRowCount ?? .max))
      if let available = limiter?.available(now: now) {
        rowCountMax = min(rowCountMax, available)
        guard rowCountMax > 0 else {
          watermarks.pauseIdleClock()
          takeChanges()
          if pending.isEmpty { return .nothing(until: limiter?.nextAt(now: now)) }
          continue
        }
      }
      switch try reader.poll(maxRows: rowCountMax) {
      case .batch(let batch, let split):
        guard let index = open.firstIndex(where: { $0.id == split.id }) else {
          throw OperatorError(.internal, .never, "the reader gave rows of the split \"\(split.id)\", which it was not given")
        }
        open[index] = split
        if batch.rowCount > 0 { return .batch(try take(batch, of: split.id, now: now)) }
      case .splitFinished(let id):
        open.removeAll { $0.id == id }
        watermarks.finish(split: id)
        takeChanges()
      case .nothing:
        watermarks.receiveNothing(now: now)
        takeChanges()
        if pending.isEmpty { return .nothing(until: wakeAfterNothing(now: now)) }
      }
    }
  }

  private func take(_ batch: RecordBatch, of split: String, now: Int64) throws(OperatorError) -> RecordBatch {
    let batch = batch.measured()
    limiter?.consume(batch.rowCount)
    if let wanted = wantedRowCount { wantedRowCount = max(0, wanted - Int64(batch.rowCount)) }
    recordsIn += Int64(batch.rowCount)
    bytesIn += Int64(batch.byteCount)
    rowsSinceWatermark += batch.rowCount
    do throws(EvaluationError) {
      let context = EvaluationContext(nowMicroseconds: now, timeZone: timeZone, zones: zones, random: random)
      var result = batch
      if !columns.isEmpty {
        var computed: [Column] = []
        computed.reserveCapacity(columns.count)
        for column in columns { computed.append(try column.evaluate(over: batch, context: context)) }
        result = RecordBatch(schema: output, columns: computed, rowCount: batch.rowCount, changes: batch.changes)
      }
      if let watermarkExpression {
        let called = try watermarkExpression.evaluate(over: result, context: context)
        watermarks.receive(split: split, watermark: greatest(called).map { Watermark(microseconds: $0) })
        if rowsSinceWatermark >= Self.watermarkRowInterval { takeChanges() }
      }
      return result
    } catch {
      throw OperatorError(.user, .never, error.message)
    }
  }

  private func takeChanges() {
    rowsSinceWatermark = 0
    if watermarkExpression != nil { pending = watermarks.takeChanges() }
  }

  private func wakeAfterNothing(now: Int64) -> Int64? {
    let poll = reader.blocks ? nil : now + Self.pollIntervalMicroseconds
    return [poll, watermarks.nextIdleAt.map { max($0, now + 1) }].compactMap { $0 }.min()
  }

  /// Back-pressure kept the subtask waiting: that is not the splits' silence.
  func pauseIdleClock() { watermarks.pauseIdleClock() }
}

/// The greatest value of a timestamp column that is not null.
private func greatest(_ column: Column) -> Int64? {
  guard case .int64(let column) = column else { return nil }
  var result: Int64?
  if let validity = column.validity {
    for row in 0..<column.count where validity.isValid(row) { result = max(result ?? .min, column.values[row]) }
  } else {
    result = column.values.max()
  }
  return result
}
