//  The patterns of Java's DateTimeFormatter that SQL uses: `yyyy-MM-dd HH:mm:ss.SSS`, `E, d MMM yyyy`, `hh:mm a`, `'T'`.

import Columnar

struct DatePattern: Sendable {
  private enum Piece: Sendable {
    case literal([UInt8])
    case field(UInt8, count: Int)
  }

  private let pieces: [Piece]
  /// Times of the same period, in microseconds, have the same text.
  let period: Int64

  private static let letters = Set("yuYMLdDQqwecGHhKkmsSnNAaE".utf8)
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// - Throws: If the pattern has a letter that is not supported, or a quote without its end.
  init(_ pattern: UnsafeRawBufferPointer) throws(EvaluationError) {
    var pieces: [Piece] = []
    var index = 0
    func text() -> String { String(decoding: pattern, as: UTF8.self) }
    while index < pattern.count {
      let byte = pattern[index]
      switch byte {
      case UInt8(ascii: "'"):
        index += 1
        var literal: [UInt8] = []
        if index < pattern.count, pattern[index] == byte {
          literal = [byte]
          index += 1
        } else {
          while true {
            guard index < pattern.count else { throw EvaluationError("the date format '\(text())' has a quote without its end") }
            index += 1
            if pattern[index - 1] != byte {
              literal.append(pattern[index - 1])
            } else if index < pattern.count, pattern[index] == byte {
              literal.append(byte)
              index += 1
            } else {
              break
            }
          }
        }
        pieces.append(.literal(literal))
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        let start = index
        while index < pattern.count, pattern[index] == byte { index += 1 }
        guard Self.letters.contains(byte), index - start <= 9 else {
          throw EvaluationError("the date format '\(text())' has '\(Unicode.Scalar(byte))', which is not supported")
        }
        pieces.append(.field(byte, count: index - start))
      default:
        pieces.append(.literal([byte]))
        index += 1
      }
    }
    self.pieces = pieces
    period = pieces.map { Self.period(of: $0) }.min() ?? Microseconds.perDay
  }

  private static func period(of piece: Piece) -> Int64 {
    guard case .field(let letter, _) = piece else { return Microseconds.perDay }
    switch letter {
    case UInt8(ascii: "S"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "A"): return 1
    case UInt8(ascii: "s"): return Microseconds.perSecond
    case UInt8(ascii: "m"): return Microseconds.perMinute
    case UInt8(ascii: "H"), UInt8(ascii: "k"), UInt8(ascii: "K"), UInt8(ascii: "h"), UInt8(ascii: "a"): return Microseconds.perHour
    default: return Microseconds.perDay
    }
  }

  /// Appends the local time in this form.
  func format(_ microseconds: Int64, into text: inout [UInt8]) {
    let day = floorDivide(microseconds, Microseconds.perDay)
    let date = CivilDate(days: day)
    let ofDay = floorModulo(microseconds, Microseconds.perDay)
    let hour = ofDay / Microseconds.perHour
    func append(_ value: Int64, _ digits: Int) {
      if value < 0 { text.append(UInt8(ascii: "-")) }
      text.appendInteger(magnitude: value.magnitude, minimumDigits: digits)
    }
    for piece in pieces {
      switch piece {
      case .literal(let bytes): text.append(contentsOf: bytes)
      case .field(let letter, let count):
        switch letter {
        case UInt8(ascii: "y"), UInt8(ascii: "u"): count == 2 ? append(floorModulo(date.year, 100), 2) : append(date.year, count)
        case UInt8(ascii: "M"), UInt8(ascii: "L"):
          if count <= 2 { append(date.month, count) } else { text += Self.shortened(Self.months[Int(date.month) - 1], count) }
        case UInt8(ascii: "Q"), UInt8(ascii: "q"): append((date.month + 2) / 3, count)
        case UInt8(ascii: "w"): append((Self.endOfWeek(day).dayOfYear - 1) / 7 + 1, count)
        case UInt8(ascii: "Y"):
          let year = Self.endOfWeek(day).year
          count == 2 ? append(floorModulo(year, 100), 2) : append(year, count)
        case UInt8(ascii: "e") where count <= 2, UInt8(ascii: "c") where count <= 2: append(floorModulo(day &+ 4, 7) + 1, count)
        case UInt8(ascii: "G"): text.append(contentsOf: (date.year > 0 ? "AD" : "BC").utf8)
        case UInt8(ascii: "d"): append(date.day, count)
        case UInt8(ascii: "D"): append(date.dayOfYear, count)
        case UInt8(ascii: "H"): append(hour, count)
        case UInt8(ascii: "k"): append(hour == 0 ? 24 : hour, count)
        case UInt8(ascii: "K"): append(hour % 12, count)
        case UInt8(ascii: "h"): append(hour % 12 == 0 ? 12 : hour % 12, count)
        case UInt8(ascii: "m"): append(ofDay / Microseconds.perMinute % 60, count)
        case UInt8(ascii: "s"): append(ofDay / Microseconds.perSecond % 60, count)
        case UInt8(ascii: "S"):
          let fraction = ofDay % Microseconds.perSecond
          append(count >= 6 ? fraction * DecimalPower.int64(count - 6) : fraction / DecimalPower.int64(6 - count), count)
        case UInt8(ascii: "n"): append(ofDay % Microseconds.perSecond * 1000, count)
        case UInt8(ascii: "N"): append(ofDay * 1000, count)
        case UInt8(ascii: "A"): append(ofDay / Microseconds.perMillisecond, count)
        case UInt8(ascii: "a"): text.append(contentsOf: hour < 12 ? "AM".utf8 : "PM".utf8)
        default: text += Self.shortened(Self.weekdays[Int(floorModulo(day &+ 3, 7))], max(count, 3))
        }
      }
    }
  }

