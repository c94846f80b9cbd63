//  Plans that compute what Flink computes: Nexmark's queries over 20,000 events, in both layouts, straight, in parallel,
//  restored and rescaled, and the final rows compared with those of Flink 2.3 on the same events.

import Dataflow
import Foundation
import SQL
import Testing

@Suite struct NexmarkTests {
  struct Result {
    var count: Int
    /// FNV-1a of the rows as text, sorted by their bytes, each ended by a newline.
    var digest: UInt64
    init(_ count: Int, _ digest: UInt64) { (self.count, self.digest) = (count, digest) }
  }

  /// Source: real Flink 2.3 at parallelism 1, `events.num` = 20000 and `event-rate` = 200. Of q6 the averages over its rows of q9:
  /// its own rows of q6 are averages over winning bids that were outbid later, since it takes them for rows that are only added.
  static let results: [String: Result] = [
    "q0": Result(18400, 0xA801_6A91_BDC2_FA20),
    "q1": Result(18400, 0xAF27_E57A_1939_8A77),
    "q2": Result(61, 0x16A6_37E3_501C_2128),
    "q3": Result(127, 0x3EC2_314C_990B_368C),
    "q4": Result(5, 0x6120_170D_E939_7456),
    "q5": Result(54, 0xD98F_4C17_662E_6FD3),
    "q6": Result(175, 0x7109_7573_3AB5_9537),
    "q7": Result(10, 0xAAF4_B543_503A_086D),
    "q8": Result(64, 0x7C29_B41E_BDCF_DD40),
    "q9": Result(1099, 0x2B27_518B_DEE2_2259),
    "q11": Result(797, 0xD52B_46BC_ECA2_CFE4),
    "q14": Result(5179, 0x4B15_3A98_1D2B_CEA3),
    "q15": Result(1, 0x8E96_DCFF_87BC_8BA2),
    "q16": Result(5970, 0x31AA_9F95_9169_7B65),
    "q17": Result(1196, 0xA7B2_3DE1_EFB0_96C0),
    "q18": Result(4944, 0x9697_549F_94A9_6326),
    "q19": Result(8617, 0xB93C_C52C_ECD0_99D0),
    "q20": Result(4020, 0x1A1B_6851_7D4F_3F6C),
    "q21": Result(17533, 0xDF32_92DE_24BE_E5D4),
    "q22": Result(18400, 0x9E51_DFC4_A1AE_DB40),
  ]

  /// Where rows are equal in the order that a query asks for, the order in which they come decides: what is left without it.
  static let unordered: [String: (columns: @Sendable ([Substring]) -> [Substring], digest: UInt64)] = [
    "q9": ({ $0[..<10] + [$0[12]] }, 0x0943_BF96_358C_D86F),
    "q19": ({ $0.dropLast() }, 0xE482_A6C6_432F_6D7B),
  ]

  @Test("the final rows are Flink's", arguments: results.keys.sorted())
  func rows(query: String) throws {
    try check(query, layout: "flat", from: 1, to: nil)
    try check(query, layout: "nested", from: 2, to: nil)
    try check(query, layout: "flat", from: 2, to: 3)
  }

  @Test("each bidder's bids over windows of processing time add up to those in all", arguments: [1, 2])
  func totals(parallelism: Int) throws {
    let job = try SimulatedJob(
      try graph("q12", parallelism: parallelism), world: CaseWorld(),
      plan: RunPlan(seed: 1, rowsPerPoll: 200...2_000, channelByteCount: 1 << 18))
    try job.finish()
    let output = try #require(job.world.committed.values.first)
    var totals: [Substring: Int] = [:]
    for row in try FinalRows(output.sink, output.batches).rows {
      let cells = row.split(separator: " | ")
      totals[cells[0], default: 0] += try #require(Int(cells[1]))
    }
    // Source: the sums over Flink's rows of q11, which counts the same bids.
    #expect(totals.count == 379)
    #expect(
      Self.digest(totals.map { "\($0.key) | \($0.value)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }) == 0x1F77_E9F2_ECD4_D151)
  }

  private func check(_ query: String, layout: String, from: Int, to: Int?) throws {
    let world = CaseWorld()
    let plan = RunPlan(seed: UInt64(from), rowsPerPoll: 200...2_000, channelByteCount: 1 << 18)
    let job = try SimulatedJob(try graph(query, layout: layout, parallelism: from), world: world, plan: plan)
    if let to, try job.interrupt(after: 8_000, whenQuiet: false) { try job.restart(on: try graph(query, layout: layout, parallelism: to)) }
    try job.finish()
    let output = try #require(world.committed.values.first)
    let result = try FinalRows(output.sink, output.batches)
    #expect(result.missing == [])
    #expect(result.rows.count == Self.results[query]!.count)
    guard from > 1, let unordered = Self.unordered[query] else {
      #expect(Self.digest(result.rows) == Self.results[query]!.digest)
      return
    }
    let rows = result.rows.map { unordered.columns($0.split(separator: " | ", omittingEmptySubsequences: false)).joined(separator: " | ") }
    #expect(Self.digest(rows.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }) == unordered.digest)
  }

  /// The benchmark's script behind the tables of a layout, into a table of cases.
  private func graph(_ query: String, layout: String = "flat", parallelism: Int) throws -> JobGraph {
    let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let script = try [layout, query]
      .map { try String(contentsOf: root.appending(path: "deploy/bench/sql/\($0).sql"), encoding: .utf8) }.joined()
      .replacing("${EVENTS}", with: "20000").replacing("${ERATE}", with: "200").replacing("${THROTTLE}", with: "0")
      .replacing("'connector'='blackhole'", with: "'connector' = 'rows'")
    return try SQLCompiler(catalog: CaseConnectors.catalog).compile(script: script, parallelism: parallelism)[0].graph
  }

  private static func digest(_ rows: [String]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for row in rows {
      for byte in row.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 10) &* 0x100_0000_01B3
    }
    return hash
  }
}
