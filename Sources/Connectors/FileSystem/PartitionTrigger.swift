//  What a partition has to wait for until it is marked as complete.
//  Source: Flink's "FileSystem SQL Connector", Partition Commit Trigger and Partition Time Extractor.

import Columnar
import Dataflow
import Expressions

enum PartitionTrigger: Sendable {
  /// So many microseconds after the partition was first written to.
  case processTime(delay: Int64)
  /// When the watermark has passed the time that the partition's values tell by so many microseconds.
  case partitionTime(PartitionTimeExtractor, delay: Int64)

  /// Nil where no policy says what to do with a complete partition.
  init?(_ options: OptionValues, partitionKeys: [String], zones: TimeZones) throws(OperatorError) {
    guard options.string("sink.partition-commit.policy.kind") != nil else { return nil }
    let delay = try options.duration("sink.partition-commit.delay") ?? 0
    if options.string("sink.partition-commit.trigger") == "partition-time" {
      self = .partitionTime(try PartitionTimeExtractor(options, partitionKeys: partitionKeys, zones: zones), delay: delay)
    } else {
      self = .processTime(delay: delay)
    }
  }

  /// A partition whose values tell no time is never due: it waits for the end of the input.
  /// - Parameters:
  ///   - createdAt: when the partition was first written to; microseconds since 1970, as is `now`.
  func isDue(_ partition: String, createdAt: Int64, watermark: Watermark, now: Int64) -> Bool {
    switch self {
    case .processTime(let delay): delay == 0 || Self.has(now, passed: createdAt, by: delay)
    case .partitionTime(let extractor, let delay):
      extractor.time(of: partition).map { Self.has(watermark.microseconds, passed: $0, by: delay) } ?? false
    }
  }

  private static func has(_ time: Int64, passed start: Int64, by delay: Int64) -> Bool {
    let (sum, overflow) = start.addingReportingOverflow(delay)
    return !overflow && time > sum
  }
}

/// Reads a time out of the values of a partition.
struct PartitionTimeExtractor: Sendable {
  private let partitionKeys: [String]
  /// With `$name` for the value of a column; nil for the value of the first.
  private let pattern: String?
  /// Nil for `yyyy-MM-dd[ HH:mm:ss]`.
  private let format: TimestampFormat?
  /// Where clocks show the times of partitions.
  private let zone: TimeZoneRules

  init(_ options: OptionValues, partitionKeys: [String], zones: TimeZones) throws(OperatorError) {
    self.partitionKeys = partitionKeys
    pattern = options.string("partition.time-extractor.timestamp-pattern")
    if let text = options.string("partition.time-extractor.timestamp-formatter") {
      do throws(EvaluationError) { format = try TimestampFormat(text) } catch {
        throw OperatorError(.user, .never, "option \"partition.time-extractor.timestamp-formatter\": \(error.message)")
      }
    } else {
      format = nil
    }
    let name = options.string("sink.partition-commit.watermark-time-zone", default: "UTC")
    guard let zone = zones.rules(named: name) else {
      throw options.invalid("sink.partition-commit.watermark-time-zone", name, "a time zone such as \"Europe/Berlin\" or \"+01:00\"")
    }
    self.zone = zone
    for piece in pattern?.split(separator: "$", omittingEmptySubsequences: false).dropFirst() ?? []
    where !partitionKeys.contains(where: { piece.hasPrefix($0) }) {
      let names = partitionKeys.map { "$\($0)" }.joined(separator: ", ")
      throw options.invalid("partition.time-extractor.timestamp-pattern", pattern ?? "", "no other names in it than \(names)")
    }
  }

  /// Microseconds since 1970, UTC; nil if the values tell no time.
  /// - Parameter partition: its directory, `dt=2025-01-01/hm=00%3A00`.
  func time(of partition: String) -> Int64? {
    let values = partition.split(separator: "/").compactMap { PartitionPath.parse($0)?.value }
    guard values.count == partitionKeys.count else { return nil }
    var text = pattern ?? values[0]
    if pattern != nil {
      for (name, value) in zip(partitionKeys, values) { text = text.replacing("$\(name)", with: value) }
    }
    let local = format.map { $0.microseconds(text) } ?? Array(text.utf8).withUnsafeBytes { parseTimestamp($0) }
    return local.map { zone.utc(fromLocal: $0) }
  }
}
