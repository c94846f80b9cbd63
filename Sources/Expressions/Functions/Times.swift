//  Fields of times, rounding to units, months, and times from and to text. TIMESTAMP_LTZ is seen in the session's zone.

import Columnar

/// What the time functions need besides their arguments.
struct TimeFunction {
  let function: ScalarFunction
  let arguments: Arguments
  let types: [DataType]
  let type: DataType
  let context: EvaluationContext
  let prepared: PreparedPattern?

  func result() throws(EvaluationError) -> Datum {
    switch function {
    case .now, .proctime: return Datum(constant: .integer(truncate(microseconds: context.nowMicroseconds, precision: 3)), type)
    case .extractYear, .extractQuarter, .extractMonth, .extractWeek, .extractDay, .extractDayOfYear, .extractDayOfWeek, .extractHour,
      .extractMinute, .extractSecond, .extractMillisecond, .extractMicrosecond, .extractNanosecond, .extractDecade, .extractCentury,
      .extractMillennium, .extractISOYear, .extractISODayOfWeek:
      return try extract()
    case .extractEpoch:
      let times = isInstant(types[0]) ? arguments.vector(0, Int64.self) : try local(0)
      return arguments.result(map(times) { floorDivide($0, Microseconds.perSecond) })
    case .addMonths: return try addMonths()
    case .dateFormat: return try format(try local(0))
    case .fromUnixtime: return try fromUnixtime()
    case .toTimestamp: return try toTimestamp()
    case .toDate:
      if arguments.data.count < 2 {
        let texts = arguments.bytes(0)
        return try arguments.mapRows(Int32.self) { row in texts.with(row) { parseWholeDate(trimmed($0)) } }
      }
      return try readCalendar(Int32.self) { $0.map { Int32(truncatingIfNeeded: floorDivide($0, Microseconds.perDay)) } }
    case .unixTimestamp: return try unixTimestamp()
    case .toTimestampLTZ:
      return try instants()
    case .timestampDiffMicros: return arguments.result(map(try local(0), try local(1)) { $1 &- $0 })
    case .timestampDiffMonths: return arguments.result(map(try local(0), try local(1)) { wholeMonths(from: $0, to: $1) })
    default: return try roundToUnit()
    }
  }

  private func isInstant(_ type: DataType) -> Bool { if case .timestampLTZ = type { true } else { false } }

  /// An argument as local microseconds: dates at midnight, times on 1970-01-01.
  private func local(_ index: Int) throws(EvaluationError) -> Vector<Int64> {
    let isConstant = arguments[index].isConstant
    switch types[index] {
    case .timestamp: return arguments.vector(index, Int64.self)
    case .timestampLTZ:
      let zone = context.timeZone
      return Vector(map(arguments.vector(index, Int64.self)) { zone.local(fromUTC: $0) }, isConstant: isConstant)
    case .date: return Vector(map(arguments.vector(index, Int32.self)) { Int64($0) &* Microseconds.perDay }, isConstant: isConstant)
    case .time:
      return Vector(map(arguments.vector(index, Int32.self)) { Int64($0) &* Microseconds.perMillisecond }, isConstant: isConstant)
    default: throw EvaluationError("\(function.rawValue) does not take \(types[index])")
    }
  }

  /// Local microseconds as the type of the result.
  private func fromLocal(_ times: Vector<Int64>, _ operation: (Int64) -> Int64) throws(EvaluationError) -> Datum {
    switch type {
    case .timestamp: return arguments.result(map(times, operation))
    case .timestampLTZ:
      let zone = context.timeZone
      return arguments.result(map(times) { zone.utc(fromLocal: operation($0)) })
    case .date: return arguments.result(map(times) { Int32(truncatingIfNeeded: floorDivide(operation($0), Microseconds.perDay)) })
    case .time:
      return arguments.result(map(times) { Int32(floorModulo(operation($0), Microseconds.perDay) / Microseconds.perMillisecond) })
    default: throw EvaluationError("\(function.rawValue) does not give \(type)")
    }
  }

