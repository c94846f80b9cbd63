//  Rows in a snapshot as they lie in memory: writing and reading them back copies bytes, and parts no columns.
//
//  packed rows = how many rows each group has:u32 each, then if a row may have a variable width the length of each:u32,
//                then the rows (`RowLayout` without an owner)

import Columnar

/// Rows by group, as read from a snapshot. Every row is sound: it has the layout's fields and nothing points outside of it.
struct PackedRows {
  /// Rows of each group, in the order of the groups.
  private let counts: [UInt32]
  /// Where each row ends.
  private let ends: [Int]
  private let bytes: [UInt8]

  /// - Throws: If the bytes are not what `write` writes.
  init(from reader: inout ByteReader, types: [DataType], groupCount: Int) throws(CodecError) {
    let layout = RowLayout(types)
    counts = try reader.readElements(UInt32.self, count: groupCount)
    let total = counts.reduce(0) { $0 + Int($1) }
    var ends: [Int] = []
    var end = 0
    if layout.hasFixedWidth {
      guard total <= reader.remaining / max(1, layout.fixedWidth) else { throw reader.error("\(total) rows do not fit") }
      ends = (0..<total).map { ($0 + 1) * layout.fixedWidth }
      end = total * layout.fixedWidth
    } else {
      for length in try reader.readElements(UInt32.self, count: total) {
        end += Int(length)
        ends.append(end)
      }
    }
    self.ends = ends
    let source = try reader.readBytes(end)
    for row in ends.indices {
      let start = row == 0 ? 0 : ends[row - 1]
      guard layout.isSound(UnsafeRawBufferPointer(rebasing: source[start..<ends[row]])) else { throw reader.error("a row is damaged") }
    }
    bytes = Array(source)
  }

  /// Calls `body` with the position of each row's group and its bytes, in order.
  func forEach(_ body: (Int, UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { bytes in
      var row = 0
      for (group, count) in counts.enumerated() {
        for _ in 0..<count {
          body(group, UnsafeRawBufferPointer(rebasing: bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]]))
          row += 1
        }
      }
    }
  }

  /// The rows as columns of these types, which are those of the layout, and the position of each row's group.
  func columns(_ types: [DataType]) -> (columns: [Column], positions: [Int32]) {
    var positions: [Int32] = []
    positions.reserveCapacity(ends.count)
    for (group, count) in counts.enumerated() { positions.append(contentsOf: repeatElement(Int32(group), count: Int(count))) }
    let columns = bytes.withUnsafeBytes { bytes in
      RowLayout(types).decode(
        ends.indices.map { UnsafeRawBufferPointer(rebasing: bytes[($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0]]) })
    }
    return (columns, positions)
  }

  /// - Parameter counts: How many of the rows each group has; they add up to all.
  static func write(_ rows: some Collection<UnsafeRawBufferPointer>, counts: [Int], layout: RowLayout, into writer: inout ByteWriter) {
    writer.write(elements: counts.map { UInt32($0) })
    if !layout.hasFixedWidth { writer.write(elements: rows.map { UInt32($0.count) }) }
    for row in rows { writer.write(raw: row) }
  }

  /// The rows that the encoder has, of a fixed width.
  static func write(_ encoder: RowEncoder, counts: [Int], into writer: inout ByteWriter) {
    precondition(encoder.layout.hasFixedWidth, "rows of other layouts have a length each")
    writer.write(elements: counts.map { UInt32($0) })
    writer.write(raw: encoder.bytes)
  }
}

extension RowLayout {
  /// All rows have the same length.
  var hasFixedWidth: Bool { !types.contains { [.bytes, .list, .row].contains($0.layout) } }

  /// Whether these bytes are a row of this layout: what `decode` relies on.
  func isSound(_ row: UnsafeRawBufferPointer) -> Bool {
    guard row.count >= fixedWidth else { return false }
    for (field, type) in types.enumerated() {
      guard [.bytes, .list, .row].contains(type.layout) else { continue }
      let isNull = row[nullByte(field)] & 1 << UInt8(field & 7) != 0
      let offset = Int(row.loadUnaligned(fromByteOffset: offsets[field], as: UInt32.self))
      let count = Int(row.loadUnaligned(fromByteOffset: offsets[field] + 4, as: UInt32.self))
      guard isNull ? count == 0 : offset >= fixedWidth && offset + count <= row.count else { return false }
      guard type.layout != .bytes, !isNull else { continue }
      var reader = ByteReader(UnsafeRawBufferPointer(rebasing: row[offset..<(offset + count)]))
      guard (try? Column.decode(from: &reader, type: type, count: 1)) != nil, reader.remaining == 0 else { return false }
    }
    return true
  }
}
