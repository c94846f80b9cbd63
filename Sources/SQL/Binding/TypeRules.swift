//  Which types go together, and what comes out.
//  Source: Flink's LogicalTypeMerging and LogicalTypeCasts, Calcite's leastRestrictive.

import Columnar

enum TypeRules {
  /// The type that values of both types can be brought to without being asked; nil if there is none.
  ///
  /// - Parameter keepsFirstFloat: Of FLOAT and DOUBLE the first one is the type of both. So it is in Flink where Calcite decides: in
  ///   operators, CASE, IF, ARRAY, MAP and UNION; elsewhere it is DOUBLE.
  static func common(_ left: DataType, _ right: DataType, keepsFirstFloat: Bool = false) -> DataType? {
    func common(_ left: DataType, _ right: DataType) -> DataType? { Self.common(left, right, keepsFirstFloat: keepsFirstFloat) }
    if left == right { return left }
    switch (left, right) {
    case (.null, let other), (let other, .null): return other
    case (.char(let a), .char(let b)): return .varchar(length: max(a, b))
    case (.char(let a), .varchar(let b)), (.varchar(let a), .char(let b)), (.varchar(let a), .varchar(let b)):
      return .varchar(length: max(a, b))
    case (.binary(let a), .binary(let b)), (.binary(let a), .varbinary(let b)), (.varbinary(let a), .binary(let b)),
      (.varbinary(let a), .varbinary(let b)):
      return .varbinary(length: max(a, b))
    case (.time(let a), .time(let b)): return .time(precision: max(a, b))
    case (.timestamp(let a), .timestamp(let b)): return .timestamp(precision: max(a, b))
    case (.timestampLTZ(let a), .timestampLTZ(let b)): return .timestampLTZ(precision: max(a, b))
    case (.timestamp(let a), .timestampLTZ(let b)), (.timestampLTZ(let a), .timestamp(let b)): return .timestampLTZ(precision: max(a, b))
    case (.date, .timestamp), (.date, .timestampLTZ): return right
    case (.timestamp, .date), (.timestampLTZ, .date): return left
    case (.array(let a), .array(let b)): return common(a, b).map { .array($0) }
    case (.multiset(let a), .multiset(let b)): return common(a, b).map { .multiset($0) }
    case (.map(let k1, let v1), .map(let k2, let v2)):
      guard let key = common(k1, k2), let value = common(v1, v2) else { return nil }
      return .map(key: key, value: value)
    case (.row(let a), .row(let b)):
      guard a.count == b.count else { return nil }
      var fields: [Field] = []
      for (x, y) in zip(a, b) {
        guard let type = common(x.type, y.type) else { return nil }
        fields.append(Field(x.name, type, isNullable: x.isNullable || y.isNullable))
      }
      return .row(fields)
    default: return left.isNumeric && right.isNumeric ? commonNumber(left, right, keepsFirstFloat) : nil
    }
  }

  private static let integerOrder: [DataType] = [.int8, .int16, .int32, .int64]

  private static func commonNumber(_ left: DataType, _ right: DataType, _ keepsFirstFloat: Bool) -> DataType {
    if let a = integerOrder.firstIndex(of: left), let b = integerOrder.firstIndex(of: right) { return integerOrder[max(a, b)] }
    let isApproximate = { (type: DataType) in type == .float32 || type == .float64 }
    if isApproximate(left) || isApproximate(right) {
      if keepsFirstFloat, isApproximate(left), isApproximate(right) { return left }
      if left == .float64 || right == .float64 { return .float64 }
      if case .decimal = left { return .float64 }
      if case .decimal = right { return .float64 }
      return .float32
    }
    let (p1, s1) = DecimalRules.digits(left)
    let (p2, s2) = DecimalRules.digits(right)
    let scale = max(s1, s2)
    return .decimal(precision: min(max(p1 - s1, p2 - s2) + scale, DataType.maxDecimalPrecision), scale: scale)
  }