  private func extract() throws(EvaluationError) -> Datum {
    let times = try local(0)
    func dates(_ field: (CivilDate, Int64) -> Int64) -> Datum {
      arguments.result(
        map(times) { time in
          let days = floorDivide(time, Microseconds.perDay)
          return field(CivilDate(days: days), days)
        })
    }
    func clock(_ unit: Int64, _ count: Int64) -> Datum {
      arguments.result(map(times) { floorModulo($0, Microseconds.perDay) / unit % count })
    }
    switch function {
    case .extractYear: return dates { date, _ in date.year }
    case .extractQuarter: return dates { date, _ in (date.month + 2) / 3 }
    case .extractMonth: return dates { date, _ in date.month }
    case .extractWeek: return dates { _, days in isoWeek(days) }
    case .extractDay: return dates { date, _ in date.day }
    case .extractDayOfYear: return dates { date, _ in date.dayOfYear }
    case .extractDayOfWeek: return dates { _, days in floorModulo(days &+ 4, 7) + 1 }
    case .extractHour: return clock(Microseconds.perHour, 24)
    case .extractMinute: return clock(Microseconds.perMinute, 60)
    case .extractSecond: return clock(Microseconds.perSecond, 60)
    case .extractMicrosecond: return clock(1, Microseconds.perSecond)
    case .extractNanosecond: return arguments.result(map(times) { floorModulo($0, Microseconds.perSecond) * 1000 })
    case .extractDecade: return dates { date, _ in floorDivide(date.year, 10) }
    case .extractCentury: return dates { date, _ in floorDivide(date.year - 1, 100) + 1 }
    case .extractMillennium: return dates { date, _ in floorDivide(date.year - 1, 1000) + 1 }
    case .extractISOYear: return dates { _, days in CivilDate(days: isoThursday(days)).year }
    case .extractISODayOfWeek: return dates { _, days in floorModulo(days &+ 3, 7) + 1 }
    default: return clock(Microseconds.perMillisecond, 1000)
    }
  }

  /// FLOOR and CEIL to a unit. Weeks begin on Sunday there, as in Flink.
  private func roundToUnit() throws(EvaluationError) -> Datum {
    let times = try local(0)
    func clock(_ unit: Int64, isCeil: Bool) throws(EvaluationError) -> Datum {
      try fromLocal(times) { time in
        let start = time &- floorModulo(time, unit)
        return isCeil && start != time ? start &+ unit : start
      }
    }
    func calendar(isCeil: Bool, start: (CivilDate) -> CivilDate, next: (CivilDate) -> CivilDate) throws(EvaluationError) -> Datum {
      try fromLocal(times) { time in
        let first = start(CivilDate(days: floorDivide(time, Microseconds.perDay)))
        let begin = first.days &* Microseconds.perDay
        return isCeil && begin != time ? next(first).days &* Microseconds.perDay : begin
      }
    }
    func months(_ count: Int64, isCeil: Bool) throws(EvaluationError) -> Datum {
      try calendar(
        isCeil: isCeil, start: { CivilDate(year: $0.year, month: ($0.month - 1) / count * count + 1, day: 1) },
        next: {
          let month = $0.month - 1 + count
          return CivilDate(year: $0.year &+ month / 12, month: month % 12 + 1, day: 1)
        })
    }
    /// Decades begin with a year that ends in 0; centuries and millennia with the year 1.
    func years(_ count: Int64, from first: Int64, isCeil: Bool) throws(EvaluationError) -> Datum {
      try calendar(
        isCeil: isCeil, start: { CivilDate(year: floorDivide($0.year &- first, count) &* count &+ first, month: 1, day: 1) },
        next: { CivilDate(year: $0.year &+ count, month: 1, day: 1) })
    }
    switch function {
    case .floorToDecade: return try years(10, from: 0, isCeil: false)
    case .floorToCentury: return try years(100, from: 1, isCeil: false)
    case .floorToMillennium: return try years(1000, from: 1, isCeil: false)
    case .ceilToDecade: return try years(10, from: 0, isCeil: true)
    case .ceilToCentury: return try years(100, from: 1, isCeil: true)
    case .ceilToMillennium: return try years(1000, from: 1, isCeil: true)
    case .floorToMillisecond: return try clock(Microseconds.perMillisecond, isCeil: false)
    case .ceilToMillisecond: return try clock(Microseconds.perMillisecond, isCeil: true)
    case .floorToYear: return try months(12, isCeil: false)
    case .floorToQuarter: return try months(3, isCeil: false)
    case .floorToMonth: return try months(1, isCeil: false)
    case .floorToWeek, .ceilToWeek:
      return try calendar(
        isCeil: function == .ceilToWeek, start: { CivilDate(days: $0.days &- floorModulo($0.days &+ 4, 7)) },
        next: { CivilDate(days: $0.days &+ 7) })
    case .floorToDay: return try clock(Microseconds.perDay, isCeil: false)
    case .floorToHour: return try clock(Microseconds.perHour, isCeil: false)
    case .floorToMinute: return try clock(Microseconds.perMinute, isCeil: false)
    case .floorToSecond: return try clock(Microseconds.perSecond, isCeil: false)
    case .ceilToYear: return try months(12, isCeil: true)
    case .ceilToQuarter: return try months(3, isCeil: true)
    case .ceilToMonth: return try months(1, isCeil: true)
    case .ceilToDay: return try clock(Microseconds.perDay, isCeil: true)
    case .ceilToHour: return try clock(Microseconds.perHour, isCeil: true)
    case .ceilToMinute: return try clock(Microseconds.perMinute, isCeil: true)
    case .ceilToSecond: return try clock(Microseconds.perSecond, isCeil: true)
    default: throw EvaluationError("\(function.rawValue) is no function of time")
    }
  }

