//  Filter, then project.

import Columnar
import Dataflow
import Expressions

/// Keeps the rows for which the predicate is TRUE and computes one column for each projection.
///
/// - Input: rows of any change kind, which they keep.
/// - Output: one column a projection, rows in the order of the input. Without a filtered row, plain columns are passed on by
///   reference.
/// - State: none.
/// - Errors: what an expression cannot compute fails the job.
final class Calc: Operator {
  private let predicate: CompiledPredicate?
  /// Input columns that projections read, ascending: the only ones that are gathered when rows are filtered.
  private let needed: [Int]
  /// Over those columns alone.
  private let projections: [CompiledExpression]
  private var outputSchema = Schema([])
  /// Its watermark is not restored: it comes again, as in Flink.
  private var evaluation = EvaluationContext(nowMicroseconds: 0)

  init(_ spec: CalcSpec) throws(OperatorError) {
    let needed = spec.projections.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }.sorted()
    let positions = Dictionary(uniqueKeysWithValues: needed.enumerated().map { ($1, $0) })
    self.needed = needed
    do throws(EvaluationError) {
      predicate = if let predicate = spec.predicate { try CompiledPredicate(predicate) } else { nil }
      var projections: [CompiledExpression] = []
      for projection in spec.projections { projections.append(try CompiledExpression(projection.mapColumns { positions[$0]! })) }
      self.projections = projections
    } catch {
      throw OperatorError(.internal, .never, "an expression could not be compiled", cause: error)
    }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    evaluation = context.evaluation
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    evaluation.nowMicroseconds = output.now
    do throws(EvaluationError) {
      var columns = needed.map { batch.columns[$0] }
      var rowCount = batch.rowCount
      var changes = batch.changes
      if let rows = try predicate?.select(from: batch, context: evaluation), rows.count < rowCount {
        columns = columns.take(rows)
        rowCount = rows.count
        changes = changes.map { changes in rows.map { changes[Int($0)] } }
      }
      if rowCount == 0 { return .done }
      let schema = Schema(needed.map { batch.schema[$0] })
      output.emit(try project(RecordBatch(schema: schema, columns: columns, rowCount: rowCount, changes: changes)))
    } catch {
      throw OperatorError(.user, .never, error.message)
    }
    return .done
  }

  func advance(to watermark: Watermark, into output: inout Output) -> Progress {
    evaluation.watermark = watermark.microseconds
    return .done
  }

  private func project(_ batch: RecordBatch) throws(EvaluationError) -> RecordBatch {
    var columns: [Column] = []
    columns.reserveCapacity(projections.count)
    for projection in projections { columns.append(try projection.evaluate(over: batch, context: evaluation)) }
    return RecordBatch(schema: outputSchema, columns: columns, rowCount: batch.rowCount, changes: batch.changes)
  }
}
