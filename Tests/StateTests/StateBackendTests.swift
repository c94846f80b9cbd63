import Columnar
import State
import TestKit
import Testing

@Suite("StateBackend")
struct StateBackendTests {
  static let maxParallelism = 128
  static let tables = TableSchema(
    keys: schema("k:bigint s:string").fields,
    columns: schema("n:bigint! best:string sum:decimal(38,2) mean:double! flag:boolean").fields,
    multimaps: [.init("rows", schema("a:int b:string").fields)])

  static func backend(_ subtask: Int, of parallelism: Int) -> StateBackend {
    StateBackend(
      keyGroups: .of(subtask: subtask, parallelism: parallelism, maxParallelism: maxParallelism), maxParallelism: maxParallelism,
      subtask: subtask, parallelism: parallelism)
  }

  /// Everything in a table, by key.
  static func contents(_ table: KeyedTable) -> [[Value]: [[Value]]] {
    let ids = table.groups.liveIDs
    let keys = RecordBatch(schema: Schema(table.schema.keys), columns: table.groups.keyColumns(ids), rowCount: ids.count)
    let values = RecordBatch(schema: Schema(table.schema.columns), columns: table.columns.map { $0.gather(ids) }, rowCount: ids.count)
    var contents: [[Value]: [[Value]]] = [:]
    for (row, id) in ids.enumerated() {
      var rows: [[Value]] = [values.values(at: row)]
      for map in table.multimaps {
        var list: [[Value]] = []
        var entry = map.first(in: id)
        while let current = entry {
          let row = RecordBatch(schema: Schema(map.fields), columns: map.columns(of: [current]), rowCount: 1).values(at: 0)
          list.append(row + [.integer(map.multiplicity(current))])
          entry = map.entry(after: current)
        }
        rows += list.sorted { "\($0)" < "\($1)" }
      }
      contents[keys.values(at: row)] = rows
    }
    return contents
  }

  /// Adds, changes and removes groups.
  static func mutate(_ table: KeyedTable, _ random: inout SeededGenerator) {
    let keys = randomBatch(schema("k:bigint s:string"), rowCount: 40, nullEvery: 6, using: &random)
    var ids: [Int32] = []
    table.resolve(keys.columns, rowCount: 40, into: &ids)
    let values = randomBatch(schema("n:bigint! best:string sum:decimal(38,2) mean:double! flag:boolean"), rowCount: 40, using: &random)
    for (column, value) in zip(table.columns, values.columns) where column.field.isNullable || value.validity == nil {
      column.scatter(value, to: ids)
    }
    table.multimaps[0].add(randomBatch(schema("a:int b:string"), rowCount: 40, using: &random).columns, groups: ids)
    for id in table.groups.liveIDs where Int.random(in: 0..<10, using: &random) == 0 { table.remove(id) }
  }

  @Test("what was snapshotted is what was there, whatever is written afterwards", arguments: 0..<16 as Range<UInt64>)
  func snapshotsDoNotChange(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let backend = Self.backend(0, of: 1)
    let table = try backend.keyedTable("t", Self.tables)
    for _ in 0..<5 { Self.mutate(table, &random) }
    let expected = Self.contents(table)
    let frozen = backend.snapshot()
    for _ in 0..<5 { Self.mutate(table, &random) }
    let restored = Self.backend(0, of: 1)
    try restored.restore([frozen.encode()])
    #expect(Self.contents(try restored.keyedTable("t", Self.tables)) == expected)
  }

  @Test("state survives a change of parallelism", arguments: [1, 2, 3, 7], [1, 2, 3])
  func rescales(from: Int, to: Int) throws {
    var random = SeededGenerator(seed: UInt64(from * 10 + to))
    let single = Self.backend(0, of: 1)
    let table = try single.keyedTable("t", Self.tables)
    for _ in 0..<6 { Self.mutate(table, &random) }
    let expected = Self.contents(table)
    func rescaled(_ snapshots: [OperatorSnapshot], _ parallelism: Int) throws -> ([OperatorSnapshot], [[Value]: [[Value]]]) {
      var all: [[Value]: [[Value]]] = [:]
      var made: [OperatorSnapshot] = []
      for subtask in 0..<parallelism {
        let backend = Self.backend(subtask, of: parallelism)
        try backend.restore(snapshots)
        let share = Self.contents(try backend.keyedTable("t", Self.tables))
        all.merge(share) { _, _ in
          Issue.record("a key is in two subtasks")
          return []
        }
        made.append(backend.snapshot().encode())
      }
      return (made, all)
    }
    let (first, there) = try rescaled([single.snapshot().encode()], from)
    #expect(there == expected)
    let (_, back) = try rescaled(first, to)
    #expect(back == expected)
  }

  @Test("each window has its own table, and dropping one leaves the others")
  func windowsAreApart() throws {
    let backend = Self.backend(0, of: 1)
    let schema = TableSchema(keys: schema("k").fields, columns: schema("n!").fields)
    let windows = try backend.windowedTable("w", schema)
    for window in [30, 10, 20] as [Int64] {
      var ids: [Int32] = []
      windows.makeTable(window).resolve(batch("k \n 1 \n 2").columns, rowCount: 2, into: &ids)
      windows.makeTable(window).columns[0].scatter(.int64(FixedColumn([window, window + 1])), to: ids)
    }
    windows.remove(20)
    #expect(windows.windows == [10, 30])
    let restored = Self.backend(0, of: 1)
    try restored.restore([backend.snapshot().encode()])
    let back = try restored.windowedTable("w", schema)
    #expect(back.windows == [10, 30])
    #expect(Self.contents(back.table(30)!) == [[.integer(1)]: [[.integer(30)]], [.integer(2)]: [[.integer(31)]]])
  }

