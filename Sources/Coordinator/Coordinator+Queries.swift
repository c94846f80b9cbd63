//  The queries of the HTTP API, answered from memory.

import Coordination
import Dataflow

extension Coordinator {
  /// Callers that may wait for a job's output at a time.
  static let consoleWaiterCountMax = 256

  public func overview() -> ClusterOverview {
    var counts: [JobState: Int] = [:]
    for job in cluster.jobs.values { counts[job.state, default: 0] += 1 }
    return ClusterOverview(
      term: term ?? Term(0), workerCount: cluster.membership.workers.count, slotsTotal: cluster.membership.slotCount,
      slotsAvailable: cluster.membership.freeSlotCount, jobsRunning: counts.reduce(0) { $0 + ($1.key.isTerminal ? 0 : $1.value) },
      jobsFinished: counts[.finished] ?? 0, jobsCanceled: counts[.canceled] ?? 0, jobsFailed: counts[.failed] ?? 0)
  }

  // MARK: Jobs

  /// In the order of submission.
  public func jobs() -> [JobSummary] {
    let now = clock()
    return cluster.order.compactMap { id in
      guard let job = cluster.jobs[id], let record = records[id] else { return nil }
      return JobSummary(job, record.graph, now: now)
    }
  }

  public func job(_ id: JobID) throws(CoordinatorError) -> JobDetails {
    let (job, record) = try find(id)
    let now = clock()
    let visible = record.graph.vertices.indices.filter { !record.graph.vertices[$0].isHidden }
    let subtasks = job.subtasks
    let vertices = visible.map { vertex in
      let details = record.graph.vertices[vertex].parallelism
      return VertexDetails(
        record.graph.vertices[vertex], maxParallelism: record.graph.maxParallelism, now: now,
        subtasks: (0..<details).compactMap { index in
          guard let number = job.topology.number(of: SubtaskID(vertex: vertex, subtask: index)) else { return nil }
          return SubtaskDetails(
            index: index, subtasks[number], attempt: job.attempt, metrics: record.metrics[number], now: now)
        })
    }
    let edges = record.graph.edges.filter { visible.contains($0.from) && visible.contains($0.to) }.map {
      EdgeDetails(
        from: record.graph.vertices[$0.from].id, to: record.graph.vertices[$0.to].id, input: $0.input, partitioning: $0.partitioning)
    }
    return JobDetails(
      summary: JobSummary(job, record.graph, now: now), now: now, timestamps: job.timestamps, maxParallelism: record.graph.maxParallelism,
      options: job.options, vertices: vertices, edges: edges, graph: record.graph)
  }

  public func checkpoints(of id: JobID) throws(CoordinatorError) -> CheckpointsOverview {
    let (job, record) = try find(id)
    return CheckpointsOverview(
      counts: job.checkpoints.counts, history: job.checkpoints.history, latestCompleted: job.checkpoints.latestCompleted,
      latestFailed: job.checkpoints.latestFailed, restored: job.restored.map { RestoredCheckpoint(epoch: $0.epoch, restoredAt: $0.at) },
      vertexIDs: record.graph.vertices.map { $0.isHidden ? nil : $0.id }, directory: id.hex, options: job.options)
  }

  /// Newest first.
  public func exceptions(of id: JobID) throws(CoordinatorError) -> [ExceptionDetails] {
    let (job, record) = try find(id)
    return job.failures.map { failure in
      let taskName = failure.subtask.flatMap { subtask -> String? in
        guard record.graph.vertices.indices.contains(subtask.vertex) else { return nil }
        let vertex = record.graph.vertices[subtask.vertex]
        return "\(vertex.name) (\(subtask.subtask + 1)/\(vertex.parallelism))"
      }
      let worker = failure.worker.flatMap { cluster.membership.workers[$0]?.description }
      return ExceptionDetails(
        at: failure.at, kind: failure.kind, message: failure.message, attempt: failure.attempt, taskName: taskName, worker: failure.worker,
        endpoint: worker.map { "\($0.dataHost):\($0.dataPort)" })
    }
  }

