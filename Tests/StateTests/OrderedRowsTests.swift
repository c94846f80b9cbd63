import Columnar
import TestKit
import Testing

@testable import State

/// The structures that keep the rows of a group in an order, each against a list.
@Suite("Rows in order")
struct OrderedRowsTests {
  static let fields = schema("t:timestamp! a:string x").fields
  static let maxParallelism = 128

  static func backend(_ subtask: Int, of parallelism: Int) -> StateBackend {
    StateBackend(
      keyGroups: .of(subtask: subtask, parallelism: parallelism, maxParallelism: maxParallelism), maxParallelism: maxParallelism,
      subtask: subtask, parallelism: parallelism)
  }

  static func rows(_ count: Int, _ random: inout SeededGenerator) -> [[Value]] {
    (0..<count).map { _ in
      [
        .integer(.random(in: 0..<20, using: &random)),
        [.null, .string("p"), .string("a string beyond twelve bytes")].randomElement(using: &random)!,
        [.null, .integer(.random(in: -2..<3, using: &random))].randomElement(using: &random)!,
      ]
    }
  }

  static func columns(_ rows: [[Value]]) -> [Column] {
    let builder = BatchBuilder(Schema(fields))
    for row in rows { builder.append(row, .insert) }
    return builder.finish().columns
  }

  static func values(_ columns: [Column], _ count: Int) -> [[Value]] {
    let batch = RecordBatch(schema: Schema(fields), columns: columns, rowCount: count)
    return (0..<count).map { batch.values(at: $0) }
  }

  /// Groups 0 ..< 5 with the keys 0 ..< 5.
  static func table(_ backend: StateBackend, _ tables: TableSchema) throws -> KeyedTable {
    let table = try backend.keyedTable("t", tables)
    var ids: [Int32] = []
    if table.groups.count == 0 { table.resolve([.int64(FixedColumn([0, 1, 2, 3, 4]))], rowCount: 5, into: &ids) }
    return table
  }

  /// The shares of the subtasks after a change of parallelism, by key.
  static func rescaled<Part>(
    _ backend: StateBackend, _ tables: TableSchema, to parallelism: Int, _ part: (KeyedTable, Int32) -> Part
  ) throws -> [Int64: Part] {
    let snapshot = backend.snapshot().encode()
    var all: [Int64: Part] = [:]
    for subtask in 0..<parallelism {
      let share = Self.backend(subtask, of: parallelism)
      try share.restore([snapshot])
      let table = try share.keyedTable("t", tables)
      for id in table.groups.liveIDs {
        guard case .int64(let key) = table.groups.keyColumns([id])[0] else { continue }
        #expect(all[key.values[0]] == nil, "a key is in one subtask")
        all[key.values[0]] = part(table, id)
      }
    }
    return all
  }

  // MARK: TimedRows

  static let timed = TableSchema(keys: schema("k").fields, timelines: [.init("waiting", fields, time: 0)])

