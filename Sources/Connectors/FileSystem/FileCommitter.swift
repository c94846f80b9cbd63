//  Makes staged files visible, and removes those that no checkpoint knows.

import Dataflow
import Glibc

final class FileCommitter: SinkCommitter {
  private let directory: String
  private let attempt: Attempt
  private let names: StagedNames
  /// Nil if partitions are not marked as complete.
  let marker: PartitionMarker?

  init(_ spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    directory = try Files.path(try OptionValues(spec.options).required("path"))
    attempt = context.attempt
    names = StagedNames(context.job, context.operatorID)
    marker = try PartitionMarker(spec, context, names, directory: directory)
  }

  func commit(_ committables: [Committable]) throws(OperatorError) {
    if committables.isEmpty { return }
    do throws(OperatorError) { try perform(committables) } catch { throw error.passing }
  }

  private func perform(_ committables: [Committable]) throws(OperatorError) {
    var partitions: Set<String> = []
    var progress: PartitionProgress?
    for committable in committables {
      let staged = try decode(committable)
      for file in staged.files { try rename(file, of: committable.epoch, &partitions) }
      // What an earlier attempt's subtask staged says nothing about how far this one's is.
      if staged.attempt == attempt { progress = staged.progress ?? progress }
    }
    for partition in partitions.sorted() {
      try Files.syncDirectory(partition)
      // Directories above it may be new, too.
      var above = Files.parent(of: partition)
      while above.count > directory.count {
        try Files.syncDirectory(above)
        above = Files.parent(of: above)
      }
    }
    try Files.syncDirectory(directory)
    if let marker, let progress { try marker.acknowledge(progress) }
  }

  /// - Parameter partitions: takes in the directory of the visible file, unless it is the table's.
  private func rename(_ file: StagedFile, of epoch: Epoch, _ partitions: inout Set<String>) throws(OperatorError) {
    let (staged, visible) = ("\(directory)/\(file.staged)", "\(directory)/\(file.visible)")
    let partition = Files.parent(of: visible)
    let isStaged = try Files.status(staged) != nil
    let isVisible = try Files.status(visible) != nil
    switch (isStaged, isVisible) {
    case (true, false):
      if partition != directory, !partitions.contains(partition) { try Files.makeDirectory(partition) }
      // Gone since: an older attempt, which is on its way out, has committed it at the same time.
      if Glibc.rename(staged, visible) != 0, errno != ENOENT { throw Files.failure("rename", staged) }
    // Committed before.
    case (false, true): break
    // A visible file that is gone as well has been taken away by whoever reads the directory: nothing that can fail between staging
    // and renaming removes both.
    case (false, false): return
    case (true, true):
      throw OperatorError(.external, .never, "could not commit epoch \(epoch): \"\(visible)\" is there already")
    }
    if partition != directory { partitions.insert(partition) }
  }

  func abort(allBut known: [Committable]) throws(OperatorError) {
    do throws(OperatorError) { try remove(allBut: known) } catch { throw error.passing }
  }

  private func remove(allBut known: [Committable]) throws(OperatorError) {
    guard try Files.status(directory) != nil else { return }
    var kept: Set<String> = []
    for committable in known { kept.formUnion(try decode(committable).files.map(\.staged)) }
    for name in try Files.names(in: directory) where !kept.contains(name) {
      // The other subtasks of this attempt may be writing already.
      guard let number = names.attempt(of: name), number < attempt.number else { continue }
      try Files.remove("\(directory)/\(name)")
    }
  }

  private func decode(_ committable: Committable) throws(OperatorError) -> StagedEpoch {
    guard let staged = StagedEpoch(committable.bytes) else {
      throw OperatorError(.internal, .never, "the committable of epoch \(committable.epoch) does not name a file")
    }
    return staged
  }
}
