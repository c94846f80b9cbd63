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

/// The options of the format, read.
struct CSVOptions: Sendable {
  var delimiter = UInt8(ascii: ",")
  /// Nil where no character quotes.
  var quote: UInt8? = UInt8(ascii: "\"")
  var escape: UInt8?
  var allowsComments = false
  var hasHeader = false
  var arrayDelimiter: [UInt8] = [UInt8(ascii: ";")]
  var rules = FieldRules(emptyIsNull: true)

  /// The index of delimiters cannot tell escaped ones and comments.
  var needsCare: Bool { escape != nil || allowsComments }

  init() {}

  /// From `csv.*`.
  init(_ all: OptionValues) throws(OperatorError) {
    let options = all.prefixed(by: "csv")
    delimiter = try options.byte("field-delimiter", default: delimiter) ?? delimiter
    quote = try options.byte("quote-character", default: quote)
    if try options.boolean("disable-quote-character", default: false) { quote = nil }
    escape = try options.byte("escape-character", default: nil)
    allowsComments = try options.boolean("allow-comments", default: false)
    hasHeader = try options.boolean("header", default: false)
    arrayDelimiter = Array(options.string("array-element-delimiter", default: ";").utf8)
    rules.ignoresErrors = try options.boolean("ignore-parse-errors", default: false)
    rules.nullLiteral = options.string("null-literal").map { Array($0.utf8) }
    if delimiter == 10 || delimiter == quote || delimiter == escape {
      throw options.invalid(
        "field-delimiter", options.string("field-delimiter", default: ","), "a character that is no newline, quote or escape")
    }
  }
}
