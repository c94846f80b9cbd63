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
  /// Rows that a buffer of a column has on average, at least.
  private static let rowsOfBufferMin = 16
  /// No row begins here, so that zero can stand for none.
  private static let reservedByteCount = 16

  private var slabs: [ByteStorage] = []
  private var directory: [UnsafeMutableRawPointer] = []
  /// Where the next row of the last slab goes.
  private var nextOffset = 0
  private var lastByteCount = 0
  private(set) var byteCount = 0
  /// By slab: when `origins` last came upon it, and which of its buffers it was then.
  private var seen: [(round: Int, buffer: Int)] = []
  private var round = 0

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
    let slab = ByteStorage(reserving: lastByteCount)
    slabs.append(slab)
    directory.append(slab.reserved)
    byteCount += lastByteCount
    nextOffset = Self.reservedByteCount
  }

  /// The row's bytes, for as long as the arena is there.
  @inline(__always) func bytes(_ handle: RowHandle) -> UnsafeRawBufferPointer { AppendArena.bytes(directory, handle) }

  /// The row before one.
  @inline(__always) func previous(_ handle: RowHandle) -> RowHandle { AppendArena.previous(directory, handle) }

  /// Where these rows are, so that columns can refer to their strings instead of copying them; nil if they are so far apart that
  /// copying takes less.
  func origins(of rows: [RowHandle]) -> RowOrigins? {
    round += 1
    seen.append(contentsOf: repeatElement((round: 0, buffer: 0), count: slabs.count - seen.count))
    var origins = RowOrigins()
    origins.rows.reserveCapacity(rows.count)
    for row in rows {
      let slab = Int(row >> 32)
      if seen[slab].round != round {
        seen[slab] = (round, origins.buffers.count)
        origins.buffers.append(slabs[slab])
        guard origins.buffers.count <= rows.count / Self.rowsOfBufferMin + 1 else { return nil }
      }
      origins.rows.append((seen[slab].buffer, Int(row & 0xFFFF_FFFF) + Self.headerByteCount))
    }
    return origins
  }

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

}

/// Where encoded rows lie in memory that never changes.
struct RowOrigins {
  var buffers: [ByteStorage] = []
  /// A row's buffer, and where in it the row begins.
  var rows: [(buffer: Int, offset: Int)] = []
}

/// The rows of an arena up to when it was frozen.
///
/// `@unchecked Sendable`: the arena goes on writing to the last slab, but only behind the rows that were there, and whoever reads
/// here has handles of those rows alone.
struct FrozenAppendArena: @unchecked Sendable {
  private let slabs: [ByteStorage]
  private let directory: [UnsafeMutableRawPointer]

  fileprivate init(slabs: [ByteStorage], directory: [UnsafeMutableRawPointer]) {
    self.slabs = slabs
    self.directory = directory
  }

  /// The row's bytes, for as long as this value is there.
  @inline(__always) func bytes(_ handle: RowHandle) -> UnsafeRawBufferPointer { AppendArena.bytes(directory, handle) }
  @inline(__always) func previous(_ handle: RowHandle) -> RowHandle { AppendArena.previous(directory, handle) }
}
