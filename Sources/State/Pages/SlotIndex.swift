//  An open-addressing index from hashes to dense ids. It holds no keys: whoever owns it compares them.
//  The index is not part of a snapshot; a restore builds it anew.
//  Sources: extendible hashing (Fagin et al., TODS 1979) for the segments; ordered hash tables (Amble and Knuth, The Computer
//  Journal 1974) for the order within each.

/// Words of a 32-bit tag (the low half of the hash) and the id plus one, in segments; zero is free.
///
/// The high bits of a tag choose the segment, the others where in it a search begins. The words of a segment ascend, so that a
/// search for what is not there ends at the first greater word, and a segment grows from front to back without looking at keys.
/// Each grows by itself: a large index takes little room beyond its words, and never twice its room to grow.
final class SlotIndex {
  private struct Segment: BitwiseCopyable {
    /// Searches begin at the first `size`; the others, `tail` of them, take what is pushed past the end, and the last is zero.
    var slots: UnsafeMutablePointer<UInt64>
    var size: UInt32
    var tail: UInt32
    var count: UInt32

    var slotCount: Int { Int(size) + Int(tail) }
  }

  private var segments: UnsafeMutablePointer<Segment>
  /// How many bits of a tag choose its segment.
  private var depth: UInt32 = 0
  private var count = 0

  private static let sizeMin: UInt32 = 16
  private static let tailMin: UInt32 = 8
  /// A smaller segment is doubled; of a large one the room counts.
  private static let doubledSizeMax: UInt32 = 1 << 13
  /// A larger segment is split. Those of a large index are then large enough to be given back to the system when they have been
  /// replaced, so that no holes stay behind that fit nothing (`ProcessMemory`).
  private static let sizeMax: UInt32 = 1 << 20
  private static let depthMax: UInt32 = 20

  init() {
    segments = .allocate(capacity: 1)
    segments.initialize(to: Self.make(Self.sizeMin, tail: Self.tailMin))
  }

  deinit {
    for segment in 0..<(1 << Int(depth)) { segments[segment].slots.deallocate() }
    segments.deallocate()
  }

  private static func make(_ size: UInt32, tail: UInt32) -> Segment {
    let segment = Segment(slots: .allocate(capacity: Int(size + tail)), size: size, tail: tail, count: 0)
    segment.slots.initialize(repeating: 0, count: segment.slotCount)
    return segment
  }

