//  Makes a column from the spans of its fields: one loop a type, no allocation per row. Strings are views of the buffer
//  that was read, which the column keeps.

import Columnar
import Dataflow

/// What a format says about all its fields.
struct FieldRules: Sendable {
  /// An empty field is NULL, unless the column holds text.
  var emptyIsNull = false
  /// A field with these bytes is NULL.
  var nullLiteral: [UInt8]?
  /// What stands between date and time; nil for a blank or a `T`.
  var timestampSeparator: UInt8?
  /// A number with a fraction may stand for an integer, which loses it: JSON as Jackson reads it.
  var truncatesNumbers = false
  /// Fields that cannot be read become NULL, and are counted.
  var ignoresErrors = false
}

/// A field that cannot be read.
struct BadField {
  var row: Int
  var column: Int
}

/// The spans of one column, and the buffer they lie in.
struct ColumnSpans {
  let text: FieldBytes
  let storage: ByteStorage
  let starts: UnsafePointer<UInt32>
  let ends: UnsafePointer<UInt32>
  let stride: Int
  let bias: UInt32
  let trimsCarriageReturn: Bool

  init(_ index: RecordIndex, _ storage: ByteStorage, column: Int, firstRow: Int, isLast: Bool) {
    self.storage = storage
    text = storage.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    let offset = column * index.columnStride + firstRow * index.rowStride
    starts = UnsafePointer(index.starts + offset)
    ends = UnsafePointer(index.ends + offset)
    stride = index.rowStride
    bias = index.bias
    trimsCarriageReturn = isLast && index.keepsCarriageReturn
  }

  /// The span of a row; a count below zero stands for NULL.
  @inline(__always) func field(_ row: Int) -> (text: FieldBytes, count: Int) {
    let end = ends[row &* stride]
    if end >= RecordIndex.missing { return (text, -1) }
    let start = starts[row &* stride] &+ bias
    var count = Int(end &- start)
    if trimsCarriageReturn, count > 0, text[Int(end) &- 1] == UInt8(ascii: "\r") { count &-= 1 }
    return (text + Int(start), count)
  }
}

/// Decodes columns and gathers what could not be read.
struct ColumnDecoder {
  let rules: FieldRules
  /// The first bad field, by row.
  private(set) var firstBad: BadField?
  private(set) var badCount = 0
  private var column = 0

  init(rules: FieldRules) { self.rules = rules }

  /// Decodes `rowCount` rows of a column of a scalar type; `column` names it in `firstBad`.
  mutating func decode(_ spans: ColumnSpans, _ type: DataType, rowCount: Int, column: Int) -> Column {
    self.column = column
    let truncates = rules.truncatesNumbers
    switch type {
    case .boolean, .null: return .bool(fixed(spans, rowCount, false) { FieldParser.boolean($0, $1) })
    case .int8: return .int8(fixed(spans, rowCount, 0) { Self.integer($0, $1, truncates) })
    case .int16: return .int16(fixed(spans, rowCount, 0) { Self.integer($0, $1, truncates) })
    case .int32: return .int32(fixed(spans, rowCount, 0) { Self.integer($0, $1, truncates) })
    case .int64: return .int64(fixed(spans, rowCount, 0) { Self.integer($0, $1, truncates) })
    case .float32: return .float32(fixed(spans, rowCount, 0) { parseFloat(FieldParser.bytes($0, $1)) })
    case .float64: return .float64(fixed(spans, rowCount, 0) { parseDouble(FieldParser.bytes($0, $1)) })
    case .decimal(let precision, let scale) where precision <= DataType.maxInt64Precision:
      return .int64(
        fixed(spans, rowCount, 0) { parseDecimal(FieldParser.bytes($0, $1), precision: precision, scale: scale).map { Int64($0) } })
    case .decimal(let precision, let scale):
      return .int128(fixed(spans, rowCount, 0) { parseDecimal(FieldParser.bytes($0, $1), precision: precision, scale: scale) })
    case .date: return .int32(fixed(spans, rowCount, 0) { parseDate(FieldParser.bytes($0, $1)) })
    case .time(let precision): return .int32(fixed(spans, rowCount, 0) { FieldParser.time($0, $1).map { Self.truncated($0, precision) } })
    case .timestamp(let precision), .timestampLTZ(let precision):
      var isInstant = false
      if case .timestampLTZ = type { isInstant = true }
      var parser = FieldParser.Timestamp(separator: rules.timestampSeparator, isInstant: isInstant, precision: precision)
      return .int64(fixed(spans, rowCount, 0) { parser.parse($0, $1) })
    case .intervalTime:
      return .int64(
        fixed(spans, rowCount, 0) {
          FieldParser.integer($0, $1).map { $0.multipliedReportingOverflow(by: 1000) }.flatMap { $0.overflow ? nil : $0.partialValue }
        })
    case .intervalMonths: return .int32(fixed(spans, rowCount, 0) { Self.integer($0, $1, truncates) })
    case .char, .varchar: return .bytes(views(spans, rowCount))
    case .binary, .varbinary: return .bytes(binary(spans, rowCount))
    case .array, .map, .multiset, .row: preconditionFailure("nested types are read value by value")
    }
  }

  private static func truncated(_ milliseconds: Int32, _ precision: Int) -> Int32 {
    let unit: Int32 = [1000, 100, 10, 1][max(0, min(precision, 3))]
    return milliseconds - milliseconds % unit
  }

  @inline(__always) private static func integer<Element: FixedWidthInteger>(
    _ text: FieldBytes, _ count: Int, _ truncates: Bool
  ) -> Element? {
    if let value = FieldParser.integer(text, count) { return Element(exactly: value) }
    guard truncates, let number = parseDouble(FieldParser.bytes(text, count)) else { return nil }
    return Element(exactly: number.rounded(.towardZero))
  }

