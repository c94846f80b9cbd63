//  LAG: a value of an earlier row.

import Columnar
import State

/// Gives the value of the first row of a full frame, else NULL.
///
/// State: none beside the frame.
final class OverLag: OverFunction {
  private let place: RowQueueReference

  init(_ place: RowQueueReference) { self.place = place }

  var columns: [Field] { [] }

  func attach(column: Int, multimap: Int) {}

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    table.queues[place.queue].columns[place.field].gather(steps.heads)
  }
}
