//  Scripts that went through a shredder: the compiler answers each with jobs or with a mistake, never with a trap.

import TestKit
import Testing

@testable import SQL

@Suite struct FuzzTests {
  /// Scripts to start from, which together use most of the grammar.
  private static let seeds: [String] =
    NexmarkScripts.names.map(NexmarkScripts.flat)
    + Mistake.all.map { TestCatalog.orders + $0.script }
    + [
      TestCatalog.orders + """
        CREATE TABLE t (a STRING, b ARRAY<INT>, c MAP<STRING, INT>, d ROW<x INT, y ROW<z STRING>>, e DECIMAL(38, 10)) WITH ('connector' = 'print');
        SET 'parallelism.default' = '3'; SET 'table.local-time-zone' = 'UTC'; RESET 'parallelism.default';
        EXECUTE STATEMENT SET BEGIN
        INSERT INTO t (a, e) SELECT CAST(x'0aff' AS STRING) || TRIM(LEADING 'x' FROM cur) || SUBSTRING(cur FROM 2 FOR 3),
          -price * 1.50 / 3 + MOD(id, 7) - 1e3 FROM orders WHERE cur NOT LIKE 'a!%' ESCAPE '!' AND uid BETWEEN SYMMETRIC 1 AND -3;
        INSERT INTO t SELECT CASE uid WHEN 1 THEN 'a' ELSE 'b' END, ARRAY[1, 2][uid], MAP['k', 1], ROW(1, ROW('z')), NULL
          FROM orders GROUP BY uid HAVING COUNT(DISTINCT id) FILTER (WHERE price IS NOT NULL) > 2;
        END;
        """
    ]

  private static let splinters: [String] = [
    "'", "`", "(", ")", "[", "]", ",", ";", ".", "*", "--", "/*", "*/", "\"", "\u{0}", "\u{FEFF}", "é", "😀", "\u{202E}", "\u{301}",
    " NULL ", " SELECT ", " FROM ", " WHERE ", " GROUP BY ", " CASE ", " INTERVAL ", " CAST(", " AS ", " UNION ", " JOIN ", " OVER ",
    " TABLE(", " DESCRIPTOR(", "99999999999999999999999999999999999999999", "1e999", "0x", "-", "''", "``", " NOT ", " IN (", "::", "%",
    "DECIMAL(39, 50)", "TIMESTAMP(99)", " INTERVAL '9999999999999999999' DAY", " ROW(", "ARRAY[]", "x'0'",
  ]

  private static func mutated(_ script: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(script.utf8)
    for _ in 0...Int.random(in: 0..<6, using: &random) {
      let position = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.insert(contentsOf: splinters.randomElement(using: &random)!.utf8, at: position)
      case 1: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 0..<40, using: &random)))
      case 2: if position < bytes.count { bytes[position] = UInt8.random(in: 0...255, using: &random) }
      case 3:
        let other = Array(seeds.randomElement(using: &random)!.utf8)
        let start = Int.random(in: 0..<other.count, using: &random)
        bytes.insert(contentsOf: other[start..<min(other.count, start + 60)], at: position)
      case 4: bytes.removeSubrange(position...)
      default:
        let end = min(bytes.count, position + 30)
        bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &random))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("a mutated script gives jobs or a mistake with a place", arguments: 0..<10 as Range<UInt64>)
  func mutations(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let script = Self.mutated(Self.seeds.randomElement(using: &random)!, &random)
      do throws(SQLError) {
        let jobs = try TestCatalog.compile(script, parallelism: Int.random(in: 1...3, using: &random))
        #expect(!jobs.isEmpty)
      } catch {
        #expect(error.line >= 1 && error.column >= 1 && error.rendered.hasPrefix("line \(error.line), column \(error.column): "))
        #expect(!error.message.isEmpty && error.rendered.hasSuffix("^"))
      }
    }
  }
}
