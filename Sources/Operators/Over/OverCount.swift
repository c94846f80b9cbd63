//  COUNT over a frame.

import Columnar
import State

/// COUNT. State: one `Int64` a group.
final class OverCount: OverFunction {
  let columns = [Field("count", .int64, isNullable: false)]
  private var column = 0

  func attach(column: Int, multimap: Int) { self.column = column }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    let counts = table.columns[column].int64
    let (signs, groups, rowGroups) = (argument.signs, steps.groups, steps.rowGroups)
    let values = [Int64](unsafeUninitializedCapacity: steps.rowCount) { target, count in
      steps.run(
        { step in if signs[step] != 0 { counts[Int(groups[step])] &+= Int64(signs[step]) } },
        { row in target.initializeElement(at: row, to: counts[Int(rowGroups[row])]) })
      count = steps.rowCount
    }
    return .int64(FixedColumn(values))
  }
}