  /// Returns when the job has ended.
  /// - Throws: `stopped` if the coordinator stops before.
  public func waitForEnd(of id: JobID) async throws(CoordinatorError) -> JobState {
    let (job, _) = try find(id)
    if job.state.isTerminal { return job.state }
    guard !isStopped else { throw .stopped }
    let state = await withCheckedContinuation { records[id]?.endWaiters.append($0) }
    guard let state, state.isTerminal else { throw .stopped }
    return state
  }

  // MARK: Output

  /// What the job has printed from `offset` on, at most `maxByteCount` bytes; empty if there is nothing new.
  public func console(of id: JobID, from offset: Int64, maxByteCount: Int = 256 * 1024) throws(CoordinatorError) -> ConsoleChunk {
    let (job, record) = try find(id)
    let (start, bytes) = record.console.read(from: offset, byteCountMax: maxByteCount)
    let next = start + Int64(bytes.count)
    return ConsoleChunk(
      offset: start, bytes: bytes, nextOffset: next, isEnd: job.state.isTerminal && next == record.console.endOffset)
  }

  /// Returns as soon as the console has something after `offset`, the job has ended, or `timeout` microseconds have passed.
  public func waitForConsole(of id: JobID, from offset: Int64, timeout: Int64) async throws(CoordinatorError) -> ConsoleChunk {
    let chunk = try console(of: id, from: offset)
    guard chunk.bytes.isEmpty, !chunk.isEnd, timeout > 0, !isStopped, (records[id]?.consoleWaiters.count ?? 0) < Self.consoleWaiterCountMax
    else { return chunk }
    waiterCount += 1
    let number = waiterCount
    let alarm = Task {
      do { try await Task.sleep(for: .microseconds(timeout)) } catch { return }
      records[id]?.consoleWaiters.removeValue(forKey: number)?.resume()
    }
    await withCheckedContinuation { records[id]?.consoleWaiters[number] = $0 }
    alarm.cancel()
    return try console(of: id, from: offset)
  }

  // MARK: Workers

  /// By name.
  public func workers() -> [WorkerDetails] {
    let now = clock()
    return cluster.membership.workers.values.map { details(of: $0, now: now) }.sorted { $0.id < $1.id }
  }

  public func worker(_ id: WorkerID) throws(CoordinatorError) -> WorkerDetails {
    guard let worker = cluster.membership.workers[id] else { throw .noSuchWorker(id) }
    return details(of: worker, now: clock())
  }

  private func details(of worker: Membership.Worker, now: Int64) -> WorkerDetails {
    let id = worker.description.id
    let allocated = worker.slots.enumerated().compactMap { slot, job in
      job.map { job in
        AllocatedSlot(slot: slot, job: job, subtaskCount: cluster.jobs[job].map { Self.visibleCount(of: $0, in: slot, on: id) } ?? 0)
      }
    }
    // A link that has heard nothing for the timeout is closed: while it is there, it has been heard of.
    let heardAt =
      cluster.membership.heartbeatTimeout == nil ? max(worker.lastHeardAt, now - configuration.heartbeatInterval) : worker.lastHeardAt
    return WorkerDetails(
      id: id, dataHost: worker.description.dataHost, dataPort: worker.description.dataPort, processID: worker.description.processID,
      cores: worker.description.cores, physicalMemoryBytes: worker.description.physicalMemoryBytes, slotsTotal: worker.slots.count,
      slotsFree: worker.freeSlotCount, registeredAt: worker.registeredAt, lastHeartbeatAt: heardAt, allocatedSlots: allocated)
  }

  /// Subtasks in a slot that have not ended, enumerators left out.
  private static func visibleCount(of job: JobLifecycle, in slot: Int, on worker: WorkerID) -> Int {
    let subtasks = job.subtasks
    return subtasks.indices.count { index in
      let subtask = subtasks[index]
      return !job.topology.enumerators.contains(index) && subtask.placement?.worker == worker && subtask.placement?.slot == slot
        && !subtask.state.isTerminal
    }
  }

  private func find(_ id: JobID) throws(CoordinatorError) -> (JobLifecycle, JobRecord) {
    guard let job = cluster.jobs[id], let record = records[id] else { throw .noSuchJob(id) }
    return (job, record)
  }
}