  @Test("rows leave in the order of their times, of equal times in that of their arrival", arguments: 0..<32 as Range<UInt64>)
  func timedRows(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let table = try Self.table(Self.backend(0, of: 1), Self.timed)
    let timeline = table.timelines[0]
    var model: [(time: Int64, group: Int32, row: [Value])] = []
    for round in 0..<30 {
      let rows = Self.rows(.random(in: 0..<30, using: &random), &random).map { row -> [Value] in
        guard case .integer(let time) = row[0] else { return row }
        return [.integer(time + Int64(round) * 5)] + row.dropFirst()
      }
      let groups = rows.map { _ in Int32.random(in: 0..<5, using: &random) }
      timeline.add(Self.columns(rows), groups: groups)
      for (row, group) in zip(rows, groups) {
        guard case .integer(let time) = row[0] else { continue }
        model.append((time, group, row))
      }
      guard Int.random(in: 0..<3, using: &random) == 0 else { continue }
      let now = Int64(round * 5)
      timeline.release(through: now)
      let due = model.enumerated().filter { $0.element.time <= now }
        .sorted { $0.element.time != $1.element.time ? $0.element.time < $1.element.time : $0.offset < $1.offset }.map(\.element)
      model.removeAll { $0.time <= now }
      var taken: [[Value]] = []
      var owners: [Int32] = []
      let wholeTimes = Bool.random(using: &random)
      while case let part = timeline.takeDue(7, wholeTimes: wholeTimes), !part.groups.isEmpty {
        let rows = Self.values(part.columns, part.groups.count)
        if wholeTimes, let last = taken.last { #expect(last[0] != rows[0][0], "no time is parted") }
        taken += rows
        owners += part.groups
      }
      #expect(taken == due.map(\.row))
      #expect(owners == due.map(\.group))
      #expect(timeline.count == model.count)
      for group in 0..<5 as Range<Int32> { #expect(timeline.count(in: group) == model.count { $0.group == group }) }
    }
  }

  @Test("waiting rows survive a change of parallelism with their order", arguments: [1, 2, 3])
  func timedRowsRescale(parallelism: Int) throws {
    var random = SeededGenerator(seed: UInt64(parallelism))
    let backend = Self.backend(0, of: 1)
    let table = try Self.table(backend, Self.timed)
    var model: [Int64: [[Value]]] = [:]
    for _ in 0..<4 {
      let rows = Self.rows(40, &random)
      let groups = rows.map { _ in Int32.random(in: 0..<5, using: &random) }
      table.timelines[0].add(Self.columns(rows), groups: groups)
      for (row, group) in zip(rows, groups) { model[Int64(group), default: []].append(row) }
    }
    // Ids that are used again do not bring the order of arrival out of order.
    table.timelines[0].release(through: 4)
    while !table.timelines[0].takeDue(10, wholeTimes: false).groups.isEmpty {}
    let again = Self.rows(30, &random).map { [.integer(9)] + $0.dropFirst() }
    table.timelines[0].add(Self.columns(again), groups: again.indices.map { Int32($0 % 5) })
    for key in model.keys {
      model[key]!.removeAll { if case .integer(let time) = $0[0] { time <= 4 } else { false } }
    }
    for (index, row) in again.enumerated() { model[Int64(index % 5)]!.append(row) }
    func time(_ row: [Value]) -> Int64 { if case .integer(let time) = row[0] { time } else { 0 } }
    let expected = model.mapValues { rows in
      rows.enumerated().sorted { time($0.element) != time($1.element) ? time($0.element) < time($1.element) : $0.offset < $1.offset }
        .map(\.element)
    }
    let counts = try Self.rescaled(backend, Self.timed, to: parallelism) { $0.timelines[0].count(in: $1) }
    #expect(counts == expected.mapValues(\.count))
    let snapshot = backend.snapshot().encode()
    var rows: [Int64: [[Value]]] = [:]
    for subtask in 0..<parallelism {
      let share = Self.backend(subtask, of: parallelism)
      try share.restore([snapshot])
      let table = try share.keyedTable("t", Self.timed)
      table.timelines[0].release(through: .max)
      while case let part = table.timelines[0].takeDue(16, wholeTimes: false), !part.groups.isEmpty {
        guard case .int64(let keys) = table.groups.keyColumns(part.groups)[0] else { break }
        for (row, key) in zip(Self.values(part.columns, part.groups.count), keys.values) { rows[key, default: []].append(row) }
      }
    }
    #expect(rows == expected)
  }

  // MARK: RowQueue

  static let queued = TableSchema(keys: schema("k").fields, queues: [.init("frame", fields)])

  static func contents(_ queue: RowQueue, _ group: Int32) -> [[Value]] {
    var entries: [Int32] = []
    var entry = queue.first(of: group)
    while entry != 0 {
      entries.append(entry)
      entry = queue.entry(after: entry)
    }
    return values(queue.columns.map { $0.gather(entries) }, entries.count)
  }

  @Test("a queue gives its rows as they came, at any parallelism after a restart", arguments: 0..<24 as Range<UInt64>)
  func queues(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let backend = Self.backend(0, of: 1)
    let table = try Self.table(backend, Self.queued)
    let queue = table.queues[0]
    var model = [[[Value]]](repeating: [], count: 5)
    for _ in 0..<25 {
      let rows = Self.rows(.random(in: 1..<10, using: &random), &random)
      let entries = queue.store(Self.columns(rows), rowCount: rows.count)
      for (entry, row) in zip(entries, rows) {
        let group = Int32.random(in: 0..<5, using: &random)
        queue.append(entry, to: group)
        model[Int(group)].append(row)
      }
      var removed: [Int32] = []
      for group in 0..<5 as Range<Int32> where queue.count(of: group) > 4 {
        removed.append(queue.removeFirst(of: group))
        model[Int(group)].removeFirst()
      }
      queue.free(removed)
      for group in 0..<5 as Range<Int32> {
        #expect(Self.contents(queue, group) == model[Int(group)])
        #expect(queue.count(of: group) == model[Int(group)].count)
      }
    }
    table.remove(3)
    model[3] = []
    let found = try Self.rescaled(backend, Self.queued, to: Int(seed % 3) + 1) { Self.contents($0.queues[0], $1) }
    #expect(found == Dictionary(uniqueKeysWithValues: (0..<5).filter { $0 != 3 }.map { (Int64($0), model[$0]) }))
  }

  @Test("entry 0 is nobody's and null")
  func noRow() throws {
    let table = try Self.table(Self.backend(0, of: 1), Self.queued)
    let queue = table.queues[0]
    #expect(queue.store(Self.columns([[.integer(1), .string("a"), .integer(2)]]), rowCount: 1) == [1])
    #expect(Self.values(queue.columns.map { $0.gather([0]) }, 1) == [[.null, .null, .null]])
  }

  // MARK: RankedRows

  static func ranked(_ order: [SortKey]) -> TableSchema {
    TableSchema(keys: schema("k").fields, rankings: [.init("rows", fields, order: order)])
  }

  static let orders: [[SortKey]] = [
    [SortKey(0)], [SortKey(2, isDescending: true)], [SortKey(1, nullsFirst: false), SortKey(0, isDescending: true)],
  ]

  /// Whether a row comes before another; nil if their keys are equal.
  static func precedes(_ left: [Value], _ right: [Value], _ order: [SortKey]) -> Bool? {
    for key in order {
      let (a, b) = (left[key.column], right[key.column])
      if a == b { continue }
      if a == .null || b == .null { return (a == .null) == key.nullsFirst }
      switch (a, b) {
      case (.integer(let a), .integer(let b)): return key.isDescending ? a > b : a < b
      case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8) != key.isDescending
      default: continue
      }
    }
    return nil
  }

  static func ordered(_ rows: RankedRows, _ group: Int32) -> [[Value]] {
    let count = rows.count(in: group)
    guard count > 0 else { return [] }
    var entries: [Int32] = []
    rows.entries(in: group, at: 1...count, into: &entries)
    return values(rows.columns(of: entries), count)
  }

  /// Few rounds leave groups small, many make them large.
  @Test(
    "ranked rows stand in their order, equal ones as they came, also after a restart", arguments: 0..<24 as Range<UInt64>, [15, 80])
  func rankedRows(seed: UInt64, rounds: Int) throws {
    var random = SeededGenerator(seed: seed)
    let order = Self.orders[Int(seed % 3)]
    let tables = Self.ranked(order)
    let backend = Self.backend(0, of: 1)
    let table = try Self.table(backend, tables)
    let ranking = table.rankings[0]
    var model = [[[Value]]](repeating: [], count: 5)
    for _ in 0..<rounds {
      let rows = Self.rows(.random(in: 1..<12, using: &random), &random)
      ranking.encode(Self.columns(rows), rowCount: rows.count)
      for (index, row) in rows.enumerated() {
        let group = Int32.random(in: 0..<5, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
          let place = model[Int(group)].firstIndex(of: row)
          let entry = ranking.find(index, in: group)
          #expect(entry.map { ranking.rank(of: $0, in: group) - 1 } == place)
          if let entry, let place {
            ranking.remove(entry, of: group)
            model[Int(group)].remove(at: place)
          }
          continue
        }
        let place = model[Int(group)].firstIndex { Self.precedes(row, $0, order) == true } ?? model[Int(group)].count
        if ranking.last(in: group) != nil { #expect(ranking.precedesLast(index, in: group) == (place < model[Int(group)].count)) }
        let entry = ranking.insert(index, into: group)
        model[Int(group)].insert(row, at: place)
        #expect(ranking.rank(of: entry, in: group) == place + 1)
        #expect(ranking.entry(in: group, at: place + 1) == entry)
      }
      ranking.release()
      for group in 0..<5 as Range<Int32> {
        #expect(Self.ordered(ranking, group) == model[Int(group)])
        #expect(ranking.entry(in: group, at: model[Int(group)].count + 1) == nil)
        #expect(ranking.last(in: group).map { ranking.rank(of: $0, in: group) } ?? 0 == model[Int(group)].count)
      }
    }
    table.remove(1)
    model[1] = []
    let frozen = backend.snapshot()
    ranking.encode(Self.columns(Self.rows(20, &random)), rowCount: 20)
    for row in 0..<20 { ranking.insert(row, into: 0) }
    let restored = Self.backend(0, of: 1)
    try restored.restore([frozen.encode()])
    let found = try Self.rescaled(restoredTable(restored, tables), tables, to: Int(seed % 3) + 1) { Self.ordered($0.rankings[0], $1) }
    #expect(found == Dictionary(uniqueKeysWithValues: (0..<5).filter { $0 != 1 }.map { (Int64($0), model[$0]) }))
  }

  /// Rows are wide, so that the arena has blocks of many sizes, and some sort keys are NULL, which the words do not tell apart.
  @Test(
    "the first rows of batches that are held are those of a list, while a batch is held and after it", arguments: 0..<24 as Range<UInt64>,
    [3, 40])
  func heldRows(seed: UInt64, limit: Int) throws {
    var random = SeededGenerator(seed: seed)
    let order = Self.orders[Int(seed % 3)]
    let tables = Self.ranked(order)
    let backend = Self.backend(0, of: 1)
    let table = try Self.table(backend, tables)
    let ranking = table.rankings[0]
    var model = [[[Value]]](repeating: [], count: 5)
    for _ in 0..<(limit < 10 ? 10 : 60) {
      let rows = Self.rows(.random(in: 1..<12, using: &random), &random)
      ranking.hold(Self.columns(rows), rowCount: rows.count)
      var seen: [(entry: Int32, row: [Value])] = []
      for (index, row) in rows.enumerated() {
        let group = Int.random(in: 0..<5, using: &random)
        let place = model[group].firstIndex { Self.precedes(row, $0, order) == true } ?? model[group].count
        let entered = ranking.insert(index, into: Int32(group), limit: limit)
        #expect(entered?.rank == (place < limit ? place + 1 : nil))
        guard let entered else { continue }
        seen.append((entered.entry, row))
        model[group].insert(row, at: place)
        #expect((entered.pushedOut != nil) == (model[group].count > limit))
        if let pushedOut = entered.pushedOut { seen.append((pushedOut, model[group].removeLast())) }
        #expect(Self.ordered(ranking, Int32(group)) == model[group])
      }
      #expect(Self.values(ranking.columns(of: seen.map(\.entry)), seen.count) == seen.map(\.row), "also those that have gone again")
      ranking.store()
      for group in 0..<5 { #expect(Self.ordered(ranking, Int32(group)) == model[group]) }
    }
    let found = try Self.rescaled(backend, tables, to: Int(seed % 3) + 1) { Self.ordered($0.rankings[0], $1) }
    let expected = (0..<5).filter { !model[$0].isEmpty }.map { (Int64($0), model[$0]) }
    #expect(found == Dictionary(uniqueKeysWithValues: expected))
  }

  private func restoredTable(_ backend: StateBackend, _ tables: TableSchema) throws -> StateBackend {
    _ = try backend.keyedTable("t", tables)
    return backend
  }

  @Test("a large group that has become empty is a small one again")
  func becomesSmall() throws {
    let table = try Self.table(Self.backend(0, of: 1), Self.ranked([SortKey(0)]))
    let ranking = table.rankings[0]
    for count in [100, 3, 40] {
      ranking.encode(Self.columns((0..<count).map { [.integer(Int64($0 * 37 % count)), .null, .null] }), rowCount: count)
      for row in 0..<count { ranking.insert(row, into: 0) }
      #expect(Self.ordered(ranking, 0).map { $0[0] } == (0..<Int64(count)).map { .integer($0) })
      while let last = ranking.last(in: 0) { ranking.remove(last, of: 0) }
      ranking.release()
      #expect(ranking.count(in: 0) == 0)
      #expect(ranking.entry(in: 0, at: 1) == nil)
    }
  }

  @Test("only rows that could be among the first are candidates")
  func candidates() throws {
    let table = try Self.table(Self.backend(0, of: 1), Self.ranked([SortKey(0)]))
    let ranking = table.rankings[0]
    func rows(_ times: [Int64]) -> [Column] { Self.columns(times.map { [.integer($0), .null, .null] }) }
    ranking.encode(rows([3, 5]), rowCount: 2)
    for row in 0..<2 { ranking.insert(row, into: 0) }
    #expect(ranking.candidates(rows([4, 5, 6, 6]), groups: [0, 0, 0, 1], limit: 2) == [0, 3])
    #expect(ranking.candidates(rows([4, 5, 6]), groups: [0, 0, 0], limit: 3) == [0, 1, 2])
  }
}
