//  One value on its own: literals, defaults, test fixtures, and the slow path of sinks. Never on the hot path.

/// A single value; its type is told by the field or expression that holds it.
public enum Value: Hashable, Sendable, Codable {
  case null
  case boolean(Bool)
  /// All integers, dates (days), times (milliseconds), timestamps and day-time intervals (microseconds), months.
  case integer(Int64)
  case float(Float)
  case double(Double)
  /// The unscaled value; the scale is the type's.
  case decimal(Int128)
  case string(String)
  case bytes([UInt8])
  case row([Value])
  /// Elements of an array, or rows (key, value) of a map, or rows (element, count) of a multiset.
  case list([Value])
}

extension Column {
  /// The value of a row as the type says it is to be read.
  public func value(at row: Int, type: DataType) -> Value {
    guard isValid(row) else { return .null }
    switch self {
    case .bool(let column): return .boolean(column.values[row])
    case .int8(let column): return .integer(Int64(column.values[row]))
    case .int16(let column): return .integer(Int64(column.values[row]))
    case .int32(let column): return .integer(Int64(column.values[row]))
    case .int64(let column):
      if case .decimal = type { return .decimal(Int128(column.values[row])) }
      return .integer(column.values[row])
    case .int128(let column): return .decimal(column.values[row])
    case .float32(let column): return .float(column.values[row])
    case .float64(let column): return .double(column.values[row])
    case .bytes(let column):
      return type.isCharacter ? .string(column.string(at: row)) : column.withBytes(at: row) { .bytes(Array($0)) }
    case .list(let column):
      guard let element = type.listElement else { preconditionFailure("a list column has a list type") }
      let range = Int(column.offsets[row])..<Int(column.offsets[row + 1])
      return .list(range.map { column.elements.value(at: $0, type: element) })
    case .row(let column):
      guard case .row(let fields) = type else { preconditionFailure("a row column has a row type") }
      return .row(zip(column.children, fields).map { $0.value(at: row, type: $1.type) })
    }
  }
}
