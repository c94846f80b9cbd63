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
        help: "leave an empty file in a partition each time rows have become visible in it"),
      OptionDescriptor(
        "sink.partition-commit.trigger", .choice(["process-time"]), default: "process-time",
        help: "a partition is complete, for the time being, when a checkpoint is"),
      OptionDescriptor(
        "sink.partition-commit.success-file.name", .string, default: defaultSuccessName, help: "what the empty file is called"),
      OptionDescriptor(
        "source.record.max-size", .memorySize, default: "16 mb", help: "the longest record, up to 1 gb; a longer one fails the job"),
    ],
    isSource: true, isSink: true, usesFormat: true, isPartitionable: true,
    validate: { options, _ in
      messageOfFailure { () throws(OperatorError) in
        let values = OptionValues(options)
        _ = try Files.path(try values.required("path"))
        _ = try splitSize(values)
        _ = try recordSizeMax(values)
        _ = try successName(values)
        switch values.string("format") {
        case "csv": _ = try CSVOptions(values)
        case "json", "debezium-json": _ = try JSONOptions(values, prefix: try values.required("format"))
        default: break
        }
      }
    })
}
