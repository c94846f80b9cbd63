//  What a frame with a bound keeps of its rows, until they leave it.

import Columnar
import Dataflow
import State

/// The queue of a frame in its table: for each group the values of the rows in it that functions need once more.
struct OverFrameQueue {
  /// In the table.
  private let position: Int
  /// Positions in the input of the values that are kept; behind them times are kept if the frame goes by them.
  private let kept: [Int]
  private let time: Int
  let schema: TableSchema.Queue

  /// Nil if the frame has no bound.
  ///
  /// - Parameters:
  ///   - values: positions in the input of what is kept.
  ///   - time: position in the input of the time.
  init?(_ frame: OverFrame, name: String, values: Set<Int>, input: Schema, time: Int, position: Int) {
    guard frame.isBounded else { return nil }
    self.position = position
    kept = values.sorted()
    self.time = time
    schema = TableSchema.Queue(name, kept.map { Field("$\($0)", input[$0].type) } + (frame.isRange ? [Field("time", .int64)] : []))
  }

  /// Where the values of an argument are kept; the first place without one.
  func place(of argument: Int?) -> RowQueueReference {
    RowQueueReference(queue: position, field: argument.flatMap { kept.firstIndex(of: $0) } ?? 0)
  }

  func rows(in table: KeyedTable) -> RowQueue { table.queues[position] }

  /// By entry, of a frame that goes by times.
  func times(in table: KeyedTable) -> PackedIntegers { rows(in: table).columns[kept.count].int64 }

  /// Of the input's columns those that are kept.
  func values(_ columns: [Column]) -> [Column] { kept.map { columns[$0] } }

  /// An input's column: the rows at hand, then those that leave.
  func column(_ position: Int, of columns: [Column], _ steps: OverSteps, in table: KeyedTable) -> Column {
    guard !steps.left.isEmpty, let field = kept.firstIndex(of: position) else { return columns[position] }
    let left = rows(in: table).columns[field].gather(steps.left)
    return columns[position].count == 0 ? left : .concatenate([columns[position], left])
  }

  /// The input's columns without a row, for steps at which others leave.
  func noRows(in table: KeyedTable) -> [Column] {
    var columns = [Column](repeating: .int64(FixedColumn([])), count: max((kept.last ?? 0) + 1, time + 1))
    for (position, column) in zip(kept, rows(in: table).columns) { columns[position] = column.gather([]) }
    return columns
  }
}

/// Where the queue of a frame is in its table, and which of its fields is meant.
struct RowQueueReference {
  var queue: Int
  var field: Int
}
