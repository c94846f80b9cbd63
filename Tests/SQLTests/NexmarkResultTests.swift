//  Plans that compute what Flink computes: Nexmark's queries run over 20,000 events, operator by operator, and the final
//  rows compared with those of Flink 2.3 on the same events.

import Columnar
import Connectors
import Dataflow
import Testing

@testable import SQL

@Suite struct NexmarkResultTests {
  /// Rows of each query's result, and the FNV-1a digest of the rows as text, sorted by their bytes, each ended by a newline.
  /// Source: real Flink 2.3 at parallelism 1, `events.num` = 20000 and `event-rate` = 200.
  static let results: [String: (count: Int, digest: UInt64)] = [
    "q0": (18400, 0x232A42DF3937229C),
    "q1": (18400, 0xECAD493B80B4FF77),
    "q2": (61, 0x0F076239DFF21150),
    "q3": (127, 0x8DC7F15812D0343C),
    "q4": (5, 0x3A9D42AE482487B6),
    "q5": (54, 0x8844FEC523020C63),
    "q7": (10, 0x8FD7D7F4702D9C8D),
    "q8": (64, 0xF20504EB90221D88),
    "q9": (1099, 0xBBAD9671DA2DB399),
    "q15": (1, 0xB428C6AA45CFCA7A),
    "q16": (5970, 0xA7359A6A25E635DB),
    "q17": (1196, 0xE70B4F0BA0C1D200),
    "q18": (4944, 0x7E8104ADAE72C516),
    "q19": (8617, 0xF2364BF8D1BA5A9A),
    "q20": (4020, 0x9A2FE8FDA26592BE),
  ]

  @Test("the final rows are Flink's, at parallelism 1 over the flat layout and at 2 over the nested one", arguments: results.keys.sorted())
  func rows(query: String) throws {
    for (layout, parallelism) in [(NexmarkScripts.flat, 1), (NexmarkScripts.nested, 2)] {
      let script = (layout + NexmarkScripts.queries[query]!)
        .replacing("'events.num' = '1000'", with: "'events.num' = '20000'").replacing("'event-rate' = '100'", with: "'event-rate' = '200'")
        .replacing("'blackhole'", with: "'print'")
      let graph = try SQLCompiler(catalog: .builtIn).compile(script: script, parallelism: parallelism)[0].graph
      let rows = try PlanRunner.finalRows(of: graph)
      #expect(rows.count == Self.results[query]!.count)
      #expect(Self.digest(rows) == Self.results[query]!.digest)
    }
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
