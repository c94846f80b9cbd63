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

/// How a value prints. It is computed twice, from literals and with every literal read from a column instead, and must be the same.
func shown(_ expression: Expression, _ context: EvaluationContext = testContext) throws -> String {
  func text(_ expression: Expression, _ batch: RecordBatch, row: Int) throws -> String {
    let column = try CompiledExpression(expression).evaluate(over: batch, context: context)
    var text: [UInt8] = []
    column.appendText(row: row, type: expression.type, style: .sql, into: &text)
    return String(decoding: text, as: UTF8.self)
  }
  var fields: [Field] = []
  var row: [Value] = []
  func withColumns(_ expression: Expression) -> Expression {
    switch expression {
    case .literal(let value, let type):
      fields.append(Field("c\(fields.count)", type))
      row.append(value)
      return .column(fields.count - 1, type)
    case .call(let function, let arguments, let type): return .call(function, arguments.map(withColumns), type)
    case .function(let function, let arguments, let type): return .function(function, arguments.map(withColumns), type)
    case .cast(let inner, let type, let isTry): return .cast(withColumns(inner), to: type, isTry: isTry)
    case .conditional(let branches, let otherwise, let type):
      return .conditional(
        branches.map { .init(withColumns($0.condition), withColumns($0.value)) }, otherwise: withColumns(otherwise), type)
    case .field(let inner, let index, let type): return .field(withColumns(inner), index, type)
    case .column: return expression
    }
  }
  let open = withColumns(expression)
  let builder = BatchBuilder(Schema(fields))
  builder.append(fields.map { _ in .null })
  builder.append(row)
  let folded = try text(expression, batch("one \n 1"), row: 0)
  let computed = try text(open, builder.finish(), row: 1)
  precondition(folded == computed, "\(expression) is \(folded) from literals and \(computed) from columns")
  return folded
}
