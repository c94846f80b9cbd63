//  Rids a changelog of -U rows.
//  Source: Flink's DropUpdateBeforeFunction.

import Columnar
import Dataflow

/// Leaves -U rows out, or makes deletions of them; the other rows pass as they are.
///
/// - Input: rows of any change kind. Output: the same columns. State: none.
final class UpdateBefore: Operator {
  private let treatment: UpdateBeforeTreatment

  init(_ treatment: UpdateBeforeTreatment) { self.treatment = treatment }

  func process(_ batch: RecordBatch, input: Int, from row: Int, into output: inout Output) throws(OperatorError) -> Progress {
    let batch = row == 0 ? batch : batch.slice(row..<batch.rowCount)
    switch treatment {
    case .drop: output.emit(batch.withoutUpdateBefore)
    case .delete:
      let changes = batch.changes?.map { $0 == .updateBefore ? .delete : $0 }
      output.emit(RecordBatch(schema: batch.schema, columns: batch.columns, rowCount: batch.rowCount, changes: changes))
    }
    return .done
  }
}

extension RecordBatch {
  var withoutUpdateBefore: RecordBatch {
    guard let changes, changes.contains(.updateBefore) else { return self }
    return take((0..<Int32(rowCount)).filter { changes[Int($0)] != .updateBefore })
  }
}