  /// Notes a field that cannot be read; it becomes NULL.
  mutating func note(badRow row: Int, column: Int) {
    badCount += 1
    if firstBad == nil || firstBad!.row > row { firstBad = BadField(row: row, column: column) }
  }

  /// Whether a field of a type other than text is NULL.
  func isNull(_ text: FieldBytes, _ count: Int) -> Bool {
    (count == 0 && rules.emptyIsNull) || isNullLiteral(text, count)
  }

  private func isNullLiteral(_ text: FieldBytes, _ count: Int) -> Bool {
    guard let literal = rules.nullLiteral, literal.count == count else { return false }
    return literal.elementsEqual(UnsafeBufferPointer(start: text, count: count))
  }

  @inline(__always) private mutating func fixed<Element: BitwiseCopyable & Sendable>(
    _ spans: ColumnSpans, _ rowCount: Int, _ zero: Element, _ parse: (FieldBytes, Int) -> Element?
  ) -> FixedColumn<Element> {
    var nulls: [Int32] = []
    let values = [Element](unsafeUninitializedCapacity: rowCount) { target, initializedCount in
      let base = target.baseAddress
      for row in 0..<rowCount {
        let (text, count) = spans.field(row)
        if count >= 0, let value = parse(text, count) {
          base.unsafelyUnwrapped[row] = value
        } else {
          base.unsafelyUnwrapped[row] = zero
          nulls.append(Int32(row))
        }
      }
      initializedCount = rowCount
    }
    if nulls.isEmpty, rules.nullLiteral == nil { return FixedColumn(values) }
    return settle(spans, values, nulls, zero, parse)
  }

  /// Tells NULL from what cannot be read, and gives blanks around a value a second chance.
  @inline(__always) private mutating func settle<Element: BitwiseCopyable & Sendable>(
    _ spans: ColumnSpans, _ read: [Element], _ nulls: [Int32], _ zero: Element, _ parse: (FieldBytes, Int) -> Element?
  ) -> FixedColumn<Element> {
    var values = read
    var nullRows = [Bool](repeating: false, count: values.count)
    for row in nulls.lazy.map({ Int($0) }) {
      let (text, count) = spans.field(row)
      if count < 0 || isNull(text, count) {
        nullRows[row] = true
        continue
      }
      let inner = trimmed(FieldParser.bytes(text, count))
      if inner.isEmpty, rules.emptyIsNull {
        nullRows[row] = true
      } else if !inner.isEmpty, inner.count < count, let value = parse(inner.baseAddress!.assumingMemoryBound(to: UInt8.self), inner.count)
      {
        values[row] = value
      } else {
        nullRows[row] = true
        note(badRow: row, column: column)
      }
    }
    if rules.nullLiteral != nil {
      for row in values.indices where !nullRows[row] {
        let (text, count) = spans.field(row)
        if isNullLiteral(text, count) {
          values[row] = zero
          nullRows[row] = true
        }
      }
    }
    return FixedColumn(values, validity: Validity.from(count: values.count) { !nullRows[$0] })
  }

  /// Text, not copied.
  private func views(_ spans: ColumnSpans, _ rowCount: Int) -> BytesColumn {
    var nulls = 0
    let hasLiteral = rules.nullLiteral != nil
    let views = [ByteView](unsafeUninitializedCapacity: rowCount) { target, initializedCount in
      let base = target.baseAddress
      for row in 0..<rowCount {
        let (text, count) = spans.field(row)
        if count < 0 || (hasLiteral && isNullLiteral(text, count)) {
          base.unsafelyUnwrapped[row] = .empty
          nulls += 1
        } else {
          base.unsafelyUnwrapped[row] = Self.view(text, count, offset: text - spans.text)
        }
      }
      initializedCount = rowCount
    }
    if nulls == 0 { return BytesColumn(views: views, buffers: [spans.storage]) }
    let validity = Validity.from(count: rowCount) { row in
      let (text, count) = spans.field(row)
      return count >= 0 && !(hasLiteral && isNullLiteral(text, count))
    }
    return BytesColumn(views: views, buffers: [spans.storage], validity: validity)
  }

  @inline(__always) private static func view(_ text: FieldBytes, _ count: Int, offset: Int) -> ByteView {
    let bytes = UnsafeRawPointer(text)
    let prefix = UInt64(bytes.loadUnaligned(as: UInt32.self))
    if count > ByteView.inlineCapacity {
      return ByteView(
        low: UInt64(UInt32(truncatingIfNeeded: count)) | prefix &<< 32, high: UInt64(UInt32(truncatingIfNeeded: offset)) &<< 32)
    }
    // The bytes past the end are cut off: the smart shifts give zero from 64 on.
    let rest = bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self)
    let keptPrefix = count >= 4 ? prefix : prefix & ((1 &<< (UInt64(truncatingIfNeeded: count) &* 8)) &- 1)
    let keptRest = count <= 4 ? 0 : rest & (UInt64.max &>> (UInt64(truncatingIfNeeded: 12 &- count) &* 8))
    return ByteView(low: UInt64(truncatingIfNeeded: count) | keptPrefix &<< 32, high: keptRest)
  }

  /// Bytes from Base64, as Jackson writes them.
  private mutating func binary(_ spans: ColumnSpans, _ rowCount: Int) -> BytesColumn {
    let builder = BytesColumnBuilder()
    for row in 0..<rowCount {
      let (text, count) = spans.field(row)
      if count < 0 || isNull(text, count) {
        builder.appendNull()
      } else if let bytes = Base64.decode(UnsafeBufferPointer(start: text, count: count)) {
        builder.append(bytes)
      } else {
        note(badRow: row, column: column)
        builder.appendNull()
      }
    }
    return builder.finish()
  }
}
