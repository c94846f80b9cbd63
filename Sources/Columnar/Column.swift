//  One column of a batch: a closed enum of typed buffers. Kernels switch on it once a batch; then code is concrete.
//  Columns are immutable and share their buffers, so copying one copies a few references.

/// A column of fixed-width values. The value under a null is zero, so that kernels may compute on it without a test.
public struct FixedColumn<Element: BitwiseCopyable & Sendable>: Sendable {
  public let values: [Element]
  /// Nil if no row is null.
  public let validity: Validity?

  @inlinable public init(_ values: [Element], validity: Validity? = nil) {
    precondition(validity == nil || validity!.count == values.count, "one bit a row")
    self.values = values
    self.validity = validity
  }

  @inlinable public var count: Int { values.count }
  @inlinable public func isValid(_ row: Int) -> Bool { validity?.isValid(row) ?? true }
}

/// A column of rows: one child a field, and which rows are themselves null. Children are null where the row is.
public struct RowColumn: Sendable {
  public let children: [Column]
  public let validity: Validity?
  public let count: Int

  public init(_ children: [Column], count: Int, validity: Validity? = nil) {
    precondition(children.allSatisfy { $0.count == count }, "children are as long as the column")
    self.children = children
    self.count = count
    self.validity = validity
  }
}

/// A column of lists: row `r` holds elements `offsets[r] ..< offsets[r + 1]` of `elements`. A null row is empty.
public struct ListColumn: Sendable {
  /// `count + 1` ascending positions.
  public let offsets: [Int32]
  public let elements: Column
  public let validity: Validity?

  public init(offsets: [Int32], elements: Column, validity: Validity? = nil) {
    precondition(!offsets.isEmpty && Int(offsets.last!) <= elements.count, "the last offset is within the elements")
    self.offsets = offsets
    self.elements = elements
    self.validity = validity
  }

  public var count: Int { offsets.count - 1 }
}

public indirect enum Column: Sendable {
  case bool(FixedColumn<Bool>)
  case int8(FixedColumn<Int8>)
  case int16(FixedColumn<Int16>)
  case int32(FixedColumn<Int32>)
  case int64(FixedColumn<Int64>)
  case int128(FixedColumn<Int128>)
  case float32(FixedColumn<Float>)
  case float64(FixedColumn<Double>)
  case bytes(BytesColumn)
  case list(ListColumn)
  case row(RowColumn)

  public var count: Int {
    switch self {
    case .bool(let column): column.count
    case .int8(let column): column.count
    case .int16(let column): column.count
    case .int32(let column): column.count
    case .int64(let column): column.count
    case .int128(let column): column.count
    case .float32(let column): column.count
    case .float64(let column): column.count
    case .bytes(let column): column.count
    case .list(let column): column.count
    case .row(let column): column.count
    }
  }

  public var validity: Validity? {
    switch self {
    case .bool(let column): column.validity
    case .int8(let column): column.validity
    case .int16(let column): column.validity
    case .int32(let column): column.validity
    case .int64(let column): column.validity
    case .int128(let column): column.validity
    case .float32(let column): column.validity
    case .float64(let column): column.validity
    case .bytes(let column): column.validity
    case .list(let column): column.validity
    case .row(let column): column.validity
    }
  }

  public var layout: Layout {
    switch self {
    case .bool: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .int128: .int128
    case .float32: .float32
    case .float64: .float64
    case .bytes: .bytes
    case .list: .list
    case .row: .row
    }
  }

  @inlinable public func isValid(_ row: Int) -> Bool { validity?.isValid(row) ?? true }

  /// Bytes that the rows take: of buffers, which other batches may share, what the rows refer to. Looks at every row of strings.
  public var byteCount: Int {
    let bits = validity.map { $0.words.count * 8 } ?? 0
    return switch self {
    case .bool(let column): bits + column.count
    case .int8(let column): bits + column.count
    case .int16(let column): bits + column.count * 2
    case .int32(let column): bits + column.count * 4
    case .int64(let column): bits + column.count * 8
    case .int128(let column): bits + column.count * 16
    case .float32(let column): bits + column.count * 4
    case .float64(let column): bits + column.count * 8
    case .bytes(let column): bits + column.count * 16 + column.referredByteCount
    case .list(let column): bits + column.offsets.count * 4 + column.elements.byteCount
    case .row(let column): bits + column.children.reduce(0) { $0 + $1.byteCount }
    }
  }
}
