//  Appends numbers and byte strings to a buffer. All of our binary formats are little endian and written through this.

#if _endian(big)
  #error("column buffers are copied as they lie in memory, and the formats are little endian")
#endif

/// A growing buffer of bytes; `ByteReader` reads it back.
public struct ByteWriter: Sendable {
  public private(set) var bytes: [UInt8]

  public init(capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  public var count: Int { bytes.count }

  /// Forgets what was written, keeps the memory.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  public mutating func write(_ value: UInt8) { bytes.append(value) }

  public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// The value in its own width, little endian.
  @inlinable public mutating func write<Number: FixedWidthInteger & BitwiseCopyable>(fixed value: Number) {
    var littleEndian = value.littleEndian
    withUnsafeBytes(of: &littleEndian) { write(raw: $0) }
  }

  public mutating func write(_ value: Double) { write(fixed: value.bitPattern) }

  public mutating func write(_ value: Float) { write(fixed: value.bitPattern) }

  /// Seven bits a byte, lowest first; small numbers take one byte.
  public mutating func write(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A count or length, as a varint.
  public mutating func write(count value: Int) {
    precondition(value >= 0, "a count is not negative")
    write(varint: UInt64(value))
  }

  /// A signed number as a varint, zigzag coded, so that small negative ones are short too.
  public mutating func write(signed value: Int64) {
    write(varint: UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
  }

  /// Bytes as they are, without their length.
  public mutating func write(raw source: UnsafeRawBufferPointer) { bytes.append(contentsOf: source) }

  public mutating func write(raw source: [UInt8]) { bytes.append(contentsOf: source) }

  /// The length as a varint, then the bytes.
  public mutating func write(prefixed source: UnsafeRawBufferPointer) {
    write(count: source.count)
    write(raw: source)
  }

  public mutating func write(prefixed source: [UInt8]) { source.withUnsafeBytes { write(prefixed: $0) } }

  /// The length of the UTF-8 as a varint, then the UTF-8.
  public mutating func write(_ string: String) {
    var string = string
    string.withUTF8 { write(prefixed: UnsafeRawBufferPointer($0)) }
  }

  /// The memory of an array, without its length.
  @inlinable public mutating func write<Element: BitwiseCopyable>(elements: [Element]) {
    elements.withUnsafeBytes { write(raw: $0) }
  }

  /// A 32-bit length, filled in afterwards, then what `body` writes.
  public mutating func writeSection(_ body: (inout ByteWriter) -> Void) {
    let start = bytes.count
    write(fixed: UInt32(0))
    body(&self)
    let length = UInt32(bytes.count - start - 4)
    for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length &>> UInt32(8 * index)) }
  }
}
