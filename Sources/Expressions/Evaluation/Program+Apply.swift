//  One call over arguments that are already evaluated: from the function to its kernel.

import Columnar

extension Program {
  func apply(
    _ function: ScalarFunction, _ arguments: Arguments, types: [DataType], _ prepared: PreparedPattern?, _ context: EvaluationContext
  ) throws(EvaluationError) -> Datum {
    if arguments.isAllNull, function.isStrict { return Datum(constant: .null, type) }
    switch function {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return compare(ComparisonOperator(function)!, arguments, type: types[0])
    case .isDistinctFrom, .isNotDistinctFrom: return distinct(arguments, type: types[0], isDistinct: function == .isDistinctFrom)
    case .not: return arguments.result(map(arguments.vector(0, Bool.self)) { !$0 })
    case .isNull, .isUnknown: return nullTest(arguments, isNull: true)
    case .isNotNull, .isNotUnknown: return nullTest(arguments, isNull: false)
    case .isTrue: return truthTest(arguments, isTrue: true, isNegated: false)
    case .isNotTrue: return truthTest(arguments, isTrue: true, isNegated: true)
    case .isFalse: return truthTest(arguments, isTrue: false, isNegated: false)
    case .isNotFalse: return truthTest(arguments, isTrue: false, isNegated: true)
    case .add, .subtract, .multiply, .divide, .modulo:
      if case .decimal = type { return try decimalArithmetic(function, arguments, types: types, type: type) }
      if function == .add || function == .subtract { return try addOrSubtract(function, arguments, types: types) }
      if types[0].isNumeric, type == .intervalTime || type == .intervalMonths {
        return try arithmetic(function, Arguments([arguments[1], arguments[0]], rowCount: arguments.count), type: type)
      }
      return try arithmetic(function, arguments, type: type)
    case .negate, .abs, .sign: return try unaryArithmetic(function, arguments, type: type)
    case .coalesce, .and, .or: preconditionFailure("\(function) is evaluated lazily")
    case .nullIf: return nullIf(arguments, type: types[0])
    case .onlyValue: return try onlyValue(arguments)
    case .hashBucket: return hashBucket(arguments, type: types[0])
    case .ceil, .floor, .round, .truncate, .power, .sqrt, .exp, .ln, .log, .log10, .log2:
      return try mathFunction(function, arguments, types: types, type: type)
    case .greatest, .least: return extreme(arguments, type: type, isGreatest: function == .greatest)
    case .concat, .concatWS, .charLength, .upper, .lower, .trimBoth, .trimLeading, .trimTrailing, .substring, .position, .replace, .like,
      .left, .right, .lpad, .rpad, .repeatString, .reverse, .splitIndex, .startsWith, .endsWith, .ascii, .chr:
      return try stringFunction(function, arguments, prepared)
    case .regexpLike, .regexpExtract, .regexpReplace: return try regularExpressionFunction(function, arguments, prepared)
    case .md5, .sha1, .sha256: return try digest(function, arguments)
    case .extractYear, .extractQuarter, .extractMonth, .extractWeek, .extractDay, .extractDayOfYear, .extractDayOfWeek, .extractHour,
      .extractMinute, .extractSecond, .extractMillisecond, .extractEpoch, .floorToYear, .floorToQuarter, .floorToMonth, .floorToWeek,
      .floorToDay, .floorToHour, .floorToMinute, .floorToSecond, .ceilToYear, .ceilToQuarter, .ceilToMonth, .ceilToWeek, .ceilToDay,
      .ceilToHour, .ceilToMinute, .ceilToSecond, .addMonths, .dateFormat, .toTimestamp, .toTimestampLTZ, .toDate, .timestampDiffMonths,
      .timestampDiffMicros, .fromUnixtime, .unixTimestamp, .now, .proctime, .extractMicrosecond, .extractNanosecond, .extractDecade,
      .extractCentury, .extractMillennium, .extractISOYear, .extractISODayOfWeek, .floorToDecade, .floorToCentury, .floorToMillennium,
      .floorToMillisecond, .ceilToDecade, .ceilToCentury, .ceilToMillennium, .ceilToMillisecond:
      return try TimeFunction(
        function: function, arguments: arguments, types: types, type: type, context: context, prepared: prepared
      ).result()
    case .rowConstructor: return rowConstructor(arguments)
    case .arrayConstructor: return arrayConstructor(arguments, type: type)
    case .mapConstructor: return try mapConstructor(arguments, type: type)
    case .arrayElement: return arrayElement(arguments, type: type)
    case .mapElement: return try mapElement(arguments, mapType: types[0], keyType: types[1], type: type)
    case .cardinality: return try cardinality(arguments)
    }
  }

  private func addOrSubtract(_ function: ScalarFunction, _ arguments: Arguments, types: [DataType]) throws(EvaluationError) -> Datum {
    switch (types[0], types[1]) {
    case (.date, .intervalTime), (.time, .intervalTime), (.timestamp, .intervalTime), (.timestampLTZ, .intervalTime):
      return try addInterval(function, arguments, type: types[0])
    case (.intervalTime, .date), (.intervalTime, .time), (.intervalTime, .timestamp), (.intervalTime, .timestampLTZ):
      return try addInterval(function, Arguments([arguments[1], arguments[0]], rowCount: arguments.count), type: types[1])
    default: return try arithmetic(function, arguments, type: types[0])
    }
  }
}

private func nullTest(_ arguments: Arguments, isNull: Bool) -> Datum {
  let column = arguments[0].column
  guard let validity = column.validity else {
    return Datum(constant: .boolean(!isNull), .boolean)
  }
  let values = (0..<arguments.count).map { validity.isValid($0) != isNull }
  return arguments.result(.bool(FixedColumn(values)))
}

private func truthTest(_ arguments: Arguments, isTrue: Bool, isNegated: Bool) -> Datum {
  let flags = Bool.unwrap(arguments[0].column)
  let values = (0..<arguments.count).map { (flags.isValid($0) && flags.values[$0] == isTrue) != isNegated }
  return arguments.result(.bool(FixedColumn(values)))
}

/// Whether both are NULL or both are equal values, or the opposite; never NULL.
private func distinct(_ arguments: Arguments, type: DataType, isDistinct: Bool) -> Datum {
  let equal = Bool.unwrap(compare(.equal, arguments, type: type).column)
  let left = arguments[0]
  let right = arguments[1]
  let values = (0..<arguments.count).map { row in
    let leftIsValid = left.column.isValid(left.index(row))
    let rightIsValid = right.column.isValid(right.index(row))
    return (leftIsValid == rightIsValid && (!leftIsValid || equal.values[row])) != isDistinct
  }
  return arguments.result(.bool(FixedColumn(values)))
}

/// The first argument, NULL where it is equal to the second.
private func nullIf(_ arguments: Arguments, type: DataType) -> Datum {
  let first = arguments[0].filled(arguments.count)
  let equal = Bool.unwrap(compare(.equal, arguments, type: type).filled(arguments.count))
  // The comparison does not see NULLs here; what stands under them may be equal. A row beyond the last is taken as NULL.
  let null = Datum(constant: .null, type)
  var pieces = Pieces(count: arguments.count)
  let nulls = selectRows(arguments.count, nil) { row in
    equal.values[row] && arguments[0].column.isValid(arguments[0].index(row)) && arguments[1].column.isValid(arguments[1].index(row))
  }
  pieces.add(null, at: nulls)
  let kept = without(nulls, nil, count: arguments.count)
  pieces.add(Datum(first.take(kept)), at: kept)
  let assembled = pieces.assembled(type)
  return arguments.result(assembled.filled(arguments.count))
}
