//  How the process asks the system for memory.

import CMalloc

enum ProcessMemory {
  /// From this size on a block is the system's own and goes back to it when freed. The segments of a large index (`SlotIndex`) are
  /// larger, the columns of a batch smaller: those are used again at once.
  private static let mappedByteCountMin: Int32 = 4 << 20
  /// Free bytes at the end of the heap that are kept.
  private static let keptByteCountMax: Int32 = 64 << 20

  /// By itself the allocator would move the first bound up to the largest block that was ever freed; growing state then leaves
  /// holes behind, about a quarter of what it takes (`mallopt(3)`).
  static func configure() {
    _ = mallopt(M_MMAP_THRESHOLD, mappedByteCountMin)
    _ = mallopt(M_TRIM_THRESHOLD, keptByteCountMax)
  }

  /// What was freed below a block that is still in use stays with the allocator, gigabytes after a large job, until it is asked to
  /// give it back. It keeps no more than `keptByteCountMax` for each thread that has run a job.
  static func release() { _ = malloc_trim(0) }
}
