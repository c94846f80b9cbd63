//  Keyed tables as bytes. Everything is a batch with its schema, so that a tool can read it and a changed job can keep
//  what still fits.
//
//  key group = version:u8 section*
//  section   = name:string part:u8 window:u8 [window:i64] keys:varint schema batch
//  part      = 0 for keys and columns, 1 for the rows of a multimap: "table/multimap", how many rows each goes with if that
//              is counted, and its own count as the last column,
//            2 for ranked rows: "table/ranking", and their sequence numbers as the last column,
//            3 for rows that wait: "table/timeline", those of a key in the order in which they came,
//            4 for the rows of a queue: "table/queue", those of a key in order,
//            5 for rows in buckets: "table/buckets", and their times and whether they have settled as the last columns

import Columnar

/// A batch of a table as it stands in a snapshot.
struct TableSection {
  enum Part: UInt8 {
    case groups, rows, ranked, timed, queued, bucketed
  }
  var name: String
  var part: Part
  var window: Int64?
  /// How many columns of the batch are key columns; they come first.
  var keyCount: Int
  var batch: RecordBatch

  static let version: UInt8 = 1
  /// Rows of a section; larger tables are split.
  static let rowCountMax = 1 << 16

  func encode(into writer: inout ByteWriter) {
    writer.write(name)
    writer.write(part.rawValue)
    writer.write(window != nil)
    if let window { writer.write(fixed: window) }
    writer.write(count: keyCount)
    batch.schema.encode(into: &writer)
    batch.encode(into: &writer)
  }

  init(name: String, part: Part, window: Int64?, keyCount: Int, batch: RecordBatch) {
    self.name = name
    self.part = part
    self.window = window
    self.keyCount = keyCount
    self.batch = batch
  }

  init(from reader: inout ByteReader) throws(CodecError) {
    name = try reader.readString()
    let byte = try reader.readByte()
    guard let part = Part(rawValue: byte) else { throw reader.error("\(byte) is no part of a table") }
    self.part = part
    window = try reader.readBool() ? try reader.readFixed(Int64.self) : nil
    let keyCount = try reader.readCount(limit: Int(UInt16.max))
    let schema = try Schema.decode(from: &reader)
    guard keyCount <= schema.count else { throw reader.error("\(keyCount) key columns of \(schema.count) columns") }
    self.keyCount = keyCount
    batch = try RecordBatch.decode(from: &reader, schema: schema)
    guard batch.changes == nil else { throw reader.error("a table has no changes") }
  }

  /// All sections of one key group.
  static func decodeAll(_ bytes: [UInt8]) throws(CodecError) -> [TableSection] {
    try ByteReader.read(bytes) { reader throws(CodecError) in
      let version = try reader.readByte()
      guard version == Self.version else { throw reader.error("state version \(version) is not \(Self.version)") }
      var sections: [TableSection] = []
      while reader.remaining > 0 { sections.append(try TableSection(from: &reader)) }
      return sections
    }
  }
}

