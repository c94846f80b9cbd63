//  Writes each row into the directory of its partition, exactly once, in the order that `FileSink` describes. All hidden files stand in
//  the table's directory, so that what no checkpoint knows is found there; only the commit makes directories of partitions.

import Columnar
import Dataflow
import Glibc

final class PartitionedFileSink: Sink {
  /// Rows of a partition are written when this many bytes have gathered.
  private static let bufferByteCount = 256 << 10
  /// Files that are open at once, and with them the memory of buffers. Beyond them all are ended, and a partition begins another.
  static let openFileCountMax = 64

  /// A file of one partition that is being written.
  private final class Part {
    let name: String
    let number: Int
    let partition: String
    var file: OpenFile
    var buffer: [UInt8] = []
    private(set) var byteCount: Int64 = 0
    /// Microseconds since 1970.
    let createdAt: Int64
    var lastWriteAt: Int64

    init(_ directory: String, _ name: String, number: Int, partition: String, now: Int64) throws(OperatorError) {
      (self.name, self.number, self.partition) = (name, number, partition)
      (createdAt, lastWriteAt) = (now, now)
      file = try OpenFile(writing: "\(directory)/\(name)")
    }

    func flush() throws(OperatorError) {
      try file.write(buffer)
      byteCount += Int64(buffer.count)
      buffer.removeAll(keepingCapacity: true)
    }
  }

  private let directory: String
  private let names: StagedNames
  private let context: SinkContext
  private let fileExtension: String
  private let partitioner: FilePartitioner
  private let writer: any RecordWriter
  private let dataColumns: [Int]
  private let dataSchema: Schema
  /// Empty, there from the start on: a newer attempt removes it, and without it nothing can be staged.
  private let fence: OpenFile
  private var open: [[UInt8]: Part] = [:]
  /// Synced and closed, still under the name of an open file.
  private var ended: [(name: String, number: Int, partition: String)] = []
  private var nextNumber = 0
  private var policy: RollingPolicy
  private let flushByteCount: Int
  private let fileCommitter: FileCommitter
  var committer: (any SinkCommitter)? { fileCommitter }
  /// What has rows and has not been marked as complete, by directory; empty where partitions are not marked.
  private var pending: [String: PendingPartition] = [:]
  private var watermark = Watermark.none
  private var isLast = false
  /// Partitions of a subtask that may wait to be marked.
  static let pendingCountMax = 100_000

  init(_ spec: SinkSpec, _ context: SinkContext) throws(OperatorError) {
    do throws(OperatorError) {
      directory = try FileSink.directory(of: spec)
      self.context = context
      names = StagedNames(context.job, context.operatorID)
      fileExtension = RecordWriters.fileExtension(try OptionValues(spec.options).required("format"))
      partitioner = try FilePartitioner(spec)
      dataColumns = spec.schema.fields.indices.filter { !spec.partitionKeys.contains($0) }
      dataSchema = Schema(dataColumns.map { spec.schema[$0] })
      var data = spec
      (data.schema, data.partitionKeys) = (dataSchema, [])
      writer = try RecordWriters.make(data)
      policy = try RollingPolicy(OptionValues(spec.options))
      flushByteCount = Int(min(Int64(Self.bufferByteCount), policy.fileSize))
      fileCommitter = try FileCommitter(spec, context)
      fence = try OpenFile(writing: "\(directory)/\(names.open(context))")
    } catch {
      // An earlier attempt could: it is not the path that is wrong.
      throw context.attempt > Attempt(1) ? error.passing : error
    }
  }

  /// What was not staged is of no use to anybody.
  deinit {
    unlink(fence.path)
    for name in open.values.map(\.name) + ended.map(\.name) { unlink("\(directory)/\(name)") }
  }

  func write(_ batch: RecordBatch) throws(OperatorError) {
    do throws(OperatorError) { try append(batch) } catch { throw error.passing }
  }

