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
    ] + options, readsFields: true)
}

enum DebeziumJSON {
  static let descriptor = FormatDescriptor(
    name: "debezium-json",
    options: [
      OptionDescriptor("schema-include", .boolean, default: "false", help: "messages hold a schema and a payload")
    ] + JSON.options,
    acceptsUpdates: true, producesUpdates: true, readsFields: true)
}

/// The options of `json` and `debezium-json`, read.
struct JSONOptions: Sendable {
  /// What is written for a map entry whose key is NULL.
  enum NullKey: Sendable {
    case fail, drop
    case literal(String)
  }
  var rules = FieldRules(timestampSeparator: UInt8(ascii: " "), truncatesNumbers: true)
  var failsOnMissing = false
  var nullKey = NullKey.fail
  var writesPlainDecimals = false
  var omitsNulls = false
  var hasSchema = false
  var timestampSeparator: UInt8 { rules.timestampSeparator ?? UInt8(ascii: " ") }

  init() {}

  init(_ all: OptionValues, prefix: String) throws(OperatorError) {
    let options = all.prefixed(by: prefix)
    failsOnMissing = try options.boolean("fail-on-missing-field", default: false)
    rules.ignoresErrors = try options.boolean("ignore-parse-errors", default: false)
    if failsOnMissing && rules.ignoresErrors {
      throw OperatorError(
        .user, .never, "options \"\(prefix).fail-on-missing-field\" and \"\(prefix).ignore-parse-errors\" cannot both be \"true\"")
    }
    switch options.string("timestamp-format.standard", default: "SQL") {
    case "SQL": rules.timestampSeparator = UInt8(ascii: " ")
    case "ISO-8601": rules.timestampSeparator = UInt8(ascii: "T")
    case let other: throw options.invalid("timestamp-format.standard", other, "\"SQL\" or \"ISO-8601\"")
    }
    switch options.string("map-null-key.mode", default: "FAIL").uppercased() {
    case "FAIL": nullKey = .fail
    case "DROP": nullKey = .drop
    case "LITERAL": nullKey = .literal(options.string("map-null-key.literal", default: "null"))
    case let other: throw options.invalid("map-null-key.mode", other, "\"FAIL\", \"DROP\" or \"LITERAL\"")
    }
    writesPlainDecimals = try options.boolean("encode.decimal-as-plain-number", default: false)
    omitsNulls = try options.boolean("encode.ignore-null-fields", default: false)
    hasSchema = try options.boolean("schema-include", default: false)
  }
}
