//  The API over the real compiler and the real coordinator, with its store in memory and no workers: jobs wait, and say so.

import Checkpoints
import Connectors
import Coordinator
import Dataflow
import SQL
import Testing

@testable import HTTPAPI

private let script = """
  CREATE TABLE orders (id BIGINT, price DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
    WITH ('connector' = 'datagen', 'rows-per-second' = '5');
  CREATE TABLE printed (id BIGINT, n BIGINT) WITH ('connector' = 'print');
  INSERT INTO printed SELECT id, COUNT(*) FROM orders GROUP BY id;
  """

@Suite(.timeLimit(.minutes(2))) struct CoordinatorOverHTTPTests {
  private func withCluster(_ body: @escaping @Sendable (HTTPClient) async throws -> Void) async throws {
    let coordinator = Coordinator(
      configuration: CoordinatorConfiguration(), store: InMemoryCheckpointStore(), snapshots: InlineSnapshotStorage())
    try await coordinator.recover()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await coordinator.run() }
      defer { group.cancelAll() }
      try await withServer(
        cluster: coordinator, compile: HTTPServer.compiler(SQLCompiler(catalog: .builtIn), parallelism: 2), body)
    }
  }

  private func submission(_ sql: String) -> String { String(decoding: (["sql": .string(sql)] as JSON).encoded(), as: UTF8.self) }

  @Test("a script is compiled, submitted, shown in Flink's shapes while it waits for slots, and cancelled")
  func scriptToCancellation() async throws {
    try await withCluster { client in
      let accepted = try await client.post("/v1/jobs", json: submission(script))
      #expect(accepted.status == 202, "\(accepted.text)")
      guard case .string(let job) = accepted.json.member("jobid") else { throw ClientError(description: accepted.text) }
      for (path, name) in [
        ("/jobs/\(job)", "job_details"), ("/jobs/\(job)/plan", "job_plan"), ("/jobs/overview", "jobs_overview"),
        ("/jobs/\(job)/checkpoints/config", "job_cp_config"), ("/jobs/\(job)/config", "job_config"), ("/overview", "overview"),
      ] {
        let answer = try await client.get(path)
        #expect(answer.status == 200)
        #expect(try differences(answer.json, recording(name)) == [], "\(path)")
      }
      let live = try await client.get("/jobs/\(job)/live").json
      #expect(live.member("vertices")?.elements?.count == 2, "an enumerator is hidden")
      #expect(live.member("edges")?.elements?.first?.member("partitioning") == "HASH")
      guard case .string(let reason) = live.member("waiting-for") else { throw ClientError(description: "it does not say that it waits") }
      #expect(reason.contains("slot"))
      for vertex in live.member("vertices")?.elements ?? [] {
        guard case .string(let id) = vertex.member("id") else { throw ClientError(description: "no id") }
        for (path, name) in [("", "vertex"), ("/backpressure", "vertex_bp"), ("/subtasktimes", "vertex_subtasktimes")] {
          let answer = try await client.get("/jobs/\(job)/vertices/\(id)\(path)")
          #expect(try differences(answer.json, recording(name)) == [], "\(path)")
        }
      }
      #expect(try await client.send("PATCH", "/jobs/\(job)?mode=cancel").status == 202)
      #expect(try await client.get("/jobs/\(job)/console?wait=10000").json.member("end") == true)
      #expect(try await client.get("/jobs/\(job)/status").json == ["status": "CANCELED"])
    }
  }

  @Test("EXPLAIN is answered with the plan as text and as JSON, and runs nothing")
  func explanations() async throws {
    try await withCluster { client in
      let answer = try await client.post("/v1/jobs", json: submission("EXPLAIN CHANGELOG_MODE SELECT 1 AS a"))
      #expect(answer.status == 200)
      #expect(answer.json.member("jobs") == [])
      #expect(answer.json.member("jobid") == nil)
      let explanation = try #require(answer.json.member("explanations")?.elements?.first)
      guard case .string(let text)? = explanation.member("text") else {
        Issue.record("the text is a string")
        return
      }
      #expect(text.contains("Calc(select=[1 AS a], changelogMode=[I])\n+- Values(tuples=[[{ 0 }]], changelogMode=[I])"))
      #expect(explanation.member("plan")?.member("nodes")?.elements?.count == 2)
      #expect(try await client.get("/jobs").json == ["jobs": []])
    }
  }

  @Test("a mistake is answered with the place where the compiler found it")
  func mistakesHaveThePlaceOfTheCompiler() async throws {
    try await withCluster { client in
      let answer = try await client.post(
        "/v1/jobs", json: submission(script.replacing("COUNT(*) FROM orders", with: "COUNT(*) FROM order_s")))
      #expect(answer.status == 400)
      #expect(answer.json.member("line") == 4)
      #expect(answer.json.member("column") == 46)
      #expect(answer.text.contains("order_s"))
      #expect(answer.text.contains("^"))
      #expect(try await client.get("/jobs").json == ["jobs": []])
    }
  }
}
