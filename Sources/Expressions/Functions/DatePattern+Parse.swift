//  Reads a local time by a pattern.

import Columnar

extension DatePattern {
  /// Local microseconds from a text of this form; fields that it does not have are those of 1970-01-01T00:00. Nil if it is none.
  func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
    var reading = Reading(text: text)
    guard reading.take(pieces) else { return nil }
    return reading.microseconds
  }
}

/// How far a text has been read, and what it has said.
private struct Reading {
  let text: UnsafeRawBufferPointer
  private var offset = 0
  private var date = CivilDate(year: 1970, month: 1, day: 1)
  private var dayOfYear: Int64?
  private var hour: Int64 = 0
  private var halfHour: Int64?
  private var isAfternoon = false
  private var time: Int64 = 0

  init(text: UnsafeRawBufferPointer) { self.text = text }

  /// Nil if the text goes on, or if the year has no such day. Of the days that a month lacks the last one is taken.
  var microseconds: Int64? {
    guard offset == text.count else { return nil }
    var date = date
    if let dayOfYear {
      date = CivilDate(days: CivilDate(year: date.year, month: 1, day: 1).days + dayOfYear - 1)
      if date.year != self.date.year { return nil }
    }
    date.day = min(date.day, CivilDate.lengthOfMonth(year: date.year, month: date.month))
    let hour = halfHour.map { $0 + (isAfternoon ? 12 : 0) } ?? hour
    let (midnight, overflow) = date.days.multipliedReportingOverflow(by: Microseconds.perDay)
    return overflow ? nil : midnight &+ hour * Microseconds.perHour &+ time
  }

  mutating func take(_ pieces: [DatePattern.Piece]) -> Bool {
    for piece in pieces {
      switch piece {
      case .literal(let bytes):
        guard bytes.withUnsafeBytes({ isPrefix($0, of: text, at: offset) }) else { return false }
        offset += bytes.count
      case .optional(let inner):
        var further = self
        if further.take(inner) { self = further }
      case .field(let letter, let count, let width):
        let start = offset
        while offset < text.count, offset - start < width - 1, text[offset] == UInt8(ascii: " ") { offset += 1 }
        guard take(letter, offset > start ? 1 : count) else { return false }
      }
    }
    return true
  }

  private mutating func number(_ count: Int, _ range: ClosedRange<Int64>, maxDigits: Int = 2) -> Int64? {
    let limit = count == 1 ? maxDigits : count
    let start = offset
    var value: Int64 = 0
    while offset < text.count, offset - start < limit, text[offset] &- 48 <= 9 {
      value = value * 10 + Int64(text[offset] - 48)
      offset += 1
    }
    return offset - start >= count && range.contains(value) ? value : nil
  }

  /// The index of the name that stands here, whole or its first three letters.
  private mutating func name(_ names: [String], isShort: Bool) -> Int? {
    for (index, name) in names.enumerated() {
      let wanted = isShort ? Array(name.utf8.prefix(3)) : Array(name.utf8)
      if wanted.withUnsafeBytes({ isPrefix($0, of: text, at: offset) }) {
        offset += wanted.count
        return index
      }
    }
    return nil
  }

  private mutating func take(_ letter: UInt8, _ count: Int) -> Bool {
    switch letter {
    case UInt8(ascii: "y"), UInt8(ascii: "u"):
      guard count < 10, let year = number(count, 0...999_999_999, maxDigits: 9) else { return false }
      date.year = count == 2 ? 2000 + year : year
    case UInt8(ascii: "M"), UInt8(ascii: "L"):
      if count <= 2 {
        guard let month = number(count, 1...12) else { return false }
        date.month = month
      } else {
        guard let index = name(DatePattern.months, isShort: count == 3) else { return false }
        date.month = Int64(index) + 1
      }
    case UInt8(ascii: "d"):
      guard let day = number(count, 1...31) else { return false }
      date.day = day
    case UInt8(ascii: "D"):
      guard let day = number(count, 1...366, maxDigits: 3) else { return false }
      dayOfYear = day
    case UInt8(ascii: "H"), UInt8(ascii: "k"):
      guard let value = number(count, 0...24), letter == UInt8(ascii: "k") ? value > 0 : value < 24 else { return false }
      hour = value % 24
    case UInt8(ascii: "h"), UInt8(ascii: "K"):
      guard let value = number(count, 0...12), letter == UInt8(ascii: "h") ? value > 0 : value < 12 else { return false }
      halfHour = value % 12
    case UInt8(ascii: "m"):
      guard let minute = number(count, 0...59) else { return false }
      time += minute * Microseconds.perMinute
    case UInt8(ascii: "s"):
      guard let second = number(count, 0...59) else { return false }
      time += second * Microseconds.perSecond
    case UInt8(ascii: "S"):
      guard let fraction = number(count, 0...999_999_999, maxDigits: 1) else { return false }
      time += count >= 6 ? fraction / DecimalPower.int64(count - 6) : fraction * DecimalPower.int64(6 - count)
    case UInt8(ascii: "a"):
      guard let half = name(["AM", "PM"], isShort: false) else { return false }
      isAfternoon = half == 1
    case UInt8(ascii: "E"):
      guard name(DatePattern.weekdays, isShort: count <= 3) != nil else { return false }
    // What only follows from a date is not looked for in a text.
    default: return false
    }
    return true
  }
}
