//  Byte sequences of any length in copy-on-write pages: keys and rows that have no fixed width.
//  Blocks come in a few sizes, each with pages of its own and a list of free blocks, so that freed space is used again
//  and nothing ever has to be moved.

/// Where a byte sequence is in a `BlockArena`; `none` stands for an empty one, which takes no block.
///
/// Bits 56 to 63 are the size class plus one, bits 24 to 55 the page, bits 0 to 23 the offset in it.
typealias BlockHandle = UInt64

/// Allocates and frees blocks. The length stands in the first four bytes of a block.
final class BlockArena {
  /// Sizes including the length, such that a page holds a whole number of blocks and hardly a rest. Longer sequences get a page of
  /// their own, in the class after the last.
  private static let sizes = [
    16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 144, 168, 200, 224, 256, 288, 336, 408, 512, 680, 1024, 2048,
  ]
  private static let headerByteCount = 4
  /// The longest sequence: a length is an `Int32`, as in a column of bytes.
  static let byteCountMax = Int(Int32.max)

  private var classes: [PageList?] = Array(repeating: nil, count: sizes.count + 1)
  /// Where each class's pages are: `classes[i].readable`, for reading without a reference to count.
  private let readable: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutableRawPointer>?>
  /// Likewise for writing.
  private let writable: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutableRawPointer?>?>
  private var free: [[BlockHandle]] = Array(repeating: [], count: sizes.count + 1)
  /// By class: the first unused block of the last page; behind the page if there is none.
  private var next = [BlockHandle](repeating: BlockHandle(Page.byteCount), count: sizes.count)

  static let none: BlockHandle = 0

  init() {
    readable = .allocate(capacity: Self.sizes.count + 1)
    readable.initialize(repeating: nil, count: Self.sizes.count + 1)
    writable = .allocate(capacity: Self.sizes.count + 1)
    writable.initialize(repeating: nil, count: Self.sizes.count + 1)
  }

  deinit {
    readable.deallocate()
    writable.deallocate()
  }

  /// The list may have moved its directories: it does when a page is added, and at no other time.
  private func remember(_ list: PageList, _ sizeClass: Int) {
    readable[sizeClass] = list.readable
    writable[sizeClass] = list.writable
  }

  /// Stores a copy of `bytes`.
  func insert(_ bytes: UnsafeRawBufferPointer) -> BlockHandle {
    guard bytes.count > 0 else { return Self.none }
    let (handle, place) = allocate(bytes.count)
    place.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    return handle
  }

  /// Room for some bytes, at least one, and where they are to be written before the arena is frozen.
  func allocate(_ byteCount: Int) -> (handle: BlockHandle, place: UnsafeMutableRawPointer) {
    let wanted = byteCount + Self.headerByteCount
    let sizeClass = Self.sizeClass(wanted)
    let handle = free[sizeClass].popLast() ?? extend(sizeClass, wanted)
    let page = Int(handle >> 24 & 0xFFFF_FFFF)
    if sizeClass == Self.sizes.count { classes[sizeClass]!.replace(page, byteCount: wanted) }
    let block = (writable[sizeClass]![page] ?? classes[sizeClass]!.thaw(page)).advanced(by: Int(handle & 0xFF_FFFF))
    block.storeBytes(of: UInt32(byteCount), as: UInt32.self)
    return (handle, block.advanced(by: Self.headerByteCount))
  }

  /// The first of `sizes` that is large enough.
  @inline(__always) private static func sizeClass(_ wanted: Int) -> Int {
    if wanted <= 80 { return max(0, (wanted + 7) / 8 - 2) }
    if wanted > Page.byteCount { return sizes.count }
    return Int(classOfEighths[(wanted + 7) / 8])
  }

  /// By the number of eight bytes that are wanted.
  private static let classOfEighths: [UInt8] = (0...(Page.byteCount / 8)).map { eighths in
    UInt8(sizes.firstIndex { $0 >= eighths * 8 } ?? sizes.count)
  }

  private func extend(_ sizeClass: Int, _ wanted: Int) -> BlockHandle {
    if sizeClass < Self.sizes.count {
      let size = Self.sizes[sizeClass]
      let handle = next[sizeClass]
      if Int(handle & 0xFF_FFFF) + size <= Page.byteCount {
        next[sizeClass] = handle + BlockHandle(size)
        return handle
      }
    }
    let list = classes[sizeClass] ?? PageList()
    classes[sizeClass] = list
    let first = UInt64(sizeClass + 1) << 56 | UInt64(list.count) << 24
    if sizeClass < Self.sizes.count {
      list.append(isZeroed: false)
      next[sizeClass] = first + BlockHandle(Self.sizes[sizeClass])
    } else {
      list.append(byteCount: 0)
    }
    remember(list, sizeClass)
    return first
  }

  func remove(_ handle: BlockHandle) {
    guard handle != Self.none else { return }
    let sizeClass = Int(handle >> 56) - 1
    if sizeClass == Self.sizes.count { classes[sizeClass]!.replace(Int(handle >> 24 & 0xFFFF_FFFF), byteCount: 0) }
    free[sizeClass].append(handle)
  }

  /// The bytes of a block, valid until the arena changes.
  @inline(__always)
  func bytes(_ handle: BlockHandle) -> UnsafeRawBufferPointer {
    guard handle != Self.none else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let block = readable[Int(handle >> 56) - 1]![Int(handle >> 24 & 0xFFFF_FFFF)].advanced(by: Int(handle & 0xFF_FFFF))
    return UnsafeRawBufferPointer(
      start: UnsafeRawPointer(block).advanced(by: Self.headerByteCount), count: Int(block.load(as: UInt32.self)))
  }

  func freeze() -> FrozenArena { FrozenArena(classes: classes.map { $0?.freeze() }) }
  var byteCount: Int { classes.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

  fileprivate static func block(_ handle: BlockHandle, in pages: UnsafePointer<UnsafeMutableRawPointer>) -> UnsafeRawBufferPointer {
    let block = pages[Int(handle >> 24 & 0xFFFF_FFFF)].advanced(by: Int(handle & 0xFF_FFFF))
    return UnsafeRawBufferPointer(
      start: UnsafeRawPointer(block).advanced(by: headerByteCount), count: Int(block.load(as: UInt32.self)))
  }
}

/// An arena as it was when it was frozen.
struct FrozenArena: Sendable {
  fileprivate let classes: [FrozenPages?]

  /// The bytes of every handle, valid inside `body`.
  func withBlocks<Result, Failure: Error>(
    _ handles: [BlockHandle], _ body: ([UnsafeRawBufferPointer]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The pages are where they are for as long as the classes are held.
    defer { withExtendedLifetime(classes) {} }
    let directories = classes.map { $0?.withDirectory { $0 } }
    return try body(
      handles.map { handle in
        handle == BlockArena.none
          ? UnsafeRawBufferPointer(start: nil, count: 0)
          : BlockArena.block(handle, in: directories[Int(handle >> 56) - 1]!)
      })
  }
}
