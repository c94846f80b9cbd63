//  Functions of dates and times.

import Columnar
import Expressions

extension ExpressionBinder {
  private static let extracts: [TimeUnit: ScalarFunction] = [
    .year: .extractYear, .quarter: .extractQuarter, .month: .extractMonth, .week: .extractWeek, .day: .extractDay,
    .dayOfYear: .extractDayOfYear, .dayOfWeek: .extractDayOfWeek, .hour: .extractHour, .minute: .extractMinute, .second: .extractSecond,
    .millisecond: .extractMillisecond, .epoch: .extractEpoch,
  ]
  private static let floors: [TimeUnit: ScalarFunction] = [
    .year: .floorToYear, .quarter: .floorToQuarter, .month: .floorToMonth, .week: .floorToWeek, .day: .floorToDay, .hour: .floorToHour,
    .minute: .floorToMinute, .second: .floorToSecond,
  ]
  private static let ceilings: [TimeUnit: ScalarFunction] = [
    .year: .ceilToYear, .quarter: .ceilToQuarter, .month: .ceilToMonth, .week: .ceilToWeek, .day: .ceilToDay, .hour: .ceilToHour,
    .minute: .ceilToMinute, .second: .ceilToSecond,
  ]
  private static let shortForms: [String: TimeUnit] = [
    "YEAR": .year, "QUARTER": .quarter, "MONTH": .month, "WEEK": .week, "DAYOFYEAR": .dayOfYear, "DAYOFMONTH": .day,
    "DAYOFWEEK": .dayOfWeek, "HOUR": .hour, "MINUTE": .minute, "SECOND": .second,
  ]

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
      if value.type.isCharacter || value.type == .null { value = Coercion.cast(value, to: .timestamp(precision: 3)) }
      guard TypeRules.isTimestamp(value.type) else {
        throw Diagnostic("DATE_FORMAT takes a timestamp; this has type \(value.type)", at: value.span, expected: ["TIMESTAMP"])
      }
      return call(.dateFormat, [value, try string(arguments[1], name)], .string, span)
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
    let isDate = value.type == .date
    var isTime = false
    if case .time = value.type { isTime = true }
    guard TypeRules.isTemporal(value.type) else {
      throw Diagnostic("\(name) takes a date or time; this has type \(value.type)", at: value.span, expected: ["TIMESTAMP"])
    }
    let ofDay: [TimeUnit] = [.hour, .minute, .second, .millisecond]
    if isTime, !ofDay.contains(unit) { throw Diagnostic("a TIME has no \(unit.rawValue)", at: span) }
    if isDate, ofDay.contains(unit) { throw Diagnostic("a DATE has no \(unit.rawValue)", at: span) }
    guard let function = Self.extracts[unit] else { throw Diagnostic("\(unit.rawValue) cannot be extracted", at: span) }
    return call(function, [value], .int64, span)
  }

  /// FLOOR and CEIL of a time TO a unit.
  func roundedTime(_ name: String, _ unit: TimeUnit, _ value: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard TypeRules.isTemporal(value.type) else {
      throw Diagnostic("\(name) TO takes a date or time; this has type \(value.type)", at: value.span, expected: ["TIMESTAMP"])
    }
    if value.type == .date, [.hour, .minute, .second].contains(unit) { return value }
    if case .time = value.type, ![.hour, .minute, .second].contains(unit) {
      throw Diagnostic("a TIME has no \(unit.rawValue)", at: span)
    }
    guard let function = (name == "FLOOR" ? Self.floors : Self.ceilings)[unit] else {
      throw .unsupported("\(name) TO \(unit.rawValue) is", at: span)
    }
    return call(function, [value], value.type, span)
  }

  private func difference(_ unit: TimeUnit, _ from: Bound, _ to: Bound, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    func point(_ bound: Bound) throws(Diagnostic) -> Bound {
      if bound.type == .date || bound.type == .null { return Coercion.cast(bound, to: .timestamp(precision: 3)) }
      guard TypeRules.isTimestamp(bound.type) else {
        throw Diagnostic("TIMESTAMPDIFF takes timestamps; this has type \(bound.type)", at: bound.span, expected: ["TIMESTAMP"])
      }
      return bound
    }
    guard let (start, end) = Coercion.unify(try point(from), try point(to)) else {
      throw Diagnostic("TIMESTAMPDIFF cannot compare \(from.type) with \(to.type); use CAST", at: span)
    }
    let isMonths = unit.months != nil
    let whole = call(isMonths ? .timestampDiffMonths : .timestampDiffMicros, [start, end], .int64, span)
    let length = unit.months ?? unit.microseconds ?? 1
    let divisor = Bound(expression: .literal(.integer(length), .int64), isNullable: false, span: span)
    return Coercion.cast(length == 1 ? whole : call(.divide, [whole, divisor], .int64, span), to: .int32)
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

  private func toTimestampLTZ(_ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    guard 1...2 ~= arguments.count else { throw wrongCount("TO_TIMESTAMP_LTZ", arguments.count, 1, 2, span) }
    guard arguments[0].type.isInteger else {
      throw Diagnostic(
        "TO_TIMESTAMP_LTZ takes an integer; this has type \(arguments[0].type), use CAST", at: arguments[0].span, expected: ["BIGINT"])
    }
    var precision: Int64 = 3
    if arguments.count == 2 {
      guard case .literal(.integer(let value), _) = arguments[1].expression, value == 0 || value == 3 else {
        throw Diagnostic("the precision of TO_TIMESTAMP_LTZ is 0 for seconds or 3 for milliseconds", at: arguments[1].span)
      }
      precision = value
    }
    let digits = Bound(expression: .literal(.integer(precision), .int32), isNullable: false, span: span)
    return call(.toTimestampLTZ, [Coercion.cast(arguments[0], to: .int64), digits], .timestampLTZ(precision: 3), span)
  }
}
