//  The summaries that Flink gives of several subtasks or checkpoints, computed as Flink does.
//  Source: Apache Commons Math, DescriptiveStatistics and Percentile (the estimation type LEGACY).

/// Least, greatest, mean and percentiles of some numbers.
struct Statistics: Sendable {
  private let sorted: [Int64]
  private let sum: Int64

  init(_ values: [Int64]) {
    sorted = values.sorted()
    sum = values.reduce(0) { $0 &+ $1 }
  }

  var average: Int64 { sorted.isEmpty ? 0 : sum / Int64(sorted.count) }

  /// Not a number without values; `p` in percent.
  func percentile(_ p: Double) -> Double {
    guard let first = sorted.first, let last = sorted.last else { return .nan }
    let position = p * Double(sorted.count + 1) / 100
    if position < 1 { return Double(first) }
    if position >= Double(sorted.count) { return Double(last) }
    let lower = Int(position)
    let below = Double(sorted[lower - 1])
    let above = Double(sorted[lower])
    return below + (position - Double(lower)) * (above - below)
  }

  /// As `/checkpoints` has it.
  var checkpointSummary: JSON {
    [
      "min": JSON(sorted.first ?? 0), "max": JSON(sorted.last ?? 0), "avg": JSON(average), "p50": JSON(percentile(50)),
      "p90": JSON(percentile(90)), "p95": JSON(percentile(95)), "p99": JSON(percentile(99)), "p999": JSON(percentile(99.9)),
    ]
  }

  /// As `aggregated` of a vertex has it: whole numbers.
  var aggregate: JSON {
    func whole(_ p: Double) -> JSON { sorted.isEmpty ? 0 : JSON(Int64(percentile(p))) }
    return [
      "min": JSON(sorted.first ?? 0), "max": JSON(sorted.last ?? 0), "avg": JSON(average), "sum": JSON(sum),
      "median": whole(50), "p25": whole(25), "p75": whole(75), "p95": whole(95),
    ]
  }
}
