//  Runs the server on a free port of loopback for the length of a test.

import Dataflow
import SQL

@testable import HTTPAPI

/// A compiler that knows three scripts: `jobs N` is N jobs, `mistake` is one, all else is one job.
let fixtureCompiler: ScriptCompiler = { request throws(APIError) in
  if request.sql.hasPrefix("mistake") {
    throw APIError(.badRequest, "line 3, column 8: no column \"prize\"; did you mean \"price\"?", line: 3, column: 8)
  }
  let count = request.sql.hasPrefix("jobs ") ? Int(request.sql.dropFirst(5)) ?? 1 : 1
  let jobs = (0..<max(0, min(count, 10))).map { index in
    var options = JobOptions()
    options.settings = request.options
    let name = request.name ?? "job-\(index)"
    return CompiledJob(
      name: name, graph: JobGraph(name: name, vertices: [], edges: [], maxParallelism: request.parallelism ?? 128, options: options))
  }
  return CompiledScript(jobs: jobs, explanations: [])
}

/// 187 seconds after the fixture's cluster began.
let fixtureNow = FixtureCluster.start + 187_000_000

func withServer(
  cluster: any ClusterView = FixtureCluster { fixtureNow }, token: String? = nil, limits: HTTPLimits = HTTPLimits(),
  compile: @escaping ScriptCompiler = fixtureCompiler,
  _ body: @escaping @Sendable (HTTPClient) async throws -> Void
) async throws {
  var configuration = HTTPServer.Configuration(port: 0, token: token)
  configuration.limits = limits
  let server = try HTTPServer(configuration: configuration, cluster: cluster, compile: compile)
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask {
      defer { port.finish() }
      try await server.run { port.yield($0) }
    }
    for await bound in ports {
      defer { group.cancelAll() }
      try await body(HTTPClient(port: bound))
      return
    }
    try await group.next()
  }
}
