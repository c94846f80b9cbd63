//  Functions of dates and times.

import Columnar
import Expressions

extension ExpressionBinder {
  private static let extracts: [TimeUnit: ScalarFunction] = [
    .year: .extractYear, .quarter: .extractQuarter, .month: .extractMonth, .week: .extractWeek, .day: .extractDay,
    .dayOfYear: .extractDayOfYear, .dayOfWeek: .extractDayOfWeek, .hour: .extractHour, .minute: .extractMinute, .second: .extractSecond,
    .millisecond: .extractMillisecond, .microsecond: .extractMicrosecond, .nanosecond: .extractNanosecond, .epoch: .extractEpoch,
    .decade: .extractDecade, .century: .extractCentury, .millennium: .extractMillennium, .isoYear: .extractISOYear,
    .isoDayOfWeek: .extractISODayOfWeek,
  ]
  private static let floors: [TimeUnit: ScalarFunction] = [
    .year: .floorToYear, .quarter: .floorToQuarter, .month: .floorToMonth, .week: .floorToWeek, .day: .floorToDay, .hour: .floorToHour,
    .minute: .floorToMinute, .second: .floorToSecond, .millisecond: .floorToMillisecond, .decade: .floorToDecade,
    .century: .floorToCentury, .millennium: .floorToMillennium,
  ]
  private static let ceilings: [TimeUnit: ScalarFunction] = [
    .year: .ceilToYear, .quarter: .ceilToQuarter, .month: .ceilToMonth, .week: .ceilToWeek, .day: .ceilToDay, .hour: .ceilToHour,
    .minute: .ceilToMinute, .second: .ceilToSecond, .millisecond: .ceilToMillisecond, .decade: .ceilToDecade,
    .century: .ceilToCentury, .millennium: .ceilToMillennium,
  ]
  private static let shortForms: [String: TimeUnit] = [
    "YEAR": .year, "QUARTER": .quarter, "MONTH": .month, "WEEK": .week, "DAYOFYEAR": .dayOfYear, "DAYOFMONTH": .day,
    "DAYOFWEEK": .dayOfWeek, "HOUR": .hour, "MINUTE": .minute, "SECOND": .second,
  ]

  /// What CURRENT_WATERMARK takes: a column whose times watermarks speak about.
  func requireRowtime(_ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) {
    guard arguments.count == 1, TimeAttribute.of(arguments[0].expression, over: scope.columns) == .rowtime else {
      throw Diagnostic(
        "CURRENT_WATERMARK takes an event-time attribute: a column with WATERMARK FOR, passed on unchanged", at: span,
        expected: ["CURRENT_WATERMARK(ts)"])
    }
  }

  /// Nil if the name is none of these functions.
  func temporalFunction(_ syntax: CallSyntax, _ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) -> Bound? {
    let name = syntax.name
    func take(_ least: Int, _ most: Int) throws(Diagnostic) {
      if arguments.count < least || arguments.count > most { throw wrongCount(name, arguments.count, least, most, span) }
    }
    if let unit = Self.shortForms[name] {
      try take(1, 1)
      return try extract(name, unit, arguments[0], span)
    }
    switch name {
    case "OVERLAPS": return try overlaps(arguments, span)
    case "(-)": return try self.span(syntax.unit ?? .day, from: arguments[1], to: arguments[0], span)
    case "EXTRACT":
      try take(1, 1)
      return try extract(name, syntax.unit ?? .day, arguments[0], span)
    case "TIMESTAMPDIFF":
      try take(2, 2)
      return try difference(syntax.unit ?? .second, arguments[0], arguments[1], span)
    case "TIMESTAMPADD":
      try take(2, 2)
      return try add(syntax.unit ?? .second, arguments[0], to: arguments[1], span)
    case "CURRENT_TIMESTAMP", "NOW", "CURRENT_ROW_TIMESTAMP":
      try take(0, 0)
      return now(span)
    case "PROCTIME":
      try take(0, 0)
      return Bound(expression: .call(.proctime, [], .timestampLTZ(precision: 3)), isNullable: false, span: span)
    case "LOCALTIMESTAMP":
      try take(0, 0)
      return Coercion.cast(now(span), to: .timestamp(precision: 3))
    case "CURRENT_DATE":
      try take(0, 0)
      return Coercion.cast(now(span), to: .date)
    case "CURRENT_TIME", "LOCALTIME":
      try take(0, 0)
      return Coercion.cast(now(span), to: .time(precision: 0))
    case "DATE_FORMAT":
      try take(2, 2)
      var value = arguments[0]
      if value.type == .date { value = Coercion.cast(value, to: .timestamp(precision: 3)) }
      // Text that is no timestamp is no error here, but NULL.
      if value.type.isCharacter || value.type == .null { value = try cast(value, to: .timestamp(precision: 3), isTry: true, span) }
      guard TypeRules.isTimestamp(value.type) else {
        throw Diagnostic("DATE_FORMAT takes a timestamp; this has type \(value.type)", at: value.span, expected: ["TIMESTAMP"])
      }
      var text = call(.dateFormat, [value, try string(arguments[1], name)], .string, span)
      text.isNullable = true
      return text
    case "TO_TIMESTAMP_LTZ": return try toTimestampLTZ(arguments, span)
    default: return nil
    }
  }

