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
}
