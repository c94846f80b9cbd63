//  Writes files that become visible when the checkpoint that holds their rows is complete, and only then.
//
//  The order that makes it exactly once: rows are written to a hidden file; at the barrier it is synced, renamed to a
//  hidden name that holds the epoch, and its directory synced, so it is durable before the checkpoint can complete; the
//  commit renames it to its visible name. A crash before the checkpoint leaves only hidden files, which the restore
//  removes; a crash after it leaves the committable in the checkpoint, and renaming twice does what renaming once does.
//
//  A newer attempt fences an older one that does not know yet that it is over: a sink always has a hidden file, the newer
//  attempt removes that of the older, and what has no file any more cannot be staged.

import Columnar
import Dataflow
import Glibc

final class FileSink: Sink {
  /// Encoded rows are written when this many bytes have gathered.
  static let bufferByteCount = 256 << 10

  private let directory: String
  private let names: StagedNames
  private let context: SinkContext
  private let fileExtension: String
  private let writer: any RecordWriter
  /// There from the start on, so that a newer attempt finds it; nil when no new one could be made.
  private var file: OpenFile?
  private var isEmpty = true
  private var buffer: [UInt8] = []

  convenience init(_ spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    do throws(OperatorError) {
      try self.init(opening: spec, context)
    } catch {
      // An earlier attempt could: it is not the path that is wrong.
      throw context.attempt > Attempt(1) ? error.passing : error
    }
  }

  private init(opening spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    directory = try Self.directory(of: spec)
    self.context = context
    names = StagedNames(context.job, context.operatorID)
    fileExtension = RecordWriters.fileExtension(try OptionValues(spec.options).required("format"))
    writer = try RecordWriters.make(spec)
    file = try OpenFile(writing: openPath)
  }

  /// The directory of a sink, which is there then.
  static func directory(of spec: SinkSpec) throws(OperatorError) -> String {
    let directory = try Files.path(try OptionValues(spec.options).required("path"))
    if let status = try Files.status(directory), !status.isDirectory {
      throw OperatorError(.user, .never, "\"\(directory)\", the path of a filesystem sink, is a file, expected a directory")
    }
    try Files.makeDirectory(directory)
    return directory
  }

  /// What was not staged is of no use to anybody.
  deinit { if file != nil { unlink(openPath) } }

  func write(_ batch: RecordBatch) throws(OperatorError) {
    for row in 0..<batch.rowCount {
      try writer.append(batch, row: row, into: &buffer)
      if buffer.count >= Self.bufferByteCount { try writeBuffer() }
    }
  }

  private var openPath: String { "\(directory)/\(names.open(context))" }

  private func writeBuffer() throws(OperatorError) {
    if buffer.isEmpty { return }
    if file == nil { file = try OpenFile(writing: openPath) }
    let file = file!
    var failure: OperatorError?
    buffer.withUnsafeBytes { bytes in
      do throws(OperatorError) { try file.write(bytes) } catch { failure = error }
    }
    if let failure { throw failure.passing }
    isEmpty = false
    buffer.removeAll(keepingCapacity: true)
  }

  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    do throws(OperatorError) { return try stage(epoch) } catch { throw error.passing }
  }

  private func stage(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    try writeBuffer()
    guard !isEmpty, let file else { return nil }
    try file.sync()
    let staged = StagedFile(staged: names.staged(context, epoch), visible: names.visible(context, epoch, fileExtension))
    if rename(openPath, "\(directory)/\(staged.staged)") != 0 {
      guard errno == ENOENT else { throw Files.failure("rename", openPath) }
      throw OperatorError(.external, .restartFromCheckpoint, "\"\(openPath)\" has been removed, as a newer attempt of the job does")
    }
    self.file = nil
    isEmpty = true
    try Files.syncDirectory(directory)
    self.file = try OpenFile(writing: openPath)
    return StagedFile.bytes(of: [staged])
  }

  /// Rows stay hidden until a checkpoint, so there is nothing to hand on.
  func flush() throws(OperatorError) {}
}

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

  private func suffix(_ number: Int?) -> String { number.map { "-\($0)" } ?? "" }
}

/// A hidden file of the sink's directory, and what it is to be called there: a name, or a path of partitions and a name.
struct StagedFile: Hashable {
  var staged: String
  var visible: String

  private static let version = "1"

