//  Batches as bytes, for the network and for snapshots. The schema is known to both sides and is not sent.
//
//  batch  = version:u8 rows:varint hasChanges:u8 [changes: one byte a row] column*
//  column = section(u32 length) of: hasNulls:u8 [validity words: u64 each] values
//  values = fixed width: the array's memory, little endian | bytes: heap length:varint, 16-byte views, heap
//         | list: element count:varint, offsets (u32, rows + 1), column of elements | row: one column a field

extension RecordBatch {
  /// The first byte of every encoded batch.
  public static let codecVersion: UInt8 = 1
  /// Batches above this are refused by `decode`.
  public static let maxRowCount = 1 << 24

  /// Appends the batch. Strings are compacted: only bytes that rows refer to are written.
  public func encode(into writer: inout ByteWriter) {
    precondition(rowCount <= Self.maxRowCount, "a batch has at most \(Self.maxRowCount) rows")
    writer.write(Self.codecVersion)
    writer.write(count: rowCount)
    writer.write(changes != nil)
    if let changes { writer.write(elements: changes) }
    for column in columns { column.encode(into: &writer) }
  }

  /// Reads one batch of this schema and leaves the reader behind it.
  /// - Throws: If the bytes are not such a batch. All that later code relies on is checked: lengths, offsets, views, and zero under null.
  public static func decode(from reader: inout ByteReader, schema: Schema) throws(CodecError) -> RecordBatch {
    let version = try reader.readByte()
    guard version == codecVersion else { throw reader.error("batch version \(version) is not \(codecVersion)") }
    let rowCount = try reader.readCount(limit: maxRowCount)
    var changes: [ChangeKind]?
    if try reader.readBool() {
      let source = try reader.readBytes(rowCount)
      guard source.allSatisfy({ $0 <= ChangeKind.delete.rawValue }) else { throw reader.error("a change kind is not known") }
      changes = source.map { ChangeKind(rawValue: $0)! }
    }
    var columns: [Column] = []
    columns.reserveCapacity(schema.count)
    for field in schema.fields {
      columns.append(try Column.decode(from: &reader, type: field.type, count: rowCount))
    }
    return RecordBatch(schema: schema, columns: columns, rowCount: rowCount, changes: changes)
  }
}

extension Column {
  /// Appends the column; `decode` needs its type and its row count again.
  public func encode(into writer: inout ByteWriter) {
    writer.writeSection { writer in
      writer.write(validity != nil)
      if let validity { writer.write(elements: validity.words) }
      switch self {
      case .bool(let column): writer.write(elements: column.values)
      case .int8(let column): writer.write(elements: column.values)
      case .int16(let column): writer.write(elements: column.values)
      case .int32(let column): writer.write(elements: column.values)
      case .int64(let column): writer.write(elements: column.values)
      case .int128(let column): writer.write(elements: column.values)
      case .float32(let column): writer.write(elements: column.values)
      case .float64(let column): writer.write(elements: column.values)
      case .bytes(let column): column.encode(into: &writer)
      case .list(let column): column.encode(into: &writer)
      case .row(let column): for child in column.children { child.encode(into: &writer) }
      }
    }
  }

  /// Reads one column of this type and length.
  public static func decode(from reader: inout ByteReader, type: DataType, count: Int) throws(CodecError) -> Column {
    var section = try reader.readSection()
    let validity = try Validity.decode(from: &section, count: count)
    let column = try decodeValues(from: &section, type: type, count: count, validity: validity)
    try section.expectEnd()
    return column
  }

  private static func decodeValues(
    from reader: inout ByteReader, type: DataType, count: Int, validity: Validity?
  ) throws(CodecError) -> Column {
    switch type.layout {
    case .bool:
      let flags = try reader.readElements(UInt8.self, count: count)
      guard flags.allSatisfy({ $0 <= 1 }) else { throw reader.error("a boolean is neither 0 nor 1") }
      let column = FixedColumn(flags.map { $0 == 1 }, validity: validity)
      return .bool(try column.checked(reader, zero: false))
    case .int8: return .int8(try decodeFixed(&reader, count, validity, zero: 0))
    case .int16: return .int16(try decodeFixed(&reader, count, validity, zero: 0))
    case .int32: return .int32(try decodeFixed(&reader, count, validity, zero: 0))
    case .int64: return .int64(try decodeFixed(&reader, count, validity, zero: 0))
    case .int128: return .int128(try decodeFixed(&reader, count, validity, zero: 0))
    case .float32: return .float32(try decodeFixed(&reader, count, validity, zero: 0))
    case .float64: return .float64(try decodeFixed(&reader, count, validity, zero: 0))
    case .bytes: return .bytes(try BytesColumn.decode(from: &reader, count: count, validity: validity))
    case .list: return .list(try ListColumn.decode(from: &reader, element: type.listElement!, count: count, validity: validity))
    case .row:
      guard case .row(let fields) = type else { preconditionFailure("only rows have the row layout") }
      var children: [Column] = []
      for field in fields {
        let child = try decode(from: &reader, type: field.type, count: count)
        if let validity {
          for row in 0..<count where !validity.isValid(row) && child.isValid(row) {
            throw reader.error("row \(row) is null, its field is not")
          }
        }
        children.append(child)
      }
      return .row(RowColumn(children, count: count, validity: validity))
    }
  }

