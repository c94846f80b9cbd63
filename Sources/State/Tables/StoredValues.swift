//  How values of any type are held in state: as 64-bit integers, 128-bit integers, doubles, or bytes.

import Columnar

/// The four ways to hold a value in a table.
public enum StoredLayout: Sendable {
  /// Booleans, integers, dates, times, intervals, decimals up to 18 digits.
  case int64
  case int128
  /// Both floating-point types; a float widens without loss.
  case float64
  /// Strings and bytes as they are, nested values as columns of one row.
  case bytes
}

extension DataType {
  public var storedLayout: StoredLayout {
    switch layout {
    case .bool, .int8, .int16, .int32, .int64: .int64
    case .int128: .int128
    case .float32, .float64: .float64
    case .bytes, .list, .row: .bytes
    }
  }

  /// A column of this type, whose stored layout is `int64`, from stored values. Values under nulls are zero.
  public func column(int64 values: [Int64], validity: Validity?) -> Column {
    switch layout {
    case .bool: .bool(FixedColumn(values.map { $0 != 0 }, validity: validity))
    case .int8: .int8(FixedColumn(values.map { Int8(truncatingIfNeeded: $0) }, validity: validity))
    case .int16: .int16(FixedColumn(values.map { Int16(truncatingIfNeeded: $0) }, validity: validity))
    case .int32: .int32(FixedColumn(values.map { Int32(truncatingIfNeeded: $0) }, validity: validity))
    case .int64: .int64(FixedColumn(values, validity: validity))
    default: preconditionFailure("\(self) is not stored as a 64-bit integer")
    }
  }

  /// A column of this floating-point type from doubles.
  public func column(float64 values: [Double], validity: Validity?) -> Column {
    switch layout {
    case .float32: .float32(FixedColumn(values.map { Float($0) }, validity: validity))
    case .float64: .float64(FixedColumn(values, validity: validity))
    default: preconditionFailure("\(self) is not stored as a double")
    }
  }
}

extension Column {
  /// The values of a column that is stored as `int64`; an `int64` column itself is not copied.
  public var widenedToInt64: FixedColumn<Int64> {
    switch self {
    case .bool(let column): FixedColumn(column.values.map { $0 ? 1 : 0 }, validity: column.validity)
    case .int8(let column): FixedColumn(column.values.map { Int64($0) }, validity: column.validity)
    case .int16(let column): FixedColumn(column.values.map { Int64($0) }, validity: column.validity)
    case .int32(let column): FixedColumn(column.values.map { Int64($0) }, validity: column.validity)
    case .int64(let column): column
    default: preconditionFailure("a \(layout) column is not stored as 64-bit integers")
    }
  }

  /// The values of any column of integers or decimals.
  public var widenedToInt128: FixedColumn<Int128> {
    if case .int128(let column) = self { return column }
    let column = widenedToInt64
    return FixedColumn(column.values.map { Int128($0) }, validity: column.validity)
  }

  /// The values of a column of numbers as doubles; a `float64` column itself is not copied.
  public var widenedToFloat64: FixedColumn<Double> {
    switch self {
    case .float64(let column): return column
    case .float32(let column): return FixedColumn(column.values.map { Double($0) }, validity: column.validity)
    default:
      let column = widenedToInt64
      return FixedColumn(column.values.map { Double($0) }, validity: column.validity)
    }
  }
}

/// Lists and rows as byte sequences, for state that holds one value at a time. The slow path: such keys and rows are rare.
enum NestedValues {
  /// One byte sequence a row, empty where it is null.
  static func encode(_ column: Column, type: DataType) -> BytesColumn {
    let builder = BytesColumnBuilder()
    var writer = ByteWriter()
    for row in 0..<column.count {
      guard column.isValid(row) else {
        builder.appendNull()
        continue
      }
      writer.removeAll()
      column.take([Int32(row)]).encode(into: &writer)
      builder.append(writer.bytes)
    }
    return builder.finish()
  }

  /// Reverts `encode`. The bytes never left this process, so that they are sound.
  static func decode(_ column: BytesColumn, type: DataType) -> Column {
    let null = ColumnBuilder(type)
    null.appendNull()
    let nullRow = null.finish()
    guard column.count > 0 else { return ColumnBuilder(type).finish() }
    return Column.concatenate(
      (0..<column.count).map { row in
        guard column.isValid(row) else { return nullRow }
        return column.withBytes(at: row) { bytes in
          var reader = ByteReader(bytes)
          guard let value = try? Column.decode(from: &reader, type: type, count: 1) else {
            preconditionFailure("a nested value in state is what was encoded")
          }
          return value
        }
      })
  }
}
