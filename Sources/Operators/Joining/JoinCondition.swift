//  What all joins do with pairs of rows and with keys: the condition that pairs have to meet, and keys that match nothing.

import Columnar
import Dataflow
import Expressions
import State

/// The condition of a join over the left columns, then the right ones; without one every pair matches.
struct JoinCondition {
  /// Over the columns that it reads alone.
  private let predicate: CompiledPredicate?
  private let columns: [Int]
  private var evaluation = EvaluationContext(nowMicroseconds: 0)
  /// The left columns, then the right ones.
  private(set) var pairSchema = Schema([])

  var isEmpty: Bool { predicate == nil }

  init(_ condition: Expression?) throws(OperatorError) {
    do throws(EvaluationError) {
      let columns = condition?.columns.sorted() ?? []
      self.columns = columns
      predicate =
        if let condition { try CompiledPredicate(condition.mapColumns { columns.firstIndex(of: $0)! }) } else { nil }
    } catch {
      throw OperatorError(.internal, .never, "the condition of a join could not be compiled", cause: error)
    }
  }

  mutating func open(_ context: OperatorContext) {
    evaluation = context.evaluation
    pairSchema = Schema(context.inputSchemas[0].fields + context.inputSchemas[1].fields)
  }

  /// The rows of `pairs` for which the condition is TRUE.
  func matches(_ pairs: RecordBatch, now: Int64) throws(OperatorError) -> [Int32] {
    try matches(rowCount: pairs.rowCount, now: now) { pairs.columns[$0] }
  }

  /// The pairs for which the condition is TRUE, ascending.
  /// - Parameter column: gives a column of the pairs; asked for those only that the condition reads.
  func matches(rowCount: Int, now: Int64, _ column: (Int) -> Column) throws(OperatorError) -> [Int32] {
    guard let predicate else { return Array(0..<Int32(rowCount)) }
    let read = RecordBatch(schema: Schema(columns.map { pairSchema[$0] }), columns: columns.map(column), rowCount: rowCount)
    do throws(EvaluationError) {
      var evaluation = evaluation
      evaluation.nowMicroseconds = now
      return try predicate.select(from: read, context: evaluation)
    } catch {
      throw OperatorError(.user, .never, "the condition of a join failed", cause: error)
    }
  }
}

extension KeyedTable {
  /// The group of each row of a batch, negative where a key is null: such rows match nothing.
  func resolveMatchable(_ keys: [Column], rowCount: Int) -> [Int32] {
    var ids: [Int32] = []
    guard let validity = keys.reduce(nil, { Validity.both($0, $1.validity) }) else {
      resolve(keys, rowCount: rowCount, into: &ids)
      return ids
    }
    let rows = (0..<Int32(rowCount)).filter { validity.isValid(Int($0)) }
    var found: [Int32] = []
    resolve(keys.map { $0.take(rows) }, rowCount: rows.count, into: &found)
    ids = [Int32](repeating: -1, count: rowCount)
    for (position, row) in rows.enumerated() { ids[Int(row)] = found[position] }
    return ids
  }
}
