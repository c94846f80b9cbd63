//  Builds columns row by row. Builders are classes so that a decoder can hold one for each field and append in place.

/// Gathers fixed-width values.
public final class FixedColumnBuilder<Element: BitwiseCopyable & Sendable> {
  @usableFromInline var values: [Element] = []
  @usableFromInline var validity = ValidityBuilder()
  @usableFromInline let zero: Element

  @inlinable public init(zero: Element) { self.zero = zero }

  @inlinable public var count: Int { values.count }

  @inlinable public func append(_ value: Element) {
    values.append(value)
    validity.appendValid()
  }

  @inlinable public func appendNull() {
    values.append(zero)
    validity.appendNull()
  }

  public func reserveCapacity(_ capacity: Int) { values.reserveCapacity(capacity) }

  /// The column so far; the builder is empty afterwards.
  @inlinable public func finish() -> FixedColumn<Element> {
    let column = FixedColumn(values, validity: validity.finish())
    values = []
    values.reserveCapacity(column.count)
    return column
  }
}

/// Gathers strings or byte sequences, the long ones in one buffer.
public final class BytesColumnBuilder {
  @usableFromInline var views: [ByteView] = []
  @usableFromInline var arena: [UInt8] = []
  @usableFromInline var validity = ValidityBuilder()

  public init() {}

  @inlinable public var count: Int { views.count }
  /// The view of the row appended last, in the buffers of the column that `finish` gives.
  public var lastView: ByteView { views[views.count - 1] }

  @inlinable public func append(_ bytes: UnsafeRawBufferPointer) {
    if bytes.count <= ByteView.inlineCapacity {
      views.append(ByteView(inline: bytes))
    } else {
      views.append(ByteView(bytes: bytes, buffer: 0, offset: arena.count))
      arena.append(contentsOf: bytes)
    }
    validity.appendValid()
  }

  public func append(_ string: String) {
    var string = string
    string.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  public func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  @inlinable public func appendNull() {
    views.append(.empty)
    validity.appendNull()
  }

  /// The column so far; the builder is empty afterwards.
  public func finish() -> BytesColumn {
    defer {
      views = []
      arena.removeAll(keepingCapacity: true)
    }
    return BytesColumn(views: views, buffers: arena.isEmpty ? [] : [ByteStorage(arena)], validity: validity.finish())
  }
}

/// Gathers lists; elements are appended to `elements`, then `endList` closes the row.
public final class ListColumnBuilder {
  public let elements: ColumnBuilder
  private var offsets: [Int32] = [0]
  private var validity = ValidityBuilder()

  public init(element: DataType) { elements = ColumnBuilder(element) }

  public var count: Int { offsets.count - 1 }

  public func endList() {
    offsets.append(Int32(elements.count))
    validity.appendValid()
  }

  public func appendNull() {
    offsets.append(Int32(elements.count))
    validity.appendNull()
  }

  public func finish() -> ListColumn {
    defer { offsets = [0] }
    return ListColumn(offsets: offsets, elements: elements.finish(), validity: validity.finish())
  }
}

/// Gathers rows; each child gets one value, then `endRow` closes the row.
public final class RowColumnBuilder {
  public let children: [ColumnBuilder]
  private var validity = ValidityBuilder()

  public init(fields: [Field]) { children = fields.map { ColumnBuilder($0.type) } }

  public var count: Int { validity.count }

  public func endRow() { validity.appendValid() }

  public func appendNull() {
    for child in children { child.appendNull() }
    validity.appendNull()
  }

  public func finish() -> RowColumn {
    let count = validity.count
    return RowColumn(children.map { $0.finish() }, count: count, validity: validity.finish())
  }
}

/// A builder for a column of any type; switch on it once a field, then append in place.
public enum ColumnBuilder {
  case bool(FixedColumnBuilder<Bool>)
  case int8(FixedColumnBuilder<Int8>)
  case int16(FixedColumnBuilder<Int16>)
  case int32(FixedColumnBuilder<Int32>)
  case int64(FixedColumnBuilder<Int64>)
  case int128(FixedColumnBuilder<Int128>)
  case float32(FixedColumnBuilder<Float>)
  case float64(FixedColumnBuilder<Double>)
  case bytes(BytesColumnBuilder)
  case list(ListColumnBuilder)
  case row(RowColumnBuilder)

  public init(_ type: DataType) {
    switch type.layout {
    case .bool: self = .bool(FixedColumnBuilder(zero: false))
    case .int8: self = .int8(FixedColumnBuilder(zero: 0))
    case .int16: self = .int16(FixedColumnBuilder(zero: 0))
    case .int32: self = .int32(FixedColumnBuilder(zero: 0))
    case .int64: self = .int64(FixedColumnBuilder(zero: 0))
    case .int128: self = .int128(FixedColumnBuilder(zero: 0))
    case .float32: self = .float32(FixedColumnBuilder(zero: 0))
    case .float64: self = .float64(FixedColumnBuilder(zero: 0))
    case .bytes: self = .bytes(BytesColumnBuilder())
    case .list: self = .list(ListColumnBuilder(element: type.listElement!))
    case .row:
      guard case .row(let fields) = type else { preconditionFailure("only rows have the row layout") }
      self = .row(RowColumnBuilder(fields: fields))
    }
  }

