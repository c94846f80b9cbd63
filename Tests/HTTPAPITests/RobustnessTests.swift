//  What a server must survive: bytes that are no HTTP, requests that stop half-way, a coordinator that does not answer.

import Coordinator
import Dataflow
import Foundation
import Testing

@testable import HTTPAPI

/// SplitMix64.
private struct Seeded {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

private let job = FixtureCluster.flights.hex

/// Requests that are in order, to be spoilt.
private let soundRequests: [String] = {
  let fields = "host: 127.0.0.1\r\nconnection: close\r\n"
  let script = #"{"sql": "jobs 1", "name": "n", "parallelism": 2, "options": {"a": "b"}}"#
  return [
    "GET /overview HTTP/1.1\r\n\(fields)\r\n", "GET /v1/jobs/\(job) HTTP/1.1\r\n\(fields)\r\n",
    "GET /jobs/\(job)/vertices/\(FixtureCluster.window.hex)/backpressure HTTP/1.1\r\n\(fields)\r\n",
    "GET /jobs/\(job)/checkpoints/details/18 HTTP/1.1\r\n\(fields)content-length: 2\r\n\r\n{}",
    "GET /jobs/\(job)/console?from=12&wait=1 HTTP/1.1\r\n\(fields)\r\n", "GET /app.js HTTP/1.1\r\n\(fields)if-none-match: \"x\"\r\n\r\n",
    "PATCH /jobs/\(job)?mode=cancel HTTP/1.1\r\n\(fields)\r\n",
    "POST /v1/jobs HTTP/1.1\r\n\(fields)content-type: application/json\r\ncontent-length: \(script.utf8.count)\r\n\r\n\(script)",
    "POST /jobs HTTP/1.1\r\n\(fields)content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\(String(script.utf8.count, radix: 16))\r\n\(script)\r\n0\r\n\r\n",
  ]
}()

private func spoilt(seed: UInt64) -> [UInt8] {
  var random = Seeded(state: seed)
  var bytes = Array(soundRequests[random.below(soundRequests.count)].utf8)
  for _ in 0...random.below(4) {
    let at = random.below(max(1, bytes.count))
    switch random.below(7) {
    case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
    case 1: bytes[at] ^= 1 << UInt8(random.below(8))
    case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(16)))
    case 3: bytes.insert(contentsOf: (0..<(1 + random.below(24))).map { _ in UInt8(truncatingIfNeeded: random.next()) }, at: at)
    case 4: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + random.below(64))], at: at)
    case 5: bytes.removeSubrange((at + 1)...)
    default:
      let words = [
        "%00", "%ff", "..", "\r\n", "99999999999999999999", "-1", "é", "\"", "{", "[", "null", "Content-Length: 5\r\n", ":", "?", "#", "//",
      ]
      bytes.insert(contentsOf: Array(words[random.below(words.count)].utf8), at: at)
    }
    if bytes.isEmpty { bytes = [0] }
  }
  return bytes
}

@Suite struct RobustnessTests {
  @Test("1,000 spoilt requests: each is answered or refused in words, none breaks or holds up the server")
  func spoiltRequests() async throws {
    let cluster = FixtureCluster { fixtureNow }
    try await withServer(cluster: cluster) { client in
      var refused = 0
      for start in stride(from: UInt64(0), to: 1_000, by: 20) {
        try await withThrowingTaskGroup(of: (UInt64, [UInt8]).self) { group in
          for seed in start..<(start + 20) {
            group.addTask { (seed, try await client.exchange(spoilt(seed: seed), thenHalfClose: true)) }
          }
          for try await (seed, bytes) in group {
            guard let answer = HTTPAnswer(bytes) else {
              // Only a request that never came to its end has no answer.
              #expect(bytes.isEmpty, "seed \(seed)")
              continue
            }
            #expect((200..<500).contains(answer.status), "seed \(seed): \(answer.status)")
            if answer.status >= 400 {
              refused += 1
              #expect(answer.json.member("errors")?.elements?.isEmpty == false, "seed \(seed): \(answer.status) \(answer.text)")
            }
          }
        }
      }
      #expect(refused > 300)
      #expect(try await client.get("/overview").status == 200)
    }
  }

