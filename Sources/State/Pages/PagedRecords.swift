//  A column of state for values of any one width.

/// Byte sequences of one length by dense id, zeros until they are written, in pages of a power of two of them.
final class PagedRecords {
  private let pages = PageList()
  private let byteCountOfRecord: Int
  private let shift: Int
  /// Ids below are backed by a page.
  private var capacity = 0

  /// - Parameter byteCount: Of each, positive and at most that of a page.
  init(byteCount: Int) {
    precondition(0 < byteCount && byteCount <= Page.byteCount, "a page holds a record")
    byteCountOfRecord = byteCount
    shift = Int.bitWidth - 1 - (Page.byteCount / byteCount).leadingZeroBitCount
  }

  func grow(toHold count: Int) {
    while capacity < count {
      pages.append(byteCount: byteCountOfRecord << shift)
      capacity += 1 << shift
    }
  }

  /// Valid until the next change.
  @inline(__always) func bytes(_ id: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: pages.readable[id &>> shift] + (id & (1 << shift - 1)) * byteCountOfRecord, count: byteCountOfRecord)
  }

  func set(_ id: Int, _ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == byteCountOfRecord, "all records have one length")
    let page = pages.writable[id &>> shift] ?? pages.thaw(id &>> shift)
    (page + (id & (1 << shift - 1)) * byteCountOfRecord).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
  }

  func freeze() -> FrozenRecords { FrozenRecords(pages: pages.freeze(), byteCountOfRecord: byteCountOfRecord, shift: shift) }
  var byteCount: Int { pages.byteCount }
}

/// Records as they were when they were frozen.
struct FrozenRecords: Sendable {
  fileprivate let pages: FrozenPages
  fileprivate let byteCountOfRecord: Int
  fileprivate let shift: Int

  /// The bytes of each id, valid inside `body`.
  func withRecords<Result>(_ ids: [Int32], _ body: ([UnsafeRawBufferPointer]) -> Result) -> Result {
    pages.withDirectory { directory in
      body(
        ids.map { id in
          let page = directory[Int(id) &>> shift]
          return UnsafeRawBufferPointer(start: page + (Int(id) & (1 << shift - 1)) * byteCountOfRecord, count: byteCountOfRecord)
        })
    }
  }
}
