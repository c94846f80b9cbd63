//  A function of an OVER window: a value for each row, over the rows that have entered its frame and not left it.
//  The rules of each function are those of the aggregates; their state is in columns of the table.

import Columnar
import State

/// Computes one call for a run of rows. Holds nothing that a snapshot must know but what is in the table.
protocol OverFunction: AnyObject {
  /// What it keeps for each group.
  var columns: [Field] { get }
  var multimaps: [TableSchema.Multimap] { get }
  /// The first of its columns and multimaps in the table. Called once, before anything else.
  func attach(column: Int, multimap: Int)
  /// Follows the steps and gives the value of each row. `argument` has the rows at hand, then those that leave.
  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column
  /// Finds again what it knows beside the table; called once after a restore.
  func rebuild(_ table: KeyedTable)
}

extension OverFunction {
  var multimaps: [TableSchema.Multimap] { [] }
  func rebuild(_ table: KeyedTable) {}
}

/// The argument of a call.
struct OverArgument {
  /// The rows at hand, then those that leave; nil for COUNT(*).
  var column: Column?
  /// By step: 1 where a value enters, -1 where it leaves, 0 where it does neither.
  var signs: [Int8]
}

extension OverArgument {
  init(_ column: Column?, _ steps: OverSteps) { self.init(column: column, signs: steps.signs(column?.validity)) }
}

/// Which value of a frame is wanted; NULLs are none.
enum OverChoice {
  case least, greatest, first, last
}
