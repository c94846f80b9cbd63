//  Reads splits of files one after the other. A chunk of bytes is read into memory that the batches' strings will point
//  into, its records are found in one pass, and then handed out as batches.

import CScan
import Columnar
import Dataflow
import Glibc

final class FileReader: SourceReader {
  let blocks = true
  private(set) var skippedRecordCount = 0
  private let format: ReadFormat
  private let recordSizeMax: Int
  private let table: PartitionedTable?
  private var splits: [FileSplit] = []
  private var current: SplitReader?
  /// Of the partition that the current split is in.
  private var partition: [Value] = []

  init(_ spec: SourceSpec) throws(OperatorError) {
    table = try PartitionedTable(spec)
    format = try ReadFormat(table?.files ?? spec)
    recordSizeMax = Int(try FileSystem.recordSizeMax(OptionValues(spec.options)))
  }

  func add(_ added: [SourceSplit]) throws(OperatorError) {
    for split in added { splits.append(try FileSplit(split)) }
  }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    if maxRows < 1 { return .nothing }
    if current == nil {
      guard !splits.isEmpty else { return .nothing }
      let split = splits.removeFirst()
      if let table { partition = try table.values(of: split.path) }
      current = try SplitReader(split, format, recordSizeMax: recordSizeMax)
    }
    let reader = current!
    let batch = try reader.next(maxRows: maxRows)
    skippedRecordCount += reader.takeSkipped()
    if let batch { return .batch(table?.complete(batch, partition) ?? batch, reader.split.encoded) }
    current = nil
    return .splitFinished(id: reader.split.id)
  }
}

/// Reads one split.
final class SplitReader {
  /// With the position after the rows that were given.
  private(set) var split: FileSplit
  private let file: OpenFile
  private let format: ReadFormat
  private let recordSizeMax: Int
  private let index = RecordIndex()

  /// The chunk whose rows are being handed out, where it starts in the file, and the next row of it.
  private var storage: ByteStorage?
  private var chunkOffset: Int64 = 0
  private var nextRow = 0
  /// Where the next chunk starts.
  private var offset: Int64
  private var chunkSize = SplitReader.firstChunkSize
  private var skipped = 0

  private static let firstChunkSize = 512 << 10
  private static let chunkSizeMin = 64 << 10
  private static let chunkSizeMax = 1 << 20
  /// Bytes past a split's end that are read for the record that starts in it and ends after it.
  private static let overrun = 4096
  /// Rows that a chunk is scanned for; bounds the index.
  private static let chunkRowsMax = 8192
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  init(_ split: FileSplit, _ format: ReadFormat, recordSizeMax: Int) throws(OperatorError) {
    self.split = split
    self.format = format
    self.recordSizeMax = recordSizeMax
    file = try OpenFile(reading: split.path)
    offset = split.position
    if offset > 0 { offset = try Self.firstRecord(from: offset, in: file) }
  }

  /// Bad records and fields since the last call.
  func takeSkipped() -> Int {
    defer { skipped = 0 }
    return skipped
  }

  /// After the first newline from the byte before `offset` on, which is `offset` itself where a record starts there; far
  /// behind the end if there is none.
  private static func firstRecord(from offset: Int64, in file: OpenFile) throws(OperatorError) -> Int64 {
    let size = 64 << 10
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { buffer.deallocate() }
    var start = offset - 1
    while true {
      let count = try file.read(into: buffer, at: start)
      if let place = buffer.prefix(count).firstIndex(of: UInt8(ascii: "\n")) { return start + Int64(place) + 1 }
      if count < size { return .max }
      start += Int64(count)
    }
  }

  /// The next rows, at most `maxRows`; nil at the end of the split.
  func next(maxRows: Int) throws(OperatorError) -> RecordBatch? {
    while true {
      if let storage, nextRow < index.rowCount {
        var count = min(maxRows, index.rowCount - nextRow)
        // What one record became stays together, since a position cannot point between.
        while nextRow + count < index.rowCount, count > 1, index.start(of: nextRow + count) == index.start(of: nextRow + count - 1) {
          count -= 1
        }
        if nextRow + count < index.rowCount, index.start(of: nextRow + count) == index.start(of: nextRow) { count += 1 }
        let decoded = try format.decode(index, storage, first: nextRow, count: count, path: split.path, fileOffset: chunkOffset)
        skipped += decoded.badFieldCount
        nextRow += count
        split.position = chunkOffset + Int64(index.start(of: nextRow))
        return decoded.batch
      }
      if let failure = index.failure {
        throw OperatorError(
          .user, .never,
          "could not read \"\(split.path)\": the record at byte \(chunkOffset + Int64(failure.record)) is not \(format.name): \(failure.message)"
        )
      }
      if offset >= split.upper {
        storage = nil
        return nil
      }
      try readChunk()
    }
  }

