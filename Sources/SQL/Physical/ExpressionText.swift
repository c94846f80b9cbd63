//  Expressions as plans and vertex names show them.

import Columnar
import Expressions

enum ExpressionText {
  /// Characters after which a text is cut.
  static let characterCountMax = 400

  /// - Parameter names: of the input's columns.
  static func render(_ expression: Expression, _ names: [String]) -> String {
    shortened(text(expression, names, depth: 0))
  }

  static func shortened(_ text: String) -> String {
    text.utf8.count <= characterCountMax ? text : String(text.prefix(characterCountMax)) + "..."
  }

  private static let infix: [ScalarFunction: String] = [
    .equal: "=", .notEqual: "<>", .less: "<", .lessOrEqual: "<=", .greater: ">", .greaterOrEqual: ">=", .and: "AND", .or: "OR", .add: "+",
    .subtract: "-", .multiply: "*", .divide: "/", .concat: "||", .like: "LIKE", .isDistinctFrom: "IS DISTINCT FROM",
    .isNotDistinctFrom: "IS NOT DISTINCT FROM",
  ]
  private static let postfix: [ScalarFunction: String] = [
    .isNull: "IS NULL", .isNotNull: "IS NOT NULL", .isTrue: "IS TRUE", .isNotTrue: "IS NOT TRUE", .isFalse: "IS FALSE",
    .isNotFalse: "IS NOT FALSE", .isUnknown: "IS UNKNOWN", .isNotUnknown: "IS NOT UNKNOWN",
  ]
  private static let functionNames: [ScalarFunction: String] = [
    .modulo: "MOD", .dateFormat: "DATE_FORMAT", .toTimestamp: "TO_TIMESTAMP", .toTimestampLTZ: "TO_TIMESTAMP_LTZ",
    .toDate: "TO_DATE", .charLength: "CHAR_LENGTH", .splitIndex: "SPLIT_INDEX", .regexpReplace: "REGEXP_REPLACE",
    .regexpExtract: "REGEXP_EXTRACT", .regexpLike: "REGEXP", .concatWS: "CONCAT_WS", .now: "CURRENT_TIMESTAMP", .proctime: "PROCTIME",
    .nullIf: "NULLIF", .onlyValue: "SINGLE_VALUE", .hashBucket: "HASH_BUCKET",
    .fromUnixtime: "FROM_UNIXTIME", .unixTimestamp: "UNIX_TIMESTAMP", .rowConstructor: "ROW", .arrayConstructor: "ARRAY",
    .mapConstructor: "MAP", .repeatString: "REPEAT",
  ]

  private static func text(_ expression: Expression, _ names: [String], depth: Int) -> String {
    func inner(_ expression: Expression) -> String { text(expression, names, depth: depth + 1) }
    switch expression {
    case .column(let index, _): return index < names.count ? names[index] : "$\(index)"
    case .literal(let value, let type): return literal(value, type)
    case .cast(let value, let type, let isTry): return "\(isTry ? "TRY_CAST" : "CAST")(\(inner(value)) AS \(type))"
    case .field(let row, let index, _):
      guard case .row(let fields) = row.type else { return inner(row) }
      return "\(inner(row)).\(fields[index].name)"
    case .conditional(let branches, let otherwise, _):
      let whens = branches.map { "WHEN \(inner($0.condition)) THEN \(inner($0.value)) " }.joined()
      return "CASE \(whens)ELSE \(inner(otherwise)) END"
    case .function(let function, let arguments, _): return "\(function.name)(\(arguments.map(inner).joined(separator: ", ")))"
    case .call(let function, let arguments, _):
      if let symbol = infix[function], arguments.count > 1 {
        let joined = arguments.map(inner).joined(separator: " \(symbol) ")
        return depth == 0 ? joined : "(\(joined))"
      }
      if let word = postfix[function] { return "\(inner(arguments[0])) \(word)" }
      if function == .not { return "NOT \(inner(arguments[0]))" }
      if function == .negate { return "-\(inner(arguments[0]))" }
      return "\(functionNames[function] ?? function.rawValue.uppercased())(\(arguments.map(inner).joined(separator: ", ")))"
    }
  }

  static func literal(_ value: Value, _ type: DataType) -> String {
    switch value {
    case .null: return "NULL"
    case .boolean(let flag): return flag ? "TRUE" : "FALSE"
    case .integer(let number):
      switch type {
      case .intervalTime: return duration(number)
      case .intervalMonths: return "\(number) months"
      case .int64: return "\(number)"
      default: return type.isInteger ? "\(number)" : "\(number):\(type)"
      }
    case .float(let number): return "\(number)"
    case .double(let number): return "\(number)"
    case .decimal(let unscaled):
      guard case .decimal(_, let scale) = type, scale > 0 else { return "\(unscaled)" }
      let digits = String(unscaled.magnitude)
      let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
      return (unscaled < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
    case .string(let text): return "'\(text)'"
    case .bytes(let bytes): return "x'\(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())'"
    case .row, .list: return "\(type)"
    }
  }

  /// As Flink's plans write durations: `10 s`, `1 min`.
  static func duration(_ microseconds: Int64) -> String {
    for (length, unit) in [(86_400_000_000, "d"), (3_600_000_000, "h"), (60_000_000, "min"), (1_000_000, "s"), (1_000, "ms")]
      as [(Int64, String)]
    where microseconds != 0 && microseconds % length == 0 { return "\(microseconds / length) \(unit)" }
    return "\(microseconds) us"
  }
}
