//  Writes files that become visible when the checkpoint that holds their rows is complete, and only then.
//
//  The order that makes it exactly once: rows are written to a hidden file; at the barrier it is synced, renamed to a
//  hidden name that holds the epoch, and its directory synced, so it is durable before the checkpoint can complete; the
//  commit renames it to its visible name. A crash before the checkpoint leaves only hidden files, which the restore
//  removes; a crash after it leaves the committable in the checkpoint, and renaming twice does what renaming once does.

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
  private var file: OpenFile?
  private var buffer: [UInt8] = []

  init(_ spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    let options = OptionValues(spec.options)
    directory = try Files.path(try options.required("path"))
    if let status = try Files.status(directory), !status.isDirectory {
      throw OperatorError(.user, .never, "\"\(directory)\", the path of a filesystem sink, is a file, expected a directory")
    }
    try Files.makeDirectory(directory)
    self.context = context
    names = StagedNames(context.job, context.operatorID)
    fileExtension = RecordWriters.fileExtension(try options.required("format"))
    writer = try RecordWriters.make(spec)
  }

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
    if let failure { throw failure }
    buffer.removeAll(keepingCapacity: true)
  }

  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    try writeBuffer()
    guard let file else { return nil }
    try file.sync()
    self.file = nil
    let staged = StagedFile(staged: names.staged(context, epoch), visible: names.visible(context, epoch, fileExtension))
    if rename(openPath, "\(directory)/\(staged.staged)") != 0 { throw Files.failure("rename", openPath) }
    try Files.syncDirectory(directory)
    return staged.bytes
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

  func open(_ context: SinkContext) -> String { "\(prefix)\(context.attempt)-\(context.subtask).open" }

  func staged(_ context: SinkContext, _ epoch: Epoch) -> String { "\(prefix)\(context.attempt)-\(context.subtask)-\(epoch).staged" }

  func visible(_ context: SinkContext, _ epoch: Epoch, _ fileExtension: String) -> String {
    "\(visiblePrefix)-\(context.subtask)-\(epoch).\(fileExtension)"
  }
}

/// A committable: the hidden file and what it is to be called, both in the sink's directory.
struct StagedFile: Hashable {
  var staged: String
  var visible: String

  init(staged: String, visible: String) {
    self.staged = staged
    self.visible = visible
  }

  private static let version = "1"

  var bytes: [UInt8] { Array("\(Self.version)\n\(staged)\n\(visible)".utf8) }

  /// Nil unless it is one.
  init?(_ bytes: [UInt8]) {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Self.version, parts.dropFirst().allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else { return nil }
    self.init(staged: String(parts[1]), visible: String(parts[2]))
  }
}

/// Makes staged files visible, and removes those that no checkpoint knows.
final class FileCommitter: SinkCommitter {
  private let directory: String
  private let names: StagedNames

  init(_ spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    directory = try Files.path(try OptionValues(spec.options).required("path"))
    names = StagedNames(context.job, context.operatorID)
  }

  func commit(_ committables: [Committable]) throws(OperatorError) {
    if committables.isEmpty { return }
    for committable in committables {
      let file = try decode(committable)
      let (staged, visible) = ("\(directory)/\(file.staged)", "\(directory)/\(file.visible)")
      let isStaged = try Files.status(staged) != nil
      let isVisible = try Files.status(visible) != nil
      switch (isStaged, isVisible) {
      case (true, false): if rename(staged, visible) != 0 { throw Files.failure("rename", staged) }
      // Committed before. A visible file that is gone as well has been taken away by whoever reads the directory: nothing
      // that can fail between staging and renaming removes both.
      case (false, _): continue
      case (true, true):
        throw OperatorError(.external, .never, "could not commit epoch \(committable.epoch): \"\(visible)\" is there already")
      }
    }
    try Files.syncDirectory(directory)
  }

  func abort(allBut known: [Committable]) throws(OperatorError) {
    guard try Files.status(directory) != nil else { return }
    var kept: Set<String> = []
    for committable in known { kept.insert(try decode(committable).staged) }
    for name in try Files.names(in: directory) where name.hasPrefix(names.prefix) && !kept.contains(name) {
      try Files.remove("\(directory)/\(name)")
    }
  }

  private func decode(_ committable: Committable) throws(OperatorError) -> StagedFile {
    guard let file = StagedFile(committable.bytes) else {
      throw OperatorError(.internal, .never, "the committable of epoch \(committable.epoch) does not name a file")
    }
    return file
  }
}
