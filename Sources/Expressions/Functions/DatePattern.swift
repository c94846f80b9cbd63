//  The patterns of Java's DateTimeFormatter: `yyyy-MM-dd HH:mm:ss.SSS`, `E, d MMM yyyy`, `hh:mm a`, `'T'`, `[ HH:mm]`.
//  Source: the documentation of `java.time.format.DateTimeFormatter`; names and weeks are those of the United States.

import Columnar

struct DatePattern: Sendable {
  indirect enum Piece: Sendable {
    case literal([UInt8])
    /// A letter and how often it stands there, filled up with blanks to a width.
    case field(UInt8, count: Int, width: Int)
    /// What stands in brackets: left out where it does not fit.
    case optional([Piece])
  }

  let pieces: [Piece]
  /// Times of the same period, in microseconds, have the same text.
  let period: Int64

  /// How often a letter may stand there.
  private static let counts: [UInt8: ClosedRange<Int>] = {
    let longest = ["uyYAnNg": 19, "GMLQqEec": 5, "D": 3, "dhHkKmsw": 2, "WFa": 1, "B": 5, "S": 9, "VXxZzOv": 5]
    return Dictionary(uniqueKeysWithValues: longest.flatMap { letters, most in letters.utf8.map { ($0, 1...most) } })
  }()
  /// What a local time has not: it may stand in brackets alone, where it is left out.
  private static let ofZones = Set("VXxZzOv".utf8)
  /// A format may have no more sections within each other.
  private static let depthMax = 16
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// - Throws: If Java knows no such pattern, or if it needs a time zone.
  init(_ pattern: UnsafeRawBufferPointer) throws(EvaluationError) {
    var reader = Reader(pattern: pattern)
    pieces = try reader.pieces(depth: 0)
    period = pieces.map { Self.period(of: $0) }.min() ?? Microseconds.perDay
    for case .field(let letter, _, _) in pieces where Self.ofZones.contains(letter) {
      throw reader.mistake("'\(Unicode.Scalar(letter))', which needs a time zone")
    }
  }

  /// Reads a pattern from the front.
  private struct Reader {
    let pattern: UnsafeRawBufferPointer
    var index = 0

    func mistake(_ what: String) -> EvaluationError {
      EvaluationError("the date format '\(String(decoding: pattern, as: UTF8.self))' has \(what)")
    }

    /// Up to the end, or to the bracket that closes a section.
    mutating func pieces(depth: Int) throws(EvaluationError) -> [Piece] {
      if depth > DatePattern.depthMax { throw mistake("too many '[' within each other: at most \(DatePattern.depthMax)") }
      var pieces: [Piece] = []
      while index < pattern.count {
        let byte = pattern[index]
        switch byte {
        case UInt8(ascii: "'"): pieces.append(.literal(try quoted()))
        case UInt8(ascii: "["):
          index += 1
          pieces.append(.optional(try self.pieces(depth: depth + 1)))
        case UInt8(ascii: "]"):
          if depth == 0 { throw mistake("a ']' without its '['") }
          index += 1
          return pieces
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"): throw mistake("'\(Unicode.Scalar(byte))', which is reserved")
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): pieces.append(try field())
        default:
          pieces.append(.literal([byte]))
          index += 1
        }
      }
      return pieces
    }

    private mutating func run() -> Int {
      let start = index
      while index < pattern.count, pattern[index] == pattern[start] { index += 1 }
      return index - start
    }

    private mutating func field() throws(EvaluationError) -> Piece {
      var letter = pattern[index]
      var count = run()
      var width = 0
      if letter == UInt8(ascii: "p") {
        width = count
        guard index < pattern.count, DatePattern.counts[pattern[index]] != nil else { throw mistake("a 'p' with nothing to fill up") }
        letter = pattern[index]
        count = run()
      }
      let name = Unicode.Scalar(letter)
      guard let allowed = DatePattern.counts[letter] else { throw mistake("'\(name)', which is not supported") }
      let isOdd = letter == UInt8(ascii: "B") && 2...3 ~= count || letter == UInt8(ascii: "c") && count == 2
      if isOdd || !allowed.contains(count) { throw mistake("\(count) times '\(name)'") }
      return .field(letter, count: count, width: width)
    }

