//  A cluster that is not there: a lively job, ended ones, a job that waits, two workers. Everything follows from the clock
//  that it is given, so that two looks at the same time see the same.

import Coordination
import Dataflow
import HTTPAPI
import Synchronization

@testable import Coordinator

/// Answers like a coordinator.
final class FixtureCluster: ClusterView {
  /// Microseconds since 1970 when everything began.
  static let start: Int64 = 1_795_343_710_000_000
  private let start: Int64
  static let flights = JobID(hex: "75187d2f8e1ac9773310025555c2842b")
  static let finished = JobID(hex: "5932bc207458e7fe6995175e5994b551")
  static let failed = JobID(hex: "811815888d4c4b675bacf09b1e1a6f91")
  static let waiting = JobID(hex: "4bf655abe9c955d9ad712ff17f9f8dfc")
  static let source = VertexID(hex: "cbc357ccb763df2852fee8c4fc7d55f2")
  static let carriers = VertexID(hex: "0a448493b4782967b150582570326227")
  static let window = VertexID(hex: "f6dc7f4d2283f4605b127b9364e21148")
  static let sink = VertexID(hex: "90bea66de1c231edf33913ecd54406c1")

  private let clock: @Sendable () -> Int64
  private let isEmpty: Bool
  private let state = Mutex(State())

  private struct State {
    var cancelled: Set<JobID> = []
    var submitted: [JobGraph] = []
  }

  init(isEmpty: Bool = false, start: Int64 = FixtureCluster.start, clock: @escaping @Sendable () -> Int64) {
    self.isEmpty = isEmpty
    self.start = start
    self.clock = clock
  }

  var submittedGraphs: [JobGraph] { state.withLock { $0.submitted } }
  private var elapsed: Int64 { max(0, clock() - start) }
  private func isCancelled(_ job: JobID) -> Bool { state.withLock { $0.cancelled.contains(job) } }

  // MARK: Jobs

  func submit(graph: JobGraph) async throws(CoordinatorError) -> JobID {
    let count = state.withLock { state in
      state.submitted.append(graph)
      return state.submitted.count
    }
    let digits = String(count, radix: 16)
    return JobID(hex: String(repeating: "0", count: 32 - digits.count) + digits)
  }

  func cancel(_ job: JobID) async throws(CoordinatorError) {
    switch job {
    case Self.flights, Self.waiting: state.withLock { _ = $0.cancelled.insert(job) }
    case Self.finished: throw .jobHasEnded(job, .finished)
    case Self.failed: throw .jobHasEnded(job, .failed)
    default: throw .noSuchJob(job)
    }
  }

  func overview() async -> ClusterOverview {
    ClusterOverview(
      term: Term(3), workerCount: isEmpty ? 0 : 2, slotsTotal: isEmpty ? 0 : 4, slotsAvailable: isEmpty ? 0 : 2,
      jobsRunning: isEmpty ? 0 : 2, jobsFinished: isEmpty ? 0 : 1, jobsCanceled: 0, jobsFailed: isEmpty ? 0 : 1)
  }

  func jobs() async -> [JobSummary] {
    isEmpty ? [] : [Self.failed, Self.finished, Self.flights, Self.waiting].map(summary)
  }

  private func summary(_ id: JobID) -> JobSummary {
    let now = clock()
    switch id {
    case Self.finished:
      return JobSummary(
        id: id, name: "insert-into_cancellations_per_carrier", state: .finished, startedAt: start - 900_000_000,
        endedAt: start - 868_000_000, lastModifiedAt: start - 868_000_000, duration: 32_000_000, tasks: [.finished: 6],
        waitingFor: nil, attempt: Attempt(1))
    case Self.failed:
      return JobSummary(
        id: id, name: "insert-into_late_flights", state: .failed, startedAt: start - 400_000_000, endedAt: start - 399_000_000,
        lastModifiedAt: start - 399_000_000, duration: 1_000_000, tasks: [.failed: 1, .canceled: 3], waitingFor: nil,
        attempt: Attempt(1))
    case Self.waiting:
      return JobSummary(
        id: id, name: "nexmark-q0", state: .created, startedAt: start + 2_000_000, endedAt: nil,
        lastModifiedAt: start + 2_000_000, duration: max(0, now - start - 2_000_000), tasks: [.scheduled: 4],
        waitingFor: "waits for 4 slots, 2 are free", attempt: Attempt(0))
    default:
      let isOver = isCancelled(id)
      return JobSummary(
        id: id, name: "insert-into_hourly_departures", state: isOver ? .canceled : .running, startedAt: start,
        endedAt: isOver ? now : nil, lastModifiedAt: start + 1_300_000, duration: elapsed,
        tasks: isOver ? [.canceled: 7] : [.running: 7], waitingFor: nil, attempt: Attempt(2))
    }
  }

