//  Blocks of memory: each its owner's alone, taken again once they have been returned.

import TestKit
import Testing

@testable import State

@Suite("Page slabs")
struct PageSlabsTests {
  private struct Held {
    var block: UnsafeMutableRawPointer
    var slab: PageSlabs.Slab
    var byteCount: Int
    var mark: UInt8
    var isIntact: Bool { UnsafeRawBufferPointer(start: block, count: byteCount).allSatisfy { $0 == mark } }
  }

  @Test("no two blocks share a byte, in whatever order they are taken and returned", arguments: 0..<16 as Range<UInt64>)
  func blocksAreApart(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let slabs = PageSlabs()
    var held: [Held] = []
    for step in 0..<4_000 {
      if held.count < 20 || Int.random(in: 0..<5, using: &random) > 1 {
        let byteCount = [16, 100, 1_000, 1_536, 2_048].randomElement(using: &random)!
        let (block, slab) = slabs.take(byteCount: byteCount)
        let mark = UInt8(truncatingIfNeeded: step)
        block.initializeMemory(as: UInt8.self, repeating: mark, count: byteCount)
        held.append(Held(block: block, slab: slab, byteCount: byteCount, mark: mark))
      } else {
        let gone = held.swapRemove(Int.random(in: 0..<held.count, using: &random))
        #expect(gone.isIntact)
        slabs.put(gone.block, to: gone.slab)
      }
    }
    let areIntact = held.allSatisfy(\.isIntact)
    #expect(areIntact)
    for one in held { slabs.put(one.block, to: one.slab) }
  }

  @Test("of the slabs of a size all but one are given back once their blocks have been returned")
  func slabsAreReleased() {
    final class Weak {
      weak var slab: PageSlabs.Slab?
      init(_ slab: PageSlabs.Slab) { self.slab = slab }
    }
    let slabs = PageSlabs()
    var blocks = (0..<5_000).map { _ in slabs.take(byteCount: 2_048) }
    let all = Dictionary(grouping: blocks) { ObjectIdentifier($0.slab) }.values.map { Weak($0[0].slab) }
    #expect(all.count == 3)
    while let (block, slab) = blocks.popLast() { slabs.put(block, to: slab) }
    let remaining = all.compactMap(\.slab)
    #expect(remaining.count == 1)
    let again = slabs.take(byteCount: 2_048)
    #expect(again.slab === remaining[0])
    slabs.put(again.block, to: again.slab)
  }

  @Test("blocks that many threads take and return are each one thread's")
  func threads() async {
    let slabs = PageSlabs()
    await withTaskGroup(of: Bool.self) { group in
      for seed in 0..<8 as Range<UInt64> {
        group.addTask {
          var random = SeededGenerator(seed: seed)
          var held: [Held] = []
          var areIntact = true
          for _ in 0..<3_000 {
            if held.count < 40, Bool.random(using: &random) {
              let (block, slab) = slabs.take(byteCount: 64)
              block.initializeMemory(as: UInt8.self, repeating: UInt8(seed), count: 64)
              held.append(Held(block: block, slab: slab, byteCount: 64, mark: UInt8(seed)))
            } else if let gone = held.popLast() {
              areIntact = areIntact && gone.isIntact
              slabs.put(gone.block, to: gone.slab)
            }
          }
          for one in held { slabs.put(one.block, to: one.slab) }
          return areIntact
        }
      }
      for await areIntact in group { #expect(areIntact) }
    }
  }
}

extension Array {
  fileprivate mutating func swapRemove(_ index: Int) -> Element {
    swapAt(index, count - 1)
    return removeLast()
  }
}
