//  Holds rows to a sink's NOT NULL columns.
//  Source: Flink's ConstraintEnforcer, `table.exec.sink.not-null-enforcer`.

import Columnar
import Dataflow

/// Lets the rows through that have no NULL in some columns; one that has fails the job, or is dropped if the user has said so.
///
/// - Input: rows of any change kind. Output: the same columns. State: none.
final class NotNull: Operator {
  private let spec: NotNullSpec

  init(_ spec: NotNullSpec) { self.spec = spec }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    guard let validity = spec.columns.reduce(nil, { Validity.both($0, batch.columns[$1].validity) }) else {
      output.emit(batch)
      return .done
    }
    let kept = (0..<Int32(batch.rowCount)).filter { validity.isValid(Int($0)) }
    if kept.count < batch.rowCount, !spec.dropsRows { throw refusal(batch) }
    output.emit(kept.count == batch.rowCount ? batch : batch.take(kept))
    return .done
  }

  private func refusal(_ batch: RecordBatch) -> OperatorError {
    let column = spec.columns.first { column in (0..<batch.rowCount).contains { !batch.columns[column].isValid($0) } } ?? 0
    return OperatorError(
      .user, .never,
      "the column \"\(batch.schema[column].name)\" of table \"\(spec.table)\" is NOT NULL, and a row for it has NULL there; "
        + "SET 'table.exec.sink.not-null-enforcer' = 'DROP' drops such rows")
  }
}
