//  Memory for pages, in slabs of pages of one size.
//  By themselves pages would lie among the columns of batches, which come and go: what is left where a column was and is smaller
//  than a page stays empty for as long as the pages beside it live, an eighth of the heap of a large aggregation.
//  Source: Bonwick, "The Slab Allocator", USENIX 1994.

import Synchronization

/// Hands out blocks of memory, and gives a slab back to the system once all of its blocks have been returned.
///
/// Blocks are taken by the threads of subtasks, and returned by those and by the ones that write snapshots.
final class PageSlabs: Sendable {
  /// Of all tables of the process.
  static let shared = PageSlabs()

  /// Large enough to be the system's own (`ProcessMemory`): what has not been handed out yet takes no memory.
  private static let slabByteCount = 4 << 20
  /// Longer blocks are left to the allocator.
  static let blockByteCountMax = Page.byteCount

  /// By size in units of 16 bytes: the slabs with free blocks.
  private let partial = Mutex<[[Slab]]>(Array(repeating: [], count: blockByteCountMax / 16 + 1))

  /// `@unchecked Sendable`: all but `base` is only touched under the lock of `partial`.
  final class Slab: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    fileprivate let blockByteCount: Int
    /// Returned blocks; each holds the address of the next one.
    fileprivate var free: UnsafeMutableRawPointer?
    /// Blocks that have never been handed out begin here.
    fileprivate var end: UnsafeMutableRawPointer
    fileprivate var usedCount = 0
    /// Place among the partial ones of its size, if it is.
    fileprivate var place = -1

    fileprivate init(blockByteCount: Int) {
      self.blockByteCount = blockByteCount
      base = .allocate(byteCount: PageSlabs.slabByteCount, alignment: 64)
      end = base
    }

    deinit { base.deallocate() }

    fileprivate var isFull: Bool { usedCount == PageSlabs.slabByteCount / blockByteCount }

    fileprivate func take() -> UnsafeMutableRawPointer {
      usedCount += 1
      if let block = free {
        free = block.load(as: UnsafeMutableRawPointer?.self)
        return block
      }
      defer { end += blockByteCount }
      return end
    }

    fileprivate func put(_ block: UnsafeMutableRawPointer) {
      block.storeBytes(of: free, as: UnsafeMutableRawPointer?.self)
      free = block
      usedCount -= 1
    }
  }

  /// A block whose contents are arbitrary, and the slab to return it to.
  func take(byteCount: Int) -> (block: UnsafeMutableRawPointer, slab: Slab) {
    precondition(0 < byteCount && byteCount <= Self.blockByteCountMax, "the block is of a size that there are slabs for")
    let size = (byteCount + 15) / 16
    let taken = partial.withLock { partial -> UncheckedBlock in
      if partial[size].isEmpty { Self.append(Slab(blockByteCount: size * 16), to: &partial[size]) }
      let slab = partial[size][partial[size].count - 1]
      let block = slab.take()
      if slab.isFull { Self.remove(slab, from: &partial[size]) }
      return UncheckedBlock(block: block, slab: slab)
    }
    return (taken.block, taken.slab)
  }

  func put(_ block: UnsafeMutableRawPointer, to slab: Slab) {
    let returned = UncheckedBlock(block: block, slab: slab)
    let size = slab.blockByteCount / 16
    partial.withLock { partial in
      let slab = returned.slab
      if slab.isFull { Self.append(slab, to: &partial[size]) }
      slab.put(returned.block)
      // One is kept, so that a page that comes and goes does not ask the system each time.
      if slab.usedCount == 0, partial[size].count > 1 { Self.remove(slab, from: &partial[size]) }
    }
  }

  private static func append(_ slab: Slab, to partial: inout [Slab]) {
    slab.place = partial.count
    partial.append(slab)
  }

  private static func remove(_ slab: Slab, from partial: inout [Slab]) {
    let last = partial.removeLast()
    if last !== slab {
      partial[slab.place] = last
      last.place = slab.place
    }
    slab.place = -1
  }

  /// `@unchecked Sendable`: a block is used by nobody else when it comes through the lock.
  private struct UncheckedBlock: @unchecked Sendable {
    let block: UnsafeMutableRawPointer
    let slab: Slab
  }
}