  /// A committable: the files of a subtask and epoch.
  static func bytes(of files: [StagedFile]) -> [UInt8] {
    Array(([version] + files.flatMap { [$0.staged, $0.visible] }).joined(separator: "\n").utf8)
  }

  /// Nil unless it is one, and points into the directory.
  static func files(_ bytes: [UInt8]) -> [StagedFile]? {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts.count % 2 == 1, parts[0] == version else { return nil }
    let files = stride(from: 1, to: parts.count, by: 2).map { StagedFile(staged: parts[$0], visible: parts[$0 + 1]) }
    func isName(_ text: some StringProtocol) -> Bool { !text.isEmpty && !text.contains("/") && text != "." && text != ".." }
    let isInside = files.allSatisfy { file in
      isName(file.staged) && file.visible.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isName)
    }
    return isInside ? files : nil
  }
}

/// Makes staged files visible, and removes those that no checkpoint knows.
final class FileCommitter: SinkCommitter {
  private let directory: String
  private let attempt: Attempt
  private let names: StagedNames
  /// Of the file that says that rows have become visible in a partition.
  private let successName: String?

  init(_ spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    let options = OptionValues(spec.options)
    directory = try Files.path(try options.required("path"))
    successName = spec.partitionKeys.isEmpty ? nil : try FileSystem.successName(options)
    attempt = context.attempt
    names = StagedNames(context.job, context.operatorID)
  }

  func commit(_ committables: [Committable]) throws(OperatorError) {
    if committables.isEmpty { return }
    do throws(OperatorError) { try rename(committables) } catch { throw error.passing }
  }

  private func rename(_ committables: [Committable]) throws(OperatorError) {
    var partitions: Set<String> = []
    for committable in committables {
      for file in try decode(committable) {
        let partition = Files.parent(of: "\(directory)/\(file.visible)")
        if partition != directory, partitions.insert(partition).inserted { try Files.makeDirectory(partition) }
        try rename(file, of: committable.epoch)
      }
    }
    for partition in partitions.sorted() {
      try Files.syncDirectory(partition)
      if let successName { _ = try OpenFile(writing: "\(partition)/\(successName)") }
      // Directories above it may be new, too.
      var above = Files.parent(of: partition)
      while above.count > directory.count {
        try Files.syncDirectory(above)
        above = Files.parent(of: above)
      }
    }
    try Files.syncDirectory(directory)
  }

  private func rename(_ file: StagedFile, of epoch: Epoch) throws(OperatorError) {
    let (staged, visible) = ("\(directory)/\(file.staged)", "\(directory)/\(file.visible)")
    let isStaged = try Files.status(staged) != nil
    let isVisible = try Files.status(visible) != nil
    switch (isStaged, isVisible) {
    case (true, false):
      // Gone since: an older attempt, which is on its way out, has committed it at the same time.
      if Glibc.rename(staged, visible) != 0, errno != ENOENT { throw Files.failure("rename", staged) }
    // Committed before. A visible file that is gone as well has been taken away by whoever reads the directory: nothing
    // that can fail between staging and renaming removes both.
    case (false, _): break
    case (true, true):
      throw OperatorError(.external, .never, "could not commit epoch \(epoch): \"\(visible)\" is there already")
    }
  }

  func abort(allBut known: [Committable]) throws(OperatorError) {
    do throws(OperatorError) { try remove(allBut: known) } catch { throw error.passing }
  }

  private func remove(allBut known: [Committable]) throws(OperatorError) {
    guard try Files.status(directory) != nil else { return }
    var kept: Set<String> = []
    for committable in known { kept.formUnion(try decode(committable).map(\.staged)) }
    for name in try Files.names(in: directory) where !kept.contains(name) {
      // The other subtasks of this attempt may be writing already.
      guard let number = names.attempt(of: name), number < attempt.number else { continue }
      try Files.remove("\(directory)/\(name)")
    }
  }

  private func decode(_ committable: Committable) throws(OperatorError) -> [StagedFile] {
    guard let files = StagedFile.files(committable.bytes) else {
      throw OperatorError(.internal, .never, "the committable of epoch \(committable.epoch) does not name a file")
    }
    return files
  }
}

extension OperatorError {
  /// For a directory that has been written to: it is not the path that is wrong, so what is in the way now may go away.
  var passing: OperatorError {
    domain == .user ? OperatorError(.external, .restartFromCheckpoint, message) : self
  }
}
