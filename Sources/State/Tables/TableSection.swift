//  Keyed tables as bytes. Everything is a batch with its schema, so that a tool can read it and a changed job can keep
//  what still fits.
//
//  key group = version:u8 section*
//  section   = length:u32 name:string part:u8 window:u8 [window:i64] keys:varint schema content
//  content   = batch | packed rows
//  part      = 0 for keys and columns, 1 for the rows of a multimap: "table/multimap", how many rows each goes with if that
//              is counted, and its own count as the last column,
//            2 for ranked rows: "table/ranking", packed, those of a key in order,
//            3 for rows that wait: "table/timeline", those of a key in the order in which they came,
//            4 for the rows of a queue: "table/queue", those of a key in order,
//            5 for rows in buckets: "table/buckets", and their times and whether they have settled as the last columns,
//            6 for the rows of lists: "table/list", packed,
//            7 for the rows of a multimap, packed, with their own count as the last column, in as few bytes as the counts of the
//              section need

import Columnar

/// A piece of a table as it stands in a snapshot.
struct TableSection {
  enum Part: UInt8 {
    case groups, rows, ranked, timed, queued, bucketed, listed, counted

    /// Each key stands once, before the rows of all.
    var isPacked: Bool { self == .ranked || self == .listed || self == .counted }
  }
  var name: String
  var part: Part
  var window: Int64?
  /// How many columns of the schema are key columns; they come first.
  var keyCount: Int
  var schema: Schema
  /// All columns, one row each; of packed rows only the keys, each with as many rows as `packed` says.
  var batch: RecordBatch
  var packed: PackedRows?

  static let version: UInt8 = 3
  /// Rows of a section, about; larger tables are split. So many that their transposition stays in the cache.
  static let rowCountMax = 4096

  static func encodeHead(
    name: String, part: Part, window: Int64?, keyCount: Int, schema: Schema, into writer: inout ByteWriter
  ) {
    writer.write(name)
    writer.write(part.rawValue)
    writer.write(window != nil)
    if let window { writer.write(fixed: window) }
    writer.write(count: keyCount)
    schema.encode(into: &writer)
  }

  private init(from reader: inout ByteReader) throws(CodecError) {
    name = try reader.readString()
    let byte = try reader.readByte()
    guard let part = Part(rawValue: byte) else { throw reader.error("\(byte) is no part of a table") }
    self.part = part
    window = try reader.readBool() ? try reader.readFixed(Int64.self) : nil
    let keyCount = try reader.readCount(limit: Int(UInt16.max))
    schema = try Schema.decode(from: &reader)
    guard keyCount <= schema.count else { throw reader.error("\(keyCount) key columns of \(schema.count) columns") }
    self.keyCount = keyCount
    batch = try RecordBatch.decode(from: &reader, schema: part.isPacked ? Schema(Array(schema.fields.prefix(keyCount))) : schema)
    guard batch.changes == nil else { throw reader.error("a table has no changes") }
    if part.isPacked {
      packed = try PackedRows(from: &reader, types: schema.fields.dropFirst(keyCount).map(\.type), groupCount: batch.rowCount)
    }
    try reader.expectEnd()
  }

  /// A section that has not been decoded, but for the name of its table.
  struct Encoded {
    let table: String
    let bytes: ArraySlice<UInt8>

    func decode() throws(CodecError) -> TableSection {
      try ByteReader.read(bytes) { reader throws(CodecError) in try TableSection(from: &reader) }
    }
  }

  /// The sections of one key group.
  static func split(_ bytes: [UInt8]) throws(CodecError) -> [Encoded] {
    try ByteReader.read(bytes) { reader throws(CodecError) in
      let version = try reader.readByte()
      guard version == Self.version else { throw reader.error("state version \(version) is not \(Self.version)") }
      var sections: [Encoded] = []
      while reader.remaining > 0 {
        var section = try reader.readSection()
        let end = reader.offset
        let start = end - section.remaining
        let name = try section.readString()
        sections.append(Encoded(table: String(name.prefix { $0 != "/" }), bytes: bytes[start..<end]))
      }
      return sections
    }
  }
}

