//  The `json` format: one object a line.
//  Source: Flink's "JSON Format"; RFC 8259.

import Columnar
import Dataflow

enum JSON {
  static let options = [
    OptionDescriptor(
      "ignore-parse-errors", .boolean, default: "false",
      help: "a field that cannot be read is NULL, a record that cannot be read is skipped, rather than failing the job"),
    OptionDescriptor(
      "timestamp-format.standard", .choice(["SQL", "ISO-8601"]), default: "SQL", help: "2020-12-30 12:13:14.123 or 2020-12-30T12:13:14.123"),
    OptionDescriptor(
      "map-null-key.mode", .choice(["FAIL", "DROP", "LITERAL"]), default: "FAIL", help: "what is written for a map entry whose key is NULL"),
    OptionDescriptor(
      "map-null-key.literal", .string, default: "null", help: "the key that stands for NULL with map-null-key.mode 'LITERAL'"),
    OptionDescriptor("encode.decimal-as-plain-number", .boolean, default: "false", help: "write decimals without an exponent"),
    OptionDescriptor("encode.ignore-null-fields", .boolean, default: "false", help: "leave out fields that are NULL"),
  ]

  static let descriptor = FormatDescriptor(
    name: "json",
    options: [
      OptionDescriptor(
        "fail-on-missing-field", .boolean, default: "false", help: "a record that lacks a field fails the job; otherwise the field is NULL")
    ] + options)
}

enum DebeziumJSON {
  static let descriptor = FormatDescriptor(
    name: "debezium-json",
    options: [
      OptionDescriptor("schema-include", .boolean, default: "false", help: "messages hold a schema and a payload")
    ] + JSON.options,
    acceptsUpdates: true, producesUpdates: true)
}
