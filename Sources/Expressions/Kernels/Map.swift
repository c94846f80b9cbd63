//  The loops that kernels share. The operation is a closure that is inlined into a loop of its own for each shape of operands.

import Columnar

/// `operation(value)` for every row.
@inline(__always)
func map<A: ColumnElement, Result: ColumnElement>(_ operand: Vector<A>, _ operation: (A) -> Result) -> [Result] {
  let source = operand.values.span
  return [Result](unsafeUninitializedCapacity: source.count) { target, count in
    for row in source.indices { target.initializeElement(at: row, to: operation(source[row])) }
    count = source.count
  }
}

/// `operation(left, right)` for every row; two constants give one value.
@inline(__always)
func map<A: ColumnElement, B: ColumnElement, Result: ColumnElement>(
  _ left: Vector<A>, _ right: Vector<B>, _ operation: (A, B) -> Result
) -> [Result] {
  let lefts = left.values.span
  let rights = right.values.span
  if left.isConstant == right.isConstant {
    precondition(lefts.count == rights.count, "both operands have the same rows")
    return [Result](unsafeUninitializedCapacity: lefts.count) { target, count in
      for row in lefts.indices { target.initializeElement(at: row, to: operation(lefts[row], rights[row])) }
      count = lefts.count
    }
  }
  if right.isConstant {
    let constant = rights[0]
    return [Result](unsafeUninitializedCapacity: lefts.count) { target, count in
      for row in lefts.indices { target.initializeElement(at: row, to: operation(lefts[row], constant)) }
      count = lefts.count
    }
  }
  let constant = lefts[0]
  return [Result](unsafeUninitializedCapacity: rights.count) { target, count in
    for row in rights.indices { target.initializeElement(at: row, to: operation(constant, rights[row])) }
    count = rights.count
  }
}

/// The rows where `isSelected` holds, of `candidates` or, if that is nil, of all. One allocation; no branch on the data.
@inline(__always)
func selectRows(_ count: Int, _ candidates: [Int32]?, _ isSelected: (Int) -> Bool) -> [Int32] {
  if let candidates {
    let rows = candidates.span
    return [Int32](unsafeUninitializedCapacity: rows.count) { target, selected in
      var next = 0
      for index in rows.indices {
        let row = rows[index]
        target[next] = row
        next &+= isSelected(Int(row)) ? 1 : 0
      }
      selected = next
    }
  }
  return [Int32](unsafeUninitializedCapacity: count) { target, selected in
    var next = 0
    for row in 0..<count {
      target[next] = Int32(truncatingIfNeeded: row)
      next &+= isSelected(row) ? 1 : 0
    }
    selected = next
  }
}

extension Arguments {
  /// A fixed-width result of `body`, which gives nil for NULL; it is called where all arguments are valid.
  @inline(__always)
  func mapRows<Result: ColumnElement>(
    _: Result.Type, _ body: (Int) throws(EvaluationError) -> Result?
  ) throws(EvaluationError) -> Datum {
    var values = [Result](repeating: Result.zero, count: count)
    var validity = ValidityBuilder()
    for row in 0..<count {
      if isValid(row), let value = try body(row) {
        values[row] = value
        validity.appendValid()
      } else {
        validity.appendNull()
      }
    }
    return result(Result.wrap(FixedColumn(values, validity: validity.finish())))
  }

  /// A string result; `body` appends to the buffer it is given, which is empty, and gives false for NULL.
  @inline(__always)
  func mapToBytes(_ body: (Int, inout [UInt8]) throws(EvaluationError) -> Bool) throws(EvaluationError) -> Datum {
    let builder = BytesColumnBuilder()
    var buffer: [UInt8] = []
    for row in 0..<count {
      buffer.removeAll(keepingCapacity: true)
      if isValid(row), try body(row, &buffer) {
        builder.append(buffer)
      } else {
        builder.appendNull()
      }
    }
    return result(.bytes(builder.finish()))
  }
}
