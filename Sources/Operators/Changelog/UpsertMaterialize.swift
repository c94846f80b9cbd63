//  One row for each primary key of a sink.
//  Source: Flink's SinkUpsertMaterializer.

import Columnar
import Dataflow
import State

/// Keeps the rows that claim a key, and shows the one that came last.
///
/// - Input: a changelog with -U. Rows of one key may come from several subtasks: what replaces a row may come before the row has
///   been taken back. A row to be taken back is the first one equal to it; if there is none, since an expression without a fixed
///   value made it, the first that agrees in the upsert key; without either it is passed over.
/// - Output: for each batch at most one change a key: +I for the first row of a key, +U where another row than before is the
///   last, -D with the row shown before when no row is left. No -U. Without `foldsBatches` one change for each row.
/// - State: the rows of each key in the order in which they came; a key's are forgotten when none has come or gone within the time to live.
/// - Cost: a step for each row of the key before the one that is taken back; keys that several rows claim are few.
final class UpsertMaterialize: Operator {
  private let spec: UpsertMaterializeSpec
  private var table: KeyedTable!
  private var expiry: GroupExpiry?
  private var rows: RankedRows { table.rankings[0] }
  private var outputSchema = Schema([])

  init(_ spec: UpsertMaterializeSpec) { self.spec = spec }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    let input = context.inputSchemas[0]
    // Rows of one key are equal in this order, and so stand as they came.
    table = try context.keyedTable(
      "claims", of: "an upsert materialisation",
      TableSchema(
        keys: spec.keys.map { input[$0] }, columns: GroupExpiry.fields(spec.timeToLive),
        rankings: [.init("rows", input.fields, order: spec.keys.map { SortKey($0) })]))
    expiry = GroupExpiry(spec.timeToLive, of: table)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    guard batch.rowCount > 0 else { return .done }
    if spec.foldsBatches {
      fold(batch, into: &output)
      return .done
    }
    var groups: [Int32] = []
    GroupTable(table.schema.keys).resolve(spec.keys.map { batch.columns[$0] }, rowCount: batch.rowCount, into: &groups)
    var start = 0
    for end in KeyRuns.ends(groups) {
      fold(batch.slice(start..<end), into: &output)
      start = end
    }
    return .done
  }

  private func fold(_ batch: RecordBatch, into output: inout Output) {
    var groups: [Int32] = []
    let keys = spec.keys.map { batch.columns[$0] }
    expiry.resolve(keys, rowCount: batch.rowCount, in: table, into: &groups, now: output.now)
    let touched = KeyRuns.distinct(groups).groups
    expiry?.touch(touched, now: output.now)
    let shown = touched.map { rows.last(in: $0) }
    rows.encode(batch.columns, rowCount: batch.rowCount)
    for row in 0..<batch.rowCount {
      if batch.change(row).sign > 0 {
        rows.insert(row, into: groups[row])
      } else if let entry = rows.find(row, in: groups[row]) ?? claim(of: row, batch, in: groups[row]) {
        rows.remove(entry, of: groups[row])
      }
    }
    let last = touched.map { rows.last(in: $0) }
    var change = GroupChange(groups: touched)
    change.wasThere = shown.map { $0 != nil }
    change.isThere = last.map { $0 != nil }
    change.before = columns(shown)
    change.after = columns(last)
    rows.release()
    let emitted = change.batch(
      keys: { _ in [] }, schema: outputSchema, resultTypes: outputSchema.fields.map(\.type), emitsUpdateBefore: false)
    if let emitted { output.emit(emitted) }
    for group in touched where rows.count(in: group) == 0 { table.remove(group) }
  }

  /// The rows of entries; NULLs where there is none.
  private func columns(_ entries: [Int32?]) -> [Column] {
    let present = entries.compactMap { $0 }
    var next: Int32 = 0
    let picks = entries.map { entry -> Int32 in
      guard entry != nil else { return Int32(present.count) }
      defer { next += 1 }
      return next
    }
    return zip(rows.columns(of: present), rows.fields).map { $0.withNull($1.type).take(picks) }
  }

  /// The first row of a group that agrees with a row in the upsert key.
  private func claim(of row: Int, _ batch: RecordBatch, in group: Int32) -> Int32? {
    guard let key = spec.upsertKey, rows.count(in: group) > 0 else { return nil }
    var entries: [Int32] = []
    rows.entries(in: group, at: 1...rows.count(in: group), into: &entries)
    let columns = rows.columns(of: entries)
    let match = entries.indices.first { index in
      key.allSatisfy { columns[$0].isSame(index, as: batch.columns[$0], row, type: rows.fields[$0].type) }
    }
    return match.map { entries[$0] }
  }
}
