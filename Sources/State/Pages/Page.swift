//  The unit in which in-memory state is shared between the operator that goes on and a snapshot that is being written.
//  A page is copied by the first write after a snapshot has retained it, so that a snapshot costs no copy by itself.
//  Source: the copy-on-write snapshots of HyPer (Kemper and Neumann, ICDE 2011), with pages in user space.

/// A run of bytes, aligned for `Int128`.
@usableFromInline final class Page {
  /// Bytes of a page of a column.
  @usableFromInline static let byteCount = 2048

  /// Valid for as long as the page is.
  @usableFromInline let base: UnsafeMutableRawPointer
  let byteCount: Int
  /// Where the memory came from; nil where it is the page's own.
  private let slab: PageSlabs.Slab?

  /// - Parameter isZeroed: Where nothing is read that has not been written, zeros are of no use.
  init(byteCount: Int, isZeroed: Bool = true) {
    self.byteCount = byteCount
    if 1...PageSlabs.blockByteCountMax ~= byteCount {
      (base, slab) = PageSlabs.shared.take(byteCount: byteCount)
    } else {
      (base, slab) = (.allocate(byteCount: byteCount, alignment: 16), nil)
    }
    if isZeroed { base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount) }
  }

  deinit {
    if let slab { PageSlabs.shared.put(base, to: slab) } else { base.deallocate() }
  }

  func copy() -> Page {
    let copy = Page(byteCount: byteCount, isZeroed: false)
    copy.base.copyMemory(from: base, byteCount: byteCount)
    return copy
  }
}

/// The pages of one column or of one size of block, and where they are in memory.
///
/// Every write goes through `writable`, which is nil for a page that a snapshot may hold; `thaw` makes it writable
/// again, by a copy if the snapshot still holds it. Reading goes through `readable`.
public final class PageList {
  private var pages: [Page] = []
  @usableFromInline private(set) var readable: UnsafeMutablePointer<UnsafeMutableRawPointer>
  @usableFromInline private(set) var writable: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private var capacity = 2

  init() {
    readable = .allocate(capacity: capacity)
    writable = .allocate(capacity: capacity)
  }

  deinit {
    readable.deallocate()
    writable.deallocate()
  }

  var count: Int { pages.count }
  var byteCount: Int { pages.reduce(0) { $0 + $1.byteCount } }

  /// Adds a page, of zeros unless nobody needs them.
  func append(byteCount: Int = Page.byteCount, isZeroed: Bool = true) {
    if pages.count == capacity { growDirectory() }
    let page = Page(byteCount: byteCount, isZeroed: isZeroed)
    readable[pages.count] = page.base
    writable[pages.count] = page.base
    pages.append(page)
  }

  /// Only pointers are moved, never pages.
  private func growDirectory() {
    let moved = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: capacity * 2)
    moved.moveInitialize(from: readable, count: pages.count)
    readable.deallocate()
    readable = moved
    let movedWritable = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: capacity * 2)
    movedWritable.moveInitialize(from: writable, count: pages.count)
    writable.deallocate()
    writable = movedWritable
    capacity *= 2
  }

  /// Puts a page of zeros of another size in the place of one.
  func replace(_ index: Int, byteCount: Int) {
    pages[index] = Page(byteCount: byteCount)
    readable[index] = pages[index].base
    writable[index] = pages[index].base
  }

  /// Makes a page writable and says where it is now.
  ///
  /// While a snapshot shares the list of pages, taking `pages[index]` for writing copies the list first, so that every
  /// page then has two holders and is copied too. Uniqueness proves that the snapshot has let go.
  @usableFromInline @discardableResult func thaw(_ index: Int) -> UnsafeMutableRawPointer {
    if let page = writable[index] { return page }
    if !isKnownUniquelyReferenced(&pages[index]) { pages[index] = pages[index].copy() }
    let base = pages[index].base
    readable[index] = base
    writable[index] = base
    return base
  }

  /// The pages as they are now; from here on a write to any of them looks first.
  func freeze() -> FrozenPages {
    writable.update(repeating: nil, count: pages.count)
    return FrozenPages(pages: pages, directory: Array(UnsafeBufferPointer(start: readable, count: pages.count)))
  }
}

/// Pages that nobody writes any more.
///
/// `@unchecked Sendable`: `PageList` writes a page only where its `writable` entry is set, `freeze` clears all of them
/// while it takes this copy of the list, and `thaw` sets one again only for a page that no copy of the list refers to.
struct FrozenPages: @unchecked Sendable {
  private let pages: [Page]
  /// Where each page is.
  private let directory: [UnsafeMutableRawPointer]

  init(pages: [Page], directory: [UnsafeMutableRawPointer]) {
    self.pages = pages
    self.directory = directory
  }

  /// Where the pages are; valid inside `body`.
  func withDirectory<Result>(_ body: (UnsafePointer<UnsafeMutableRawPointer>) -> Result) -> Result {
    withExtendedLifetime(pages) {
      directory.withUnsafeBufferPointer { entries in
        guard let base = entries.baseAddress else {
          return withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer.self, capacity: 1) { body(UnsafePointer($0.baseAddress!)) }
        }
        return body(base)
      }
    }
  }
}
