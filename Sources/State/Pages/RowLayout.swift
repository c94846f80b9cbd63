//  Rows as byte sequences: keys of several columns, and the rows that a join keeps. Equal rows have equal bytes.
//  The format lives in memory only; snapshots hold columns.

import Columnar

/// Where each field of an encoded row is.
///
/// A row is: a prefix of 4 bytes for its owner if there is one, one bit a field that is set where it is null, the fields
/// that have a fixed width, for each other field offset and length (two 4-byte integers), then the bytes of those.
/// Nested values are encoded as `Value`s. Nulls are zero throughout.
struct RowLayout: Sendable {
  let types: [DataType]
  let hasOwner: Bool
  /// NaNs become one, -0.0 becomes 0.0: for keys, as the partitioning hash has it.
  let isCanonical: Bool
  let offsets: [Int]
  let fixedWidth: Int

  static let ownerByteCount = 4

  init(_ types: [DataType], hasOwner: Bool = false, isCanonical: Bool = false) {
    self.types = types
    self.hasOwner = hasOwner
    self.isCanonical = isCanonical
    var next = (hasOwner ? Self.ownerByteCount : 0) + (types.count + 7) / 8
    var offsets: [Int] = []
    for type in types {
      offsets.append(next)
      next += Self.width(type.layout)
    }
    self.offsets = offsets
    fixedWidth = next
  }

  static func width(_ layout: Layout) -> Int {
    switch layout {
    case .bool, .int8: 1
    case .int16: 2
    case .int32, .float32: 4
    case .int64, .float64, .bytes, .list, .row: 8
    case .int128: 16
    }
  }

  @inline(__always) func nullByte(_ field: Int) -> Int { (hasOwner ? Self.ownerByteCount : 0) + field >> 3 }
}

/// Encodes the rows of a batch into one buffer that is used again for the next.
final class RowEncoder {
  let layout: RowLayout
  private var storage: UnsafeMutableRawBufferPointer
  /// Row `r` is the bytes `starts[r] ..< starts[r + 1]`.
  private(set) var starts: [Int] = [0]

  init(_ layout: RowLayout) {
    self.layout = layout
    storage = .allocate(byteCount: 1024, alignment: 16)
  }

  deinit { storage.deallocate() }

  /// Valid until the next `encode`.
  @inline(__always) func bytes(_ row: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: storage[starts[row]..<starts[row + 1]])
  }

  /// Of all rows, one behind the other; valid until the next `encode`.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<starts[starts.count - 1]]) }

  /// One a row: the tag of its bytes in a `SlotIndex`.
  var tags: [UInt32] {
    let rowCount = starts.count - 1
    return [UInt32](unsafeUninitializedCapacity: rowCount) { tags, count in
      for row in 0..<rowCount { tags.initializeElement(at: row, to: SlotIndex.tag(PartitionHash.hash(bytes(row)))) }
      count = rowCount
    }
  }

  /// - Parameter owners: One a row if the layout has owners.
  func encode(_ columns: [Column], rowCount: Int, owners: [Int32]? = nil) {
    let columns = layout.flattened(columns)
    starts = layout.starts(columns, rowCount: rowCount)
    let total = starts[rowCount]
    if total > storage.count {
      storage.deallocate()
      storage = .allocate(byteCount: total + total / 2, alignment: 16)
    }
    let base = storage.baseAddress!
    layout.encode(columns, at: starts.dropLast().map { base + $0 }, owners: owners)
  }
}

extension RowLayout {
  /// Columns as they are encoded: nested values as the bytes that stand for them.
  func flattened(_ columns: [Column]) -> [Column] {
    precondition(columns.count == types.count, "the columns are those of the layout")
    return zip(columns, types).map { column, type in
      switch column {
      case .list, .row: Column.bytes(NestedValues.encode(column, type: type))
      default: column
      }
    }
  }

  /// Where each row begins if they are encoded one behind the other, and where the last one ends.
  func starts(_ columns: [Column], rowCount: Int) -> [Int] {
    var starts = [Int](repeating: 0, count: rowCount + 1)
    for row in 1..<(rowCount + 1) { starts[row] = fixedWidth }
    for case .bytes(let column) in columns {
      let views = column.views.span
      for row in 0..<rowCount { starts[row + 1] += views[row].count }
    }
    for row in 0..<rowCount { starts[row + 1] += starts[row] }
    return starts
  }

