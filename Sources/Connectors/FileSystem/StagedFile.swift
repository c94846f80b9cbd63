//  What a sink of files stages: how its files are called, and how a committable names them.

import Dataflow

/// How the files of one sink of one job are called. Hidden names start with a dot, which file sources leave out.
struct StagedNames: Sendable {
  let prefix: String
  private let visiblePrefix: String

  init(_ job: JobID, _ operatorID: OperatorID) {
    prefix = ".\(job.hex)-\(operatorID.hex)-"
    visiblePrefix = "part-\(job.hex.prefix(8))-\(operatorID.hex.prefix(8))"
  }

  /// The attempt that a hidden file is of; nil for a name that is none of this sink's.
  func attempt(of name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    return Int(name.dropFirst(prefix.count).prefix { $0 != "-" })
  }

  /// - Parameter number: tells the files of one subtask apart where it has several.
  func open(_ context: SinkContext, number: Int? = nil) -> String {
    "\(prefix)\(context.attempt)-\(context.subtask)\(suffix(number)).open"
  }

  func staged(_ context: SinkContext, _ epoch: Epoch, number: Int? = nil) -> String {
    "\(prefix)\(context.attempt)-\(context.subtask)-\(epoch)\(suffix(number)).staged"
  }

  func visible(_ context: SinkContext, _ epoch: Epoch, _ fileExtension: String, number: Int? = nil) -> String {
    "\(visiblePrefix)-\(context.subtask)-\(epoch)\(suffix(number)).\(fileExtension)"
  }

  /// How far a subtask of an attempt is.
  func progress(_ attempt: Attempt, subtask: Int) -> String { "\(prefix)\(attempt)-\(subtask).progress" }

  private func suffix(_ number: Int?) -> String { number.map { "-\($0)" } ?? "" }
}

/// A hidden file of the sink's directory, and what it is to be called there: a name, or a path of partitions and a name.
struct StagedFile: Hashable {
  var staged: String
  var visible: String
}

/// A committable: the files of a subtask and epoch and, where partitions are marked as complete, how far the subtask was.
struct StagedEpoch: Hashable {
  var files: [StagedFile]
  /// The attempt that staged it, which `progress` belongs to.
  var attempt = Attempt(0)
  var progress: PartitionProgress?

  /// Lines: version 1 has the files alone, two lines each; version 2 the attempt and the progress before them.
  var bytes: [UInt8] {
    let files = files.flatMap { [$0.staged, $0.visible] }
    let lines = progress.map { ["2", "\(attempt)"] + $0.lines + files } ?? ["1"] + files
    return Array(lines.joined(separator: "\n").utf8)
  }

  init(files: [StagedFile], attempt: Attempt = Attempt(0), progress: PartitionProgress? = nil) {
    self.files = files
    self.attempt = attempt
    self.progress = progress
  }

  /// Nil unless they are one, and point into the sink's directory.
  init?(_ bytes: [UInt8]) {
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var attempt = Attempt(0)
    var progress: PartitionProgress?
    switch lines.popFirst() {
    case "1": if lines.isEmpty { return nil }
    case "2":
      guard let number = lines.popFirst().flatMap({ Int($0) }), let taken = PartitionProgress(taking: &lines) else { return nil }
      (attempt, progress) = (Attempt(number), taken)
    default: return nil
    }
    guard lines.count % 2 == 0 else { return nil }
    let files = stride(from: lines.startIndex, to: lines.endIndex, by: 2).map { StagedFile(staged: lines[$0], visible: lines[$0 + 1]) }
    let isInside = files.allSatisfy { PartitionPath.isName($0.staged) && PartitionPath.isInside($0.visible) }
    guard isInside else { return nil }
    self.init(files: files, attempt: attempt, progress: progress)
  }
}

extension PartitionProgress {
  /// A line for the subtask, and one for each partition.
  var lines: [String] {
    ["\(epoch) \(watermark.microseconds) \(isLast ? 1 : 0) \(pending.count)"]
      + pending.sorted { $0.key < $1.key }.map { "\($0.value.createdAt) \($0.value.epoch) \($0.key)" }
  }

  /// Takes these lines from the front; nil if they are none, or name a directory that is not below the table's.
  init?(taking lines: inout ArraySlice<String>) {
    let numbers = lines.popFirst()?.split(separator: " ").map { Int64($0) } ?? []
    guard numbers.count == 4, let epoch = numbers[0], let watermark = numbers[1], let isLast = numbers[2], let count = numbers[3],
      (0...Int64(lines.count)).contains(count)
    else { return nil }
    var pending: [String: PendingPartition] = [:]
    for line in lines.prefix(Int(count)) {
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let createdAt = Int64(parts[0]), let epoch = Int64(parts[1]), PartitionPath.isInside(parts[2]) else {
        return nil
      }
      pending[String(parts[2])] = PendingPartition(createdAt: createdAt, epoch: Epoch(epoch))
    }
    lines = lines.dropFirst(Int(count))
    self.init(epoch: Epoch(epoch), watermark: Watermark(microseconds: watermark), isLast: isLast == 1, pending: pending)
  }
}
