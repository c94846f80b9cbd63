//  Writes a time by a pattern of SimpleDateFormat, as FROM_UNIXTIME does.

import Columnar

extension CalendarPattern {
  /// Appends a local time, which is `offset` seconds ahead of UTC, in this form.
  func format(_ microseconds: Int64, offset: Int64, into text: inout [UInt8]) {
    let moment = CalendarMoment(microseconds, offset: offset)
    for piece in pieces {
      switch piece {
      case .literal(let byte): text.append(byte)
      case .field(let letter, let count, _): moment.append(letter, count, to: &text)
      }
    }
  }
}

/// A local time in its fields.
private struct CalendarMoment {
  private let days: Int64
  private let date: CivilDate
  private let ofDay: Int64
  private let offset: Int64

  init(_ microseconds: Int64, offset: Int64) {
    days = floorDivide(microseconds, Microseconds.perDay)
    date = Self.date(days)
    ofDay = floorModulo(microseconds, Microseconds.perDay)
    self.offset = offset
  }

  /// A date of the Julian calendar before the Gregorian one.
  private static func date(_ days: Int64) -> CivilDate {
    if days >= CalendarPattern.cutover { return CivilDate(days: days) }
    // Years from March on, four of them in a cycle.
    let (cycle, ofCycle) = (floorDivide(days &+ 719_470, 1_461), floorModulo(days &+ 719_470, 1_461))
    let yearOfCycle = (ofCycle - ofCycle / 1_460) / 365
    let dayOfYear = ofCycle - 365 * yearOfCycle
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return CivilDate(year: cycle &* 4 &+ yearOfCycle &+ (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// The Saturday of the day's week, which begins on Sunday as in the United States: its year is that of the week.
  private var endOfWeek: Int64 { days &+ 6 &- floorModulo(days &+ 4, 7) }

  private static func dayOfYear(_ days: Int64) -> Int64 {
    days - CalendarPattern.days(CivilDate(year: date(days).year, month: 1, day: 1), day: 1) + 1
  }

  func append(_ letter: UInt8, _ count: Int, to text: inout [UInt8]) {
    func append(_ value: Int64) {
      let digits = String(value.magnitude)
      text += [UInt8](repeating: 48, count: max(0, count - digits.utf8.count)) + digits.utf8
    }
    func append(name: String) { text += Array(count > 3 ? name.utf8.prefix(name.utf8.count) : name.utf8.prefix(3)) }
    func append(year: Int64) { append(count == 2 ? floorModulo(year, 100) : year) }
    let hour = ofDay / Microseconds.perHour
    switch letter {
    case UInt8(ascii: "G"): text += Array((date.year > 0 ? "AD" : "BC").utf8)
    case UInt8(ascii: "y"): append(year: date.year > 0 ? date.year : 1 - date.year)
    case UInt8(ascii: "Y"): append(year: Self.date(endOfWeek).year)
    case UInt8(ascii: "M"), UInt8(ascii: "L"):
      if count < 3 { append(date.month) } else { append(name: DatePattern.months[Int(date.month) - 1]) }
    case UInt8(ascii: "w"): append((Self.dayOfYear(endOfWeek) - 1) / 7 + 1)
    case UInt8(ascii: "W"): append((date.day + 12 - floorModulo(days &+ 4, 7)) / 7)
    case UInt8(ascii: "F"): append((date.day - 1) / 7 + 1)
    case UInt8(ascii: "d"): append(date.day)
    case UInt8(ascii: "D"): append(Self.dayOfYear(days))
    case UInt8(ascii: "E"): append(name: DatePattern.weekdays[Int(floorModulo(days &+ 3, 7))])
    case UInt8(ascii: "u"): append(floorModulo(days &+ 3, 7) + 1)
    case UInt8(ascii: "a"): text += Array((hour < 12 ? "AM" : "PM").utf8)
    case UInt8(ascii: "H"): append(hour)
    case UInt8(ascii: "k"): append(hour == 0 ? 24 : hour)
    case UInt8(ascii: "K"): append(hour % 12)
    case UInt8(ascii: "h"): append(hour % 12 == 0 ? 12 : hour % 12)
    case UInt8(ascii: "m"): append(ofDay / Microseconds.perMinute % 60)
    case UInt8(ascii: "s"): append(ofDay / Microseconds.perSecond % 60)
    case UInt8(ascii: "S"): append(ofDay / Microseconds.perMillisecond % 1_000)
    default: appendOffset(letter, count, to: &text)
    }
  }

  /// `+0530` for Z; for X `Z` where it is zero, else `+05`, `+0530` or `+05:30` by the number of letters.
  private func appendOffset(_ letter: UInt8, _ count: Int, to text: inout [UInt8]) {
    if letter == UInt8(ascii: "X"), offset == 0 { return text.append(UInt8(ascii: "Z")) }
    let minutes = offset.magnitude / 60
    text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
    text.appendInteger(magnitude: minutes / 60, minimumDigits: 2)
    if letter == UInt8(ascii: "X"), count == 1 { return }
    if letter == UInt8(ascii: "X"), count == 3 { text.append(UInt8(ascii: ":")) }
    text.appendInteger(magnitude: minutes % 60, minimumDigits: 2)
  }
}
