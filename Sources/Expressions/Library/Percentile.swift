//  The percentile of a multiset of numbers, which is what PERCENTILE makes of its collected values: between two of them in proportion.

import Columnar

extension FunctionLibrary {
  static let percentile: [FunctionDefinition] = [
    // (multiset of DOUBLE, or of ROW of a DOUBLE and how often it counts; one percentage from 0 to 1, or an array of them).
    FunctionDefinition(
      "PERCENTILE OF", [.collection, .any], gives: { if case .array = $0[1] { .array(.float64) } else { .float64 } },
      nullability: .always, canFail: true
    ) { (shape) throws(EvaluationError) in
      { (arguments, _) throws(EvaluationError) in
        guard case .list(let list) = arguments[0].column, case .row(let entries) = list.elements else {
          throw EvaluationError("PERCENTILE takes a multiset")
        }
        let builder = ColumnBuilder(shape.type)
        for row in 0..<arguments.count {
          let source = arguments[0].index(row)
          let values = try WeightedValues(entries, Int(list.offsets[source])..<Int(list.offsets[source + 1]))
          let wanted = arguments[1].column.value(at: arguments[1].index(row), type: shape.types[1])
          switch wanted {
          case _ where values.total == 0: builder.appendNull()
          case .double(let percentage): builder.append(.double(try values.percentile(percentage)))
          case .list(let percentages):
            var found: [Value] = []
            for case .double(let percentage) in percentages { found.append(.double(try values.percentile(percentage))) }
            builder.append(.list(found))
          default: builder.appendNull()
          }
        }
        return arguments.result(builder.finish())
      }
    }
  ]
}

/// Numbers in ascending order, NaN last, each with how often it counts.
private struct WeightedValues {
  private var values: [Double] = []
  /// Behind each value, how many there are up to it.
  private var counts: [Int64] = []
  var total: Int64 { counts.last ?? 0 }

  init(_ entries: RowColumn, _ range: Range<Int>) throws(EvaluationError) {
    let times = Int32.unwrap(entries.children[1]).values
    var pairs: [(value: Double, count: Int64)] = []
    for index in range {
      switch entries.children[0] {
      case .float64(let column): pairs.append((column.values[index], Int64(times[index])))
      case .row(let row):
        guard case .float64(let column) = row.children[0], case .int64(let weights) = row.children[1] else { continue }
        pairs.append((column.values[index], weights.values[index].multipliedClamping(by: Int64(times[index]))))
      default: throw EvaluationError("PERCENTILE takes a multiset of numbers")
      }
    }
    pairs.sort { $0.value.isNaN ? false : $1.value.isNaN || $0.value < $1.value }
    for pair in pairs {
      values.append(pair.value)
      counts.append(total.addingClamping(pair.count))
    }
  }

  /// The value at a place from 0.
  private func value(at place: Int64) -> Double {
    var (low, high) = (0, counts.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if counts[middle] > place { high = middle } else { low = middle + 1 }
    }
    return values[low]
  }

  func percentile(_ percentage: Double) throws(EvaluationError) -> Double {
    guard 0...1 ~= percentage else { throw EvaluationError("PERCENTILE takes percentages from 0 to 1, not \(percentage)") }
    // Places from 1, as Flink counts them, so that results are equal to the last digit.
    let position = Double(total - 1) * percentage + 1
    let (lower, upper) = (position.rounded(.down), position.rounded(.up))
    let (below, above) = (value(at: Int64(lower) - 1), value(at: Int64(upper) - 1))
    return lower == upper || below == above ? below : (upper - position) * below + (position - lower) * above
  }
}

extension Int64 {
  fileprivate func multipliedClamping(by other: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  fileprivate func addingClamping(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
