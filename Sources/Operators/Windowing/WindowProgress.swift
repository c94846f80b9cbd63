//  By which clock windows close: by watermarks, or by processing time.

import Columnar
import Dataflow

/// How far the clock of a window aggregation has come, over restarts, and which windows are due by it.
struct WindowProgress {
  let isProcessingTime: Bool
  let zone: WindowZone
  private var clock: SavedClock

  init(_ spec: WindowAggregateSpec, _ context: OperatorContext) throws(OperatorError) {
    isProcessingTime = spec.clock == .processingTime
    zone = WindowZone(spec, context)
    clock = try SavedClock("watermark", context)
  }

  /// Windows up to this end are due. No row is of an earlier time by processing time, also where its clock has been set back.
  var due: Int64 { isProcessingTime ? zone.earliest(from: clock.time) : zone.closedEnd(by: clock.time) }

  /// False where the windows go by the other clock.
  mutating func advance(to watermark: Watermark) -> Bool {
    if !isProcessingTime { clock.advance(to: watermark.microseconds) }
    return !isProcessingTime
  }

  /// False where the windows go by the other clock.
  mutating func advance(toProcessingTime now: Int64) -> Bool {
    if isProcessingTime { clock.advance(to: now) }
    return isProcessingTime
  }

  /// What `window_time` says. Read as a value, processing time is the time of reading.
  func time(ofWindowEndingAt end: Int64, now: Int64) -> Int64 { isProcessingTime ? now : zone.lastTime(ofWindowEndingAt: end) }
}
