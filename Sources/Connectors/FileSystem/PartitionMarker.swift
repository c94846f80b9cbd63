//  Marks partitions as complete by an empty file, once all subtasks of the sink have made visible what they have of them.
//
//  A subtask that has made an epoch visible leaves its progress in a hidden file and then looks at everybody's: whoever comes last
//  sees all of them, and marks. The table's directory is what the workers of a sink have in common, as it is for the files themselves.
//  What is pending is in the committables, hence in every checkpoint; the hidden files are one attempt's, and the next removes them.

import Dataflow
import Glibc
import Synchronization

/// Used by the committer of one subtask, on its thread, and by the sink, on another.
final class PartitionMarker: Sendable {
  private let directory: String
  private let context: SinkContext
  private let names: StagedNames
  private let successName: String
  private struct State {
    var commit: PartitionCommit
    /// What this subtask said was pending and it has marked, with the epoch in which it said so.
    var marked: [(epoch: Epoch, partition: String)] = []
  }
  private let state: Mutex<State>

  /// Nil if the table is not partitioned, or has no policy for complete partitions.
  init?(_ spec: SinkSpec, _ context: SinkContext, _ names: StagedNames, directory: String) throws(OperatorError) {
    let options = OptionValues(spec.options)
    let partitionKeys = spec.partitionKeys.map { spec.schema[$0].name }
    guard !partitionKeys.isEmpty, let successName = try FileSystem.successName(options),
      let trigger = try PartitionTrigger(options, partitionKeys: partitionKeys, zones: context.zones)
    else { return nil }
    self.directory = directory
    self.context = context
    self.names = names
    self.successName = successName
    state = Mutex(State(commit: PartitionCommit(parallelism: context.parallelism, trigger: trigger)))
  }

  deinit { unlink(path(of: context.subtask)) }

  /// Everything up to the progress's epoch is visible, durably.
  func acknowledge(_ progress: PartitionProgress) throws(OperatorError) {
    try store(progress)
    var all: [Int: PartitionProgress] = [:]
    for subtask in 0..<context.parallelism { all[subtask] = try load(subtask) }
    let now = context.now()
    let (due, isOver) = state.withLock { state in
      for (subtask, known) in all { state.commit.receive(known, from: subtask) }
      return (state.commit.takeDue(now: now), state.commit.isOver)
    }
    for partition in due { try mark(partition) }
    state.withLock { $0.marked += due.filter { progress.pending[$0] != nil }.map { (progress.epoch, $0) } }
    // Nobody has anything to add, and all is marked.
    if isOver {
      for subtask in 0..<context.parallelism { try Files.remove(path(of: subtask)) }
    }
  }

  /// Since the last call.
  func takeMarked() -> [(epoch: Epoch, partition: String)] {
    state.withLock { state in
      defer { state.marked = [] }
      return state.marked
    }
  }

  private func path(of subtask: Int) -> String { "\(directory)/\(names.progress(context.attempt, subtask: subtask))" }

  /// Replaces what was there as a whole. Nothing of it is wanted after a crash.
  private func store(_ progress: PartitionProgress) throws(OperatorError) {
    let path = path(of: context.subtask)
    let new = path + ".new"
    try OpenFile(writing: new).write(Array(progress.lines.joined(separator: "\n").utf8))
    if rename(new, path) != 0 { throw Files.failure("rename", new) }
  }

  private func load(_ subtask: Int) throws(OperatorError) -> PartitionProgress? {
    guard let bytes = try Files.contents(of: path(of: subtask)) else { return nil }
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)[...]
    return PartitionProgress(taking: &lines)
  }

  /// A partition that somebody has taken away since is done with.
  private func mark(_ partition: String) throws(OperatorError) {
    let path = "\(directory)/\(partition)"
    guard try Files.status(path) != nil else { return }
    _ = try OpenFile(writing: "\(path)/\(successName)")
    try Files.syncDirectory(path)
  }
}
