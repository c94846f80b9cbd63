//  Values in the order in which they came, of which any may be taken back: what LISTAGG, ARRAY_AGG, FIRST_VALUE and LAST_VALUE remember.

import Columnar
import Expressions
import State

/// State: each value with its number, and the next number of each group. The number, not the place in the table, is the order.
struct ArrivalOrder {
  let type: DataType
  private var column = 0
  private var multimap = 0

  init(_ type: DataType) { self.type = type }

  var columns: [Field] { [Field("next", .int64, isNullable: false)] }
  var multimaps: [TableSchema.Multimap] {
    [.init("values", [Field("value", type), Field("number", .int64, isNullable: false)])]
  }

  mutating func attach(column: Int, multimap: Int) {
    self.column = column
    self.multimap = multimap
  }

  /// Adds values, and takes back the earliest equal one where `signs` is negative: for that the values of the group are looked through.
  func update(_ values: Column, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    var start = 0
    while start < groups.count {
      let isAdded = signs == nil || signs![start] > 0
      var end = start + 1
      while end < groups.count, (signs == nil || signs![end] > 0) == isAdded { end += 1 }
      if isAdded {
        append(values, start..<end, groups, table)
      } else {
        for row in start..<end where groups[row] >= 0 { remove(values, row, groups[row], table) }
      }
      start = end
    }
  }

  private func append(_ values: Column, _ rows: Range<Int>, _ groups: [Int32], _ table: KeyedTable) {
    let next = table.columns[column].int64
    var numbers: [Int64] = []
    for row in rows {
      guard groups[row] >= 0 else {
        numbers.append(0)
        continue
      }
      numbers.append(next[Int(groups[row])])
      next[Int(groups[row])] += 1
    }
    let part = rows.count == values.count ? values : values.take(rows.map { Int32($0) })
    table.multimaps[multimap].add([part, .int64(FixedColumn(numbers))], groups: Array(groups[rows]))
  }

  private func remove(_ values: Column, _ row: Int, _ group: Int32, _ table: KeyedTable) {
    let held = ordered(group, in: table)
    guard let place = (0..<held.values.count).first(where: { held.values.isSame($0, as: values, row, type: type) }) else { return }
    let place32 = [Int32(place)]
    table.multimaps[multimap].add(
      [held.values.take(place32), .int64(FixedColumn([held.numbers[place]]))], groups: [group], deltas: [-1])
  }

  /// The values of a group as they came.
  func ordered(_ group: Int32, in table: KeyedTable) -> (values: Column, numbers: [Int64]) {
    let rows = table.multimaps[multimap]
    var entries: [Int32] = []
    var next = rows.first(in: group)
    while let entry = next {
      entries.append(entry)
      next = rows.entry(after: entry)
    }
    guard !entries.isEmpty else { return (ColumnBuilder(type).finish(), []) }
    let columns = rows.columns(of: entries)
    let numbers = columns[1].widenedToInt64.values
    // A restore may have brought them into another order.
    if zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) { return (columns[0], numbers) }
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    return (columns[0].take(order.map { Int32($0) }), order.map { numbers[$0] })
  }

  /// Appends what another table has for `sources[row]` to `groups[row]`.
  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    for (row, group) in sources.enumerated() where groups[row] >= 0 {
      let held = ordered(group, in: source)
      if held.numbers.isEmpty { continue }
      append(held.values, 0..<held.values.count, [Int32](repeating: groups[row], count: held.values.count), table)
    }
  }
}
