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
  let committer: (any SinkCommitter)?
  /// There from the start on, so that a newer attempt finds it; nil when no new one could be made.
  private var file: OpenFile?
  private var buffer: [UInt8] = []
  /// Of the file: what it holds and, microseconds since 1970, when it got its first row and its last.
  private var byteCount: Int64 = 0
  private var createdAt: Int64 = 0
  private var lastWriteAt: Int64 = 0
  private var policy: RollingPolicy
  private let flushByteCount: Int
  /// Files of this epoch that were ended early, synced, still under the name of an open file.
  private var ended = 0
  /// Files that may be ended early in an epoch; beyond them a file grows until its checkpoint.
  static let endedFileCountMax = 1_000

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
    policy = try RollingPolicy(OptionValues(spec.options))
    flushByteCount = Int(min(Int64(Self.bufferByteCount), policy.fileSize))
    committer = try FileCommitter(spec, context)
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
  deinit {
    if file != nil { unlink(openPath) }
    for number in 0..<ended { unlink(endedPath(number)) }
  }

  func write(_ batch: RecordBatch) throws(OperatorError) {
    let now = context.now()
    let hasRows = byteCount > 0 || !buffer.isEmpty
    if policy.isCheckDue(now: now), hasRows, policy.isOld(createdAt: createdAt, lastWriteAt: lastWriteAt, now: now) { try endFile() }
    if byteCount == 0, buffer.isEmpty { createdAt = now }
    lastWriteAt = now
    for row in 0..<batch.rowCount {
      try writer.append(batch, row: row, into: &buffer)
      if buffer.count >= flushByteCount {
        try writeBuffer()
        if byteCount >= policy.fileSize {
          try endFile()
          createdAt = now
        }
      }
    }
  }

  private var openPath: String { "\(directory)/\(names.open(context))" }
  private func endedPath(_ number: Int) -> String { "\(directory)/\(names.open(context, number: number))" }

  private func writeBuffer() throws(OperatorError) {
    if buffer.isEmpty { return }
    do throws(OperatorError) {
      if file == nil { file = try OpenFile(writing: openPath) }
      try file!.write(buffer)
    } catch {
      throw error.passing
    }
    byteCount += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Lets the next row begin another file.
  private func endFile() throws(OperatorError) {
    guard ended < Self.endedFileCountMax else { return }
    try writeBuffer()
    guard byteCount > 0, let file else { return }
    do throws(OperatorError) {
      try file.sync()
      try rename(openPath, to: endedPath(ended))
      ended += 1
      try beginFile()
    } catch {
      throw error.passing
    }
  }

  /// After the open file has been renamed.
  private func beginFile() throws(OperatorError) {
    file = nil
    byteCount = 0
    file = try OpenFile(writing: openPath)
  }

  private func rename(_ path: String, to newPath: String) throws(OperatorError) {
    if Glibc.rename(path, newPath) == 0 { return }
    guard errno == ENOENT else { throw Files.failure("rename", path) }
    throw OperatorError(.external, .restartFromCheckpoint, "\"\(path)\" has been removed, as a newer attempt of the job does")
  }

  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    do throws(OperatorError) { return try stage(epoch) } catch { throw error.passing }
  }

  private func stage(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    try writeBuffer()
    var staged: [StagedFile] = []
    func stage(_ path: String, number: Int?) throws(OperatorError) {
      let file = StagedFile(
        staged: names.staged(context, epoch, number: number), visible: names.visible(context, epoch, fileExtension, number: number))
      try rename(path, to: "\(directory)/\(file.staged)")
      staged.append(file)
    }
    for number in 0..<ended { try stage(endedPath(number), number: number) }
    ended = 0
    if byteCount > 0, let file {
      try file.sync()
      try stage(openPath, number: nil)
      self.file = nil
    }
    if staged.isEmpty { return nil }
    try Files.syncDirectory(directory)
    if file == nil { try beginFile() }
    return StagedEpoch(files: staged).bytes
  }

  /// Rows stay hidden until a checkpoint, so there is nothing to hand on.
  func flush() throws(OperatorError) {}
}

extension OperatorError {
  /// For a directory that has been written to: it is not the path that is wrong, so what is in the way now may go away.
  var passing: OperatorError {
    domain == .user ? OperatorError(.external, .restartFromCheckpoint, message) : self
  }
}
