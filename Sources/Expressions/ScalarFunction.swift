//  The names of the built-in scalar functions. The raw value is stored in job graphs: never rename one.

/// A built-in scalar function or operator. What each takes and gives is in the table in `FunctionCatalog`.
public enum ScalarFunction: String, Hashable, Sendable, Codable, CaseIterable {
  // comparison: two arguments of one type, NULL if either is
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case isDistinctFrom, isNotDistinctFrom
  // logic: three-valued
  case and, or, not
  case isNull, isNotNull, isTrue, isNotTrue, isFalse, isNotFalse, isUnknown, isNotUnknown
  // arithmetic
  case add, subtract, multiply, divide, modulo, negate
  case abs, ceil, floor, round, truncate, sign, power, sqrt, exp, ln, log, log10, log2, greatest, least
  // strings
  case concat, concatWS, charLength, upper, lower, trimBoth, trimLeading, trimTrailing, substring, position, replace, like
  case left, right, lpad, rpad, repeatString, reverse, splitIndex, startsWith, endsWith, regexpReplace, regexpExtract, regexpLike, ascii,
    chr
  // time
  case extractYear, extractQuarter, extractMonth, extractWeek, extractDay, extractDayOfYear, extractDayOfWeek
  case extractHour, extractMinute, extractSecond, extractMillisecond, extractEpoch
  case floorToYear, floorToQuarter, floorToMonth, floorToWeek, floorToDay, floorToHour, floorToMinute, floorToSecond
  case ceilToYear, ceilToQuarter, ceilToMonth, ceilToWeek, ceilToDay, ceilToHour, ceilToMinute, ceilToSecond
  case addMonths, dateFormat, toTimestamp, toTimestampLTZ, toDate, timestampDiffMonths, timestampDiffMicros, fromUnixtime, unixTimestamp
  /// The time at which the batch was taken in, as the evaluation context says.
  case now
  // values
  case coalesce, nullIf, rowConstructor, arrayConstructor, mapConstructor, arrayElement, mapElement, cardinality
  // hashes
  case md5, sha1, sha256
}
