//  GROUPING SETS: each row once for each set, before the aggregation.
//  Source: Flink's ExpandFunction.

import Columnar
import Dataflow
import Expressions

/// Emits each row once for each list of projections.
///
/// - Input: rows of any change kind, which they keep.
/// - Output: for a batch first all rows by the first list, then all by the second and so on: changes of one key of the aggregation
///   behind it stay in order, since the lists differ in what they say about the set.
/// - State: none; between two lists the operator yields where the output is full.
/// - Errors: what an expression cannot compute fails the job.
final class Expand: Operator {
  private let projections: [[CompiledExpression]]
  private var outputSchema = Schema([])
  private var evaluation = EvaluationContext(nowMicroseconds: 0)
  /// Lists that the batch at hand has been through.
  private var done = 0

  init(_ spec: ExpandSpec) throws(OperatorError) {
    do throws(EvaluationError) {
      var all: [[CompiledExpression]] = []
      for list in spec.projections {
        var compiled: [CompiledExpression] = []
        for expression in list { compiled.append(try CompiledExpression(expression)) }
        all.append(compiled)
      }
      projections = all
    } catch {
      throw OperatorError(.internal, .never, "an expression could not be compiled", cause: error)
    }
  }

  func open(_ context: OperatorContext) throws(OperatorError) {
    outputSchema = context.outputSchema
    evaluation = context.evaluation
  }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    evaluation.nowMicroseconds = output.now
    while done < projections.count, batch.rowCount > 0 {
      if output.isFull { return .yielded(nextRow: 0) }
      do throws(EvaluationError) {
        var columns: [Column] = []
        for projection in projections[done] { columns.append(try projection.evaluate(over: batch, context: evaluation)) }
        output.emit(RecordBatch(schema: outputSchema, columns: columns, rowCount: batch.rowCount, changes: batch.changes))
      } catch {
        throw OperatorError(.user, .never, error.message)
      }
      done += 1
    }
    done = 0
    return .done
  }
}
