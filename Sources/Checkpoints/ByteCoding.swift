//  Little-endian numbers and strings in a byte array.

struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
  mutating func write(_ raw: [UInt8]) { bytes += raw }
  /// Length, then UTF-8.
  mutating func write(_ text: String) {
    write(UInt32(text.utf8.count))
    bytes += text.utf8
  }
}

/// Every read gives nil at the end of the bytes.
struct ByteReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func u8() -> UInt8? { number() }
  mutating func u32() -> UInt32? { number() }
  mutating func u64() -> UInt64? { number() }

  /// A count of things that take at least `each` bytes: never more than there can be.
  mutating func count(each: Int) -> Int? {
    guard let count = u32(), Int(count) <= (bytes.count - offset) / each else { return nil }
    return Int(count)
  }

  mutating func string() -> String? {
    guard let count = count(each: 1), let text = String(validating: bytes[offset..<offset + count], as: UTF8.self) else { return nil }
    offset += count
    return text
  }

  mutating func rest() -> [UInt8] {
    defer { offset = bytes.count }
    return Array(bytes[offset...])
  }

  private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>() -> Number? {
    let size = MemoryLayout<Number>.size
    guard bytes.count - offset >= size else { return nil }
    defer { offset += size }
    return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
  }
}
