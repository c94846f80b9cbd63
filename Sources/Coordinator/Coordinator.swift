//  The coordinator: performs what Coordination decides. It owns the links to the workers, the timer and the store.

import Checkpoints
import Coordination
import Dataflow
import Foundation
import Logging
import Wire

/// Runs jobs on the workers that have connected.
///
/// Use: `recover()`, then `run()` in a task of its own for as long as the coordinator lives. Links may be accepted, and
/// queries come, at any time; what workers send is taken once `run` is called.
public actor Coordinator {
  public nonisolated let configuration: CoordinatorConfiguration
  nonisolated let mailbox = Mailbox()
  let store: any CheckpointStore
  let snapshots: any SnapshotStorage
  let clock: @Sendable () -> Int64
  let logger: Logger
  let storeQueue = BlockingQueue(label: "coordinator-store")
  /// Deleting may take long: it does not hold up the store.
  let fileQueue = BlockingQueue(label: "coordinator-files")

  var cluster: Cluster
  /// Nil until `recover`.
  var term: Term?
  var isStopped = false
  var records: [JobID: JobRecord] = [:]
  var links: [LinkID: ConnectedWorker] = [:]
  var linkOfWorker: [WorkerID: LinkID] = [:]
  /// Jobs whose state the store has refused, and when to try again.
  var unsavedStates: [JobID: Int64] = [:]
  var waiterCount: UInt64 = 0
  private var timer: (task: Task<Void, Never>, deadline: Int64)?

  /// What the coordinator keeps of a job beside the decisions.
  struct JobRecord {
    let graph: JobGraph
    let encodedGraph: [UInt8]
    var console: ConsoleBuffer
    /// By the subtasks' numbers.
    var metrics: [SubtaskMetricsHistory]
    var endWaiters: [CheckedContinuation<JobState?, Never>] = []
    var consoleWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  struct ConnectedWorker {
    let link: ControlLink
    /// Nil until it has registered.
    var worker: WorkerID?
  }

  /// - Parameter clock: microseconds since 1970.
  public init(
    configuration: CoordinatorConfiguration, store: any CheckpointStore, snapshots: any SnapshotStorage,
    clock: @escaping @Sendable () -> Int64 = SystemClock.now, logger: Logger = Logger(label: "coordinator")
  ) {
    self.configuration = configuration
    self.store = store
    self.snapshots = snapshots
    self.clock = clock
    self.logger = logger
    // Links notice silence themselves, and close.
    cluster = Cluster(
      membership: Membership(storageNonce: snapshots.nonce, heartbeatTimeout: nil), endedJobCountMax: configuration.endedJobCountMax)
  }

  // MARK: Life

  /// Begins a new term and takes over the jobs that the store knows and that have not ended; they go on from their latest
  /// checkpoint as soon as workers have registered.
  /// - Throws: `CheckpointStoreError` if the store cannot be read or written.
  public func recover() async throws {
    let store = store
    let recovered = await storeQueue.value { () -> Result<(Term, [RecoveredJob]), CheckpointStoreError> in
      Result { () throws(CheckpointStoreError) in
        let term = try store.beginTerm()
        var jobs: [RecoveredJob] = []
        for job in try store.jobs() {
          jobs.append(RecoveredJob(job: job, checkpoint: try store.checkpoints(of: job.id).first, failures: try store.failures(of: job.id)))
        }
        return (term, jobs)
      }
    }
    let (term, jobs) = try recovered.get()
    self.term = term
    logger.info("coordinator began its term", metadata: ["term": "\(term)", "jobs": "\(jobs.count)"])
    for stored in jobs { takeOver(stored) }
  }

  struct RecoveredJob: Sendable {
    var job: StoredJob
    var checkpoint: StoredCheckpoint?
    var failures: [StoredFailure]
  }

  private func takeOver(_ stored: RecoveredJob) {
    let graph: JobGraph
    let topology: JobTopology
    do {
      graph = try JSONDecoder().decode(JobGraph.self, from: Data(stored.job.graph))
      topology = try JobTopology(graph)
    } catch {
      logger.error("stored job cannot be read and is left alone", metadata: ["job": "\(stored.job.id)", "error": "\(error)"])
      return
    }
    let latest = stored.checkpoint.map {
      CompletedCheckpoint(
        attempt: $0.attempt, epoch: $0.epoch, handles: $0.handles, triggeredAt: $0.triggeredAt, completedAt: $0.completedAt)
    }
    let job = JobLifecycle(
      id: stored.job.id, topology: topology, options: graph.options, state: stored.job.state, timestamps: stored.job.timestamps,
      attempt: stored.job.attempt, nextEpoch: stored.job.nextEpoch, latest: latest, failures: stored.failures.map(JobFailure.init))
    records[job.id] = JobRecord(
      graph: graph, encodedGraph: stored.job.graph, console: ConsoleBuffer(byteCountMax: configuration.consoleByteCountMax),
      metrics: Array(repeating: SubtaskMetricsHistory(), count: topology.subtasks.count))
    apply(.recovered(job))
  }

  /// Takes what workers send and performs what falls due (checkpoints, restarts) until the task is cancelled; then closes
  /// all links.
  /// - Throws: `CoordinatorSuperseded` once a newer coordinator has taken over.
  public func run() async throws {
    precondition(term != nil, "`recover` comes before `run`")
    var reason = "the coordinator stops"
    var superseded: String?
    arm()
    for await input in mailbox.inputs {
      if case .superseded(let message) = input {
        superseded = message
        reason = message
        break
      }
      handle(input)
      arm()
    }
    isStopped = true
    timer?.task.cancel()
    mailbox.finish()
    for connected in links.values { connected.link.close(reason: reason) }
    for id in records.keys { resumeWaiters(of: id) }
    if let superseded {
      logger.critical("a newer coordinator has taken over", metadata: ["reason": "\(superseded)"])
      throw CoordinatorSuperseded(description: superseded)
    }
  }

  private func handle(_ input: CoordinatorInput) {
    switch input {
    case .linked(let id, let link): links[id] = ConnectedWorker(link: link)
    case .message(let id, let message): received(message, on: id)
    case .closed(let id, let reason): closed(id, reason: reason)
    case .answer(let job, let event): apply(.job(job, event))
    case .stateNotStored(let job): unsavedStates[job] = clock() + JobLifecycle.storeRetryDelay
    case .superseded: break
    case .tick:
      timer = nil
      let now = clock()
      for (job, due) in unsavedStates where due <= now {
        unsavedStates[job] = nil
        storeState(of: job)
      }
      apply(.tick)
    }
  }

  /// Lets the machine decide, then does what it says.
  func apply(_ event: ClusterEvent) {
    for action in cluster.handle(event, now: clock()) { perform(action) }
  }

  /// One timer, for what falls due next.
  private func arm() {
    let deadline = ([cluster.nextDeadline].compactMap { $0 } + unsavedStates.values).min()
    guard deadline != timer?.deadline else { return }
    timer?.task.cancel()
    timer = nil
    guard let deadline else { return }
    let delay = max(0, deadline - clock())
    let task = Task { [mailbox] in
      do { try await Task.sleep(for: .microseconds(delay)) } catch { return }
      mailbox.put(.tick)
    }
    timer = (task, deadline)
  }

  // MARK: Jobs

  /// Stores the job, then starts it as soon as there are slots. Returns once it is stored.
  public func submit(graph: JobGraph) async throws(CoordinatorError) -> JobID {
    guard let term, !isStopped else { throw .stopped }
    let topology: JobTopology
    do { topology = try JobTopology(graph) } catch { throw .invalidGraph(error.description) }
    let active = cluster.jobs.values.reduce(0) { $0 + ($1.state.isTerminal ? 0 : 1) }
    guard active < configuration.activeJobCountMax else { throw .tooManyJobs(configuration.activeJobCountMax) }
    guard let encoded = try? JSONEncoder().encode(graph) else { throw .invalidGraph("it has a value that JSON cannot hold") }
    let digits =
      String(UInt64.random(in: .min ... .max), radix: 16).leftPadded(to: 16)
      + String(UInt64.random(in: .min ... .max), radix: 16).leftPadded(to: 16)
    let id = JobID(hex: digits)
    let submittedAt = clock()
    let stored = StoredJob(
      id: id, name: graph.name, graph: [UInt8](encoded), state: .created, timestamps: [.initializing: submittedAt, .created: submittedAt])
    let store = store
    let failure = await storeQueue.value { () -> CheckpointStoreError? in
      do throws(CheckpointStoreError) { try store.insert(stored, term: term) } catch { return error }
      return nil
    }
    if let failure {
      if failure.kind == .superseded { mailbox.put(.superseded(failure.message)) }
      throw .store(failure.message)
    }
    records[id] = JobRecord(
      graph: graph, encodedGraph: [UInt8](encoded), console: ConsoleBuffer(byteCountMax: configuration.consoleByteCountMax),
      metrics: Array(repeating: SubtaskMetricsHistory(), count: topology.subtasks.count))
    logger.info("job submitted", metadata: ["job": "\(id)", "name": "\(graph.name)"])
    apply(.submitted(JobLifecycle(id: id, topology: topology, options: graph.options, submittedAt: submittedAt, now: clock())))
    arm()
    return id
  }

  /// Returns once that is stored, or the store has refused it for now: a coordinator that comes after this one cancels it too.
  /// The job is CANCELED when its subtasks have stopped.
  public func cancel(_ job: JobID) async throws(CoordinatorError) {
    guard let known = cluster.jobs[job] else { throw .noSuchJob(job) }
    guard !known.state.isTerminal else { throw .jobHasEnded(job, known.state) }
    logger.info("job is to be cancelled", metadata: ["job": "\(job)"])
    apply(.job(job, .cancelRequested))
    arm()
    await storeQueue.value {}
  }
}

extension String {
  fileprivate func leftPadded(to count: Int) -> String { String(repeating: "0", count: max(0, count - utf8.count)) + self }
}

extension JobFailure {
  init(_ stored: StoredFailure) {
    let cause: Cause
    switch stored.kind {
    case "workerLost": cause = .workerLost
    case "coordination": cause = .coordination
    default:
      cause = .subtask(
        SubtaskFailure(
          domain: OperatorError.Domain(rawValue: stored.kind) ?? .internal, retry: .restartFromCheckpoint, message: stored.message))
    }
    self.init(
      at: stored.at, attempt: stored.attempt, cause: cause, message: stored.message, subtask: stored.subtask, worker: stored.worker)
  }
}