  func job(_ id: JobID) async throws(CoordinatorError) -> JobDetails {
    guard !isEmpty, [Self.flights, Self.finished, Self.failed, Self.waiting].contains(id) else { throw .noSuchJob(id) }
    let vertices = id == Self.flights ? flightVertices() : []
    var options = JobOptions()
    options.settings = ["execution.checkpointing.interval": "10 s"]
    let summary = summary(id)
    return JobDetails(
      summary: summary, now: clock(),
      timestamps: [.created: summary.startedAt + 1_000, .running: summary.startedAt + 224_000],
      maxParallelism: 128, options: options, vertices: vertices,
      edges: vertices.isEmpty
        ? []
        : [
          EdgeDetails(from: Self.source, to: Self.window, input: 0, partitioning: .hash([0])),
          EdgeDetails(from: Self.carriers, to: Self.window, input: 1, partitioning: .broadcast),
          EdgeDetails(from: Self.window, to: Self.sink, input: 0, partitioning: .rebalance),
        ],
      graph: JobGraph(name: summary.name, vertices: [], edges: [], maxParallelism: 128, options: options))
  }

  private func flightVertices() -> [VertexDetails] {
    [
      vertex(
        Self.source,
        [
          "Source: flights(columns=[origin, scheduled, dep_delay])",
          "Calc(select=[origin, scheduled, dep_delay], where=[dep_delay IS NOT NULL])",
          "WatermarkAssigner(rowtime=[scheduled], watermark=[scheduled - INTERVAL '1' DAY])",
          "LocalWindowAggregate(groupBy=[origin], size=[1 h])",
        ],
        parallelism: 2, busy: 0.31, held: 0.57, recordsIn: 48_211, recordsOut: 31_040),
      vertex(
        Self.carriers, ["Source: carriers(columns=[code, name])"], parallelism: 1, busy: 0.02, held: 0, recordsIn: 16, recordsOut: 16,
        state: .finished),
      vertex(
        Self.window,
        [
          "GlobalWindowAggregate(groupBy=[origin], window=[TUMBLE(size=[1 h])], select=[COUNT(*), AVG(dep_delay), MAX(dep_delay)])",
          "Join(type=[Inner], where=[code = carrier])",
        ],
        parallelism: 2, busy: 0.93, held: 0.04, recordsIn: 31_040, recordsOut: 212),
      vertex(
        Self.sink, ["Sink: hourly_departures(connector=[filesystem], format=[csv])"], parallelism: 2, busy: 0.03, held: 0, recordsIn: 212,
        recordsOut: 0),
    ]
  }

