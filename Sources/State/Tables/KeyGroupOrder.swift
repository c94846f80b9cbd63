//  Ids by key group for the writing of a snapshot, where no more than a part of them is sorted at a time: beside a large state a
//  list of all of it would be large too.

/// Ids below a number, those of a key group together and ascending.
///
/// Key groups are asked for in ascending order. The ids of some of them, a band, are sorted at a time: at most about half of all.
/// Those of a key group that has more by itself are looked up piece by piece.
struct KeyGroupOrder {
  private let count: Int
  /// Those of consecutive ids.
  private let keyGroupsOf: (Range<Int>) -> [Int16]
  /// Ids of each key group.
  private var counts: [Int] = []
  private var band = 0..<0
  private var ids: [Int32] = []
  /// Where the ids of each key group of the band end.
  private var ends: [Int] = []

  /// Bands of a large number of ids.
  private static let bandCount = 2
  /// As many ids are sorted at once in any case.
  private static let bandIDCountMin = 1 << 16

  /// - Parameter keyGroups: By id; ids of a negative one are left out.
  init(_ keyGroups: [Int16]) {
    self.init(count: keyGroups.count, keyGroupsOf: { Array(keyGroups[$0]) })
  }

  /// - Parameter rereads: `keyGroupsOf` is asked for each band anew; otherwise what it says is kept, two bytes an id.
  init(count: Int, rereads: Bool, _ keyGroupsOf: @escaping (Range<Int>) -> [Int16]) {
    if rereads {
      self.init(count: count, keyGroupsOf: keyGroupsOf)
    } else {
      var keyGroups: [Int16] = []
      keyGroups.reserveCapacity(count)
      Self.forEachChunk(count) { keyGroups += keyGroupsOf($0) }
      self.init(keyGroups)
    }
  }

  private init(count: Int, keyGroupsOf: @escaping (Range<Int>) -> [Int16]) {
    self.count = count
    self.keyGroupsOf = keyGroupsOf
    var counts: [Int] = []
    Self.forEachChunk(count) { chunk in
      for keyGroup in keyGroupsOf(chunk) where keyGroup >= 0 {
        while counts.count <= Int(keyGroup) { counts.append(0) }
        counts[Int(keyGroup)] += 1
      }
    }
    self.counts = counts
  }

  private static func forEachChunk<Failure: Error>(_ count: Int, _ body: (Range<Int>) throws(Failure) -> Void) throws(Failure) {
    for start in stride(from: 0, to: count, by: TableSection.rowCountMax) {
      try body(start..<min(start + TableSection.rowCountMax, count))
    }
  }

  /// Ascending; those that have ids.
  var keyGroups: [Int] { counts.indices.filter { counts[$0] > 0 } }

  /// Gives the ids of a key group, at most `pieceCount` at a time.
  mutating func forEachPiece<Failure: Error>(
    of keyGroup: Int, pieceCount: Int, _ body: ([Int32]) throws(Failure) -> Void
  ) throws(Failure) {
    guard keyGroup < counts.count, counts[keyGroup] > 0 else { return }
    if counts[keyGroup] > room {
      var piece: [Int32] = []
      try Self.forEachChunk(count) { chunk throws(Failure) in
        for (id, found) in zip(chunk, keyGroupsOf(chunk)) where Int(found) == keyGroup { piece.append(Int32(id)) }
        while piece.count >= pieceCount {
          try body(Array(piece.prefix(pieceCount)))
          piece.removeFirst(pieceCount)
        }
      }
      if !piece.isEmpty { try body(piece) }
      return
    }
    if !band.contains(keyGroup) { sortBand(from: keyGroup) }
    let position = keyGroup - band.lowerBound
    let range = (position == 0 ? 0 : ends[position - 1])..<ends[position]
    for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceCount) {
      try body(Array(ids[start..<min(start + pieceCount, range.upperBound)]))
    }
  }

  private var room: Int { max(Self.bandIDCountMin, count / Self.bandCount) }

  private mutating func sortBand(from first: Int) {
    var end = first + 1
    var total = counts[first]
    while end < counts.count, total + counts[end] <= room {
      total += counts[end]
      end += 1
    }
    let band = first..<end
    var next: [Int] = []
    var start = 0
    for keyGroup in band {
      next.append(start)
      start += counts[keyGroup]
    }
    let sorted = [Int32](unsafeUninitializedCapacity: total) { sorted, sortedCount in
      var next = next.mutableSpan
      Self.forEachChunk(count) { chunk in
        let found = keyGroupsOf(chunk)
        let keyGroups = found.span
        for position in keyGroups.indices {
          let place = Int(keyGroups[position]) - first
          guard place >= 0, place < next.count else { continue }
          sorted.initializeElement(at: next[place], to: Int32(truncatingIfNeeded: chunk.lowerBound + position))
          next[place] += 1
        }
      }
      sortedCount = total
    }
    (self.band, ids, ends) = (band, sorted, next)
  }
}

/// Sorts words by their bits from one on; equal ones keep their order. Takes as many passes as the largest word needs.
func radixSort(_ words: inout [UInt64], fromBit lowest: UInt64) {
  let digitBits: UInt64 = 11
  guard let largest = words.max(), words.count > 1 else { return }
  var shift = lowest
  var sorted = words
  while shift < 64, largest >> shift > 0 {
    var next = [Int](repeating: 0, count: 1 << digitBits + 1)
    for word in words { next[Int(word >> shift & (1 << digitBits - 1)) + 1] += 1 }
    for digit in 1..<next.count { next[digit] += next[digit - 1] }
    for word in words {
      let digit = Int(word >> shift & (1 << digitBits - 1))
      sorted[next[digit]] = word
      next[digit] += 1
    }
    swap(&words, &sorted)
    shift += digitBits
  }
}
