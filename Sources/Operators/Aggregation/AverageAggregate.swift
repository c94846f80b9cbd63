//  AVG: a sum, divided by the number of values in it.
//  Source: Flink's AvgAggFunction.

import Columnar
import Expressions
import State

/// The mean of values. NULL without a value; of integers truncated towards zero, of decimals rounded half up to the
/// result's scale.
final class AverageAggregate: SumAggregate {
  override func partialSums(of groups: [Int32], in table: KeyedTable) -> Column { table.columns[column].gather(groups) }

  override func results(_ sums: Sums, counts: [Int64]) -> Column {
    let validity = Validity.from(count: counts.count) { counts[$0] > 0 }
    switch sums {
    case .int64(let sums):
      let means = sums.indices.map { counts[$0] > 0 ? sums[$0] / counts[$0] : 0 }
      return call.resultType.column(int64: means, validity: validity)
    case .int128(let sums): return decimalMeans(sums, counts)
    case .float64(let sums):
      let means = sums.indices.map { counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : 0 }
      return call.resultType.column(float64: means, validity: validity)
    }
  }

  private func decimalMeans(_ sums: [Int128], _ counts: [Int64]) -> Column {
    guard case .decimal(_, let sumScale) = sumType, case .decimal(_, let scale) = call.resultType else {
      preconditionFailure("the mean of decimals is a decimal")
    }
    let means = sums.indices.map { row in
      counts[row] > 0 && DecimalRange.holds(sums[row]) ? DecimalRange.divide(sums[row], by: counts[row], shift: scale - sumScale) : nil
    }
    let validity = Validity.from(count: means.count) { means[$0] != nil }
    if call.resultType.layout == .int64 {
      return .int64(FixedColumn(means.map { Int64(truncatingIfNeeded: $0 ?? 0) }, validity: validity))
    }
    return .int128(FixedColumn(means.map { $0 ?? 0 }, validity: validity))
  }
}
