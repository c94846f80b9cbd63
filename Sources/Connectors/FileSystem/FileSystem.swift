//  The `filesystem` connector: reads and writes files of lines in a directory.
//  Source: Flink's "FileSystem SQL Connector".

import Columnar
import Dataflow

enum FileSystem {
  static let defaultSplitSize: Int64 = 16 << 20
  static let defaultRecordSizeMax: Int64 = 16 << 20
  static let defaultPartitionName = "__DEFAULT_PARTITION__"
  static let defaultSuccessName = "_SUCCESS"

  static func splitSize(_ options: OptionValues) throws(OperatorError) -> Int64 {
    try options.byteCount("source.split.size", in: 1...Int64.max) ?? defaultSplitSize
  }

  static func recordSizeMax(_ options: OptionValues) throws(OperatorError) -> Int64 {
    try options.byteCount("source.record.max-size", in: 1...(1 << 30)) ?? defaultRecordSizeMax
  }

  /// Of the file that marks a partition as complete; nil if none is asked for.
  static func successName(_ options: OptionValues) throws(OperatorError) -> String? {
    let name = options.string("sink.partition-commit.success-file.name", default: defaultSuccessName)
    if name.isEmpty || name.contains("/") || name == "." || name == ".." {
      throw options.invalid("sink.partition-commit.success-file.name", name, "the name of a file")
    }
    return options.string("sink.partition-commit.policy.kind") == nil ? nil : name
  }

  static let descriptor = ConnectorDescriptor(
    name: "filesystem",
    options: [
      OptionDescriptor(
        "path", .string, isRequired: true, help: "a file or a directory, as a path or a file:// URL; a sink writes into the directory"),
      OptionDescriptor("source.split.size", .memorySize, default: "16 mb", help: "bytes of a file that are read as one split"),
      OptionDescriptor(
        "partition.default-name", .string, default: defaultPartitionName,
        help: "what a partition is called whose column is NULL or empty"),
      OptionDescriptor(
        "sink.partition-commit.policy.kind", .choice(["success-file"]),
        help: "mark a partition that is complete with an empty file, once the rows of all subtasks are visible in it"),
      OptionDescriptor(
        "sink.partition-commit.trigger", .choice(["process-time", "partition-time"]), default: "process-time",
        help:
          "a partition is complete by the clock, or when the watermark has passed the time that its values tell; late rows complete it again"
      ),
      OptionDescriptor(
        "sink.partition-commit.delay", .duration, default: "0 s",
        help: "after the partition was first written to, or after its time; without a delay a clock completes it with each checkpoint"),
      OptionDescriptor(
        "sink.partition-commit.watermark-time-zone", .string, default: "UTC",
        help: "the zone of the partitions' times; that of the session where the watermark is of a TIMESTAMP_LTZ"),
      OptionDescriptor(
        "sink.partition-commit.success-file.name", .string, default: defaultSuccessName, help: "what the empty file is called"),
      OptionDescriptor("partition.time-extractor.kind", .choice(["default"]), default: "default", help: "how values tell a time"),
      OptionDescriptor(
        "partition.time-extractor.timestamp-pattern", .string,
        help: "the time with $name for a column's value, such as '$dt $hour:00:00'; without it the value of the first column"),
      OptionDescriptor(
        "partition.time-extractor.timestamp-formatter", .string,
        help: "how that text is to be read, such as 'yyyyMMdd HH'; without it as yyyy-MM-dd[ HH:mm:ss]"),
      OptionDescriptor("sink.rolling-policy.file-size", .memorySize, default: "128 mb", help: "a file that has become as large is ended"),
      OptionDescriptor(
        "sink.rolling-policy.rollover-interval", .duration, default: "30 min",
        help: "a file that is older is ended; each checkpoint ends all files"),
      OptionDescriptor(
        "sink.rolling-policy.inactivity-interval", .duration, default: "30 min",
        help: "a file that nothing was written to for so long is ended"),
      OptionDescriptor(
        "sink.rolling-policy.check-interval", .duration, default: "1 min", help: "how often the ages of files are looked at"),
      OptionDescriptor(
        "source.record.max-size", .memorySize, default: "16 mb", help: "the longest record, up to 1 gb; a longer one fails the job"),
    ],
    isSource: true, isSink: true, usesFormat: true, isPartitionable: true,
    validate: { options, schema in
      messageOfFailure { () throws(OperatorError) in
        let values = OptionValues(options)
        _ = try Files.path(try values.required("path"))
        _ = try splitSize(values)
        _ = try recordSizeMax(values)
        _ = try successName(values)
        _ = try RollingPolicy(values)
        // Zones are the worker's to know, and any column may be one that the table is partitioned by.
        _ = try PartitionTrigger(
          OptionValues(options.filter { $0.key != "sink.partition-commit.watermark-time-zone" }), partitionKeys: schema.fields.map(\.name),
          zones: .fixed)
        switch values.string("format") {
        case "csv": _ = try CSVOptions(values)
        case "json", "debezium-json": _ = try JSONOptions(values, prefix: try values.required("format"))
        default: break
        }
      }
    })
}
