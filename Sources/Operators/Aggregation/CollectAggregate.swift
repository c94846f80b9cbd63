//  COLLECT: the values of a group as a multiset.

import Columnar
import Expressions
import State

/// Each value and how often it is there, in the order of the values, so that equal multisets are equal columns; empty without one.
///
/// State: the same.
final class CollectAggregate: Aggregate {
  private let type: DataType
  private let isDistinct: Bool
  private var multimap = 0

  init(_ type: DataType, isDistinct: Bool) {
    self.type = type
    self.isDistinct = isDistinct
  }

  var columns: [Field] { [] }
  var multimaps: [TableSchema.Multimap] { [.init("values", [Field("value", type)])] }

  func attach(column: Int, multimap: Int) { self.multimap = multimap }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("COLLECT has an argument") }
    table.multimaps[multimap].add([argument], groups: groups, deltas: signs)
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] { preconditionFailure("a multiset is not split in two phases") }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) { preconditionFailure("a multiset is not split in two phases") }

  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    let values = source.multimaps[multimap]
    let (entries, owners) = values.entries(of: sources, for: groups)
    guard !entries.isEmpty else { return }
    table.multimaps[multimap].add(values.columns(of: entries), groups: owners, deltas: entries.map { values.multiplicity($0) })
  }

  func results(of groups: [Int32], in table: KeyedTable) -> Column {
    let values = table.multimaps[multimap]
    let (entries, places) = values.entries(of: groups, for: Array(0..<Int32(groups.count)))
    var offsets = [Int32](repeating: 0, count: groups.count + 1)
    for place in places { offsets[Int(place) + 1] += 1 }
    for place in groups.indices { offsets[place + 1] += offsets[place] }
    let held = entries.isEmpty ? ColumnBuilder(type).finish() : values.columns(of: entries)[0]
    var sorted: [Int32] = []
    for group in groups.indices { sorted += ascending(held, offsets[group]..<offsets[group + 1]) }
    let counts = sorted.map { isDistinct ? 1 : Int32(clamping: values.multiplicity(entries[Int($0)])) }
    let rows = RowColumn([held.take(sorted), .int32(FixedColumn(counts))], count: entries.count)
    return .list(ListColumn(offsets: offsets, elements: .row(rows)))
  }

  /// Rows of a range in an order of their values that is always the same.
  private func ascending(_ column: Column, _ range: Range<Int32>) -> [Int32] {
    switch column {
    case .bool(let flags): return range.sorted { !flags.values[Int($0)] && flags.values[Int($1)] }
    case .list, .row:
      // Their texts stand for them: collections of collections are rare.
      let texts = range.map { row in
        var text: [UInt8] = []
        column.appendText(row: Int(row), type: type, style: .java, into: &text)
        return (text: text, row: row)
      }
      return texts.sorted { $0.text.lexicographicallyPrecedes($1.text) }.map(\.row)
    case .bytes(let bytes):
      return range.sorted { left, right in
        bytes.withBytes(at: Int(left)) { left in bytes.withBytes(at: Int(right)) { left.lexicographicallyPrecedes($0) } }
      }
    case .float32, .float64:
      let values = column.widenedToFloat64.values
      return range.sorted {
        values[Int($0)].isTotallyOrdered(belowOrEqualTo: values[Int($1)]) && values[Int($0)].bitPattern != values[Int($1)].bitPattern
      }
    case .int128(let wide): return range.sorted { wide.values[Int($0)] < wide.values[Int($1)] }
    default:
      let values = column.widenedToInt64.values
      return range.sorted { values[Int($0)] < values[Int($1)] }
    }
  }
}
