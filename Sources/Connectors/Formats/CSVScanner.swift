//  Finds the fields of CSV records. Most files have no quotes where it matters: then an index of delimiters and newlines
//  is all there is to do. Anything else, a quote, a comment, a row of another length, is read byte by byte.
//  Source: Flink's "CSV Format" and Jackson's CSV decoder, whose treatment of quotes in plain fields is followed.

import CScan
import Columnar
import Dataflow

final class CSVScanner: RecordScanner {
  let options: CSVOptions
  /// Columns of the table.
  private let fieldCount: Int

  init(_ options: CSVOptions, fieldCount: Int) {
    self.options = options
    self.fieldCount = fieldCount
  }

  func scan(
    _ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int, isLast: Bool, maxRows: Int, into index: RecordIndex
  ) {
    // Room for whichever way is taken; the fast one keeps one word in front, for the field before the first.
    index.reset(words: max(1 + maxRows * fieldCount + 128, maxRows * (fieldCount * 2 + 1)))
    index.consumed = start
    if start >= length { return }
    if !options.needsCare {
      scanPlain(data, from: start, length: length, maxRows: maxRows, into: index)
      if index.rowCount > 0 { return }
    }
    scanCarefully(data, from: start, length: length, isLast: isLast, maxRows: maxRows, into: index)
  }

  /// Rows without quotes and of the declared length, up to the first other one.
  private func scanPlain(
    _ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int, maxRows: Int, into index: RecordIndex
  ) {
    let positions = index.memory + 1
    let result = cscan_csv_index(
      data + start, length - start, options.delimiter, options.quote.map { Int32($0) } ?? -1, fieldCount, positions, maxRows)
    // Positions count from `start`; in front of the first stands the "newline" before it.
    index.memory[0] = UInt32(truncatingIfNeeded: -1)
    index.rowCount = result.row_count
    let used = result.row_count * fieldCount
    if start > 0 {
      for place in 0...used { index.memory[place] &+= UInt32(truncatingIfNeeded: start) }
    }
    index.starts = index.memory
    index.ends = positions
    index.rowStarts = index.memory
    index.columnStride = 1
    index.rowStride = fieldCount
    index.rowStartStride = fieldCount
    index.bias = 1
    index.keepsCarriageReturn = true
    index.consumed = result.row_count == 0 ? start : Int(index.memory[used]) + 1
  }

  /// Rows with quotes, escapes, comments, and rows that are too short or too long.
  private func scanCarefully(
    _ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int, isLast: Bool, maxRows: Int, into index: RecordIndex
  ) {
    index.starts = index.memory
    index.ends = index.memory + maxRows * fieldCount
    index.rowStarts = index.memory + 2 * maxRows * fieldCount
    index.columnStride = 1
    index.rowStride = fieldCount
    index.rowStartStride = 1
    index.bias = 0
    var at = start
    while at < length, index.rowCount < maxRows, index.failure == nil {
      let record = at
      if options.allowsComments, data[at] == UInt8(ascii: "#") {
        at = newline(data, at, length) + 1
        index.consumed = min(at, length)
        continue
      }
      let row = index.rowCount
      let outcome = readRecord(
        data, from: &at, length: length, starts: index.starts + row * fieldCount, ends: index.ends + row * fieldCount)
      switch outcome {
      case .whole(let count):
        if count == 0 { break }
        accept(count, record, data, into: index)
      case .unfinished:
        if !isLast { return }
        at = length
        fail("a quoted field has no closing quote", record, into: index)
      case .malformed(let message):
        at = newline(data, at, length) + 1
        fail(message, record, into: index)
      }
      if index.failure == nil { index.consumed = min(at, length) }
    }
  }

  /// Takes a record with `count` fields as a row, if the count is one that Flink takes.
  private func accept(_ count: Int, _ record: Int, _ data: UnsafeMutablePointer<UInt8>, into index: RecordIndex) {
    let row = index.rowCount
    if count > fieldCount { return fail("the record has \(count) fields, expected \(fieldCount)", record, into: index) }
    if count < fieldCount {
      guard options.rules.ignoresErrors else {
        return fail("the record has \(count) fields, expected \(fieldCount)", record, into: index)
      }
      for column in count..<fieldCount { index.ends[row * fieldCount + column] = RecordIndex.missing }
      index.skipped += 1
    }
    index.rowStarts[row] = UInt32(record)
    index.rowCount += 1
  }

