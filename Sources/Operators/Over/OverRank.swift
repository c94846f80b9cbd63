//  RANK and DENSE_RANK.

import Columnar
import State

/// RANK and DENSE_RANK by time. State: the rows so far, the last time and its rank.
final class OverRank: OverFunction {
  private let isDense: Bool
  private var column = 0

  init(isDense: Bool) { self.isDense = isDense }

  let columns = [
    Field("rows", .int64, isNullable: false), Field("time", .int64, isNullable: false), Field("rank", .int64, isNullable: false),
  ]

  func attach(column: Int, multimap: Int) { self.column = column }

  /// The argument is the time.
  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let times = argument.column?.widenedToInt64.values else { preconditionFailure("a rank goes by a time") }
    let (counts, lastTimes, ranks) = (table.columns[column].int64, table.columns[column + 1].int64, table.columns[column + 2].int64)
    let rowGroups = steps.rowGroups
    let values = rowGroups.indices.map { row in
      let group = Int(rowGroups[row])
      if counts[group] == 0 || lastTimes[group] != times[row] {
        ranks[group] = isDense ? ranks[group] + 1 : counts[group] + 1
        lastTimes[group] = times[row]
      }
      counts[group] += 1
      return ranks[group]
    }
    return .int64(FixedColumn(values))
  }
}
