//  Gather: the rows of a column at given positions.

extension Column {
  /// The rows at `rows`, in that order. Strings share the buffers they came from.
  public func take(_ rows: [Int32]) -> Column {
    switch self {
    case .bool(let column): .bool(column.take(rows))
    case .int8(let column): .int8(column.take(rows))
    case .int16(let column): .int16(column.take(rows))
    case .int32(let column): .int32(column.take(rows))
    case .int64(let column): .int64(column.take(rows))
    case .int128(let column): .int128(column.take(rows))
    case .float32(let column): .float32(column.take(rows))
    case .float64(let column): .float64(column.take(rows))
    case .bytes(let column):
      .bytes(BytesColumn(views: gather(column.views, rows), buffers: column.buffers, validity: takeValidity(column.validity, rows)))
    case .list(let column): .list(column.take(rows))
    case .row(let column):
      .row(RowColumn(column.children.map { $0.take(rows) }, count: rows.count, validity: takeValidity(column.validity, rows)))
    }
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
  return Validity.from(count: rows.count) { validity.isValid(Int(rows[$0])) }
}