  private func fail(_ message: String, _ record: Int, into index: RecordIndex) {
    if options.rules.ignoresErrors {
      index.skipped += 1
    } else {
      index.failure = RecordIndex.Failure(record: record, message: message)
    }
  }

  private func newline(_ data: UnsafeMutablePointer<UInt8>, _ from: Int, _ length: Int) -> Int {
    cscan_find3(data, from, length, 10, 10, 10)
  }

  private enum Outcome {
    /// With this many fields; zero for a blank line, which is no record.
    case whole(fields: Int)
    /// The buffer ends between quotes.
    case unfinished
    case malformed(String)
  }

  /// Reads one record, its newline included, and moves `at` behind it. Fields beyond the declared ones are counted only;
  /// one empty field more, from a delimiter at the end of the line, is not.
  private func readRecord(
    _ data: UnsafeMutablePointer<UInt8>, from at: inout Int, length: Int, starts: UnsafeMutablePointer<UInt32>,
    ends: UnsafeMutablePointer<UInt32>
  ) -> Outcome {
    let record = at
    var count = 0
    while true {
      var span: Range<Int>
      if let quote = options.quote, data[at] == quote {
        guard let inner = readQuoted(data, &at, length, quote) else { return .unfinished }
        span = inner
        // Blanks may follow a closing quote, nothing else.
        while at < length, data[at] == UInt8(ascii: " ") || data[at] == UInt8(ascii: "\r") { at += 1 }
        if at < length, data[at] != options.delimiter, data[at] != 10 {
          return .malformed("field \(count + 1) goes on after its closing quote")
        }
      } else {
        span = readPlain(data, &at, length)
        if at >= length || data[at] == 10, !span.isEmpty, data[span.upperBound - 1] == UInt8(ascii: "\r"), span.upperBound == at {
          span = span.lowerBound..<(span.upperBound - 1)
        }
      }
      let isEnd = at >= length || data[at] == 10
      if count < fieldCount {
        starts[count] = UInt32(span.lowerBound)
        ends[count] = UInt32(span.upperBound)
        count += 1
      } else if !(count == fieldCount && isEnd && span.isEmpty) {
        count += 1
      }
      at += 1
      if isEnd {
        let isBlank = count == 1 && span.isEmpty && span.lowerBound == record
        return .whole(fields: isBlank && fieldCount > 1 ? 0 : count)
      }
    }
  }

  /// A field up to a delimiter or newline; `at` stops there. Escapes are taken out in place.
  private func readPlain(_ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ length: Int) -> Range<Int> {
    let start = at
    guard let escape = options.escape else {
      at = cscan_find3(data, at, length, options.delimiter, 10, 10)
      return start..<at
    }
    at = cscan_find3(data, at, length, options.delimiter, 10, escape)
    var end = at
    while at < length, data[at] != options.delimiter, data[at] != 10 {
      if data[at] == escape, at + 1 < length { at += 1 }
      data[end] = data[at]
      end += 1
      at += 1
    }
    return start..<end
  }

  /// A field between quotes; `at` moves behind the closing one. Doubled quotes and escapes are taken out in place.
  private func readQuoted(_ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ length: Int, _ quote: UInt8) -> Range<Int>? {
    let start = at + 1
    let escape = options.escape ?? quote
    var read = cscan_find3(data, start, length, quote, escape, quote)
    var end = read
    while read < length {
      let byte = data[read]
      if byte == escape, escape != quote {
        guard read + 1 < length else { return nil }
        data[end] = data[read + 1]
        read += 2
        end += 1
      } else if byte == quote {
        guard read + 1 < length, data[read + 1] == quote else {
          at = read + 1
          return start..<end
        }
        data[end] = quote
        read += 2
        end += 1
      } else {
        let next = cscan_find3(data, read, length, quote, escape, quote)
        (data + end).update(from: data + read, count: next - read)
        end += next - read
        read = next
      }
    }
    return nil
  }

  func skipHeader(_ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int) -> Int? {
    if !options.hasHeader { return start }
    var at = start
    var starts = [UInt32](repeating: 0, count: fieldCount)
    var ends = starts
    let outcome = starts.withUnsafeMutableBufferPointer { starts in
      ends.withUnsafeMutableBufferPointer { ends in
        readRecord(data, from: &at, length: length, starts: starts.baseAddress!, ends: ends.baseAddress!)
      }
    }
    switch outcome {
    case .whole: return min(at, length)
    case .malformed: return min(newline(data, at, length) + 1, length)
    case .unfinished: return nil
    }
  }
}
