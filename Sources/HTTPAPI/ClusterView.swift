//  What the API asks of the cluster: the coordinator's queries, and nothing else of it.

import Coordinator
import Dataflow

/// The coordinator, as the API sees it.
public protocol ClusterView: Sendable {
  func submit(graph: JobGraph) async throws(CoordinatorError) -> JobID
  func cancel(_ job: JobID) async throws(CoordinatorError)
  func overview() async -> ClusterOverview
  func jobs() async -> [JobSummary]
  func job(_ id: JobID) async throws(CoordinatorError) -> JobDetails
  func checkpoints(of id: JobID) async throws(CoordinatorError) -> CheckpointsOverview
  func exceptions(of id: JobID) async throws(CoordinatorError) -> [ExceptionDetails]
  func workers() async -> [WorkerDetails]
  func worker(_ id: WorkerID) async throws(CoordinatorError) -> WorkerDetails
  func console(of id: JobID, from offset: Int64, maxByteCount: Int) async throws(CoordinatorError) -> ConsoleChunk
  func waitForConsole(of id: JobID, from offset: Int64, timeout: Int64) async throws(CoordinatorError) -> ConsoleChunk
}

extension Coordinator: ClusterView {}
