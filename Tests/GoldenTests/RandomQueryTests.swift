//  Random queries give what SQLite gives, at random parallelism and restored at random. `RANDOM_QUERIES` says how many, and
//  `RANDOM_SEED` where to begin.

import Dataflow
import Foundation
import GRDB
import TestKit
import Testing

@Suite struct RandomQueryTests {
  private static func setting(_ name: String, default value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
  }
  private static let seeds = { () -> Range<Int> in
    let first = setting("RANDOM_SEED", default: 1)
    return first..<(first + setting("RANDOM_QUERIES", default: 2_000))
  }()
  private static let chunk = 250
  /// Tries at a smaller query that fails too.
  private static let shrinkCountMax = 2_000

  @Test("a random query gives what SQLite gives", arguments: stride(from: seeds.lowerBound, to: seeds.upperBound, by: chunk).map { $0 })
  func agrees(from first: Int) {
    for seed in first..<min(first + Self.chunk, Self.seeds.upperBound) {
      let query = RandomQuery(Choices(seed: UInt64(seed)))
      guard Self.failure(query, seed: UInt64(seed)) != nil else { continue }
      let small = Self.shrunk(query, seed: UInt64(seed))
      Issue.record("seed \(seed)\n\(small.script)\(Self.failure(small, seed: UInt64(seed)) ?? "")")
    }
  }

  /// How the rows differ; nil if they do not.
  private static func failure(_ query: RandomQuery, seed: UInt64) -> String? {
    do {
      let wanted = try sqliteRows(query)
      let golden = try GoldenCase(name: "random", text: query.script)
      let runner = CaseRunner(golden: golden)
      var random = SeededGenerator(seed: seed)
      let (from, to) = (Int.random(in: 1...4, using: &random), Int.random(in: 1...4, using: &random))
      let world = CaseWorld(tables: golden.rows, splitCount: Int.random(in: 1...3, using: &random))
      let graph = try runner.compile(parallelism: from)[0].graph
      let job = try SimulatedJob(graph, world: world, plan: RunPlan(seed: seed, rowsPerPoll: 1...3, channelByteCount: 300))
      let isRestored = Bool.random(using: &random)
      if isRestored, try job.interrupt(after: Int.random(in: 0...12, using: &random), whenQuiet: false) {
        try job.restart(on: try runner.compile(parallelism: to)[0].graph)
      }
      try job.finish()
      let result = try FinalRows(graph.sinks[0], world.committed["golden_sink"]?.batches ?? [])
      let difference = FinalRows.difference(result.rows, from: wanted)
      if !result.missing.isEmpty { return "taken away without having been there: \(result.missing)\n\(difference)" }
      return difference.isEmpty ? nil : "parallelism \(from)\(isRestored ? ", restored at \(to)" : "")\n\(difference)"
    } catch {
      return "\(error)"
    }
  }

  private static func sqliteRows(_ query: RandomQuery) throws -> [String] {
    try DatabaseQueue().write { database in
      for table in query.tables {
        try database.execute(sql: "CREATE TABLE \(table.name) (c0 BIGINT, c1 BIGINT, c2 TEXT)")
        for row in table.rows {
          let text = row[2] == "NULL" || row[2].hasPrefix("'") ? row[2] : "'\(row[2])'"
          try database.execute(sql: "INSERT INTO \(table.name) VALUES (\(row[0]), \(row[1]), \(text))")
        }
      }
      return try Row.fetchAll(database, sql: query.sqliteSQL).map { row in
        GoldenCase.text(
          row.databaseValues.map { value in
            switch value.storage {
            case .null: "NULL"
            case .int64(let number): "\(number)"
            case .double(let number): "\(number)"
            case .string(let text): FinalRows.cell(.string(text), isText: true)
            case .blob: "a blob"
            }
          })
      }
    }
  }

  /// A query that fails too, after leaving out choices and making them smaller for as long as that helps.
  private static func shrunk(_ query: RandomQuery, seed: UInt64) -> RandomQuery {
    var best = query
    var tries = 0
    var isBetter = true
    func fails(_ choices: [Int]) -> Bool {
      tries += 1
      let candidate = RandomQuery(Choices(choices))
      guard candidate.script.utf8.count < best.script.utf8.count, failure(candidate, seed: seed) != nil else { return false }
      best = candidate
      return true
    }
    while isBetter, tries < shrinkCountMax {
      isBetter = false
      for length in [16, 8, 4, 2, 1] {
        var start = 0
        while start < best.choices.taken.count, tries < shrinkCountMax {
          var without = best.choices.taken
          without.removeSubrange(start..<min(start + length, without.count))
          var zeroed = best.choices.taken
          for index in start..<min(start + length, zeroed.count) { zeroed[index] = 0 }
          if fails(without) || fails(zeroed) { isBetter = true } else { start += 1 }
        }
      }
    }
    return best
  }
}
