//  Random calls of every function with whatever stands at hand: each is refused, fails, or has a value for every row, and none traps.
//  More of them: EXPRESSION_FUZZ=100000 swift test --filter ExpressionFuzzTests

import Expressions
import Foundation
import TestKit
import Testing

@testable import SQL

@Suite struct ExpressionFuzzTests {
  private static let count = ProcessInfo.processInfo.environment["EXPRESSION_FUZZ"].flatMap { Int($0) } ?? 1_000

  private static let names =
    FunctionTable.signatures.keys.filter { !$0.contains(" ") }.sorted() + FunctionLibrary.byName.keys.filter { !$0.contains(" ") }.sorted()
    + [
      "MOD", "ABS", "SIGN", "ROUND", "TRUNCATE", "FLOOR", "CEIL", "GREATEST", "LEAST", "COALESCE", "NULLIF", "IF", "IFNULL",
      "DATE_FORMAT", "TO_TIMESTAMP_LTZ", "CARDINALITY", "LOG", "CONCAT", "CONCAT_WS", "YEAR", "WEEK", "DAYOFYEAR", "SECOND", "TYPEOF",
    ]
  private static let columns = [
    "bo", "ti", "si", "i", "bi", "f", "d", "dc", "dl", "v", "s", "n", "by_", "da", "tm", "ts", "t6", "tz", "ai", "st", "m", "r", "j", "r.a",
  ]
  private static let types = [
    "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(38, 38)", "DECIMAL(1, 0)", "DECIMAL(18, 9)", "CHAR(3)",
    "VARCHAR(2)", "STRING", "BINARY(2)", "BYTES", "DATE", "TIME(3)", "TIMESTAMP(0)", "TIMESTAMP(9)", "TIMESTAMP_LTZ(3)", "INTERVAL MONTH",
    "INTERVAL DAY", "ARRAY<BIGINT>", "MAP<STRING, STRING>", "ROW<a BIGINT, b STRING>", "ARRAY<ROW<a INT>>",
  ]
  private static let literals = [
    "NULL", "TRUE", "0", "1", "-1", "2", "3", "127", "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808",
    "99999999999999999999999999999999999999", "0.5", "-0.00000000000000000000000000000000000001", "1e308", "-4.9e-324", "1e0", "''", "' '",
    "'a'", "'añ€😀'", "'%'", "'_'", "'%s %5d %-10.3f %<s %2$x'", "'0x1p3'", "'NaN'", "'-.'", "'1e99999999999'", "'yyyy-MM-dd HH:mm:ss.SSS'",
    "'[['", "'EEE, d MMM yyyy h a'", "'2024-02-30'", "'9999-12-31 23:59:59.999999999'", "'0000-00-00'", "'-1--1--1'", "'(a|b)*+'", "'\\'",
    "'(?<n>'", "'{\"a\":[1,{\"b\":null}]}'", "'$.a[*].b'", "'lax $..*'", "'Asia/Kolkata'", "'+25:00'", "'UTC'", "x''", "x'ff00c328'",
    "DATE '0001-01-01'", "DATE '9999-12-31'", "TIME '23:59:59.999'", "TIMESTAMP '0001-01-01 00:00:00'",
    "TIMESTAMP '9999-12-31 23:59:59.999999'", "INTERVAL '99' YEAR", "INTERVAL '-99 23:59:59.999' DAY TO SECOND", "ARRAY[1, NULL]",
    "MAP['k', 1]", "ROW(1, 'a')", "ARRAY[ARRAY['x']]", "CAST('NaN' AS DOUBLE)", "CAST('-Infinity' AS FLOAT)",
  ]
  private static let operators = [
    "+", "-", "*", "/", "%", "||", "=", "<>", "<", ">=", "AND", "OR", "LIKE", "IS DISTINCT FROM", "IN (1) OR 1 =",
  ]

  private static func expression(_ depth: Int, _ random: inout SeededGenerator) -> String {
    func part() -> String { expression(depth - 1, &random) }
    let kind = depth == 0 ? Int.random(in: 0..<2, using: &random) : Int.random(in: 0..<10, using: &random)
    switch kind {
    case 0: return literals.randomElement(using: &random)!
    case 1: return columns.randomElement(using: &random)!
    case 2: return "\(Bool.random(using: &random) ? "TRY_" : "")CAST(\(part()) AS \(types.randomElement(using: &random)!))"
    case 3: return "(\(part()) \(operators.randomElement(using: &random)!) \(part()))"
    case 4: return "CASE WHEN \(part()) THEN \(part()) ELSE \(part()) END"
    case 5:
      return
        "\(["FLOOR", "CEIL"].randomElement(using: &random)!)(\(part()) TO \(["WEEK", "MILLENNIUM", "SECOND"].randomElement(using: &random)!))"
    default:
      let name = names.randomElement(using: &random)!
      return "\(name)(\((0..<Int.random(in: 0...4, using: &random)).map { _ in part() }.joined(separator: ", ")))"
    }
  }

  @Test("a random expression is refused, fails or has values", arguments: 0..<4 as Range<UInt64>)
  func expressions(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var valued = 0
    for _ in 0..<Self.count / 4 {
      let expression = Self.expression(Int.random(in: 1...3, using: &random), &random)
      // What is about to trap is the last line.
      if Self.count > 1_000 { print("seed \(seed): \(expression)") }
      let answer = FlinkTable.answer(expression, zone: .utc)
      if answer != "INVALID", !answer.hasSuffix(" :: ERROR") { valued += 1 }
    }
    #expect(valued > Self.count / 40, "too few expressions are understood for this to say anything")
  }
}
