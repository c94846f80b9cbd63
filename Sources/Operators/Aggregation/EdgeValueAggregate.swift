//  FIRST_VALUE and LAST_VALUE: the first or the last value that is not NULL, in the order of arrival.

import Columnar
import Expressions
import State

/// The first or last value. NULL without one.
///
/// State: the value. Partial results of slices are merged in the order of the slices' times.
final class EdgeValueAggregate: Aggregate {
  private let type: DataType
  private let isFirst: Bool
  private var column = 0

  init(_ type: DataType, isFirst: Bool) {
    self.type = type
    self.isFirst = isFirst
  }

  var columns: [Field] { [Field("value", type)] }

  func attach(column: Int, multimap: Int) { self.column = column }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("FIRST_VALUE and LAST_VALUE have an argument") }
    guard let valid = table.columns[column].valid else { preconditionFailure("the value may be null") }
    var rows: [Int32] = []
    for row in groups.indices where groups[row] >= 0 {
      if isFirst, valid[Int(groups[row])] != 0 { continue }
      valid[Int(groups[row])] = 1
      rows.append(Int32(row))
    }
    table.columns[column].scatter(argument.take(rows), to: rows.map { groups[Int($0)] })
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] { [table.columns[column].gather(groups)] }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    accumulate(partials[0], groups: maskingNulls(groups, partials[0].validity), signs: nil, in: table)
  }

  func results(of groups: [Int32], in table: KeyedTable) -> Column { table.columns[column].gather(groups) }
}
