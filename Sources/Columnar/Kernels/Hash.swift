//  The partitioning hash. It decides which subtask owns a key, so it is a persistent format: version 1, fixed seed,
//  independent of encoding and of the width of an integer. Never replace it by `Hasher`.
//  Source of the mixers: the finaliser of MurmurHash3 (fmix64) and the folded multiplication of wyhash.

public enum PartitionHash {
  /// Stored with every job; a snapshot made under another version is refused.
  public static let version = 1
  @usableFromInline static let seed: UInt64 = 0x9E37_79B9_7F4A_7C15
  @usableFromInline static let nullHash: UInt64 = 0x6A09_E667_F3BC_C909
  @usableFromInline static let wordFactor: UInt64 = 0xA076_1D64_78BD_642F
  @usableFromInline static let tailFactor: UInt64 = 0xE703_7ED1_A0B4_28DB

  @inlinable public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 33)) &* 0xFF51_AFD7_ED55_8CCD
    z = (z ^ (z &>> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return z ^ (z &>> 33)
  }

  @inlinable public static func combine(_ hash: UInt64, _ next: UInt64) -> UInt64 {
    mix(hash &* 31 &+ next)
  }

  @inlinable public static func hash(_ value: Int64) -> UInt64 { mix(UInt64(bitPattern: value) ^ seed) }

  @inlinable public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = seed ^ UInt64(bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), wordFactor)
      offset += 8
    }
    var tail: UInt64 = 0
    if offset > 0, offset < bytes.count {
      // Of the last eight bytes the first ones have been seen.
      let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
      tail = last &>> (UInt64(8 - (bytes.count - offset)) &* 8)
    } else {
      var shift: UInt64 = 0
      while offset < bytes.count {
        tail |= UInt64(bytes[offset]) &<< shift
        shift += 8
        offset += 1
      }
    }
    return mix(fold(hash ^ tail, tailFactor))
  }

  /// As of its bytes: what a view holds in place is read as the words that it is made of.
  @inlinable static func hash(inline view: ByteView) -> UInt64 {
    let first = view.low &>> 32 | view.high &<< 32
    let start = seed ^ UInt64(view.count)
    if view.count < 8 { return mix(fold(start ^ first, tailFactor)) }
    return mix(fold(fold(start ^ first, wordFactor) ^ view.high &>> 32, tailFactor))
  }

  @inlinable static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  /// NaNs are one value and -0.0 is 0.0, as SQL compares them.
  @inlinable public static func hash(_ value: Double) -> UInt64 {
    hash(Int64(bitPattern: value.isNaN ? Double.nan.bitPattern : value == 0 ? 0 : value.bitPattern))
  }

  /// Trailing zeros do not count, so that 1.50 and 1.5 are one key.
  @inlinable public static func hash(unscaled value: Int128) -> UInt64 {
    var value = value
    while value != 0, value % 10 == 0 { value /= 10 }
    return combine(hash(Int64(truncatingIfNeeded: value)), hash(Int64(truncatingIfNeeded: value >> 64)))
  }

  /// One hash a row over the given columns. With no column every row has the same hash.
  public static func hashes(_ columns: [Column], types: [DataType], rowCount: Int) -> [UInt64] {
    precondition(columns.count == types.count, "one type a column")
    var hashes = [UInt64](repeating: seed, count: rowCount)
    for (index, column) in columns.enumerated() {
      column.hash(into: &hashes, type: types[index], isFirst: index == 0)
    }
    return hashes
  }
}

extension Column {
  /// Mixes this column's rows into `hashes`; the first column replaces what is there.
  func hash(into hashes: inout [UInt64], type: DataType, isFirst: Bool) {
    switch self {
    case .bool(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash($0 ? 1 : 0 as Int64) }
    case .int8(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash(Int64($0)) }
    case .int16(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash(Int64($0)) }
    case .int32(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash(Int64($0)) }
    case .int64(let column):
      if case .decimal = type {
        column.mix(into: &hashes, isFirst) { PartitionHash.hash(unscaled: Int128($0)) }
      } else {
        column.mix(into: &hashes, isFirst) { PartitionHash.hash($0) }
      }
    case .int128(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash(unscaled: $0) }
    case .float32(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash(Double($0)) }
    case .float64(let column): column.mix(into: &hashes, isFirst) { PartitionHash.hash($0) }
    case .bytes(let column):
      precondition(hashes.count == column.count, "one hash a row")
      let views = column.views.span
      var target = hashes.mutableSpan
      for row in views.indices {
        let next =
          if !column.isValid(row) {
            PartitionHash.nullHash
          } else if views[row].isInline {
            PartitionHash.hash(inline: views[row])
          } else {
            column.withBytes(at: row) { PartitionHash.hash($0) }
          }
        target[row] = isFirst ? next : PartitionHash.combine(target[row], next)
      }
    case .row(let column):
      guard case .row(let fields) = type else { preconditionFailure("a row column has a row type") }
      let inner = PartitionHash.hashes(column.children, types: fields.map(\.type), rowCount: count)
      for row in hashes.indices {
        let hash = isValid(row) ? inner[row] : PartitionHash.nullHash
        hashes[row] = isFirst ? hash : PartitionHash.combine(hashes[row], hash)
      }
    case .list(let column):
      guard let element = type.listElement else { preconditionFailure("a list column has a list type") }
      let inner = PartitionHash.hashes([column.elements], types: [element], rowCount: column.elements.count)
      // The order of a map's entries and of a multiset's elements does not count, so they are added up.
      let isOrdered = if case .array = type { true } else { false }
      for row in hashes.indices {
        var hash = PartitionHash.seed ^ UInt64(column.offsets[row + 1] - column.offsets[row])
        for index in column.offsets[row]..<column.offsets[row + 1] {
          hash = isOrdered ? PartitionHash.combine(hash, inner[Int(index)]) : hash &+ inner[Int(index)]
        }
        if !isValid(row) { hash = PartitionHash.nullHash }
        hashes[row] = isFirst ? hash : PartitionHash.combine(hashes[row], hash)
      }
    }
  }
}

extension FixedColumn {
  @inline(__always)
  func mix(into hashes: inout [UInt64], _ isFirst: Bool, _ hash: (Element) -> UInt64) {
    precondition(hashes.count == count, "one hash a row")
    let values = values.span
    var target = hashes.mutableSpan
    for row in values.indices {
      let next = validity == nil || validity!.isValid(row) ? hash(values[row]) : PartitionHash.nullHash
      target[row] = isFirst ? next : PartitionHash.combine(target[row], next)
    }
  }
}