  private func now(_ span: SourceSpan) -> Bound {
    Bound(expression: .call(.now, [], .timestampLTZ(precision: 3)), isNullable: false, span: span)
  }

  private func extract(_ name: String, _ unit: TimeUnit, _ value: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    var value = value
    if case .literal(.string, _) = value.expression { value = Coercion.cast(value, to: .timestamp(precision: 3)) }
    if value.type == .null { value = Coercion.cast(value, to: .timestamp(precision: 3)) }
    if value.type == .intervalMonths || value.type == .intervalTime { return try part(unit, of: value, span) }
    var isTime = false
    if case .time = value.type { isTime = true }
    guard TypeRules.isTemporal(value.type) else {
      throw Diagnostic("\(name) takes a date or time; this has type \(value.type)", at: value.span, expected: ["TIMESTAMP"])
    }
    let ofDay: [TimeUnit] = [.hour, .minute, .second, .millisecond, .microsecond, .nanosecond]
    if isTime, !ofDay.contains(unit) { throw Diagnostic("a TIME has no \(unit.rawValue)", at: span) }
    guard let function = Self.extracts[unit] else { throw Diagnostic("\(unit.rawValue) cannot be extracted", at: span) }
    return call(function, [value], .int64, span)
  }

  /// A field of an interval: what is left of it below the next larger unit, with its sign.
  private func part(_ unit: TimeUnit, of interval: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    func number(_ value: Int64) -> Bound { Bound(expression: .literal(.integer(value), .int64), isNullable: false, span: span) }
    let isMonths = interval.type == .intervalMonths
    // As a number an interval is in months, or in milliseconds.
    guard let length = isMonths ? unit.months : unit.microseconds.map({ $0 / 1000 }), length > 0, unit != .week, unit != .quarter else {
      throw Diagnostic("\(interval.type) has no \(unit.rawValue)", at: span)
    }
    let next: [TimeUnit: Int64] = [.month: 12, .hour: 24, .minute: 60, .second: 60, .millisecond: 1000]
    let whole = call(.divide, [Coercion.cast(interval, to: .int64), number(length)], .int64, span)
    return next[unit].map { call(.modulo, [whole, number($0)], .int64, span) } ?? whole
  }

  /// `(s1, e1) OVERLAPS (s2, e2)`: an end may be an interval from the start on, and stand before it.
  func overlaps(_ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    func bounds(_ start: Bound, _ end: Bound) throws(Diagnostic) -> (low: Bound, high: Bound) {
      let isInterval = end.type == .intervalMonths || end.type == .intervalTime
      let end = isInterval ? try binary("+", start, end, span) : end
      guard TypeRules.isTemporal(start.type), let (start, end) = Coercion.unify(start, end) else {
        throw Diagnostic("OVERLAPS takes two times, or a time and an interval, not \(start.type) and \(end.type)", at: start.span)
      }
      let isOrdered = try compare(.lessOrEqual, "OVERLAPS", start, end, span)
      return (try choose([isOrdered], [start, end], "OVERLAPS", span), try choose([isOrdered], [end, start], "OVERLAPS", span))
    }
    let first = try bounds(arguments[0], arguments[1])
    let second = try bounds(arguments[2], arguments[3])
    let tests = [
      try compare(.greaterOrEqual, "OVERLAPS", first.high, second.low, span),
      try compare(.greaterOrEqual, "OVERLAPS", second.high, first.low, span),
    ]
    return call(.and, tests, .boolean, span)
  }

  /// `(a - b) unit`: the interval from one time to another.
  func span(_ unit: TimeUnit, from: Bound, to: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let isMonths = unit.months != nil
    let (start, end) = try points(from, to, "a difference in \(unit.rawValue)", span)
    if isMonths { return cast(call(.timestampDiffMonths, [start, end], .int64, span), to: .intervalMonths) }
    let milliseconds = Bound(expression: .literal(.integer(1000), .int64), isNullable: false, span: span)
    return cast(call(.divide, [call(.timestampDiffMicros, [start, end], .int64, span), milliseconds], .int64, span), to: .intervalTime)
  }

  private func cast(_ value: Bound, to type: DataType) -> Bound { Coercion.cast(value, to: type) }

  /// FLOOR and CEIL of a time TO a unit.
  func roundedTime(_ name: String, _ unit: TimeUnit, _ value: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard TypeRules.isTemporal(value.type) else {
      throw Diagnostic("\(name) TO takes a date or time; this has type \(value.type)", at: value.span, expected: ["TIMESTAMP"])
    }
    if value.type == .date, [.hour, .minute, .second, .millisecond].contains(unit) { return value }
    if case .time = value.type, ![.hour, .minute, .second, .millisecond].contains(unit) {
      throw Diagnostic("a TIME has no \(unit.rawValue)", at: span)
    }
    guard let function = (name == "FLOOR" ? Self.floors : Self.ceilings)[unit] else {
      throw .unsupported("\(name) TO \(unit.rawValue) is", at: span)
    }
    return call(function, [value], value.type, span)
  }

