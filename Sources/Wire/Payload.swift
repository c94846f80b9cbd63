//  How a message becomes bytes: each type writes its parts in order and reads them back in the same order. Numbers are
//  variable-length, strings and lists carry their length. The order is the format: a change of it is a new protocol version.

import Columnar
import Dataflow
import State

/// A part of a message. Reading checks everything: bytes from outside never trap.
protocol Payload {
  func write(to writer: inout ByteWriter)
  static func read(from reader: inout ByteReader) throws(CodecError) -> Self
}

extension Payload {
  var encoded: [UInt8] {
    var writer = ByteWriter()
    write(to: &writer)
    return writer.bytes
  }

  /// - Throws: `.malformed` for bytes that are not one value, no more and no less.
  init(payload: [UInt8]) throws(WireError) {
    do throws(CodecError) {
      self = try ByteReader.read(payload) { reader throws(CodecError) in try Self.read(from: &reader) }
    } catch {
      throw WireError(.malformed, "a message could not be decoded: \(error)")
    }
  }
}

extension ByteReader {
  mutating func read<Part: Payload>(_: Part.Type = Part.self) throws(CodecError) -> Part { try Part.read(from: &self) }
}

extension ByteWriter {
  mutating func write(part: some Payload) { part.write(to: &self) }
}

// MARK: Plain values

extension Bool: Payload {
  func write(to writer: inout ByteWriter) { writer.write(self) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Bool { try reader.readBool() }
}

extension Int64: Payload {
  func write(to writer: inout ByteWriter) { writer.write(signed: self) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Int64 { try reader.readSigned() }
}

extension Int: Payload {
  func write(to writer: inout ByteWriter) { writer.write(signed: Int64(self)) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Int { Int(try reader.readSigned()) }
}

extension Int32: Payload {
  func write(to writer: inout ByteWriter) { writer.write(fixed: self) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Int32 { try reader.readFixed(Int32.self) }
}

extension UInt32: Payload {
  func write(to writer: inout ByteWriter) { writer.write(fixed: self) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> UInt32 { try reader.readFixed(UInt32.self) }
}

extension String: Payload {
  func write(to writer: inout ByteWriter) { writer.write(self) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> String { try reader.readString() }
}

/// A byte string; `[UInt8]` itself would be a list of parts.
struct Bytes: Payload {
  var bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }
  func write(to writer: inout ByteWriter) { writer.write(prefixed: bytes) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Bytes { Bytes(try reader.readPrefixedArray()) }
}

extension Optional: Payload where Wrapped: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(self != nil)
    if let self { self.write(to: &writer) }
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Wrapped? {
    try reader.readBool() ? try Wrapped.read(from: &reader) : nil
  }
}

extension Array: Payload where Element: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(count: count)
    for element in self { element.write(to: &writer) }
  }
  /// Each element takes a byte at least, so that a count alone cannot make us reserve memory.
  static func read(from reader: inout ByteReader) throws(CodecError) -> [Element] {
    let count = try reader.readCount(itemByteCount: 1)
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try Element.read(from: &reader)) }
    return elements
  }
}

// MARK: Identifiers

extension JobID: Payload {
  func write(to writer: inout ByteWriter) { writer.write(hex) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> JobID { JobID(hex: try reader.readString()) }
}

extension OperatorID: Payload {
  func write(to writer: inout ByteWriter) { writer.write(hex) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> OperatorID { OperatorID(hex: try reader.readString()) }
}

extension WorkerID: Payload {
  func write(to writer: inout ByteWriter) { writer.write(name) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> WorkerID { WorkerID(try reader.readString()) }
}

extension SubtaskID: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: vertex)
    writer.write(part: subtask)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> SubtaskID {
    SubtaskID(vertex: try reader.read(), subtask: try reader.read())
  }
}

extension Epoch: Payload {
  func write(to writer: inout ByteWriter) { writer.write(signed: number) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Epoch { Epoch(try reader.readSigned()) }
}

extension Attempt: Payload {
  func write(to writer: inout ByteWriter) { writer.write(part: number) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Attempt { Attempt(try reader.read()) }
}

extension Term: Payload {
  func write(to writer: inout ByteWriter) { writer.write(signed: number) }
  static func read(from reader: inout ByteReader) throws(CodecError) -> Term { Term(try reader.readSigned()) }
}

extension KeyGroupRange: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: lower)
    writer.write(part: upper)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> KeyGroupRange {
    let lower: Int = try reader.read()
    let upper: Int = try reader.read()
    guard 0 <= lower, lower <= upper else { throw reader.error("\(lower) to \(upper) is no range of key groups") }
    return KeyGroupRange(lower: lower, upper: upper)
  }
}

extension ChannelID: Payload {
  func write(to writer: inout ByteWriter) {
    writer.write(part: job)
    writer.write(part: attempt)
    writer.write(part: edge)
    writer.write(part: fromSubtask)
    writer.write(part: toSubtask)
  }
  static func read(from reader: inout ByteReader) throws(CodecError) -> ChannelID {
    ChannelID(
      job: try reader.read(), attempt: try reader.read(), edge: try reader.read(), fromSubtask: try reader.read(),
      toSubtask: try reader.read())
  }
}
