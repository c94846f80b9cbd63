//  The two parsers that file sources spend their time in: short integers, eight digits at a time without a branch on how
//  many there are, and timestamps, whose minute is read only when it changes. What they do not know goes to Columnar's.
//  Source of the eight-digit steps: Lemire, "Quickly parsing eight digits", 2018.

import Columnar

/// The bytes of one field. What stands for 16 bytes past the end is readable memory of any value.
typealias FieldBytes = UnsafePointer<UInt8>

enum FieldParser {
  /// Decimal digits with an optional sign; nil for anything else and for what does not fit.
  @inline(__always) static func integer(_ text: FieldBytes, _ count: Int) -> Int64? {
    if count <= 8, count > 0 {
      let word = aligned(UnsafeRawPointer(text).loadUnaligned(as: UInt64.self), count)
      if areDigits(word) { return Int64(bitPattern: value(word)) }
    } else if count <= 16, count > 8 {
      let high = aligned(UnsafeRawPointer(text).loadUnaligned(as: UInt64.self), count &- 8)
      let low = UnsafeRawPointer(text).loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      if areDigits(high), areDigits(low) { return Int64(bitPattern: value(high) &* 100_000_000 &+ value(low)) }
    }
    return anyInteger(text, count)
  }

  @inline(never) private static func anyInteger(_ text: FieldBytes, _ count: Int) -> Int64? { parseInt64(bytes(text, count)) }

  @inline(__always) static func bytes(_ text: FieldBytes, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text, count: count)
  }

  /// The first `count` of eight digits moved to the end, zeros in front.
  @inline(__always) private static func aligned(_ word: UInt64, _ count: Int) -> UInt64 {
    let shift = UInt64(truncatingIfNeeded: 8 &- count) &* 8
    return word &<< shift | (shift == 0 ? 0 : 0x3030_3030_3030_3030 &>> (64 &- shift))
  }

  @inline(__always) private static func areDigits(_ word: UInt64) -> Bool {
    ((word &+ 0x4646_4646_4646_4646) | (word &- 0x3030_3030_3030_3030)) & 0x8080_8080_8080_8080 == 0
  }

  @inline(__always) private static func value(_ word: UInt64) -> UInt64 {
    var pairs = word &- 0x3030_3030_3030_3030
    pairs = pairs &* 10 &+ pairs &>> 8
    let mask: UInt64 = 0x0000_00FF_0000_00FF
    return ((pairs & mask) &* 0x000F_4240_0000_0064 &+ ((pairs &>> 16) & mask) &* 0x0000_2710_0000_0001) &>> 32
  }

  /// `true` or `false` in any case.
  static func boolean(_ text: FieldBytes, _ count: Int) -> Bool? {
    guard count == 4 || count == 5 else { return nil }
    switch UnsafeRawPointer(text).loadUnaligned(as: UInt32.self) | 0x2020_2020 {
    case 0x6575_7274 where count == 4: return true
    case 0x736C_6166 where count == 5 && text[4] | 0x20 == UInt8(ascii: "e"): return false
    default: return nil
    }
  }

  /// Milliseconds since midnight; a `Z` may follow.
  static func time(_ text: FieldBytes, _ count: Int) -> Int32? {
    parseTime(bytes(text, count > 0 && text[count - 1] == UInt8(ascii: "Z") ? count - 1 : count))
  }

  /// Reads `2024-02-29 10:15:30.123`, with or without seconds and fraction.
  struct Timestamp {
    /// What stands between date and time; nil for a blank or a `T`.
    let separator: UInt8?
    /// A `Z` or an offset may follow, as in the LTZ forms.
    let isInstant: Bool
    /// The declared precision in microseconds; what is finer is cut off.
    private let unit: Int64
    private var dateText: UInt64 = 0
    private var minuteText: UInt64 = 0
    private var minute: Int64 = 0

    init(separator: UInt8?, isInstant: Bool, precision: Int) {
      self.separator = separator
      self.isInstant = isInstant
      unit = DecimalPower.int64(6 - max(0, min(precision, 6)))
    }

    /// Microseconds since 1970-01-01T00:00:00.
    @inline(__always) mutating func parse(_ text: FieldBytes, _ count: Int) -> Int64? {
      let isPlain = count == 23 || (count == 24 && isInstant && text[23] == UInt8(ascii: "Z"))
      guard isPlain, unit <= 1000, text[16] == UInt8(ascii: ":"), text[19] == UInt8(ascii: ".") else { return parseOther(text, count) }
      let first = UnsafeRawPointer(text).loadUnaligned(as: UInt64.self)
      let second = UnsafeRawPointer(text).loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      if first != dateText || second != minuteText {
        guard let read = parseOther(text, 16) else { return nil }
        (dateText, minuteText, minute) = (first, second, read)
      }
      let (s1, s2) = (text[17] &- 48, text[18] &- 48)
      let (f1, f2, f3) = (text[20] &- 48, text[21] &- 48, text[22] &- 48)
      guard s1 < 6, s2 < 10, f1 < 10, f2 < 10, f3 < 10 else { return nil }
      let milliseconds = (Int64(s1) &* 10 &+ Int64(s2)) &* 1000 &+ Int64(f1) &* 100 &+ Int64(f2) &* 10 &+ Int64(f3)
      return minute &+ milliseconds &* 1000
    }

    @inline(never) private func parseOther(_ text: FieldBytes, _ count: Int) -> Int64? {
      if let separator, count > 10, text[10] != separator { return nil }
      let read = isInstant ? parseInstant(bytes(text, count)) : parseTimestamp(bytes(text, count))
      return read.map { $0 &- floorModulo($0, unit) }
    }
  }
}
