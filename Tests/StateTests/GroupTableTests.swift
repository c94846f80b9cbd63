import Columnar
import TestKit
import Testing

@testable import State

@Suite("GroupTable")
struct GroupTableTests {
  static let keySchemas = [
    schema("k:bigint"), schema("k:int"), schema("k:boolean"), schema("k:decimal(10,2)"), schema("k:string"), schema("k:double"),
    schema("a:bigint b:string"), schema("a:int b:row<x:int,y:string> c:timestamp"), schema("k:decimal(30,2)"),
    schema("a:bigint b:int c:boolean"),
  ]

  @Test("equal keys share an id, different ones do not, and removed ids come back", arguments: keySchemas, [1, 2, 3] as [UInt64])
  func agreesWithADictionary(schema: Schema, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let table = GroupTable(schema.fields)
    var model: [[Value]: Int32] = [:]
    let pool = randomBatch(schema, rowCount: 300, nullEvery: 8, using: &random)
    for _ in 0..<60 {
      let rows = (0..<Int.random(in: 0..<200, using: &random)).map { _ in Int32.random(in: 0..<300, using: &random) }
      let batch = pool.take(rows)
      var ids: [Int32] = []
      let isInserting = Bool.random(using: &random)
      if isInserting {
        table.resolve(batch.columns, rowCount: batch.rowCount, into: &ids)
      } else {
        table.find(batch.columns, rowCount: batch.rowCount, into: &ids)
      }
      #expect(ids.count == batch.rowCount)
      for row in 0..<batch.rowCount {
        let key = batch.values(at: row)
        if let known = model[key] {
          #expect(ids[row] == known)
        } else if isInserting {
          #expect(!model.values.contains(ids[row]))
          model[key] = ids[row]
        } else {
          #expect(ids[row] == -1)
        }
      }
      for (key, id) in model.filter({ _ in Int.random(in: 0..<6, using: &random) == 0 }) {
        table.remove(id)
        model[key] = nil
      }
      #expect(table.count == model.count)
      #expect(Set(table.liveIDs) == Set(model.values))
    }
    let ids = table.liveIDs
    let keys = RecordBatch(schema: schema, columns: table.keyColumns(ids), rowCount: ids.count)
    for (row, id) in ids.enumerated() { #expect(model[keys.values(at: row)] == id) }
  }

  /// How often a value stands in each column: once, in all rows, in some.
  @Test(
    "keys that repeat within a batch have the ids that they have one by one", arguments: 0..<24 as Range<UInt64>,
    [
      schema("a:bigint! b:string!"), schema("a:string! b:timestamp! c:boolean!"), schema("a:string!"), schema("a:int! b:double!"),
      schema("a:string b:bigint"),
    ])
  func repeatedKeys(seed: UInt64, schema: Schema) {
    var random = SeededGenerator(seed: seed)
    let pool = randomBatch(schema, rowCount: 400, nullEvery: 30, using: &random)
    let (whole, single) = (GroupTable(schema.fields), GroupTable(schema.fields))
    let (columnCount, varying) = (schema.count, Int.random(in: 0...schema.count, using: &random))
    for _ in 0..<4 {
      let count = Int32.random(in: 1...400, using: &random)
      let rows = (0..<Int.random(in: 50..<2000, using: &random)).map { _ in Int32.random(in: 0..<count, using: &random) }
      let same = [Int32](repeating: .random(in: 0..<400, using: &random), count: rows.count)
      let columns = (0..<columnCount).map { pool.columns[$0].take($0 == varying ? rows : same) }
      var (ids, alone, expected): ([Int32], [Int32], [Int32]) = ([], [], [])
      whole.resolve(columns, rowCount: rows.count, into: &ids)
      for row in rows.indices {
        single.resolve(columns.map { $0.take([Int32(row)]) }, rowCount: 1, into: &alone)
        expected.append(alone[0])
      }
      #expect(ids == expected)
    }
  }

  @Test("NULL is a key of its own, apart from the value zero")
  func nullIsAKey() {
    let table = GroupTable(schema("k:bigint").fields)
    var ids: [Int32] = []
    let keys = batch("k \n 0 \n NULL \n 0 \n NULL \n 1")
    table.resolve(keys.columns, rowCount: 5, into: &ids)
    #expect(ids[0] == ids[2] && ids[1] == ids[3])
    #expect(Set(ids).count == 3)
    #expect(RecordBatch(schema: keys.schema, columns: table.keyColumns(ids), rowCount: 5) == keys)
    table.remove(ids[1])
    table.find(batch("k \n NULL \n 0").columns, rowCount: 2, into: &ids)
    #expect(ids[0] == -1 && ids[1] != -1)
  }

  @Test("NaNs are one key, and so are the two zeros")
  func floatsAreCanonical() {
    let table = GroupTable(schema("k:double").fields)
    var ids: [Int32] = []
    let keys = FixedColumn([0.0, -0.0, Double.nan, -Double.nan, Double(nan: 5, signaling: false)])
    table.resolve([.float64(keys)], rowCount: 5, into: &ids)
    #expect(ids == [0, 0, 1, 1, 1])
  }

  @Test("a hundred thousand keys survive the growth of the index")
  func grows() {
    let table = GroupTable(schema("k:bigint").fields)
    var ids: [Int32] = []
    let keys = (0..<100_000).map { Int64($0) &* 0x9E37_79B9 }
    table.resolve([.int64(FixedColumn(keys))], rowCount: keys.count, into: &ids)
    #expect(ids == (0..<100_000).map { Int32($0) })
    var again: [Int32] = []
    table.find([.int64(FixedColumn(keys.reversed()))], rowCount: keys.count, into: &again)
    #expect(again == ids.reversed())
  }

  @Test("without key columns there is one group")
  func noKeys() {
    let table = GroupTable([])
    var ids: [Int32] = []
    table.find([], rowCount: 2, into: &ids)
    #expect(ids == [-1, -1])
    table.resolve([], rowCount: 3, into: &ids)
    #expect(ids == [0, 0, 0])
    table.remove(0)
    #expect(table.count == 0)
  }
}

@Suite("RowMultimap")
struct RowMultimapTests {
  /// Rows of bytes, and rows that are one value.
  static let schemas = [schema("a:int b:string"), schema("a"), schema("a:boolean")]