  /// Moments from numbers: units of 10^-digits seconds since 1970. NULL outside of the years 0 to 9999, which Flink keeps to as well.
  private func instants() throws(EvaluationError) -> Datum {
    guard case .timestampLTZ(let precision) = type else { throw EvaluationError("TO_TIMESTAMP_LTZ does not give \(type)") }
    let digits = arguments.vector(1, Int32.self)
    let isFloat = types[0] == .float64
    let floats = isFloat ? arguments.vector(0, Double.self) : nil
    let integers = isFloat ? nil : arguments.vector(0, Int64.self)
    return try arguments.mapRows(Int64.self) { row in
      let places = Int(digits[row])
      guard 0...6 ~= places else { return nil }
      var time: Int64
      if let floats {
        let exact = (floats[row] * Double(DecimalPower.int64(6 - places))).rounded(.down)
        guard exact.isFinite, abs(exact) < 1e18 else { return nil }
        time = Int64(exact)
      } else {
        let (product, overflow) = (integers?[row] ?? 0).multipliedReportingOverflow(by: DecimalPower.int64(6 - places))
        if overflow { return nil }
        time = product
      }
      time = truncate(microseconds: time, precision: precision)
      return Self.instantRange.contains(time) ? time : nil
    }
  }

  private static let instantRange =
    CivilDate(year: 0, month: 1, day: 1).days * Microseconds.perDay..<CivilDate(year: 10_000, month: 1, day: 1).days * Microseconds.perDay

  private func addMonths() throws(EvaluationError) -> Datum {
    let times = try local(0)
    let months = arguments.vector(1, Int32.self)
    let isConstant = arguments.isConstant
    return try fromLocal(Vector(map(times, months) { shift($0, months: Int64($1)) }, isConstant: isConstant)) { $0 }
  }

  private func format(_ times: Vector<Int64>) throws(EvaluationError) -> Datum {
    if case .date(let pattern) = prepared { return format(times, pattern) }
    var source = patterns(1)
    return try arguments.mapToBytes { row, text throws(EvaluationError) in
      try source.at(row).format(times[row], into: &text)
      return true
    }
  }

  /// Neighbours are often of the same day or minute, and so is their text: it is written once and referred to by all of them.
  private func format(_ times: Vector<Int64>, _ pattern: DatePattern) -> Datum {
    let texts = BytesColumnBuilder()
    var text: [UInt8] = []
    let values = times.values.span
    let validity = arguments.validity
    let views = [ByteView](unsafeUninitializedCapacity: values.count) { views, count in
      // The period at hand; none yet. Should a bound wrap, each row is a period of its own.
      var (first, last): (Int64, Int64) = (0, -1)
      var view = ByteView.empty
      for row in values.indices {
        if let validity, !validity.isValid(row) {
          views.initializeElement(at: row, to: .empty)
          continue
        }
        let time = values[row]
        if time < first || time > last {
          first = time &- floorModulo(time, pattern.period)
          last = first &+ (pattern.period - 1)
          text.removeAll(keepingCapacity: true)
          pattern.format(time, into: &text)
          texts.append(text)
          view = texts.lastView
        }
        views.initializeElement(at: row, to: view)
      }
      count = values.count
    }
    return arguments.result(.bytes(BytesColumn(views: views, buffers: texts.finish().buffers, validity: validity)))
  }

  private func patterns(_ index: Int) -> PatternSource<DatePattern> {
    let fixed: DatePattern? = if case .date(let pattern) = prepared { pattern } else { nil }
    return PatternSource(fixed, arguments.bytes(index)) { bytes throws(EvaluationError) in try DatePattern(bytes) }
  }

