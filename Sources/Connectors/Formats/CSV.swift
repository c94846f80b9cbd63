//  The `csv` format.
//  Source: Flink's "CSV Format"; RFC 4180.

import Columnar
import Dataflow

enum CSV {
  static let descriptor = FormatDescriptor(
    name: "csv",
    options: [
      OptionDescriptor("field-delimiter", .string, default: ",", help: "the character between fields; \\t for a tab"),
      OptionDescriptor(
        "quote-character", .string, default: "\"", help: "the character around fields that hold delimiters, quotes or line breaks"),
      OptionDescriptor("disable-quote-character", .boolean, default: "false", help: "no character quotes fields"),
      OptionDescriptor("allow-comments", .boolean, default: "false", help: "skip lines that start with #"),
      OptionDescriptor(
        "ignore-parse-errors", .boolean, default: "false",
        help: "a field that cannot be read is NULL, a row that cannot be read is skipped, rather than failing the job"),
      OptionDescriptor("array-element-delimiter", .string, default: ";", help: "the text between elements of ARRAY and ROW values"),
      OptionDescriptor("escape-character", .string, help: "the character that takes its meaning from the one after it"),
      OptionDescriptor("null-literal", .string, help: "a field with this text is NULL"),
      OptionDescriptor("header", .boolean, default: "false", help: "each file starts with a line of column names, which is skipped"),
    ])
}
