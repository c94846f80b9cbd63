//  DISTINCT: an aggregate that sees each value of a group once.

import Columnar
import Dataflow
import Expressions
import State

/// Hands a value on when it appears in a group, and takes it back when the last of its rows has been taken back.
///
/// State: each distinct value of each group with its multiplicity, and the state of the aggregate itself.
final class DistinctAggregate: Aggregate {
  private let base: any Aggregate
  private let type: DataType
  private let isListed: Bool
  private var multimap = 0

  /// - Parameter isListed: Groups are merged, or taken out.
  init(_ base: any Aggregate, of type: DataType, isListed: Bool) {
    self.base = base
    self.type = type
    self.isListed = isListed
  }

  var columns: [Field] { base.columns }
  var takesNulls: Bool { base.takesNulls }
  var multimaps: [TableSchema.Multimap] { [.init("distinct", [Field("value", type)], isListed: isListed)] + base.multimaps }

  func attach(column: Int, multimap: Int) {
    self.multimap = multimap
    base.attach(column: column, multimap: multimap + 1)
  }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("DISTINCT has an argument") }
    let effects = table.multimaps[multimap].add([argument], groups: groups, deltas: signs)
    let changed = groups.indices.map { effects[$0] == .none ? -1 : groups[$0] }
    let changes: [Int64]? = signs == nil ? nil : effects.map { $0 == .disappeared ? -1 : 1 }
    base.accumulate(argument, groups: changed, signs: changes, in: table)
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] {
    preconditionFailure("a DISTINCT aggregate is not split in two phases")
  }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    preconditionFailure("a DISTINCT aggregate is not split in two phases")
  }

  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    let values = source.multimaps[multimap]
    let (entries, owners) = values.entries(of: sources, for: groups)
    guard !entries.isEmpty else { return }
    let argument = values.columns(of: entries)[0]
    let effects = table.multimaps[multimap].add([argument], groups: owners, deltas: entries.map { values.multiplicity($0) })
    let changed = owners.indices.map { effects[$0] == .none ? -1 : owners[$0] }
    base.accumulate(argument, groups: changed, signs: nil, in: table)
  }

  func results(of groups: [Int32], in table: KeyedTable) throws(OperatorError) -> Column { try base.results(of: groups, in: table) }
}
