//  A case of the `Cases` folder: a script with its input rows and what must come of it. README.md there describes the form.

import Columnar
import Foundation
import Testing

@testable import TestKit

struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// A row as written: its kind, its cells, and when it arrives.
  struct Row: Hashable, Sendable {
    var kind: ChangeKind
    var cells: [String]
    /// Microseconds after the job's start.
    var arrival: Int64
    var line: Int
  }

  /// What is wrong with the file itself.
  struct Malformed: Error, CustomStringConvertible {
    var description: String
  }

  /// The query at the end of a script stands behind this view.
  static let view = "golden_result"
  static let knownOptions: Set<String> = ["parallelism", "splits", "late", "flink"]

  /// The path below the folder.
  let name: String
  var options: [String: String] = [:]
  /// Of each table: what a source reads, what a sink holds in the end. Those after a query stand under `view`.
  private(set) var rows: [String: [Row]] = [:]
  /// The exact text of the mistake.
  private(set) var error: String?
  /// The script as it is compiled; its lines are the file's.
  private(set) var script = ""
  /// It ends in a query rather than in an INSERT.
  private(set) var endsInQuery = false

  var testDescription: String { name }

  init(name: String, text: String) throws(Malformed) {
    self.name = name
    var scanner = ScriptScanner()
    var arrival: Int64 = 0
    var mistake: [String] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (index, line) in lines.enumerated() {
      let place = "\(name), line \(index + 1)"
      if scanner.isInsideText || !line.hasPrefix("--") {
        scanner.take(line, number: index)
        arrival = 0
      } else if line.hasPrefix("--|") {
        guard let table = scanner.statements.last?.table, scanner.isBetweenStatements else {
          throw Malformed(description: "\(place): rows stand after CREATE TABLE ...; or after the query, which ends in ';' too")
        }
        rows[table, default: []].append(try Self.row(String(line.dropFirst(3)), arrival: arrival, line: index + 1))
      } else if line.hasPrefix("--@") {
        guard let seconds = Double(line.dropFirst(3).trimmingCharacters(in: .whitespaces)) else {
          throw Malformed(description: "\(place): '--@' takes seconds after the start")
        }
        arrival = Int64(seconds * 1_000_000)
      } else if line.hasPrefix("--!") {
        mistake.append(String(line.dropFirst(line.hasPrefix("--! ") ? 4 : 3)))
      } else if scanner.statements.isEmpty, let colon = line.firstIndex(of: ":") {
        let key = line[..<colon].dropFirst(2).trimmingCharacters(in: .whitespaces)
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        if Self.knownOptions.contains(key) { options[key] = value }
      }
    }
    guard scanner.isBetweenStatements, let last = scanner.statements.last else {
      throw Malformed(description: "\(name): the last statement ends in ';'")
    }
    error = mistake.isEmpty ? nil : mistake.joined(separator: "\n")
    endsInQuery = last.table == Self.view
    var script = lines
    if endsInQuery {
      // The view begins where the statement before ended, so that lines and columns stay those of the file.
      let view = "CREATE VIEW \(Self.view) AS "
      if let before = scanner.statements.dropLast().last {
        script[before.line].insert(
          contentsOf: " " + view, at: script[before.line].index(script[before.line].startIndex, offsetBy: before.end))
      } else {
        script[0] = view + script[0]
      }
    }
    self.script = script.joined(separator: "\n")
  }

  /// Text between bars: `| +U apple | 3 | NULL`.
  private static func row(_ text: String, arrival: Int64, line: Int) throws(Malformed) -> Row {
    var rest = text.trimmingCharacters(in: .whitespaces)
    var kind = ChangeKind.insert
    if let marked = FixtureScanner.changeKinds[String(rest.prefix(2))], rest.dropFirst(2).first == " " {
      kind = marked
      rest = rest.dropFirst(3).trimmingCharacters(in: .whitespaces)
    }
    return Row(kind: kind, cells: FixtureScanner.split(rest, at: { $0 == "|" }), arrival: arrival, line: line)
  }

  /// A row as it is compared.
  static func text(_ cells: [String]) -> String { cells.joined(separator: " | ") }

  // MARK: The folder

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

  /// Every case, or those whose path contains what `GOLDEN_CASES` says.
  static let all: [GoldenCase] = {
    let wanted = ProcessInfo.processInfo.environment["GOLDEN_CASES"] ?? ""
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".sql") && (wanted.isEmpty || $0.contains(wanted)) }.sorted().map { name in
      do {
        return try GoldenCase(name: name, text: String(contentsOf: folder.appending(path: name), encoding: .utf8))
      } catch {
        preconditionFailure("a case cannot be read: \(error)")
      }
    }
  }()
}

/// Finds the statements of a script, line by line.
private struct ScriptScanner {
  struct Statement {
    /// The table that it creates, the view of the result for a query, or nothing.
    var table: String?
    /// Where its ';' is: the line from 0 and the characters up to and with it.
    var line: Int
    var end: Int
  }

  private(set) var statements: [Statement] = []
  private var text = ""
  private var quote: Character?

  var isInsideText: Bool { quote != nil }
  var isBetweenStatements: Bool { quote == nil && text.allSatisfy(\.isWhitespace) }

  mutating func take(_ line: String, number: Int) {
    var previous: Character = " "
    for (offset, character) in line.enumerated() {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "`" {
        quote = character
      } else if character == "-", previous == "-" {
        text.removeLast()
        break
      } else if character == ";" {
        statements.append(Statement(table: Self.table(text), line: number, end: offset + 1))
        text = ""
        previous = " "
        continue
      }
      text.append(character)
      previous = character
    }
    text.append("\n")
  }

  private static func table(_ statement: String) -> String? {
    let words = statement.split { $0.isWhitespace || $0 == "(" }.prefix(3).map(String.init)
    let first = words.first?.uppercased() ?? ""
    if ["SELECT", "WITH", "VALUES"].contains(first) || statement.drop(while: \.isWhitespace).first == "(" { return GoldenCase.view }
    guard first == "CREATE", words.count == 3, words[1].uppercased() == "TABLE" else { return nil }
    return words[2].replacing("`", with: "")
  }
}
