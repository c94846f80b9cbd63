//  The patterns of Java's SimpleDateFormat, by which Flink reads dates, and reads and writes Unix times: `yyyy-MM-dd`, `h:mm a`.
//  Fields count on, as its calendar is lenient: the 30th of February is a day in March. What stands behind the last field is not
//  looked at. Days before 1582-10-15 are those of the Julian calendar.
//  Source: the documentation of `java.text.SimpleDateFormat` and `java.util.GregorianCalendar`; names are those of the United States.

import Columnar

struct CalendarPattern: Sendable {
  enum Piece: Sendable {
    case literal(UInt8)
    /// - isNarrow: digits go on with the next field, so that there are only as many as letters.
    case field(UInt8, count: Int, isNarrow: Bool)
  }

  private(set) var pieces: [Piece] = []

  /// `yyyy-MM-dd HH:mm:ss`, which UNIX_TIMESTAMP goes by where none is given.
  static let standard: CalendarPattern? = try? compile(Array("yyyy-MM-dd HH:mm:ss".utf8)) { bytes throws(EvaluationError) in
    try CalendarPattern(bytes)
  }

  /// - Throws: If Java knows no such pattern, or for what is not supported: names of zones; to read, zones and weeks.
  init(_ pattern: UnsafeRawBufferPointer, isWritten: Bool = false) throws(EvaluationError) {
    var index = 0
    var isQuoted = false
    func mistake(_ what: String) -> EvaluationError {
      EvaluationError("the date format '\(String(decoding: pattern, as: UTF8.self))' has \(what)")
    }
    while index < pattern.count {
      let byte = pattern[index]
      let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
      if byte == UInt8(ascii: "'") {
        index += 1
        // Two quotes are one, within quotes or not.
        if index < pattern.count, pattern[index] == byte {
          pieces.append(.literal(byte))
          index += 1
        } else {
          isQuoted.toggle()
        }
      } else if isQuoted || !isLetter {
        pieces.append(.literal(byte))
        index += 1
      } else {
        let start = index
        while index < pattern.count, pattern[index] == byte { index += 1 }
        let isOffset = byte == UInt8(ascii: "Z") || byte == UInt8(ascii: "X") && index - start <= 3
        guard "GyMLdDEaHkKhmsS".utf8.contains(byte) || isWritten && ("YwWFu".utf8.contains(byte) || isOffset) else {
          let isKnown = "YwWFuz".utf8.contains(byte) || isOffset
          throw mistake("'\(Unicode.Scalar(byte))', which is \(isKnown ? "not supported here" : "no letter of SimpleDateFormat")")
        }
        let isNext = index < pattern.count && (pattern[index] | 0x20) &- UInt8(ascii: "a") < 26
        pieces.append(.field(byte, count: index - start, isNarrow: isNext))
      }
    }
    if isQuoted { throw mistake("a quote without its end") }
  }

  /// Local microseconds of the time with which a text begins; nil if it does not begin with one.
  ///
  /// - Parameter now: Years of two digits are those from 80 years before this moment on.
  func parse(_ text: UnsafeRawBufferPointer, now: Int64) -> Int64? {
    var reading = CalendarReading(text: text, now: now)
    for piece in pieces {
      switch piece {
      case .literal(let byte):
        guard reading.skip(byte) else { return nil }
      case .field(let letter, let count, let isNarrow):
        guard reading.take(letter, count, isNarrow) else { return nil }
      }
    }
    return reading.microseconds
  }

  /// The first day of the Gregorian calendar, 1582-10-15.
  static let cutover: Int64 = -141_427

  /// Days since 1970-01-01 of a day that is counted on from the first of a month: by the Julian calendar before the Gregorian one.
  static func days(_ first: CivilDate, day: Int64) -> Int64 {
    let gregorian = first.days + day - 1
    if gregorian >= cutover { return gregorian }
    // Years of the two begin apart from each other by the leap days that one has and the other has not.
    let year = first.month <= 2 ? first.year - 1 : first.year
    return gregorian + floorDivide(year, 100) - floorDivide(year, 400) - 2
  }
}

/// How far a text has been read, and what it has said.
private struct CalendarReading {
  let text: UnsafeRawBufferPointer
  let now: Int64
  private var offset = 0
  private var isBeforeChrist = false
  private var year: Int64 = 1970
  /// Whether the year is the first one, or the last, of those that two digits can mean.
  private var isAtTurn = false
  private var month: Int64 = 1
  private var day: Int64 = 1
  private var dayOfYear: Int64?
  private var hour: Int64 = 0
  private var halfHour: Int64 = 0
  private var half: Int64?
  /// Which of the two it is; nil without either.
  private var isHourOfHalf: Bool?
  private var rest: Int64 = 0

