//  What our page shows and Flink's API has no place for, in one answer each: `/jobs/live`,
//  `/jobs/:id/live` and `/taskmanagers/live`.

import Coordination
import Coordinator
import Dataflow

extension JobSummary {
  /// - Parameter details: of a job that has not ended.
  func liveJSON(_ details: JobDetails?) -> JSON {
    let busiest = details?.vertices.filter { $0.state == .running }.max { $0.rates.busyRatio < $1.rates.busyRatio }
    let sources = details?.vertices.filter(\.isSource) ?? []
    return [
      "jid": JSON(id.hex), "name": JSON(name), "state": JSON(state.rawValue), "start-time": .milliseconds(startedAt),
      "end-time": .milliseconds(endedAt), "duration": .milliseconds(duration), "attempt": JSON(attempt.number),
      "restarts": JSON(attempt.restartCount), "waiting-for": waitingFor.map { JSON($0) } ?? nil, "tasks": JSON(counting: tasks),
      "records-per-second": JSON(sources.reduce(0) { $0 + $1.throughput }),
      "busiest": busiest.map { ["name": JSON($0.name), "rates": $0.rates.json] } ?? nil,
    ]
  }
}

extension WorkerDetails {
  /// An entry of `/taskmanagers/live`.
  /// - Parameter names: of jobs.
  func liveJSON(now: Int64, names: [JobID: String]) -> JSON {
    [
      "id": JSON(id.name), "endpoint": JSON("\(dataHost):\(dataPort)"), "pid": JSON(Int(processID)), "cores": JSON(cores),
      "physical-memory": JSON(physicalMemoryBytes), "slots-total": JSON(slotsTotal), "slots-free": JSON(slotsFree),
      "registered": .milliseconds(max(0, now - registeredAt)), "silent": .milliseconds(max(0, now - lastHeartbeatAt)),
      "slots": JSON(
        allocatedSlots.map {
          [
            "slot": JSON($0.slot), "jid": JSON($0.job.hex), "name": JSON(names[$0.job] ?? $0.job.hex),
            "subtasks": JSON($0.subtaskCount),
          ]
        }),
    ]
  }
}

extension JobDetails {
  /// `/jobs/:id/live`.
  var liveJSON: JSON {
    summary.liveJSON(self) + [
      "now": .milliseconds(now),
      "parallelism": JSON(vertices.map(\.parallelism).max() ?? 0),
      "vertices": JSON(vertices.map(\.liveJSON)),
      "edges": JSON(
        edges.map {
          ["from": JSON($0.from.hex), "to": JSON($0.to.hex), "input": JSON($0.input), "partitioning": JSON($0.partitioning.shipStrategy)]
        }),
    ]
  }
}

extension VertexDetails {
  /// Records a second that a source brings in: what it reads, or what it hands on where reading is not counted.
  fileprivate var throughput: Double { max(rates.recordsInPerSecond, rates.recordsOutPerSecond) }

  var liveJSON: JSON {
    [
      "id": JSON(id.hex), "name": JSON(name), "operators": JSON(operators.map { JSON($0) }), "is-source": JSON(isSource),
      "is-sink": JSON(isSink), "parallelism": JSON(parallelism), "status": JSON(state.rawValue),
      "metrics": metrics.liveJSON, "rates": rates.json, "max-busy-ratio": JSON(maxBusyRatio),
      "max-back-pressured-ratio": JSON(maxBackPressuredRatio),
      "subtasks": JSON(
        subtasks.map { subtask in
          [
            "subtask": JSON(subtask.index), "status": JSON(subtask.state.rawValue), "attempt": JSON(subtask.attempt.restartCount),
            "worker": subtask.worker.map { JSON($0.name) } ?? nil, "endpoint": subtask.endpoint.map { JSON($0) } ?? nil,
            "slot": subtask.slot.map { JSON($0) } ?? nil, "duration": .milliseconds(subtask.duration),
            "metrics": subtask.metrics.liveJSON, "rates": subtask.rates.json,
          ]
        }),
    ]
  }
}

extension VertexMetrics {
  fileprivate var liveJSON: JSON {
    [
      "records-in": JSON(recordsIn), "records-out": JSON(recordsOut), "bytes-in": JSON(bytesIn), "bytes-out": JSON(bytesOut),
      "late-records": JSON(lateRecords), "skipped-records": JSON(skippedRecords),
      "watermark": watermark.map { .milliseconds($0) } ?? nil,
    ]
  }
}

extension SubtaskRates {
  fileprivate var json: JSON {
    [
      "busy": JSON(busyRatio), "idle": JSON(idleRatio), "back-pressured": JSON(backPressuredRatio),
      "records-in": JSON(recordsInPerSecond), "records-out": JSON(recordsOutPerSecond), "bytes-in": JSON(bytesInPerSecond),
      "bytes-out": JSON(bytesOutPerSecond),
    ]
  }
}
