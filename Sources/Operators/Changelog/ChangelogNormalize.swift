//  Makes a full changelog of one that gives rows by key, or gives events more than once.
//  Source: Flink's ProcTimeDeduplicateKeepLastRowFunction as StreamExecChangelogNormalize uses it.

import Columnar
import Dataflow
import Expressions
import State

/// Keeps the last row of each key and says what it replaces.
///
/// - Input: +I or +U sets the row of its key, whether or not there is one; -D removes it, and only its key counts; -U says
///   nothing that the rest does not. A row for which the predicate is not TRUE removes its key's row.
/// - Output: for each batch at most one change a key: +I for a new key, -U (where wanted) and +U for a row that differs from the
///   one before, -D with the row that was there. Without `foldsBatches` one change for each row, by the same rules.
/// - State: the last row of each key, until the time to live after it came.
final class ChangelogNormalize: Operator {
  private let spec: ChangelogNormalizeSpec
  private let predicate: CompiledPredicate?
  private var table: KeyedTable!
  private var expiry: GroupExpiry?
  private var outputSchema = Schema([])
  private var evaluation = EvaluationContext(nowMicroseconds: 0)

  init(_ spec: ChangelogNormalizeSpec) throws(OperatorError) {
    self.spec = spec
    do throws(EvaluationError) {
      predicate = if let predicate = spec.predicate { try CompiledPredicate(predicate) } else { nil }
    } catch {
      throw OperatorError(.internal, .never, "the condition of a normalisation could not be compiled", cause: error)
    }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    evaluation = context.evaluation
    let input = context.inputSchemas[0]
    table = try context.keyedTable(
      "last", of: "a normalisation",
      TableSchema(
        keys: spec.keys.map { input[$0] },
        columns: [Field("there", .int64, isNullable: false)] + storedFields(input)
          + GroupExpiry.fields(spec.timeToLive)))
    expiry = GroupExpiry(spec.timeToLive, of: table)
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let whole = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    let batch = whole.withoutUpdateBefore
    guard batch.rowCount > 0 else { return .done }
    // Evaluated before anything changes: an error leaves the state as it was.
    var isThere = (0..<batch.rowCount).map { batch.change($0).sign > 0 }
    evaluation.nowMicroseconds = output.now
    do throws(EvaluationError) {
      if let passing = try predicate?.select(from: batch, context: evaluation) {
        var passes = [Bool](repeating: false, count: batch.rowCount)
        for row in passing { passes[Int(row)] = true }
        for row in isThere.indices where !passes[row] { isThere[row] = false }
      }
    } catch {
      throw OperatorError(.user, .never, "the condition of a normalisation failed", cause: error)
    }
    var groups: [Int32] = []
    let keys = spec.keys.map { batch.columns[$0] }
    if spec.foldsBatches {
      expiry.resolve(keys, rowCount: batch.rowCount, in: table, into: &groups, now: output.now)
      fold(batch, groups, isThere, into: &output)
      return .done
    }
    // A run may remove a group that a later one makes again, so that each resolves its own.
    let distinct = GroupTable(table.schema.keys)
    distinct.resolve(keys, rowCount: batch.rowCount, into: &groups)
    var start = 0
    for end in KeyRuns.ends(groups) {
      let run = batch.slice(start..<end)
      var owners: [Int32] = []
      expiry.resolve(spec.keys.map { run.columns[$0] }, rowCount: run.rowCount, in: table, into: &owners, now: output.now)
      fold(run, owners, Array(isThere[start..<end]), into: &output)
      start = end
    }
    return .done
  }

  private func fold(_ batch: RecordBatch, _ groups: [Int32], _ isThere: [Bool], into output: inout Output) {
    let (touched, lastRows) = KeyRuns.distinct(groups)
    let there = table.columns[0].int64
    var change = GroupChange(groups: touched)
    change.wasThere = there.gather(touched).map { $0 != 0 }
    let stays = lastRows.map { isThere[Int($0)] }
    change.isThere = stays
    let stored = table.columns[1...outputSchema.count]
    change.before = stored.map { $0.gather(touched) }
    change.after = batch.columns.map { $0.take(lastRows) }
    let emitted = change.batch(
      keys: { _ in [] }, schema: outputSchema, resultTypes: outputSchema.fields.map(\.type), emitsUpdateBefore: spec.emitsUpdateBefore)
    if let emitted { output.emit(emitted) }
    let kept = touched.indices.filter { stays[$0] }
    let owners = kept.map { touched[$0] }
    let rows = kept.map { lastRows[$0] }
    for (state, column) in zip(stored, batch.columns) { state.scatter(column.take(rows), to: owners) }
    expiry?.touch(touched, now: output.now)
    for (position, group) in touched.enumerated() {
      if stays[position] { there[Int(group)] = 1 } else { table.remove(group) }
    }
  }
}
