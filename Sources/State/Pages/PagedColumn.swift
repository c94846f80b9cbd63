//  A column of state: one fixed-width value for each dense id, in small copy-on-write pages.

/// Values by id that can be read and written one by one.
public protocol PagedElements<Element>: AnyObject {
  associatedtype Element: BitwiseCopyable & Sendable
  subscript(id: Int) -> Element { get set }
}

extension PagedColumn: PagedElements {}
extension PackedIntegers: PagedElements {}

/// Values by id, zero until they are written. Growing adds pages and moves none.
public final class PagedColumn<Element: BitwiseCopyable & Sendable> {
  @usableFromInline let pages = PageList()
  /// Ids below are backed by a page.
  public private(set) var capacity = 0

  public init() {
    precondition(MemoryLayout<Element>.stride.nonzeroBitCount == 1, "a page holds a power of two of elements")
  }

  @inlinable static var shift: Int { (Page.byteCount / MemoryLayout<Element>.stride).trailingZeroBitCount }
  @inlinable static var mask: Int { Page.byteCount / MemoryLayout<Element>.stride - 1 }

  /// Makes room for ids below `count`.
  public func grow(toHold count: Int) {
    while capacity < count {
      pages.append()
      capacity += Self.mask + 1
    }
  }

  @inlinable public subscript(id: Int) -> Element {
    get {
      assert(0 <= id && id < capacity, "the id is backed by a page")
      return pages.readable[id &>> Self.shift].assumingMemoryBound(to: Element.self)[id & Self.mask]
    }
    set {
      assert(0 <= id && id < capacity, "the id is backed by a page")
      let page = pages.writable[id &>> Self.shift] ?? pages.thaw(id &>> Self.shift)
      page.assumingMemoryBound(to: Element.self)[id & Self.mask] = newValue
    }
  }

  /// Where the value of an id is, and behind it those of the ids that follow it on its page, until the column changes.
  @inline(__always) func place(_ id: Int) -> UnsafePointer<Element> {
    UnsafePointer(pages.readable[id &>> Self.shift].assumingMemoryBound(to: Element.self) + id & Self.mask)
  }

  /// Likewise for writing, until the column is frozen.
  @inline(__always) func mutablePlace(_ id: Int) -> UnsafeMutablePointer<Element> {
    let page = pages.writable[id &>> Self.shift] ?? pages.thaw(id &>> Self.shift)
    return page.assumingMemoryBound(to: Element.self) + id & Self.mask
  }

  /// Calls `body` with the value of `ids[row]` and the row, for every row in order. Does not allocate, but for the pages that
  /// a snapshot holds. Negative ids are left out.
  @inlinable @inline(__always)
  public func update(_ ids: Span<Int32>, _ body: (inout Element, Int) -> Void) {
    let writable = pages.writable
    for row in ids.indices {
      let id = Int(ids[row])
      if id < 0 { continue }
      let page = writable[id &>> Self.shift] ?? pages.thaw(id &>> Self.shift)
      body(&page.assumingMemoryBound(to: Element.self)[id & Self.mask], row)
    }
  }

  /// The value of every id, in the order of `ids`.
  @inlinable public func gather(_ ids: [Int32]) -> [Element] {
    gatherPaged(pages.readable, ids)
  }

  func freeze() -> FrozenColumn<Element> { FrozenColumn(pages: pages.freeze()) }
  var byteCount: Int { pages.byteCount }
}

/// A column as it was when it was frozen.
struct FrozenColumn<Element: BitwiseCopyable & Sendable>: Sendable {
  let pages: FrozenPages

  func gather(_ ids: [Int32]) -> [Element] {
    pages.withDirectory { gatherPaged($0, ids) }
  }

  /// The values of consecutive ids.
  func slice(_ ids: Range<Int>) -> [Element] {
    let (shift, mask) = (PagedColumn<Element>.shift, PagedColumn<Element>.mask)
    return [Element](unsafeUninitializedCapacity: ids.count) { target, count in
      pages.withDirectory { directory in
        var id = ids.lowerBound
        while id < ids.upperBound {
          let length = min(ids.upperBound - id, mask + 1 - id & mask)
          let page = directory[id &>> shift].assumingMemoryBound(to: Element.self)
          (target.baseAddress! + count).initialize(from: page + id & mask, count: length)
          count += length
          id += length
        }
      }
    }
  }

  /// Calls `body` with the values, which it may read in any order.
  func withValues<Result>(_ body: (PagedValues<Element>) -> Result) -> Result {
    pages.withDirectory { body(PagedValues(directory: $0)) }
  }
}

/// The values of a frozen column, by id.
struct PagedValues<Element: BitwiseCopyable & Sendable> {
  fileprivate let directory: UnsafePointer<UnsafeMutableRawPointer>

  @inline(__always) subscript(id: Int) -> Element {
    directory[id &>> PagedColumn<Element>.shift].assumingMemoryBound(to: Element.self)[id & PagedColumn<Element>.mask]
  }
}

@inlinable func gatherPaged<Element: BitwiseCopyable & Sendable>(
  _ directory: UnsafePointer<UnsafeMutableRawPointer>, _ ids: [Int32]
) -> [Element] {
  let ids = ids.span
  let shift = PagedColumn<Element>.shift
  let mask = PagedColumn<Element>.mask
  return [Element](unsafeUninitializedCapacity: ids.count) { target, count in
    for row in ids.indices {
      let id = Int(ids[row])
      target.initializeElement(at: row, to: directory[id &>> shift].assumingMemoryBound(to: Element.self)[id & mask])
    }
    count = ids.count
  }
}

@inlinable func gatherPaged<Element: BitwiseCopyable & Sendable>(
  _ directory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ ids: [Int32]
) -> [Element] {
  gatherPaged(UnsafePointer(directory), ids)
}
