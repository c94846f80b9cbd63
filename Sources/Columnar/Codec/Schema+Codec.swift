//  Types, schemas and single values as bytes, so that a snapshot can describe itself.
//  The tags are a persistent format: never reuse one.

extension DataType {
  private enum Tag: UInt8 {
    case boolean, int8, int16, int32, int64, float32, float64, decimal, char, varchar, binary, varbinary, date, time, timestamp
    case timestampLTZ, intervalMonths, intervalTime, array, map, multiset, row, null
  }

  public func encode(into writer: inout ByteWriter) {
    func write(_ tag: Tag, _ parameters: Int...) {
      writer.write(tag.rawValue)
      for parameter in parameters { writer.write(count: parameter) }
    }
    switch self {
    case .boolean: write(.boolean)
    case .int8: write(.int8)
    case .int16: write(.int16)
    case .int32: write(.int32)
    case .int64: write(.int64)
    case .float32: write(.float32)
    case .float64: write(.float64)
    case .decimal(let precision, let scale): write(.decimal, precision, scale)
    case .char(let length): write(.char, length)
    case .varchar(let length): write(.varchar, length)
    case .binary(let length): write(.binary, length)
    case .varbinary(let length): write(.varbinary, length)
    case .date: write(.date)
    case .time(let precision): write(.time, precision)
    case .timestamp(let precision): write(.timestamp, precision)
    case .timestampLTZ(let precision): write(.timestampLTZ, precision)
    case .intervalMonths: write(.intervalMonths)
    case .intervalTime: write(.intervalTime)
    case .array(let element):
      write(.array)
      element.encode(into: &writer)
    case .map(let key, let value):
      write(.map)
      key.encode(into: &writer)
      value.encode(into: &writer)
    case .multiset(let element):
      write(.multiset)
      element.encode(into: &writer)
    case .row(let fields):
      write(.row)
      Schema(fields).encode(into: &writer)
    case .null: write(.null)
    }
  }

  public static func decode(from reader: inout ByteReader) throws(CodecError) -> DataType {
    try decode(from: &reader, nesting: 0)
  }

  fileprivate static func decode(from reader: inout ByteReader, nesting: Int) throws(CodecError) -> DataType {
    guard nesting < ByteReader.maxNesting else { throw reader.error("a type is nested deeper than \(ByteReader.maxNesting)") }
    let byte = try reader.readByte()
    guard let tag = Tag(rawValue: byte) else { throw reader.error("type tag \(byte) is not known") }
    func length() throws(CodecError) -> Int { try reader.readCount(limit: unlimitedLength) }
    func precision() throws(CodecError) -> Int { try reader.readCount(limit: 9) }
    func inner() throws(CodecError) -> DataType { try decode(from: &reader, nesting: nesting + 1) }
    switch tag {
    case .boolean: return .boolean
    case .int8: return .int8
    case .int16: return .int16
    case .int32: return .int32
    case .int64: return .int64
    case .float32: return .float32
    case .float64: return .float64
    case .decimal:
      let precision = try reader.readCount(limit: maxDecimalPrecision)
      let scale = try reader.readCount(limit: precision)
      guard precision > 0 else { throw reader.error("a decimal has no digits") }
      return .decimal(precision: precision, scale: scale)
    case .char: return .char(length: try length())
    case .varchar: return .varchar(length: try length())
    case .binary: return .binary(length: try length())
    case .varbinary: return .varbinary(length: try length())
    case .date: return .date
    case .time: return .time(precision: try precision())
    case .timestamp: return .timestamp(precision: try precision())
    case .timestampLTZ: return .timestampLTZ(precision: try precision())
    case .intervalMonths: return .intervalMonths
    case .intervalTime: return .intervalTime
    case .array: return .array(try inner())
    case .map:
      let key = try inner()
      return .map(key: key, value: try inner())
    case .multiset: return .multiset(try inner())
    case .row: return .row(try Schema.decode(from: &reader, nesting: nesting + 1).fields)
    case .null: return .null
    }
  }
}

extension Schema {
  public func encode(into writer: inout ByteWriter) {
    writer.write(count: fields.count)
    for field in fields {
      writer.write(field.name)
      writer.write(field.isNullable)
      field.type.encode(into: &writer)
    }
  }

  public static func decode(from reader: inout ByteReader) throws(CodecError) -> Schema {
    try decode(from: &reader, nesting: 0)
  }

  fileprivate static func decode(from reader: inout ByteReader, nesting: Int) throws(CodecError) -> Schema {
    let count = try reader.readCount(itemByteCount: 3)
    var fields: [Field] = []
    fields.reserveCapacity(count)
    for _ in 0..<count {
      let name = try reader.readString()
      let isNullable = try reader.readBool()
      fields.append(Field(name, try DataType.decode(from: &reader, nesting: nesting), isNullable: isNullable))
    }
    return Schema(fields)
  }
}

extension Value {
  private enum Tag: UInt8 {
    case null, `false`, `true`, integer, float, double, decimal, string, bytes, row, list
  }

  public func encode(into writer: inout ByteWriter) {
    func write(_ tag: Tag) { writer.write(tag.rawValue) }
    func write(_ tag: Tag, _ values: [Value]) {
      write(tag)
      writer.write(count: values.count)
      for value in values { value.encode(into: &writer) }
    }
    switch self {
    case .null: write(.null)
    case .boolean(let flag): write(flag ? .true : .false)
    case .integer(let number):
      write(.integer)
      writer.write(signed: number)
    case .float(let number):
      write(.float)
      writer.write(number)
    case .double(let number):
      write(.double)
      writer.write(number)
    case .decimal(let unscaled):
      write(.decimal)
      writer.write(fixed: unscaled)
    case .string(let text):
      write(.string)
      writer.write(text)
    case .bytes(let bytes):
      write(.bytes)
      writer.write(prefixed: bytes)
    case .row(let values): write(.row, values)
    case .list(let values): write(.list, values)
    }
  }

  public static func decode(from reader: inout ByteReader) throws(CodecError) -> Value {
    try decode(from: &reader, nesting: 0)
  }

  private static func decode(from reader: inout ByteReader, nesting: Int) throws(CodecError) -> Value {
    guard nesting < ByteReader.maxNesting else { throw reader.error("a value is nested deeper than \(ByteReader.maxNesting)") }
    let byte = try reader.readByte()
    guard let tag = Tag(rawValue: byte) else { throw reader.error("value tag \(byte) is not known") }
    func values() throws(CodecError) -> [Value] {
      var values: [Value] = []
      for _ in 0..<(try reader.readCount(itemByteCount: 1)) { values.append(try decode(from: &reader, nesting: nesting + 1)) }
      return values
    }
    switch tag {
    case .null: return .null
    case .false: return .boolean(false)
    case .true: return .boolean(true)
    case .integer: return .integer(try reader.readSigned())
    case .float: return .float(try reader.readFloat())
    case .double: return .double(try reader.readDouble())
    case .decimal: return .decimal(try reader.readFixed(Int128.self))
    case .string: return .string(try reader.readString())
    case .bytes: return .bytes(try reader.readPrefixedArray())
    case .row: return .row(try values())
    case .list: return .list(try values())
    }
  }
}
