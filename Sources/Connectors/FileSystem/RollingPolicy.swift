//  When a file is ended, and another begun, before its checkpoint ends it. A pure value: sizes and times are arguments.
//  Source: Flink's "FileSystem SQL Connector", Rolling Policy.

import Dataflow

struct RollingPolicy {
  /// A file that has become larger is ended.
  let fileSize: Int64
  /// A file older than this, in microseconds, is ended, and one that nothing was written to for that long.
  let rolloverInterval: Int64
  let inactivityInterval: Int64
  /// How often ages are looked at.
  private let checkInterval: Int64
  private var lastCheck: Int64?

  init(_ options: OptionValues) throws(OperatorError) {
    fileSize = try options.byteCount("sink.rolling-policy.file-size", in: 1...Int64.max) ?? 128 << 20
    rolloverInterval = try Self.interval("rollover-interval", options, default: 1_800_000_000)
    inactivityInterval = try Self.interval("inactivity-interval", options, default: 1_800_000_000)
    checkInterval = try Self.interval("check-interval", options, default: 60_000_000)
  }

  private static func interval(_ name: String, _ options: OptionValues, default fallback: Int64) throws(OperatorError) -> Int64 {
    let option = "sink.rolling-policy.\(name)"
    guard let interval = try options.duration(option) else { return fallback }
    if interval == 0 { throw options.invalid(option, options.string(option) ?? "", "a duration above 0") }
    return interval
  }

  /// Whether ages are to be looked at now; if so, not again before the interval is over.
  mutating func isCheckDue(now: Int64) -> Bool {
    // A clock that was set back does not put the check off.
    if let lastCheck, lastCheck <= now, now - lastCheck < checkInterval { return false }
    lastCheck = now
    return true
  }

  /// - Parameters:
  ///   - createdAt: when the file was begun; `lastWriteAt`: when it was last written to. Microseconds since 1970.
  func isOld(createdAt: Int64, lastWriteAt: Int64, now: Int64) -> Bool {
    now &- createdAt >= rolloverInterval || now &- lastWriteAt >= inactivityInterval
  }
}
