//  Fixtures as text, so that input and expectation can be read in the test.
//  A malformed fixture is a mistake in a test: it traps and says where.

import Columnar

/// A batch from text: a header of `name:type` (BIGINT where the type is left out, `!` after it for NOT NULL), then one row a line.
///
/// ```
/// batch("""
///   key  name:string  price:decimal(10,2)  time:timestamp
///   1    apple        1.50                 1000000
///   -U 2 'a pear'     NULL                 2024-01-01T00:00:01.5
///   """)
/// ```
///
/// A row may start with `+I`, `-U`, `+U` or `-D`; without any such mark the batch has no changes. Cells are separated by blanks; quotes
/// (`'it''s'`) hold a string that has blanks, is empty or reads NULL. Times of any type may be written as the integer that is stored
/// (microseconds, milliseconds, days) or as ISO text. Arrays are `[1,2]`, rows `(1,'a')`, maps and multisets `{key=value,...}`, bytes `x'00ff'`.
public func batch(_ text: String) -> RecordBatch {
  let lines = text.split(separator: "\n").map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
  precondition(!lines.isEmpty, "a fixture has a header line")
  let schema = schema(lines[0])
  let builder = BatchBuilder(schema)
  var kinds: [ChangeKind] = []
  var hasKinds = false
  for line in lines.dropFirst() {
    var cells = FixtureScanner.split(line)
    var kind = ChangeKind.insert
    if let marked = FixtureScanner.changeKinds[cells[0]] {
      kind = marked
      hasKinds = true
      cells.removeFirst()
    }
    precondition(cells.count == schema.count, "fixture row \"\(line)\" has \(cells.count) cells for \(schema.count) columns")
    builder.append(zip(cells, schema.fields).map { FixtureScanner.value($0, as: $1.type) })
    kinds.append(kind)
  }
  let plain = builder.finish()
  return RecordBatch(schema: plain.schema, columns: plain.columns, rowCount: plain.rowCount, changes: hasKinds ? kinds : nil)
}

/// A schema from the header line of a fixture: `key name:string! price:decimal(10,2)`.
public func schema(_ header: String) -> Schema {
  Schema(
    FixtureScanner.split(header).map { token in
      let isNullable = !token.hasSuffix("!")
      let token = isNullable ? token : String(token.dropLast())
      guard let colon = token.firstIndex(of: ":") else { return Field(token, .int64, isNullable: isNullable) }
      return Field(String(token[..<colon]), dataType(String(token[token.index(after: colon)...])), isNullable: isNullable)
    })
}

/// A type from text, in SQL's words: `bigint`, `decimal(10,2)`, `timestamp(3)`, `array<int>`, `map<string,int>`, `row<a:int,b:string>`.
public func dataType(_ text: String) -> DataType {
  var name = text
  var numbers: [Int] = []
  var inner: [String] = []
  if let open = text.firstIndex(where: { $0 == "(" || $0 == "<" }) {
    name = String(text[..<open])
    let body = String(text[text.index(after: open)...].dropLast())
    if text[open] == "(" {
      numbers = body.split(separator: ",").map { Int($0.filter { $0 != " " })! }
    } else {
      inner = FixtureScanner.split(body, at: { $0 == "," })
    }
  }
  return switch name.lowercased() {
  case "boolean": .boolean
  case "tinyint": .int8
  case "smallint": .int16
  case "int": .int32
  case "bigint": .int64
  case "float": .float32
  case "double": .float64
  case "decimal": .decimal(precision: numbers.first ?? 10, scale: numbers.count > 1 ? numbers[1] : 0)
  case "char": .char(length: numbers.first ?? 1)
  case "varchar": .varchar(length: numbers.first ?? 1)
  case "string": .string
  case "binary": .binary(length: numbers.first ?? 1)
  case "varbinary": .varbinary(length: numbers.first ?? 1)
  case "bytes": .bytes
  case "date": .date
  case "time": .time(precision: numbers.first ?? 0)
  case "timestamp": .timestamp(precision: numbers.first ?? 6)
  case "timestamp_ltz": .timestampLTZ(precision: numbers.first ?? 6)
  case "interval_months": .intervalMonths
  case "interval_time": .intervalTime
  case "array": .array(dataType(inner[0]))
  case "map": .map(key: dataType(inner[0]), value: dataType(inner[1]))
  case "multiset": .multiset(dataType(inner[0]))
  case "row": .row(inner.map { schema($0)[0] })
  case "null": .null
  default: preconditionFailure("fixture type \"\(text)\" is not known")
  }
}

enum FixtureScanner {
  static let changeKinds: [String: ChangeKind] = ["+I": .insert, "-U": .updateBefore, "+U": .updateAfter, "-D": .delete]

