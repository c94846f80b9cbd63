//  Writes frozen tables key group by key group, a section at a time, so that a snapshot needs little memory beside the state.

import Columnar

/// The key groups of a frozen table, and the sections of each.
struct TableEncoder {
  private let sections: SectionWriter
  private var groups: KeyGroupOrder
  private var rows: [Rows]

  /// Rows that a table has beside its groups.
  private struct Rows {
    let name: String
    let frozen: any FrozenRows
    let source: FrozenRowOrder
    /// Of positions in `source`.
    var order: KeyGroupOrder
  }

  init(name: String, window: Int64?, table: FrozenTable, maxParallelism: Int) {
    sections = SectionWriter(name: name, window: window, table: table)
    let keyGroupOf = table.keyGroups(maxParallelism: maxParallelism)
    groups = KeyGroupOrder(keyGroupOf)
    rows = table.rows.map { name, frozen in
      let source = frozen.order
      let order = KeyGroupOrder(count: source.count, rereads: source.isCheap) { positions in
        source.groups(in: positions).map { $0 < 0 ? -1 : keyGroupOf[Int($0)] }
      }
      return Rows(name: name, frozen: frozen, source: source, order: order)
    }
  }

  var keyGroups: [Int] { groups.keyGroups }

  /// Appends the sections of a key group one by one and lets `body` look after each. Key groups are asked for in ascending order.
  mutating func encode<Failure: Error>(
    _ keyGroup: Int, into writer: inout ByteWriter, _ body: (inout ByteWriter) throws(Failure) -> Void
  ) throws(Failure) {
    let (sections, table) = (sections, sections.table)
    // Keys without values of their own come with their rows.
    if !table.schema.columns.isEmpty || rows.isEmpty && table.packed.isEmpty {
      try groups.forEachPiece(of: keyGroup, pieceCount: TableSection.rowCountMax) { ids throws(Failure) in
        sections.append(
          .groups, sections.name, table.schema.columns, table.groups.keyColumns(ids) + table.columns.map { $0.gather(ids) }, ids.count,
          into: &writer
        )
        try body(&writer)
      }
    }
    for position in rows.indices {
      let (rowsName, frozen, source) = (rows[position].name, rows[position].frozen, rows[position].source)
      let isPacked = frozen.part.isPacked
      let pieceCount = isPacked ? Self.sortedCountMax : TableSection.rowCountMax
      try rows[position].order.forEachPiece(of: keyGroup, pieceCount: pieceCount) { positions throws(Failure) in
        guard isPacked else {
          sections.append(
            frozen.part, "\(sections.name)/\(rowsName)", frozen.storedFields,
            table.groups.keyColumns(source.groups(positions)) + frozen.columns(of: source.entries(positions)), positions.count,
            into: &writer)
          return try body(&writer)
        }
        // They are small: read in the order in which they lie, they are brought together afterwards.
        let columns = frozen.columns(of: source.entries(positions))
        let sorted = Self.sideBySide(source.groups(positions))
        for start in stride(from: 0, to: sorted.count, by: TableSection.rowCountMax) {
          let part = sorted[start..<min(start + TableSection.rowCountMax, sorted.count)]
          sections.appendCounted(
            rowsName, frozen, columns.take(part.map { Int32(truncatingIfNeeded: $0) }), part.map { Int32($0 >> 32) }, into: &writer)
          try body(&writer)
        }
      }
    }
    for (rowsName, packed) in table.packed {
      try groups.forEachPiece(of: keyGroup, pieceCount: TableSection.rowCountMax) { ids throws(Failure) in
        try packed.withRows(of: ids) { rows, counts throws(Failure) in
          try sections.append(packed, "\(sections.name)/\(rowsName)", ids, counts, rows, into: &writer, body)
        }
      }
    }
  }

  /// Rows that are looked at to bring those of a group together.
  private static let sortedCountMax = 1 << 16

  /// The group of each row in the upper half of a word, its position in `groups` in the lower one: those of a group side by side.
  private static func sideBySide(_ groups: [Int32]) -> [UInt64] {
    var rows = groups.indices.map { UInt64(UInt32(bitPattern: groups[$0])) << 32 | UInt64($0) }
    radixSort(&rows, fromBit: 32)
    return rows
  }
}

/// Appends pieces of a frozen table as sections.
private struct SectionWriter {
  let name: String
  let window: Int64?
  let table: FrozenTable

  func append(
    _ part: TableSection.Part, _ name: String, _ fields: [Field], _ columns: [Column], _ rowCount: Int, into writer: inout ByteWriter
  ) {
    let schema = Schema(table.schema.keys + fields)
    writer.writeSection { writer in
      TableSection.encodeHead(
        name: name, part: part, window: window, keyCount: table.schema.keys.count, schema: schema, into: &writer)
      RecordBatch(schema: schema, columns: columns, rowCount: rowCount).encode(into: &writer)
    }
  }

  /// Rows of a fixed width whose last column counts them, packed.
  func appendCounted(
    _ rowsName: String, _ frozen: any FrozenRows, _ columns: [Column], _ owners: [Int32], into writer: inout ByteWriter
  ) {
    var (ids, counts): ([Int32], [Int]) = ([], [])
    for owner in owners {
      if ids.last != owner {
        ids.append(owner)
        counts.append(0)
      }
      counts[counts.count - 1] += 1
    }
    var columns = columns
    var fields = frozen.storedFields
    (fields[fields.count - 1].type, columns[columns.count - 1]) = Self.narrowed(columns[columns.count - 1].widenedToInt64)
    let layout = RowLayout(fields.map(\.type))
    let encoder = RowEncoder(layout)
    encoder.encode(columns, rowCount: owners.count)
    writer.writeSection { writer in
      TableSection.encodeHead(
        name: "\(name)/\(rowsName)", part: frozen.part, window: window, keyCount: table.schema.keys.count,
        schema: Schema(table.schema.keys + fields), into: &writer)
      RecordBatch(schema: Schema(table.schema.keys), columns: table.groups.keyColumns(ids), rowCount: ids.count).encode(into: &writer)
      PackedRows.write(encoder, counts: counts, into: &writer)
    }
  }

