//  VAR_POP, VAR_SAMP, STDDEV_POP and STDDEV_SAMP.
//  Source: Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", 1962; merging by Chan, Golub and LeVeque, 1979.

import Columnar
import Expressions
import State

/// How far values lie from their mean. NULL without a value, over a sample without a second one.
///
/// Computed in doubles; of integers the result is truncated and wraps, of decimals it is rounded half up to the result's scale.
///
/// State: the number of values, their mean, and the sum of the squares of what they differ from it.
final class VarianceAggregate: Aggregate {
  private let call: AggregateCall
  private var column = 0

  init(_ call: AggregateCall) { self.call = call }

  var columns: [Field] {
    [
      Field("count", .int64, isNullable: false), Field("mean", .float64, isNullable: false), Field("squares", .float64, isNullable: false),
    ]
  }

  func attach(column: Int, multimap: Int) { self.column = column }

  private func pages(_ table: KeyedTable) -> (counts: PackedIntegers, means: PagedColumn<Double>, squares: PagedColumn<Double>) {
    guard case .float64(let means) = table.columns[column + 1].values, case .float64(let squares) = table.columns[column + 2].values else {
      preconditionFailure("means and squares are doubles")
    }
    return (table.columns[column].int64, means, squares)
  }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("a variance has an argument") }
    let values = doubles(argument)
    let (counts, means, squares) = pages(table)
    for row in groups.indices where groups[row] >= 0 {
      let group = Int(groups[row])
      let isAdded = signs == nil || signs![row] > 0
      let count = counts[group] + (isAdded ? 1 : -1)
      counts[group] = count
      if count <= 0 {
        means[group] = 0
        squares[group] = 0
        continue
      }
      let mean = means[group]
      let delta = values[row] - mean
      let next = isAdded ? mean + delta / Double(count) : mean - delta / Double(count)
      means[group] = next
      squares[group] += (isAdded ? delta : -delta) * (values[row] - next)
    }
  }

  private func doubles(_ argument: Column) -> [Double] {
    switch argument {
    case .float32(let column): return column.values.map { Double($0) }
    case .float64(let column): return column.values
    case .int128(let column): return column.values.map { Double($0) / power }
    default: return argument.widenedToInt64.values.map { Double($0) / power }
    }
  }

  /// What an unscaled decimal is divided by.
  private var power: Double {
    guard case .decimal(_, let scale) = call.argumentType else { return 1 }
    return Double(DecimalPower.int128(scale))
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] {
    (0..<3).map { table.columns[column + $0].gather(groups) }
  }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    guard case .float64(let addedMeans) = partials[1], case .float64(let addedSquares) = partials[2] else {
      preconditionFailure("means and squares are doubles")
    }
    let addedCounts = partials[0].widenedToInt64.values
    let (counts, means, squares) = pages(table)
    for row in groups.indices where groups[row] >= 0 && addedCounts[row] > 0 {
      let group = Int(groups[row])
      let (left, right) = (Double(counts[group]), Double(addedCounts[row]))
      let delta = addedMeans.values[row] - means[group]
      counts[group] += addedCounts[row]
      means[group] += delta * right / (left + right)
      squares[group] += addedSquares.values[row] + delta * delta * left * right / (left + right)
    }
  }

  func results(of groups: [Int32], in table: KeyedTable) -> Column {
    let (counts, _, squares) = pages(table)
    let isSample = call.function == .varSamp || call.function == .stddevSamp
    let isRoot = call.function == .stddevPop || call.function == .stddevSamp
    let least: Int64 = isSample ? 2 : 1
    let sizes = counts.gather(groups)
    // What was taken back may leave a square a little below zero.
    let values = squares.gather(groups).enumerated().map { (row, sum) -> Double in
      guard sizes[row] >= least else { return 0 }
      let variance = max(sum, 0) / Double(isSample ? sizes[row] - 1 : sizes[row])
      return isRoot ? variance.squareRoot() : variance
    }
    return column(values, Validity.from(count: sizes.count) { sizes[$0] >= least })
  }

  private func column(_ values: [Double], _ validity: Validity?) -> Column {
    switch call.resultType {
    case .float32, .float64: return call.resultType.column(float64: values, validity: validity)
    case .decimal(_, let scale):
      let factor = Double(DecimalPower.int128(scale))
      let limit = Double(DecimalPower.int128(DataType.maxDecimalPrecision))
      let unscaled = values.map { (value: Double) -> Int128? in
        let scaled = (value * factor).rounded(.toNearestOrAwayFromZero)
        return scaled.isFinite && scaled < limit ? Int128(scaled) : nil
      }
      let fitting = Validity.from(count: values.count) { unscaled[$0] != nil && (validity?.isValid($0) ?? true) }
      if call.resultType.layout == .int64 {
        return .int64(FixedColumn(unscaled.map { Int64(clamping: $0 ?? 0) }, validity: fitting))
      }
      return .int128(FixedColumn(unscaled.map { $0 ?? 0 }, validity: fitting))
    case .int64:
      return .int64(FixedColumn(values.map { $0 >= 0x1p63 ? Int64.max : Int64($0) }, validity: validity))
    default:
      // To an int, and from there to what is narrower, as Java casts a double.
      let whole = values.map { $0 >= 0x1p31 ? Int64(Int32.max) : Int64($0) }
      return call.resultType.column(int64: whole, validity: validity)
    }
  }
}