  @Test("rows and multiplicities agree with a dictionary", arguments: 0..<16 as Range<UInt64>, schemas)
  func agreesWithADictionary(seed: UInt64, schema: Schema) {
    var random = SeededGenerator(seed: seed)
    let pool = randomBatch(schema, rowCount: 20, using: &random)
    let map = RowMultimap(TableSchema.Multimap("rows", schema.fields))
    map.grow(toHoldGroups: 5)
    var model: [Int32: [[Value]: Int64]] = [:]
    for _ in 0..<80 {
      let rows = (0..<30).map { _ in Int32.random(in: 0..<20, using: &random) }
      let groups = rows.map { _ in Int32.random(in: -1..<5, using: &random) }
      let deltas = rows.map { _ in Int64.random(in: -3...2, using: &random) }
      let batch = pool.take(rows)
      let effects = map.add(batch.columns, groups: groups, deltas: deltas)
      for row in rows.indices where groups[row] >= 0 {
        let key = batch.values(at: row)
        let before = model[groups[row], default: [:]][key] ?? 0
        let after = max(0, before + deltas[row])
        model[groups[row], default: [:]][key] = after == 0 ? nil : after
        #expect(effects[row] == (before == 0 && after > 0 ? .appeared : before > 0 && after == 0 ? .disappeared : .none))
      }
      if Int.random(in: 0..<10, using: &random) == 0 {
        map.removeAll(2)
        model[2] = nil
      }
    }
    for group in 0..<Int32(5) {
      let found = Self.contents(map, group, schema)
      #expect(found == model[group] ?? [:])
      #expect(map.isEmpty(group) == found.isEmpty)
    }
    #expect(map.count == model.values.reduce(0) { $0 + $1.count })
  }

