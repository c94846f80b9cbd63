//  Our answers beside those that a running Flink 2.3.0 gave: the same members, of the same types, all the way down.
//  Recordings: Resources/*.json, long lists cut short.

import Foundation
import Testing

@testable import HTTPAPI

private let job = FixtureCluster.flights.hex
private let vertex = FixtureCluster.window.hex

/// What is asked of us, and which recording answers it.
private let questions: [(path: String, recording: String)] = [
  ("/overview", "overview"), ("/config", "config"), ("/jobs", "jobs"), ("/jobs/overview", "jobs_overview"),
  ("/jobs/\(job)", "job_details"), ("/jobs/\(job)/plan", "job_plan"), ("/jobs/\(job)/status", "job_status"),
  ("/jobs/\(job)/config", "job_config"), ("/jobs/\(job)/vertices/\(vertex)", "vertex"),
  ("/jobs/\(job)/vertices/\(vertex)/backpressure", "vertex_bp"), ("/jobs/\(job)/vertices/\(vertex)/watermarks", "vertex_watermarks"),
  ("/jobs/\(job)/vertices/\(FixtureCluster.source.hex)/watermarks", "vertex_watermarks_src"),
  ("/jobs/\(job)/vertices/\(vertex)/subtasktimes", "vertex_subtasktimes"), ("/jobs/\(job)/checkpoints", "checkpoints"),
  ("/jobs/\(job)/checkpoints/config", "job_cp_config"), ("/jobs/\(job)/checkpoints/details/18", "job_cp_details"),
  ("/jobs/\(FixtureCluster.finished.hex)/exceptions?maxExceptions=10", "job_exceptions"),
  ("/taskmanagers", "taskmanagers"), ("/taskmanagers/127.0.0.1:42751-ca46a6", "tm"),
  ("/applications/overview", "applications_overview"),
]

/// Objects whose members are named by data: their values are compared, not their names.
private let maps: Set<String> = ["user-config", "jobs{}", "tasks{}", "extendedResources", "status-duration"]

func recording(_ name: String) throws -> JSON {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Resources"))
  let whole = try #require(JSON(parsing: [UInt8](Data(contentsOf: url))))
  return whole.member("response") ?? whole
}

extension JSON {
  func member(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
  var elements: [JSON]? { if case .array(let values) = self { values } else { nil } }
}

/// Where `ours` has another shape than `theirs`.
func differences(_ ours: JSON, _ theirs: JSON, at path: String = "$") -> [String] {
  switch (ours, theirs) {
  case (.object(let our), .object(let their)):
    let name = path.split(separator: ".").last.map(String.init) ?? path
    if maps.contains(name) || maps.contains(name + "{}") && their.allSatisfy({ $0.name.allSatisfy { $0.isUppercase || $0.isHexDigit } }) {
      guard let model = their.first?.value else { return [] }
      return our.flatMap { differences($0.value, model, at: "\(path).*") }
    }
    let ourNames = Set(our.map(\.name)), theirNames = Set(their.map(\.name))
    // No failed checkpoint was recorded; Flink's types say in what it differs from a completed one.
    if ours.member("className") == "failed", theirs.member("className") == "completed" {
      return ourNames.symmetricDifference(theirNames) == ["discarded", "external_path", "failure_timestamp", "failure_message"]
        ? [] : ["\(path) is no failed checkpoint as Flink has it"]
    }
    return theirNames.subtracting(ourNames).sorted().map { "\(path).\($0) is missing" }
      + ourNames.subtracting(theirNames).sorted().map { "\(path).\($0) is not Flink's" }
      + our.flatMap { member in theirs.member(member.name).map { differences(member.value, $0, at: "\(path).\(member.name)") } ?? [] }
  case (.array(let our), .array(let their)):
    guard !their.isEmpty else { return [] }
    // Elements may be of several shapes, e.g. nodes with inputs and without.
    return our.enumerated().flatMap { index, element in
      their.map { differences(element, $0, at: "\(path)[\(index)]") }.min { $0.count < $1.count } ?? []
    }
  case (.integer, .integer), (.integer, .double), (.double, .integer), (.double, .double), (.string, .string), (.bool, .bool): return []
  case (.string("NaN"), .double), (.string("NaN"), .integer), (.double, .string("NaN")), (.integer, .string("NaN")): return []
  // Not set on one side: nothing to compare.
  case (.null, _), (_, .null): return []
  default: return ["\(path) is of another type: \(ours), Flink has \(theirs)"]
  }
}

@Suite struct FlinkShapeTests {
  @Test("every answer has the members and types that Flink's has, with and without /v1")
  func shapesAreFlinks() async throws {
    try await withServer { client in
      for (path, name) in questions {
        let theirs = try recording(name)
        for prefix in ["", "/v1"] {
          let answer = try await client.get(prefix + path)
          #expect(answer.status == 200, "\(prefix + path)")
          #expect(answer.headers["content-type"] == "application/json; charset=UTF-8")
          #expect(answer.headers["access-control-allow-origin"] == "*")
          #expect(differences(answer.json, theirs) == [], "\(path) beside \(name)")
        }
      }
    }
  }

