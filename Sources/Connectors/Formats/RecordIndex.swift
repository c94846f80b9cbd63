//  Where the fields of a chunk's records stand. Scanners fill it in one pass over the bytes; columns are then decoded from
//  it one at a time, in loops that know their type.

import Columnar

/// Spans of the fields of `rowCount` records in one buffer. Memory is kept from chunk to chunk.
final class RecordIndex {
  /// Marks in place of a span's end: the value is NULL; the record does not have the field.
  static let null = UInt32.max
  static let missing = UInt32.max - 1

  /// What stopped a scan, after the rows before it.
  struct Failure {
    /// Where in the buffer the record starts.
    var record: Int
    var message: String
  }

  private(set) var memory: UnsafeMutablePointer<UInt32>
  private(set) var capacity: Int

  var rowCount = 0
  /// Where scanning is to go on.
  var consumed = 0
  /// Records that were left out because they cannot be read.
  var skipped = 0
  var failure: Failure?
  /// One a row, or empty if all are inserts.
  var changes: [ChangeKind] = []

  /// The field in column `c` of row `r` is `starts[c * columnStride + r * rowStride] + bias ..< ends[same place]`.
  var starts: UnsafeMutablePointer<UInt32>
  var ends: UnsafeMutablePointer<UInt32>
  var columnStride = 0
  var rowStride = 0
  var bias: UInt32 = 0
  /// The last field of a line may have a carriage return at its end.
  var keepsCarriageReturn = false
  /// Row `r` starts at `rowStarts[r * rowStartStride] + bias`.
  var rowStarts: UnsafeMutablePointer<UInt32>
  var rowStartStride = 1

  init() {
    capacity = 1024
    memory = .allocate(capacity: capacity)
    starts = memory
    ends = memory
    rowStarts = memory
  }

  deinit { memory.deallocate() }

  /// Forgets all rows and has room for `count` words, whose contents are lost.
  func reset(words count: Int) {
    if count > capacity {
      memory.deallocate()
      capacity = count
      memory = .allocate(capacity: count)
    }
    (starts, ends, rowStarts) = (memory, memory, memory)
    rowCount = 0
    consumed = 0
    skipped = 0
    failure = nil
    keepsCarriageReturn = false
    if !changes.isEmpty { changes.removeAll(keepingCapacity: true) }
  }

  /// Where row `row` starts, or where scanning is to go on if it is the one after the last.
  func start(of row: Int) -> Int {
    row < rowCount ? Int(rowStarts[row * rowStartStride] &+ bias) : consumed
  }
}

/// Finds the records of a format in a buffer.
protocol RecordScanner: AnyObject {
  /// Indexes the records of `data[start ..< length]`, at most `maxRows` rows of them. The last byte is a newline, except
  /// inside a record that goes on after it, and `CScan` padding follows. May rewrite the bytes of fields in place.
  /// A record that is not whole is left for the next call, unless `isLast`.
  func scan(
    _ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int, isLast: Bool, maxRows: Int, into index: RecordIndex)
  /// Where the first record starts, given that a file starts at `start`: after a line of column names. Nil if that line is
  /// not whole.
  func skipHeader(_ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int) -> Int?
}
