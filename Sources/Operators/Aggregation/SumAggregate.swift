//  SUM, and what AVG keeps: a sum and the number of values in it.
//  Source: Flink's SumAggFunction and SumWithRetractAggFunction.

import Columnar
import Expressions
import State

/// Adds up values. NULL without a value; integers wrap in the result type; decimals beyond 38 digits are NULL.
///
/// State: the sum, as 64-bit integers, 128-bit integers or doubles, and the number of values.
class SumAggregate: Aggregate {
  let call: AggregateCall
  let sumType: DataType
  private(set) var column = 0

  init(_ call: AggregateCall, sumType: DataType) {
    self.call = call
    self.sumType = sumType
  }

  var columns: [Field] { [Field("sum", sumType, isNullable: false), Field("count", .int64, isNullable: false)] }

  func attach(column: Int, multimap: Int) { self.column = column }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("SUM and AVG have an argument") }
    add(argument, groups, signs, table)
    let counts = table.columns[column + 1].int64
    if let signs {
      counts.update(groups.span) { $0 &+= signs[$1] }
    } else {
      counts.update(groups.span) { count, _ in count &+= 1 }
    }
  }

  private func add(_ values: Column, _ groups: [Int32], _ signs: [Int64]?, _ table: KeyedTable) {
    switch table.columns[column].values {
    case .int64(let sums):
      let values = values.widenedToInt64.values
      if let signs {
        sums.update(groups.span) { $0 &+= values[$1] &* signs[$1] }
      } else {
        sums.update(groups.span) { $0 &+= values[$1] }
      }
    case .int128(let sums):
      let values = values.widenedToInt128.values
      if let signs {
        sums.update(groups.span) { $0 &+= values[$1] &* Int128(signs[$1]) }
      } else {
        sums.update(groups.span) { $0 &+= values[$1] }
      }
    case .float64(let sums):
      let values = values.widenedToFloat64.values
      if let signs {
        sums.update(groups.span) { $0 += values[$1] * Double(signs[$1]) }
      } else {
        sums.update(groups.span) { $0 += values[$1] }
      }
    case .bytes: preconditionFailure("a sum is a number")
    }
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] {
    [partialSums(of: groups, in: table), table.columns[column + 1].gather(groups)]
  }

  /// Zero without a value: what has been taken back may leave a sum and no values.
  func partialSums(of groups: [Int32], in table: KeyedTable) -> Column {
    switch table.columns[column].values {
    case .float64(let sums): call.resultType.column(float64: sums.gather(groups), validity: nil)
    default: table.columns[column].gather(groups)
    }
  }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    // The value under a null is zero, which adds nothing.
    add(partials[0], groups, nil, table)
    let added = partials[1].widenedToInt64.values
    table.columns[column + 1].int64.update(groups.span) { $0 &+= added[$1] }
  }

  func results(of groups: [Int32], in table: KeyedTable) -> Column {
    let counts = table.columns[column + 1].int64.gather(groups)
    switch table.columns[column].values {
    case .int64(let sums): return results(.int64(sums.gather(groups)), counts: counts)
    case .int128(let sums): return results(.int128(sums.gather(groups)), counts: counts)
    case .float64(let sums): return results(.float64(sums.gather(groups)), counts: counts)
    case .bytes: preconditionFailure("a sum is a number")
    }
  }

  /// Sums as they are stored.
  enum Sums {
    case int64([Int64])
    case int128([Int128])
    case float64([Double])
  }

  /// The aggregate's values from sums and the number of values in each.
  func results(_ sums: Sums, counts: [Int64]) -> Column {
    var validity = Validity.from(count: counts.count) { counts[$0] > 0 }
    switch sums {
    case .int64(var values):
      if let validity { for row in values.indices where !validity.isValid(row) { values[row] = 0 } }
      return call.resultType.column(int64: values, validity: validity)
    case .int128(var values):
      validity = Validity.from(count: counts.count) { counts[$0] > 0 && DecimalRange.holds(values[$0]) }
      if let validity { for row in values.indices where !validity.isValid(row) { values[row] = 0 } }
      return .int128(FixedColumn(values, validity: validity))
    case .float64(var values):
      if let validity { for row in values.indices where !validity.isValid(row) { values[row] = 0 } }
      return call.resultType.column(float64: values, validity: validity)
    }
  }
}
