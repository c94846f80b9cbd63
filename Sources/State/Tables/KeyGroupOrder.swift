//  Ids by key group for the writing of a snapshot, where no more than a part of them is sorted at a time: beside a large state a
//  list of all of it would be large too.

/// Ids below a number, those of a key group together and ascending.
///
/// Key groups are asked for in ascending order. The ids of some of them, a band, are sorted at a time: at most about a quarter of all.
struct KeyGroupOrder {
  private let count: Int
  private let keyGroupsOf: ([Int32]) -> [Int16]
  /// Ids of each key group.
  private var counts: [Int] = []
  private var band = 0..<0
  private var ids: [Int32] = []
  /// Where the ids of each key group of the band end.
  private var ends: [Int] = []

  /// Bands of a large number of ids.
  private static let bandCount = 4
  /// As many ids are sorted at once in any case.
  private static let bandIDCountMin = 1 << 16

  /// - Parameter keyGroups: By id; ids of a negative one are left out.
  init(_ keyGroups: [Int16]) {
    self.init(count: keyGroups.count, keyGroupsOf: { $0.map { keyGroups[Int($0)] } })
  }

  /// - Parameter rereads: `keyGroupsOf` is asked for each band anew; otherwise what it says is kept, two bytes an id.
  init(count: Int, rereads: Bool, _ keyGroupsOf: @escaping ([Int32]) -> [Int16]) {
    if rereads {
      self.init(count: count, keyGroupsOf: keyGroupsOf)
    } else {
      var keyGroups: [Int16] = []
      keyGroups.reserveCapacity(count)
      Self.forEachChunk(count) { keyGroups += keyGroupsOf($0) }
      self.init(keyGroups)
    }
  }

  private init(count: Int, keyGroupsOf: @escaping ([Int32]) -> [Int16]) {
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

  private static func forEachChunk(_ count: Int, _ body: ([Int32]) -> Void) {
    for start in stride(from: 0, to: count, by: TableSection.rowCountMax) {
      body(Array(Int32(start)..<Int32(min(start + TableSection.rowCountMax, count))))
    }
  }

  /// Ascending; those that have ids.
  var keyGroups: [Int] { counts.indices.filter { counts[$0] > 0 } }

  mutating func ids(of keyGroup: Int) -> [Int32] {
    guard keyGroup < counts.count, counts[keyGroup] > 0 else { return [] }
    if !band.contains(keyGroup) { sortBand(from: keyGroup) }
    let position = keyGroup - band.lowerBound
    return Array(ids[(position == 0 ? 0 : ends[position - 1])..<ends[position]])
  }

  private mutating func sortBand(from first: Int) {
    let room = max(Self.bandIDCountMin, count / Self.bandCount)
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
      Self.forEachChunk(count) { chunk in
        for (id, keyGroup) in zip(chunk, keyGroupsOf(chunk)) where band.contains(Int(keyGroup)) {
          sorted.initializeElement(at: next[Int(keyGroup) - first], to: id)
          next[Int(keyGroup) - first] += 1
        }
      }
      sortedCount = total
    }
    (self.band, ids, ends) = (band, sorted, next)
  }

  /// At most as many as a section has rows, at a time.
  static func pieces(_ ids: [Int32]) -> some Sequence<[Int32]> {
    stride(from: 0, to: ids.count, by: TableSection.rowCountMax).lazy.map {
      Array(ids[$0..<min($0 + TableSection.rowCountMax, ids.count)])
    }
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