  public var count: Int {
    switch self {
    case .bool(let builder): builder.count
    case .int8(let builder): builder.count
    case .int16(let builder): builder.count
    case .int32(let builder): builder.count
    case .int64(let builder): builder.count
    case .int128(let builder): builder.count
    case .float32(let builder): builder.count
    case .float64(let builder): builder.count
    case .bytes(let builder): builder.count
    case .list(let builder): builder.count
    case .row(let builder): builder.count
    }
  }

  public func appendNull() {
    switch self {
    case .bool(let builder): builder.appendNull()
    case .int8(let builder): builder.appendNull()
    case .int16(let builder): builder.appendNull()
    case .int32(let builder): builder.appendNull()
    case .int64(let builder): builder.appendNull()
    case .int128(let builder): builder.appendNull()
    case .float32(let builder): builder.appendNull()
    case .float64(let builder): builder.appendNull()
    case .bytes(let builder): builder.appendNull()
    case .list(let builder): builder.appendNull()
    case .row(let builder): builder.appendNull()
    }
  }

  /// Appends a value of the builder's type; a value of another kind is a programming error.
  public func append(_ value: Value) {
    switch (self, value) {
    case (_, .null): appendNull()
    case (.bool(let builder), .boolean(let value)): builder.append(value)
    case (.int8(let builder), .integer(let value)): builder.append(Int8(value))
    case (.int16(let builder), .integer(let value)): builder.append(Int16(value))
    case (.int32(let builder), .integer(let value)): builder.append(Int32(value))
    case (.int64(let builder), .integer(let value)): builder.append(value)
    case (.int64(let builder), .decimal(let value)): builder.append(Int64(value))
    case (.int128(let builder), .decimal(let value)): builder.append(value)
    case (.float32(let builder), .float(let value)): builder.append(value)
    case (.float64(let builder), .double(let value)): builder.append(value)
    case (.bytes(let builder), .string(let value)): builder.append(value)
    case (.bytes(let builder), .bytes(let value)): builder.append(value)
    case (.list(let builder), .list(let values)):
      for value in values { builder.elements.append(value) }
      builder.endList()
    case (.row(let builder), .row(let values)):
      precondition(values.count == builder.children.count, "one value a field")
      for (child, value) in zip(builder.children, values) { child.append(value) }
      builder.endRow()
    default: preconditionFailure("a \(self) column cannot hold \(value)")
    }
  }

  /// The column so far; the builder is empty afterwards.
  public func finish() -> Column {
    switch self {
    case .bool(let builder): .bool(builder.finish())
    case .int8(let builder): .int8(builder.finish())
    case .int16(let builder): .int16(builder.finish())
    case .int32(let builder): .int32(builder.finish())
    case .int64(let builder): .int64(builder.finish())
    case .int128(let builder): .int128(builder.finish())
    case .float32(let builder): .float32(builder.finish())
    case .float64(let builder): .float64(builder.finish())
    case .bytes(let builder): .bytes(builder.finish())
    case .list(let builder): .list(builder.finish())
    case .row(let builder): .row(builder.finish())
    }
  }
}

/// One builder a field, and the changes of a changelog.
public final class BatchBuilder {
  public let schema: Schema
  public let columns: [ColumnBuilder]
  private var changes: [ChangeKind] = []
  private var hasChanges = false
  public private(set) var rowCount = 0

  public init(_ schema: Schema) {
    self.schema = schema
    columns = schema.fields.map { ColumnBuilder($0.type) }
  }

  /// Call after every column got its value.
  public func endRow(_ change: ChangeKind = .insert) {
    if change != .insert, !hasChanges {
      hasChanges = true
      changes = [ChangeKind](repeating: .insert, count: rowCount)
    }
    if hasChanges { changes.append(change) }
    rowCount += 1
  }

  public func append(_ values: [Value], _ change: ChangeKind = .insert) {
    precondition(values.count == columns.count, "one value a column")
    for (column, value) in zip(columns, values) { column.append(value) }
    endRow(change)
  }

  /// The batch so far; the builder is empty afterwards.
  public func finish() -> RecordBatch {
    defer {
      rowCount = 0
      hasChanges = false
      changes = []
    }
    return RecordBatch(schema: schema, columns: columns.map { $0.finish() }, rowCount: rowCount, changes: hasChanges ? changes : nil)
  }
}
