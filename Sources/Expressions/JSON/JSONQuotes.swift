//  JSON_QUOTE and JSON_UNQUOTE: text as a JSON string, and back. Source: Flink's JsonQuoteFunction, JsonUnquoteFunction.

import Columnar

extension FunctionLibrary {
  static let jsonQuotes: [FunctionDefinition] = [
    // What is not ASCII is escaped too; above U+FFFF as the two halves that JSON wants, where Flink writes something that is no JSON.
    FunctionDefinition("JSON_QUOTE", [.string], gives: .string) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, quoted in
        quoted.append(UInt8(ascii: "\""))
        for unit in texts.with(row, { String(decoding: $0, as: UTF8.self) }).utf16 { appendEscaped(unit, to: &quoted) }
        quoted.append(UInt8(ascii: "\""))
        return true
      }
    },
    // What is not in quotes, or has an escape that is none, stays as it is.
    FunctionDefinition("JSON_UNQUOTE", [.string], gives: .string) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, plain in
        let text = texts.with(row) { Array($0) }
        plain.append(contentsOf: unquoted(text) ?? text)
        return true
      }
    },
  ]

  private static func appendEscaped(_ unit: UInt16, to text: inout [UInt8]) {
    switch unit {
    case 8: text.append(contentsOf: "\\b".utf8)
    case 9: text.append(contentsOf: "\\t".utf8)
    case 10: text.append(contentsOf: "\\n".utf8)
    case 12: text.append(contentsOf: "\\f".utf8)
    case 13: text.append(contentsOf: "\\r".utf8)
    case 0x22, 0x2F, 0x5C: text.append(contentsOf: [0x5C, UInt8(unit)])
    case 0..<0x80: text.append(UInt8(unit))
    default:
      text.append(contentsOf: "\\u".utf8)
      for shift in [12, 8, 4, 0] { text.append(Array("0123456789abcdef".utf8)[Int(unit >> shift & 15)]) }
    }
  }

  /// Nil if the text is not in quotes, or has an escape that is none.
  private static func unquoted(_ text: [UInt8]) -> [UInt8]? {
    let quote = UInt8(ascii: "\"")
    guard text.count > 1, text[0] == quote, text[text.count - 1] == quote else { return nil }
    let inner = text[1..<(text.count - 1)]
    var units: [UInt16] = []
    var iterator = String(decoding: inner, as: UTF8.self).utf16.makeIterator()
    while let unit = iterator.next() {
      guard unit == 0x5C else {
        units.append(unit)
        continue
      }
      switch iterator.next().map({ Unicode.Scalar(UInt8(truncatingIfNeeded: $0)) }) {
      case "\"": units.append(0x22)
      case "\\": units.append(0x5C)
      case "/": units.append(0x2F)
      case "b": units.append(8)
      case "t": units.append(9)
      case "n": units.append(10)
      case "f": units.append(12)
      case "r": units.append(13)
      case "u":
        var value: UInt16 = 0
        for _ in 0..<4 {
          guard let digit = iterator.next().flatMap({ Character(Unicode.Scalar($0) ?? " ").hexDigitValue }) else { return nil }
          value = value << 4 | UInt16(digit)
        }
        units.append(value)
      default: return nil
      }
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
