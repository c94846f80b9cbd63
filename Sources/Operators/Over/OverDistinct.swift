//  DISTINCT over a frame: a function that sees each of its values once.

import Columnar
import State

/// DISTINCT: hands a value on when it enters a frame that does not have it, and when it leaves one that has it once.
///
/// State: each distinct value of each group with its multiplicity, and the state of the function itself.
final class OverDistinct: OverFunction {
  private let base: any OverFunction
  private let type: DataType
  private var multimap = 0

  init(_ base: any OverFunction, of type: DataType) {
    self.base = base
    self.type = type
  }

  var columns: [Field] { base.columns }
  var multimaps: [TableSchema.Multimap] { [.init("distinct", [Field("value", type)])] }

  func attach(column: Int, multimap: Int) {
    self.multimap = multimap
    base.attach(column: column, multimap: multimap + 1)
  }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let column = argument.column else { preconditionFailure("DISTINCT has an argument") }
    let groups = steps.groups.indices.map { argument.signs[$0] == 0 ? -1 : steps.groups[$0] }
    let effects = table.multimaps[multimap].add([column.take(steps.sources)], groups: groups, deltas: argument.signs.map { Int64($0) })
    var argument = argument
    for step in effects.indices where effects[step] == .none { argument.signs[step] = 0 }
    return base.run(steps, argument, in: table)
  }
}
