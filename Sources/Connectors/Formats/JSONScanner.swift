//  Finds the fields of JSON records, one object a line. Records of a file mostly have the same keys in the same order, so
//  the key that came next in the record before is tried first; a key that differs is looked up by name.
//  Source: RFC 8259; Flink's "JSON Format" (one object a line, the last of equal keys counts).

import CScan
import Columnar
import Dataflow

/// A key as it stands in the text, quotes and colon included, in up to 32 bytes.
private struct ExpectedKey {
  var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  var masks: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  /// Bytes of the key with quotes and colon; 0 where nothing is expected.
  var length = 0
  /// Which wanted column, -1 for none.
  var column = -1

  static let maxLength = 32

  init() {}

  /// Nil if it is too long to be compared in this way.
  init?(_ name: UnsafeBufferPointer<UInt8>, column: Int) {
    guard name.count + 3 <= Self.maxLength else { return nil }
    length = name.count + 3
    self.column = column
    withUnsafeMutableBytes(of: &words) { target in
      target[0] = UInt8(ascii: "\"")
      for (index, byte) in name.enumerated() { target[index + 1] = byte }
      target[name.count + 1] = UInt8(ascii: "\"")
      target[name.count + 2] = UInt8(ascii: ":")
    }
    let length = length
    withUnsafeMutableBytes(of: &masks) { target in
      for index in 0..<length { target[index] = 0xFF }
    }
  }

  @inline(__always) func matches(_ text: FieldBytes) -> Bool {
    let bytes = UnsafeRawPointer(text)
    let first = (bytes.loadUnaligned(as: UInt64.self) ^ words.0) & masks.0
    let second = (bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) ^ words.1) & masks.1
    if first | second != 0 || length == 0 { return false }
    if length <= 16 { return true }
    let third = (bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) ^ words.2) & masks.2
    let fourth = (bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self) ^ words.3) & masks.3
    return third | fourth == 0
  }
}

/// Scans records for a set of wanted fields.
final class JSONScanner: RecordScanner {
  private let wanted: [[UInt8]]
  private let failsOnMissing: Bool
  private let ignoresErrors: Bool
  /// By the field's place in the record.
  private let expected: UnsafeMutablePointer<ExpectedKey>
  /// Places that are remembered; fields further on are looked up each time.
  private static let maxExpected = 256
  /// How deep values may be nested.
  static let maxDepth = 512

  init(wanted: [String], failsOnMissing: Bool, ignoresErrors: Bool) {
    self.wanted = wanted.map { Array($0.utf8) }
    self.failsOnMissing = failsOnMissing
    self.ignoresErrors = ignoresErrors
    expected = .allocate(capacity: Self.maxExpected)
    expected.initialize(repeating: ExpectedKey(), count: Self.maxExpected)
  }

  deinit { expected.deallocate() }

  func skipHeader(_ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int) -> Int? { start }

  /// Lays out `index` for `maxRows` rows: columns one after the other, then the rows' starts.
  func prepare(_ index: RecordIndex, maxRows: Int) {
    index.reset(words: maxRows * (2 * wanted.count + 1))
    index.starts = index.memory
    index.ends = index.memory + maxRows * wanted.count
    index.rowStarts = index.memory + 2 * maxRows * wanted.count
    index.columnStride = maxRows
    index.rowStride = 1
    index.rowStartStride = 1
    index.bias = 0
  }

  func scan(
    _ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int, isLast: Bool, maxRows: Int, into index: RecordIndex
  ) {
    prepare(index, maxRows: maxRows)
    var at = start
    let newline = UInt8(ascii: "\n")
    while at < length, index.rowCount < maxRows {
      let record = at
      at = skipBlanks(data, at)
      if data[at] == newline {
        at += 1
        continue
      }
      if let problem = readObject(data, &at, length, row: index.rowCount, into: index) ?? readEnd(data, &at) {
        if !ignoresErrors {
          index.failure = RecordIndex.Failure(record: record, message: problem.message)
          index.consumed = record
          return
        }
        index.skipped += 1
        at = cscan_find3(data, at, length, newline, newline, newline) + 1
      } else {
        index.rowStarts[index.rowCount] = UInt32(truncatingIfNeeded: record)
        index.rowCount += 1
      }
    }
    index.consumed = min(at, length)
  }

