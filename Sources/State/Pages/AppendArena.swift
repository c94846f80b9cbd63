//  Rows that are only ever added, one behind the other, each linked to the one of its owner before it. Nothing that has been
//  written is written again, so that a snapshot costs one copied page, whatever the size of the arena.

import Columnar

/// Where a row of an `AppendArena` is: the page in the high 32 bits, the offset in the low ones; zero is no row.
public typealias RowHandle = UInt64

/// A row is: the handle of the row before it (8 bytes), its length (4), its bytes, and padding up to a multiple of four.
final class AppendArena {
  /// The first pages are smaller, so that small tables stay small.
  private static let firstByteCount = Page.byteCount
  private static let byteCountMax = 64 * 1024
  fileprivate static let headerByteCount = 12
  /// No row begins here, so that zero can stand for none.
  private static let reservedByteCount = 16

  private let list = PageList()
  private var nextOffset = 0
  private var lastByteCount = 0

  /// Stores a copy of `bytes` behind all others.
  func append(_ bytes: UnsafeRawBufferPointer, after previous: RowHandle) -> RowHandle {
    let wanted = (Self.headerByteCount + bytes.count + 3) & ~3
    if nextOffset + wanted > lastByteCount { extend(wanted) }
    let page = list.count - 1
    let row = (list.writable[page] ?? list.thaw(page)).advanced(by: nextOffset)
    row.storeBytes(of: previous, as: RowHandle.self)
    row.storeBytes(of: UInt32(bytes.count), toByteOffset: 8, as: UInt32.self)
    row.advanced(by: Self.headerByteCount).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    defer { nextOffset += wanted }
    return UInt64(page) << 32 | UInt64(nextOffset)
  }

  private func extend(_ wanted: Int) {
    lastByteCount = max(min(max(lastByteCount * 2, Self.firstByteCount), Self.byteCountMax), Self.reservedByteCount + wanted)
    list.append(byteCount: lastByteCount, isZeroed: false)
    nextOffset = Self.reservedByteCount
  }

  /// The row's bytes, for as long as the arena is there.
  @inline(__always) func bytes(_ handle: RowHandle) -> UnsafeRawBufferPointer { rowBytes(UnsafePointer(list.readable), handle) }

  /// The row before one.
  @inline(__always) func previous(_ handle: RowHandle) -> RowHandle { previousRow(UnsafePointer(list.readable), handle) }

  func freeze() -> FrozenPages { list.freeze() }
  var byteCount: Int { list.byteCount }
}

@inline(__always) private func address(_ pages: UnsafePointer<UnsafeMutableRawPointer>, _ handle: RowHandle) -> UnsafeRawPointer {
  UnsafeRawPointer(pages[Int(handle >> 32)]).advanced(by: Int(handle & 0xFFFF_FFFF))
}

/// The bytes of a row, where these are the pages of its arena.
@inline(__always)
func rowBytes(_ pages: UnsafePointer<UnsafeMutableRawPointer>, _ handle: RowHandle) -> UnsafeRawBufferPointer {
  let row = address(pages, handle)
  return UnsafeRawBufferPointer(
    start: row.advanced(by: AppendArena.headerByteCount), count: Int(row.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
}

/// The row before one, where these are the pages of its arena.
@inline(__always) func previousRow(_ pages: UnsafePointer<UnsafeMutableRawPointer>, _ handle: RowHandle) -> RowHandle {
  address(pages, handle).loadUnaligned(as: RowHandle.self)
}
