//  Writes frozen tables key group by key group, a section at a time, so that a snapshot needs little memory beside the state.

import Columnar

/// The key groups of a frozen table, and the sections of each.
struct TableEncoder {
  private let name: String
  private let window: Int64?
  private let table: FrozenTable
  private let groups: KeyGroupOrder
  private let rows: [Rows]

  /// Rows that a table has beside its groups.
  private struct Rows {
    let name: String
    let frozen: any FrozenRows
    let order: KeyGroupOrder
    let owners: [Int32]
  }

  init(name: String, window: Int64?, table: FrozenTable, maxParallelism: Int) {
    self.name = name
    self.window = window
    self.table = table
    let keyGroupOf = table.keyGroups(maxParallelism: maxParallelism)
    groups = KeyGroupOrder(Array(0..<Int32(table.groups.idCount)), keyGroups: keyGroupOf)
    rows = table.rows.map { name, frozen in
      var (entries, owners) = frozen.entries
      if frozen.part.isPacked {
        // Those of a group side by side.
        let order = KeyGroupOrder(Array(0..<Int32(entries.count)), keyGroups: owners).ids
        (entries, owners) = (order.map { entries[Int($0)] }, order.map { owners[Int($0)] })
      }
      let order = KeyGroupOrder(Array(0..<Int32(entries.count)), keyGroups: owners.map { keyGroupOf[Int($0)] })
      return Rows(
        name: name, frozen: frozen, order: order.mapped { entries[Int($0)] }, owners: order.ids.map { owners[Int($0)] })
    }
  }

  var keyGroups: [Int] { groups.keyGroups }

  /// Appends the sections of a key group one by one and lets `body` look after each.
  func encode<Failure: Error>(
    _ keyGroup: Int, into writer: inout ByteWriter, _ body: (inout ByteWriter) throws(Failure) -> Void
  ) throws(Failure) {
    // Keys without values of their own come with their rows.
    if !table.schema.columns.isEmpty || rows.isEmpty && table.lists.isEmpty {
      for part in KeyGroupOrder.pieces(groups.range(keyGroup)) {
        let ids = Array(groups.ids[part])
        append(
          .groups, name, table.schema.columns, table.groups.keyColumns(ids) + table.columns.map { $0.gather(ids) }, ids.count, into: &writer
        )
        try body(&writer)
      }
    }
    for rows in rows {
      for part in KeyGroupOrder.pieces(rows.order.range(keyGroup)) {
        if rows.frozen.part.isPacked {
          appendCounted(rows, part, into: &writer)
          try body(&writer)
          continue
        }
        append(
          rows.frozen.part, "\(name)/\(rows.name)", rows.frozen.storedFields,
          table.groups.keyColumns(Array(rows.owners[part])) + rows.frozen.columns(of: Array(rows.order.ids[part])), part.count,
          into: &writer)
        try body(&writer)
      }
    }
    for (list, description) in zip(table.lists, table.schema.lists) {
      for part in KeyGroupOrder.pieces(groups.range(keyGroup)) {
        let ids = Array(groups.ids[part])
        let (rows, counts) = list.rows(of: ids)
        try append(list, "\(name)/\(description.name)", ids, counts, rows, into: &writer, body)
      }
    }
  }

  private func append(
    _ part: TableSection.Part, _ name: String, _ fields: [Field], _ columns: [Column], _ rowCount: Int, into writer: inout ByteWriter
  ) {
    let schema = Schema(table.schema.keys + fields)
    writer.writeSection { writer in
      TableSection.encodeHead(
        name: name, part: part, window: window, keyCount: table.schema.keys.count, schema: schema, into: &writer)
      RecordBatch(schema: schema, columns: columns, rowCount: rowCount).encode(into: &writer)
    }
  }

  /// Rows whose last column counts them, packed.
  private func appendCounted(_ rows: Rows, _ part: Range<Int>, into writer: inout ByteWriter) {
    let owners = rows.owners[part]
    var (ids, counts): ([Int32], [Int]) = ([], [])
    for owner in owners {
      if ids.last != owner {
        ids.append(owner)
        counts.append(0)
      }
      counts[counts.count - 1] += 1
    }
    var columns = rows.frozen.columns(of: Array(rows.order.ids[part]))
    var fields = rows.frozen.storedFields
    (fields[fields.count - 1].type, columns[columns.count - 1]) = Self.narrowed(columns[columns.count - 1].widenedToInt64)
    let layout = RowLayout(fields.map(\.type))
    let encoder = RowEncoder(layout)
    encoder.encode(columns, rowCount: part.count)
    writer.writeSection { writer in
      TableSection.encodeHead(
        name: "\(name)/\(rows.name)", part: rows.frozen.part, window: window, keyCount: table.schema.keys.count,
        schema: Schema(table.schema.keys + fields), into: &writer)
      RecordBatch(schema: Schema(table.schema.keys), columns: table.groups.keyColumns(ids), rowCount: ids.count).encode(into: &writer)
      PackedRows.write((0..<part.count).map { encoder.bytes($0) }, counts: counts, layout: layout, into: &writer)
    }
  }

  /// Counts in the narrowest type that has room for all of them.
  private static func narrowed(_ counts: FixedColumn<Int64>) -> (DataType, Column) {
    let most = counts.values.max() ?? 0
    let type: DataType = most <= Int64(Int8.max) ? .int8 : most <= Int64(Int16.max) ? .int16 : most <= Int64(Int32.max) ? .int32 : .int64
    return (type, type.column(int64: counts.values, validity: nil))
  }