  @Test("a column that the snapshot lacks starts empty, one that the operator lacks is dropped")
  func columnsComeAndGo() throws {
    let backend = Self.backend(0, of: 1)
    let table = try backend.keyedTable("t", TableSchema(keys: schema("k").fields, columns: schema("old! kept!").fields))
    var ids: [Int32] = []
    table.resolve(batch("k \n 1").columns, rowCount: 1, into: &ids)
    for column in table.columns { column.scatter(.int64(FixedColumn([5])), to: ids) }
    let restored = Self.backend(0, of: 1)
    try restored.restore([backend.snapshot().encode()])
    let back = try restored.keyedTable("t", TableSchema(keys: schema("k").fields, columns: schema("kept! new:string").fields))
    #expect(Self.contents(back) == [[.integer(1)]: [[.integer(5), .null]]])
  }

  @Test("state of other keys or types is refused by name")
  func mismatchesAreErrors() throws {
    let backend = Self.backend(0, of: 1)
    let table = try backend.keyedTable("t", TableSchema(keys: schema("k").fields, columns: schema("n!").fields))
    var ids: [Int32] = []
    table.resolve(batch("k \n 1").columns, rowCount: 1, into: &ids)
    let snapshot = backend.snapshot().encode()
    for other in [
      TableSchema(keys: schema("k:string").fields), TableSchema(keys: schema("k").fields, columns: schema("n:string").fields),
    ] {
      let restored = Self.backend(0, of: 1)
      try restored.restore([snapshot])
      let error = #expect(throws: StateError.self) { try restored.keyedTable("t", other) }
      #expect(error?.message.contains("\"t\"") == true)
    }
  }

  @Test("damaged state gives an error or a state, never a trap", arguments: 0..<200 as Range<UInt64>)
  func damageIsAnError(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let backend = Self.backend(0, of: 1)
    Self.mutate(try backend.keyedTable("t", Self.tables), &random)
    var snapshot = backend.snapshot().encode()
    let victim = Int.random(in: 0..<snapshot.keyGroups.count, using: &random)
    if seed % 4 == 0 {
      snapshot.keyGroups[victim].bytes.removeLast(Int.random(in: 1...snapshot.keyGroups[victim].bytes.count, using: &random))
    } else {
      for _ in 0..<(seed % 4) {
        let place = Int.random(in: 0..<snapshot.keyGroups[victim].bytes.count, using: &random)
        snapshot.keyGroups[victim].bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    let restored = Self.backend(0, of: 1)
    do throws(StateError) {
      try restored.restore([snapshot])
      _ = Self.contents(try restored.keyedTable("t", Self.tables))
      #expect(seed % 4 != 0, "bytes that were cut off are noticed")
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  @Test("split entries are dealt out, union entries go to all, broadcast entries are handed on once")
  func listsAreRedistributed() throws {
    let snapshots = (0..<2).map { subtask in
      let backend = Self.backend(subtask, of: 2)
      let first = UInt8(subtask * 3)
      backend.listState("split", .split).entries = [[first], [first + 1], [first + 2]]
      backend.listState("union", .union).entries = [[first]]
      backend.listState("broadcast", .broadcast).entries = [[42], [43]]
      return backend.snapshot().encode()
    }
    let shares = try (0..<3).map { subtask in
      let backend = Self.backend(subtask, of: 3)
      try backend.restore(snapshots)
      return ["split", "union", "broadcast"].enumerated().map { index, name in
        backend.listState(name, [.split, .union, .broadcast][index]).entries
      }
    }
    #expect(shares.map { $0[0] } == [[[0], [3]], [[1], [4]], [[2], [5]]])
    #expect(shares.map { $0[1] } == [[[0], [3]], [[0], [3]], [[0], [3]]])
    #expect(shares.map { $0[2] } == [[[42], [43]], [[42], [43]], [[42], [43]]])
  }

  @Test("the count of what a row goes with survives a restart, and goes with the row")
  func associations() throws {
    let tables = TableSchema(keys: schema("k").fields, multimaps: [.init("rows", schema("a").fields, countsAssociations: true)])
    let backend = Self.backend(0, of: 1)
    let table = try backend.keyedTable("t", tables)
    var ids: [Int32] = []
    table.resolve(batch("k \n 1 \n 1 \n 2").columns, rowCount: 3, into: &ids)
    let rows = table.multimaps[0]
    let entries = rows.addTracking(batch("a \n 7 \n 8 \n 7").columns, groups: ids)
    #expect(Set(entries).count == 3 && entries.allSatisfy { $0 >= 0 })
    for (entry, count) in zip(entries, [5, 0, 9] as [Int64]) { rows.setAssociationCount(count, of: entry) }
    #expect(rows.addTracking(batch("a \n 7 \n 8").columns, groups: [ids[0], ids[0]], deltas: [1, -1]) == [entries[0], -1])

    let restored = Self.backend(0, of: 1)
    try restored.restore([backend.snapshot().encode()])
    let again = try restored.keyedTable("t", tables)
    again.resolve(batch("k \n 1 \n 1 \n 2").columns, rowCount: 3, into: &ids)
    let found = again.multimaps[0].addTracking(batch("a \n 7 \n 8 \n 7").columns, groups: ids)
    #expect(found.map { again.multimaps[0].associationCount($0) } == [5, 0, 9])
    #expect(found.map { again.multimaps[0].multiplicity($0) } == [3, 1, 2])
  }
}
