//  Type names, as Flink's "Data Types" page lists them.

import Columnar

extension Parser {
  typealias ParsedType = (type: DataType, isNullable: Bool)

  /// A type with [NOT] NULL.
  mutating func type() throws(Diagnostic) -> ParsedType {
    try nested { parser throws(Diagnostic) in
      var type = try parser.plainType()
      var isNullable = try parser.nullability()
      while parser.isWord("ARRAY") || parser.isWord("MULTISET") {
        type = parser.isWord("ARRAY") ? .array(type) : .multiset(type)
        parser.advance()
        isNullable = try parser.nullability()
      }
      return (type, isNullable)
    }
  }

  private mutating func nullability() throws(Diagnostic) -> Bool {
    if accept("NOT") {
      try expect("NULL")
      return false
    }
    _ = accept("NULL")
    return true
  }

  private static let typeNames = [
    "BOOLEAN", "TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL", "DEC", "NUMERIC", "CHAR", "VARCHAR",
    "STRING", "BINARY", "VARBINARY", "BYTES", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_LTZ", "ARRAY", "MAP", "MULTISET", "ROW",
  ]

  private mutating func plainType() throws(Diagnostic) -> DataType {
    let name = token
    guard name.kind == .word else { throw unexpected("a type") }
    advance()
    switch name.upper {
    case "BOOLEAN": return .boolean
    case "TINYINT": return .int8
    case "SMALLINT": return .int16
    case "INT", "INTEGER": return .int32
    case "BIGINT": return .int64
    case "FLOAT": return .float32
    case "DOUBLE":
      _ = accept("PRECISION")
      return .float64
    case "DECIMAL", "DEC", "NUMERIC": return try decimalType()
    case "CHAR": return .char(length: try length(1))
    case "CHARACTER":
      if accept("VARYING") { return .varchar(length: try length(DataType.unlimitedLength)) }
      return .char(length: try length(1))
    case "VARCHAR": return .varchar(length: try length(DataType.unlimitedLength))
    case "STRING": return .string
    case "BINARY": return .binary(length: try length(1))
    case "VARBINARY": return .varbinary(length: try length(DataType.unlimitedLength))
    case "BYTES": return .bytes
    case "DATE": return .date
    case "TIME":
      let precision = try precision(0)
      if accept("WITHOUT") { try expect("TIME", "ZONE") }
      return .time(precision: precision)
    case "TIMESTAMP": return try timestampType()
    case "TIMESTAMP_LTZ": return .timestampLTZ(precision: try precision(6))
    case "INTERVAL", "RAW", "VARIANT", "BITMAP": throw .unsupported("the column type \(name.upper) is", at: name.span)
    case "ARRAY": return .array(try typeArguments(1)[0].type)
    case "MULTISET": return .multiset(try typeArguments(1)[0].type)
    case "MAP":
      let arguments = try typeArguments(2)
      return .map(key: arguments[0].type, value: arguments[1].type)
    case "ROW": return .row(try rowFields())
    default:
      throw Diagnostic(
        "unknown type '\(name.text)'", at: name.span, suggestion: nearestName(to: name.text, in: Self.typeNames))
    }
  }

  /// `(n)`, or what stands for its absence.
  private mutating func length(_ absent: Int) throws(Diagnostic) -> Int {
    guard isSymbol("(") else { return absent }
    return try parameters([1...DataType.unlimitedLength])[0]
  }

  private mutating func precision(_ absent: Int) throws(Diagnostic) -> Int {
    guard isSymbol("(") else { return absent }
    return try parameters([0...9])[0]
  }

  private mutating func decimalType() throws(Diagnostic) -> DataType {
    guard isSymbol("(") else { return .decimal(precision: 10, scale: 0) }
    let span = token.span
    let digits = 1...DataType.maxDecimalPrecision
    let values = try parameters(isSymbol(",", 2) ? [digits, 0...DataType.maxDecimalPrecision] : [digits])
    let scale = values.count == 2 ? values[1] : 0
    if scale > values[0] {
      throw Diagnostic("the scale \(scale) of DECIMAL is greater than its precision \(values[0])", at: span)
    }
    return .decimal(precision: values[0], scale: scale)
  }

  private mutating func parameters(_ ranges: [ClosedRange<Int>]) throws(Diagnostic) -> [Int] {
    try expectSymbol("(")
    var values: [Int] = []
    for range in ranges {
      if !values.isEmpty { try expectSymbol(",") }
      let number = token
      guard number.kind == .number else { throw unexpected("a number") }
      advance()
      guard let value = Int(number.text), range.contains(value) else {
        throw Diagnostic("\(number.text) is not between \(range.lowerBound) and \(range.upperBound)", at: number.span)
      }
      values.append(value)
    }
    try expectSymbol(")")
    return values
  }

  private mutating func timestampType() throws(Diagnostic) -> DataType {
    let precision = try precision(6)
    if accept("WITHOUT") {
      try expect("TIME", "ZONE")
    } else if accept("WITH") {
      if isWord("TIME") { throw .unsupported("TIMESTAMP WITH TIME ZONE is", at: token.span, instead: "use TIMESTAMP_LTZ(3)") }
      try expect("LOCAL", "TIME", "ZONE")
      return .timestampLTZ(precision: precision)
    }
    return .timestamp(precision: precision)
  }

  private mutating func typeArguments(_ count: Int) throws(Diagnostic) -> [ParsedType] {
    try expectSymbol("<")
    var types = [try type()]
    while types.count < count {
      try expectSymbol(",")
      types.append(try type())
    }
    try expectSymbol(">")
    return types
  }

  private mutating func rowFields() throws(Diagnostic) -> [Field] {
    let closing = isSymbol("(") ? ")" : ">"
    try expectSymbol(closing == ")" ? "(" : "<")
    let fields = try list { parser throws(Diagnostic) in
      let name = try parser.identifier("a field name")
      let type = try parser.type()
      if parser.token.kind == .string { parser.advance() }
      return Field(name.text, type.type, isNullable: type.isNullable)
    }
    if fields.count > SQLLimits.columnCountMax {
      throw Diagnostic("too many fields: at most \(SQLLimits.columnCountMax)", at: token.span)
    }
    try expectSymbol(closing)
    return fields
  }
}
