//  The values under the answers: JSON text, and the summaries as Flink computes them.

import Testing

@testable import HTTPAPI

@Suite struct ValueTests {
  @Test("JSON text is escaped, ordered as built, and what is not finite is a string")
  func jsonText() {
    let value: JSON = ["b": "a\"\\\n\u{1}é", "a": [1, 2.5, true, nil], "n": .double(.nan), "i": .double(-.infinity), "e": [:]]
    #expect(
      String(decoding: value.encoded(), as: UTF8.self)
        == #"{"b":"a\"\\\n\u0001é","a":[1,2.5,true,null],"n":"NaN","i":"-Infinity","e":{}}"#)
    #expect(JSON(parsing: value.encoded())?.member("b") == value.member("b"))
  }

  @Test("percentiles are those of Flink's recorded answers")
  func percentilesAreFlinks() {
    // vertex.json: the durations of two subtasks, 566 and 568 ms in SCHEDULED.
    let two = Statistics([568, 566]).aggregate
    #expect(two == ["min": 566, "max": 568, "avg": 567, "sum": 1134, "median": 567, "p25": 566, "p75": 568, "p95": 568])
    let many = Statistics(Array(1...99).map { Int64($0) })
    #expect([50, 90, 99].map(many.percentile) == [50, 90, 99])
    #expect(Statistics([]).percentile(50).isNaN)
    #expect(Statistics([]).checkpointSummary.member("p99")?.encoded() == Array("\"NaN\"".utf8))
  }

  @Test(
    "back-pressure levels change at 0.1 and 0.5",
    arguments: [(0.0, "ok"), (0.1, "ok"), (0.11, "low"), (0.5, "low"), (0.51, "high"), (1.0, "high")])
  func levels(ratio: Double, level: String) {
    #expect(BackPressureLevel(ratio: ratio).rawValue == level)
  }

  @Test("waiting ends with the answer, the time or the caller, whichever is first")
  func deadlines() async throws {
    #expect(try await withDeadline(.seconds(60)) { 7 } == 7)
    await #expect(throws: DeadlineExceeded.self) {
      try await withDeadline(.milliseconds(1)) { await withUnsafeContinuation { (_: UnsafeContinuation<Int, Never>) in } }
    }
    let waiting = Task { try await withDeadline(.seconds(600)) { await withUnsafeContinuation { (_: UnsafeContinuation<Int, Never>) in } } }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}