  private func vertex(
    _ id: VertexID, _ operators: [String], parallelism: Int, busy: Double, held: Double, recordsIn: Double, recordsOut: Double,
    state: TaskState = .running
  ) -> VertexDetails {
    let seconds = Double(elapsed) / 1e6
    let subtasks = (0..<parallelism).map { index in
      let wave = Double((elapsed / 1_000_000 + Int64(index) * 3) % 10) / 10
      var rates = SubtaskRates()
      if state == .running {
        rates.busyRatio = min(0.98, busy * (0.9 + 0.2 * wave))
        rates.backPressuredRatio = min(1 - rates.busyRatio, held * (0.85 + 0.3 * wave))
        rates.recordsInPerSecond = recordsIn * (0.9 + 0.2 * wave) / Double(parallelism)
        rates.recordsOutPerSecond = recordsOut * (0.9 + 0.2 * wave) / Double(parallelism)
      }
      rates.idleRatio = max(0, 1 - rates.busyRatio - rates.backPressuredRatio)
      var metrics = VertexMetrics()
      let lived = state == .running ? seconds : 1
      metrics.recordsIn = Int64(recordsIn * lived / Double(parallelism))
      metrics.recordsOut = Int64(recordsOut * lived / Double(parallelism))
      metrics.bytesIn = metrics.recordsIn * 61
      metrics.bytesOut = metrics.recordsOut * 40
      metrics.busyMicroseconds = Int64(lived * busy * 1e6)
      metrics.backPressuredMicroseconds = Int64(lived * held * 1e6)
      metrics.idleMicroseconds = Int64(lived * (1 - busy - held) * 1e6)
      metrics.watermark = id == Self.carriers ? nil : 1_362_380_400_000_000 + elapsed * 60
      metrics.isComplete = true
      let worker = index % 2 == 0 ? "127.0.0.1:42751-ca46a6" : "127.0.0.1:42903-17d2e0"
      return SubtaskDetails(
        index: index, state: state, attempt: Attempt(2), worker: WorkerID(worker),
        endpoint: index % 2 == 0 ? "127.0.0.1:42751" : "127.0.0.1:42903",
        slot: 0, startedAt: start + 300_000, endedAt: state == .finished ? start + 1_300_000 : nil,
        duration: state == .finished ? 1_000_000 : max(0, elapsed - 300_000),
        stateDurations: [.created: 38_000, .scheduled: 120_000, .deploying: 8_000, .initializing: 4_000, state: max(0, elapsed - 300_000)],
        timestamps: [.created: start, .scheduled: start + 38_000, .deploying: start + 158_000, .running: start + 300_000],
        metrics: metrics, rates: rates)
    }
    var total = VertexMetrics()
    var mean = SubtaskRates()
    for subtask in subtasks {
      total.recordsIn += subtask.metrics.recordsIn
      total.recordsOut += subtask.metrics.recordsOut
      total.bytesIn += subtask.metrics.bytesIn
      total.bytesOut += subtask.metrics.bytesOut
      total.busyMicroseconds += subtask.metrics.busyMicroseconds
      total.idleMicroseconds += subtask.metrics.idleMicroseconds
      total.backPressuredMicroseconds += subtask.metrics.backPressuredMicroseconds
      mean.busyRatio += subtask.rates.busyRatio / Double(parallelism)
      mean.idleRatio += subtask.rates.idleRatio / Double(parallelism)
      mean.backPressuredRatio += subtask.rates.backPressuredRatio / Double(parallelism)
      mean.recordsInPerSecond += subtask.rates.recordsInPerSecond
      mean.recordsOutPerSecond += subtask.rates.recordsOutPerSecond
    }
    total.watermark = subtasks.compactMap(\.metrics.watermark).min()
    total.isComplete = true
    if id == Self.window { total.lateRecords = 17 }
    return VertexDetails(
      id: id, name: operators.map { String($0.prefix { $0 != "(" }) }.joined(separator: " -> "), operators: operators,
      isSource: id == Self.source || id == Self.carriers, isSink: id == Self.sink, parallelism: parallelism, maxParallelism: 128,
      state: state,
      startedAt: start + 300_000, endedAt: state == .finished ? start + 1_300_000 : nil, duration: max(0, elapsed - 300_000),
      tasks: [state: parallelism], metrics: total, rates: mean, maxBusyRatio: subtasks.map(\.rates.busyRatio).max() ?? 0,
      maxBackPressuredRatio: subtasks.map(\.rates.backPressuredRatio).max() ?? 0, subtasks: subtasks)
  }

  // MARK: Checkpoints and failures

  func checkpoints(of id: JobID) async throws(CoordinatorError) -> CheckpointsOverview {
    _ = try await job(id)
    var options = JobOptions()
    if id == Self.failed { options.checkpointInterval = nil }
    let isLively = id == Self.flights
    let newest = isLively ? elapsed / 10_000_000 : 0
    let history = newest == 0 ? [] : stride(from: newest, to: max(0, newest - 20), by: -1).map { checkpoint($0, isNewest: $0 == newest) }
    var counts = CheckpointCounts()
    counts.failed = history.count { $0.status == .failed }
    counts.completed = Int(newest) - counts.failed
    counts.restored = isLively ? 1 : 0
    return CheckpointsOverview(
      counts: counts, history: history, latestCompleted: history.first { $0.status == .completed },
      latestFailed: history.first { $0.status == .failed },
      restored: isLively ? RestoredCheckpoint(epoch: Epoch(1), restoredAt: start + 1_000_000) : nil,
      vertexIDs: isLively ? [nil, Self.source, Self.carriers, Self.window, Self.sink] : [], directory: "/data/snapshots/\(id.hex)",
      options: options)
  }

