//  Keys that are no single integer, as encoded rows by id. Those of one width lie side by side, the others in blocks.

import Columnar

/// An encoded row for each id.
final class KeyRows {
  let encoder: RowEncoder
  private enum Storage {
    case records(PagedRecords)
    case blocks(BlockArena, PagedColumn<BlockHandle>)
  }
  private let storage: Storage

  init(_ layout: RowLayout) {
    encoder = RowEncoder(layout)
    storage =
      layout.hasFixedWidth && layout.fixedWidth <= Page.byteCount
      ? .records(PagedRecords(byteCount: layout.fixedWidth)) : .blocks(BlockArena(), PagedColumn())
  }

  func grow(toHold count: Int) {
    switch storage {
    case .records(let records): records.grow(toHold: count)
    case .blocks(_, let handles): handles.grow(toHold: count)
    }
  }

  /// Valid until the next change.
  @inline(__always) func bytes(_ id: Int32) -> UnsafeRawBufferPointer {
    switch storage {
    case .records(let records): records.bytes(Int(id))
    case .blocks(let arena, let handles): arena.bytes(handles[Int(id)])
    }
  }

  /// Sets the row of an id that has none.
  func set(_ id: Int32, _ bytes: UnsafeRawBufferPointer) {
    switch storage {
    case .records(let records): records.set(Int(id), bytes)
    case .blocks(let arena, let handles): handles[Int(id)] = arena.insert(bytes)
    }
  }

  func remove(_ id: Int32) {
    guard case .blocks(let arena, let handles) = storage else { return }
    arena.remove(handles[Int(id)])
    handles[Int(id)] = BlockArena.none
  }

  /// The keys of some ids that have rows, one column a field.
  func columns(_ ids: [Int32]) -> [Column] { encoder.layout.decode(ids.map { bytes($0) }) }

  func freeze() -> FrozenKeyRows {
    switch storage {
    case .records(let records): FrozenKeyRows(layout: encoder.layout, storage: .records(records.freeze()))
    case .blocks(let arena, let handles): FrozenKeyRows(layout: encoder.layout, storage: .blocks(arena.freeze(), handles.freeze()))
    }
  }

  var byteCount: Int {
    switch storage {
    case .records(let records): records.byteCount
    case .blocks(let arena, let handles): arena.byteCount + handles.byteCount
    }
  }
}

/// Keys as they were when they were frozen.
struct FrozenKeyRows: Sendable {
  enum Storage: Sendable {
    case records(FrozenRecords)
    case blocks(FrozenArena, FrozenColumn<BlockHandle>)
  }
  let layout: RowLayout
  let storage: Storage

  func columns(_ ids: [Int32]) -> [Column] {
    switch storage {
    case .records(let records): records.withRecords(ids) { layout.decode($0) }
    case .blocks(let arena, let handles): arena.withBlocks(handles.gather(ids)) { layout.decode($0) }
    }
  }
}
