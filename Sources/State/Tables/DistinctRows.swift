//  Which rows of a batch have the same key, where that is cheaper to find out than to look each of them up: a day that is the same
//  in all rows, an auction that a hundred rows bid on.

import Columnar

/// The distinct keys of a batch.
struct DistinctRows {
  /// The first row of each key, ascending.
  let rows: [Int32]
  /// For each row of the batch the place of its key in `rows`.
  let places: [Int32]

  /// Fewer rows are not worth the trouble.
  private static let rowCountMin = 64
  /// Rows that are looked at before it is known whether keys repeat.
  private static let sampleCount = 256

  /// Nil where all rows may differ: where more than one column varies within the batch or the one that does has long strings or
  /// nulls, and where fewer than half of the rows repeat a key.
  init?(_ columns: [Column], rowCount: Int) {
    guard rowCount >= Self.rowCountMin else { return nil }
    var varying: Column?
    for column in columns where !column.isConstant {
      if varying != nil { return nil }
      varying = column
    }
    switch varying {
    case nil:
      rows = [0]
      places = [Int32](repeating: 0, count: rowCount)
    case .bytes(let column)?:
      guard column.validity == nil, column.buffers.isEmpty || column.views.allSatisfy(\.isInline) else { return nil }
      let views = column.views.span
      guard
        let found = Self.group(
          rowCount, hash: { views[$0].low ^ views[$0].high &* 0xD6E8_FEB8_6659_FD93 },
          areEqual: { views[$0].low == views[$1].low && views[$0].high == views[$1].high })
      else { return nil }
      (rows, places) = found
    case .bool?, .int8?, .int16?, .int32?, .int64?:
      guard let column = varying?.widenedToInt64, column.validity == nil else { return nil }
      let values = column.values.span
      guard
        let found = Self.group(rowCount, hash: { UInt64(bitPattern: values[$0]) }, areEqual: { values[$0] == values[$1] })
      else { return nil }
      (rows, places) = found
    default: return nil
    }
  }

  /// A table of the batch's own, small enough for the nearest cache.
  @inline(__always) private static func group(
    _ rowCount: Int, hash: (Int) -> UInt64, areEqual: (Int, Int) -> Bool
  ) -> (rows: [Int32], places: [Int32])? {
    let bits = Int.bitWidth - (rowCount - 1).leadingZeroBitCount
    var slots = [Int32](repeating: -1, count: 1 << bits)
    var rows: [Int32] = []
    var failed = false
    let places = [Int32](unsafeUninitializedCapacity: rowCount) { places, count in
      var slots = slots.mutableSpan
      for row in 0..<rowCount {
        var slot = Int(truncatingIfNeeded: (hash(row) &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(64 - bits))
        while slots[slot] >= 0, !areEqual(Int(rows[Int(slots[slot])]), row) { slot = (slot + 1) & (1 << bits - 1) }
        if slots[slot] < 0 {
          if rows.count * 2 >= max(row, Self.sampleCount) + Self.sampleCount {
            failed = true
            return
          }
          slots[slot] = Int32(truncatingIfNeeded: rows.count)
          rows.append(Int32(truncatingIfNeeded: row))
        }
        places.initializeElement(at: row, to: slots[slot])
      }
      count = rowCount
    }
    return failed ? nil : (rows, places)
  }
}

extension Column {
  /// Whether all rows are seen at once to have one value.
  fileprivate var isConstant: Bool {
    guard validity == nil else { return false }
    switch self {
    case .bool(let column): return column.values.span.areEqual
    case .int8(let column): return column.values.span.areEqual
    case .int16(let column): return column.values.span.areEqual
    case .int32(let column): return column.values.span.areEqual
    case .int64(let column): return column.values.span.areEqual
    case .bytes(let column):
      let views = column.views.span
      for row in views.indices where views[row].low != views[0].low || views[row].high != views[0].high { return false }
      return true
    case .int128, .float32, .float64, .list, .row: return false
    }
  }
}

extension Span where Element: Equatable & BitwiseCopyable {
  fileprivate var areEqual: Bool {
    for row in indices where self[row] != self[0] { return false }
    return true
  }
}
