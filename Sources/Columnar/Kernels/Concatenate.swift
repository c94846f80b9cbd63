//  One column after the other. Strings keep their buffers: only views are copied and rebased.

extension Column {
  /// All have the layout of the first; there is at least one.
  public static func concatenate(_ columns: [Column]) -> Column {
    precondition(!columns.isEmpty, "there is something to concatenate")
    if columns.count == 1 { return columns[0] }
    let validity = joinedValidity(columns)
    switch columns[0] {
    case .bool:
      return .bool(FixedColumn(columns.flatMap { if case .bool(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .int8:
      return .int8(FixedColumn(columns.flatMap { if case .int8(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .int16:
      return .int16(FixedColumn(columns.flatMap { if case .int16(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .int32:
      return .int32(FixedColumn(columns.flatMap { if case .int32(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .int64:
      return .int64(FixedColumn(columns.flatMap { if case .int64(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .int128:
      return .int128(FixedColumn(columns.flatMap { if case .int128(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .float32:
      return .float32(FixedColumn(columns.flatMap { if case .float32(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .float64:
      return .float64(FixedColumn(columns.flatMap { if case .float64(let c) = $0 { c.values } else { mismatch() } }, validity: validity))
    case .bytes:
      var views: [ByteView] = []
      views.reserveCapacity(columns.reduce(0) { $0 + $1.count })
      var buffers: [ByteStorage] = []
      for case .bytes(let column) in columns {
        let first = buffers.count
        if first == 0 { views.append(contentsOf: column.views) } else { for view in column.views { views.append(view.rebased(by: first)) } }
        buffers.append(contentsOf: column.buffers)
      }
      return .bytes(BytesColumn(views: views, buffers: buffers, validity: validity))
    case .list:
      var offsets: [Int32] = [0]
      var elements: [Column] = []
      for case .list(let column) in columns {
        let shift = offsets[offsets.count - 1] - column.offsets[0]
        offsets.append(contentsOf: column.offsets.dropFirst().map { $0 + shift })
        elements.append(column.elements.take(Array(column.offsets[0]..<column.offsets[column.count])))
      }
      return .list(ListColumn(offsets: offsets, elements: concatenate(elements), validity: validity))
    case .row(let first):
      let rows = columns.map { column -> RowColumn in if case .row(let row) = column { row } else { mismatch() } }
      let children = first.children.indices.map { index in concatenate(rows.map { $0.children[index] }) }
      return .row(RowColumn(children, count: rows.reduce(0) { $0 + $1.count }, validity: validity))
    }
  }

  private static func joinedValidity(_ columns: [Column]) -> Validity? {
    guard columns.contains(where: { $0.validity != nil }) else { return nil }
    var builder = ValidityBuilder()
    for column in columns { builder.append(column.validity, count: column.count) }
    return builder.finish()
  }

  private static func mismatch() -> Never { preconditionFailure("columns to concatenate have one layout") }
}