extension KeyedTable {
  /// Takes in what a snapshot had of this table. Columns that the snapshot does not have keep their zeros or nulls; those
  /// that only the snapshot has are dropped.
  func load(_ section: TableSection) throws(StateError) {
    let types = section.schema.fields.prefix(section.keyCount).map(\.type)
    guard types == schema.keys.map(\.type) else {
      throw StateError("the keys of state \"\(section.name)\" are \(types), the operator's are \(schema.keys.map(\.type))")
    }
    var ids: [Int32] = []
    resolve(Array(section.batch.columns.prefix(section.keyCount)), rowCount: section.batch.rowCount, into: &ids)
    switch section.part {
    case .groups: try loadColumns(section, ids)
    case .rows: try loadRows(section, Array(section.batch.columns.dropFirst(section.keyCount)), ids)
    case .counted:
      guard let rows = section.packed else { return }
      let (columns, positions) = rows.columns(section.schema.fields.dropFirst(section.keyCount).map(\.type))
      try loadRows(section, columns, positions.map { ids[Int($0)] })
    case .ranked: try loadRanked(section, ids)
    case .timed:
      guard let position = schema.timelines.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
      let rows = try plainRows(section, schema.timelines[position].fields)
      guard rows[schema.timelines[position].time].validity == nil else {
        throw StateError("a row of state \"\(section.name)\" has no time")
      }
      timelines[position].add(rows, groups: ids)
    case .bucketed: try loadBuckets(section, ids)
    case .listed: try loadLists(section, ids)
    case .queued:
      guard let position = schema.queues.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
      let rows = try plainRows(section, schema.queues[position].fields)
      let entries = queues[position].store(rows, rowCount: ids.count)
      for (entry, group) in zip(entries, ids) { queues[position].append(entry, to: group) }
    }
  }

  /// The columns behind the keys, which are to have the types of these fields.
  private func plainRows(_ section: TableSection, _ fields: [Field]) throws(StateError) -> [Column] {
    let found = section.schema.fields.dropFirst(section.keyCount).map(\.type)
    let wanted = fields.map(\.type)
    guard found == wanted else {
      throw StateError("the rows of state \"\(section.name)\" are \(found), the operator's are \(wanted)")
    }
    return Array(section.batch.columns.dropFirst(section.keyCount))
  }

  private func loadColumns(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    for position in section.keyCount..<section.schema.count {
      let field = section.schema[position]
      guard let column = columns.first(where: { $0.field.name == field.name }) else { continue }
      guard column.field.type == field.type else {
        throw StateError("column \"\(field.name)\" of state \"\(section.name)\" is \(field.type), the operator's is \(column.field.type)")
      }
      guard column.field.isNullable || section.batch.columns[position].validity == nil else {
        throw StateError("column \"\(field.name)\" of state \"\(section.name)\" has nulls, the operator's has none")
      }
      column.scatter(section.batch.columns[position], to: ids)
    }
  }

  /// - Parameter columns: Those behind the keys.
  private func loadRows(_ section: TableSection, _ columns: [Column], _ ids: [Int32]) throws(StateError) {
    guard let position = schema.multimaps.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else {
      return try loadList(section, columns, ids)
    }
    let wanted = multimaps[position].fields.map(\.type)
    let found = section.schema.fields.dropFirst(section.keyCount).map(\.type)
    let countsAssociations = schema.multimaps[position].countsAssociations
    let hasStamps = section.schema.fields.dropFirst(section.keyCount + wanted.count).first == FrozenMultimap.stampField
    guard found.dropLast() == wanted + (hasStamps ? [.int64] : []) + (countsAssociations ? [.int64] : []), let last = found.last,
      last.isInteger
    else {
      throw StateError("the rows of state \"\(section.name)\" are \(found.dropLast()), the operator's are \(wanted)")
    }
    let counts = columns[columns.count - 1].widenedToInt64
    guard counts.validity == nil, counts.values.allSatisfy({ $0 > 0 }) else {
      throw StateError("a row of state \"\(section.name)\" is there less than once")
    }
    let entries = multimaps[position].addTracking(Array(columns.prefix(wanted.count)), groups: ids, deltas: counts.values)
    if countsAssociations, case .int64(let associations) = columns[columns.count - 2] {
      for (entry, count) in zip(entries, associations.values) { multimaps[position].setAssociationCount(max(0, count), of: entry) }
    }
    let stamps = hasStamps ? columns[wanted.count].widenedToInt64.values : entries.map { _ in 0 }
    for (entry, stamp) in zip(entries, stamps) { multimaps[position].setStamp(stamp, of: entry) }
  }

