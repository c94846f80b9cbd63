//  SET and the request's options: which keys there are, what they take, and the job options they come to.

import Dataflow
import Expressions

struct Settings {
  /// As set, key by key; what a job is given along.
  private(set) var values: [String: String]
  private let initial: [String: String]
  /// Names of time zones; nil where any name may be one.
  private let timeZones: Set<String>?

  enum Kind {
    case duration, integer(ClosedRange<Int64>), boolean, number, text
    case choice([String])
  }

  static let known: [String: Kind] = [
    "execution.checkpointing.interval": .duration,
    "execution.checkpointing.timeout": .duration,
    "execution.checkpointing.min-pause": .duration,
    "execution.checkpointing.num-retained": .integer(1...1_000),
    "execution.checkpointing.tolerable-failed-checkpoints": .integer(0...1_000_000),
    "execution.checkpointing.snapshot-compression": .boolean,
    "execution.checkpointing.mode": .choice(["EXACTLY_ONCE"]),
    "execution.runtime-mode": .choice(["STREAMING", "BATCH", "AUTOMATIC"]),
    "parallelism.default": .integer(1...Int64(SQLLimits.parallelismMax)),
    "pipeline.name": .text,
    "pipeline.max-parallelism": .integer(1...Int64(SQLLimits.parallelismMax)),
    "table.exec.mini-batch.enabled": .boolean,
    "table.exec.mini-batch.allow-latency": .duration,
    "table.exec.mini-batch.size": .integer(1...Int64.max),
    "table.exec.sink.not-null-enforcer": .choice(["ERROR", "DROP"]),
    "table.exec.sink.type-length-enforcer": .choice(["IGNORE"]),
    "table.exec.sink.upsert-materialize": .choice(["NONE", "AUTO", "FORCE"]),
    "table.exec.source.cdc-events-duplicate": .boolean,
    "table.exec.source.idle-timeout": .duration,
    "table.exec.state.ttl": .duration,
    "table.optimizer.agg-phase-strategy": .choice(["AUTO", "ONE_PHASE", "TWO_PHASE"]),
    "table.optimizer.distinct-agg.split.enabled": .boolean,
    "table.optimizer.distinct-agg.split.bucket-num": .integer(1...1_000_000),
    "table.optimizer.reuse-source-enabled": .boolean,
    "table.optimizer.reuse-sub-plan-enabled": .boolean,
    "table.local-time-zone": .text,
    "restart-strategy": .choice(restartStrategies),
    "restart-strategy.type": .choice(restartStrategies),
    "restart-strategy.fixed-delay.attempts": .integer(1...Int64(Int32.max)),
    "restart-strategy.fixed-delay.delay": .duration,
    "restart-strategy.exponential-delay.initial-backoff": .duration,
    "restart-strategy.exponential-delay.max-backoff": .duration,
    "restart-strategy.exponential-delay.backoff-multiplier": .number,
    "restart-strategy.exponential-delay.reset-backoff-threshold": .duration,
    "restart-strategy.exponential-delay.jitter-factor": .number,
    "restart-strategy.exponential-delay.attempts-before-reset-backoff": .integer(1...Int64(Int32.max)),
  ]

  private static let restartStrategies = [
    "none", "off", "disable", "fixed-delay", "fixeddelay", "exponential-delay", "exponentialdelay",
  ]

  /// Keys of Flink that mean nothing here and are kept for the API.
  private static let foreignPrefixes = [
    "table.", "sql-client.", "execution.", "pipeline.", "state.", "taskmanager.", "jobmanager.", "rest.", "metrics.", "cluster.", "web.",
    "heartbeat.", "akka.", "pekko.", "blob.", "high-availability.", "kubernetes.", "yarn.", "env.", "io.", "historyserver.", "classloader.",
    "client.", "sql-gateway.", "slot.", "slotmanager.", "resourcemanager.", "security.", "process.", "fs.", "s3.", "python.",
  ]

  /// - Parameters:
  ///   - options: in force from the start; a wrong one is a mistake at the start of the script.
  ///   - timeZones: names of time zones; nil where any name may be one.
  init(options: [String: String], timeZones: Set<String>? = nil) throws(Diagnostic) {
    values = [:]
    initial = options
    self.timeZones = timeZones
    let start = SourceSpan(start: 0, end: 0)
    for (key, value) in options.sorted(by: { $0.key < $1.key }) { try set(key, at: start, to: value, at: start) }
  }

