//  The coordinator: performs what Coordination decides. It owns the links to the workers, the timer and the store.

import Checkpoints
import Coordination
import Dataflow
import Logging
import Wire

/// Runs jobs on the workers that have connected.
///
/// Use: `recover()`, then `run()` in a task of its own for as long as the coordinator lives; links, messages and
/// queries may come at any time. Everything a worker sends goes through `receive`, in order.
public actor Coordinator {
  public let configuration: CoordinatorConfiguration

  /// - Parameter clock: microseconds since 1970; must not go backwards by more than the heartbeat timeout.
  public init(
    configuration: CoordinatorConfiguration, store: any CheckpointStore, snapshots: any SnapshotStorage,
    clock: @escaping @Sendable () -> Int64 = SystemClock.now, logger: Logger = Logger(label: "coordinator")
  ) {
    self.configuration = configuration
  }

  // MARK: Life

  /// Begins a new term and takes over the jobs that the store knows and that have not ended; they go on from their latest
  /// checkpoint as soon as workers have registered.
  public func recover() async throws {}

  /// Performs what falls due (heartbeats, checkpoints, restarts) until the task is cancelled or a newer coordinator takes
  /// over; then closes all links.
  public func run() async throws {}

  // MARK: Workers

  /// A worker has connected; nothing is expected of it before it registers.
  public func workerConnected(_ link: any WorkerLink) -> WorkerLinkID { WorkerLinkID(number: 0) }
  public func receive(_ message: WorkerMessage, from link: WorkerLinkID) async {}
  /// The link has closed: the worker counts as lost at once.
  public func workerLost(_ link: WorkerLinkID, reason: String) async {}

  // MARK: Jobs

  /// Stores the job, then starts it as soon as there are slots. Returns once it is stored.
  public func submit(graph: JobGraph) async throws(CoordinatorError) -> JobID { throw .stopped }
  /// Returns at once; the job is CANCELED when its subtasks have stopped.
  public func cancel(_ job: JobID) async throws(CoordinatorError) {}

  // MARK: Queries

  public func overview() -> ClusterOverview {
    ClusterOverview(
      term: Term(0), workerCount: 0, slotsTotal: 0, slotsAvailable: 0, jobsRunning: 0, jobsFinished: 0, jobsCanceled: 0, jobsFailed: 0)
  }
  /// In the order of submission.
  public func jobs() -> [JobSummary] { [] }
  public func job(_ id: JobID) throws(CoordinatorError) -> JobDetails { throw .noSuchJob(id) }
  public func checkpoints(of id: JobID) throws(CoordinatorError) -> CheckpointsOverview { throw .noSuchJob(id) }
  /// Newest first.
  public func exceptions(of id: JobID) throws(CoordinatorError) -> [ExceptionDetails] { throw .noSuchJob(id) }
  public func workers() -> [WorkerDetails] { [] }
  public func worker(_ id: WorkerID) throws(CoordinatorError) -> WorkerDetails { throw .noSuchWorker(id) }
  /// What the job has printed from `offset` on, at most `maxByteCount` bytes; empty if there is nothing new.
  public func console(of id: JobID, from offset: Int64, maxByteCount: Int = 256 * 1024) throws(CoordinatorError) -> ConsoleChunk {
    throw .noSuchJob(id)
  }
  /// Returns as soon as the console has something after `offset`, the job has ended, or `timeout` microseconds have passed.
  public func waitForConsole(of id: JobID, from offset: Int64, timeout: Int64) async throws(CoordinatorError) -> ConsoleChunk {
    throw .noSuchJob(id)
  }
  /// Returns when the job has ended.
  public func waitForEnd(of id: JobID) async throws(CoordinatorError) -> JobState { throw .noSuchJob(id) }
}
