//  Rows that are only ever added, one behind the other, each linked to the one of its owner before it. Nothing that has been
//  written is written again, so that a snapshot copies nothing.

import Columnar

/// Where a row of an `AppendArena` is: the slab in the high 32 bits, the offset in the low ones; zero is no row.
public typealias RowHandle = UInt64

/// A row is: the handle of the row before it (8 bytes), its length (4), its bytes, and padding up to a multiple of four.
final class AppendArena {
  /// The first slabs are smaller, so that small tables stay small.
  private static let firstByteCount = 2048
  private static let byteCountMax = 64 * 1024
  fileprivate static let headerByteCount = 12
  /// No row begins here, so that zero can stand for none.
  private static let reservedByteCount = 16

  private var slabs: [Slab] = []
  private var directory: [UnsafeMutableRawPointer] = []
  /// Where the next row of the last slab goes.
  private var nextOffset = 0
  private var lastByteCount = 0
  private(set) var byteCount = 0

  /// Stores a copy of `bytes` behind all others.
  func append(_ bytes: UnsafeRawBufferPointer, after previous: RowHandle) -> RowHandle {
    let wanted = (Self.headerByteCount + bytes.count + 3) & ~3
    if nextOffset + wanted > lastByteCount { extend(wanted) }
    let slab = directory.count - 1
    let row = directory[slab].advanced(by: nextOffset)
    row.storeBytes(of: previous, as: RowHandle.self)
    row.storeBytes(of: UInt32(bytes.count), toByteOffset: 8, as: UInt32.self)
    row.advanced(by: Self.headerByteCount).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
    defer { nextOffset += wanted }
    return UInt64(slab) << 32 | UInt64(nextOffset)
  }

  private func extend(_ wanted: Int) {
    lastByteCount = max(min(max(lastByteCount * 2, Self.firstByteCount), Self.byteCountMax), Self.reservedByteCount + wanted)
    let slab = Slab(byteCount: lastByteCount)
    slabs.append(slab)
    directory.append(slab.base)
    byteCount += lastByteCount
    nextOffset = Self.reservedByteCount
  }

  /// The row's bytes, for as long as the arena is there.
  @inline(__always) func bytes(_ handle: RowHandle) -> UnsafeRawBufferPointer { AppendArena.bytes(directory, handle) }

  /// The row before one.
  @inline(__always) func previous(_ handle: RowHandle) -> RowHandle { AppendArena.previous(directory, handle) }

  func freeze() -> FrozenAppendArena { FrozenAppendArena(slabs: slabs, directory: directory) }

  @inline(__always) private static func row(_ directory: [UnsafeMutableRawPointer], _ handle: RowHandle) -> UnsafeRawPointer {
    UnsafeRawPointer(directory[Int(handle >> 32)]).advanced(by: Int(handle & 0xFFFF_FFFF))
  }

  @inline(__always) fileprivate static func bytes(_ directory: [UnsafeMutableRawPointer], _ handle: RowHandle) -> UnsafeRawBufferPointer {
    let row = row(directory, handle)
    return UnsafeRawBufferPointer(
      start: row.advanced(by: headerByteCount), count: Int(row.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
  }

  @inline(__always) fileprivate static func previous(_ directory: [UnsafeMutableRawPointer], _ handle: RowHandle) -> RowHandle {
    row(directory, handle).loadUnaligned(as: RowHandle.self)
  }

  /// Memory that rows are written into.
  fileprivate final class Slab {
    let base: UnsafeMutableRawPointer
    init(byteCount: Int) { base = .allocate(byteCount: byteCount, alignment: 16) }
    deinit { base.deallocate() }
  }
}

/// The rows of an arena up to when it was frozen.
///
/// `@unchecked Sendable`: the arena goes on writing to the last slab, but only behind the rows that were there, and whoever reads
/// here has handles of those rows alone.
struct FrozenAppendArena: @unchecked Sendable {
  private let slabs: [AppendArena.Slab]
  private let directory: [UnsafeMutableRawPointer]

  fileprivate init(slabs: [AppendArena.Slab], directory: [UnsafeMutableRawPointer]) {
    self.slabs = slabs
    self.directory = directory
  }

  /// The row's bytes, for as long as this value is there.
  @inline(__always) func bytes(_ handle: RowHandle) -> UnsafeRawBufferPointer { AppendArena.bytes(directory, handle) }
  @inline(__always) func previous(_ handle: RowHandle) -> RowHandle { AppendArena.previous(directory, handle) }
}
