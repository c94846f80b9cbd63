//  Short ways to write expressions and to look at their values in tests.

import Columnar
import Expressions
import TestKit

let testContext = EvaluationContext(nowMicroseconds: 1_700_000_000_123_456)

/// One value a row.
func values(_ expression: Expression, _ batch: RecordBatch, _ context: EvaluationContext = testContext) throws -> [Value] {
  let column = try CompiledExpression(expression).evaluate(over: batch, context: context)
  precondition(
    column.count == batch.rowCount && column.layout == expression.type.layout, "a result is as long as the batch and of its type")
  return (0..<batch.rowCount).map { column.value(at: $0, type: expression.type) }
}

/// The value of an expression without columns, once folded and once over a column that hides that it is constant.
func value(_ expression: Expression, _ context: EvaluationContext = testContext) throws -> Value {
  try values(expression, batch("one \n 1"), context)[0]
}

func call(_ function: ScalarFunction, _ arguments: Expression..., type: DataType) -> Expression { .call(function, arguments, type) }

func cast(_ value: Value, _ from: DataType, to type: DataType, isTry: Bool = false) -> Expression {
  .cast(.literal(value, from), to: type, isTry: isTry)
}

func text(_ value: String) -> Expression { .literal(.string(value), .string) }
func integer(_ value: Int64) -> Expression { .literal(.integer(value), .int64) }
func int(_ value: Int64) -> Expression { .literal(.integer(value), .int32) }
func decimal(_ text: String, _ precision: Int, _ scale: Int) -> Expression {
  let unscaled = Array(text.utf8).withUnsafeBytes { parseDecimal($0, precision: precision, scale: scale) }!
  return .literal(.decimal(unscaled), .decimal(precision: precision, scale: scale))
}
func null(_ type: DataType) -> Expression { .literal(.null, type) }

extension RecordBatch {
  /// The column with this name as an expression.
  subscript(_ name: String) -> Expression {
    let index = schema.index(of: name)!
    return .column(index, schema[index].type)
  }
}

/// How a value prints, decimals with their scale: short to compare with.
func shown(_ expression: Expression, _ context: EvaluationContext = testContext) throws -> String {
  let column = try CompiledExpression(expression).evaluate(over: batch("one \n 1"), context: context)
  var text: [UInt8] = []
  column.appendText(row: 0, type: expression.type, style: .sql, into: &text)
  return String(decoding: text, as: UTF8.self)
}