  /// A name by the number of its letter: three of them are an abbreviation, five an initial.
  private static func shortened(_ name: String, _ count: Int) -> ArraySlice<UInt8> {
    Array(name.utf8).prefix(count == 3 ? 3 : count == 5 ? 1 : name.utf8.count)
  }

  /// The Saturday of a day's week, which begins on Sunday as in the United States: its year is that of the week.
  private static func endOfWeek(_ day: Int64) -> CivilDate { CivilDate(days: day &+ 6 &- floorModulo(day &+ 4, 7)) }

  /// Local microseconds from a text of this form; fields that it does not have are those of 1970-01-01T00:00. Nil if it is none.
  func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
    var offset = 0
    var date = CivilDate(year: 1970, month: 1, day: 1)
    var hour: Int64 = 0
    var halfHour: Int64?
    var isAfternoon = false
    var time: Int64 = 0
    func number(_ count: Int, _ range: ClosedRange<Int64>, maxDigits: Int = 2) -> Int64? {
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
    func name(_ names: [String], isShort: Bool) -> Int? {
      for (index, name) in names.enumerated() {
        let wanted = isShort ? Array(name.utf8.prefix(3)) : Array(name.utf8)
        if wanted.withUnsafeBytes({ isPrefix($0, of: text, at: offset) }) {
          offset += wanted.count
          return index
        }
      }
      return nil
    }
    for piece in pieces {
      switch piece {
      case .literal(let bytes):
        guard bytes.withUnsafeBytes({ isPrefix($0, of: text, at: offset) }) else { return nil }
        offset += bytes.count
      case .field(let letter, let count):
        switch letter {
        case UInt8(ascii: "y"), UInt8(ascii: "u"):
          guard let year = number(count, 0...999_999_999, maxDigits: 9) else { return nil }
          date.year = count == 2 ? 2000 + year : year
        case UInt8(ascii: "M"), UInt8(ascii: "L"):
          if count <= 2 {
            guard let month = number(count, 1...12) else { return nil }
            date.month = month
          } else {
            guard let index = name(Self.months, isShort: count == 3) else { return nil }
            date.month = Int64(index) + 1
          }
        case UInt8(ascii: "d"):
          guard let day = number(count, 1...31) else { return nil }
          date.day = day
        case UInt8(ascii: "D"):
          guard let day = number(count, 1...366, maxDigits: 3) else { return nil }
          date = CivilDate(days: CivilDate(year: date.year, month: 1, day: 1).days + day - 1)
        case UInt8(ascii: "H"), UInt8(ascii: "k"):
          guard let value = number(count, 0...24), letter == UInt8(ascii: "k") ? value > 0 : value < 24 else { return nil }
          hour = value % 24
        case UInt8(ascii: "h"), UInt8(ascii: "K"):
          guard let value = number(count, 0...12), letter == UInt8(ascii: "h") ? value > 0 : value < 12 else { return nil }
          halfHour = value % 12
        case UInt8(ascii: "m"):
          guard let minute = number(count, 0...59) else { return nil }
          time += minute * Microseconds.perMinute
        case UInt8(ascii: "s"):
          guard let second = number(count, 0...59) else { return nil }
          time += second * Microseconds.perSecond
        case UInt8(ascii: "S"):
          guard let fraction = number(count, 0...999_999_999, maxDigits: 1) else { return nil }
          time += count >= 6 ? fraction / DecimalPower.int64(count - 6) : fraction * DecimalPower.int64(6 - count)
        case UInt8(ascii: "a"):
          guard let half = name(["AM", "PM"], isShort: false) else { return nil }
          isAfternoon = half == 1
        // What only follows from a date is not looked for in a text.
        case UInt8(ascii: "Q"), UInt8(ascii: "q"), UInt8(ascii: "w"), UInt8(ascii: "Y"), UInt8(ascii: "e"), UInt8(ascii: "c"),
          UInt8(ascii: "G"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "A"):
          return nil
        default:
          guard name(Self.weekdays, isShort: count <= 3) != nil else { return nil }
        }
      }
    }
    guard offset == text.count, date.isValid else { return nil }
    if let halfHour { hour = halfHour + (isAfternoon ? 12 : 0) }
    let (midnight, overflow) = date.days.multipliedReportingOverflow(by: Microseconds.perDay)
    return overflow ? nil : midnight &+ hour * Microseconds.perHour &+ time
  }
}