  @inline(__always) static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) }
  @inline(__always) static func word(tag: UInt32, id: Int32) -> UInt64 { UInt64(tag) << 32 | UInt64(UInt32(bitPattern: id) &+ 1) }
  @inline(__always) static func id(_ word: UInt64) -> Int32 { Int32(truncatingIfNeeded: word & 0xFFFF_FFFF) &- 1 }
  @inline(__always) static func tag(ofWord word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 32) }

  // MARK: Searching

  /// A search for a tag: the words at which to look until one of them is zero. Valid until an id is inserted or removed.
  struct Probe {
    fileprivate var slot: UnsafeMutablePointer<UInt64>
    /// The greatest word of the tag.
    private let last: UInt64

    @inline(__always) fileprivate init(_ slot: UnsafeMutablePointer<UInt64>, _ tag: UInt32) {
      self.slot = slot
      last = UInt64(tag) << 32 | 0xFFFF_FFFF
    }

    /// Zero at the end.
    @inline(__always) var word: UInt64 { slot.pointee > last ? 0 : slot.pointee }

    @inline(__always) mutating func advance() { slot += 1 }
  }

  @inline(__always) func probe(_ tag: UInt32) -> Probe {
    let segment = segments[segment(of: tag)]
    return Probe(segment.slots + home(tag, segment.size), tag)
  }

  @inline(__always) private func segment(of tag: UInt32) -> Int { Int((UInt64(tag) &<< UInt64(depth)) &>> 32) }

  /// Where in a segment the search for a tag begins: ascends with the tag.
  @inline(__always) private func home(_ tag: UInt32, _ size: UInt32) -> Int { Int((UInt64(tag &<< depth) &* UInt64(size)) &>> 32) }

  /// What stands where the search for each tag begins. The loads do not depend on each other, so that the misses of a large
  /// index overlap; a search row by row would wait for each.
  func firstWords(_ tags: [UInt32]) -> [UInt64] {
    let tags = tags.span
    return [UInt64](unsafeUninitializedCapacity: tags.count) { target, count in
      if depth == 0 {
        let segment = segments[0]
        for row in tags.indices { target.initializeElement(at: row, to: segment.slots[home(tags[row], segment.size)]) }
      } else {
        for row in tags.indices { target.initializeElement(at: row, to: probe(tags[row]).slot.pointee) }
      }
      count = tags.count
    }
  }

  // MARK: Changing

  /// Adds an id that is not there yet.
  func insert(tag: UInt32, id: Int32) {
    let segment = segments[segment(of: tag)]
    // Four fifths full: a search looks at three words then.
    if (segment.count + 1) * 5 > segment.size * 4 { grow(self.segment(of: tag)) }
    while !place(Self.word(tag: tag, id: id)) { extendTail(self.segment(of: tag)) }
    count += 1
  }

  /// Puts a word in its place and moves those behind it on; false if the last slot would not be free any more.
  private func place(_ word: UInt64) -> Bool {
    let position = segment(of: Self.tag(ofWord: word))
    let segment = segments[position]
    var slot = home(Self.tag(ofWord: word), segment.size)
    while segment.slots[slot] != 0, segment.slots[slot] < word { slot += 1 }
    var end = slot
    while segment.slots[end] != 0 { end += 1 }
    if end + 1 >= segment.slotCount { return false }
    // Mostly a few words, for which a call would cost more than the loop.
    while end > slot {
      segment.slots[end] = segment.slots[end - 1]
      end -= 1
    }
    segment.slots[slot] = word
    segments[position].count += 1
    return true
  }

  /// Doubles a small segment, adds a fifth to a large one, and splits all when one is as large as they get and not alone in that,
  /// as it is where many tags are nearly the same.
  private func grow(_ position: Int) {
    let size = segments[position].size
    if size >= Self.sizeMax, depth < Self.depthMax, count >= Int(Self.sizeMax / 4) << Int(depth) { return split() }
    replace(position, size: size < Self.doubledSizeMax ? size * 2 : size / 5 * 6, tail: Self.tailMin)
  }

  private func extendTail(_ position: Int) {
    replace(position, size: segments[position].size, tail: segments[position].tail * 2)
  }

  private func replace(_ position: Int, size: UInt32, tail: UInt32) {
    let old = segments[position]
    segments[position] = filled(UnsafeBufferPointer(start: old.slots, count: old.slotCount), size: size, tail: tail)
    old.slots.deallocate()
  }

  /// A segment with these words, which ascend but for the zeros among them; its tail is longer if they need it.
  private func filled(_ words: UnsafeBufferPointer<UInt64>, size: UInt32, tail: UInt32) -> Segment {
    var segment = Self.make(size, tail: tail)
    var next = 0
    for word in words {
      // Without a branch for the zeros: one belongs to the front, is written where there is one, and moves nothing.
      let slot = max(next, home(Self.tag(ofWord: word), size))
      if slot + 1 >= segment.slotCount {
        segment.slots.deallocate()
        return filled(words, size: size, tail: tail * 2)
      }
      segment.slots[slot] = word
      next = slot + (word == 0 ? 0 : 1)
      segment.count += word == 0 ? 0 : 1
    }
    return segment
  }

  /// Makes two segments of each, by one more bit of the tags.
  private func split() {
    let count = 1 << Int(depth)
    let halves = UnsafeMutablePointer<Segment>.allocate(capacity: count * 2)
    depth += 1
    for position in 0..<count {
      let old = segments[position]
      let words = UnsafeBufferPointer(start: old.slots, count: old.slotCount)
      let middle = words.firstIndex { $0 != 0 && segment(of: Self.tag(ofWord: $0)) & 1 == 1 } ?? words.count
      let lower = words[..<middle].reduce(into: UInt32(0)) { $0 += $1 == 0 ? 0 : 1 }
      for (half, part, count) in [(0, words[..<middle], lower), (1, words[middle...], old.count - lower)] {
        // Two thirds full, as after growing.
        let size = max(Self.sizeMin, count / 2 * 3)
        (halves + position * 2 + half).initialize(to: filled(UnsafeBufferPointer(rebasing: part), size: size, tail: Self.tailMin))
      }
      old.slots.deallocate()
    }
    segments.deallocate()
    segments = halves
  }

  /// Takes an id out that is there, and moves what follows it up so that no mark has to stay behind.
  func remove(tag: UInt32, id: Int32) {
    let position = segment(of: tag)
    let segment = segments[position]
    let word = Self.word(tag: tag, id: id)
    var slot = home(tag, segment.size)
    while segment.slots[slot] != word {
      precondition(segment.slots[slot] != 0, "an id to be removed is in the index")
      slot += 1
    }
    while segment.slots[slot + 1] != 0, home(Self.tag(ofWord: segment.slots[slot + 1]), segment.size) <= slot {
      segment.slots[slot] = segment.slots[slot + 1]
      slot += 1
    }
    segment.slots[slot] = 0
    segments[position].count -= 1
    count -= 1
  }
}
