//  Time zones from the bytes of a TZif file, as /usr/share/zoneinfo holds them; reading the file is the caller's business.
//  Source: RFC 8536. The footer's rule is written out as transitions up to a fixed year, so that a lookup is one search.

import Columnar

extension TimeZoneRules {
  /// The last year for which the footer's yearly changes are written out; later moments have the offset that holds at its end.
  public static let lastExpandedYear: Int64 = 2200

  /// - Throws: If the bytes are not a TZif file of version 1 to 4 with a rule that can be read.
  public init(name: String, tzif bytes: [UInt8]) throws(CodecError) {
    let (initial, transitions, footer) = try ByteReader.read(bytes) { reader throws(CodecError) in try Self.readFile(&reader) }
    var all = transitions
    if !footer.isEmpty {
      guard let rule = PosixZone(footer) else {
        throw CodecError("the rule '\(String(decoding: footer, as: UTF8.self))' is not known", offset: bytes.count)
      }
      let start = all.last?.at ?? Int64.min
      all.append(contentsOf: rule.transitions(until: Self.lastExpandedYear).filter { $0.at > start })
    }
    self.init(name: name, initialOffset: initial, transitions: all)
  }

  private static func readFile(_ reader: inout ByteReader) throws(CodecError) -> (Int32, [Transition], [UInt8]) {
    var header = try Header(&reader)
    if header.version == 0 {
      let block = try readBlock(&reader, header, wide: false)
      return (block.0, block.1, [])
    }
    _ = try reader.readBytes(header.byteCount(timeSize: 4))
    header = try Header(&reader)
    let block = try readBlock(&reader, header, wide: true)
    guard try reader.readByte() == 10 else { throw reader.error("the footer does not start on a line of its own") }
    let footer = try reader.readBytes(reader.remaining)
    guard footer.last == 10 else { throw reader.error("the footer has no end") }
    return (block.0, block.1, Array(footer.dropLast()))
  }

  private struct Header {
    let version: UInt8
    let utCount, standardCount, leapCount, timeCount, typeCount, nameByteCount: Int

    init(_ reader: inout ByteReader) throws(CodecError) {
      guard try reader.readBytes(4).elementsEqual("TZif".utf8) else { throw reader.error("this is no TZif file") }
      version = try reader.readByte()
      _ = try reader.readBytes(15)
      func count() throws(CodecError) -> Int { Int(UInt32(bigEndian: try reader.readFixed(UInt32.self))) }
      utCount = try count()
      standardCount = try count()
      leapCount = try count()
      timeCount = try count()
      typeCount = try count()
      nameByteCount = try count()
      guard typeCount > 0 else { throw reader.error("a time zone has no offset") }
    }

    /// 32-bit counts of small items: the sum cannot overflow.
    func byteCount(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + nameByteCount + leapCount * (timeSize + 4) + standardCount + utCount
    }
  }

  private static func readBlock(_ reader: inout ByteReader, _ header: Header, wide: Bool) throws(CodecError) -> (Int32, [Transition]) {
    var block = ByteReader(try reader.readBytes(header.byteCount(timeSize: wide ? 8 : 4)))
    var times: [Int64] = []
    for _ in 0..<header.timeCount {
      times.append(wide ? Int64(bigEndian: try block.readFixed(Int64.self)) : Int64(Int32(bigEndian: try block.readFixed(Int32.self))))
    }
    let kinds = try block.readElements(UInt8.self, count: header.timeCount)
    var offsets: [Int32] = []
    for _ in 0..<header.typeCount {
      offsets.append(Int32(bigEndian: try block.readFixed(Int32.self)))
      _ = try block.readBytes(2)
    }
    guard offsets.allSatisfy({ $0.magnitude <= 26 * 3600 }) else { throw reader.error("an offset is more than 26 hours") }
    var transitions: [Transition] = []
    for (time, kind) in zip(times, kinds) {
      guard Int(kind) < offsets.count else { throw reader.error("a transition has no offset") }
      guard transitions.last.map({ $0.at < time }) ?? true else { throw reader.error("transitions do not ascend") }
      transitions.append(Transition(at: time, offset: offsets[Int(kind)]))
    }
    return (offsets[0], transitions)
  }
}

/// A POSIX TZ rule, such as `EST5EDT,M3.2.0,M11.1.0`.
struct PosixZone {
  private enum Day {
    /// Week 1 to 5 (the last) of a month, weekday from 0 for Sunday.
    case weekday(month: Int64, week: Int64, day: Int64)
    /// Day of the year from 1, February 29 not counted.
    case julian(Int64)
    /// Day of the year from 0.
    case dayOfYear(Int64)
  }

  /// Seconds east of UTC.
  private let standard: Int64
  private var daylight: Int64 = 0
  private var start: (day: Day, second: Int64)?
  private var end: (day: Day, second: Int64)?