  private static func decodeFixed<Element: BitwiseCopyable & Sendable & Equatable>(
    _ reader: inout ByteReader, _ count: Int, _ validity: Validity?, zero: Element
  ) throws(CodecError) -> FixedColumn<Element> {
    try FixedColumn(try reader.readElements(Element.self, count: count), validity: validity).checked(reader, zero: zero)
  }
}

extension FixedColumn where Element: Equatable {
  func checked(_ reader: ByteReader, zero: Element) throws(CodecError) -> Self {
    guard let validity else { return self }
    for row in values.indices where !validity.isValid(row) && values[row] != zero { throw reader.error("row \(row) is null but not zero") }
    return self
  }
}

extension Validity {
  static func decode(from reader: inout ByteReader, count: Int) throws(CodecError) -> Validity? {
    guard try reader.readBool() else { return nil }
    let words = try reader.readElements(UInt64.self, count: (count + 63) / 64)
    if count % 64 != 0, words[words.count - 1] &>> UInt64(count % 64) != 0 { throw reader.error("validity goes on behind the last row") }
    return Validity(words: words, count: count)
  }
}

extension BytesColumn {
  /// Bytes of long values that one column may hold, because a view's offset has 32 bits.
  static let maxHeapByteCount = Int(UInt32.max)

  func encode(into writer: inout ByteWriter) {
    let compact = compacted()
    writer.write(count: compact.heap.count)
    writer.write(elements: compact.views)
    writer.write(raw: compact.heap)
  }

  /// Views into one heap that holds exactly the long values, in row order.
  private func compacted() -> (views: [ByteView], heap: [UInt8]) {
    var heapByteCount = 0
    for view in views where !view.isInline { heapByteCount += view.count }
    if heapByteCount == 0 { return (views, []) }
    precondition(heapByteCount <= Self.maxHeapByteCount, "one column of a batch holds less than 4 GiB")
    var views = self.views
    let heap = [UInt8](unsafeUninitializedCapacity: heapByteCount) { heap, count in
      for row in views.indices where !views[row].isInline {
        let view = views[row]
        let source = UnsafeRawBufferPointer(rebasing: buffers[view.buffer].bytes[view.offset..<(view.offset + view.count)])
        UnsafeMutableRawBufferPointer(heap).baseAddress!.advanced(by: count).copyMemory(from: source.baseAddress!, byteCount: view.count)
        views[row] = ByteView(low: view.low, high: UInt64(UInt32(count)) &<< 32)
        count += view.count
      }
    }
    return (views, heap)
  }

  static func decode(from reader: inout ByteReader, count: Int, validity: Validity?) throws(CodecError) -> BytesColumn {
    let heapByteCount = try reader.readCount(limit: maxHeapByteCount)
    let views = try reader.readElements(ByteView.self, count: count)
    let heap = try reader.readBytes(heapByteCount)
    for view in views {
      guard view.isInline ? view.hasZeroPadding : view.isWithin(heap) else { throw reader.error("a string view is not valid") }
    }
    if let validity {
      for row in views.indices where !validity.isValid(row) && views[row].low != 0 {
        throw reader.error("row \(row) is null but not empty")
      }
    }
    let storage = heap.isEmpty ? [] : [ByteStorage(count: heap.count) { $0.copyMemory(from: heap) }]
    return BytesColumn(views: views, buffers: storage, validity: validity)
  }
}

extension ByteView {
  /// The bytes of a short view behind its length are zero, so that equality of words is equality of strings.
  fileprivate var hasZeroPadding: Bool {
    let lowBytes = min(count, 4)
    let highBytes = count - lowBytes
    return (lowBytes == 4 || low &>> UInt64(32 + 8 * lowBytes) == 0) && (highBytes == 8 || high &>> UInt64(8 * highBytes) == 0)
  }

  /// A long view refers to bytes of the only buffer, and carries their prefix.
  fileprivate func isWithin(_ heap: UnsafeRawBufferPointer) -> Bool {
    buffer == 0 && offset + count <= heap.count
      && UInt32(truncatingIfNeeded: low &>> 32) == heap.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }
}

extension ListColumn {
  func encode(into writer: inout ByteWriter) {
    let first = offsets[0]
    let last = offsets[count]
    writer.write(count: Int(last - first))
    writer.write(elements: first == 0 ? offsets : offsets.map { $0 - first })
    let isWhole = first == 0 && Int(last) == elements.count
    (isWhole ? elements : elements.take(Array(first..<last))).encode(into: &writer)
  }

  static func decode(from reader: inout ByteReader, element: DataType, count: Int, validity: Validity?) throws(CodecError) -> ListColumn {
    let elementCount = try reader.readCount(limit: RecordBatch.maxRowCount)
    let offsets = try reader.readElements(Int32.self, count: count + 1)
    guard offsets[0] == 0, Int(offsets[count]) == elementCount else { throw reader.error("list offsets do not span the elements") }
    for row in 0..<count {
      guard offsets[row] <= offsets[row + 1] else { throw reader.error("list offsets do not ascend") }
      if offsets[row] != offsets[row + 1], let validity, !validity.isValid(row) { throw reader.error("row \(row) is null but not empty") }
    }
    let elements = try Column.decode(from: &reader, type: element, count: elementCount)
    return ListColumn(offsets: offsets, elements: elements, validity: validity)
  }
}
