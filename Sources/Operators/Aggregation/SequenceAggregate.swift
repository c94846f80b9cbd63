//  LISTAGG, ARRAY_AGG, JSON_ARRAYAGG and JSON_OBJECTAGG, and FIRST_VALUE and LAST_VALUE where values are taken back: all values in the
//  order of arrival.
//  Source: Flink's ListAggWithRetractAggFunction, ArrayAggFunction, FirstValueWithRetractAggFunction.

import Columnar
import Dataflow
import Expressions
import State

/// What is made of a group's values. NULL without one, but for JSON, which is `[]` or `{}` then.
///
/// State: every value of the group in its order. An emission, and taking a value back, looks through all of them, as in Flink for LISTAGG.
final class SequenceAggregate: Aggregate {
  private let call: AggregateCall
  private var order: ArrivalOrder

  init(_ call: AggregateCall, of type: DataType) {
    self.call = call
    order = ArrivalOrder(type)
  }

  var columns: [Field] { order.columns }
  var multimaps: [TableSchema.Multimap] { order.multimaps }
  /// An array holds NULL as any other value.
  var takesNulls: Bool { call.function == .arrayAgg }

  func attach(column: Int, multimap: Int) { order.attach(column: column, multimap: multimap) }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("an aggregate of values has an argument") }
    order.update(argument, groups: groups, signs: signs, in: table)
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] {
    preconditionFailure("the order of values is not split in two phases")
  }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    preconditionFailure("the order of values is not split in two phases")
  }

  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    order.merge(from: source, sources: sources, groups: groups, in: table)
  }

  func results(of groups: [Int32], in table: KeyedTable) throws(OperatorError) -> Column {
    switch call.function {
    case .listAgg: return texts(groups, table)
    case .jsonArrayAgg, .jsonObjectAgg:
      let pieces = groups.map { order.ordered($0, in: table).values }
      return .bytes(try JSONPieces.joined(pieces, isObject: call.function == .jsonObjectAgg))
    case .arrayAgg: return arrays(groups, table)
    default:
      let pieces = groups.map { order.ordered($0, in: table).values }
      var places: [Int32] = []
      var base: Int32 = 1
      for piece in pieces {
        places.append(piece.count == 0 ? 0 : call.function == .firstValue ? base : base + Int32(piece.count) - 1)
        base += Int32(piece.count)
      }
      return Column.concatenate([.nulls(order.type, count: 1)] + pieces).take(places)
    }
  }

  private func texts(_ groups: [Int32], _ table: KeyedTable) -> Column {
    let builder = BytesColumnBuilder()
    let separator = Array((call.separator ?? ",").utf8)
    var text: [UInt8] = []
    for group in groups {
      guard case .bytes(let values) = order.ordered(group, in: table).values else { preconditionFailure("LISTAGG takes strings") }
      if values.count == 0 {
        builder.appendNull()
        continue
      }
      text.removeAll(keepingCapacity: true)
      for row in 0..<values.count {
        if row > 0 { text += separator }
        values.withBytes(at: row) { text.append(contentsOf: $0) }
      }
      builder.append(text)
    }
    return .bytes(builder.finish())
  }

  private func arrays(_ groups: [Int32], _ table: KeyedTable) -> Column {
    let pieces = groups.map { order.ordered($0, in: table).values }
    var offsets: [Int32] = [0]
    for piece in pieces { offsets.append(offsets[offsets.count - 1] + Int32(piece.count)) }
    let elements = pieces.isEmpty ? ColumnBuilder(order.type).finish() : Column.concatenate(pieces)
    return .list(ListColumn(offsets: offsets, elements: elements, validity: Validity.from(count: pieces.count) { pieces[$0].count > 0 }))
  }
}