  mutating func set(_ key: String, at keySpan: SourceSpan, to value: String, at valueSpan: SourceSpan) throws(Diagnostic) {
    if let kind = Self.known[key] {
      try Self.check(key, kind, value, valueSpan)
      if key == "table.local-time-zone" { try checkZone(value, valueSpan) }
    } else {
      let near = nearestName(to: key, in: Self.known.keys.sorted())
      let isForeign = Self.foreignPrefixes.contains { key.hasPrefix($0) && key.utf8.count > $0.utf8.count }
      // One letter off a key that would matter is a slip, whatever its prefix.
      if !isForeign || near.map({ isSlip(key, $0) }) == true {
        throw Diagnostic("unknown setting '\(key)'", at: keySpan, suggestion: near)
      }
    }
    values[key] = value
  }

  /// UTC and offsets are zones by themselves, others have to be known.
  private func checkZone(_ name: String, _ span: SourceSpan) throws(Diagnostic) {
    guard let timeZones, name != "default", !timeZones.contains(name), TimeZoneRules(fixed: name) == nil else { return }
    let likeness = timeZones.first { $0.lowercased() == name.lowercased() } ?? nearestName(to: name, in: timeZones.sorted())
    throw Diagnostic(
      "there is no time zone '\(name)'; zones are named as 'Europe/Berlin', or are offsets such as '+02:00'", at: span, suggestion: likeness
    )
  }

  private func isSlip(_ key: String, _ near: String) -> Bool {
    let (a, b) = (Array(key.utf8), Array(near.utf8))
    guard abs(a.count - b.count) <= 2 else { return false }
    let prefix = zip(a, b).prefix { $0 == $1 }.count
    let suffix = zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
    return max(a.count, b.count) - min(prefix + suffix, min(a.count, b.count)) <= 2
  }

  /// Back to what was in force at the start.
  mutating func reset(_ key: String?, at span: SourceSpan) throws(Diagnostic) {
    guard let key else {
      values = initial
      return
    }
    guard Self.known[key] != nil || values[key] != nil || Self.foreignPrefixes.contains(where: { key.hasPrefix($0) }) else {
      throw Diagnostic("unknown setting '\(key)'", at: span, suggestion: nearestName(to: key, in: Self.known.keys.sorted()))
    }
    values[key] = initial[key]
  }

  private static func check(_ key: String, _ kind: Kind, _ value: String, _ span: SourceSpan) throws(Diagnostic) {
    let wanted: String
    switch kind {
    case .text:
      if !value.isEmpty { return }
      wanted = "a value"
    case .duration:
      if DurationText.microseconds(value) != nil { return }
      wanted = "a duration such as '10 s'"
    case .integer(let range):
      if let number = Int64(value), range.contains(number) { return }
      wanted =
        range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .boolean:
      if ["true", "false"].contains(value.lowercased()) { return }
      wanted = "'true' or 'false'"
    case .number:
      if let number = Double(value), number.isFinite, number >= 0 { return }
      wanted = "a number"
    case .choice(let values):
      if values.contains(where: { $0.lowercased() == value.lowercased() }) { return }
      throw Diagnostic(
        "'\(key)' cannot be '\(value)'", at: span, expected: values.map { "'\($0)'" }, suggestion: nearestName(to: value, in: values))
    }
    throw Diagnostic("'\(key)' takes \(wanted), not '\(value)'", at: span)
  }

  // MARK: What they come to

  private func duration(_ key: String) -> Int64? { values[key].flatMap(DurationText.microseconds) }
  private func integer(_ key: String) -> Int? { values[key].flatMap { Int($0) } }
  private func number(_ key: String) -> Double? { values[key].flatMap { Double($0) } }

  /// Bounded tables alone, and final rows alone.
  var isBatch: Bool { values["execution.runtime-mode"]?.lowercased() == "batch" }
  var pipelineName: String? { values["pipeline.name"] }
  var parallelism: Int? { integer("parallelism.default") }
  var maxParallelism: Int? { integer("pipeline.max-parallelism") }
  /// False only where it was switched off by name.
  var foldsBatches: Bool { values["table.exec.mini-batch.enabled"]?.lowercased() != "false" }
  var idleTimeout: Int64? { duration("table.exec.source.idle-timeout").flatMap { $0 > 0 ? $0 : nil } }