  /// The rows of lists, packed; a group with more rows than a section takes stands in several.
  private func append<Failure: Error>(
    _ list: FrozenRowLists, _ name: String, _ ids: [Int32], _ counts: [Int], _ handles: [RowHandle], into writer: inout ByteWriter,
    _ body: (inout ByteWriter) throws(Failure) -> Void
  ) throws(Failure) {
    var (position, next, taken) = (0, 0, 0)
    while next < handles.count {
      var (sectionIDs, sectionCounts): ([Int32], [Int]) = ([], [])
      let start = next
      while position < ids.count, next - start < TableSection.rowCountMax {
        let count = min(counts[position] - taken, TableSection.rowCountMax - (next - start))
        if count > 0 {
          sectionIDs.append(ids[position])
          sectionCounts.append(count)
        }
        next += count
        taken += count
        if taken == counts[position] { (position, taken) = (position + 1, 0) }
      }
      writer.writeSection { writer in
        TableSection.encodeHead(
          name: name, part: .listed, window: window, keyCount: table.schema.keys.count,
          schema: Schema(table.schema.keys + list.fields), into: &writer)
        RecordBatch(
          schema: Schema(table.schema.keys), columns: table.groups.keyColumns(sectionIDs), rowCount: sectionIDs.count
        ).encode(into: &writer)
        PackedRows.write(handles[start..<next].map { list.arena.bytes($0) }, counts: sectionCounts, layout: list.layout, into: &writer)
      }
      try body(&writer)
    }
  }
}

/// Ids sorted by key group, in each in their order.
struct KeyGroupOrder {
  let ids: [Int32]
  /// Where the ids of each key group begin, and where the last one's end.
  private let starts: [Int]

  private init(ids: [Int32], starts: [Int]) {
    self.ids = ids
    self.starts = starts
  }

  /// Ids of a negative key group are left out.
  init(_ ids: [Int32], keyGroups: [Int32]) {
    var ends = [Int](repeating: 0, count: Int(keyGroups.max() ?? -1) + 2)
    for keyGroup in keyGroups where keyGroup >= 0 { ends[Int(keyGroup) + 1] += 1 }
    for keyGroup in ends.indices.dropFirst() { ends[keyGroup] += ends[keyGroup - 1] }
    starts = ends
    self.ids = [Int32](unsafeUninitializedCapacity: starts[starts.count - 1]) { sorted, count in
      for (row, keyGroup) in keyGroups.enumerated() where keyGroup >= 0 {
        sorted.initializeElement(at: ends[Int(keyGroup)], to: ids[row])
        ends[Int(keyGroup)] += 1
      }
      count = sorted.count
    }
  }

  /// Ascending; those that have ids.
  var keyGroups: [Int] { (0..<(starts.count - 1)).filter { starts[$0] < starts[$0 + 1] } }

  /// Where the ids of a key group are.
  func range(_ keyGroup: Int) -> Range<Int> { keyGroup + 1 < starts.count ? starts[keyGroup]..<starts[keyGroup + 1] : 0..<0 }

  func mapped(_ transform: (Int32) -> Int32) -> KeyGroupOrder { KeyGroupOrder(ids: ids.map(transform), starts: starts) }

  /// Ranges of at most as many as a section has rows.
  static func pieces(_ range: Range<Int>) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: TableSection.rowCountMax).map {
      $0..<min($0 + TableSection.rowCountMax, range.upperBound)
    }
  }
}

/// Rows of a table as they were frozen, each in a group.
protocol FrozenRows: Sendable {
  var part: TableSection.Part { get }
  /// What a snapshot has of each row, behind the keys.
  var storedFields: [Field] { get }
  /// What holds a row, in the order in which a key's rows are to be restored, and the group of each.
  var entries: (entries: [Int32], groups: [Int32]) { get }
  /// One column a stored field.
  func columns(of entries: [Int32]) -> [Column]
}

extension FrozenTable {
  fileprivate var rows: [(name: String, rows: any FrozenRows)] {
    zip(schema.multimaps, multimaps).map { ($0.name, $1) } + zip(schema.rankings, rankings).map { ($0.name, $1) }
      + zip(schema.timelines, timelines).map { ($0.name, $1) } + zip(schema.queues, queues).map { ($0.name, $1) }
      + zip(schema.buckets, buckets).map { ($0.name, $1) }
  }

  /// By group id; -1 for ids without a key.
  fileprivate func keyGroups(maxParallelism: Int) -> [Int32] {
    var keyGroups = [Int32](repeating: -1, count: groups.idCount)
    for start in stride(from: 0, to: groups.idCount, by: TableSection.rowCountMax) {
      let ids = groups.liveIDs(in: start..<min(start + TableSection.rowCountMax, groups.idCount))
      let hashes = PartitionHash.hashes(groups.keyColumns(ids), types: schema.keys.map(\.type), rowCount: ids.count)
      for (row, id) in ids.enumerated() {
        // State without a key belongs to the subtask that the rows go to, the first.
        keyGroups[Int(id)] = schema.keys.isEmpty ? 0 : Int32(KeyGroup.index(hash: hashes[row], maxParallelism: maxParallelism))
      }
    }
    return keyGroups
  }
}