  @Test("the rows of a group come in the order in which they were first added")
  func keepsOrder() {
    let map = RowMultimap(TableSchema.Multimap("rows", schema("a").fields))
    map.grow(toHoldGroups: 1)
    map.add(batch("a \n 5 \n 3 \n 5 \n 9").columns, groups: [0, 0, 0, 0])
    map.add(batch("a \n 3").columns, groups: [0], deltas: [-1])
    map.add(batch("a \n 3").columns, groups: [0])
    var entries: [Int32] = []
    var entry = map.first(in: 0)
    while let current = entry {
      entries.append(current)
      entry = map.entry(after: current)
    }
    #expect(RecordBatch(schema: schema("a"), columns: map.columns(of: entries), rowCount: 3) == batch("a \n 5 \n 9 \n 3"))
  }

  /// A table with lists goes on from what one without has written, where each value is only found by searching for it.
  @Test("bits that are set for the first time are told, and a snapshot has those of its time", arguments: 0..<16 as Range<UInt64>, schemas)
  func marks(seed: UInt64, schema: Schema) throws {
    var random = SeededGenerator(seed: seed)
    let pool = randomBatch(schema, rowCount: 20, using: &random)
    let tables = TableSchema(keys: TestKit.schema("k").fields, multimaps: [.init("marked", schema.fields)])
    let backend = StateBackend(keyGroups: .of(subtask: 0, parallelism: 1, maxParallelism: 8), maxParallelism: 8, subtask: 0, parallelism: 1)
    var unlisted = tables
    unlisted.multimaps[0].isListed = seed % 2 == 0
    let table = try backend.keyedTable("t", unlisted)
    var ids: [Int32] = []
    table.resolve([.int64(FixedColumn([0, 1, 2, 3, 4]))], rowCount: 5, into: &ids)
    var model: [Int64: [[Value]: Int64]] = [:]
    var snapshots: [(state: FrozenState, model: [Int64: [[Value]: Int64]])] = []
    for round in 0..<60 {
      let rows = (0..<30).map { _ in Int32.random(in: 0..<20, using: &random) }
      let groups = rows.map { _ in Int32.random(in: -1..<5, using: &random) }
      let bits = rows.map { _ in Bool.random(using: &random) ? 0 : Int64(1) << Int64.random(in: 0..<63, using: &random) }
      let batch = pool.take(rows)
      var expected = FreshMarks()
      for row in rows.indices where groups[row] >= 0 {
        let known = model[Int64(groups[row])]?[batch.values(at: row)] ?? 0
        if bits[row] & ~known == 0 { continue }
        expected.rows.append(Int32(row))
        expected.bits.append(bits[row] & ~known)
        model[Int64(groups[row]), default: [:]][batch.values(at: row)] = known | bits[row]
      }
      #expect(table.multimaps[0].mark(batch.columns, groups: groups, bits: bits) == expected)
      if round % 20 == 0 { snapshots.append((backend.snapshot(), model)) }
    }
    for snapshot in snapshots {
      let restored = StateBackend(
        keyGroups: .of(subtask: 0, parallelism: 1, maxParallelism: 8), maxParallelism: 8, subtask: 0, parallelism: 1)
      try restored.restore([snapshot.state.encode()])
      let table = try restored.keyedTable("t", tables)
      for id in table.groups.liveIDs {
        guard case .int64(let key) = table.groups.keyColumns([id])[0] else { continue }
        #expect(Self.contents(table.multimaps[0], id, schema) == snapshot.model[key.values[0]] ?? [:])
      }
    }
  }

  static func contents(_ map: RowMultimap, _ group: Int32, _ schema: Schema) -> [[Value]: Int64] {
    var entries: [Int32] = []
    var entry = map.first(in: group)
    while let current = entry {
      entries.append(current)
      entry = map.entry(after: current)
    }
    let found = RecordBatch(schema: schema, columns: map.columns(of: entries), rowCount: entries.count)
    return Dictionary(uniqueKeysWithValues: entries.indices.map { (found.values(at: $0), map.multiplicity(entries[$0])) })
  }
}