  /// What is wrong with a record.
  struct Problem {
    let message: String
    init(_ message: String) { self.message = message }
  }

  @inline(__always) private func skipBlanks(_ data: UnsafeMutablePointer<UInt8>, _ from: Int) -> Int {
    var at = from
    while data[at] == UInt8(ascii: " ") || data[at] == UInt8(ascii: "\t") || data[at] == UInt8(ascii: "\r") { at &+= 1 }
    return at
  }

  /// Nothing but blanks may follow the object on its line.
  @inline(__always) private func readEnd(_ data: UnsafeMutablePointer<UInt8>, _ at: inout Int) -> Problem? {
    if data[at] != UInt8(ascii: "\n") {
      at = skipBlanks(data, at)
      guard data[at] == UInt8(ascii: "\n") else { return Problem("something follows the object on its line") }
    }
    at &+= 1
    return nil
  }

  /// Reads the object at `at`, whose wanted fields become row `row`; moves `at` behind it, or to where it goes wrong.
  func readObject(
    _ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ length: Int, row: Int, into index: RecordIndex
  ) -> Problem? {
    guard data[at] == UInt8(ascii: "{") else { return Problem("expected an object, found \(describe(data, at, length))") }
    let starts = index.starts + row
    let ends = index.ends + row
    let stride = index.columnStride
    let wantedCount = wanted.count
    let expected = expected
    for column in 0..<wantedCount { ends[column &* stride] = RecordIndex.missing }
    at = skipBlanks(data, at &+ 1)
    var place = 0
    if data[at] != UInt8(ascii: "}") {
      while true {
        var column: Int
        if place < Self.maxExpected, expected[place].matches(data + at) {
          column = expected[place].column
          at &+= expected[place].length
        } else {
          switch lookUp(data, &at, length, place: place) {
          case .success(let found): column = found
          case .failure(let problem): return problem.problem
          }
        }
        at = skipBlanks(data, at)
        var start = at
        var end = at
        switch data[at] {
        case UInt8(ascii: "\""):
          start = at &+ 1
          var isASCII: Int32 = 1
          end = cscan_json_string_end(data, start, length, &isASCII)
          at = end &+ 1
          if data[end] != UInt8(ascii: "\"") || isASCII == 0 {
            at = end
            if let problem = finishString(data, &at, start, &end, length, isASCII: isASCII != 0) { return problem }
          }
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          at &+= 1
          while data[at] &- 48 < 10 { at &+= 1 }
          if data[at] != UInt8(ascii: ","), data[at] != UInt8(ascii: "}") { at = numberEnd(data, at) }
          end = at
        default:
          guard let word = readWordOrNested(data, &at, length) else {
            return Problem("expected a value, found \(describe(data, at, length))")
          }
          if word == .null {
            if column >= 0 { ends[column &* stride] = RecordIndex.null }
            column = -1
          }
          end = at
        }
        if column >= 0 {
          starts[column &* stride] = UInt32(truncatingIfNeeded: start)
          ends[column &* stride] = UInt32(truncatingIfNeeded: end)
        }
        if data[at] != UInt8(ascii: ","), data[at] != UInt8(ascii: "}") { at = skipBlanks(data, at) }
        if data[at] == UInt8(ascii: ",") {
          at = skipBlanks(data, at &+ 1)
          place &+= 1
          continue
        }
        guard data[at] == UInt8(ascii: "}") else { return Problem("expected \",\" or \"}\", found \(describe(data, at, length))") }
        break
      }
    }
    at &+= 1
    if failsOnMissing {
      for column in 0..<wantedCount where ends[column &* stride] == RecordIndex.missing {
        return Problem("field \"\(String(decoding: wanted[column], as: UTF8.self))\" is missing")
      }
    }
    return nil
  }

  private enum Word { case null, other }

