//  Evaluation as a selection: the rows where a condition is TRUE. Common shapes go straight from the column to the rows.

import Columnar

extension Program {
  /// The rows of `candidates` (all rows if nil) where the condition is TRUE, ascending.
  func select(_ rows: Rows, _ context: EvaluationContext, candidates: [Int32]?) throws(EvaluationError) -> [Int32] {
    if let candidates, candidates.isEmpty { return candidates }
    switch operation {
    case .constant(let datum):
      guard case .bool(let flag) = datum.column, flag.isValid(0), flag.values[0] else { return [] }
      return candidates ?? allRows(rows.count)
    case .call(.and, let conjuncts, _):
      var selected = candidates
      for conjunct in conjuncts { selected = try conjunct.select(rows, context, candidates: selected) }
      return selected!
    case .call(.or, let alternatives, _):
      var selected: [Int32] = []
      var rest = candidates
      for alternative in alternatives {
        let next = try alternative.select(rows, context, candidates: rest)
        if next.isEmpty { continue }
        selected = merged(selected, next)
        rest = without(next, rest, count: rows.count)
        if rest!.isEmpty { break }
      }
      return selected
    case .call(.isNotNull, let arguments, _):
      if case .column(let index) = arguments[0].operation, rows.columns[index].validity == nil { return candidates ?? allRows(rows.count) }
    case .call(let function, let arguments, _):
      if let comparison = ComparisonOperator(function), let selected = try selectComparison(comparison, arguments, rows, candidates) {
        return selected
      }
    default: break
    }
    return try selectByValue(rows, context, candidates: candidates)
  }

  private func selectByValue(_ rows: Rows, _ context: EvaluationContext, candidates: [Int32]?) throws(EvaluationError) -> [Int32] {
    let narrow = candidates.map { rows.narrowed(to: $0, for: self) } ?? rows
    let datum = try evaluate(narrow, context)
    let flags = Bool.unwrap(datum.column)
    if datum.isConstant { return flags.isValid(0) && flags.values[0] ? candidates ?? allRows(rows.count) : [] }
    let values = flags.values.span
    // What stands under a null is false.
    let selected = selectRows(narrow.count, nil) { values[$0] }
    guard let candidates, candidates.count != rows.count else { return selected }
    return selected.map { candidates[Int($0)] }
  }

  /// A column, or a column modulo a constant, compared with a constant.
  private func selectComparison(
    _ comparison: ComparisonOperator, _ arguments: [Program], _ rows: Rows, _ candidates: [Int32]?
  ) throws(EvaluationError) -> [Int32]? {
    var comparison = comparison
    var operand = arguments[0]
    var constant = arguments[1].constant
    if constant == nil {
      comparison = comparison.mirrored
      operand = arguments[1]
      constant = arguments[0].constant
    }
    guard let constant else { return nil }
    switch operand.operation {
    case .column(let index):
      if constant.isNullConstant { return [] }
      return selectComparing(rows.columns[index], comparison, to: constant.column, candidates: candidates)
    case .call(.modulo, let parts, _):
      guard case .column(let index) = parts[0].operation, case .int64(let column) = rows.columns[index], operand.type == .int64,
        let divisor = parts[1].constant, !divisor.isNullConstant, !constant.isNullConstant
      else { return nil }
      let value = Int64.unwrap(divisor.column).values[0]
      if value == 0 || value == -1 { return nil }
      return selectModulo(
        column, divisor: value, comparison, to: Int64.unwrap(constant.column).values[0], candidates: candidates)
    default: return nil
    }
  }
}

/// Two ascending selections without a common row, as one.
private func merged(_ left: [Int32], _ right: [Int32]) -> [Int32] {
  if left.isEmpty { return right }
  var result: [Int32] = []
  result.reserveCapacity(left.count + right.count)
  var next = 0
  for row in left {
    while next < right.count, right[next] < row {
      result.append(right[next])
      next += 1
    }
    result.append(row)
  }
  result.append(contentsOf: right[next...])
  return result
}
