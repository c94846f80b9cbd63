//  Which path is answered by what. Every path is there twice, with and without /v1, as in Flink.

import Coordination
import Coordinator
import Dataflow
import HTTPTypes
import Hummingbird

/// Answers the API's requests from the cluster.
struct APIRoutes: Sendable {
  let cluster: any ClusterView
  let compile: ScriptCompiler
  let limits: HTTPLimits
  /// Microseconds since 1970.
  let clock: @Sendable () -> Int64

  /// A request with its body read, as handlers get it.
  struct Call: Sendable {
    let request: Request
    let parameters: Parameters
    let body: [UInt8]
  }

  struct Answer: Sendable {
    var status = HTTPResponse.Status.ok
    var json: JSON
    init(_ json: JSON, status: HTTPResponse.Status = .ok) {
      self.json = json
      self.status = status
    }
  }

  typealias Handler = @Sendable (Call) async throws -> Answer
  private typealias Registration = (HTTPRequest.Method, String, @escaping Handler) -> Void

  func register(on router: Router<BasicRequestContext>) {
    for prefix in ["", "v1/"] {
      func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        router.on(RouterPath(prefix + path), method: method) { request, context in
          try await respond(to: request, context, handler)
        }
      }
      registerCluster(on)
      registerJobs(on)
      registerVertices(on)
      registerCheckpoints(on)
    }
  }

  private func registerCluster(_ on: Registration) {
    on(.get, "overview") { _ in Answer(await cluster.overview().json) }
    on(.get, "config") { _ in Answer(DashboardConfiguration.json) }
    on(.get, "applications/overview") { _ in
      Answer(["applications": JSON(await cluster.jobs().map(\.applicationJSON))])
    }
    on(.get, "taskmanagers") { _ in Answer(["taskmanagers": JSON(await cluster.workers().map(\.json))]) }
    on(.get, "taskmanagers/live") { _ in Answer(await liveWorkers()) }
    on(.get, "taskmanagers/:taskmanagerid") { call in
      Answer(try await cluster.worker(WorkerID(call.text("taskmanagerid"))).detailJSON)
    }
  }

  private func registerJobs(_ on: Registration) {
    on(.post, "jobs", submit)
    on(.get, "jobs") { _ in Answer(["jobs": JSON(await cluster.jobs().map(\.idJSON))]) }
    on(.get, "jobs/overview") { _ in Answer(["jobs": JSON(await cluster.jobs().map(\.json))]) }
    on(.get, "jobs/live") { _ in Answer(await liveJobs()) }
    on(.get, "jobs/:jobid") { call in Answer(try await cluster.job(call.jobID()).json) }
    on(.patch, "jobs/:jobid", cancel)
    on(.get, "jobs/:jobid/yarn-cancel", cancel)
    on(.get, "jobs/:jobid/live") { call in Answer(try await cluster.job(call.jobID()).liveJSON) }
    on(.get, "jobs/:jobid/status") { call in
      Answer(["status": JSON(try await cluster.job(call.jobID()).summary.state.rawValue)])
    }
    on(.get, "jobs/:jobid/plan") { call in Answer(["plan": try await cluster.job(call.jobID()).plan]) }
    on(.get, "jobs/:jobid/config") { call in Answer(try await cluster.job(call.jobID()).configJSON) }
    on(.get, "jobs/:jobid/exceptions", exceptions)
    on(.get, "jobs/:jobid/console", console)
  }

  private func registerVertices(_ on: Registration) {
    on(.get, "jobs/:jobid/vertices/:vertexid") { call in
      let (job, vertex) = try await vertex(call)
      return Answer(vertex.detailJSON(now: job.now))
    }
    on(.get, "jobs/:jobid/vertices/:vertexid/backpressure") { call in
      let (job, vertex) = try await vertex(call)
      return Answer(vertex.backPressureJSON(now: job.now))
    }
    on(.get, "jobs/:jobid/vertices/:vertexid/watermarks") { call in Answer(try await vertex(call).1.watermarksJSON) }
    on(.get, "jobs/:jobid/vertices/:vertexid/subtasktimes") { call in
      let (job, vertex) = try await vertex(call)
      return Answer(vertex.subtaskTimesJSON(now: job.now))
    }
  }

  private func registerCheckpoints(_ on: Registration) {
    on(.get, "jobs/:jobid/checkpoints") { call in Answer(try await cluster.checkpoints(of: call.jobID()).json) }
    on(.get, "jobs/:jobid/checkpoints/config") { call in Answer(try await cluster.checkpoints(of: call.jobID()).configJSON) }
    on(.get, "jobs/:jobid/checkpoints/details/:checkpointid") { call in
      let job = try call.jobID()
      let text = call.text("checkpointid")
      guard let number = Int64(text) else { throw APIError.badParameter("checkpointid", String(text.prefix(100))) }
      guard let json = try await cluster.checkpoints(of: job).detailJSON(Epoch(number)) else {
        throw APIError(.notFound, "Could not find checkpointing statistics for checkpoint \(number).")
      }
      return Answer(json)
    }
  }

  private func vertex(_ call: Call) async throws -> (JobDetails, VertexDetails) {
    let job = try call.jobID()
    let id = VertexID(hex: try call.hex("vertexid"))
    let details = try await cluster.job(job)
    guard let vertex = details.vertices.first(where: { $0.id == id }) else { throw CoordinatorError.noSuchVertex(id) }
    return (details, vertex)
  }
}