extension FrozenTable {
  /// Appends this table to the bytes of each key group that it has keys of.
  func encode(name: String, window: Int64?, maxParallelism: Int, into writers: inout [Int: ByteWriter]) {
    var keyGroupOf = [Int32](repeating: -1, count: groups.idCount)
    for start in stride(from: 0, to: groups.idCount, by: TableSection.rowCountMax) {
      let ids = groups.liveIDs(in: start..<min(start + TableSection.rowCountMax, groups.idCount))
      let hashes = PartitionHash.hashes(groups.keyColumns(ids), types: schema.keys.map(\.type), rowCount: ids.count)
      for (row, id) in ids.enumerated() {
        // State without a key belongs to the subtask that the rows go to, the first.
        keyGroupOf[Int(id)] = schema.keys.isEmpty ? 0 : Int32(KeyGroup.index(hash: hashes[row], maxParallelism: maxParallelism))
      }
    }
    for (keyGroup, ids) in Self.sorted(Array(0..<Int32(groups.idCount)), keyGroups: keyGroupOf) {
      for part in Self.chunks(ids) {
        let batch = RecordBatch(
          schema: Schema(schema.keys + schema.columns), columns: groups.keyColumns(part) + columns.map { $0.gather(part) },
          rowCount: part.count)
        append(TableSection(name: name, part: .groups, window: window, keyCount: schema.keys.count, batch: batch), keyGroup, &writers)
      }
    }
    for (multimap, description) in zip(multimaps, schema.multimaps) {
      let (entries, owners) = multimap.entries(in: 0..<multimap.entryIDCount)
      let positions = Self.sorted(Array(0..<Int32(entries.count)), keyGroups: owners.map { keyGroupOf[Int($0)] })
      for (keyGroup, rows) in positions {
        for part in Self.chunks(rows) {
          let ids = part.map { entries[Int($0)] }
          let batch = RecordBatch(
            schema: Schema(schema.keys + multimap.fields + multimap.countFields),
            columns: groups.keyColumns(part.map { owners[Int($0)] }) + multimap.columns(of: ids)
              + [multimap.associations, multimap.counts].compactMap { $0.map { .int64(FixedColumn($0.gather(ids))) } },
            rowCount: part.count)
          append(
            TableSection(name: "\(name)/\(description.name)", part: .rows, window: window, keyCount: schema.keys.count, batch: batch),
            keyGroup, &writers)
        }
      }
    }
    for (ranking, description) in zip(rankings, schema.rankings) {
      let (entries, owners, sequences) = ranking.entries
      let positions = Self.sorted(Array(0..<Int32(entries.count)), keyGroups: owners.map { keyGroupOf[Int($0)] })
      for (keyGroup, rows) in positions {
        for part in Self.chunks(rows) {
          let batch = RecordBatch(
            schema: Schema(schema.keys + ranking.fields + [Field("sequence", .int64, isNullable: false)]),
            columns: groups.keyColumns(part.map { owners[Int($0)] }) + ranking.columns(of: part.map { entries[Int($0)] })
              + [.int64(FixedColumn(part.map { sequences[Int($0)] }))],
            rowCount: part.count)
          append(
            TableSection(name: "\(name)/\(description.name)", part: .ranked, window: window, keyCount: schema.keys.count, batch: batch),
            keyGroup, &writers)
        }
      }
    }
    for (timeline, description) in zip(timelines, schema.timelines) {
      let (entries, owners) = timeline.entries
      append(.timed, "\(name)/\(description.name)", timeline.fields, entries, owners, keyGroupOf, window, timeline.columns(of:), &writers)
    }
    for (queue, description) in zip(queues, schema.queues) {
      let (entries, owners) = queue.entries(of: (0..<Int32(groups.idCount)).filter { keyGroupOf[Int($0)] >= 0 })
      append(.queued, "\(name)/\(description.name)", queue.fields, entries, owners, keyGroupOf, window, queue.columns(of:), &writers)
    }
    for (rows, description) in zip(buckets, schema.buckets) {
      let (entries, owners) = rows.entries
      append(
        .bucketed, "\(name)/\(description.name)", rows.fields + FrozenBuckets.extraFields, entries, owners, keyGroupOf, window,
        rows.columns(of:), &writers)
    }
  }

  /// Rows that need nothing but their order.
  private func append(
    _ part: TableSection.Part, _ name: String, _ fields: [Field], _ entries: [Int32], _ owners: [Int32], _ keyGroupOf: [Int32],
    _ window: Int64?, _ columns: ([Int32]) -> [Column], _ writers: inout [Int: ByteWriter]
  ) {
    let positions = Self.sorted(Array(0..<Int32(entries.count)), keyGroups: owners.map { keyGroupOf[Int($0)] })
    for (keyGroup, rows) in positions {
      for chunk in Self.chunks(rows) {
        let batch = RecordBatch(
          schema: Schema(schema.keys + fields),
          columns: groups.keyColumns(chunk.map { owners[Int($0)] }) + columns(chunk.map { entries[Int($0)] }), rowCount: chunk.count)
        append(TableSection(name: name, part: part, window: window, keyCount: schema.keys.count, batch: batch), keyGroup, &writers)
      }
    }
  }

  private func append(_ section: TableSection, _ keyGroup: Int, _ writers: inout [Int: ByteWriter]) {
    if writers[keyGroup] == nil { writers[keyGroup, default: ByteWriter()].write(TableSection.version) }
    section.encode(into: &writers[keyGroup]!)
  }

  /// The ids of each key group, in their order; those of a negative key group are left out.
  private static func sorted(_ ids: [Int32], keyGroups: [Int32]) -> [(keyGroup: Int, ids: [Int32])] {
    guard let highest = keyGroups.max(), highest >= 0 else { return [] }
    var ends = [Int](repeating: 0, count: Int(highest) + 2)
    for keyGroup in keyGroups where keyGroup >= 0 { ends[Int(keyGroup) + 1] += 1 }
    for keyGroup in 1..<ends.count { ends[keyGroup] += ends[keyGroup - 1] }
    let starts = ends
    var sorted = [Int32](repeating: 0, count: starts[starts.count - 1])
    for (row, keyGroup) in keyGroups.enumerated() where keyGroup >= 0 {
      sorted[ends[Int(keyGroup)]] = ids[row]
      ends[Int(keyGroup)] += 1
    }
    return (0...Int(highest)).filter { starts[$0] < starts[$0 + 1] }.map { ($0, Array(sorted[starts[$0]..<starts[$0 + 1]])) }
  }

