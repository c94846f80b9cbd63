//  Scripts with their results written down beside them, run in every way that must not matter.

import Testing

@Suite struct GoldenTests {
  @Test("a case gives what is written down: straight, in parallel, restored and rescaled", arguments: GoldenCase.all)
  func result(golden: GoldenCase) {
    if let failure = CaseRunner(golden: golden).failure() { Issue.record("\(golden.name): \(failure)") }
  }

  @Test("a case that gives something else fails and says what")
  func failures() throws {
    let table = "CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'rows');\n--| 1 | x\n--| 2 | NULL\n"
    func failure(_ rest: String) throws -> String { CaseRunner(golden: try GoldenCase(name: "case", text: table + rest)).failure() ?? "" }
    #expect(try failure("SELECT b, a FROM t;\n--| NULL | 2\n--| x | 1") == "")
    let wrong = try failure("SELECT b, a FROM t;\n--| NULL | 2\n--| y | 1")
    for way in CaseRunner.Way.allCases {
      #expect(wrong.contains("\(way), seed "))
    }
    #expect(wrong.contains("unexpected --| x | 1\nmissing    --| y | 1"))
    #expect(try failure("SELECT c FROM t;\n--! line 4").contains("--! line 4, column 8: unknown column 'c'"))
    #expect(try failure("SELECT a FROM t;\n--! line 4") == "compiles, and a mistake is written down")
    #expect(try failure("SELECT COUNT(*) FROM t;\n--| 2") == "")
  }

  @Test("an interrupted job goes on from its state, and what it had not committed is not seen twice", arguments: 0..<20 as Range<UInt64>)
  func interrupted(seed: UInt64) throws {
    let rows = (1...400).map { "--| \($0 % 7) | \($0)\n" }.joined()
    let text =
      "CREATE TABLE t (k INT, v INT) WITH ('connector' = 'rows');\n\(rows)SELECT k, SUM(v), COUNT(*) FROM t GROUP BY k;\n"
      + (0..<7).map { k in
        let values = (1...400).filter { $0 % 7 == k }
        return "--| \(k) | \(values.reduce(0, +)) | \(values.count)\n"
      }.joined()
    let golden = try GoldenCase(name: "case", text: text)
    let runner = CaseRunner(golden: golden)
    let world = CaseWorld(tables: golden.rows, splitCount: 3)
    let graph = try runner.compile(parallelism: 4)[0].graph
    let job = try SimulatedJob(graph, world: world, plan: RunPlan(seed: seed, channelByteCount: 200))
    for (count, parallelism) in [(50, 3), (40, 2), (90, 4)] {
      try #require(try job.interrupt(after: count, whenQuiet: false))
      #expect(job.completed!.snapshots.values.joined().contains { !$0.value.keyGroups.isEmpty })
      try job.restart(on: try runner.compile(parallelism: parallelism)[0].graph)
    }
    try job.finish()
    let result = try FinalRows(graph.sinks[0], world.committed["golden_sink"]!.batches)
    #expect(result.missing == [])
    #expect(FinalRows.difference(result.rows, from: golden.rows[GoldenCase.view]!.map { GoldenCase.text($0.cells) }) == "")
  }
}