  private func loadRanked(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    guard let rows = section.packed,
      let position = schema.rankings.firstIndex(where: { section.name.hasSuffix("/" + $0.name) })
    else { return }
    let found = section.schema.fields.dropFirst(section.keyCount).map(\.type)
    try check(section, found, rankings[position].fields)
    let (columns, positions) = rows.columns(found)
    rankings[position].load(columns, groups: positions.map { ids[Int($0)] })
  }

  private func loadLists(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    guard let rows = section.packed else { return }
    let found = section.schema.fields.dropFirst(section.keyCount).map(\.type)
    if let position = schema.lists.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) {
      try check(section, found, lists[position].fields)
      lists[position].load(rows, groups: ids)
    } else if let position = schema.multimaps.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) {
      // A join takes rows back, or lets them expire, that did not when the snapshot was taken.
      try check(section, found, multimaps[position].fields)
      let (columns, positions) = rows.columns(found)
      let entries = multimaps[position].addTracking(columns, groups: positions.map { ids[Int($0)] })
      for entry in entries { multimaps[position].setStamp(0, of: entry) }
    }
  }

  /// Rows of a multimap for a list: each as often as it was there.
  private func loadList(_ section: TableSection, _ columns: [Column], _ ids: [Int32]) throws(StateError) {
    guard let position = schema.lists.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
    let width = lists[position].fields.count
    try check(section, section.schema.fields.dropFirst(section.keyCount).prefix(width).map(\.type), lists[position].fields)
    guard let counts = columns.last, counts.validity == nil, case .int64 = counts else {
      throw StateError("the rows of state \"\(section.name)\" are not counted")
    }
    let times = counts.widenedToInt64.values
    guard times.allSatisfy({ 0 < $0 && $0 <= Int64(Int32.max) }) else {
      throw StateError("a row of state \"\(section.name)\" is there less than once, or too often")
    }
    let rows = times.indices.flatMap { repeatElement(Int32($0), count: Int(times[$0])) }
    lists[position].add(columns.prefix(width).map { $0.take(rows) }, groups: rows.map { ids[Int($0)] })
  }

  private func check(_ section: TableSection, _ found: [DataType], _ fields: [Field]) throws(StateError) {
    guard found == fields.map(\.type) else {
      throw StateError("the rows of state \"\(section.name)\" are \(found), the operator's are \(fields.map(\.type))")
    }
  }

  private func loadBuckets(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    guard let position = schema.buckets.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
    let wanted = buckets[position].fields.map(\.type)
    let found = section.schema.fields.dropFirst(section.keyCount).map(\.type)
    let columns = section.batch.columns
    guard found == wanted + FrozenBuckets.extraFields.map(\.type), case .int64(let times) = columns[columns.count - 2],
      case .bool(let settled) = columns[columns.count - 1]
    else {
      throw StateError("the rows of state \"\(section.name)\" are \(found.dropLast(2)), the operator's are \(wanted)")
    }
    guard times.values.allSatisfy(BucketedRows.timeRange.contains) else {
      throw StateError("a row of state \"\(section.name)\" has a time beyond all times")
    }
    buckets[position].load(
      Array(columns[section.keyCount..<(columns.count - 2)]), groups: ids, times: times.values, settled: settled.values)
  }
}
