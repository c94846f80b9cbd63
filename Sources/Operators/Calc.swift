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
  private let projections: [CompiledExpression]
  /// Input columns that projections read, ascending: the only ones that are gathered when rows are filtered.
  private let needed: [Int]
  /// The projections over those columns alone.
  private let projectionsOfNeeded: [CompiledExpression]
  private var outputSchema = Schema([])
  private var timeZone = TimeZoneRules.utc
  private var zones = TimeZones.fixed

  init(_ spec: CalcSpec) throws(OperatorError) {
    let needed = spec.projections.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }.sorted()
    let positions = Dictionary(uniqueKeysWithValues: needed.enumerated().map { ($1, $0) })
    self.needed = needed
    do throws(EvaluationError) {
      predicate = if let predicate = spec.predicate { try CompiledPredicate(predicate) } else { nil }
      var whole: [CompiledExpression] = []
      var part: [CompiledExpression] = []
      for projection in spec.projections {
        whole.append(try CompiledExpression(projection))
        part.append(try CompiledExpression(projection.mapColumns { positions[$0]! }))
      }
      projections = whole
      projectionsOfNeeded = part
    } catch {
      throw OperatorError(.internal, .never, "an expression could not be compiled", cause: error)
    }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    timeZone = context.timeZoneRules
    zones = context.zones
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    let context = EvaluationContext(nowMicroseconds: output.now, timeZone: timeZone, zones: zones)
    do throws(EvaluationError) {
      if let rows = try predicate?.select(from: batch, context: context), rows.count < batch.rowCount {
        if rows.isEmpty { return .done }
        let gathered = RecordBatch(
          schema: Schema(needed.map { batch.schema[$0] }), columns: needed.map { batch.columns[$0] }.take(rows), rowCount: rows.count,
          changes: batch.changes.map { changes in rows.map { changes[Int($0)] } })
        output.emit(try project(gathered, projectionsOfNeeded, context))
      } else if batch.rowCount > 0 {
        output.emit(try project(batch, projections, context))
      }
    } catch {
      throw OperatorError(.user, .never, error.message)
    }
    return .done
  }

  private func project(
    _ batch: RecordBatch, _ projections: [CompiledExpression], _ context: EvaluationContext
  ) throws(EvaluationError) -> RecordBatch {
    var columns: [Column] = []
    columns.reserveCapacity(projections.count)
    for projection in projections { columns.append(try projection.evaluate(over: batch, context: context)) }
    return RecordBatch(schema: outputSchema, columns: columns, rowCount: batch.rowCount, changes: batch.changes)
  }
}