  private func checkpoint(_ number: Int64, isNewest: Bool) -> CheckpointStatistics {
    let at = start + number * 10_000_000
    var checkpoint = CheckpointStatistics(epoch: Epoch(number), attempt: Attempt(2), triggeredAt: at, parallelisms: [1, 2, 1, 2, 2])
    if number % 7 == 3 {
      checkpoint.status = .failed
      checkpoint.endedAt = at + 40_000
      checkpoint.failureMessage =
        "subtask 1 of \"GlobalWindowAggregate\" could not write its snapshot: no space left on device (\"/data/snapshots\")"
      return checkpoint
    }
    for vertex in checkpoint.vertices.indices {
      for subtask in checkpoint.vertices[vertex].subtasks.indices {
        let duration = 9_000 + (number * 7 + Int64(vertex) * 5) % 23 * 1_000
        checkpoint.vertices[vertex].subtasks[subtask] = SubtaskCheckpointStatistics(
          acknowledgedAt: at + duration, byteCount: vertex == 3 ? 412_000 + Int(number) * 1_711 : 310, alignmentMicroseconds: 900,
          syncMicroseconds: 120, asyncMicroseconds: duration - 2_000, wasFinished: vertex == 2)
      }
    }
    checkpoint.latestAckAt = checkpoint.vertices.compactMap(\.latestAckAt).max()
    checkpoint.endedAt = checkpoint.latestAckAt
    checkpoint.status = .completed
    checkpoint.isDiscarded = !isNewest
    return checkpoint
  }

  func exceptions(of id: JobID) async throws(CoordinatorError) -> [ExceptionDetails] {
    _ = try await job(id)
    switch id {
    case Self.flights:
      return [
        ExceptionDetails(
          at: start + 600_000, kind: "workerLost", message: "the connection to worker \"127.0.0.1:42688-90ab11\" closed",
          attempt: Attempt(1),
          taskName: nil, worker: WorkerID("127.0.0.1:42688-90ab11"), endpoint: "127.0.0.1:42688")
      ]
    case Self.failed:
      return [
        ExceptionDetails(
          at: start - 399_000_000, kind: "user",
          message:
            "could not read \"flights.csv\" at byte 81,204: field \"dep_delay\" is not an INT: \"NA\"\nset 'csv.ignore-parse-errors' = 'true' to skip such records",
          attempt: Attempt(1), taskName: "Source: flights -> Calc (2/2)", worker: WorkerID("127.0.0.1:42903-17d2e0"),
          endpoint: "127.0.0.1:42903")
      ]
    default: return []
    }
  }

  // MARK: Workers

  func workers() async -> [WorkerDetails] {
    isEmpty
      ? []
      : ["127.0.0.1:42751-ca46a6", "127.0.0.1:42903-17d2e0"].enumerated().map { index, name in
        worker(name, port: index == 0 ? 42_751 : 42_903)
      }
  }

  private func worker(_ name: String, port: Int) -> WorkerDetails {
    WorkerDetails(
      id: WorkerID(name), dataHost: "127.0.0.1", dataPort: port, processID: 4_242, cores: 2, physicalMemoryBytes: 25_276_502_016,
      slotsTotal: 2,
      slotsFree: 1, registeredAt: start - 1_000_000, lastHeartbeatAt: clock() - 140_000,
      allocatedSlots: [AllocatedSlot(slot: 0, job: Self.flights, subtaskCount: 4)])
  }

  func worker(_ id: WorkerID) async throws(CoordinatorError) -> WorkerDetails {
    guard let worker = await workers().first(where: { $0.id == id }) else { throw .noSuchWorker(id) }
    return worker
  }

  // MARK: Console

  func console(of id: JobID, from offset: Int64, maxByteCount: Int) async throws(CoordinatorError) -> ConsoleChunk {
    _ = try await job(id)
    var bytes: [UInt8] = []
    if id == Self.flights {
      for line in 0..<min(4_000, elapsed / 400_000) {
        let airport = ["EWR", "JFK", "LGA"][Int(line % 3)]
        bytes += "1> +I[\(airport), 2013-03-\(4 + line / 72 % 20)T\(line / 3 % 24):00, \(40 + line * 7 % 31), \(line * 3 % 45).5]\n".utf8
      }
    }
    let from = min(Int(clamping: offset), bytes.count)
    let end = min(bytes.count, from + maxByteCount)
    return ConsoleChunk(offset: Int64(from), bytes: Array(bytes[from..<end]), nextOffset: Int64(end), isEnd: id != Self.flights)
  }

  func waitForConsole(of id: JobID, from offset: Int64, timeout: Int64) async throws(CoordinatorError) -> ConsoleChunk {
    try await console(of: id, from: offset, maxByteCount: 1 << 16)
  }
}