  /// Reads `null`, `true`, `false`, an object or an array; nil if there is none.
  private func readWordOrNested(_ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ length: Int) -> Word? {
    let word = UnsafeRawPointer(data + at).loadUnaligned(as: UInt32.self)
    switch data[at] {
    case UInt8(ascii: "n") where word == 0x6C6C_756E:
      at += 4
      return .null
    case UInt8(ascii: "t") where word == 0x6575_7274:
      at += 4
      return .other
    case UInt8(ascii: "f") where word == 0x736C_6166 && data[at + 4] == UInt8(ascii: "e"):
      at += 5
      return .other
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return skipNested(data, &at, length) ? .other : nil
    default: return nil
    }
  }

  @inline(never) private func numberEnd(_ data: UnsafeMutablePointer<UInt8>, _ from: Int) -> Int {
    var at = from
    while true {
      switch data[at] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"),
        UInt8(ascii: "E"):
        at += 1
      default: return at
      }
    }
  }

  /// Moves behind an object or array by counting brackets outside of strings. Whether it is well-formed inside is looked
  /// at by whoever reads its values.
  private func skipNested(_ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ length: Int) -> Bool {
    var depth = 0
    while at < length {
      switch data[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > Self.maxDepth { return false }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 {
          at += 1
          return true
        }
      case UInt8(ascii: "\""):
        var isASCII: Int32 = 1
        at += 1
        while true {
          at = cscan_json_string_end(data, at, length, &isASCII)
          if at >= length || data[at] < 0x20 { return false }
          if data[at] == UInt8(ascii: "\"") { break }
          at += 2
          if at >= length { return false }
        }
      case UInt8(ascii: "\n"): return false
      default: break
      }
      at += 1
    }
    return false
  }

  /// A string with escapes, control characters or letters beyond ASCII. `at` stands where the plain part ended; escapes
  /// are taken out in place, and `end` becomes the end of what is left.
  @inline(never) private func finishString(
    _ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ start: Int, _ end: inout Int, _ length: Int, isASCII: Bool
  ) -> Problem? {
    guard let close = JSONString.unescape(data, from: at, limit: length) else {
      return Problem("a string has no end, or holds a control character or an unknown escape")
    }
    end = close.end
    at = close.next
    guard JSONString.isUTF8(UnsafeBufferPointer(start: data + start, count: end - start)) else {
      return Problem("a string is not UTF-8")
    }
    return nil
  }

  private struct LookupFailure: Error { let problem: Problem }

  /// Reads a key and its colon, finds its column, and expects it at this place from now on.
  @inline(never) private func lookUp(
    _ data: UnsafeMutablePointer<UInt8>, _ at: inout Int, _ length: Int, place: Int
  ) -> Result<Int, LookupFailure> {
    guard data[at] == UInt8(ascii: "\"") else {
      return .failure(LookupFailure(problem: Problem("expected a key, found \(describe(data, at, length))")))
    }
    let start = at + 1
    var isASCII: Int32 = 1
    var end = cscan_json_string_end(data, start, length, &isASCII)
    let hasEscapes = data[end] == UInt8(ascii: "\\")
    at = end + 1
    if data[end] != UInt8(ascii: "\"") || isASCII == 0 {
      at = end
      if let problem = finishString(data, &at, start, &end, length, isASCII: isASCII != 0) {
        return .failure(LookupFailure(problem: problem))
      }
    }
    let name = UnsafeBufferPointer(start: UnsafePointer(data) + start, count: end - start)
    let column = wanted.firstIndex { $0.count == name.count && $0.elementsEqual(name) } ?? -1
    let colon = skipBlanks(data, at)
    guard data[colon] == UInt8(ascii: ":") else {
      at = colon
      return .failure(LookupFailure(problem: Problem("expected \":\", found \(describe(data, at, length))")))
    }
    if place < Self.maxExpected, !hasEscapes, colon == at { expected[place] = ExpectedKey(name, column: column) ?? ExpectedKey() }
    at = colon + 1
    return .success(column)
  }

  private func describe(_ data: UnsafeMutablePointer<UInt8>, _ at: Int, _ length: Int) -> String {
    if at >= length || data[at] == UInt8(ascii: "\n") { return "the end of the line" }
    let rest = UnsafeBufferPointer(start: data + at, count: min(length - at, 16)).prefix { $0 != UInt8(ascii: "\n") }
    return "\"\(String(decoding: rest, as: UTF8.self))\""
  }
}
