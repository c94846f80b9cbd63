//  The operands of kernels: a column, or one value that stands for every row, so that literals are never filled into columns.

import Columnar

/// A column, or a constant: a column of one row that stands for all.
struct Datum: Sendable {
  let column: Column
  let isConstant: Bool

  init(_ column: Column) {
    self.column = column
    isConstant = false
  }

  init(_ column: Column, isConstant: Bool) {
    assert(!isConstant || column.count == 1, "a constant has one row")
    self.column = column
    self.isConstant = isConstant
  }

  init(constant value: Value, _ type: DataType) {
    let builder = ColumnBuilder(type)
    builder.append(value)
    self.init(builder.finish(), isConstant: true)
  }

  var isNullConstant: Bool { isConstant && !column.isValid(0) }

  /// Validity that counts: a constant that is not NULL has none.
  var validity: Validity? { isConstant ? nil : column.validity }

  /// The column itself, or the constant in every row.
  func filled(_ count: Int) -> Column {
    isConstant ? column.take([Int32](repeating: 0, count: count)) : column
  }

  /// The datum on some of its rows.
  func narrowed(to rows: [Int32]) -> Datum { isConstant ? self : Datum(column.take(rows)) }

  @inline(__always) func index(_ row: Int) -> Int { isConstant ? 0 : row }
}

/// An element type that has its own column layout.
protocol ColumnElement: BitwiseCopyable, Sendable {
  static var zero: Self { get }
  static func unwrap(_ column: Column) -> FixedColumn<Self>
  static func wrap(_ column: FixedColumn<Self>) -> Column
}

private func mismatch(_ column: Column) -> Never { preconditionFailure("a column has the layout of its type, not \(column.layout)") }

extension Bool: ColumnElement {
  static var zero: Bool { false }
  static func unwrap(_ column: Column) -> FixedColumn<Bool> { if case .bool(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Bool>) -> Column { .bool(column) }
}
extension Int8: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Int8> { if case .int8(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Int8>) -> Column { .int8(column) }
}
extension Int16: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Int16> { if case .int16(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Int16>) -> Column { .int16(column) }
}
extension Int32: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Int32> { if case .int32(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Int32>) -> Column { .int32(column) }
}
extension Int64: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Int64> { if case .int64(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Int64>) -> Column { .int64(column) }
}
extension Int128: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Int128> { if case .int128(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Int128>) -> Column { .int128(column) }
}
extension Float: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Float> { if case .float32(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Float>) -> Column { .float32(column) }
}
extension Double: ColumnElement {
  static func unwrap(_ column: Column) -> FixedColumn<Double> { if case .float64(let fixed) = column { fixed } else { mismatch(column) } }
  static func wrap(_ column: FixedColumn<Double>) -> Column { .float64(column) }
}

/// The arguments of one call over the same rows.
struct Arguments {
  let data: [Datum]
  /// Rows of the result: 1 if all arguments are constant.
  let count: Int
  let isConstant: Bool
  /// Where all arguments are valid.
  let validity: Validity?
  /// Whether some argument is NULL in every row.
  let isAllNull: Bool

  /// - Parameter isByRow: Each row is computed by itself, even of constants.
  init(_ data: [Datum], rowCount: Int, isByRow: Bool = false) {
    self.data = data
    isConstant = !isByRow && data.allSatisfy(\.isConstant)
    count = isConstant ? 1 : rowCount
    isAllNull = data.contains(where: \.isNullConstant)
    validity = data.reduce(nil) { Validity.both($0, $1.validity) }
  }

  subscript(index: Int) -> Datum { data[index] }

  @inline(__always) func isValid(_ row: Int) -> Bool { validity == nil || validity!.isValid(row) }

  func result(_ column: Column) -> Datum { Datum(column, isConstant: isConstant) }

  /// A fixed-width result that is NULL where an argument is; what was computed there is set to zero.
  func result<Element: ColumnElement>(_ values: consuming [Element]) -> Datum {
    guard let validity else { return result(Element.wrap(FixedColumn(values))) }
    clearNulls(&values, validity)
    return result(Element.wrap(FixedColumn(values, validity: validity)))
  }

  func bytes(_ index: Int) -> BytesOperand {
    guard case .bytes(let column) = data[index].column else { mismatch(data[index].column) }
    return BytesOperand(column: column, isConstant: data[index].isConstant)
  }

  func vector<Element: ColumnElement>(_ index: Int, _: Element.Type) -> Vector<Element> {
    Vector(Element.unwrap(data[index].column).values, isConstant: data[index].isConstant)
  }
}

/// Strings of one argument.
struct BytesOperand {
  let column: BytesColumn
  let isConstant: Bool

  @inline(__always) func with<Result>(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    column.withBytes(at: isConstant ? 0 : row, body)
  }
}

/// Values of one argument.
struct Vector<Element: ColumnElement> {
  let values: [Element]
  let isConstant: Bool

  init(_ values: [Element], isConstant: Bool) {
    self.values = values
    self.isConstant = isConstant
  }

  @inline(__always) subscript(row: Int) -> Element { values[isConstant ? 0 : row] }
}

/// Sets to zero what stands under nulls.
func clearNulls<Element: ColumnElement>(_ values: inout [Element], _ validity: Validity) {
  for (word, bits) in validity.words.enumerated() where bits != .max {
    var nulls = ~bits
    while nulls != 0 {
      let row = word &* 64 &+ nulls.trailingZeroBitCount
      if row >= values.count { return }
      values[row] = Element.zero
      nulls &= nulls &- 1
    }
  }
}
