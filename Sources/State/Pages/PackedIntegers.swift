//  A column of state for integers that are mostly small: each takes as many bytes as the largest needs.

/// Integers by dense id, zero until they are written, in 1, 4 or 8 bytes each.
final class PackedIntegers {
  /// The base two logarithm of the bytes of an integer.
  enum Width: Int, Sendable {
    case int8 = 0
    case int32 = 2
    case int64 = 3

    init(holding value: Int64) {
      self = Int8(exactly: value) != nil ? .int8 : Int32(exactly: value) != nil ? .int32 : .int64
    }

    @inline(__always) var pageShift: Int { Page.byteCount.trailingZeroBitCount - rawValue }
    @inline(__always) func offset(_ id: Int) -> Int { (id & (1 << pageShift - 1)) << rawValue }

    @inline(__always) func load(_ page: UnsafeMutableRawPointer, _ id: Int) -> Int64 {
      switch self {
      case .int8: Int64(page.load(fromByteOffset: offset(id), as: Int8.self))
      case .int32: Int64(page.load(fromByteOffset: offset(id), as: Int32.self))
      case .int64: page.load(fromByteOffset: offset(id), as: Int64.self)
      }
    }
  }

  private var pages = PageList()
  private var width: Width
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

  @inline(__always) subscript(id: Int) -> Int64 {
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

  /// Takes wider pages and copies all values; a snapshot keeps the narrow ones.
  private func widen(_ wider: Width) {
    let (old, oldWidth, count) = (pages, width, capacity)
    (pages, width, capacity) = (PageList(), wider, 0)
    grow(toHold: count)
    for id in 0..<count { self[id] = oldWidth.load(old.readable[id &>> oldWidth.pageShift], id) }
  }

  func gather(_ ids: [Int32]) -> [Int64] {
    ids.map { self[Int($0)] }
  }

  func freeze() -> FrozenIntegers { FrozenIntegers(pages: pages.freeze(), width: width) }
  var byteCount: Int { pages.byteCount }
}

/// Integers as they were when they were frozen.
struct FrozenIntegers: Sendable {
  let pages: FrozenPages
  let width: PackedIntegers.Width

  func gather(_ ids: [Int32]) -> [Int64] {
    pages.withDirectory { directory in
      switch width {
      case .int8: ids.map { PackedIntegers.Width.int8.load(directory[Int($0) &>> PackedIntegers.Width.int8.pageShift], Int($0)) }
      case .int32: ids.map { PackedIntegers.Width.int32.load(directory[Int($0) &>> PackedIntegers.Width.int32.pageShift], Int($0)) }
      case .int64: ids.map { PackedIntegers.Width.int64.load(directory[Int($0) &>> PackedIntegers.Width.int64.pageShift], Int($0)) }
      }
    }
  }
}
