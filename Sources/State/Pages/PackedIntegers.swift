//  A column of state for integers that are mostly small: each takes as many bytes as the largest needs.

/// Integers by dense id, zero until they are written, in 1, 4 or 8 bytes each.
public final class PackedIntegers {
  /// The base two logarithm of the bytes of an integer.
  @usableFromInline enum Width: Int, Sendable {
    case int8 = 0
    case int32 = 2
    case int64 = 3

    @inlinable init(holding value: Int64) {
      self = Int8(exactly: value) != nil ? .int8 : Int32(exactly: value) != nil ? .int32 : .int64
    }

    @inlinable @inline(__always) var pageShift: Int { Page.byteCount.trailingZeroBitCount - rawValue }
    @inlinable @inline(__always) func offset(_ id: Int) -> Int { (id & (1 << pageShift - 1)) << rawValue }

    @inlinable @inline(__always) func load(_ page: UnsafeMutableRawPointer, _ id: Int) -> Int64 {
      switch self {
      case .int8: Int64(page.load(fromByteOffset: offset(id), as: Int8.self))
      case .int32: Int64(page.load(fromByteOffset: offset(id), as: Int32.self))
      case .int64: page.load(fromByteOffset: offset(id), as: Int64.self)
      }
    }
  }

  @usableFromInline private(set) var pages = PageList()
  @usableFromInline private(set) var width: Width
  /// Ids below are backed by a page.
  private var capacity = 0

  /// - Parameter width: What the values are expected to need; a larger one widens all.
  init(_ width: Width) { self.width = width }

  /// Makes room for ids below `count`.
  func grow(toHold count: Int) {
    while capacity < count {
      pages.append()
      capacity += 1 << width.pageShift
    }
  }

  @inlinable @inline(__always) public subscript(id: Int) -> Int64 {
    get { width.load(pages.readable[id &>> width.pageShift], id) }
    set {
      if Width(holding: newValue).rawValue > width.rawValue { widen(Width(holding: newValue)) }
      let page = pages.writable[id &>> width.pageShift] ?? pages.thaw(id &>> width.pageShift)
      switch width {
      case .int8: page.storeBytes(of: Int8(truncatingIfNeeded: newValue), toByteOffset: width.offset(id), as: Int8.self)
      case .int32: page.storeBytes(of: Int32(truncatingIfNeeded: newValue), toByteOffset: width.offset(id), as: Int32.self)
      case .int64: page.storeBytes(of: newValue, toByteOffset: width.offset(id), as: Int64.self)
      }
    }
  }

  /// As `PagedColumn.update`.
  @inlinable @inline(__always)
  public func update(_ ids: Span<Int32>, _ body: (inout Int64, Int) -> Void) {
    var row = 0
    while row < ids.count {
      switch width {
      case .int8: row = update(Int8.self, ids, from: row, body)
      case .int32: row = update(Int32.self, ids, from: row, body)
      case .int64: row = update(Int64.self, ids, from: row, body)
      }
    }
  }

  /// Goes on until a value has widened the others, and says which row comes next.
  @inlinable @inline(__always)
  func update<Stored: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _: Stored.Type, _ ids: Span<Int32>, from start: Int, _ body: (inout Int64, Int) -> Void
  ) -> Int {
    let (shift, mask) = (PagedColumn<Stored>.shift, PagedColumn<Stored>.mask)
    let writable = pages.writable
    var row = start
    while row < ids.count {
      let id = Int(ids[unchecked: row])
      if id >= 0 {
        let page = writable[id &>> shift] ?? pages.thaw(id &>> shift)
        let place = page.assumingMemoryBound(to: Stored.self) + id & mask
        var value = Int64(place.pointee)
        body(&value, row)
        guard let stored = Stored(exactly: value) else {
          self[id] = value
          return row + 1
        }
        place.pointee = stored
      }
      row &+= 1
    }
    return row
  }

  /// Takes wider pages and copies all values; a snapshot keeps the narrow ones.
  @usableFromInline func widen(_ wider: Width) {
    let (old, oldWidth, count) = (pages, width, capacity)
    (pages, width, capacity) = (PageList(), wider, 0)
    grow(toHold: count)
    for id in 0..<count { self[id] = oldWidth.load(old.readable[id &>> oldWidth.pageShift], id) }
  }

  /// The value of every id, in the order of `ids`.
  public func gather(_ ids: [Int32]) -> [Int64] { Self.gather(ids, pages.readable, width) }

  fileprivate static func gather(_ ids: [Int32], _ directory: UnsafePointer<UnsafeMutableRawPointer>, _ width: Width) -> [Int64] {
    switch width {
    case .int8: gather(Int8.self, ids, directory)
    case .int32: gather(Int32.self, ids, directory)
    case .int64: gatherPaged(directory, ids)
    }
  }

  @inline(__always) private static func gather<Stored: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _: Stored.Type, _ ids: [Int32], _ directory: UnsafePointer<UnsafeMutableRawPointer>
  ) -> [Int64] {
    let ids = ids.span
    let (shift, mask) = (PagedColumn<Stored>.shift, PagedColumn<Stored>.mask)
    return [Int64](unsafeUninitializedCapacity: ids.count) { target, count in
      for row in ids.indices {
        let id = Int(ids[row])
        target.initializeElement(at: row, to: Int64(directory[id &>> shift].assumingMemoryBound(to: Stored.self)[id & mask]))
      }
      count = ids.count
    }
  }

  func freeze() -> FrozenIntegers { FrozenIntegers(pages: pages.freeze(), width: width) }
  var byteCount: Int { pages.byteCount }
}

/// Integers as they were when they were frozen.
struct FrozenIntegers: Sendable {
  let pages: FrozenPages
  let width: PackedIntegers.Width

  func gather(_ ids: [Int32]) -> [Int64] { pages.withDirectory { PackedIntegers.gather(ids, $0, width) } }
}
