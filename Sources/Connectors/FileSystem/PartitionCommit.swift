//  When a partition of a sink is complete: decided from what its subtasks have acknowledged, in whatever order and however often.
//  Pure: the time is an argument. `FileCommitter` keeps the acknowledgements and marks what is due.
//
//  A subtask acknowledges an epoch when its files of that epoch are visible. A partition is due when its trigger says so by the least
//  watermark of all subtasks, and all have made visible the epoch in which rows were last written to it. What is marked twice, after
//  a crash or by two subtasks at once, is marked; what comes late makes a partition due again.
//  Source: Flink's "FileSystem SQL Connector", Partition Commit.

import Dataflow

/// A partition that rows have been written to since it was marked.
struct PendingPartition: Hashable {
  /// When the first of these rows were staged, microseconds since 1970.
  var createdAt: Int64
  /// The last epoch that has rows of it.
  var epoch: Epoch

  func merging(_ other: PendingPartition) -> PendingPartition {
    PendingPartition(createdAt: min(createdAt, other.createdAt), epoch: max(epoch, other.epoch))
  }
}

/// How far one subtask of a sink is.
struct PartitionProgress: Hashable {
  /// Everything up to it is visible.
  var epoch: Epoch
  var watermark: Watermark
  /// No rows follow.
  var isLast: Bool
  /// By directory.
  var pending: [String: PendingPartition]
}

/// What one subtask knows of all of them.
struct PartitionCommit {
  private let parallelism: Int
  private let trigger: PartitionTrigger
  private var progress: [Int: PartitionProgress] = [:]
  /// What was due and is still pending for somebody who has not heard of it, with the last epoch that had rows of it.
  private var taken: [String: Epoch] = [:]

  init(parallelism: Int, trigger: PartitionTrigger) {
    self.parallelism = parallelism
    self.trigger = trigger
  }

  /// What is not newer than what the subtask has acknowledged changes nothing.
  mutating func receive(_ acknowledged: PartitionProgress, from subtask: Int) {
    guard (0..<parallelism).contains(subtask) else { return }
    if let known = progress[subtask], known.epoch >= acknowledged.epoch { return }
    progress[subtask] = acknowledged
  }

  /// Every subtask has acknowledged its last epoch.
  var isOver: Bool { progress.count == parallelism && progress.values.allSatisfy(\.isLast) }

  /// The directories of the partitions that are to be marked now, sorted; all that are pending once the input has ended. Each is given
  /// once, and again when it has newer rows.
  mutating func takeDue(now: Int64) -> [String] {
    guard progress.count == parallelism, let watermark = progress.values.map(\.watermark).min() else { return [] }
    // A subtask that has ended has nothing that is not visible.
    let visible = progress.values.filter { !$0.isLast }.map(\.epoch).min()
    var partitions: [String: PendingPartition] = [:]
    for subtask in progress.values { partitions.merge(subtask.pending) { $0.merging($1) } }
    taken = taken.filter { partitions[$0.key] != nil }
    let due = partitions.filter { name, partition in
      if let epoch = taken[name], epoch >= partition.epoch { return false }
      guard let visible else { return true }
      return partition.epoch <= visible && trigger.isDue(name, createdAt: partition.createdAt, watermark: watermark, now: now)
    }
    taken.merge(due.mapValues(\.epoch)) { max($0, $1) }
    return due.keys.sorted()
  }
}
