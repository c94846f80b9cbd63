//  Deduplication that keeps the last row of each key by event time.
//  Source: Flink's RowTimeDeduplicateFunction.

import Columnar
import Dataflow
import State

/// Keeps the row with the greatest event time; of rows with equal times the one that came last.
///
/// - Input: insert-only. A row whose time is NULL or less than that of the row kept is dropped.
/// - Output: +I for the first row of a key, then -U (if wanted) and +U for each row that takes its place.
/// - State: the time of each key's row; the row too where -U is wanted; until the time to live after the row came.
final class DeduplicateLast: Operator {
  private let spec: DeduplicateSpec
  private var table: KeyedTable!
  private var expiry: GroupExpiry?
  private var outputSchema = Schema([])
  private var groups: [Int32] = []
  private var picks: [Int32] = []
  private var kinds: [ChangeKind] = []
  /// By row: the row of the batch that it replaces; -1 for the one in the state.
  private var replaced: [Int32] = []
  /// By group, where -U is wanted: the batch's last kept row so far, plus one; zero for none. Zeros between batches.
  private let latest = PagedColumn<UInt32>()

  init(_ spec: DeduplicateSpec) { self.spec = spec }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    let stored = spec.emitsUpdateBefore ? storedFields(input) : []
    table = try context.keyedTable(
      "last", of: "a deduplication",
      TableSchema(
        keys: spec.keys.map { input[$0] },
        columns: [Field("time", .int64, isNullable: true)] + stored + GroupExpiry.fields(spec.timeToLive)))
    expiry = GroupExpiry(spec.timeToLive, of: table)
  }

  /// At most two changes a row: a batch is dealt with as a whole, and the output takes it.
  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    guard let isThere = table.columns[0].valid else { preconditionFailure("a key may have no row yet") }
    let times = table.columns[0].int64
    let keys = spec.keys.map { batch.columns[$0] }
    expiry.resolve(keys, rowCount: batch.rowCount, in: table, into: &groups, now: output.now)
    defer { expiry?.touch(picks.map { groups[Int($0)] }, now: output.now) }
    select(batch.columns[spec.time].widenedToInt64, times, isThere)
    guard !picks.isEmpty else { return .done }
    if spec.emitsUpdateBefore {
      emitBoth(batch, into: &output)
    } else {
      let isInsertOnly = !kinds.contains(.updateAfter)
      let rows = picks.count == batch.rowCount ? batch.columns : batch.columns.map { $0.take(picks) }
      output.emit(RecordBatch(schema: outputSchema, columns: rows, rowCount: picks.count, changes: isInsertOnly ? nil : kinds))
    }
    return .done
  }

  /// The rows that take a place, in order, and what is there before them.
  private func select(_ column: FixedColumn<Int64>, _ times: PackedIntegers, _ valid: PagedColumn<UInt8>) {
    picks.removeAll(keepingCapacity: true)
    kinds.removeAll(keepingCapacity: true)
    replaced.removeAll(keepingCapacity: true)
    if spec.emitsUpdateBefore { latest.grow(toHold: table.groups.idCount) }
    let values = column.values
    for row in groups.indices {
      if column.validity?.isValid(row) == false { continue }
      let group = Int(groups[row])
      let isThere = valid[group] != 0
      if isThere, times[group] > values[row] { continue }
      times[group] = values[row]
      if !isThere { valid[group] = 1 }
      picks.append(Int32(row))
      kinds.append(isThere ? .updateAfter : .insert)
      if spec.emitsUpdateBefore {
        replaced.append(Int32(bitPattern: latest[group]) - 1)
        latest[group] = UInt32(row) + 1
      }
    }
  }

  /// -U and +U side by side; then the state holds the last rows.
  private func emitBoth(_ batch: RecordBatch, into output: inout Output) {
    // Rows of the batch, then those of the state.
    var stored: [Int32] = []
    var sources: [Int32] = []
    var changes: [ChangeKind] = []
    for index in picks.indices {
      if kinds[index] == .updateAfter {
        if replaced[index] >= 0 {
          sources.append(replaced[index])
        } else {
          sources.append(Int32(batch.rowCount + stored.count))
          stored.append(groups[Int(picks[index])])
        }
        changes.append(.updateBefore)
      }
      sources.append(picks[index])
      changes.append(kinds[index])
    }
    let kept = table.columns.dropFirst().prefix(batch.columns.count)
    let columns = zip(batch.columns, kept).map { own, state in
      (stored.isEmpty ? own : Column.concatenate([own, state.gather(stored)])).take(sources)
    }
    output.emit(RecordBatch(schema: outputSchema, columns: columns, rowCount: sources.count, changes: changes))
    let last = picks.filter { latest[Int(groups[Int($0)])] == UInt32($0) + 1 }
    let owners = last.map { groups[Int($0)] }
    for (own, state) in zip(batch.columns, kept) { state.scatter(own.take(last), to: owners) }
    for group in owners { latest[Int(group)] = 0 }
  }
}

/// Columns for whole rows, under names that differ; all nullable, since a key may have none.
func storedFields(_ schema: Schema) -> [Field] {
  schema.fields.enumerated().map { Field("row:\($0)", $1.type, isNullable: true) }
}