  init?(_ text: [UInt8]) {
    var scanner = Scanner(text)
    guard scanner.skipName(), let west = scanner.time(maxHours: 24) else { return nil }
    standard = -west
    if scanner.isAtEnd { return }
    guard scanner.skipName() else { return nil }
    daylight = standard + 3600
    if !scanner.isAtEnd, !scanner.isNext(UInt8(ascii: ",")) {
      guard let west = scanner.time(maxHours: 24) else { return nil }
      daylight = -west
    }
    guard let first = Self.change(&scanner), let second = Self.change(&scanner), scanner.isAtEnd else { return nil }
    start = first
    end = second
  }

  private static func change(_ scanner: inout Scanner) -> (Day, Int64)? {
    guard scanner.skip(UInt8(ascii: ",")) else { return nil }
    let day: Day
    if scanner.skip(UInt8(ascii: "M")) {
      guard let month = scanner.number(1...12), scanner.skip(UInt8(ascii: ".")), let week = scanner.number(1...5),
        scanner.skip(UInt8(ascii: ".")), let weekday = scanner.number(0...6)
      else { return nil }
      day = .weekday(month: month, week: week, day: weekday)
    } else if scanner.skip(UInt8(ascii: "J")) {
      guard let number = scanner.number(1...365) else { return nil }
      day = .julian(number)
    } else {
      guard let number = scanner.number(0...365) else { return nil }
      day = .dayOfYear(number)
    }
    guard scanner.skip(UInt8(ascii: "/")) else { return (day, 7200) }
    return scanner.time(maxHours: 167).map { (day, $0) }
  }

  /// The changes of every year from 1970 on; none, but the one offset from then on, for a rule without daylight saving.
  func transitions(until lastYear: Int64) -> [TimeZoneRules.Transition] {
    // From the first second that microseconds can tell, so that what is derived from it does not overflow.
    guard let start, let end else { return [.init(at: Int64.min / Microseconds.perSecond, offset: Int32(standard))] }
    var result: [TimeZoneRules.Transition] = []
    for year in 1970...lastYear {
      let toDaylight = Self.days(start.day, year) * 86_400 + start.second - standard
      let toStandard = Self.days(end.day, year) * 86_400 + end.second - daylight
      let changes: [TimeZoneRules.Transition] = [
        .init(at: toDaylight, offset: Int32(daylight)), .init(at: toStandard, offset: Int32(standard)),
      ]
      result.append(contentsOf: toDaylight < toStandard ? changes : changes.reversed())
    }
    return result
  }

  private static func days(_ day: Day, _ year: Int64) -> Int64 {
    let first = CivilDate(year: year, month: 1, day: 1).days
    switch day {
    case .dayOfYear(let number): return first + number
    case .julian(let number): return first + number - 1 + (CivilDate.isLeap(year) && number >= 60 ? 1 : 0)
    case .weekday(let month, let week, let weekday):
      let begin = CivilDate(year: year, month: month, day: 1).days
      var days = begin + floorModulo(weekday - (begin + 4), 7) + (week - 1) * 7
      if days >= begin + CivilDate.lengthOfMonth(year: year, month: month) { days -= 7 }
      return days
    }
  }

  private struct Scanner {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }
    func isNext(_ byte: UInt8) -> Bool { position < text.count && text[position] == byte }

    mutating func skip(_ byte: UInt8) -> Bool {
      guard isNext(byte) else { return false }
      position += 1
      return true
    }

    /// Three or more letters, or anything in angle brackets.
    mutating func skipName() -> Bool {
      let start = position
      if skip(UInt8(ascii: "<")) {
        while position < text.count, !isNext(UInt8(ascii: ">")) { position += 1 }
        return skip(UInt8(ascii: ">"))
      }
      while position < text.count, (text[position] | 0x20) &- 97 < 26 { position += 1 }
      return position - start >= 3
    }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
      let start = position
      var value: Int64 = 0
      while position < text.count, position - start < 4, text[position] &- 48 <= 9 {
        value = value * 10 + Int64(text[position] - 48)
        position += 1
      }
      return position > start && range.contains(value) ? value : nil
    }

    /// `[+-]hours[:minutes[:seconds]]` in seconds.
    mutating func time(maxHours: Int64) -> Int64? {
      let isNegative = skip(UInt8(ascii: "-"))
      if !isNegative { _ = skip(UInt8(ascii: "+")) }
      guard let hours = number(0...maxHours) else { return nil }
      var seconds = hours * 3600
      var unit: Int64 = 60
      while unit > 0, skip(UInt8(ascii: ":")) {
        guard let part = number(0...59) else { return nil }
        seconds += part * unit
        unit /= 60
      }
      return isNegative ? -seconds : seconds
    }
  }
}
