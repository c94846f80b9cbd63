//  Gather from two columns as if one stood behind the other, without putting it there.

extension Column {
  /// The rows at `rows`, in that order; those of `second` are counted from behind those of `first`. Each list of columns has one of
  /// each layout.
  public static func take(_ rows: [Int32], of first: [Column], and second: [Column]) -> [Column] {
    precondition(first.count == second.count, "the columns are the same")
    return zip(first, second).map { take(rows, of: $0, and: $1) }
  }

  private static func take(_ rows: [Int32], of first: Column, and second: Column) -> Column {
    // With NULLs, which are rarer, and where values are not of one width, it is not worth the trouble.
    guard first.validity == nil, second.validity == nil else { return concatenate([first, second]).take(rows) }
    switch (first, second) {
    case (.bool(let a), .bool(let b)): return .bool(FixedColumn(gather(a.values, b.values, rows)))
    case (.int8(let a), .int8(let b)): return .int8(FixedColumn(gather(a.values, b.values, rows)))
    case (.int16(let a), .int16(let b)): return .int16(FixedColumn(gather(a.values, b.values, rows)))
    case (.int32(let a), .int32(let b)): return .int32(FixedColumn(gather(a.values, b.values, rows)))
    case (.int64(let a), .int64(let b)): return .int64(FixedColumn(gather(a.values, b.values, rows)))
    case (.int128(let a), .int128(let b)): return .int128(FixedColumn(gather(a.values, b.values, rows)))
    case (.float32(let a), .float32(let b)): return .float32(FixedColumn(gather(a.values, b.values, rows)))
    case (.float64(let a), .float64(let b)): return .float64(FixedColumn(gather(a.values, b.values, rows)))
    case (.bytes(let a), .bytes(let b)):
      let rebased = a.buffers.isEmpty ? b.views : b.views.map { $0.rebased(by: a.buffers.count) }
      return .bytes(BytesColumn(views: gather(a.views, rebased, rows), buffers: a.buffers + b.buffers))
    default: return concatenate([first, second]).take(rows)
    }
  }

  private static func gather<Element: BitwiseCopyable>(_ first: [Element], _ second: [Element], _ rows: [Int32]) -> [Element] {
    let (a, b) = (first.span, second.span)
    let picked = rows.span
    return [Element](unsafeUninitializedCapacity: rows.count) { target, count in
      for index in picked.indices {
        let row = Int(picked[index])
        target.initializeElement(at: index, to: row < a.count ? a[row] : b[row &- a.count])
      }
      count = picked.count
    }
  }
}
