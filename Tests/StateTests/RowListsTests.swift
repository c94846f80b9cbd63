//  Lists of rows beside a model of them: added to while a snapshot is being written, restored, dealt out anew, damaged.

import Columnar
import TestKit
import Testing

@testable import State

@Suite("RowLists")
struct RowListsTests {
  static let fields = [
    Field("number", .int32), Field("text", .string), Field("list", .array(.int64)),
  ]
  static let tables = TableSchema(keys: [Field("k", .int64)], lists: [.init("rows", fields)])
  static let fixed = TableSchema(keys: [Field("k", .int64)], lists: [.init("rows", [Field("number", .int32), Field("big", .int64)])])

  static func backend(_ subtask: Int, of parallelism: Int) -> StateBackend {
    StateBackend(
      keyGroups: .of(subtask: subtask, parallelism: parallelism, maxParallelism: 128), maxParallelism: 128, subtask: subtask,
      parallelism: parallelism)
  }

  /// Adds random rows, those of key 0 more often than a page or a section holds.
  static func add(_ count: Int, to table: KeyedTable, _ model: inout [Value: [[Value]]], _ random: inout SeededGenerator) {
    let fields = table.lists[0].fields
    let builder = BatchBuilder(Schema(table.schema.keys + fields))
    for _ in 0..<count {
      let key: Value = Int.random(in: 0..<3, using: &random) == 0 ? .integer(0) : .integer(.random(in: 1..<500, using: &random))
      let row = fields.map { field -> Value in
        if Int.random(in: 0..<5, using: &random) == 0 { return .null }
        return switch field.type.layout {
        case .bytes: .string(String(repeating: "x", count: Int.random(in: 0..<40, using: &random)))
        case .list: .list([.integer(.random(in: 0..<9, using: &random)), .null])
        default: .integer(.random(in: -9..<9, using: &random))
        }
      }
      builder.append([key] + row, .insert)
      model[key, default: []].append(row)
    }
    let rows = builder.finish()
    var ids: [Int32] = []
    table.resolve([rows.columns[0]], rowCount: rows.rowCount, into: &ids)
    table.lists[0].add(Array(rows.columns.dropFirst()), groups: ids)
  }

  static func contents(_ table: KeyedTable) -> [Value: [[Value]]] {
    let list = table.lists[0]
    var contents: [Value: [[Value]]] = [:]
    for group in table.groups.liveIDs {
      var handles: [RowHandle] = []
      var row = list.newest(in: group)
      while row != 0 {
        handles.append(row)
        row = list.row(before: row)
      }
      let rows = RecordBatch(schema: Schema(list.fields), columns: list.columns(of: handles.reversed()), rowCount: handles.count)
      contents[table.groups.keyColumns([group])[0].value(at: 0, type: .int64)] = (0..<rows.rowCount).map { rows.values(at: $0) }
    }
    return contents
  }

  @Test("rows come back in their order, as they were when the snapshot was taken", arguments: [tables, fixed], [1, 300, 20_000])
  func restores(schema: TableSchema, count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    var model: [Value: [[Value]]] = [:]
    let backend = Self.backend(0, of: 1)
    let table = try backend.keyedTable("t", schema)
    Self.add(count, to: table, &model, &random)
    #expect(Self.contents(table) == model)
    let expected = model
    let frozen = backend.snapshot()
    Self.add(count, to: table, &model, &random)
    #expect(Self.contents(table) == model)
    let restored = Self.backend(0, of: 1)
    try restored.restore([frozen.encode()])
    let again = try restored.keyedTable("t", schema)
    #expect(Self.contents(again) == expected)
    // What was restored is written like what it was restored from.
    let pieces = (0..<3).map { Self.backend($0, of: 3) }
    var dealt: [Value: [[Value]]] = [:]
    for piece in pieces {
      try piece.restore([restored.snapshot().encode()])
      dealt.merge(Self.contents(try piece.keyedTable("t", schema))) { _, _ in
        Issue.record("a key is in two places"); return []
      }
    }
    #expect(dealt == expected)
  }