  /// Reads and scans from `offset` on; doubles what it reads until that holds a record.
  private func readChunk() throws(OperatorError) {
    var size = min(chunkSize, Int(clamping: split.upper - offset) + Self.overrun)
    while true {
      let chunk = try Chunk(file, at: offset, size: size, limit: split.upper, index, format)
      chunkOffset = offset
      nextRow = 0
      skipped += index.skipped
      if chunk.consumed > 0 || index.failure != nil || chunk.isLast {
        storage = chunk.storage
        // After the end of the file nothing follows, even if it is shorter than it was when it was enumerated.
        let isDone = chunk.isLast && index.failure == nil && (chunk.consumed >= chunk.length || chunk.consumed == 0)
        offset = isDone ? max(split.upper, offset) : offset + Int64(chunk.consumed)
        if index.rowCount > 0 {
          let rowSize = max(chunk.consumed / index.rowCount, 1)
          chunkSize = max(Self.chunkSizeMin, min(Self.chunkSizeMax, rowSize * (RecordBatch.targetRowCount + 64)))
        }
        return
      }
      if size >= recordSizeMax {
        throw OperatorError(
          .user, .never,
          "could not read \"\(split.path)\": the record at byte \(offset) is longer than \(recordSizeMax) bytes, the limit that \"source.record.max-size\" sets"
        )
      }
      size = min(size * 2, recordSizeMax)
    }
  }

  /// Bytes of a file, with the records in them found. All writing to the memory happens before the storage is shared.
  private struct Chunk {
    let storage: ByteStorage
    /// Whole lines, and the bytes of them that scanning went over.
    private(set) var length = 0
    private(set) var consumed = 0
    /// The file ends with it.
    private(set) var isLast = false

    init(
      _ file: OpenFile, at offset: Int64, size: Int, limit: Int64, _ index: RecordIndex, _ format: ReadFormat
    ) throws(OperatorError) {
      var failure: OperatorError?
      var (length, isLast) = (0, false)
      storage = ByteStorage(count: size + 1 + Int(CSCAN_PADDING)) { memory in
        var count = 0
        do throws(OperatorError) {
          count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[0..<size]), at: offset)
        } catch {
          failure = error
          return
        }
        let data = memory.bindMemory(to: UInt8.self).baseAddress!
        isLast = count < size
        if isLast, count > 0, data[count - 1] != UInt8(ascii: "\n") {
          data[count] = UInt8(ascii: "\n")
          count += 1
        }
        // The padding is defined, so that what is read past the end is the same each time.
        memset(data + count, 0, memory.count - count)
        length = SplitReader.wholeLines(data, count, limit: limit - offset)
        // The last line of the split may end within this chunk; what follows is another split's.
        isLast = isLast && length == count
        SplitReader.scan(data, length, offset, isLast, index, format)
      }
      if let failure { throw failure }
      self.length = length
      self.isLast = isLast
      consumed = index.consumed
    }
  }

  /// How many of `count` bytes are lines that start before `limit`, up to the last newline.
  private static func wholeLines(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, limit: Int64) -> Int {
    if limit - 1 < Int64(count) {
      let end = cscan_find3(data, max(Int(limit) - 1, 0), count, 10, 10, 10)
      if end < count { return end + 1 }
    }
    var end = count
    while end > 0, data[end - 1] != UInt8(ascii: "\n") { end -= 1 }
    return end
  }

  private static func scan(
    _ data: UnsafeMutablePointer<UInt8>, _ length: Int, _ offset: Int64, _ isLast: Bool, _ index: RecordIndex, _ format: ReadFormat
  ) {
    var start = 0
    if offset == 0 {
      if length >= 3, byteOrderMark.indices.allSatisfy({ data[$0] == byteOrderMark[$0] }) { start = 3 }
      guard let afterHeader = format.scanner.skipHeader(data, from: start, length: length) else {
        index.reset(words: 0)
        return
      }
      start = afterHeader
    }
    format.scanner.scan(data, from: start, length: length, isLast: isLast, maxRows: chunkRowsMax, into: index)
  }
}
