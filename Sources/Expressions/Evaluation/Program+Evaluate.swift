//  Evaluation as a value for each row. Branches are evaluated only on the rows that reach them.

import Columnar

extension Program {
  /// One value for each of the rows, of which there is at least one.
  func evaluate(_ rows: Rows, _ context: EvaluationContext) throws(EvaluationError) -> Datum {
    switch operation {
    case .column(let index): return Datum(rows.columns[index])
    case .constant(let datum): return datum
    case .cast(let inner, let isTry):
      return try Cast.apply(try inner.evaluate(rows, context), from: inner.type, to: type, isTry: isTry, rowCount: rows.count, context)
    case .field(let inner, let index):
      let datum = try inner.evaluate(rows, context)
      guard case .row(let row) = datum.column else { preconditionFailure("a row has the row layout") }
      return Datum(row.children[index], isConstant: datum.isConstant)
    case .conditional(let branches, let otherwise): return try evaluateConditional(branches, otherwise, rows, context)
    case .function(let definition, let arguments, let kernel):
      let values = try Self.evaluateAll(arguments, rows, context)
      let data = Arguments(values, rowCount: rows.count, isByRow: !definition.isDeterministic)
      if definition.isStrict, data.isAllNull { return Datum(constant: .null, type) }
      return try kernel(data, context)
    case .call(let function, let arguments, let prepared):
      switch function {
      case .and, .or: return try evaluateLogic(isAnd: function == .and, arguments, rows, context)
      case .coalesce: return try evaluateCoalesce(arguments, rows, context)
      default:
        let data = Arguments(try Self.evaluateAll(arguments, rows, context), rowCount: rows.count)
        return try apply(function, data, types: arguments.map(\.type), prepared, context)
      }
    }
  }

  static func evaluateAll(_ programs: [Program], _ rows: Rows, _ context: EvaluationContext) throws(EvaluationError) -> [Datum] {
    var data: [Datum] = []
    data.reserveCapacity(programs.count)
    for program in programs { data.append(try program.evaluate(rows, context)) }
    return data
  }

  /// CASE: each condition sees the rows that no earlier one took, each value the rows that its condition takes.
  private func evaluateConditional(
    _ branches: [(condition: Program, value: Program)], _ otherwise: Program, _ rows: Rows, _ context: EvaluationContext
  ) throws(EvaluationError) -> Datum {
    if let chosen = try choose(branches, otherwise, rows, context) { return chosen }
    var pieces = Pieces(count: rows.count)
    var remaining: [Int32]?
    for branch in branches {
      let taken = try branch.condition.select(rows, context, candidates: remaining)
      if taken.isEmpty { continue }
      pieces.add(try branch.value.evaluate(rows.narrowed(to: taken, for: branch.value), context), at: taken)
      remaining = without(taken, remaining, count: rows.count)
      if remaining!.isEmpty { return pieces.assembled(type) }
    }
    let rest = remaining ?? allRows(rows.count)
    pieces.add(try otherwise.evaluate(rows.narrowed(to: rest, for: otherwise), context), at: rest)
    return pieces.assembled(type)
  }

  /// COALESCE: each argument sees the rows where all earlier ones are NULL.
  private func evaluateCoalesce(_ arguments: [Program], _ rows: Rows, _ context: EvaluationContext) throws(EvaluationError) -> Datum {
    var pieces = Pieces(count: rows.count)
    var remaining: [Int32]?
    for argument in arguments {
      let narrow = remaining.map { rows.narrowed(to: $0, for: argument) } ?? rows
      let datum = try argument.evaluate(narrow, context)
      if datum.isNullConstant { continue }
      guard let validity = datum.validity else {
        pieces.add(datum, at: remaining ?? allRows(rows.count))
        return pieces.assembled(type)
      }
      let valid = selectRows(narrow.count, nil) { validity.isValid($0) }
      let nulls = selectRows(narrow.count, nil) { !validity.isValid($0) }
      pieces.add(datum.narrowed(to: valid), at: remaining.map { remaining in valid.map { remaining[Int($0)] } } ?? valid)
      remaining = remaining.map { remaining in nulls.map { remaining[Int($0)] } } ?? nulls
      if nulls.isEmpty { return pieces.assembled(type) }
    }
    pieces.add(Datum(constant: .null, type), at: remaining ?? allRows(rows.count))
    return pieces.assembled(type)
  }

