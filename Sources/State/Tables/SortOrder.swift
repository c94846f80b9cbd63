//  The order in which ranked rows stand: over encoded rows, without decoding them, and as one word of each row that
//  decides most comparisons.

import Columnar

/// Compares rows of one layout. NaN is above every number, -0.0 below 0.0, strings go by their bytes; lists and rows have no order.
struct SortOrder: Sendable {
  let layout: RowLayout
  let keys: [SortKey]

  /// Whether equal prefixes mean equal keys, but for the ends of the range.
  let isPrefixExact: Bool

  init(_ layout: RowLayout, _ keys: [SortKey]) {
    self.layout = layout
    self.keys = keys
    isPrefixExact = keys.count == 1 && GroupTable.fitsInt64(layout.types[keys[0].column])
  }

  /// Negative where the left row comes first, zero where the keys are equal.
  func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    for key in keys {
      let byte = layout.nullByte(key.column)
      let bit = 1 << UInt8(key.column & 7) as UInt8
      let isNull = (left[byte] & bit != 0, right[byte] & bit != 0)
      if isNull.0 || isNull.1 {
        if isNull.0 != isNull.1 { return isNull.0 == key.nullsFirst ? -1 : 1 }
        continue
      }
      let result = compareValues(left, right, key.column)
      if result != 0 { return key.isDescending ? -result : result }
    }
    return 0
  }

  private func compareValues(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ column: Int) -> Int {
    let offset = layout.offsets[column]
    @inline(__always) func loaded<Number: BitwiseCopyable>(_ type: Number.Type) -> (Number, Number) {
      (left.loadUnaligned(fromByteOffset: offset, as: type), right.loadUnaligned(fromByteOffset: offset, as: type))
    }
    @inline(__always) func order<Number: Comparable>(_ pair: (Number, Number)) -> Int { pair.0 < pair.1 ? -1 : pair.0 == pair.1 ? 0 : 1 }
    switch layout.types[column].layout {
    case .bool, .int8: return order(loaded(Int8.self))
    case .int16: return order(loaded(Int16.self))
    case .int32: return order(loaded(Int32.self))
    case .int64: return order(loaded(Int64.self))
    case .int128: return order(loaded(Int128.self))
    case .float32:
      let pair = loaded(Float.self)
      return order((Self.ordered(Double(pair.0)), Self.ordered(Double(pair.1))))
    case .float64:
      let pair = loaded(Double.self)
      return order((Self.ordered(pair.0), Self.ordered(pair.1)))
    case .bytes: return Self.compareBytes(layout.bytes(of: column, in: left), layout.bytes(of: column, in: right))
    case .list, .row: preconditionFailure("lists and rows have no order")
    }
  }

  private static func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    for (a, b) in zip(left, right) where a != b { return a < b ? -1 : 1 }
    return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
  }

  /// Bits that compare as the numbers do.
  private static func ordered(_ number: Double) -> UInt64 {
    if number.isNaN { return .max }
    let bits = number.bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  // MARK: Prefixes

  /// One word a row of the first key's column: a row with a smaller one comes first, rows with equal ones have to be compared.
  func prefixes(_ column: Column, rowCount: Int) -> [UInt64] {
    guard let key = keys.first else { return [UInt64](repeating: 0, count: rowCount) }
    let null: UInt64 = key.nullsFirst ? 0 : .max
    let flip: UInt64 = key.isDescending ? .max : 0
    let validity = column.validity
    func prefixes(_ word: (Int) -> UInt64) -> [UInt64] {
      (0..<rowCount).map { row in
        validity?.isValid(row) == false ? null : min(max(word(row) ^ flip, 1), .max - 1)
      }
    }
    switch column {
    case .bool, .int8, .int16, .int32, .int64:
      let values = column.widenedToInt64.values
      return prefixes { UInt64(bitPattern: values[$0]) ^ 1 << 63 }
    case .int128(let column): return prefixes { UInt64(bitPattern: Int64(clamping: column.values[$0])) ^ 1 << 63 }
    case .float32(let column): return prefixes { Self.ordered(Double(column.values[$0])) }
    case .float64(let column): return prefixes { Self.ordered(column.values[$0]) }
    case .bytes(let column):
      return prefixes { row in
        column.withBytes(at: row) { bytes in
          (0..<8).reduce(0) { $0 << 8 | UInt64($1 < bytes.count ? bytes[$1] : 0) }
        }
      }
    case .list, .row: preconditionFailure("lists and rows have no order")
    }
  }

  /// Whether rows with this prefix have equal keys.
  @inline(__always) func isExact(_ prefix: UInt64) -> Bool { isPrefixExact && prefix > 1 && prefix < .max - 1 }
}

extension RowLayout {
  /// Whether two rows have equal values in some fields, NULL being equal to NULL.
  func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, in fields: [Int]) -> Bool {
    fields.allSatisfy { field in
      let byte = nullByte(field)
      guard (left[byte] ^ right[byte]) & 1 << UInt8(field & 7) == 0 else { return false }
      switch types[field].layout {
      case .bytes, .list, .row: return equal(bytes(of: field, in: left), bytes(of: field, in: right))
      default:
        let range = offsets[field]..<(offsets[field] + Self.width(types[field].layout))
        return equal(UnsafeRawBufferPointer(rebasing: left[range]), UnsafeRawBufferPointer(rebasing: right[range]))
      }
    }
  }

  /// The bytes of a field that has no fixed width.
  func bytes(of field: Int, in row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let start = Int(row.loadUnaligned(fromByteOffset: offsets[field], as: UInt32.self))
    let count = Int(row.loadUnaligned(fromByteOffset: offsets[field] + 4, as: UInt32.self))
    return UnsafeRawBufferPointer(rebasing: row[start..<(start + count)])
  }
}
