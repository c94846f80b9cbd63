//  The functions that take and give fixed types: one line each.
//  Source: Flink's "System (Built-in) Functions" page.

import Columnar
import Expressions

enum FunctionTable {
  struct Signature: Sendable {
    var function: ScalarFunction
    var parameters: [DataType]
    /// How many of the parameters must be given.
    var required: Int
    var result: DataType
    /// Stand for the parameters that are not given.
    var fillers: [Expression] = []
    /// NULL can come out of arguments without NULL.
    var mayGiveNull = false
  }

  static let signatures: [String: Signature] = {
    let text = DataType.string
    let blank = Expression.literal(.string(" "), .char(length: 1))
    var table: [String: Signature] = [:]
    func add(
      _ names: String..., function: ScalarFunction, _ parameters: [DataType], gives result: DataType, required: Int? = nil,
      fillers: [Expression] = [], mayGiveNull: Bool = false
    ) {
      for name in names {
        table[name] = Signature(
          function: function, parameters: parameters, required: required ?? parameters.count, result: result, fillers: fillers,
          mayGiveNull: mayGiveNull)
      }
    }
    // numbers
    add("POWER", "POW", function: .power, [.float64, .float64], gives: .float64)
    add("SQRT", function: .sqrt, [.float64], gives: .float64)
    add("EXP", function: .exp, [.float64], gives: .float64)
    add("LN", function: .ln, [.float64], gives: .float64)
    add("LOG10", function: .log10, [.float64], gives: .float64)
    add("LOG2", function: .log2, [.float64], gives: .float64)
    // strings
    add("CHAR_LENGTH", "CHARACTER_LENGTH", function: .charLength, [text], gives: .int32)
    add("UPPER", "UCASE", function: .upper, [text], gives: text)
    add("LOWER", "LCASE", function: .lower, [text], gives: text)
    add("TRIM BOTH", "BTRIM", function: .trimBoth, [text, text], gives: text, required: 1, fillers: [blank])
    add("TRIM LEADING", "LTRIM", function: .trimLeading, [text, text], gives: text, required: 1, fillers: [blank])
    add("TRIM TRAILING", "RTRIM", function: .trimTrailing, [text, text], gives: text, required: 1, fillers: [blank])
    add("SUBSTRING", "SUBSTR", function: .substring, [text, .int32, .int32], gives: text, required: 2, mayGiveNull: true)
    add("POSITION", function: .position, [text, text], gives: .int32)
    add("REPLACE", function: .replace, [text, text, text], gives: text)
    add("LEFT", function: .left, [text, .int32], gives: text)
    add("RIGHT", function: .right, [text, .int32], gives: text)
    add("LPAD", function: .lpad, [text, .int32, text], gives: text, mayGiveNull: true)
    add("RPAD", function: .rpad, [text, .int32, text], gives: text, mayGiveNull: true)
    add("REPEAT", function: .repeatString, [text, .int32], gives: text)
    add("REVERSE", function: .reverse, [text], gives: text)
    add("SPLIT_INDEX", function: .splitIndex, [text, text, .int32], gives: text, mayGiveNull: true)
    add("STARTSWITH", function: .startsWith, [text, text], gives: .boolean)
    add("ENDSWITH", function: .endsWith, [text, text], gives: .boolean)
    add("REGEXP_REPLACE", function: .regexpReplace, [text, text, text], gives: text, mayGiveNull: true)
    add(
      "REGEXP_EXTRACT", function: .regexpExtract, [text, text, .int32], gives: text, required: 2,
      fillers: [.literal(.integer(0), .int32)], mayGiveNull: true)
    add("REGEXP", function: .regexpLike, [text, text], gives: .boolean)
    add("ASCII", function: .ascii, [text], gives: .int32)
    add("CHR", function: .chr, [.int64], gives: text, mayGiveNull: true)
    // time
    add("TO_TIMESTAMP", function: .toTimestamp, [text, text], gives: .timestamp(precision: 3), required: 1, mayGiveNull: true)
    add("TO_DATE", function: .toDate, [text, text], gives: .date, required: 1, mayGiveNull: true)
    add("FROM_UNIXTIME", function: .fromUnixtime, [.int64, text], gives: text, required: 1, mayGiveNull: true)
    add("UNIX_TIMESTAMP", function: .unixTimestamp, [text, text], gives: .int64, required: 0)
    // hashes
    add("MD5", function: .md5, [text], gives: .char(length: 32))
    add("SHA1", function: .sha1, [text], gives: .char(length: 40))
    add("SHA256", function: .sha256, [text], gives: .char(length: 64))
    return table
  }()
}
