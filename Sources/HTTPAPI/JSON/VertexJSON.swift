//  Flink's shapes of a vertex and its subtasks: `/jobs/:id/vertices/:vid` and what is below it.

import Coordination
import Coordinator
import Dataflow

extension VertexDetails {
  /// An entry of `vertices` in `/jobs/:id`.
  func json(job: JobID) -> JSON {
    [
      "id": JSON(id.hex), "slotSharingGroupId": JSON(job.hex), "name": JSON(name), "maxParallelism": JSON(maxParallelism),
      "parallelism": JSON(parallelism), "status": JSON(state.rawValue), "start-time": .milliseconds(startedAt),
      "end-time": .milliseconds(endedAt), "duration": .milliseconds(duration), "tasks": JSON(counting: tasks),
      "metrics": metrics.json,
    ]
  }

  /// `/jobs/:id/vertices/:vid`.
  func detailJSON(now: Int64) -> JSON {
    [
      "id": JSON(id.hex), "name": JSON(name), "parallelism": JSON(parallelism), "maxParallelism": JSON(maxParallelism),
      "now": .milliseconds(now), "subtasks": JSON(subtasks.map(\.json)), "aggregated": aggregated,
    ]
  }

  /// Complete: a page of Flink's hangs where a figure is missing.
  private var aggregated: JSON {
    let columns: [(String, (VertexMetrics) -> Int64)] = [
      ("read-bytes", { $0.bytesIn }), ("write-bytes", { $0.bytesOut }), ("read-records", { $0.recordsIn }),
      ("write-records", { $0.recordsOut }), ("accumulated-backpressured-time", { $0.backPressuredMicroseconds / 1000 }),
      ("accumulated-idle-time", { $0.idleMicroseconds / 1000 }), ("accumulated-busy-time", { $0.busyMicroseconds / 1000 }),
    ]
    let states = TaskState.allCases.filter { state in subtasks.contains { $0.stateDurations[state] != nil } }
    return [
      "metrics": JSON(columns.map { name, value in (name, Statistics(subtasks.map { value($0.metrics) }).aggregate) }),
      "status-duration": JSON(
        states.map { state in
          (state.rawValue, Statistics(subtasks.compactMap { $0.stateDurations[state].map { $0 / 1000 } }).aggregate)
        }),
    ]
  }

  /// `/jobs/:id/vertices/:vid/backpressure`.
  func backPressureJSON(now: Int64) -> JSON {
    let level = BackPressureLevel(ratio: subtasks.map(\.rates.backPressuredRatio).max() ?? 0)
    return [
      "status": "ok", "backpressureLevel": JSON(level.rawValue), "backpressure-level": JSON(level.rawValue),
      "end-timestamp": .milliseconds(now),
      "subtasks": JSON(
        subtasks.map { subtask in
          let level = BackPressureLevel(ratio: subtask.rates.backPressuredRatio).rawValue
          return [
            "subtask": JSON(subtask.index), "backpressureLevel": JSON(level), "backpressure-level": JSON(level),
            "ratio": JSON(subtask.rates.backPressuredRatio), "idleRatio": JSON(subtask.rates.idleRatio),
            "busyRatio": JSON(subtask.rates.busyRatio),
          ]
        }),
    ]
  }

  /// `/jobs/:id/vertices/:vid/watermarks`; none for a source, which has no input.
  var watermarksJSON: JSON {
    if isSource { return [] }
    return JSON(
      subtasks.map { subtask in
        ["id": JSON("\(subtask.index).currentInputWatermark"), "value": JSON(String(flinkWatermark(subtask.metrics.watermark)))]
      })
  }

  /// `/jobs/:id/vertices/:vid/subtasktimes`.
  func subtaskTimesJSON(now: Int64) -> JSON {
    [
      "id": JSON(id.hex), "name": JSON(name), "now": .milliseconds(now),
      "subtasks": JSON(
        subtasks.map { subtask in
          [
            "subtask": JSON(subtask.index), "endpoint": JSON(subtask.endpoint ?? "(unassigned)"),
            "duration": .milliseconds(subtask.duration),
            "timestamps": JSON(TaskState.allCases.map { ($0.rawValue, .milliseconds(subtask.timestamps[$0] ?? 0)) }),
          ]
        }),
    ]
  }
}

/// Milliseconds; before the first the least number, after the end of the input the greatest.
private func flinkWatermark(_ microseconds: Int64?) -> Int64 {
  switch microseconds {
  case nil: .min
  case .max: .max
  case let time?: time / 1000
  }
}

/// Flink's three levels. Source: flink-runtime, JobVertexBackPressureHandler.
enum BackPressureLevel: String {
  case ok, low, high

  init(ratio: Double) { self = ratio <= 0.1 ? .ok : ratio <= 0.5 ? .low : .high }
}

extension Attempt {
  /// Flink counts attempts from 0; ours begin with 1, and 0 is a job that has not been deployed.
  var restartCount: Int { max(0, number - 1) }
}

extension SubtaskDetails {
  var json: JSON {
    [
      "subtask": JSON(index), "status": JSON(state.rawValue), "attempt": JSON(attempt.restartCount),
      "endpoint": JSON(endpoint ?? "(unassigned)"), "start-time": .milliseconds(startedAt), "end-time": .milliseconds(endedAt),
      "duration": .milliseconds(duration), "metrics": metrics.json, "taskmanager-id": JSON(worker?.name ?? "(unassigned)"),
      "status-duration": JSON(
        TaskState.allCases.compactMap { state in stateDurations[state].map { (state.rawValue, .milliseconds($0)) } }),
      "start_time": .milliseconds(startedAt),
    ]
  }
}

extension VertexMetrics {
  var json: JSON {
    [
      "read-bytes": JSON(bytesIn), "read-bytes-complete": JSON(isComplete), "write-bytes": JSON(bytesOut),
      "write-bytes-complete": JSON(isComplete), "read-records": JSON(recordsIn), "read-records-complete": JSON(isComplete),
      "write-records": JSON(recordsOut), "write-records-complete": JSON(isComplete),
      "accumulated-backpressured-time": JSON(backPressuredMicroseconds / 1000),
      "accumulated-idle-time": JSON(idleMicroseconds / 1000), "accumulated-busy-time": JSON(Double(busyMicroseconds) / 1000),
    ]
  }
}
