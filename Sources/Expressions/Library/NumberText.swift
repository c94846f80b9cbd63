//  Numbers in other bases: HEX, UNHEX, BIN.

import Columnar

extension FunctionLibrary {
  static let numberText: [FunctionDefinition] = [
    FunctionDefinition("BIN", [.int64], gives: .string) { (arguments) throws(EvaluationError) in
      let values = arguments.vector(0, Int64.self)
      return try arguments.mapToBytes { row, text in
        text.append(contentsOf: String(UInt64(bitPattern: values[row]), radix: 2).utf8)
        return true
      }
    },
    // Of a number its two's complement, of a string its bytes.
    FunctionDefinition("HEX", [.any], gives: { _ in .string }) { (shape) throws(EvaluationError) in
      if shape.types[0].isCharacter {
        return { (arguments, _) throws(EvaluationError) in
          let texts = arguments.bytes(0)
          return try arguments.mapToBytes { row, text in
            texts.with(row) { for byte in $0 { text.append(contentsOf: [upperDigit(byte >> 4), upperDigit(byte & 15)]) } }
            return true
          }
        }
      }
      guard shape.types[0].isInteger else { throw EvaluationError("HEX takes an integer or a string, not \(shape.types[0])") }
      return { (arguments, context) throws(EvaluationError) in
        let wide = try Cast.apply(arguments[0], from: shape.types[0], to: .int64, isTry: false, rowCount: arguments.count, context)
        let values = Vector(Int64.unwrap(wide.column).values, isConstant: wide.isConstant)
        return try arguments.mapToBytes { row, text in
          text.append(contentsOf: String(UInt64(bitPattern: values[row]), radix: 16, uppercase: true).utf8)
          return true
        }
      }
    },
    // NULL for what has other than hexadecimal digits; a first digit without its pair counts for nothing, as in Flink.
    FunctionDefinition("UNHEX", [.string], gives: .bytes, nullability: .always) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, bytes in
        texts.with(row) { text in
          let isOdd = text.count % 2 == 1
          if isOdd {
            guard hexadecimalValue(text[0]) != nil else { return false }
            bytes.append(0)
          }
          for index in stride(from: isOdd ? 1 : 0, to: text.count, by: 2) {
            guard let high = hexadecimalValue(text[index]), let low = hexadecimalValue(text[index + 1]) else { return false }
            bytes.append(high << 4 | low)
          }
          return true
        }
      }
    },
  ]
}

func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 55 }

/// 0 to 15; nil for a byte that is no hexadecimal digit.
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: byte - 48
  case 65...70: byte - 55
  case 97...102: byte - 87
  default: nil
  }
}