  /// Pieces of `text` between separators that stand outside of quotes and brackets; blanks around a piece are dropped.
  static func split(_ text: String, at isSeparator: (Character) -> Bool = \.isWhitespace) -> [String] {
    var pieces: [String] = []
    var piece = ""
    var depth = 0
    var isQuoted = false
    for character in text {
      if character == "'" { isQuoted.toggle() }
      if !isQuoted, "([{<".contains(character) { depth += 1 }
      if !isQuoted, ")]}>".contains(character) { depth -= 1 }
      if !isQuoted, depth == 0, isSeparator(character) || (piece.isEmpty && character.isWhitespace) {
        if !piece.isEmpty { pieces.append(piece) }
        piece = ""
      } else {
        piece.append(character)
      }
    }
    if !piece.isEmpty { pieces.append(piece) }
    return pieces.map { String($0.reversed().drop(while: \.isWhitespace).reversed()) }
  }

  static func value(_ cell: String, as type: DataType) -> Value {
    if cell == "NULL" { return .null }
    func list(_ separator: Character = ",") -> [String] { split(String(cell.dropFirst().dropLast()), at: { $0 == separator }) }
    switch type {
    case .null: preconditionFailure("a cell of type NULL is NULL, not \"\(cell)\"")
    case .boolean: return .boolean(cell.lowercased() == "true")
    case .int8, .int16, .int32, .int64, .intervalMonths, .intervalTime: return .integer(parsed(Int64(cell), cell, type))
    case .float32: return .float(parsed(Float(cell), cell, type))
    case .float64: return .double(parsed(Double(cell), cell, type))
    case .decimal(_, let scale): return .decimal(decimal(cell, scale: scale))
    case .char, .varchar: return .string(unquoted(cell))
    case .binary, .varbinary:
      let digits = Array(cell.dropFirst(cell.hasPrefix("x'") ? 2 : 0).prefix { $0.isHexDigit })
      return .bytes(stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! })
    case .date: return .integer(Int64(cell) ?? days(cell))
    case .time: return .integer(Int64(cell) ?? microsecondsOfDay(cell) / 1000)
    case .timestamp, .timestampLTZ:
      if let stored = Int64(cell) { return .integer(stored) }
      let parts = unquoted(cell).split(whereSeparator: { $0 == "T" || $0 == " " || $0 == "Z" }).map(String.init)
      return .integer(days(parts[0]) * 86_400_000_000 + (parts.count > 1 ? microsecondsOfDay(parts[1]) : 0))
    case .array(let element): return .list(list().map { value($0, as: element) })
    case .map(let key, let element):
      return .list(
        list().map { entry in
          let parts = split(entry, at: { $0 == "=" })
          return .row([value(parts[0], as: key), value(parts[1], as: element)])
        })
    case .multiset(let element):
      return .list(
        list().map { entry in
          let parts = split(entry, at: { $0 == "=" })
          return .row([value(parts[0], as: element), value(parts[1], as: .int32)])
        })
    case .row(let fields): return .row(zip(list(), fields).map { value($0, as: $1.type) })
    }
  }

  private static func parsed<Number>(_ number: Number?, _ cell: String, _ type: DataType) -> Number {
    guard let number else { preconditionFailure("fixture cell \"\(cell)\" is no \(type)") }
    return number
  }

  private static func unquoted(_ cell: String) -> String {
    guard cell.hasPrefix("'"), cell.hasSuffix("'"), cell.count >= 2 else { return cell }
    var text = ""
    var isSecondQuote = false
    for character in cell.dropFirst().dropLast() {
      isSecondQuote = character == "'" && !isSecondQuote
      if !isSecondQuote { text.append(character) }
    }
    return text
  }

  private static func decimal(_ cell: String, scale: Int) -> Int128 {
    let parts = cell.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    precondition(fraction.count <= scale, "fixture cell \"\(cell)\" has more than \(scale) decimals")
    return parsed(
      Int128("\(parts[0])\(fraction)\(String(repeating: "0", count: scale - fraction.count))"), cell, .decimal(precision: 38, scale: scale))
  }

  private static func days(_ date: String) -> Int64 {
    let parts = date.split(separator: "-").map { parsed(Int64($0), date, .date) }
    precondition(parts.count == 3, "fixture date \"\(date)\" is year-month-day")
    let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
    let dayOfYear = (153 * ((parts[1] + 9) % 12) + 2) / 5 + parts[2] - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  private static func microsecondsOfDay(_ time: String) -> Int64 {
    let parts = time.split(separator: ":")
    precondition(parts.count >= 2, "fixture time \"\(time)\" is hour:minute or hour:minute:second")
    let whole = (parsed(Int64(parts[0]), time, .time(precision: 0)) * 60 + parsed(Int64(parts[1]), time, .time(precision: 0))) * 60
    let seconds = parts.count > 2 ? String(parts[2]) : "0"
    return whole * 1_000_000 + Int64(decimal(seconds, scale: 6))
  }
}
