//  How the values of the queries come from what the machines know.

import Coordination
import Dataflow

extension JobSummary {
  init(_ job: JobLifecycle, _ graph: JobGraph, now: Int64) {
    let startedAt = job.timestamps[.initializing] ?? job.timestamps[.created] ?? now
    let endedAt = job.state.isTerminal ? job.timestamps[job.state] : nil
    var tasks: [TaskState: Int] = [:]
    for (number, subtask) in job.subtasks.enumerated() where !job.topology.isEnumerator(number) { tasks[subtask.state, default: 0] += 1 }
    self.init(
      id: job.id, name: graph.name, state: job.state, startedAt: startedAt, endedAt: endedAt,
      lastModifiedAt: job.timestamps.values.max() ?? startedAt, duration: max(0, (endedAt ?? now) - startedAt), tasks: tasks,
      waitingFor: job.state.isTerminal ? nil : job.waitingFor, attempt: job.attempt)
  }
}

extension SubtaskDetails {
  init(index: Int, _ status: SubtaskStatus, attempt: Attempt, metrics: SubtaskMetricsHistory, now: Int64) {
    let startedAt = status.timestamps[.deploying]
    let endedAt = status.state.isTerminal ? status.timestamps[status.state] : nil
    // Each state lasts until the next one began.
    let steps = status.timestamps.sorted { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
    var durations: [TaskState: Int64] = [:]
    for (index, step) in steps.enumerated() {
      let end = index + 1 < steps.count ? steps[index + 1].value : step.key.isTerminal ? step.value : now
      durations[step.key] = max(0, end - step.value)
    }
    let isCurrent = metrics.latest?.attempt == attempt
    self.init(
      index: index, state: status.state, attempt: attempt, worker: status.placement?.worker,
      endpoint: status.placement.map { "\($0.dataHost):\($0.dataPort)" }, slot: status.placement?.slot, startedAt: startedAt,
      endedAt: endedAt, duration: startedAt.map { max(0, (endedAt ?? now) - $0) }, stateDurations: durations, timestamps: status.timestamps,
      metrics: isCurrent ? metrics.latest.map { VertexMetrics($0) } ?? VertexMetrics() : VertexMetrics(),
      rates: isCurrent && status.state == .running ? metrics.rates(now: now) : SubtaskRates())
  }
}

extension VertexMetrics {
  init(_ metrics: SubtaskMetrics) {
    recordsIn = metrics.recordsIn
    recordsOut = metrics.recordsOut
    bytesIn = metrics.bytesIn
    bytesOut = metrics.bytesOut
    busyMicroseconds = metrics.busyMicroseconds
    idleMicroseconds = metrics.idleMicroseconds
    backPressuredMicroseconds = metrics.backPressuredMicroseconds
    lateRecords = metrics.lateRecords
    skippedRecords = metrics.skippedRecords
    watermark = metrics.watermark == .min ? nil : metrics.watermark
    isComplete = true
  }

  /// Sums; the watermark is the least, nil as long as one subtask has none.
  init(sum parts: [VertexMetrics]) {
    isComplete = !parts.isEmpty
    var least: Int64? = parts.first?.watermark
    for part in parts {
      recordsIn &+= part.recordsIn
      recordsOut &+= part.recordsOut
      bytesIn &+= part.bytesIn
      bytesOut &+= part.bytesOut
      busyMicroseconds &+= part.busyMicroseconds
      idleMicroseconds &+= part.idleMicroseconds
      backPressuredMicroseconds &+= part.backPressuredMicroseconds
      lateRecords &+= part.lateRecords
      skippedRecords &+= part.skippedRecords
      isComplete = isComplete && part.isComplete
      least = least.flatMap { least in part.watermark.map { min(least, $0) } }
    }
    watermark = least
  }
}

extension VertexDetails {
  init(_ vertex: Vertex, maxParallelism: Int, now: Int64, subtasks: [SubtaskDetails]) {
    let startedAt = subtasks.compactMap(\.startedAt).min()
    let haveEnded = !subtasks.isEmpty && subtasks.allSatisfy(\.state.isTerminal)
    let endedAt = haveEnded ? subtasks.compactMap(\.endedAt).max() : nil
    var tasks: [TaskState: Int] = [:]
    for subtask in subtasks { tasks[subtask.state, default: 0] += 1 }
    let count = Double(max(1, subtasks.count))
    func mean(_ ratio: KeyPath<SubtaskRates, Double>) -> Double { sum(ratio) / count }
    func sum(_ rate: KeyPath<SubtaskRates, Double>) -> Double { subtasks.reduce(0) { $0 + $1.rates[keyPath: rate] } }
    var rates = SubtaskRates()
    rates.busyRatio = mean(\.busyRatio)
    rates.idleRatio = mean(\.idleRatio)
    rates.backPressuredRatio = mean(\.backPressuredRatio)
    rates.recordsInPerSecond = sum(\.recordsInPerSecond)
    rates.recordsOutPerSecond = sum(\.recordsOutPerSecond)
    rates.bytesInPerSecond = sum(\.bytesInPerSecond)
    rates.bytesOutPerSecond = sum(\.bytesOutPerSecond)
    var isSource = false
    if case .source = vertex.chain[0].spec { isSource = true }
    var isSink = false
    if case .sink = vertex.chain[vertex.chain.count - 1].spec { isSink = true }
    self.init(
      id: vertex.id, name: vertex.name, operators: vertex.chain.map(\.name), isSource: isSource, isSink: isSink,
      parallelism: vertex.parallelism, maxParallelism: maxParallelism, state: TaskState.aggregate(subtasks.map(\.state)),
      startedAt: startedAt, endedAt: endedAt, duration: startedAt.map { max(0, (endedAt ?? now) - $0) }, tasks: tasks,
      metrics: VertexMetrics(sum: subtasks.map(\.metrics)), rates: rates, maxBusyRatio: subtasks.map(\.rates.busyRatio).max() ?? 0,
      maxBackPressuredRatio: subtasks.map(\.rates.backPressuredRatio).max() ?? 0, subtasks: subtasks)
  }
}
