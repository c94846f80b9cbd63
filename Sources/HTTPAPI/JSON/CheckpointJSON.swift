//  Flink's shapes of checkpoints: `/jobs/:id/checkpoints` and what is below it.

import Coordination
import Coordinator
import Dataflow

extension CheckpointsOverview {
  /// `/jobs/:id/checkpoints`.
  var json: JSON {
    let completed = history.filter { $0.status == .completed }
    let sizes = Statistics(completed.map { Int64($0.byteCount) }).checkpointSummary
    let durations = Statistics(completed.map { $0.duration / 1000 }).checkpointSummary
    let zeros = Statistics(completed.map { _ in 0 }).checkpointSummary
    return [
      "counts": [
        "restored": JSON(counts.restored), "total": JSON(counts.total), "in_progress": JSON(counts.inProgress),
        "completed": JSON(counts.completed), "failed": JSON(counts.failed),
      ],
      "summary": [
        "checkpointed_size": sizes, "state_size": sizes, "end_to_end_duration": durations, "alignment_buffered": zeros,
        "processed_data": zeros, "persisted_data": zeros,
      ],
      "latest": [
        "completed": latestCompleted.map { json(of: $0, tasks: [:]) } ?? nil, "savepoint": nil,
        "failed": latestFailed.map { json(of: $0, tasks: [:]) } ?? nil,
        "restored": restored.map {
          [
            "id": JSON($0.epoch.number), "restore_timestamp": .milliseconds($0.restoredAt), "is_savepoint": false,
            "external_path": JSON(directory),
          ]
        } ?? nil,
      ],
      "history": JSON(history.map { json(of: $0, tasks: [:]) }),
    ]
  }

  /// `/jobs/:id/checkpoints/details/:cid`; nil if it is not in the history.
  func detailJSON(_ epoch: Epoch) -> JSON? {
    guard let checkpoint = history.first(where: { $0.epoch == epoch }) else { return nil }
    let tasks = visible(checkpoint).map { id, vertex in
      let end = vertex.latestAckAt ?? checkpoint.triggeredAt
      let isDone = vertex.acknowledgedCount == vertex.subtasks.count
      let status = isDone ? CheckpointStatistics.Status.completed : checkpoint.status
      let task: JSON = [
        "id": JSON(checkpoint.epoch.number), "status": JSON(status.rawValue), "latest_ack_timestamp": .milliseconds(vertex.latestAckAt),
        "checkpointed_size": JSON(vertex.byteCount), "state_size": JSON(vertex.byteCount),
        "end_to_end_duration": .milliseconds(max(0, end - checkpoint.triggeredAt)), "alignment_buffered": 0, "processed_data": 0,
        "persisted_data": 0, "num_subtasks": JSON(vertex.subtasks.count),
        "num_acknowledged_subtasks": JSON(vertex.acknowledgedCount),
      ]
      return (id.hex, task)
    }
    return json(of: checkpoint, tasks: JSON(tasks))
  }

  /// `/jobs/:id/checkpoints/config`. Without checkpoints the interval is the greatest number, as in Flink.
  var configJSON: JSON {
    [
      "mode": "exactly_once", "interval": options.checkpointInterval.map { .milliseconds($0) } ?? JSON(Int64.max),
      "timeout": .milliseconds(options.checkpointTimeout), "min_pause": .milliseconds(options.checkpointMinPause),
      "max_concurrent": 1, "externalization": ["enabled": true, "delete_on_cancellation": true],
      "state_backend": "HashMapStateBackend", "checkpoint_storage": "FileSystemCheckpointStorage",
      "unaligned_checkpoints": false, "tolerable_failed_checkpoints": JSON(options.tolerableFailedCheckpoints ?? Int(Int32.max)),
      "aligned_checkpoint_timeout": 0, "checkpoints_after_tasks_finish": true, "state_changelog_enabled": false,
      "changelog_periodic_materialization_interval": 600_000, "changelog_storage": "memory",
    ]
  }

  private func visible(_ checkpoint: CheckpointStatistics) -> [(VertexID, VertexCheckpointStatistics)] {
    zip(vertexIDs, checkpoint.vertices).compactMap { id, vertex in id.map { ($0, vertex) } }
  }

  private func json(of checkpoint: CheckpointStatistics, tasks: JSON) -> JSON {
    let vertices = visible(checkpoint).map(\.1)
    let common: JSON = [
      "className": JSON(checkpoint.status.rawValue.lowercased()), "id": JSON(checkpoint.epoch.number),
      "status": JSON(checkpoint.status.rawValue), "is_savepoint": false, "savepointFormat": nil,
      "trigger_timestamp": .milliseconds(checkpoint.triggeredAt), "latest_ack_timestamp": .milliseconds(checkpoint.latestAckAt),
      "checkpointed_size": JSON(checkpoint.byteCount), "state_size": JSON(checkpoint.byteCount),
      "end_to_end_duration": .milliseconds(checkpoint.duration), "alignment_buffered": 0, "processed_data": 0,
      "persisted_data": 0, "num_subtasks": JSON(vertices.reduce(0) { $0 + $1.subtasks.count }),
      "num_acknowledged_subtasks": JSON(vertices.reduce(0) { $0 + $1.acknowledgedCount }), "checkpoint_type": "CHECKPOINT",
      "tasks": tasks,
    ]
    switch checkpoint.status {
    case .inProgress: return common
    case .completed:
      let path = "\(directory)/\(checkpoint.epoch.number)"
      return common + ["external_path": JSON(path), "discarded": JSON(checkpoint.isDiscarded)]
    case .failed:
      return common + [
        "failure_timestamp": .milliseconds(checkpoint.endedAt ?? checkpoint.triggeredAt),
        "failure_message": JSON(checkpoint.failureMessage ?? "unknown"),
      ]
    }
  }
}
