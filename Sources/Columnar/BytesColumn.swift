//  Strings and bytes as 16-byte views over shared buffers: moving a row moves 16 bytes, whatever its length.
//  Source: Neumann and Freitag, "Umbra", CIDR 2020, §3.1.

/// Bytes that many views share; none that a view refers to ever changes.
///
/// `@unchecked Sendable`: the memory is written by `init`, before any reference to the object exists, or through `reserved` by the
/// one owner and before anybody else can know of those bytes, and freed by `deinit`, when no reference is left.
public final class ByteStorage: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutableRawPointer
  public let count: Int

  /// `count` bytes, written once by `initialize`.
  public init(count: Int, initialize: (UnsafeMutableRawBufferPointer) -> Void) {
    self.count = count
    base = .allocate(byteCount: max(count, 1), alignment: 8)
    initialize(UnsafeMutableRawBufferPointer(start: base, count: count))
  }

  /// Room for `count` bytes, which the owner writes one after the other.
  public convenience init(reserving count: Int) { self.init(count: count) { _ in } }

  /// For the owner of a reserved storage: each byte is written once, before a view refers to it.
  public var reserved: UnsafeMutableRawPointer { base }

  public convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { target in bytes.withUnsafeBytes { target.copyMemory(from: $0) } }
  }

  deinit { base.deallocate() }

  /// Valid for as long as the object is.
  @inlinable public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}

/// A string or byte sequence: up to 12 bytes in place, or the length, the first four bytes, a buffer and an offset.
///
/// `low` holds the length in its low 32 bits and the first four bytes above them; `high` holds bytes 4 to 11, or the
/// buffer's index in its low 32 bits and the offset above them. Unused bytes are zero, so that short views are equal
/// exactly when both words are.
public struct ByteView: BitwiseCopyable, Sendable {
  public var low: UInt64
  public var high: UInt64

  public static let inlineCapacity = 12
  public static let empty = ByteView(low: 0, high: 0)

  @inlinable public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// A view of at most 12 bytes, held in place.
  @inlinable public init(inline bytes: UnsafeRawBufferPointer) {
    assert(bytes.count <= Self.inlineCapacity, "short enough to be held in place")
    var words: (UInt64, UInt64) = (UInt64(bytes.count), 0)
    withUnsafeMutableBytes(of: &words) { target in
      if bytes.count > 0 { target.baseAddress!.advanced(by: 4).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count) }
    }
    self.init(low: words.0, high: words.1)
  }

  /// A view of more than 12 bytes that stand at `offset` of buffer `buffer`.
  @inlinable public init(bytes: UnsafeRawBufferPointer, buffer: Int, offset: Int) {
    assert(bytes.count > Self.inlineCapacity, "too long to be held in place")
    let prefix = UInt64(bytes.loadUnaligned(as: UInt32.self))
    self.init(low: UInt64(UInt32(bytes.count)) | prefix &<< 32, high: UInt64(UInt32(buffer)) | UInt64(UInt32(offset)) &<< 32)
  }

  @inlinable public var count: Int { Int(UInt32(truncatingIfNeeded: low)) }
  @inlinable public var isInline: Bool { count <= Self.inlineCapacity }
  @inlinable public var buffer: Int { Int(UInt32(truncatingIfNeeded: high)) }
  @inlinable public var offset: Int { Int(high &>> 32) }
  /// The same view over the same bytes in another list of buffers, where they start at `firstBuffer`.
  @inlinable public func rebased(by firstBuffer: Int) -> ByteView {
    isInline ? self : ByteView(low: low, high: high &+ UInt64(UInt32(firstBuffer)))
  }
}

/// A column of strings or byte sequences.
public struct BytesColumn: Sendable {
  public let views: [ByteView]
  public let buffers: [ByteStorage]
  public let validity: Validity?

  @inlinable public init(views: [ByteView], buffers: [ByteStorage], validity: Validity? = nil) {
    precondition(validity == nil || validity!.count == views.count, "one bit a row")
    self.views = views
    self.buffers = buffers
    self.validity = validity
  }

  @inlinable public var count: Int { views.count }
  @inlinable public func isValid(_ row: Int) -> Bool { validity?.isValid(row) ?? true }

  /// Bytes of the buffers that the rows refer to.
  var referredByteCount: Int {
    if buffers.isEmpty { return 0 }
    let views = views.span
    func referred(_ row: Int) -> Int { views[row].isInline ? 0 : views[row].count }
    var total = 0
    guard let validity else {
      for row in views.indices { total &+= referred(row) }
      return total
    }
    // The fields of one kind of record among others are mostly null, and a null has no bytes.
    for (place, word) in validity.words.enumerated() {
      var valid = word
      while valid != 0 {
        total &+= referred(place << 6 | valid.trailingZeroBitCount)
        valid &= valid &- 1
      }
    }
    return total
  }

  /// The bytes of a row, valid inside `body` only. A null row is empty.
  @inlinable public func withBytes<Result>(at row: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let view = views[row]
    if view.isInline { return views.withUnsafeBytes { body(Self.inPlace($0, row, view.count)) } }
    let storage = buffers[view.buffer]
    defer { withExtendedLifetime(storage) {} }
    return body(UnsafeRawBufferPointer(rebasing: storage.bytes[view.offset..<(view.offset + view.count)]))
  }

  /// Calls `body` with each row and its bytes, in order; they are valid inside `body` only, and never without an address.
  @inlinable @inline(__always) public func forEachBytes(_ body: (Int, UnsafeRawBufferPointer) -> Void) {
    let bases = buffers.map { UnsafeRawPointer($0.base) }
    withExtendedLifetime(buffers) {
      bases.withUnsafeBufferPointer { bases in
        views.withUnsafeBytes { memory in
          let views = views.span
          for row in views.indices {
            let view = views[unchecked: row]
            body(
              row,
              view.isInline
                ? Self.inPlace(memory, row, view.count)
                : UnsafeRawBufferPointer(start: bases[view.buffer].advanced(by: view.offset), count: view.count))
          }
        }
      }
    }
  }

  /// The bytes that a view holds in place, where it lies: a copy of it would have to reach the memory before they can be read.
  @inlinable @inline(__always) static func inPlace(_ views: UnsafeRawBufferPointer, _ row: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: views.baseAddress! + (row &* MemoryLayout<ByteView>.stride &+ 4), count: count)
  }

  /// The row as a Swift string, ill-formed UTF-8 repaired. For messages, tests and sinks, not for the hot path.
  public func string(at row: Int) -> String {
    withBytes(at: row) { String(decoding: $0, as: UTF8.self) }
  }
}
