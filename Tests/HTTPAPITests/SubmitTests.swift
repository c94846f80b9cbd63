//  Submission, cancellation and the console, through the server.

import Dataflow
import Testing

@testable import Coordinator
@testable import HTTPAPI

@Suite struct SubmitTests {
  @Test("a script becomes jobs; the answer names the first and lists all")
  func scriptsBecomeJobs() async throws {
    let cluster = FixtureCluster { fixtureNow }
    try await withServer(cluster: cluster) { client in
      for path in ["/jobs", "/v1/jobs"] {
        let answer = try await client.post(
          path, json: #"{"sql": "jobs 3", "name": "n", "parallelism": 4, "options": {"a": "b", "c": 2, "d": true}}"#)
        #expect(answer.status == 202)
        let jobs = try #require(answer.json.member("jobs")?.elements)
        #expect(jobs.count == 3)
        #expect(answer.json.member("jobid") == jobs[0].member("jobid"))
        #expect(jobs[2].member("name") == "n")
      }
    }
    #expect(cluster.submittedGraphs.count == 6)
    #expect(cluster.submittedGraphs[0].maxParallelism == 4)
    #expect(cluster.submittedGraphs[0].options.settings == ["a": "b", "c": "2", "d": "true"])
  }

  @Test("a mistake in a script is a 400 with its text, line and column, and nothing is submitted")
  func mistakesHaveAPlace() async throws {
    let cluster = FixtureCluster { fixtureNow }
    try await withServer(cluster: cluster) { client in
      let answer = try await client.post("/v1/jobs", json: #"{"sql": "mistake"}"#)
      #expect(answer.status == 400)
      #expect(answer.json.member("line") == 3)
      #expect(answer.json.member("column") == 8)
      #expect(answer.text.contains("did you mean"))
      #expect(try await client.post("/v1/jobs", json: #"{"sql": "jobs 0"}"#).status == 400)
    }
    #expect(cluster.submittedGraphs.isEmpty)
  }

  @Test(
    "a body that is not a submission is a 400 that says what is wrong",
    arguments: [
      ("", "not JSON"), ("{", "not JSON"), ("[1]", "not a JSON object"), ("\"x\"", "not a JSON object"), ("{}", "\"sql\" is missing"),
      (#"{"sql": 1}"#, "\"sql\" must be a string"), (#"{"sql": null}"#, "\"sql\" must be a string"),
      (#"{"sql": "x", "paralelism": 2}"#, "unknown member \"paralelism\""),
      (#"{"sql": "x", "parallelism": "2"}"#, "\"parallelism\" must be"),
      (#"{"sql": "x", "parallelism": 0}"#, "\"parallelism\" must be"), (#"{"sql": "x", "parallelism": true}"#, "\"parallelism\" must be"),
      (#"{"sql": "x", "parallelism": 1e99}"#, "\"parallelism\" must be"), (#"{"sql": "x", "name": {}}"#, "\"name\" must be"),
      (#"{"sql": "x", "options": []}"#, "\"options\" must be"), (#"{"sql": "x", "options": {"k": [1]}}"#, "option \"k\" must be"),
      ("{\"sql\": \"\\ud800\"}", "not JSON"), (String(repeating: "[", count: 4_000), "not JSON"),
    ])
  func badBodiesAreRefused(body: String, reason: String) {
    #expect {
      try SubmitRequest(body: Array(body.utf8), limits: HTTPLimits())
    } throws: { error in
      guard let error = error as? APIError else { return false }
      return error.status == .badRequest && error.messages[0].contains(reason)
    }
  }

  @Test("names and options are bounded")
  func membersAreBounded() {
    let name = String(repeating: "n", count: 513)
    let options = (0..<257).map { "\"k\($0)\": 1" }.joined(separator: ",")
    for body in ["{\"sql\": \"x\", \"name\": \"\(name)\"}", "{\"sql\": \"x\", \"options\": {\(options)}}"] {
      #expect(throws: APIError.self) { try SubmitRequest(body: Array(body.utf8), limits: HTTPLimits()) }
    }
  }

  @Test("Flink's own submission is told what to do, other types are refused, and a large body is a 413 that names the limit")
  func otherSubmissionsAreRefused() async throws {
    try await withServer { client in
      let multipart = try await client.send(
        "POST", "/v1/jobs", headers: ["content-type": "multipart/form-data; boundary=x"], body: Array("--x--".utf8))
      #expect(multipart.status == 400)
      #expect(multipart.text.contains("send SQL as JSON"))
      for type in ["text/plain", "application/x-www-form-urlencoded"] {
        #expect(try await client.send("POST", "/v1/jobs", headers: ["content-type": type], body: Array(#"{"sql":"x"}"#.utf8)).status == 415)
      }
      let large = try await client.post("/v1/jobs", json: "{\"sql\": \"\(String(repeating: "x", count: 1 << 20))\"}")
      #expect(large.status == 413)
      #expect(large.text.contains("1048576 bytes"))
      let body = Array("11\r\n{\"sql\": \"jobs 1\"}\r\n0\r\n\r\n".utf8)
      let head =
        "POST /jobs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
      let chunked = HTTPAnswer(try await client.exchange(Array(head.utf8) + body))
      #expect(chunked?.status == 400 || chunked?.status == 202)
      let endless =
        Array("100000\r\n".utf8) + [UInt8](repeating: 120, count: 0x100000) + Array("\r\n100000\r\n".utf8)
        + [UInt8](repeating: 120, count: 0x100000)
      let refused = HTTPAnswer(try await client.exchange(Array(head.utf8) + endless + Array("\r\n0\r\n\r\n".utf8)))
      #expect(refused?.status == 413)
    }
  }

  @Test("cancelling answers 202 and {}, twice too; an ended job is a 409, an unknown one a 404, another mode a 400")
  func cancelling() async throws {
    let cluster = FixtureCluster { fixtureNow }
    try await withServer(cluster: cluster) { client in
      let job = "/jobs/\(FixtureCluster.flights.hex)"
      #expect(try await client.get(job + "/status").json == ["status": "RUNNING"])
      #expect(try await client.send("PATCH", job + "?mode=stop").status == 400)
      let answer = try await client.send("PATCH", job + "?mode=cancel")
      #expect(answer.status == 202)
      #expect(answer.text == "{}")
      #expect(try await client.get("/v1" + job + "/yarn-cancel").status == 202)
      #expect(try await client.get(job + "/status").json == ["status": "CANCELED"])
      #expect(try await client.send("PATCH", "/jobs/\(FixtureCluster.finished.hex)").status == 409)
      #expect(try await client.send("PATCH", "/jobs/\(String(repeating: "a", count: 32))").status == 404)
    }
  }

  @Test("the console is read on from where the last answer ended")
  func consoleGoesOn() async throws {
    try await withServer { client in
      let job = "/jobs/\(FixtureCluster.flights.hex)/console"
      let whole = try await client.get(job).json
      guard case .string(let lines) = whole.member("lines"), case .integer(let next) = whole.member("next") else {
        throw ClientError(description: "no lines")
      }
      #expect(lines.hasPrefix("1> +I[EWR"))
      #expect(next == Int64(lines.utf8.count))
      let rest = try await client.get(job + "?from=\(next)").json
      #expect(rest.member("lines") == "")
      #expect(rest.member("end") == false)
      #expect(try await client.get(job + "?from=\(next - 5)&wait=50").json.member("next") == .integer(next))
    }
  }

  @Test("a character is never cut in two", arguments: 1...12)
  func charactersStayWhole(limit: Int) {
    let text = Array("aé€😀b".utf8)
    var offset = 0
    var read: [UInt8] = []
    while offset < text.count {
      let end = min(text.count, offset + max(limit, 4))
      var chunk = ConsoleChunk(offset: Int64(offset), bytes: Array(text[offset..<end]), nextOffset: Int64(end), isEnd: false)
      chunk.dropPartialCharacter()
      #expect(String(validating: chunk.bytes, as: UTF8.self) != nil)
      #expect(chunk.nextOffset > Int64(offset))
      read += chunk.bytes
      offset = Int(chunk.nextOffset)
    }
    #expect(read == text)
  }
}