  /// How long state outlives the last write to it, microseconds; nil for ever. Batch mode forgets nothing.
  ///
  /// - Parameter hint: what the query says, zero for ever; `table.exec.state.ttl` is in force where it says nothing.
  func timeToLive(_ hint: Int64? = nil) -> Int64? {
    guard !isBatch, let time = hint ?? duration("table.exec.state.ttl"), time > 0 else { return nil }
    return time
  }

  /// `table.exec.sink.upsert-materialize`.
  enum UpsertMaterialize { case none, auto, force }
  var upsertMaterialize: UpsertMaterialize {
    switch values["table.exec.sink.upsert-materialize"]?.uppercased() {
    case "NONE": .none
    case "FORCE": .force
    default: .auto
    }
  }
  /// Rows with a NULL for a NOT NULL column of a sink are dropped, rather than failing the job.
  var dropsNulls: Bool { values["table.exec.sink.not-null-enforcer"]?.uppercased() == "DROP" }
  /// Changelog sources may give an event more than once.
  var mayRepeatChanges: Bool { values["table.exec.source.cdc-events-duplicate"]?.lowercased() == "true" }
  /// Into how many buckets the values of DISTINCT aggregates are split, each aggregated by itself first; nil if they are not.
  var distinctBucketCount: Int? {
    guard !isBatch, values["table.optimizer.distinct-agg.split.enabled"]?.lowercased() == "true" else { return nil }
    return integer("table.optimizer.distinct-agg.split.bucket-num") ?? 1_024
  }
  /// Equal parts of a job's plans are computed once.
  var reusesPlans: Bool { values["table.optimizer.reuse-sub-plan-enabled"]?.lowercased() != "false" }
  /// A table is read once, whatever columns of it are wanted where; as in Flink only where equal parts of plans are one.
  var reusesSources: Bool { reusesPlans && values["table.optimizer.reuse-source-enabled"]?.lowercased() != "false" }
  /// Whether aggregations have a local phase where they can; nil where it depends on whether rows cross subtasks.
  var usesTwoPhases: Bool? {
    switch values["table.optimizer.agg-phase-strategy"]?.uppercased() {
    case "ONE_PHASE": false
    case "TWO_PHASE": true
    default: nil
    }
  }

  var jobOptions: JobOptions {
    var options = JobOptions()
    if let interval = duration("execution.checkpointing.interval") { options.checkpointInterval = interval > 0 ? interval : nil }
    if let timeout = duration("execution.checkpointing.timeout") { options.checkpointTimeout = timeout }
    if let pause = duration("execution.checkpointing.min-pause") { options.checkpointMinPause = pause }
    if let count = integer("execution.checkpointing.num-retained") { options.retainedCheckpoints = count }
    options.tolerableFailedCheckpoints = integer("execution.checkpointing.tolerable-failed-checkpoints")
    options.compressesSnapshots = values["execution.checkpointing.snapshot-compression"]?.lowercased() == "true"
    options.restart = restart(options.restart)
    if let zone = values["table.local-time-zone"], zone != "default" { options.timeZone = zone }
    options.settings = values
    return options
  }

  private func restart(_ standard: RestartStrategy) -> RestartStrategy {
    switch (values["restart-strategy.type"] ?? values["restart-strategy"])?.lowercased() {
    case "none", "off", "disable": return .none
    case "fixed-delay", "fixeddelay":
      return .fixedDelay(
        attempts: integer("restart-strategy.fixed-delay.attempts") ?? 1,
        delay: duration("restart-strategy.fixed-delay.delay") ?? 1_000_000)
    default:
      guard case .exponentialDelay(let initial, let most, let multiplier, let resetAfter) = standard else { return standard }
      let prefix = "restart-strategy.exponential-delay."
      return .exponentialDelay(
        initial: duration(prefix + "initial-backoff") ?? initial, max: duration(prefix + "max-backoff") ?? most,
        multiplier: number(prefix + "backoff-multiplier") ?? multiplier,
        resetAfter: duration(prefix + "reset-backoff-threshold") ?? resetAfter)
    }
  }
}
