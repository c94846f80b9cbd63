//  Reads what `ByteWriter` wrote, or what a stranger sent: every read is checked, so malformed bytes give an error and never
//  a trap, and nothing is allocated that the bytes at hand do not justify.

/// Why bytes could not be decoded.
public struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
  public let message: String
  /// How far reading had come, in bytes from the start.
  public let offset: Int

  public init(_ message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }

  public var description: String { "\(message) (at byte \(offset))" }
}

/// A position in bytes that somebody else keeps alive: valid for as long as they are.
public struct ByteReader {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  public private(set) var offset = 0

  /// Values, types and schemas may be nested this deep; deeper ones are refused before they exhaust the stack.
  public static let maxNesting = 32

  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Reads all of `bytes`; what `body` leaves over is an error.
  public static func read<Result>(
    _ bytes: [UInt8], _ body: (inout ByteReader) throws(CodecError) -> Result
  ) throws(CodecError) -> Result {
    try read(bytes[...], body)
  }

  public static func read<Result>(
    _ bytes: ArraySlice<UInt8>, _ body: (inout ByteReader) throws(CodecError) -> Result
  ) throws(CodecError) -> Result {
    let outcome = bytes.withUnsafeBytes { bytes -> Swift.Result<Result, CodecError> in
      var reader = ByteReader(bytes)
      do throws(CodecError) {
        let result = try body(&reader)
        try reader.expectEnd()
        return .success(result)
      } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  public var remaining: Int { bytes.count - offset }

  public func error(_ message: String) -> CodecError { CodecError(message, offset: offset) }

  public func expectEnd() throws(CodecError) {
    if remaining != 0 { throw error("\(remaining) bytes are left over") }
  }

  /// The next `count` bytes, in place.
  public mutating func readBytes(_ count: Int) throws(CodecError) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remaining else { throw error("\(count) bytes expected, \(remaining) are left") }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }

  public mutating func readByte() throws(CodecError) -> UInt8 { try readBytes(1)[0] }

  public mutating func readBool() throws(CodecError) -> Bool {
    switch try readByte() {
    case 0: return false
    case 1: return true
    case let other: throw error("\(other) is no boolean")
    }
  }

  @inlinable public mutating func readFixed<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws(CodecError) -> Number {
    Number(littleEndian: try readBytes(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
  }

  public mutating func readDouble() throws(CodecError) -> Double { Double(bitPattern: try readFixed(UInt64.self)) }

  public mutating func readFloat() throws(CodecError) -> Float { Float(bitPattern: try readFixed(UInt32.self)) }

  public mutating func readVarint() throws(CodecError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let byte = try readByte()
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
    }
    throw error("a number has more than 64 bits")
  }

  public mutating func readSigned() throws(CodecError) -> Int64 {
    let value = try readVarint()
    return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A count that is at most `limit`.
  public mutating func readCount(limit: Int) throws(CodecError) -> Int {
    let value = try readVarint()
    guard let count = Int(exactly: value), count <= limit else { throw error("a count of \(value) is above the limit of \(limit)") }
    return count
  }

  /// The count of items that take at least `itemByteCount` bytes each.
  public mutating func readCount(itemByteCount: Int) throws(CodecError) -> Int {
    let count = try readCount(limit: Int.max)
    guard count <= remaining / max(itemByteCount, 1) else { throw error("\(count) items do not fit in \(remaining) bytes") }
    return count
  }

  /// Bytes behind their length, in place.
  public mutating func readPrefixed() throws(CodecError) -> UnsafeRawBufferPointer {
    try readBytes(try readCount(itemByteCount: 1))
  }

  public mutating func readPrefixedArray() throws(CodecError) -> [UInt8] { Array(try readPrefixed()) }

  /// A string behind its length; ill-formed UTF-8 is an error.
  public mutating func readString() throws(CodecError) -> String {
    guard let string = String(validating: try readPrefixed(), as: UTF8.self) else { throw error("a string is not UTF-8") }
    return string
  }

  /// The memory of `count` elements of a type for which every bit pattern is a value.
  @inlinable public mutating func readElements<Element: BitwiseCopyable>(_: Element.Type, count: Int) throws(CodecError) -> [Element] {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard count >= 0, !overflow else { throw error("\(count) elements are too many") }
    let source = try readBytes(byteCount)
    return [Element](unsafeUninitializedCapacity: count) { target, initialized in
      UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
      initialized = count
    }
  }

  /// A reader of the section that `ByteWriter.writeSection` wrote; this one goes on behind it.
  public mutating func readSection() throws(CodecError) -> ByteReader {
    let length = try readFixed(UInt32.self)
    return ByteReader(try readBytes(Int(length)))
  }
}
