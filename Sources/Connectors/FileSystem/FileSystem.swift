//  The `filesystem` connector: reads and writes files of lines in a directory.
//  Source: Flink's "FileSystem SQL Connector".

import Columnar
import Dataflow

enum FileSystem {
  static let descriptor = ConnectorDescriptor(
    name: "filesystem",
    options: [
      OptionDescriptor(
        "path", .string, isRequired: true, help: "a file or a directory, as a path or a file:// URL; a sink writes into the directory"),
      OptionDescriptor("source.split.size", .memorySize, default: "16 mb", help: "bytes of a file that one reader reads at a time"),
      OptionDescriptor("source.record.max-size", .memorySize, default: "16 mb", help: "the longest record; a longer one fails the job"),
    ],
    isSource: true, isSink: true, usesFormat: true)
}