  /// By the pattern of the second argument if there is one, else, and where the text is not of its form, as a timestamp or a date is
  /// written in SQL. NULL for what is neither, and for a pattern that is none.
  private func toTimestamp() throws(EvaluationError) -> Datum {
    let texts = arguments.bytes(0)
    guard arguments.data.count > 1 else {
      return try arguments.mapRows(Int64.self) { row in
        texts.with(row) { parseWholeTimestamp($0) }.map { truncate(microseconds: $0, precision: 3) }
      }
    }
    var source = patterns(1)
    return try arguments.mapRows(Int64.self) { row in
      guard let pattern = try? source.at(row) else { return nil }
      return texts.with(row) { pattern.parse($0) ?? parseLeniently(trimmed($0)) }.map { truncate(microseconds: $0, precision: 3) }
    }
  }

  /// The current second, or that of a local time as text, without its fraction; Flink's number for a text that is none is the least one.
  private func unixTimestamp() throws(EvaluationError) -> Datum {
    if arguments.data.isEmpty { return Datum(constant: .integer(floorDivide(context.nowMicroseconds, Microseconds.perSecond)), type) }
    let zone = context.timeZone
    return try readCalendar(Int64.self) { time in time.map { zone.calendarUTC(fromLocal: $0) / Microseconds.perSecond } ?? Int64.min }
  }

  /// A second of Unix time in local time.
  private func fromUnixtime() throws(EvaluationError) -> Datum {
    let zone = context.timeZone
    let seconds = arguments.vector(0, Int64.self)
    var source = arguments.data.count > 1 ? calendars(isWritten: true) : nil
    return try arguments.mapToBytes { row, text throws(EvaluationError) in
      let moment = seconds[row] &* Microseconds.perSecond
      let local = zone.local(fromUTC: moment)
      if source == nil, local >= CalendarPattern.cutover * Microseconds.perDay {
        text.appendTimestamp(microseconds: local, precision: 0)
      } else {
        let pattern = try source?.at(row) ?? CalendarPattern.standard
        pattern?.format(local, offset: (local &- moment) / Microseconds.perSecond, into: &text)
      }
      return true
    }
  }

  private func calendars(isWritten: Bool) -> PatternSource<CalendarPattern> {
    let fixed: CalendarPattern? = if case .calendar(let pattern) = prepared { pattern } else { nil }
    return PatternSource(fixed, arguments.bytes(1)) { bytes throws(EvaluationError) in try CalendarPattern(bytes, isWritten: isWritten) }
  }

  /// Local microseconds by the pattern of the second argument; nil for a text that is not so.
  private func readCalendar<Element: ColumnElement>(
    _: Element.Type, _ convert: (Int64?) -> Element?
  ) throws(EvaluationError) -> Datum {
    let texts = arguments.bytes(0)
    let now = context.nowMicroseconds
    guard arguments.data.count > 1 else {
      return try arguments.mapRows(Element.self) { row in convert(texts.with(row) { CalendarPattern.standard?.parse($0, now: now) }) }
    }
    var source = calendars(isWritten: false)
    return try arguments.mapRows(Element.self) { row throws(EvaluationError) in
      let pattern = try source.at(row)
      return convert(texts.with(row) { pattern.parse($0, now: now) })
    }
  }
}

/// The number of the ISO week of a day: the week with the year's first Thursday is the first.
private func isoWeek(_ days: Int64) -> Int64 { (CivilDate(days: isoThursday(days)).dayOfYear - 1) / 7 + 1 }

/// The Thursday of a day's week, which begins on Monday: its year is that of the week.
private func isoThursday(_ days: Int64) -> Int64 { days &- floorModulo(days &+ 3, 7) &+ 3 }

/// The same time of the same day of another month; the day is clamped to the month's last.
private func shift(_ microseconds: Int64, months: Int64) -> Int64 {
  var date = CivilDate(days: floorDivide(microseconds, Microseconds.perDay))
  let count = date.year &* 12 &+ (date.month - 1) &+ months
  date.year = floorDivide(count, 12)
  date.month = floorModulo(count, 12) + 1
  date.day = min(date.day, CivilDate.lengthOfMonth(year: date.year, month: date.month))
  return date.days &* Microseconds.perDay &+ floorModulo(microseconds, Microseconds.perDay)
}

/// Months that have passed in full from one time to another, negative if the second is earlier.
private func wholeMonths(from start: Int64, to end: Int64) -> Int64 {
  let first = CivilDate(days: floorDivide(start, Microseconds.perDay))
  let last = CivilDate(days: floorDivide(end, Microseconds.perDay))
  var months = (last.year &- first.year) &* 12 &+ (last.month - first.month)
  if months > 0, shift(start, months: months) > end { months -= 1 }
  if months < 0, shift(start, months: months) < end { months += 1 }
  return months
}