  /// Writes each row to a place that has room for it.
  ///
  /// - Parameters:
  ///   - columns: as `flattened` gives them.
  ///   - owners: one a row if the layout has owners.
  func encode(_ columns: [Column], at places: [UnsafeMutableRawPointer], owners: [Int32]? = nil) {
    precondition((owners != nil) == hasOwner, "rows have owners or have none")
    guard !places.isEmpty else { return }
    // What follows the fixed part is written in full.
    for place in places { place.initializeMemory(as: UInt8.self, repeating: 0, count: fixedWidth) }
    if let owners {
      for row in places.indices { places[row].storeBytes(of: owners[row], as: Int32.self) }
    }
    var tails: [Int]?
    for (field, column) in columns.enumerated() { encode(column, field, places, &tails) }
  }

  private func encode(_ column: Column, _ field: Int, _ places: [UnsafeMutableRawPointer], _ tails: inout [Int]?) {
    if let validity = column.validity {
      let byte = nullByte(field)
      for row in places.indices where !validity.isValid(row) {
        let flags = places[row].load(fromByteOffset: byte, as: UInt8.self)
        places[row].storeBytes(of: flags | 1 << UInt8(field & 7), toByteOffset: byte, as: UInt8.self)
      }
    }
    switch column {
    case .bool(let column): put(column.values, field, places)
    case .int8(let column): put(column.values, field, places)
    case .int16(let column): put(column.values, field, places)
    case .int32(let column): put(column.values, field, places)
    case .int64(let column): put(column.values, field, places)
    case .int128(let column): put(column.values, field, places)
    case .float32(let column):
      put(isCanonical ? column.values.map { $0.isNaN ? Float.nan : $0 == 0 ? 0 : $0 } : column.values, field, places)
    case .float64(let column):
      put(isCanonical ? column.values.map { $0.isNaN ? Double.nan : $0 == 0 ? 0 : $0 } : column.values, field, places)
    case .bytes(let column):
      var next = tails ?? [Int](repeating: fixedWidth, count: places.count)
      put(column, field, places, &next)
      tails = next
    case .list, .row: preconditionFailure("nested values have been flattened")
    }
  }

  /// - Parameter tails: How long each row is so far.
  private func put(_ column: BytesColumn, _ field: Int, _ places: [UnsafeMutableRawPointer], _ tails: inout [Int]) {
    let offset = offsets[field]
    let places = places.span
    var tails = tails.mutableSpan
    column.forEachBytes { row, bytes in
      let place = places[row]
      let tail = tails[row]
      place.storeBytes(of: UInt32(truncatingIfNeeded: tail), toByteOffset: offset, as: UInt32.self)
      place.storeBytes(of: UInt32(truncatingIfNeeded: bytes.count), toByteOffset: offset + 4, as: UInt32.self)
      place.advanced(by: tail).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
      tails[row] = tail &+ bytes.count
    }
  }

  @inline(__always)
  private func put<Element: BitwiseCopyable>(_ values: [Element], _ field: Int, _ places: [UnsafeMutableRawPointer]) {
    let offset = offsets[field]
    let values = values.span
    let places = places.span
    for row in values.indices { places[row].storeBytes(of: values[row], toByteOffset: offset, as: Element.self) }
  }
}

extension RowLayout {
  /// The columns of encoded rows, in the order of `rows`.
  /// - Parameter origins: where the rows lie; strings then refer to them instead of being copied.
  func decode(_ rows: [UnsafeRawBufferPointer], origins: RowOrigins? = nil) -> [Column] {
    // Rows without a NULL are found out together for eight fields.
    let nulls = stride(from: 0, to: types.count, by: 8).map { field in
      let byte = nullByte(field)
      return rows.reduce(0 as UInt8) { $0 | $1[byte] }
    }
    return types.indices.map { decode(rows, origins, field: $0, hasNulls: nulls[$0 >> 3] & 1 << UInt8($0 & 7) != 0) }
  }