  init(text: UnsafeRawBufferPointer, now: Int64) {
    self.text = text
    self.now = now
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard offset < text.count, text[offset] == byte else { return false }
    offset += 1
    return true
  }

  mutating func take(_ letter: UInt8, _ count: Int, _ isNarrow: Bool) -> Bool {
    while offset < text.count, text[offset] == UInt8(ascii: " ") || text[offset] == UInt8(ascii: "\t") { offset += 1 }
    switch letter {
    case UInt8(ascii: "G"):
      guard let era = name(["BC", "AD"]) else { return false }
      isBeforeChrist = era == 0
      return true
    case UInt8(ascii: "M") where count > 2, UInt8(ascii: "L") where count > 2:
      guard let index = name(DatePattern.months) else { return false }
      month = Int64(index) + 1
      return true
    case UInt8(ascii: "E"): return name(DatePattern.weekdays) != nil
    case UInt8(ascii: "a"):
      guard let index = name(["AM", "PM"]) else { return false }
      half = Int64(index)
      return true
    default: break
    }
    let start = offset
    guard let number = number(isNarrow ? count : nil) else { return false }
    switch letter {
    case UInt8(ascii: "y"):
      year = number
      let isOfCentury = count <= 2 && offset - start == 2 && number >= 0
      isAtTurn = isOfCentury && number == floorModulo(turn.year, 100)
      if isOfCentury { year += floorDivide(turn.year, 100) * 100 + (number < floorModulo(turn.year, 100) ? 100 : 0) }
    case UInt8(ascii: "M"), UInt8(ascii: "L"):
      month = number
    case UInt8(ascii: "d"):
      day = number
      dayOfYear = nil
    case UInt8(ascii: "D"): dayOfYear = number
    case UInt8(ascii: "H"), UInt8(ascii: "k"):
      hour = letter == UInt8(ascii: "k") && number == 24 ? 0 : number
      isHourOfHalf = false
    case UInt8(ascii: "h"), UInt8(ascii: "K"):
      halfHour = letter == UInt8(ascii: "h") && number == 12 ? 0 : number
      isHourOfHalf = true
    case UInt8(ascii: "m"): rest &+= number &* Microseconds.perMinute
    case UInt8(ascii: "s"): rest &+= number &* Microseconds.perSecond
    default: rest &+= number &* Microseconds.perMillisecond
    }
    return true
  }

  /// The day from which years of two digits count.
  private var turn: CivilDate {
    var date = CivilDate(days: floorDivide(now, Microseconds.perDay))
    date.year -= 80
    return date
  }

  /// Digits behind an optional minus, as an `int` of Java; at most so many characters.
  private mutating func number(_ most: Int?) -> Int64? {
    let end = most.map { offset + $0 } ?? text.count
    guard end <= text.count else { return nil }
    let isNegative = offset < end && text[offset] == UInt8(ascii: "-")
    var position = offset + (isNegative ? 1 : 0)
    let first = position
    var value: Int64 = 0
    while position < end, text[position] &- 48 <= 9 {
      value = min(value * 10 + Int64(text[position] - 48), 1 << 40)
      position += 1
    }
    guard position > first else { return nil }
    offset = position
    return Int64(Int32(clamping: isNegative ? -value : value))
  }

  /// The index of the name that stands here, whole or its first three letters, in any case.
  private mutating func name(_ names: [String]) -> Int? {
    for isShort in [false, true] {
      for (index, name) in names.enumerated() {
        let wanted = Array(isShort ? name.utf8.prefix(3) : name.utf8.prefix(name.utf8.count))
        guard offset + wanted.count <= text.count else { continue }
        if wanted.indices.allSatisfy({ text[offset + $0] | 0x20 == wanted[$0] | 0x20 }) {
          offset += wanted.count
          return index
        }
      }
    }
    return nil
  }

  /// Nil if nothing has been read, and beyond what 64 bits hold.
  var microseconds: Int64? {
    guard offset > 0 else { return nil }
    let time = self.time(year)
    guard isAtTurn, let time, time < turn.days * Microseconds.perDay + floorModulo(now, Microseconds.perDay) else { return time }
    return self.time(year + 100)
  }

  private func time(_ year: Int64) -> Int64? {
    let months = (isBeforeChrist ? 1 - year : year) * 12 + (dayOfYear == nil ? month - 1 : 0)
    let first = CivilDate(year: floorDivide(months, 12), month: floorModulo(months, 12) + 1, day: 1)
    let (midnight, overflow) = CalendarPattern.days(first, day: dayOfYear ?? day).multipliedReportingOverflow(by: Microseconds.perDay)
    let hours = isHourOfHalf ?? true ? halfHour + (half ?? 0) * 12 : hour
    let (sum, carry) = midnight.addingReportingOverflow(hours * Microseconds.perHour &+ rest)
    return overflow || carry ? nil : sum
  }
}