  @Test("the comparison sees a missing member, a foreign one and another type")
  func theComparisonCanFail() {
    let theirs: JSON = ["a": 1, "b": ["c": "x"], "d": [["e": true]]]
    #expect(differences(["a": 1, "b": ["c": "x"], "d": [["e": true]]], theirs) == [])
    #expect(differences(["a": "1", "b": [:], "d": [["e": true, "f": 1]]], theirs).count == 3)
  }

  @Test("what is asked with a body and a GET is answered, as Flink's clients ask")
  func getsMayHaveBodies() async throws {
    try await withServer { client in
      let answer = try await client.send("GET", "/v1/jobs/overview", headers: ["content-type": "application/json"], body: Array("{}".utf8))
      #expect(answer.status == 200)
    }
  }

  @Test("refusals have Flink's status codes and shape")
  func refusalsAreFlinks() async throws {
    try await withServer { client in
      let unknown = String(repeating: "0", count: 31) + "1"
      let cases: [(String, Int, String)] = [
        ("/nope", 404, "Unable to load requested file /nope."), ("/v2/overview", 404, "Unable to load requested file /v2/overview."),
        ("/jobs/xyz", 400, "Cannot resolve path parameter (jobid) from value \"xyz\"."),
        ("/jobs/\(unknown)", 404, "Job \(unknown) not found"),
        ("/jobs/\(job)/vertices/zz", 400, "(vertexid)"), ("/jobs/\(job)/vertices/\(unknown)", 404, unknown),
        ("/jobs/\(job)/checkpoints/details/x", 400, "(checkpointid)"), ("/jobs/\(job)/checkpoints/details/999", 404, "999"),
        ("/jobs/\(job)/console?from=-1", 400, "(from)"), ("/jobs/\(job)/exceptions?maxExceptions=many", 400, "(maxExceptions)"),
        ("/taskmanagers/nobody", 404, "nobody"),
      ]
      for (path, status, text) in cases {
        let answer = try await client.get(path)
        #expect(answer.status == status, "\(path)")
        let errors = answer.json.member("errors")?.elements ?? []
        #expect(errors.count == 1, "\(path): \(answer.text)")
        #expect(answer.text.replacing("\\\"", with: "\"").contains(text), "\(path): \(answer.text)")
      }
      #expect(try await client.get("/nope").json == recording("err_unknown_path"))
    }
  }

  @Test("a failure has Flink's members")
  func failuresAreFlinks() async throws {
    let theirs = try #require(try recording("job_exceptions_failed").member("exceptionHistory")?.member("entries")?.elements?.first)
    try await withServer { client in
      let answer = try await client.get("/jobs/\(FixtureCluster.failed.hex)/exceptions")
      let entry = try #require(answer.json.member("exceptionHistory")?.member("entries")?.elements?.first)
      guard case .object(let members) = theirs else { throw ClientError(description: "the recording has changed") }
      for member in members { #expect(entry.member(member.name) != nil, "\(member.name)") }
      #expect(answer.text.contains("csv.ignore-parse-errors"))
    }
  }

  @Test("an enumerator is nowhere in plan, vertices and checkpoint counts")
  func hiddenVerticesStayHidden() async throws {
    try await withServer { client in
      let details = try await client.get("/jobs/\(job)").json
      let nodes = try #require(details.member("plan")?.member("nodes")?.elements)
      let vertices = try #require(details.member("vertices")?.elements)
      #expect(Set(nodes.map { $0.member("id") }) == Set(vertices.map { $0.member("id") }))
      #expect(nodes.count == 4)
      // The fixture's checkpoints cover an enumerator too: 8 subtasks, of which 7 are shown.
      let checkpoint = try await client.get("/jobs/\(job)/checkpoints/details/18").json
      #expect(checkpoint.member("num_subtasks") == 7)
      guard case .object(let tasks) = checkpoint.member("tasks") else { throw ClientError(description: "no tasks") }
      #expect(tasks.count == 4)
    }
  }
}