  /// One column of encoded rows.
  func decode(_ rows: [UnsafeRawBufferPointer], origins: RowOrigins?, field: Int) -> Column {
    decode(rows, origins, field: field, hasNulls: rows.contains { $0[nullByte(field)] & 1 << UInt8(field & 7) != 0 })
  }

  private func decode(_ rows: [UnsafeRawBufferPointer], _ origins: RowOrigins?, field: Int, hasNulls: Bool) -> Column {
    let byte = nullByte(field)
    let bit = 1 << UInt8(field & 7) as UInt8
    let validity = hasNulls ? Validity.from(count: rows.count) { rows[$0][byte] & bit == 0 } : nil
    switch types[field].layout {
    case .bool: return .bool(FixedColumn(get(rows, field), validity: validity))
    case .int8: return .int8(FixedColumn(get(rows, field), validity: validity))
    case .int16: return .int16(FixedColumn(get(rows, field), validity: validity))
    case .int32: return .int32(FixedColumn(get(rows, field), validity: validity))
    case .int64: return .int64(FixedColumn(get(rows, field), validity: validity))
    case .int128: return .int128(FixedColumn(get(rows, field), validity: validity))
    case .float32: return .float32(FixedColumn(get(rows, field), validity: validity))
    case .float64: return .float64(FixedColumn(get(rows, field), validity: validity))
    case .bytes: return .bytes(origins.map { views(rows, $0, field, validity) } ?? bytes(rows, field, validity))
    case .list, .row: return NestedValues.decode(bytes(rows, field, validity), type: types[field])
    }
  }

  @inline(__always)
  private func get<Element: BitwiseCopyable>(_ rows: [UnsafeRawBufferPointer], _ field: Int) -> [Element] {
    let offset = offsets[field]
    return [Element](unsafeUninitializedCapacity: rows.count) { target, count in
      for row in rows.indices {
        target.initializeElement(at: row, to: rows[row].baseAddress!.loadUnaligned(fromByteOffset: offset, as: Element.self))
      }
      count = rows.count
    }
  }

  private func views(_ rows: [UnsafeRawBufferPointer], _ origins: RowOrigins, _ field: Int, _ validity: Validity?) -> BytesColumn {
    let views = [ByteView](unsafeUninitializedCapacity: rows.count) { views, count in
      for row in rows.indices {
        let value = bytes(of: field, in: rows[row])
        let origin = origins.rows[row]
        views.initializeElement(
          at: row,
          to: value.count <= ByteView.inlineCapacity
            ? ByteView(inline: value)
            : ByteView(bytes: value, buffer: origin.buffer, offset: origin.offset + (value.baseAddress! - rows[row].baseAddress!)))
      }
      count = rows.count
    }
    return BytesColumn(views: views, buffers: origins.buffers, validity: validity)
  }

  /// The sizes are known before anything is copied, so that each byte is copied once.
  private func bytes(_ rows: [UnsafeRawBufferPointer], _ field: Int, _ validity: Validity?) -> BytesColumn {
    let place = offsets[field]
    var total = 0
    for row in rows.indices {
      let count = Int(rows[row].loadUnaligned(fromByteOffset: place + 4, as: UInt32.self))
      if count > ByteView.inlineCapacity { total += count }
    }
    var views: [ByteView] = []
    let storage = ByteStorage(count: total) { target in
      views = [ByteView](unsafeUninitializedCapacity: rows.count) { views, count in
        var next = 0
        for row in rows.indices {
          // A null has no bytes.
          let value = bytes(of: field, in: rows[row])
          if value.count <= ByteView.inlineCapacity {
            views.initializeElement(at: row, to: ByteView(inline: value))
          } else {
            target.baseAddress!.advanced(by: next).copyMemory(from: value.baseAddress!, byteCount: value.count)
            views.initializeElement(at: row, to: ByteView(bytes: value, buffer: 0, offset: next))
            next += value.count
          }
        }
        count = rows.count
      }
    }
    return BytesColumn(views: views, buffers: total == 0 ? [] : [storage], validity: validity)
  }
}
