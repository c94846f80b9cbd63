//  One named column of a keyed table: a value of any type for each group.

import Columnar

/// Values by group id; zero, or null where the field is nullable, until they are written.
public final class StateColumn {
  public enum Values {
    case int64(PackedIntegers)
    case int128(PagedColumn<Int128>)
    case float64(PagedColumn<Double>)
    case bytes(PagedBytes)
  }
  public let field: Field
  public let values: Values
  /// One where the value is not null; nil if the field is not nullable.
  public let valid: PagedColumn<UInt8>?

  init(_ field: Field) {
    self.field = field
    values =
      switch field.type.storedLayout {
      case .int64: .int64(PackedIntegers(.int8))
      case .int128: .int128(PagedColumn())
      case .float64: .float64(PagedColumn())
      case .bytes: .bytes(PagedBytes())
      }
    valid = field.isNullable ? PagedColumn() : nil
  }

  func grow(toHold count: Int) {
    switch values {
    case .int64(let pages): pages.grow(toHold: count)
    case .int128(let pages): pages.grow(toHold: count)
    case .float64(let pages): pages.grow(toHold: count)
    case .bytes(let pages): pages.grow(toHold: count)
    }
    valid?.grow(toHold: count)
  }

  /// Zero or null again.
  func reset(_ group: Int) {
    switch values {
    case .int64(let pages): pages[group] = 0
    case .int128(let pages): pages[group] = 0
    case .float64(let pages): pages[group] = 0
    case .bytes(let pages): pages.set(group, UnsafeRawBufferPointer(start: nil, count: 0))
    }
    valid?[group] = 0
  }

  /// Gives up the room of values that nobody reads until they are written again.
  func free(_ groups: [Int32]) {
    guard case .bytes(let pages) = values else { return }
    for group in groups { pages.set(Int(group), UnsafeRawBufferPointer(start: nil, count: 0)) }
  }

  /// The values of some groups, in their order.
  public func gather(_ groups: [Int32]) -> Column {
    let validity = valid.flatMap { Self.validity($0.gather(groups)) }
    switch values {
    case .int64(let pages): return field.type.column(int64: pages.gather(groups), validity: validity)
    case .int128(let pages): return .int128(FixedColumn(pages.gather(groups), validity: validity))
    case .float64(let pages): return field.type.column(float64: pages.gather(groups), validity: validity)
    case .bytes(let pages): return Self.column(pages.blocks(groups), field.type, validity)
    }
  }

  /// Sets the value of `groups[row]` to row `row` of a column of the field's type.
  public func scatter(_ column: Column, to groups: [Int32]) {
    precondition(column.count == groups.count, "one row a group")
    switch values {
    case .int64(let pages):
      let source = column.widenedToInt64.values
      pages.update(groups.span) { $0 = source[$1] }
    case .int128(let pages):
      let source = column.widenedToInt128.values
      pages.update(groups.span) { $0 = source[$1] }
    case .float64(let pages):
      let source = column.widenedToFloat64.values
      pages.update(groups.span) { $0 = source[$1] }
    case .bytes(let pages):
      let source = column.storedBytes(type: field.type)
      for row in groups.indices { source.withBytes(at: row) { pages.set(Int(groups[row]), $0) } }
    }
    valid?.update(groups.span) { $0 = column.isValid($1) ? 1 : 0 }
  }

  fileprivate static func validity(_ flags: [UInt8]) -> Validity? {
    Validity.from(count: flags.count) { flags[$0] != 0 }
  }

  fileprivate static func column(_ blocks: [UnsafeRawBufferPointer], _ type: DataType, _ validity: Validity?) -> Column {
    let builder = BytesColumnBuilder()
    for row in blocks.indices {
      if validity?.isValid(row) == false { builder.appendNull() } else { builder.append(blocks[row]) }
    }
    let column = builder.finish()
    return type.layout == .bytes ? .bytes(column) : NestedValues.decode(column, type: type)
  }

  func freeze() -> FrozenStateColumn {
    let frozen: FrozenStateColumn.Values =
      switch values {
      case .int64(let pages): .int64(pages.freeze())
      case .int128(let pages): .int128(pages.freeze())
      case .float64(let pages): .float64(pages.freeze())
      case .bytes(let pages): .bytes(pages.arena.freeze(), pages.handles.freeze())
      }
    return FrozenStateColumn(field: field, values: frozen, valid: valid?.freeze())
  }

  var byteCount: Int {
    let inner =
      switch values {
      case .int64(let pages): pages.byteCount
      case .int128(let pages): pages.byteCount
      case .float64(let pages): pages.byteCount
      case .bytes(let pages): pages.arena.byteCount + pages.handles.byteCount
      }
    return inner + (valid?.byteCount ?? 0)
  }
}

/// Byte sequences by id, empty until they are set.
public final class PagedBytes {
  let arena = BlockArena()
  let handles = PagedColumn<BlockHandle>()

  func grow(toHold count: Int) { handles.grow(toHold: count) }

  public func set(_ id: Int, _ bytes: UnsafeRawBufferPointer) {
    arena.remove(handles[id])
    handles[id] = arena.insert(bytes)
  }

  /// Valid until anything is set.
  public func bytes(_ id: Int) -> UnsafeRawBufferPointer { arena.bytes(handles[id]) }

  func blocks(_ ids: [Int32]) -> [UnsafeRawBufferPointer] { handles.gather(ids).map { arena.bytes($0) } }
}

extension Column {
  /// The rows as a table that stores bytes keeps them.
  public func storedBytes(type: DataType) -> BytesColumn {
    if case .bytes(let column) = self { return column }
    return NestedValues.encode(self, type: type)
  }
}

/// A column as it was when it was frozen.
struct FrozenStateColumn: Sendable {
  enum Values: Sendable {
    case int64(FrozenIntegers)
    case int128(FrozenColumn<Int128>)
    case float64(FrozenColumn<Double>)
    case bytes(FrozenArena, FrozenColumn<BlockHandle>)
  }
  let field: Field
  let values: Values
  let valid: FrozenColumn<UInt8>?

  func gather(_ groups: [Int32]) -> Column {
    let validity = valid.flatMap { StateColumn.validity($0.gather(groups)) }
    switch values {
    case .int64(let pages): return field.type.column(int64: pages.gather(groups), validity: validity)
    case .int128(let pages): return .int128(FixedColumn(pages.gather(groups), validity: validity))
    case .float64(let pages): return field.type.column(float64: pages.gather(groups), validity: validity)
    case .bytes(let arena, let handles):
      return arena.withBlocks(handles.gather(groups)) { StateColumn.column($0, field.type, validity) }
    }
  }
}
