//  CASE that only chooses between columns and constants of fixed width: the last value in every row, then those of the
//  branches over it, the first branch last. Nothing is gathered, and only the rows of branches are looked at.

import Columnar

extension Program {
  /// Whether evaluating costs nothing and cannot fail, so that it may be done for rows that do not need it.
  private var isAtHand: Bool {
    switch operation {
    case .column, .constant: true
    case .field(let inner, _): inner.isAtHand
    default: false
    }
  }

  /// The value of a CASE; nil if it does more than choose.
  func choose(
    _ branches: [(condition: Program, value: Program)], _ otherwise: Program, _ rows: Rows, _ context: EvaluationContext
  ) throws(EvaluationError) -> Datum? {
    guard otherwise.isAtHand, branches.allSatisfy({ $0.value.isAtHand && !$0.condition.canFail }) else { return nil }
    switch type.layout {
    case .int8: return try choose(Int8.self, branches, otherwise, rows, context)
    case .int16: return try choose(Int16.self, branches, otherwise, rows, context)
    case .int32: return try choose(Int32.self, branches, otherwise, rows, context)
    case .int64: return try choose(Int64.self, branches, otherwise, rows, context)
    case .float32: return try choose(Float.self, branches, otherwise, rows, context)
    case .float64: return try choose(Double.self, branches, otherwise, rows, context)
    case .bool, .int128, .bytes, .list, .row: return nil
    }
  }

  private func choose<Element: ColumnElement>(
    _: Element.Type, _ branches: [(condition: Program, value: Program)], _ otherwise: Program, _ rows: Rows, _ context: EvaluationContext
  ) throws(EvaluationError) -> Datum {
    let last = Element.unwrap(try otherwise.evaluate(rows, context).filled(rows.count))
    var chosen = Chosen(values: last.values, words: last.validity?.words)
    for branch in branches.reversed() {
      let taken = try branch.condition.select(rows, context, candidates: nil)
      if taken.isEmpty { continue }
      chosen.put(try branch.value.evaluate(rows, context), at: taken)
    }
    return Datum(Element.wrap(chosen.column))
  }
}

/// A column under way.
private struct Chosen<Element: ColumnElement> {
  private var values: [Element]
  /// One bit a row; nil while none is NULL.
  private var words: [UInt64]?

  init(values: [Element], words: [UInt64]?) {
    self.values = values
    self.words = words
  }

  mutating func put(_ datum: Datum, at rows: [Int32]) {
    let given = Element.unwrap(datum.column)
    if datum.isConstant {
      let value = given.values[0]
      for row in rows { values[Int(row)] = value }
    } else if !isSameArray(given.values, values) {
      let source = given.values.span
      for row in rows { values[Int(row)] = source[Int(row)] }
    }
    guard let validity = given.validity else {
      if words != nil { for row in rows { words![Int(row) &>> 6] |= 1 &<< UInt64(row & 63) } }
      return
    }
    var bits = words ?? Self.allValid(values.count)
    for row in rows {
      let bit: UInt64 = 1 &<< UInt64(row & 63)
      let isValid = validity.isValid(datum.isConstant ? 0 : Int(row))
      bits[Int(row) &>> 6] = bits[Int(row) &>> 6] & ~bit | (isValid ? bit : 0)
    }
    words = bits
  }

  /// Columns that differ only in which rows are NULL may share their values: nothing is to be copied then.
  private func isSameArray(_ left: [Element], _ right: [Element]) -> Bool {
    left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { left.baseAddress == $0.baseAddress } }
  }

  private static func allValid(_ count: Int) -> [UInt64] {
    var words = [UInt64](repeating: .max, count: (count + 63) / 64)
    if count % 64 != 0 { words[count / 64] = (1 << UInt64(count % 64)) - 1 }
    return words
  }

  var column: FixedColumn<Element> {
    let validity = words.map { Validity(words: $0, count: values.count) }
    return FixedColumn(values, validity: validity?.nullCount == 0 ? nil : validity)
  }
}