  @Test("what is no HTTP gets a 400 that says so")
  func noHTTP() async throws {
    try await withServer { client in
      for text in [
        "HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}",
        "GET / HTTP/1.1\r\nbad header\r\n\r\n",
      ] {
        let bytes = try await client.exchange(Array(text.utf8))
        let answer = try #require(HTTPAnswer(bytes), "\(text)")
        #expect(answer.status == 400)
        #expect(answer.text.contains("not a valid HTTP request"))
      }
    }
  }

  @Test("a head that is too large is refused, and one that does not end is closed")
  func headsAreBounded() async throws {
    var limits = HTTPLimits()
    limits.idleTimeoutSeconds = 1
    try await withServer(limits: limits) { client in
      let large = "GET / HTTP/1.1\r\nhost: localhost\r\nx: \(String(repeating: "y", count: 20_000))\r\n\r\n"
      let tooLarge = try await client.exchange(Array(large.utf8))
      #expect(HTTPAnswer(tooLarge)?.status == 400)
      let many = "GET / HTTP/1.1\r\nhost: localhost\r\n" + (0..<200).map { "x\($0): y\r\n" }.joined() + "\r\n"
      let tooMany = try await client.exchange(Array(many.utf8))
      #expect(HTTPAnswer(tooMany)?.status == 400)
      let endless = try await client.exchange(Array("GET / HTTP/1.1\r\nhost: loc".utf8))
      #expect(endless == [])
    }
  }

  @Test("a body that does not come is a 408")
  func bodiesHaveADeadline() async throws {
    var limits = HTTPLimits()
    limits.bodyTimeout = .milliseconds(50)
    try await withServer(limits: limits) { client in
      let head =
        "POST /jobs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"
      let bytes = try await client.exchange(Array(head.utf8))
      let answer = try #require(HTTPAnswer(bytes))
      #expect(answer.status == 408)
    }
  }

  @Test("a coordinator that does not answer is a 503 in time, and does not hold up others")
  func silentCoordinators() async throws {
    var limits = HTTPLimits()
    limits.answerTimeout = .milliseconds(50)
    try await withServer(cluster: SilentCluster(), limits: limits) { client in
      let answer = try await client.get("/overview")
      #expect(answer.status == 503)
      #expect(answer.text.contains("did not answer"))
      #expect(try await client.get("/").status == 200)
    }
  }

  @Test("several requests on one connection are answered in order")
  func pipelining() async throws {
    try await withServer { client in
      let two = "GET /jobs/xyz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /overview HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
      let text = String(decoding: try await client.exchange(Array(two.utf8)), as: UTF8.self)
      let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
      #expect(statuses == ["400", "200"])
    }
  }
}

/// Never answers, not even when cancelled.
private final class SilentCluster: ClusterView {
  private func forever() async {
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  }
  func submit(graph: JobGraph) async throws(CoordinatorError) -> JobID { throw .stopped }
  func cancel(_ job: JobID) async throws(CoordinatorError) { throw .stopped }
  func overview() async -> ClusterOverview {
    await forever()
    return await FixtureCluster(isEmpty: true) { 0 }.overview()
  }
  func jobs() async -> [JobSummary] { [] }
  func job(_ id: JobID) async throws(CoordinatorError) -> JobDetails { throw .stopped }
  func checkpoints(of id: JobID) async throws(CoordinatorError) -> CheckpointsOverview { throw .stopped }
  func exceptions(of id: JobID) async throws(CoordinatorError) -> [ExceptionDetails] { throw .stopped }
  func workers() async -> [WorkerDetails] { [] }
  func worker(_ id: WorkerID) async throws(CoordinatorError) -> WorkerDetails { throw .stopped }
  func console(of id: JobID, from offset: Int64, maxByteCount: Int) async throws(CoordinatorError) -> ConsoleChunk { throw .stopped }
  func waitForConsole(of id: JobID, from offset: Int64, timeout: Int64) async throws(CoordinatorError) -> ConsoleChunk { throw .stopped }
}