  private func difference(_ unit: TimeUnit, _ from: Bound, _ to: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let (start, end) = try points(from, to, "TIMESTAMPDIFF", span)
    let isMonths = unit.months != nil
    let whole = call(isMonths ? .timestampDiffMonths : .timestampDiffMicros, [start, end], .int64, span)
    let length = unit.months ?? unit.microseconds ?? 1
    let divisor = Bound(expression: .literal(.integer(length), .int64), isNullable: false, span: span)
    return Coercion.cast(length == 1 ? whole : call(.divide, [whole, divisor], .int64, span), to: .int32)
  }

  /// Two times brought to one type, dates to timestamps.
  private func points(_ from: Bound, _ to: Bound, _ name: String, _ span: SourceSpan) throws(Diagnostic) -> (Bound, Bound) {
    func point(_ bound: Bound) throws(Diagnostic) -> Bound {
      if bound.type == .date || bound.type == .null { return Coercion.cast(bound, to: .timestamp(precision: 3)) }
      guard TypeRules.isTemporal(bound.type) else {
        throw Diagnostic("\(name) takes timestamps; this has type \(bound.type)", at: bound.span, expected: ["TIMESTAMP"])
      }
      return bound
    }
    guard let points = Coercion.unify(try point(from), try point(to)) else {
      throw Diagnostic("\(name) cannot compare \(from.type) with \(to.type); use CAST", at: span)
    }
    return points
  }

  private func add(_ unit: TimeUnit, _ count: Bound, to time: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard count.type.isInteger else {
      throw Diagnostic("TIMESTAMPADD takes an integer; this has type \(count.type)", at: count.span, expected: ["INT"])
    }
    guard TypeRules.isTemporal(time.type) else {
      throw Diagnostic("TIMESTAMPADD takes a date or time; this has type \(time.type)", at: time.span, expected: ["TIMESTAMP"])
    }
    var time = time
    if time.type == .date, unit.months == nil, unit != .day, unit != .week { time = Coercion.cast(time, to: .timestamp(precision: 6)) }
    let type = unit.months == nil ? DataType.intervalTime : .intervalMonths
    let one = Bound(expression: .literal(.integer(unit.months ?? unit.microseconds ?? 1), type), isNullable: false, span: span)
    var interval = try binary("*", one, count, span)
    interval.expression = ConstantFolding.fold(interval.expression)
    return try binary("+", time, interval, span)
  }

  /// Of a number and the digits of a second that its unit has, or of text, its format and its zone, which is UTC unless it is said.
  private func toTimestampLTZ(_ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard 1...3 ~= arguments.count else { throw wrongCount("TO_TIMESTAMP_LTZ", arguments.count, 1, 3, span) }
    let value = arguments[0]
    func number(_ value: Int64) -> Bound { Bound(expression: .literal(.integer(value), .int32), isNullable: false, span: span) }
    guard value.type.isNumeric || value.type == .null else {
      let utc = Bound(expression: .literal(.string("UTC"), .string), isNullable: false, span: span)
      var texts = try arguments.map { (argument) throws(Diagnostic) in try string(argument, "TO_TIMESTAMP_LTZ") }
      let zone = texts.count == 3 ? texts.removeLast() : utc
      var local = call(.toTimestamp, texts, .timestamp(precision: 3), span)
      local.isNullable = true
      guard let definition = FunctionLibrary.byName["TIMESTAMP IN ZONE"] else { preconditionFailure("the library has this function") }
      return try apply(definition, name: "TO_TIMESTAMP_LTZ", [local, zone], span)
    }
    guard arguments.count < 3 else { throw wrongCount("TO_TIMESTAMP_LTZ of a number", arguments.count, 1, 2, span) }
    var digits = number(3)
    var precision = 3
    if arguments.count == 2 {
      guard arguments[1].type.isInteger else {
        throw Diagnostic("the precision of TO_TIMESTAMP_LTZ is an integer; this has type \(arguments[1].type)", at: arguments[1].span)
      }
      digits = Coercion.cast(arguments[1], to: .int32)
      if case .literal(.integer(let count), _) = arguments[1].expression {
        guard 0...6 ~= count else {
          throw Diagnostic(
            "the precision of TO_TIMESTAMP_LTZ is from 0 for seconds to 6 for microseconds; divide what is more precise",
            at: arguments[1].span)
        }
        precision = max(3, Int(count))
      }
    }
    let isFloat = value.type == .float32 || value.type == .float64
    let argument = Coercion.cast(value, to: isFloat ? .float64 : .int64)
    var result = call(.toTimestampLTZ, [argument, digits], .timestampLTZ(precision: precision), span)
    result.isNullable = true
    return result
  }
}