  /// Equal but for the precision of a time or the length of a string: one layout, no cast needed between them.
  static func sharesRepresentation(_ left: DataType, _ right: DataType) -> Bool {
    switch (left, right) {
    case (.char, .varchar), (.varchar, .char), (.varchar, .varchar), (.char, .char): true
    case (.binary, .varbinary), (.varbinary, .binary), (.varbinary, .varbinary), (.binary, .binary): true
    case (.time, .time), (.timestamp, .timestamp), (.timestampLTZ, .timestampLTZ): true
    default: left == right
    }
  }

  /// Whether `=`, and so grouping, joining and DISTINCT, work on values of the type.
  static func isComparable(_ type: DataType) -> Bool {
    switch type {
    case .array(let element): isComparable(element)
    case .map, .multiset: false
    case .row(let fields): fields.allSatisfy { isComparable($0.type) }
    default: true
    }
  }

  /// Whether `<`, MIN and MAX work on values of the type.
  static func isOrdered(_ type: DataType) -> Bool {
    switch type {
    case .array, .map, .multiset, .row, .null: false
    default: true
    }
  }

  /// What INSERT converts by itself.
  static func storesImplicitly(_ from: DataType, into to: DataType) -> Bool {
    if from == to || sharesRepresentation(from, to) {
      if case .char = to, case .varchar = from { return false }
      if case .binary = to, case .varbinary = from { return false }
      return true
    }
    switch (from, to) {
    case (.null, _): return true
    case (_, .decimal): return from.isNumeric
    case (_, .int8), (_, .int16), (_, .int32), (_, .int64):
      guard let a = integerOrder.firstIndex(of: from), let b = integerOrder.firstIndex(of: to) else { return false }
      return a <= b
    case (.float64, .float32): return false
    case (_, .float32), (_, .float64): return from.isNumeric
    case (.timestamp, .date), (.timestampLTZ, .date), (.timestamp, .time), (.timestampLTZ, .time): return true
    case (.timestamp, .timestampLTZ), (.timestampLTZ, .timestamp): return true
    case (.array(let a), .array(let b)), (.multiset(let a), .multiset(let b)): return storesImplicitly(a, into: b)
    case (.map(let k1, let v1), .map(let k2, let v2)): return storesImplicitly(k1, into: k2) && storesImplicitly(v1, into: v2)
    case (.row(let a), .row(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { storesImplicitly($0.type, into: $1.type) }
    default: return false
    }
  }

  /// What CAST converts; whether a value of the type then does is seen at run time.
  static func canCast(_ from: DataType, to: DataType) -> Bool {
    if from == to || sharesRepresentation(from, to) { return true }
    switch (from, to) {
    case (.null, _): return true
    case (_, .char), (_, .varchar): return true
    case (.char, .row), (.varchar, .row), (.char, .array), (.varchar, .array), (.char, .map), (.varchar, .map), (.char, .multiset),
      (.varchar, .multiset), (.char, .intervalMonths), (.varchar, .intervalMonths), (.char, .intervalTime), (.varchar, .intervalTime):
      return false
    case (.char, _), (.varchar, _): return true
    case (.boolean, _): return to.isNumeric
    case (_, .boolean): return from.isNumeric
    case (.timestamp, .date), (.timestamp, .time), (.timestamp, .timestampLTZ): return true
    case (.timestampLTZ, .date), (.timestampLTZ, .time), (.timestampLTZ, .timestamp): return true
    case (.date, .timestamp), (.date, .timestampLTZ), (.time, .timestamp), (.time, .timestampLTZ): return true
    case (_, .intervalMonths), (_, .intervalTime): return from.isInteger
    case (.array(let a), .array(let b)), (.multiset(let a), .multiset(let b)): return canCast(a, to: b)
    case (.map(let k1, let v1), .map(let k2, let v2)): return canCast(k1, to: k2) && canCast(v1, to: v2)
    case (.row(let a), .row(let b)): return a.count == b.count && zip(a, b).allSatisfy { canCast($0.type, to: $1.type) }
    default: return from.isNumeric && to.isNumeric
    }
  }

  static func isTimestamp(_ type: DataType) -> Bool {
    switch type {
    case .timestamp, .timestampLTZ: true
    default: false
    }
  }

  static func isTemporal(_ type: DataType) -> Bool {
    switch type {
    case .date, .time: true
    default: isTimestamp(type)
    }
  }
}
