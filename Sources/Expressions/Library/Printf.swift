//  PRINTF, by the format strings of Java's `Formatter`. Values look as they do to Flink: a DATE is its number of days, a TIME its
//  milliseconds, a DECIMAL only has a text, and so no `%d` or `%f`.

import Columnar

extension FunctionLibrary {
  static let printf: [FunctionDefinition] = [
    // (format, values...): NULL for a format that is none or does not go with the values; a NULL value reads `null`.
    FunctionDefinition(
      "PRINTF", [.type(.string), .anyOrNull], required: 1, isVariadic: true, gives: { _ in .string }, nullability: .always, isStrict: false,
      canFail: true
    ) { (shape) throws(EvaluationError) in
      let fixed = shape.text(0).map { JavaFormat($0) }
      return { (arguments, _) throws(EvaluationError) in
        let formats = arguments.bytes(0)
        let builder = BytesColumnBuilder()
        for row in 0..<arguments.count {
          let isNull = !arguments[0].column.isValid(arguments[0].index(row))
          let format = isNull ? nil : fixed ?? JavaFormat(formats.with(row) { String(decoding: $0, as: UTF8.self) })
          var values: [JavaFormat.Argument] = []
          for index in shape.types.indices.dropFirst() {
            values.append(try javaValue(arguments[index].column, arguments[index].index(row), shape.types[index]))
          }
          if let text = try format?.checked(values).format(values) { builder.append(Array(text.utf8)) } else { builder.appendNull() }
        }
        return arguments.result(.bytes(builder.finish()))
      }
    }
  ]

  private static func javaValue(
    _ column: Column, _ row: Int, _ type: DataType
  ) throws(EvaluationError) -> JavaFormat.Argument {
    guard column.isValid(row) else { return .null }
    switch (column.value(at: row, type: type), type) {
    case (.boolean(let flag), _): return .boolean(flag)
    case (.integer(let value), .int8): return .integer(value, bitWidth: 8)
    case (.integer(let value), .int16): return .integer(value, bitWidth: 16)
    case (.integer(let value), .int64): return .integer(value, bitWidth: 64)
    case (.integer(let value), .intervalTime): return .integer(value / Microseconds.perMillisecond, bitWidth: 64)
    case (.integer(let value), .timestamp), (.integer(let value), .timestampLTZ): return .other(isoText(value), hash: timeHash(value))
    case (.integer(let value), _): return .integer(value, bitWidth: 32)
    case (.double(let value), _):
      // Java knows one NaN alone.
      let bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern
      return .floating(value, text: sqlText(column, row, type), hash: JavaFormat.hash(of: Int64(bitPattern: bits)))
    case (.float(let value), _):
      let bits = value.isNaN ? Float.nan.bitPattern : value.bitPattern
      return .floating(Double(value), text: sqlText(column, row, type), hash: Int32(bitPattern: bits))
    case (.decimal(let unscaled), .decimal(_, let scale)):
      return .other(sqlText(column, row, type), hash: decimalHash(unscaled, scale: scale))
    case (.string(let text), _): return .other(text, hash: textHash(Array(text.utf8)))
    case (.row(let fields), .row(let types)):
      var texts: [String] = []
      for (field, type) in zip(fields, types) {
        texts.append(try JavaFormat("%s")?.format([javaValue(Datum(constant: field, type.type).column, 0, type.type)]) ?? "null")
      }
      return .other("+I(\(texts.joined(separator: ",")))", hash: nil)
    default: return .other(sqlText(column, row, type), hash: nil)
    }
  }

  /// That of Flink's `TimestampData`.
  private static func timeHash(_ microseconds: Int64) -> Int32 {
    let milliseconds = floorDivide(microseconds, Microseconds.perMillisecond)
    let nanoseconds = Int32(floorModulo(microseconds, Microseconds.perMillisecond) * 1_000)
    return 31 &* (Int32(truncatingIfNeeded: milliseconds) ^ Int32(truncatingIfNeeded: milliseconds >> 32)) &+ nanoseconds
  }

  /// That of Java's `BigDecimal`: by words of 32 bits, the highest first.
  private static func decimalHash(_ unscaled: Int128, scale: Int) -> Int32 {
    let magnitude = unscaled.magnitude
    var hash: UInt32 = 0
    for shift in stride(from: UInt128(96), through: 0, by: -32) { hash = hash &* 31 &+ UInt32(truncatingIfNeeded: magnitude >> shift) }
    let signed = Int32(bitPattern: unscaled < 0 ? 0 &- hash : hash)
    return 31 &* signed &+ Int32(scale)
  }

  /// That of Flink's `BinaryStringData`: Murmur3 with the seed 42, each byte behind the last whole word mixed in like a word.
  private static func textHash(_ bytes: [UInt8]) -> Int32 {
    var hash: UInt32 = 42
    func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
    func mix(_ word: UInt32) {
      hash = rotated(hash ^ rotated(word &* 0xcc9e_2d51, 15) &* 0x1b87_3593, 13) &* 5 &+ 0xe654_6b64
    }
    let whole = bytes.count & ~3
    for start in stride(from: 0, to: whole, by: 4) {
      mix((0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
    for byte in bytes[whole...] { mix(UInt32(bitPattern: Int32(Int8(bitPattern: byte)))) }
    hash ^= UInt32(truncatingIfNeeded: bytes.count)
    hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
    hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
    return Int32(bitPattern: hash ^ hash >> 16)
  }

  private static func sqlText(_ column: Column, _ row: Int, _ type: DataType) -> String {
    var text: [UInt8] = []
    column.appendText(row: row, type: type, style: .sql, into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// As Java's `LocalDateTime`: without what is zero at the end, by threes.
  private static func isoText(_ microseconds: Int64) -> String {
    var text: [UInt8] = []
    text.appendTimestamp(microseconds: microseconds, precision: 6)
    var parts = String(decoding: text, as: UTF8.self).split(separator: " ", maxSplits: 1).joined(separator: "T")
    for end in ["000", ".000", ":00"] where parts.hasSuffix(end) { parts.removeLast(end.count) }
    return parts
  }
}

extension JavaFormat {
  /// - Throws: For what Flink makes of the address of an object.
  fileprivate func checked(_ arguments: [Argument]) throws(EvaluationError) -> JavaFormat {
    for case .specifier(let specifier) in pieces where specifier.conversion == "h" {
      for argument in arguments {
        if case .null = argument { continue }
        if argument.hash == nil { throw EvaluationError("PRINTF: %h is not supported of collections, rows and bytes") }
      }
    }
    return self
  }
}
