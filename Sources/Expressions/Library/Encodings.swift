//  Base 64 and character sets.

import Columnar

extension FunctionLibrary {
  static let encodings: [FunctionDefinition] = [
    FunctionDefinition("TO_BASE64", [.textOrBytes], gives: { _ in .string }) { _ in
      { (arguments, _) throws(EvaluationError) in
        let bytes = arguments.bytes(0)
        return try arguments.mapToBytes { row, text in
          bytes.with(row) { appendBase64($0, into: &text) }
          return true
        }
      }
    },
    FunctionDefinition("FROM_BASE64", [.string], gives: .string, canFail: true) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, bytes throws(EvaluationError) in
        guard let decoded = texts.with(row, { decodeBase64($0) }) else {
          throw EvaluationError("FROM_BASE64: '\(texts.with(row) { String(decoding: $0.prefix(100), as: UTF8.self) })' is no base 64")
        }
        bytes = decoded
        return true
      }
    },
    FunctionDefinition("ENCODE", [.string, .string], gives: .bytes, canFail: true) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      let names = arguments.bytes(1)
      return try arguments.mapToBytes { row, bytes throws(EvaluationError) in
        let charset = try CharacterSet(names.with(row) { String(decoding: $0, as: UTF8.self) })
        texts.with(row) { charset.encode($0, into: &bytes) }
        return true
      }
    },
    FunctionDefinition("DECODE", [.bytes, .string], gives: .string, canFail: true) { (arguments) throws(EvaluationError) in
      let bytes = arguments.bytes(0)
      let names = arguments.bytes(1)
      return try arguments.mapToBytes { row, text throws(EvaluationError) in
        let charset = try CharacterSet(names.with(row) { String(decoding: $0, as: UTF8.self) })
        bytes.with(row) { charset.decode($0, into: &text) }
        return true
      }
    },
  ]

  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func appendBase64(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 {
        text.append(index <= count ? digits[Int(group >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
  }

  /// Nil for other characters, and for padding that does not fit.
  static func decodeBase64(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var body = text[...]
    if text.count % 4 == 0 {
      if body.last == UInt8(ascii: "=") { body.removeLast() }
      if body.last == UInt8(ascii: "=") { body.removeLast() }
    }
    if body.count % 4 == 1 { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for byte in body {
      guard let value = digits.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
      }
    }
    return bytes
  }
}

/// The character sets of Flink's ENCODE and DECODE. What a set does not have becomes '?', what is ill-formed U+FFFD.
private enum CharacterSet {
  case ascii, latin1, utf8, utf16, utf16BigEndian, utf16LittleEndian

  init(_ name: String) throws(EvaluationError) {
    switch name.uppercased() {
    case "US-ASCII": self = .ascii
    case "ISO-8859-1": self = .latin1
    case "UTF-8": self = .utf8
    case "UTF-16": self = .utf16
    case "UTF-16BE": self = .utf16BigEndian
    case "UTF-16LE": self = .utf16LittleEndian
    default:
      throw EvaluationError("unknown character set '\(name)': US-ASCII, ISO-8859-1, UTF-8, UTF-16, UTF-16BE and UTF-16LE are known")
    }
  }

  func encode(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
    switch self {
    case .utf8: bytes.append(contentsOf: text)
    case .ascii, .latin1:
      let limit: UInt32 = self == .ascii ? 0x80 : 0x100
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        bytes.append(scalar.value < limit ? UInt8(scalar.value) : UInt8(ascii: "?"))
      }
    case .utf16, .utf16BigEndian, .utf16LittleEndian:
      if self == .utf16, !text.isEmpty { bytes.append(contentsOf: [0xFE, 0xFF]) }
      for unit in String(decoding: text, as: UTF8.self).utf16 {
        let pair = [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
        bytes.append(contentsOf: self == .utf16LittleEndian ? pair.reversed() : pair)
      }
    }
  }

  func decode(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
    switch self {
    case .utf8: text.append(contentsOf: String(decoding: bytes, as: UTF8.self).utf8)
    case .ascii, .latin1:
      let limit: UInt8 = self == .ascii ? 0x7F : 0xFF
      for byte in bytes {
        text.append(contentsOf: String(byte <= limit ? Unicode.Scalar(byte) : "\u{FFFD}").utf8)
      }
    case .utf16, .utf16BigEndian, .utf16LittleEndian:
      var body = bytes[...]
      var isLittle = self == .utf16LittleEndian
      if self == .utf16, body.count >= 2, body.prefix(2).elementsEqual([0xFE, 0xFF]) || body.prefix(2).elementsEqual([0xFF, 0xFE]) {
        isLittle = body.first == 0xFF
        body = body.dropFirst(2)
      }
      var units: [UInt16] = []
      for start in stride(from: body.startIndex, to: body.endIndex - 1, by: 2) {
        let (first, second) = (UInt16(body[start]), UInt16(body[start + 1]))
        units.append(isLittle ? second << 8 | first : first << 8 | second)
      }
      text.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
    }
  }
}