    private mutating func quoted() throws(EvaluationError) -> [UInt8] {
      let quote = pattern[index]
      index += 1
      if index < pattern.count, pattern[index] == quote {
        index += 1
        return [quote]
      }
      var literal: [UInt8] = []
      while true {
        guard index < pattern.count else { throw mistake("a quote without its end") }
        index += 1
        if pattern[index - 1] != quote {
          literal.append(pattern[index - 1])
        } else if index < pattern.count, pattern[index] == quote {
          literal.append(quote)
          index += 1
        } else {
          return literal
        }
      }
    }
  }

  private static func period(of piece: Piece) -> Int64 {
    switch piece {
    case .literal: return Microseconds.perDay
    case .optional(let pieces): return pieces.map { period(of: $0) }.min() ?? Microseconds.perDay
    case .field(let letter, _, _):
      switch letter {
      case UInt8(ascii: "S"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "A"): return 1
      case UInt8(ascii: "s"): return Microseconds.perSecond
      // Noon and midnight are minutes.
      case UInt8(ascii: "m"), UInt8(ascii: "B"): return Microseconds.perMinute
      case UInt8(ascii: "H"), UInt8(ascii: "k"), UInt8(ascii: "K"), UInt8(ascii: "h"), UInt8(ascii: "a"): return Microseconds.perHour
      default: return Microseconds.perDay
      }
    }
  }

  /// Appends the local time in this form.
  func format(_ microseconds: Int64, into text: inout [UInt8]) { Self.format(pieces, Moment(microseconds), into: &text) }

  private static func format(_ pieces: [Piece], _ moment: Moment, into text: inout [UInt8]) {
    for piece in pieces {
      switch piece {
      case .literal(let bytes): text.append(contentsOf: bytes)
      case .optional(let inner): if !inner.contains(where: isOfZone) { format(inner, moment, into: &text) }
      case .field(let letter, let count, 0): moment.append(letter, count, to: &text)
      case .field(let letter, let count, let width):
        var field: [UInt8] = []
        moment.append(letter, count, to: &field)
        text += [UInt8](repeating: UInt8(ascii: " "), count: max(0, width - field.count)) + field
      }
    }
  }

  private static func isOfZone(_ piece: Piece) -> Bool {
    if case .field(let letter, _, _) = piece { ofZones.contains(letter) } else { false }
  }
}

/// A local time in its fields.
private struct Moment {
  private let day: Int64
  private let date: CivilDate
  private let ofDay: Int64
  private var hour: Int64 { ofDay / Microseconds.perHour }
  private var weekday: Int { Int(floorModulo(day &+ 3, 7)) }

  init(_ microseconds: Int64) {
    day = floorDivide(microseconds, Microseconds.perDay)
    date = CivilDate(days: day)
    ofDay = floorModulo(microseconds, Microseconds.perDay)
  }

  func append(_ letter: UInt8, _ count: Int, to text: inout [UInt8]) {
    func append(_ value: Int64, _ digits: Int) {
      if value < 0 { text.append(UInt8(ascii: "-")) }
      text.appendInteger(magnitude: value.magnitude, minimumDigits: digits)
    }
    func appendYear(_ year: Int64) {
      if count == 2 { return append(floorModulo(year, 100), 2) }
      if count >= 4, year >= 0, String(year).utf8.count > count { text.append(UInt8(ascii: "+")) }
      append(year, count)
    }
    switch letter {
    case UInt8(ascii: "G"): text += Array((date.year > 0 ? Self.era(count) : Self.eraBefore(count)).utf8)
    case UInt8(ascii: "u"): appendYear(date.year)
    case UInt8(ascii: "y"): appendYear(date.year > 0 ? date.year : 1 - date.year)
    case UInt8(ascii: "Y"): appendYear(endOfWeek.year)
    case UInt8(ascii: "M"), UInt8(ascii: "L"):
      if count <= 2 { append(date.month, count) } else { text += Self.shortened(DatePattern.months[Int(date.month) - 1], count) }
    case UInt8(ascii: "Q"), UInt8(ascii: "q"):
      let quarter = (date.month + 2) / 3
      switch count {
      case 3: text += Array("Q\(quarter)".utf8)
      case 4: text += Array("\(quarter)\(["st", "nd", "rd", "th"][Int(quarter) - 1]) quarter".utf8)
      default: append(quarter, count == 5 ? 1 : count)
      }
    case UInt8(ascii: "w"): append((endOfWeek.dayOfYear - 1) / 7 + 1, count)
    case UInt8(ascii: "W"): append((date.day + 12 - floorModulo(day &+ 4, 7)) / 7, count)
    case UInt8(ascii: "F"): append((date.day - 1) % 7 + 1, count)
    case UInt8(ascii: "g"): append(day + 40_587, count)
    case UInt8(ascii: "e") where count <= 2, UInt8(ascii: "c") where count <= 2: append(floorModulo(day &+ 4, 7) + 1, count)
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
    case UInt8(ascii: "B"): text += Array(periodOfDay(isNarrow: count == 5).utf8)
    default: text += Self.shortened(DatePattern.weekdays[weekday], max(count, 3))
    }
  }

  private static func era(_ count: Int) -> String { count == 4 ? "Anno Domini" : count == 5 ? "A" : "AD" }
  private static func eraBefore(_ count: Int) -> String { count == 4 ? "Before Christ" : count == 5 ? "B" : "BC" }

  private func periodOfDay(isNarrow: Bool) -> String {
    let minute = ofDay / Microseconds.perMinute
    if minute == 0 { return isNarrow ? "mi" : "midnight" }
    if minute == 720 { return isNarrow ? "n" : "noon" }
    switch hour {
    case 6..<12: return "in the morning"
    case 12..<18: return "in the afternoon"
    case 18..<21: return "in the evening"
    default: return "at night"
    }
  }

  /// A name by the number of its letter: three of them are an abbreviation, five an initial.
  private static func shortened(_ name: String, _ count: Int) -> ArraySlice<UInt8> {
    Array(name.utf8).prefix(count == 3 ? 3 : count == 5 ? 1 : name.utf8.count)
  }

  /// The Saturday of the day's week, which begins on Sunday as in the United States: its year is that of the week.
  private var endOfWeek: CivilDate { CivilDate(days: day &+ 6 &- floorModulo(day &+ 4, 7)) }
}
