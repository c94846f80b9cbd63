//  What a subtask did over the last seconds, from the counters it reports.

import Dataflow

/// Ratios between 0 and 1 and rates a second, over the last seconds; all 0 before the second report.
public struct SubtaskRates: Hashable, Sendable {
  public var busyRatio = 0.0
  public var idleRatio = 0.0
  public var backPressuredRatio = 0.0
  public var recordsInPerSecond = 0.0
  public var recordsOutPerSecond = 0.0
  public var bytesInPerSecond = 0.0
  public var bytesOutPerSecond = 0.0
  public init() {}

  /// From two reports of one attempt; the ratios are parts of the time accounted for between them.
  public init(from old: SubtaskMetrics, to new: SubtaskMetrics, seconds: Double) {
    guard seconds > 0 else { return }
    func growth(_ counter: KeyPath<SubtaskMetrics, Int64>) -> Double {
      max(0, Double(new[keyPath: counter]) - Double(old[keyPath: counter]))
    }
    let busy = growth(\.busyMicroseconds)
    let idle = growth(\.idleMicroseconds)
    let backPressured = growth(\.backPressuredMicroseconds)
    let accounted = busy + idle + backPressured
    if accounted > 0 {
      busyRatio = busy / accounted
      idleRatio = idle / accounted
      backPressuredRatio = backPressured / accounted
    }
    recordsInPerSecond = growth(\.recordsIn) / seconds
    recordsOutPerSecond = growth(\.recordsOut) / seconds
    bytesInPerSecond = growth(\.bytesIn) / seconds
    bytesOutPerSecond = growth(\.bytesOut) / seconds
  }
}

/// The newest reports of one subtask.
public struct SubtaskMetricsHistory: Hashable, Sendable {
  /// How far back the rates look, in microseconds.
  public static let window: Int64 = 5_000_000
  /// Reports kept; the oldest go first.
  public static let reportCountMax = 16

  private struct Report: Hashable, Sendable {
    var at: Int64
    var metrics: SubtaskMetrics
  }
  private var reports: [Report] = []

  public init() {}

  public var latest: SubtaskMetrics? { reports.last?.metrics }

  /// Reports of an older attempt, and such as come from the past, are passed over; a newer attempt starts afresh.
  public mutating func add(_ metrics: SubtaskMetrics, at now: Int64) {
    if let last = reports.last {
      guard metrics.attempt >= last.metrics.attempt, now >= last.at else { return }
      if metrics.attempt > last.metrics.attempt { reports.removeAll(keepingCapacity: true) }
    }
    reports.append(Report(at: now, metrics: metrics))
    // The report at the window's edge stays, so that the rates span the whole window.
    while reports.count > 2, reports[1].at <= now - Self.window || reports.count > Self.reportCountMax { reports.removeFirst() }
  }

  /// Over the last seconds; zero when the subtask has not reported for twice the window.
  public func rates(now: Int64) -> SubtaskRates {
    guard let first = reports.first, let last = reports.last, last.at > first.at, now - last.at < 2 * Self.window else {
      return SubtaskRates()
    }
    return SubtaskRates(from: first.metrics, to: last.metrics, seconds: Double(last.at - first.at) / 1_000_000)
  }
}