  private func append(_ batch: RecordBatch) throws(OperatorError) {
    let now = context.now()
    if policy.isCheckDue(now: now) {
      try end { policy.isOld(createdAt: $0.createdAt, lastWriteAt: $0.lastWriteAt, now: now) }
    }
    let data = RecordBatch(
      schema: dataSchema, columns: dataColumns.map { batch.columns[$0] }, rowCount: batch.rowCount, changes: batch.changes)
    var path: [UInt8] = []
    var previous: [UInt8] = []
    var part: Part?
    for row in 0..<batch.rowCount {
      path.removeAll(keepingCapacity: true)
      partitioner.appendPath(batch, row: row, into: &path)
      if part == nil || path != previous {
        part = try self.part(path, now: now)
        swap(&path, &previous)
      }
      try writer.append(data, row: row, into: &part!.buffer)
      if part!.buffer.count >= flushByteCount {
        try part!.flush()
        if part!.byteCount >= policy.fileSize, ended.count < FileSink.endedFileCountMax {
          try end { $0 === part }
          part = nil
        }
      }
    }
  }

  private func part(_ path: [UInt8], now: Int64) throws(OperatorError) -> Part {
    if let part = open[path] {
      part.lastWriteAt = now
      return part
    }
    if open.count >= Self.openFileCountMax { try end { _ in true } }
    nextNumber += 1
    let part = try Part(
      directory, names.open(context, number: nextNumber), number: nextNumber, partition: String(decoding: path, as: UTF8.self), now: now)
    open[path] = part
    return part
  }

  private func end(_ isWanted: (Part) -> Bool) throws(OperatorError) {
    for (path, part) in open where isWanted(part) {
      try part.flush()
      try part.file.sync()
      ended.append((part.name, part.number, part.partition))
      open[path] = nil
    }
  }

  func advance(to watermark: Watermark) { self.watermark = watermark }
  func finish() { isLast = true }

  /// What was pending before the restart is so still: of the subtasks whose committables came to this one.
  func restore(_ committables: [Committable]) throws(OperatorError) {
    guard fileCommitter.marker != nil else { return }
    for committable in committables {
      pending.merge(StagedEpoch(committable.bytes)?.progress?.pending ?? [:]) { $0.merging($1) }
    }
  }

  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    var staged: StagedEpoch
    do throws(OperatorError) { staged = StagedEpoch(files: try stage(epoch)) } catch { throw error.passing }
    guard let marker = fileCommitter.marker else { return staged.files.isEmpty ? nil : staged.bytes }
    for (seen, partition) in marker.takeMarked() {
      if let known = pending[partition], known.epoch <= seen { pending[partition] = nil }
    }
    for file in staged.files {
      pending[Files.parent(of: file.visible), default: PendingPartition(createdAt: context.now(), epoch: epoch)].epoch = epoch
    }
    if pending.count > Self.pendingCountMax {
      throw OperatorError(
        .user, .never,
        "more than \(Self.pendingCountMax) partitions wait for their commit, expected \"sink.partition-commit.trigger\" to let them go: "
          + "by process-time, or by partition-time with a watermark and values that tell a time")
    }
    staged.attempt = context.attempt
    staged.progress = PartitionProgress(epoch: epoch, watermark: watermark, isLast: isLast, pending: pending)
    return staged.bytes
  }

  private func stage(_ epoch: Epoch) throws(OperatorError) -> [StagedFile] {
    try end { _ in true }
    guard try Files.status(fence.path) != nil else { throw Self.fenced(fence.path) }
    if ended.isEmpty { return [] }
    var staged: [StagedFile] = []
    for (name, number, partition) in ended.sorted(by: { $0.number < $1.number }) {
      let file = StagedFile(
        staged: names.staged(context, epoch, number: number),
        visible: "\(partition)/\(names.visible(context, epoch, fileExtension, number: number))")
      if rename("\(directory)/\(name)", "\(directory)/\(file.staged)") != 0 {
        guard errno == ENOENT else { throw Files.failure("rename", "\(directory)/\(name)") }
        throw Self.fenced("\(directory)/\(name)")
      }
      staged.append(file)
    }
    ended = []
    nextNumber = 0
    try Files.syncDirectory(directory)
    return staged
  }

  private static func fenced(_ path: String) -> OperatorError {
    OperatorError(.external, .restartFromCheckpoint, "\"\(path)\" has been removed, as a newer attempt of the job does")
  }

  /// Rows stay hidden until a checkpoint, so there is nothing to hand on.
  func flush() throws(OperatorError) {}
}
