//  What planning needs to know about a function besides its types.

import Columnar

extension ScalarFunction {
  /// Whether equal arguments always give an equal result. A function that is not must not be evaluated twice for one row, nor be folded.
  public var isDeterministic: Bool { self != .now && self != .proctime }

  /// Whether the result may depend on the evaluation context: the time, or the session's zone.
  var dependsOnContext: Bool {
    switch self {
    case .now, .proctime, .unixTimestamp, .fromUnixtime, .toDate, .dateFormat: true
    case .extractYear, .extractQuarter, .extractMonth, .extractWeek, .extractDay, .extractDayOfYear, .extractDayOfWeek, .extractHour,
      .extractMinute, .extractSecond, .extractMillisecond, .extractEpoch, .floorToYear, .floorToQuarter, .floorToMonth, .floorToWeek,
      .floorToDay, .floorToHour, .floorToMinute, .floorToSecond, .ceilToYear, .ceilToQuarter, .ceilToMonth, .ceilToWeek, .ceilToDay,
      .ceilToHour, .ceilToMinute, .ceilToSecond, .addMonths, .timestampDiffMonths, .extractMicrosecond, .extractNanosecond, .extractDecade,
      .extractCentury, .extractMillennium, .extractISOYear, .extractISODayOfWeek, .floorToDecade, .floorToCentury, .floorToMillennium,
      .floorToMillisecond, .ceilToDecade, .ceilToCentury, .ceilToMillennium, .ceilToMillisecond:
      true
    default: false
    }
  }

  /// Whether a NULL argument makes the result NULL, so that a constant NULL decides the call.
  var isStrict: Bool {
    switch self {
    case .isDistinctFrom, .isNotDistinctFrom, .and, .or, .isNull, .isNotNull, .isTrue, .isNotTrue, .isFalse, .isNotFalse, .isUnknown,
      .isNotUnknown, .coalesce, .nullIf, .onlyValue, .hashBucket, .rowConstructor, .arrayConstructor, .mapConstructor, .concatWS:
      false
    default: true
    }
  }

  /// How many arguments the function takes.
  public var argumentCounts: ClosedRange<Int> {
    switch self {
    case .now, .proctime: 0...0
    case .not, .isNull, .isNotNull, .isTrue, .isNotTrue, .isFalse, .isNotFalse, .isUnknown, .isNotUnknown, .negate, .abs, .ceil, .floor,
      .sign, .sqrt, .exp, .ln, .log10, .log2, .charLength, .upper, .lower, .reverse, .ascii, .chr, .extractYear, .extractQuarter,
      .extractMonth, .extractWeek, .extractDay, .extractDayOfYear, .extractDayOfWeek, .extractHour, .extractMinute, .extractSecond,
      .extractMillisecond, .extractEpoch, .floorToYear, .floorToQuarter, .floorToMonth, .floorToWeek, .floorToDay, .floorToHour,
      .floorToMinute, .floorToSecond, .ceilToYear, .ceilToQuarter, .ceilToMonth, .ceilToWeek, .ceilToDay, .ceilToHour, .ceilToMinute,
      .ceilToSecond, .cardinality, .md5, .sha1, .sha256, .extractMicrosecond, .extractNanosecond, .extractDecade, .extractCentury,
      .extractMillennium, .extractISOYear, .extractISODayOfWeek, .floorToDecade, .floorToCentury, .floorToMillennium, .floorToMillisecond,
      .ceilToDecade, .ceilToCentury, .ceilToMillennium, .ceilToMillisecond:
      1...1
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isDistinctFrom, .isNotDistinctFrom, .add, .subtract,
      .multiply, .divide, .modulo, .power, .log, .trimBoth, .trimLeading, .trimTrailing, .position, .left, .right, .repeatString,
      .startsWith, .endsWith, .regexpLike, .addMonths, .dateFormat, .toTimestampLTZ, .timestampDiffMonths, .timestampDiffMicros,
      .nullIf, .onlyValue, .hashBucket, .arrayElement, .mapElement:
      2...2
    case .replace, .lpad, .rpad, .splitIndex, .regexpReplace, .regexpExtract: 3...3
    case .substring, .like: 2...3
    case .round, .truncate, .toTimestamp, .toDate, .fromUnixtime: 1...2
    case .unixTimestamp: 0...2
    case .and, .or, .greatest, .least, .concat, .coalesce: 1...Int.max
    case .concatWS: 2...Int.max
    case .rowConstructor, .arrayConstructor, .mapConstructor: 0...Int.max
    }
  }

  /// Whether some row may end in an error, given the last argument's value if it is constant.
  func canFail(_ types: [DataType], divisor: Datum?) -> Bool {
    switch self {
    case .divide, .modulo:
      if types[0] == .float32 || types[0] == .float64 { return false }
      guard let divisor else { return true }
      if divisor.isNullConstant { return false }
      switch divisor.column {
      case .int8(let column): return column.values[0] == 0
      case .int16(let column): return column.values[0] == 0
      case .int32(let column): return column.values[0] == 0
      case .int64(let column): return column.values[0] == 0
      case .int128(let column): return column.values[0] == 0
      default: return true
      }
    case .like, .regexpLike, .regexpExtract, .regexpReplace, .repeatString, .lpad, .rpad, .replace, .dateFormat, .fromUnixtime,
      .toTimestamp,
      .toDate, .unixTimestamp, .concat, .concatWS, .onlyValue:
      return true
    default: return false
    }
  }
}
