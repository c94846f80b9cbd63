//  The SQL types and how a value of each is laid out in memory.
//  Source: Flink's "Data Types" page; the layouts are ours and are part of the snapshot and wire formats.

/// A SQL type without its nullability, which belongs to the `Field`.
///
/// Layout of one value, as the `Column` case of the same name holds it:
///
/// | type | column | value |
/// |---|---|---|
/// | boolean | `bool` | |
/// | int8 to int64, float32, float64 | same name | |
/// | decimal(p, s), p <= 18 | `int64` | unscaled value |
/// | decimal(p, s), p > 18 | `int128` | unscaled value |
/// | char, varchar | `bytes` | UTF-8 |
/// | binary, varbinary | `bytes` | |
/// | date | `int32` | days since 1970-01-01 |
/// | time | `int32` | milliseconds since midnight |
/// | timestamp, timestampLTZ | `int64` | microseconds since 1970-01-01T00:00:00 (UTC for LTZ) |
/// | intervalMonths | `int32` | months |
/// | intervalTime | `int64` | microseconds |
/// | array | `list` | the elements |
/// | map, multiset | `list` | of rows (key, value) or (element, int32 multiplicity) |
/// | row | `row` | one column a field |
/// | null | `bool` | all null: the type of a bare NULL |
public indirect enum DataType: Hashable, Sendable, Codable {
  case boolean
  case int8, int16, int32, int64
  case float32, float64
  case decimal(precision: Int, scale: Int)
  case char(length: Int)
  case varchar(length: Int)
  case binary(length: Int)
  case varbinary(length: Int)
  case date
  case time(precision: Int)
  case timestamp(precision: Int)
  case timestampLTZ(precision: Int)
  case intervalMonths
  case intervalTime
  case array(DataType)
  case map(key: DataType, value: DataType)
  case multiset(DataType)
  case row([Field])
  case null

  /// The length that stands for "no limit": STRING is VARCHAR(2147483647), BYTES is VARBINARY(2147483647).
  public static let unlimitedLength = Int(Int32.max)
  public static let string = DataType.varchar(length: unlimitedLength)
  public static let bytes = DataType.varbinary(length: unlimitedLength)
  /// The widest decimal whose unscaled value is held in 64 bits.
  public static let maxInt64Precision = 18
  public static let maxDecimalPrecision = 38

  /// The memory layout a column of this type has.
  public var layout: Layout {
    switch self {
    case .boolean, .null: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32, .date, .time, .intervalMonths: .int32
    case .int64, .timestamp, .timestampLTZ, .intervalTime: .int64
    case .float32: .float32
    case .float64: .float64
    case .decimal(let precision, _): precision <= Self.maxInt64Precision ? .int64 : .int128
    case .char, .varchar, .binary, .varbinary: .bytes
    case .array, .map, .multiset: .list
    case .row: .row
    }
  }

  /// Fields of the rows that a `list` or `row` column of this type holds; a list of plain elements has none.
  public var listElement: DataType? {
    switch self {
    case .array(let element): element
    case .map(let key, let value):
      .row([Field("key", key, isNullable: false), Field("value", value)])
    case .multiset(let element):
      .row([Field("element", element), Field("count", .int32, isNullable: false)])
    default: nil
    }
  }

  public var isCharacter: Bool {
    switch self {
    case .char, .varchar: true
    default: false
    }
  }

  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64: true
    default: false
    }
  }

  public var isNumeric: Bool {
    switch self {
    case .float32, .float64, .decimal: true
    default: isInteger
    }
  }
}

/// The physical shape of a column; several SQL types share one.
public enum Layout: UInt8, Hashable, Sendable, Codable {
  case bool, int8, int16, int32, int64, int128, float32, float64, bytes, list, row
}

extension DataType: CustomStringConvertible {
  /// The type as Flink SQL writes it: `DECIMAL(10, 2)`, `TIMESTAMP(3)`, `ROW<a INT NOT NULL>`.
  public var description: String {
    switch self {
    case .boolean: "BOOLEAN"
    case .int8: "TINYINT"
    case .int16: "SMALLINT"
    case .int32: "INT"
    case .int64: "BIGINT"
    case .float32: "FLOAT"
    case .float64: "DOUBLE"
    case .decimal(let precision, let scale): "DECIMAL(\(precision), \(scale))"
    case .char(let length): "CHAR(\(length))"
    case .varchar(Self.unlimitedLength): "STRING"
    case .varchar(let length): "VARCHAR(\(length))"
    case .binary(let length): "BINARY(\(length))"
    case .varbinary(Self.unlimitedLength): "BYTES"
    case .varbinary(let length): "VARBINARY(\(length))"
    case .date: "DATE"
    case .time(let precision): "TIME(\(precision))"
    case .timestamp(let precision): "TIMESTAMP(\(precision))"
    case .timestampLTZ(let precision): "TIMESTAMP_LTZ(\(precision))"
    case .intervalMonths: "INTERVAL YEAR TO MONTH"
    case .intervalTime: "INTERVAL DAY TO SECOND"
    case .array(let element): "ARRAY<\(element)>"
    case .map(let key, let value): "MAP<\(key), \(value)>"
    case .multiset(let element): "MULTISET<\(element)>"
    case .row(let fields): "ROW<\(fields.map { "`\($0.name)` \($0.type)\($0.isNullable ? "" : " NOT NULL")" }.joined(separator: ", "))>"
    case .null: "NULL"
    }
  }
}

/// A named, typed column of a schema or of a row.
public struct Field: Hashable, Sendable, Codable {
  public var name: String
  public var type: DataType
  public var isNullable: Bool

  public init(_ name: String, _ type: DataType, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

/// The columns of a batch, in order.
public struct Schema: Hashable, Sendable, Codable {
  public var fields: [Field]

  public init(_ fields: [Field]) { self.fields = fields }

  public var count: Int { fields.count }
  public subscript(index: Int) -> Field { fields[index] }
  /// The position of the first field with this exact name.
  public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }
}