  /// AND and OR with NULL as "unknown". An operand that can fail sees only the rows that the earlier ones leave open.
  private func evaluateLogic(
    isAnd: Bool, _ arguments: [Program], _ rows: Rows, _ context: EvaluationContext
  ) throws(EvaluationError) -> Datum {
    var result = try arguments[0].evaluate(rows, context)
    for argument in arguments.dropFirst() {
      let next: Datum
      if argument.canFail {
        let flags = Bool.unwrap(result.column)
        let open = selectRows(rows.count, nil) { row in
          let row = result.index(row)
          return !flags.isValid(row) || flags.values[row] == isAnd
        }
        if open.isEmpty { return result }
        var pieces = Pieces(count: rows.count)
        pieces.add(try argument.evaluate(rows.narrowed(to: open, for: argument), context), at: open)
        pieces.add(Datum(constant: .boolean(!isAnd), .boolean), at: without(open, nil, count: rows.count))
        next = pieces.assembled(.boolean)
      } else {
        next = try argument.evaluate(rows, context)
      }
      result = combineLogic(isAnd: isAnd, Arguments([result, next], rowCount: rows.count))
    }
    return result
  }
}

private func combineLogic(isAnd: Bool, _ arguments: Arguments) -> Datum {
  let left = Bool.unwrap(arguments[0].column)
  let right = Bool.unwrap(arguments[1].column)
  if left.validity == nil, right.validity == nil {
    let left = arguments.vector(0, Bool.self)
    let right = arguments.vector(1, Bool.self)
    return arguments.result(isAnd ? map(left, right) { $0 && $1 } : map(left, right) { $0 || $1 })
  }
  var values = [Bool](repeating: false, count: arguments.count)
  let validity = Validity.from(count: arguments.count) { row in
    let leftRow = arguments[0].index(row)
    let rightRow = arguments[1].index(row)
    let decided = !isAnd
    if left.isValid(leftRow), left.values[leftRow] == decided {
      values[row] = decided
      return true
    }
    if right.isValid(rightRow), right.values[rightRow] == decided {
      values[row] = decided
      return true
    }
    guard left.isValid(leftRow), right.isValid(rightRow) else { return false }
    values[row] = isAnd
    return true
  }
  return arguments.result(.bool(FixedColumn(values, validity: validity)))
}

/// Results for some rows each, which together become one column.
struct Pieces {
  private var columns: [Column] = []
  /// Where each row's value is in the concatenated columns.
  private var places: [Int32]
  private var gathered = 0
  private var whole: Datum?
  private let count: Int

  init(count: Int) {
    self.count = count
    places = []
  }

  mutating func add(_ datum: Datum, at rows: [Int32]) {
    if rows.isEmpty { return }
    if rows.count == count {
      whole = datum
      return
    }
    if places.isEmpty { places = [Int32](repeating: 0, count: count) }
    let first = Int32(gathered)
    if datum.isConstant {
      for row in rows { places[Int(row)] = first }
    } else {
      for (index, row) in rows.enumerated() { places[Int(row)] = first &+ Int32(truncatingIfNeeded: index) }
    }
    columns.append(datum.column)
    gathered += datum.column.count
  }

  func assembled(_ type: DataType) -> Datum {
    if let whole { return whole }
    return Datum(Column.concatenate(columns).take(places))
  }
}

func allRows(_ count: Int) -> [Int32] {
  [Int32](unsafeUninitializedCapacity: count) { target, initialized in
    for row in 0..<count { target.initializeElement(at: row, to: Int32(truncatingIfNeeded: row)) }
    initialized = count
  }
}

/// The rows of `all` (every row if nil) that are not in `taken`; both ascend.
func without(_ taken: [Int32], _ all: [Int32]?, count: Int) -> [Int32] {
  var next = 0
  func isFree(_ row: Int32) -> Bool {
    if next < taken.count, taken[next] == row {
      next += 1
      return false
    }
    return true
  }
  return (all ?? allRows(count)).filter(isFree)
}
