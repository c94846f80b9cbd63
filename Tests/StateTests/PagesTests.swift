import Columnar
import Testing
import TestKit

@testable import State

@Suite("Pages")
struct PagesTests {
  @Test("what was frozen stays as it was while the column is written", arguments: 0..<16 as Range<UInt64>)
  func frozenColumnsDoNotChange(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let column = PagedColumn<Int64>()
    var model: [Int64] = []
    var frozen: [(FrozenColumn<Int64>, [Int64])] = []
    for _ in 0..<40 {
      let count = model.count + Int.random(in: 0..<300, using: &random)
      column.grow(toHold: count)
      model.append(contentsOf: repeatElement(0, count: count - model.count))
      for _ in 0..<200 where !model.isEmpty {
        let id = Int.random(in: 0..<model.count, using: &random)
        column[id] &+= 7
        model[id] &+= 7
      }
      if Bool.random(using: &random) { frozen.append((column.freeze(), model)) }
      if frozen.count > 3 { frozen.removeFirst() }
      for (copy, expected) in frozen {
        #expect(copy.gather((0..<Int32(expected.count)).map { $0 }) == expected)
        let start = Int.random(in: 0...expected.count, using: &random)
        let end = Int.random(in: start...expected.count, using: &random)
        #expect(copy.slice(start..<end) == Array(expected[start..<end]))
      }
    }
    #expect(column.gather((0..<Int32(model.count)).map { $0 }) == model)
  }

  @Test("a snapshot copies no page until one is written, and then that one only")
  func snapshotsSharePages() {
    let column = PagedColumn<Int64>()
    column.grow(toHold: 1024)
    let before = (0..<4).map { column.pages.readable[$0] }
    let frozen = column.freeze()
    #expect((0..<4).map { column.pages.readable[$0] } == before)
    column[300] = 1
    #expect((0..<4).map { column.pages.readable[$0] == before[$0] } == [true, false, true, true])
    #expect(frozen.gather([300]) == [0])
  }

  @Test("once a snapshot has been let go, pages are written in place again")
  func pagesAreReleased() {
    let column = PagedColumn<Int64>()
    column.grow(toHold: 512)
    let before = column.pages.readable[0]
    _ = column.freeze()
    column[3] = 9
    #expect(column.pages.readable[0] == before)
    #expect(column[3] == 9)
  }

  @Test("an arena gives back what was stored, whatever is freed and frozen in between", arguments: 0..<16 as Range<UInt64>)
  func arenasKeepBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let arena = BlockArena()
    var model: [(handle: BlockHandle, bytes: [UInt8])] = []
    var frozen: (FrozenArena, [(handle: BlockHandle, bytes: [UInt8])])?
    for step in 0..<2000 {
      if !model.isEmpty, Int.random(in: 0..<5, using: &random) < 2 {
        let victim = model.remove(at: Int.random(in: 0..<model.count, using: &random))
        arena.remove(victim.handle)
      } else {
        let length = Int.random(in: 0..<(step % 50 == 0 ? 5000 : step % 3 == 0 ? 700 : 70), using: &random)
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        model.append((bytes.withUnsafeBytes { arena.insert($0) }, bytes))
      }
      if step % 400 == 100 { frozen = (arena.freeze(), model) }
    }
    for (handle, bytes) in model { #expect(Array(arena.bytes(handle)) == bytes) }
    if let (copy, expected) = frozen {
      copy.withBlocks(expected.map(\.handle)) { blocks in
        for (block, entry) in zip(blocks, expected) { #expect(Array(block) == entry.bytes) }
      }
    }
  }

  @Test("space that was freed is used again")
  func arenasDoNotGrow() {
    let arena = BlockArena()
    let bytes = [UInt8](repeating: 1, count: 100)
    for _ in 0..<10 { arena.remove(bytes.withUnsafeBytes { arena.insert($0) }) }
    let size = arena.byteCount
    for _ in 0..<10_000 { arena.remove(bytes.withUnsafeBytes { arena.insert($0) }) }
    #expect(arena.byteCount == size)
  }

  @Test("encoded rows decode to what they were", arguments: 0..<16 as Range<UInt64>)
  func rowsRoundTrip(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let schema = everyType
    let batch = randomBatch(schema, rowCount: 50, using: &random)
    let layout = RowLayout(schema.fields.map(\.type), hasOwner: true)
    let encoder = RowEncoder(layout)
    encoder.encode(batch.columns, rowCount: batch.rowCount, owners: (0..<50).map { Int32($0) })
    let columns = layout.decode((0..<50).map { encoder.bytes($0) })
    #expect(RecordBatch(schema: schema, columns: columns, rowCount: 50) == batch)
    #expect((0..<50).map { encoder.bytes($0).loadUnaligned(as: Int32.self) } == (0..<50).map { Int32($0) })
  }
}
