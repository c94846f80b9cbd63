//  Windows over TIMESTAMP_LTZ are cut by the clocks of the session's time zone, while watermarks and timers go by UTC.
//  Source: Flink's TimeWindowUtil.

import Columnar
import Dataflow
import Expressions

/// Between the time that rows, watermarks and timers are in and the time that windows are in. Microseconds.
struct WindowZone {
  /// Nil where both are the same.
  private let rules: TimeZoneRules?

  /// - Parameter isLocal: Windows go by the session's clocks.
  init(isLocal: Bool, _ context: OperatorContext) {
    let rules = context.timeZoneRules
    self.rules = isLocal && !(rules.transitions.isEmpty && rules.initialOffset == 0) ? rules : nil
  }

  /// For the windows of a time attribute of this type.
  init(of type: DataType, _ context: OperatorContext) {
    if case .timestampLTZ = type { self.init(isLocal: true, context) } else { self.init(isLocal: false, context) }
  }

  init(_ spec: WindowAggregateSpec, _ context: OperatorContext) {
    if case .attached(_, let isLocal) = spec.kind {
      self.init(isLocal: isLocal, context)
    } else {
      self.init(of: context.inputSchemas[0][spec.time].type, context)
    }
  }

  func local(_ time: Int64) -> Int64 { rules?.local(fromUTC: time) ?? time }

  /// The times of rows as windows see them. Those beyond `SliceAssigner.timeRange` stay what they are.
  func local(_ times: FixedColumn<Int64>) -> FixedColumn<Int64> {
    guard let rules else { return times }
    return FixedColumn(
      times.values.map { SliceAssigner.timeRange.contains($0) ? rules.local(fromUTC: $0) : $0 }, validity: times.validity)
  }

  /// Windows up to this end are closed by a watermark, one millisecond before their end. Where clocks are set back, those that
  /// their times come to again stay open until the second time.
  func closedEnd(by watermark: Int64) -> Int64 { SliceAssigner.closedEnd(by: earliest(from: watermark)) }

  /// No clock shows an earlier time from this moment on.
  func earliest(from moment: Int64) -> Int64 {
    guard let rules, SliceAssigner.timeRange.contains(moment) else { return moment }
    return rules.earliestLocal(from: moment)
  }

  /// The first moment at which `earliest(from:)` has come to a time.
  func moment(of time: Int64) -> Int64 {
    guard let rules, SliceAssigner.timeRange.contains(time) else { return time }
    return rules.lastUTC(fromLocal: time)
  }

  /// What `window_time` says of a window: its last millisecond, as clocks come to it first.
  func lastTime(ofWindowEndingAt end: Int64) -> Int64 {
    let last = end - SliceAssigner.closingLead
    return rules?.utc(fromLocal: last) ?? last
  }
}