  private static func chunks(_ ids: [Int32]) -> [[Int32]] {
    stride(from: 0, to: ids.count, by: TableSection.rowCountMax).map { Array(ids[$0..<min($0 + TableSection.rowCountMax, ids.count)]) }
  }
}

extension KeyedTable {
  /// Takes in what a snapshot had of this table. Columns that the snapshot does not have keep their zeros or nulls; those
  /// that only the snapshot has are dropped.
  func load(_ section: TableSection) throws(StateError) {
    let types = section.batch.schema.fields.prefix(section.keyCount).map(\.type)
    guard types == schema.keys.map(\.type) else {
      throw StateError("the keys of state \"\(section.name)\" are \(types), the operator's are \(schema.keys.map(\.type))")
    }
    var ids: [Int32] = []
    resolve(Array(section.batch.columns.prefix(section.keyCount)), rowCount: section.batch.rowCount, into: &ids)
    switch section.part {
    case .groups: try loadColumns(section, ids)
    case .rows: try loadRows(section, ids)
    case .ranked: try loadRanked(section, ids)
    case .timed:
      guard let position = schema.timelines.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
      let rows = try plainRows(section, schema.timelines[position].fields)
      guard rows[schema.timelines[position].time].validity == nil else {
        throw StateError("a row of state \"\(section.name)\" has no time")
      }
      timelines[position].add(rows, groups: ids)
    case .bucketed: try loadBuckets(section, ids)
    case .queued:
      guard let position = schema.queues.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
      let rows = try plainRows(section, schema.queues[position].fields)
      let entries = queues[position].store(rows, rowCount: ids.count)
      for (entry, group) in zip(entries, ids) { queues[position].append(entry, to: group) }
    }
  }

  /// The columns behind the keys, which are to have the types of these fields.
  private func plainRows(_ section: TableSection, _ fields: [Field]) throws(StateError) -> [Column] {
    let found = section.batch.schema.fields.dropFirst(section.keyCount).map(\.type)
    let wanted = fields.map(\.type)
    guard found == wanted else {
      throw StateError("the rows of state \"\(section.name)\" are \(found), the operator's are \(wanted)")
    }
    return Array(section.batch.columns.dropFirst(section.keyCount))
  }

  private func loadColumns(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    for position in section.keyCount..<section.batch.schema.count {
      let field = section.batch.schema[position]
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

  private func loadRows(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    guard let position = schema.multimaps.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
    let wanted = multimaps[position].fields.map(\.type)
    let found = section.batch.schema.fields.dropFirst(section.keyCount).map(\.type)
    let countsAssociations = schema.multimaps[position].countsAssociations
    guard found == wanted + (countsAssociations ? [.int64, .int64] : [.int64]),
      case .int64(let counts) = section.batch.columns[section.batch.columns.count - 1]
    else {
      throw StateError("the rows of state \"\(section.name)\" are \(found.dropLast()), the operator's are \(wanted)")
    }
    guard counts.values.allSatisfy({ $0 > 0 }) else { throw StateError("a row of state \"\(section.name)\" is there less than once") }
    let entries = multimaps[position].addTracking(
      Array(section.batch.columns[section.keyCount..<(section.keyCount + wanted.count)]), groups: ids, deltas: counts.values)
    if countsAssociations, case .int64(let associations) = section.batch.columns[section.batch.columns.count - 2] {
      for (entry, count) in zip(entries, associations.values) { multimaps[position].setAssociationCount(max(0, count), of: entry) }
    }
  }

  private func loadRanked(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    guard let position = schema.rankings.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
    let wanted = rankings[position].fields.map(\.type)
    let found = section.batch.schema.fields.dropFirst(section.keyCount).map(\.type)
    guard found == wanted + [.int64], case .int64(let sequences) = section.batch.columns[section.batch.columns.count - 1] else {
      throw StateError("the rows of state \"\(section.name)\" are \(found.dropLast()), the operator's are \(wanted)")
    }
    guard sequences.values.allSatisfy({ 0 <= $0 && $0 < .max }) else {
      throw StateError("a row of state \"\(section.name)\" has no place in the order of arrival")
    }
    rankings[position].load(
      Array(section.batch.columns[section.keyCount..<(section.batch.columns.count - 1)]), groups: ids, sequences: sequences.values)
  }
  private func loadBuckets(_ section: TableSection, _ ids: [Int32]) throws(StateError) {
    guard let position = schema.buckets.firstIndex(where: { section.name.hasSuffix("/" + $0.name) }) else { return }
    let wanted = buckets[position].fields.map(\.type)
    let found = section.batch.schema.fields.dropFirst(section.keyCount).map(\.type)
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
