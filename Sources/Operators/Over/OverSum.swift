//  SUM and AVG over a frame.

import Columnar
import Expressions
import State

/// SUM and AVG. State: the sum and the number of values, as `SumAggregate` has them. A sum of doubles takes values off again by
/// subtraction, as Flink does.
final class OverSum: OverFunction {
  private let sum: SumAggregate
  private var column = 0

  init(_ call: AggregateCall) {
    if call.function == .avg {
      sum = AverageAggregate(call, sumType: averageSumType(call.argumentType ?? call.resultType))
    } else {
      sum = SumAggregate(call, sumType: call.resultType == .float32 ? .float64 : call.resultType)
    }
  }

  var columns: [Field] { sum.columns }

  func attach(column: Int, multimap: Int) {
    self.column = column
    sum.attach(column: column, multimap: multimap)
  }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let values = argument.column else { preconditionFailure("SUM and AVG have an argument") }
    let counts = table.columns[column + 1].int64
    func follow<Number, Sums: PagedElements<Number>>(
      _ values: [Number], _ sums: Sums, _ add: (inout Number, Number) -> Void, _ subtract: (inout Number, Number) -> Void
    ) -> (sums: [Number], counts: [Int64]) {
      let (signs, groups, sources, rowGroups) = (argument.signs, steps.groups, steps.sources, steps.rowGroups)
      var resultCounts: [Int64] = []
      let resultSums = [Number](unsafeUninitializedCapacity: steps.rowCount) { sumTarget, sumCount in
        resultCounts = [Int64](unsafeUninitializedCapacity: steps.rowCount) { countTarget, countCount in
          steps.run(
            { step in
              let group = Int(groups[step])
              if signs[step] > 0 {
                add(&sums[group], values[Int(sources[step])])
                counts[group] &+= 1
              } else if signs[step] < 0 {
                subtract(&sums[group], values[Int(sources[step])])
                counts[group] &-= 1
              }
            },
            { row in
              let group = Int(rowGroups[row])
              sumTarget.initializeElement(at: row, to: sums[group])
              countTarget.initializeElement(at: row, to: counts[group])
            })
          countCount = steps.rowCount
        }
        sumCount = steps.rowCount
      }
      return (resultSums, resultCounts)
    }
    switch table.columns[column].values {
    case .int64(let sums):
      let result = follow(values.widenedToInt64.values, sums, { $0 &+= $1 }, { $0 &-= $1 })
      return sum.results(.int64(result.sums), counts: result.counts)
    case .int128(let sums):
      let result = follow(values.widenedToInt128.values, sums, { $0 &+= $1 }, { $0 &-= $1 })
      return sum.results(.int128(result.sums), counts: result.counts)
    case .float64(let sums):
      let result = follow(values.widenedToFloat64.values, sums, { $0 += $1 }, { $0 -= $1 })
      return sum.results(.float64(result.sums), counts: result.counts)
    case .bytes: preconditionFailure("a sum is a number")
    }
  }
}