  @Test("strings of rows that lie together are not copied, those of rows that lie far apart are")
  func stringsReferToRows() throws {
    let table = try Self.backend(0, of: 1).keyedTable("t", TableSchema(keys: [], lists: [.init("rows", [Field("text", .string)])]))
    let list = table.lists[0]
    let texts = (0..<5_000).map { "\($0) " + String(repeating: "x", count: $0 % 300) }
    func add(_ texts: [String]) {
      let builder = ColumnBuilder(.string)
      for text in texts { builder.append(.string(text)) }
      list.add([builder.finish()], groups: [Int32](repeating: 0, count: texts.count))
    }
    var ids: [Int32] = []
    table.resolve([], rowCount: 1, into: &ids)
    add(texts)
    var handles: [RowHandle] = []
    var row = list.newest(in: 0)
    while row != 0 {
      handles.insert(row, at: 0)
      row = list.row(before: row)
    }
    let apart = stride(from: 0, to: texts.count, by: 500).map { $0 }
    guard case .bytes(let near) = list.column(0, of: handles), case .bytes(let far) = list.column(0, of: apart.map { handles[$0] })
    else { return #expect(Bool(false), "strings are bytes") }
    #expect(2..<100 ~= near.buffers.count)
    #expect(far.buffers.count == 1)
    // Rows that are added later are written behind them.
    add(texts.map { $0 + " later" })
    #expect((0..<near.count).map { near.string(at: $0) } == texts)
    #expect((0..<far.count).map { far.string(at: $0) } == apart.map { texts[$0] })
    guard case .bytes(let all) = list.columns(of: handles)[0] else { return #expect(Bool(false), "strings are bytes") }
    #expect((0..<all.count).map { all.string(at: $0) } == texts)
  }

  @Test("rows of lists can be restored into a multimap, and back")
  func changesKind() throws {
    var random = SeededGenerator(seed: 3)
    var model: [Value: [[Value]]] = [:]
    let backend = Self.backend(0, of: 1)
    Self.add(5_000, to: try backend.keyedTable("t", Self.tables), &model, &random)
    let counted = TableSchema(keys: Self.tables.keys, multimaps: [.init("rows", Self.fields)])
    let middle = Self.backend(0, of: 1)
    try middle.restore([backend.snapshot().encode()])
    let table = try middle.keyedTable("t", counted)
    let (ids, rows) = (table.groups.liveIDs, table.multimaps[0])
    #expect(ids.count == model.count)
    #expect(rows.count == model.values.reduce(0) { $0 + Set($1).count })
    let last = Self.backend(0, of: 1)
    try last.restore([middle.snapshot().encode()])
    let again = Self.contents(try last.keyedTable("t", Self.tables))
    func counts(_ contents: [Value: [[Value]]]) -> [Value: [[Value]: Int]] {
      contents.mapValues { rows in Dictionary(grouping: rows) { $0 }.mapValues(\.count) }
    }
    #expect(counts(again) == counts(model))
  }

  @Test("a snapshot is given away in pieces of bounded size")
  func isEncodedInPieces() throws {
    var random = SeededGenerator(seed: 1)
    var model: [Value: [[Value]]] = [:]
    let backend = Self.backend(0, of: 1)
    Self.add(50_000, to: try backend.keyedTable("t", Self.tables), &model, &random)
    var largest = 0
    var total = 0
    backend.snapshot().encodeKeyGroups { _, bytes in
      largest = max(largest, bytes.count)
      total += bytes.count
    }
    #expect(largest < 1 << 20)
    #expect(total > 2 << 20)
  }

  @Test("damaged lists give an error or a state, never a trap", arguments: 0..<200 as Range<UInt64>)
  func damageIsAnError(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var model: [Value: [[Value]]] = [:]
    let backend = Self.backend(0, of: 1)
    Self.add(40, to: try backend.keyedTable("t", Self.tables), &model, &random)
    var snapshot = backend.snapshot().encode()
    let victim = Int.random(in: 0..<snapshot.keyGroups.count, using: &random)
    for _ in 0...(seed % 4) {
      let place = Int.random(in: 0..<snapshot.keyGroups[victim].bytes.count, using: &random)
      snapshot.keyGroups[victim].bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    let restored = Self.backend(0, of: 1)
    do throws(StateError) {
      try restored.restore([snapshot])
      _ = Self.contents(try restored.keyedTable("t", Self.tables))
    } catch {
      #expect(!error.message.isEmpty)
    }
  }
}
