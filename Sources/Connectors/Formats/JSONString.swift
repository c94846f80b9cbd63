//  What JSON strings need besides finding their end: escapes and UTF-8.
//  Source: RFC 8259, §7; Unicode 15, table 3-7.

enum JSONString {
  /// Takes the escapes out of a string, in place, from `start` up to its closing quote. Gives where the text ends and
  /// where to read on; nil if the quote does not come before `limit`, or an escape is unknown, or a control character
  /// stands in the string. A surrogate without its partner becomes U+FFFD.
  static func unescape(_ data: UnsafeMutablePointer<UInt8>, from start: Int, limit: Int) -> (end: Int, next: Int)? {
    var read = start
    var write = start
    while read < limit {
      let byte = data[read]
      if byte == UInt8(ascii: "\"") { return (write, read + 1) }
      if byte < 0x20 { return nil }
      if byte != UInt8(ascii: "\\") {
        data[write] = byte
        write += 1
        read += 1
        continue
      }
      guard read + 1 < limit else { return nil }
      let escaped = data[read + 1]
      read += 2
      let plain: UInt8
      switch escaped {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = escaped
      case UInt8(ascii: "b"): plain = 8
      case UInt8(ascii: "f"): plain = 12
      case UInt8(ascii: "n"): plain = 10
      case UInt8(ascii: "r"): plain = 13
      case UInt8(ascii: "t"): plain = 9
      case UInt8(ascii: "u"):
        guard var scalar = hexadecimal(data, read, limit) else { return nil }
        read += 4
        if 0xD800..<0xDC00 ~= scalar, read + 6 <= limit, data[read] == UInt8(ascii: "\\"), data[read + 1] == UInt8(ascii: "u"),
          let low = hexadecimal(data, read + 2, limit), 0xDC00..<0xE000 ~= low
        {
          scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
          read += 6
        }
        // Six bytes of escape give at most three of UTF-8, twelve give four: writing never overtakes reading.
        for byte in String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8 {
          data[write] = byte
          write += 1
        }
        continue
      default: return nil
      }
      data[write] = plain
      write += 1
    }
    return nil
  }

  private static func hexadecimal(_ data: UnsafeMutablePointer<UInt8>, _ start: Int, _ limit: Int) -> UInt32? {
    guard start + 4 <= limit else { return nil }
    var value: UInt32 = 0
    for index in start..<(start + 4) {
      let digit: UInt8
      switch data[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = data[index] - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = data[index] - 87
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = data[index] - 55
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < text.count {
      let lead = text[index]
      if lead < 0x80 {
        index += 1
        continue
      }
      let length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0
      guard length > 0, index + length <= text.count else { return false }
      let second = text[index + 1]
      let range: ClosedRange<UInt8> =
        switch lead {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      guard range.contains(second) else { return false }
      for place in 2..<max(length, 2) where text[index + place] & 0xC0 != 0x80 { return false }
      index += length
    }
    return true
  }
}
