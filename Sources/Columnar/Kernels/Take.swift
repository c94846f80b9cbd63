//  Gather: the rows of a column at given positions.

extension Column {
  /// The rows at `rows`, in that order. Strings share the buffers they came from.
  public func take(_ rows: [Int32]) -> Column { take(rows, validity: takeValidity(validity, rows)) }

  /// - Parameter validity: That of the result.
  fileprivate func take(_ rows: [Int32], validity: Validity?) -> Column {
    switch self {
    case .bool(let column): .bool(FixedColumn(gather(column.values, rows), validity: validity))
    case .int8(let column): .int8(FixedColumn(gather(column.values, rows), validity: validity))
    case .int16(let column): .int16(FixedColumn(gather(column.values, rows), validity: validity))
    case .int32(let column): .int32(FixedColumn(gather(column.values, rows), validity: validity))
    case .int64(let column): .int64(FixedColumn(gather(column.values, rows), validity: validity))
    case .int128(let column): .int128(FixedColumn(gather(column.values, rows), validity: validity))
    case .float32(let column): .float32(FixedColumn(gather(column.values, rows), validity: validity))
    case .float64(let column): .float64(FixedColumn(gather(column.values, rows), validity: validity))
    case .bytes(let column):
      .bytes(BytesColumn(views: gather(column.views, rows), buffers: column.buffers, validity: validity).withoutUnusedBuffers())
    case .list(let column): .list(column.take(rows))
    case .row(let column): .row(RowColumn(column.children.take(rows), count: rows.count, validity: validity))
    }
  }
}

extension Array where Element == Column {
  /// The rows at `rows` of each column. Columns that share their validity, as the fields of one record do, also do so afterwards:
  /// which of the rows are valid is found out once.
  public func take(_ rows: [Int32]) -> [Column] {
    if let first, rows.count == first.count, rows.indices.allSatisfy({ Int(rows[$0]) == $0 }) { return self }
    var known: [(before: Validity, after: Validity?)] = []
    return map { column in
      guard let validity = column.validity else { return column.take(rows, validity: nil) }
      if let same = known.first(where: { $0.before.isIdentical(to: validity) }) { return column.take(rows, validity: same.after) }
      let taken = takeValidity(validity, rows)
      known.append((validity, taken))
      return column.take(rows, validity: taken)
    }
  }
}

extension BytesColumn {
  /// Those of a few rows out of many buffers keep what they refer to alone: columns that are put one behind the other would else
  /// have more buffers than rows.
  fileprivate func withoutUnusedBuffers() -> BytesColumn {
    guard buffers.count > views.count else { return self }
    var used: [ByteStorage] = []
    var places = [Int](repeating: -1, count: buffers.count)
    let views = views.map { view in
      guard !view.isInline else { return view }
      if places[view.buffer] < 0 {
        places[view.buffer] = used.count
        used.append(buffers[view.buffer])
      }
      return ByteView(low: view.low, high: view.high & ~0xFFFF_FFFF | UInt64(places[view.buffer]))
    }
    return BytesColumn(views: views, buffers: used, validity: validity)
  }
}

extension FixedColumn {
  @inlinable public func take(_ rows: [Int32]) -> FixedColumn {
    FixedColumn(gather(values, rows), validity: takeValidity(validity, rows))
  }
}

extension ListColumn {
  func take(_ rows: [Int32]) -> ListColumn {
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(rows.count + 1)
    var elementRows: [Int32] = []
    for row in rows {
      elementRows.append(contentsOf: self.offsets[Int(row)]..<self.offsets[Int(row) + 1])
      offsets.append(Int32(elementRows.count))
    }
    return ListColumn(offsets: offsets, elements: elements.take(elementRows), validity: takeValidity(validity, rows))
  }
}

/// `values[rows[i]]` for every i. Allocates the result only.
@inlinable func gather<Element: BitwiseCopyable>(_ values: [Element], _ rows: [Int32]) -> [Element] {
  let source = values.span
  let picked = rows.span
  return [Element](unsafeUninitializedCapacity: rows.count) { target, count in
    for index in picked.indices { target.initializeElement(at: index, to: source[Int(picked[index])]) }
    count = picked.count
  }
}

@inlinable func takeValidity(_ validity: Validity?, _ rows: [Int32]) -> Validity? {
  guard let validity else { return nil }
  let words = validity.words.span
  let picked = rows.span
  // Filters mostly leave the rows that have a value; that takes no branch to find out.
  var all: UInt64 = 1
  for index in picked.indices { all &= words[Int(picked[index]) &>> 6] &>> UInt64(truncatingIfNeeded: picked[index] & 63) }
  if all & 1 == 1 { return nil }
  return Validity.from(count: picked.count) { index in
    words[Int(picked[index]) &>> 6] &>> UInt64(truncatingIfNeeded: picked[index] & 63) & 1 == 1
  }
}
