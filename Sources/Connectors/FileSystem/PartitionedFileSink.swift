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

    init(_ directory: String, _ name: String, number: Int, partition: String) throws(OperatorError) {
      (self.name, self.number, self.partition) = (name, number, partition)
      file = try OpenFile(writing: "\(directory)/\(name)")
    }

    func flush() throws(OperatorError) {
      var failure: OperatorError?
      buffer.withUnsafeBytes { bytes in
        do throws(OperatorError) { try file.write(bytes) } catch { failure = error }
      }
      if let failure { throw failure }
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
    let data = RecordBatch(
      schema: dataSchema, columns: dataColumns.map { batch.columns[$0] }, rowCount: batch.rowCount, changes: batch.changes)
    var path: [UInt8] = []
    var previous: [UInt8] = []
    var part: Part?
    for row in 0..<batch.rowCount {
      path.removeAll(keepingCapacity: true)
      partitioner.appendPath(batch, row: row, into: &path)
      if part == nil || path != previous {
        part = try self.part(path)
        swap(&path, &previous)
      }
      try writer.append(data, row: row, into: &part!.buffer)
      if part!.buffer.count >= Self.bufferByteCount { try part!.flush() }
    }
  }

  private func part(_ path: [UInt8]) throws(OperatorError) -> Part {
    if let part = open[path] { return part }
    if open.count >= Self.openFileCountMax { try endAll() }
    nextNumber += 1
    let part = try Part(
      directory, names.open(context, number: nextNumber), number: nextNumber, partition: String(decoding: path, as: UTF8.self))
    open[path] = part
    return part
  }

  private func endAll() throws(OperatorError) {
    for (path, part) in open {
      try part.flush()
      try part.file.sync()
      ended.append((part.name, part.number, part.partition))
      open[path] = nil
    }
  }

  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    do throws(OperatorError) { return try stage(epoch) } catch { throw error.passing }
  }

  private func stage(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    try endAll()
    guard try Files.status(fence.path) != nil else { throw Self.fenced(fence.path) }
    if ended.isEmpty { return nil }
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
    return StagedFile.bytes(of: staged)
  }

  private static func fenced(_ path: String) -> OperatorError {
    OperatorError(.external, .restartFromCheckpoint, "\"\(path)\" has been removed, as a newer attempt of the job does")
  }

  /// Rows stay hidden until a checkpoint, so there is nothing to hand on.
  func flush() throws(OperatorError) {}
}
