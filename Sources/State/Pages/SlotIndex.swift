//  An open-addressing index from hashes to dense ids. It holds no keys: whoever owns it compares them.
//  The index is not part of a snapshot; a restore builds it anew.

/// Linear probing over words of a 32-bit tag (the low half of the hash) and the id plus one; zero is free.
///
/// Tags make growing free of key accesses, and a slot whose tag differs is passed without looking at its key.
final class SlotIndex {
  private(set) var slots: UnsafeMutablePointer<UInt64>
  private(set) var mask: Int
  private(set) var count = 0

  /// Smaller indices fit into the second cache.
  private static let roomyMask = 1 << 15

  init() {
    mask = 15
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: 0, count: mask + 1)
  }

  deinit { slots.deallocate() }

  @inline(__always) static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) }
  @inline(__always) static func word(tag: UInt32, id: Int32) -> UInt64 { UInt64(tag) << 32 | UInt64(UInt32(bitPattern: id) &+ 1) }
  @inline(__always) static func id(_ word: UInt64) -> Int32 { Int32(truncatingIfNeeded: word & 0xFFFF_FFFF) &- 1 }
  @inline(__always) static func tag(ofWord word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 32) }

  /// What stands where the search for each tag begins. The loads do not depend on each other, so that the misses of a large
  /// index overlap; a search row by row would wait for each.
  func firstWords(_ tags: [UInt32]) -> [UInt64] {
    let tags = tags.span
    return [UInt64](unsafeUninitializedCapacity: tags.count) { target, count in
      for row in tags.indices { target.initializeElement(at: row, to: slots[Int(tags[row]) & mask]) }
      count = tags.count
    }
  }

  /// Adds an id that is not there yet. May move the slots.
  func insert(tag: UInt32, id: Int32) {
    // A small index is kept half empty, so that searches are short; of a large one the room counts.
    if mask < Self.roomyMask ? (count + 1) * 2 > mask + 1 : (count + 1) * 4 > (mask + 1) * 3 { grow() }
    place(Self.word(tag: tag, id: id))
    count += 1
  }

  private func place(_ word: UInt64) {
    var slot = Int(Self.tag(ofWord: word)) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = word
  }

  private func grow() {
    let old = slots
    let oldCount = mask + 1
    mask = oldCount * 2 - 1
    slots = .allocate(capacity: mask + 1)
    slots.initialize(repeating: 0, count: mask + 1)
    for slot in 0..<oldCount where old[slot] != 0 { place(old[slot]) }
    old.deallocate()
  }

  /// Takes an id out that is there, and moves what follows it up so that no mark has to stay behind.
  func remove(tag: UInt32, id: Int32) {
    let word = Self.word(tag: tag, id: id)
    var slot = Int(tag) & mask
    while slots[slot] != word {
      precondition(slots[slot] != 0, "an id to be removed is in the index")
      slot = (slot + 1) & mask
    }
    var next = (slot + 1) & mask
    while slots[next] != 0 {
      let home = Int(Self.tag(ofWord: slots[next])) & mask
      if (next - home) & mask >= (next - slot) & mask {
        slots[slot] = slots[next]
        slot = next
      }
      next = (next + 1) & mask
    }
    slots[slot] = 0
    count -= 1
  }
}
