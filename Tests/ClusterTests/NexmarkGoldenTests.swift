//  Nexmark's results are Flink's, row by row: over 20,000 events, at every parallelism.
//  `Golden/index.json` holds, for each query, the number of rows and the SHA-256 of Flink's sorted rows.

import Foundation
import Testing

@Suite("Nexmark against Flink's results")
struct NexmarkGoldenTests {
  struct Golden: Decodable {
    struct Result: Decodable {
      var rows: Int
      var sha256: String
    }
    var queries: [String: Result]
  }

  @Test("the rows are Flink's", arguments: ["q0", "q1", "q2"], [1, 2, 4])
  func rowsAreFlinks(query: String, parallelism: Int) throws {
    let index = try #require(Bundle.module.url(forResource: "index", withExtension: "json", subdirectory: "Golden"))
    let golden = try #require(try JSONDecoder().decode(Golden.self, from: Data(contentsOf: index)).queries[query])
    try withScratch { scratch in
      let output = scratch.appending(path: "output")
      let script = scratch.appending(path: "\(query).sql")
      try Data(sql(query, into: output).utf8).write(to: script)
      try run(binary, ["local", script.path, "--parallelism", "\(parallelism)"])
      let rows = try committedRows(in: output).map(paddedFractions).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
      #expect(rows.count == golden.rows)
      let text = scratch.appending(path: "rows.txt")
      try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: text)
      #expect(try run("sha256sum", [text.path]).hasPrefix(golden.sha256))
    }
  }

  /// The benchmark's script, writing its rows to files as Flink's were written down.
  private func sql(_ query: String, into directory: URL) throws -> String {
    try String(contentsOf: repository.appending(path: "deploy/bench/sql/\(query).sql"), encoding: .utf8)
      .replacingOccurrences(of: "${EVENTS}", with: "20000")
      .replacingOccurrences(of: "${ERATE}", with: "200")
      .replacingOccurrences(of: "${THROTTLE}", with: "0")
      .replacingOccurrences(
        of: "WITH ('connector'='blackhole')",
        with: """
          WITH ('connector' = 'filesystem', 'path' = '\(directory.path)', 'format' = 'csv', 'csv.field-delimiter' = '|',
            'csv.disable-quote-character' = 'true')
          """)
  }

  /// Flink's CSV drops trailing zeros of a fraction of a second; the reference has three digits.
  private func paddedFractions(_ row: String) -> String {
    row.split(separator: "|", omittingEmptySubsequences: false).map { cell in
      let parts = cell.split(separator: ".")
      guard cell.count >= 19, cell.dropFirst(4).first == "-", cell.dropFirst(13).first == ":" else { return String(cell) }
      let fraction = parts.count == 2 ? String(parts[1]) : ""
      return parts[0] + "." + fraction.padding(toLength: 3, withPad: "0", startingAt: 0)
    }.joined(separator: "|")
  }

  @discardableResult
  private func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }
}
