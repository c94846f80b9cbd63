//  The `filesystem` connector: reads and writes files of lines in a directory.
//  Source: Flink's "FileSystem SQL Connector".

import Columnar
import Dataflow

enum FileSystem {
  static let defaultSplitSize: Int64 = 16 << 20
  static let defaultRecordSizeMax: Int64 = 16 << 20

  static func splitSize(_ options: OptionValues) throws(OperatorError) -> Int64 {
    try options.byteCount("source.split.size", in: 1...Int64.max) ?? defaultSplitSize
  }

  static func recordSizeMax(_ options: OptionValues) throws(OperatorError) -> Int64 {
    try options.byteCount("source.record.max-size", in: 1...(1 << 30)) ?? defaultRecordSizeMax
  }

  static let descriptor = ConnectorDescriptor(
    name: "filesystem",
    options: [
      OptionDescriptor(
        "path", .string, isRequired: true, help: "a file or a directory, as a path or a file:// URL; a sink writes into the directory"),
      OptionDescriptor("source.split.size", .memorySize, default: "16 mb", help: "bytes of a file that are read as one split"),
      OptionDescriptor(
        "source.record.max-size", .memorySize, default: "16 mb", help: "the longest record, up to 1 gb; a longer one fails the job"),
    ],
    isSource: true, isSink: true, usesFormat: true,
    validate: { options, _ in
      messageOfFailure { () throws(OperatorError) in
        let values = OptionValues(options)
        _ = try Files.path(try values.required("path"))
        _ = try splitSize(values)
        _ = try recordSizeMax(values)
        switch values.string("format") {
        case "csv": _ = try CSVOptions(values)
        case "json", "debezium-json": _ = try JSONOptions(values, prefix: try values.required("format"))
        default: break
        }
      }
    })
}
