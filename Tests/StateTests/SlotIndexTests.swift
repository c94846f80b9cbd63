import TestKit
import Testing

@testable import State

@Suite("SlotIndex")
struct SlotIndexTests {
  private static func ids(_ index: SlotIndex, _ tag: UInt32) -> Set<Int32> {
    var found: Set<Int32> = []
    var probe = index.probe(tag)
    while probe.word != 0 {
      if SlotIndex.tag(ofWord: probe.word) == tag { found.insert(SlotIndex.id(probe.word)) }
      probe.advance()
    }
    return found
  }

  /// Tags as a hash gives them, few different ones, and such as all stand in one place.
  enum Tags: String, CaseIterable, CustomTestStringConvertible {
    case hashes, repeated, crowded, last
    var testDescription: String { rawValue }

    func draw(_ random: inout SeededGenerator) -> UInt32 {
      switch self {
      case .hashes: UInt32.random(in: 0...(.max), using: &random)
      case .repeated: UInt32.random(in: 0..<400, using: &random) &* 0x9E37_79B9
      case .crowded: 0x7FFF_0000 | UInt32.random(in: 0...0xFFFF, using: &random)
      case .last: UInt32.max - UInt32.random(in: 0..<64, using: &random)
      }
    }
  }

  @Test("an id is found by its tag while others come and go", arguments: Tags.allCases, 0..<4 as Range<UInt64>)
  func agreesWithADictionary(tags: Tags, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let index = SlotIndex()
    var model: [UInt32: Set<Int32>] = [:]
    var present: [(tag: UInt32, id: Int32)] = []
    for id in 0..<Int32(6000) {
      let tag = tags.draw(&random)
      index.insert(tag: tag, id: id)
      model[tag, default: []].insert(id)
      present.append((tag, id))
      if Int.random(in: 0..<3, using: &random) == 0 {
        let gone = present.remove(at: Int.random(in: 0..<present.count, using: &random))
        index.remove(tag: gone.tag, id: gone.id)
        model[gone.tag]?.remove(gone.id)
      }
    }
    for (tag, expected) in model { #expect(Self.ids(index, tag) == expected, "tag \(tag)") }
    let absent = (0..<1000).map { _ in tags.draw(&random) }
    for tag in absent { #expect(Self.ids(index, tag) == model[tag] ?? []) }
  }

  @Test("a large index finds all after its segments have grown and been split")
  func grows() {
    let index = SlotIndex()
    let tags = (0..<400_000).map { UInt32(truncatingIfNeeded: UInt64($0) &* 0x9E37_79B9_7F4A_7C15 &>> 20) }
    for (id, tag) in tags.enumerated() { index.insert(tag: tag, id: Int32(id)) }
    let words = index.firstWords(tags)
    var misses = 0
    for (id, tag) in tags.enumerated() {
      if !Self.ids(index, tag).contains(Int32(id)) { misses += 1 }
      if words[id] != index.probe(tag).word { misses += 1 }
    }
    #expect(misses == 0)
    for (id, tag) in tags.enumerated() where id % 2 == 0 { index.remove(tag: tag, id: Int32(id)) }
    #expect(tags.indices.allSatisfy { Self.ids(index, tags[$0]).contains(Int32($0)) == ($0 % 2 == 1) })
  }
}

@Suite("PackedIntegers")
struct PackedIntegersTests {
  @Test("integers of any size come back, and a snapshot has those of its time", arguments: 0..<16 as Range<UInt64>)
  func agreesWithAnArray(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let column = PackedIntegers(seed % 2 == 0 ? .int8 : .int32)
    var model: [Int64] = []
    var frozen: [(FrozenIntegers, [Int64])] = []
    for round in 0..<30 {
      let count = model.count + Int.random(in: 0..<500, using: &random)
      column.grow(toHold: count)
      model.append(contentsOf: repeatElement(0, count: count - model.count))
      // Wider ones come late, so that each width is written, frozen and widened.
      let bits = round < 10 ? 7 : round < 20 ? 31 : 63
      for _ in 0..<100 where !model.isEmpty {
        let id = Int.random(in: 0..<model.count, using: &random)
        model[id] = Int64(truncatingIfNeeded: random.next()) >> Int64(63 - bits)
        column[id] = model[id]
      }
      // The same one often, some left out, and each asked about once: also the one that widens the others.
      let added = (0..<100).map { _ in Int64(truncatingIfNeeded: random.next()) >> Int64(63 - bits) }
      let groups = added.map { _ in Int32.random(in: -3..<Int32(model.count), using: &random) % 40 }
      var asked: [Int] = []
      column.update(groups.span) { value, row in
        value &+= added[row]
        asked.append(row)
      }
      for (row, group) in groups.enumerated() where group >= 0 { model[Int(group)] &+= added[row] }
      #expect(asked == groups.indices.filter { groups[$0] >= 0 })
      if Bool.random(using: &random) { frozen.append((column.freeze(), model)) }
    }
    let ids = { (count: Int) in (0..<Int32(count)).map { $0 } }
    #expect(column.gather(ids(model.count)) == model)
    for (copy, expected) in frozen { #expect(copy.gather(ids(expected.count)) == expected) }
  }
}

@Suite("KeyGroupOrder")
struct KeyGroupOrderTests {
  @Test("each key group has its ids, ascending, however many are sorted at a time", arguments: [0, 1, 5000, 300_000], [true, false])
  func agreesWithAFilter(count: Int, rereads: Bool) {
    var random = SeededGenerator(seed: UInt64(count))
    // One in the middle has more than half of all.
    let keyGroups = (0..<count).map { _ in Int16(Bool.random(using: &random) ? 60 : max(-1, .random(in: -1..<50, using: &random) * 3)) }
    var order = KeyGroupOrder(count: count, rereads: rereads) { Array(keyGroups[$0]) }
    let expected = Dictionary(grouping: (0..<Int32(count)).filter { keyGroups[Int($0)] >= 0 }) { Int(keyGroups[Int($0)]) }
    #expect(order.keyGroups == expected.keys.sorted())
    for keyGroup in 0..<200 {
      var ids: [Int32] = []
      order.forEachPiece(of: keyGroup, pieceCount: 1000) { piece in
        #expect((1...1000).contains(piece.count))
        ids += piece
      }
      #expect(ids == expected[keyGroup] ?? [])
    }
  }

  @Test("words are sorted by their upper bits alone", arguments: [1, 1 << 8, 1 << 30] as [UInt64])
  func sorts(limit: UInt64) {
    var random = SeededGenerator(seed: limit)
    let words = (0..<5000).map { UInt64.random(in: 0..<limit, using: &random) << 32 | (5000 - $0) }
    var sorted = words
    radixSort(&sorted, fromBit: 32)
    #expect(sorted == words.enumerated().sorted { ($0.element >> 32, $0.offset) < ($1.element >> 32, $1.offset) }.map(\.element))
  }
}