  /// Counts in the narrowest type that has room for all of them.
  private static func narrowed(_ counts: FixedColumn<Int64>) -> (DataType, Column) {
    let most = counts.values.max() ?? 0
    let type: DataType = most <= Int64(Int8.max) ? .int8 : most <= Int64(Int16.max) ? .int16 : most <= Int64(Int32.max) ? .int32 : .int64
    return (type, type.column(int64: counts.values, validity: nil))
  }

  /// Rows, packed; a group with more rows than a section takes stands in several.
  func append<Failure: Error>(
    _ packed: any FrozenPackedRows, _ name: String, _ ids: [Int32], _ counts: [Int], _ rows: [UnsafeRawBufferPointer],
    into writer: inout ByteWriter, _ body: (inout ByteWriter) throws(Failure) -> Void
  ) throws(Failure) {
    var (position, next, taken) = (0, 0, 0)
    while next < rows.count {
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
          name: name, part: packed.part, window: window, keyCount: table.schema.keys.count,
          schema: Schema(table.schema.keys + packed.fields), into: &writer)
        RecordBatch(
          schema: Schema(table.schema.keys), columns: table.groups.keyColumns(sectionIDs), rowCount: sectionIDs.count
        ).encode(into: &writer)
        PackedRows.write(rows[start..<next], counts: sectionCounts, layout: packed.layout, into: &writer)
      }
      try body(&writer)
    }
  }
}

/// Rows of a table as they were frozen, each in a group.
protocol FrozenRows: Sendable {
  var part: TableSection.Part { get }
  /// What a snapshot has of each row, behind the keys.
  var storedFields: [Field] { get }
  /// What holds a row, in the order in which a key's rows are to be restored.
  var order: FrozenRowOrder { get }
  /// One column a stored field.
  func columns(of entries: [Int32]) -> [Column]
}

/// The order of frozen rows: what stands at each position.
enum FrozenRowOrder {
  /// Entries are their own positions, below a number. `groups` gives the group of each, -1 where there is no row; where they are
  /// read in one go by `groupsInOrder`, that takes less than keeping them.
  case byID(Int, groups: ([Int32]) -> [Int32], groupsInOrder: ((Range<Int>) -> [Int32])? = nil)
  case listed([Int32], groups: [Int32])

  var count: Int {
    switch self {
    case .byID(let count, groups: _, groupsInOrder: _): count
    case .listed(let entries, _): entries.count
    }
  }

  var isCheap: Bool {
    switch self {
    case .byID(_, groups: _, let groupsInOrder): groupsInOrder != nil
    case .listed: true
    }
  }

  func entries(_ positions: [Int32]) -> [Int32] {
    switch self {
    case .byID: positions
    case .listed(let entries, _): positions.map { entries[Int($0)] }
    }
  }

  func groups(in positions: Range<Int>) -> [Int32] {
    switch self {
    case .byID(_, let groups, let groupsInOrder): groupsInOrder?(positions) ?? groups(positions.map { Int32($0) })
    case .listed(_, let groups): Array(groups[positions])
    }
  }

  func groups(_ positions: [Int32]) -> [Int32] {
    switch self {
    case .byID(_, let groups, groupsInOrder: _): groups(positions)
    case .listed(_, let groups): positions.map { groups[Int($0)] }
    }
  }
}

/// Rows as they were frozen that lie in a snapshot as they lie in memory.
protocol FrozenPackedRows: Sendable {
  var part: TableSection.Part { get }
  var fields: [Field] { get }
  var layout: RowLayout { get }
  /// Calls `body` with the rows of some groups, group by group and in each in the order in which they are to be restored, and how
  /// many each group has.
  func withRows<Failure: Error>(
    of groups: [Int32], _ body: ([UnsafeRawBufferPointer], [Int]) throws(Failure) -> Void
  ) throws(Failure)
}

extension FrozenTable {
  fileprivate var packed: [(name: String, rows: any FrozenPackedRows)] {
    zip(schema.lists, lists).map { ($0.name, $1) } + zip(schema.rankings, rankings).map { ($0.name, $1) }
  }

  fileprivate var rows: [(name: String, rows: any FrozenRows)] {
    zip(schema.multimaps, multimaps).map { ($0.name, $1) }
      + zip(schema.timelines, timelines).map { ($0.name, $1) } + zip(schema.queues, queues).map { ($0.name, $1) }
      + zip(schema.buckets, buckets).map { ($0.name, $1) }
  }

  /// By group id; -1 for ids without a key.
  fileprivate func keyGroups(maxParallelism: Int) -> [Int16] {
    var keyGroups = [Int16](repeating: -1, count: groups.idCount)
    for start in stride(from: 0, to: groups.idCount, by: TableSection.rowCountMax) {
      let ids = groups.liveIDs(in: start..<min(start + TableSection.rowCountMax, groups.idCount))
      let hashes = PartitionHash.hashes(groups.keyColumns(ids), types: schema.keys.map(\.type), rowCount: ids.count)
      for (row, id) in ids.enumerated() {
        // State without a key belongs to the subtask that the rows go to, the first.
        keyGroups[Int(id)] = schema.keys.isEmpty ? 0 : Int16(KeyGroup.index(hash: hashes[row], maxParallelism: maxParallelism))
      }
    }
    return keyGroups
  }
}
