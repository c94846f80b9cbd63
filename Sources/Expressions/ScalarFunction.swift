//  The names of the built-in scalar functions. The raw value is stored in job graphs: never rename one.
//
//  Conventions between the binder, which writes every cast out, and evaluation. "T" is one type for all arguments,
//  where the precision of time types and the length of strings may differ (they have one layout). Unless said otherwise
//  a NULL argument gives NULL.

/// A built-in scalar function or operator.
public enum ScalarFunction: String, Hashable, Sendable, Codable, CaseIterable {
  // comparison: (T, T) -> boolean; decimals arrive with equal precision and scale
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  /// (T, T) -> boolean, never NULL.
  case isDistinctFrom, isNotDistinctFrom
  // logic: three-valued. and, or: two or more booleans
  case and, or, not
  // (any) -> boolean and (boolean) -> boolean, never NULL
  case isNull, isNotNull, isTrue, isNotTrue, isFalse, isNotFalse, isUnknown, isNotUnknown
  // arithmetic
  /// (T, T) -> T for integers and floats. Decimals each have their own precision and scale and the call's type is the result's.
  /// add, subtract also: (date, time or timestamp, intervalTime) -> the first type; (interval, interval) of one kind;
  /// multiply, divide also: (interval, int64) -> interval. Months are added with `addMonths`.
  case add, subtract, multiply, divide, modulo
  /// (number or interval T) -> T.
  case negate
  /// abs, sign: (T) -> T. ceil, floor: (float or decimal) -> the call's type, decimal(p, 0) for decimals.
  /// round, truncate: (number, int32 digits) -> the call's type. power: (float64, float64). log: (float64 base, float64).
  /// sqrt, exp, ln, log10, log2: (float64) -> float64. greatest, least: two or more of T -> T.
  case abs, ceil, floor, round, truncate, sign, power, sqrt, exp, ln, log, log10, log2, greatest, least
  // strings; counts and positions are int32 and from 1, in characters
  /// concat: two or more strings, NULL if one is. concatWS: separator, then strings, of which NULL ones are left out.
  case concat, concatWS
  /// (string) -> int32.
  case charLength
  case upper, lower
  /// (string, string of the characters to remove); Flink removes any of them.
  case trimBoth, trimLeading, trimTrailing
  /// (string, int32 from[, int32 count]).
  case substring
  /// (needle, haystack) -> int32, 0 if it is not there.
  case position
  /// (string, search, replacement).
  case replace
  /// (string, pattern[, escape of one character]) -> boolean.
  case like
  /// left, right: (string, int32). lpad, rpad: (string, int32, string). repeatString: (string, int32).
  /// splitIndex: (string, separator, int32 index from 0). startsWith, endsWith: (string, string) -> boolean.
  case left, right, lpad, rpad, repeatString, reverse, splitIndex, startsWith, endsWith
  /// regexpReplace: (string, regex, replacement). regexpExtract: (string, regex, int32 group). regexpLike: (string, regex) -> boolean.
  case regexpReplace, regexpExtract, regexpLike
  /// ascii: (string) -> int32. chr: (int64) -> string.
  case ascii, chr
  // time: of a date, time, timestamp or timestamp_ltz (in the session's zone)
  /// (temporal) -> int64.
  case extractYear, extractQuarter, extractMonth, extractWeek, extractDay, extractDayOfYear, extractDayOfWeek
  case extractHour, extractMinute, extractSecond, extractMillisecond, extractMicrosecond, extractNanosecond, extractEpoch
  /// ISO years begin with a week, ISO days of the week with Monday as 1.
  case extractDecade, extractCentury, extractMillennium, extractISOYear, extractISODayOfWeek
  /// (temporal T) -> T.
  case floorToYear, floorToQuarter, floorToMonth, floorToWeek, floorToDay, floorToHour, floorToMinute, floorToSecond
  case floorToDecade, floorToCentury, floorToMillennium, floorToMillisecond
  case ceilToYear, ceilToQuarter, ceilToMonth, ceilToWeek, ceilToDay, ceilToHour, ceilToMinute, ceilToSecond
  case ceilToDecade, ceilToCentury, ceilToMillennium, ceilToMillisecond
  /// (date or timestamp T, intervalMonths) -> T; the day is clamped to the month's last.
  case addMonths
  /// (timestamp or timestamp_ltz, string format) -> string; the format is Java's DateTimeFormatter pattern.
  case dateFormat
  /// toTimestamp: (string[, string format]) -> timestamp(3), NULL if it does not parse. toTimestampLTZ: (int64 or float64, int32 digits
  /// of a second that the unit has) -> the call's timestamp_ltz, NULL outside of the years 0 to 9999. toDate: (string[, string format])
  /// -> date, NULL if it does not parse.
  case toTimestamp, toTimestampLTZ, toDate
  /// (timestamp T start, timestamp T end) -> int64: whole months, or microseconds, from start to end.
  case timestampDiffMonths, timestampDiffMicros
  /// fromUnixtime: (int64 seconds[, string format]) -> string. unixTimestamp: () or (string[, string format]) -> int64 seconds.
  case fromUnixtime, unixTimestamp
  /// () -> timestamp_ltz(3): the time at which the batch was taken in, as the evaluation context says. proctime() is a time attribute.
  case now, proctime
  // values
  /// coalesce: one or more of T -> T. nullIf: (T, T) -> T.
  case coalesce, nullIf
  /// (T, int64 how many values there were) -> T: the value of a scalar subquery, an error if it was not the only one.
  case onlyValue
  /// (T, constant int64 count) -> int32 from 0: the bucket that a value falls into; NULL has one too.
  case hashBucket
  /// rowConstructor: one argument a field. arrayConstructor: any number of T. mapConstructor: keys and values alternating.
  case rowConstructor, arrayConstructor, mapConstructor
  /// arrayElement: (array, int32 from 1), NULL outside. mapElement: (map, key), NULL if absent. cardinality: (collection) -> int32.
  case arrayElement, mapElement, cardinality
  // hashes: (string) -> string of hexadecimal digits
  case md5, sha1, sha256
}
