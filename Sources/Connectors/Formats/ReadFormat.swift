//  A format made ready to read one table: how records are found, and how their fields become the produced columns.

import Columnar
import Dataflow

/// Reads the values of nested types, which the column loops do not.
protocol NestedReader: Sendable {
  /// Appends the value that the bytes of a field stand for; gives false, and appends nothing, if they do not.
  func append(_ text: UnsafeRawBufferPointer, _ type: DataType, to builder: ColumnBuilder) -> Bool
}

/// Made for one reader: the scanner remembers the last records' shape.
final class ReadFormat {
  let name: String
  let scanner: any RecordScanner
  let rules: FieldRules
  let nested: any NestedReader
  let produced: Schema
  private let narrowed: NarrowedRows
  /// Where in the index each column is that is read.
  private let indexColumns: [Int]
  /// The index column whose fields may keep a carriage return.
  private let lastColumn: Int
  /// Between quotes a newline may stand, so that a file cannot be cut anywhere: the quote and escape to look for.
  let quoting: (delimiter: UInt8, quote: UInt8?, escape: UInt8?)?

  init(_ spec: SourceSpec) throws(OperatorError) {
    let options = OptionValues(spec.options)
    name = try options.required("format")
    produced = spec.produced
    let narrowed = NarrowedRows(spec)
    self.narrowed = narrowed
    switch name {
    case "csv":
      let csv = try CSVOptions(options)
      scanner = CSVScanner(csv, fieldCount: spec.declared.count)
      rules = csv.rules
      nested = CSVNestedReader(options: csv)
      indexColumns = narrowed.projection
      lastColumn = spec.declared.count - 1
      quoting = csv.quote == nil && csv.escape == nil ? nil : (csv.delimiter, csv.quote, csv.escape)
    case "json", "debezium-json":
      let json = try JSONOptions(options, prefix: name)
      // A field that is produced twice is looked for once.
      let wanted = Array(Set(narrowed.projection)).sorted()
      let names = wanted.map { spec.declared[$0].name }
      scanner =
        name == "json"
        ? JSONScanner(wanted: names, failsOnMissing: json.failsOnMissing, ignoresErrors: json.rules.ignoresErrors)
        : DebeziumScanner(wanted: names, json)
      rules = json.rules
      nested = JSONNestedReader(rules: json.rules)
      indexColumns = narrowed.projection.map { wanted.firstIndex(of: $0)! }
      lastColumn = -1
      quoting = nil
    default:
      throw OperatorError(
        .user, .never,
        "unknown format \"\(name)\", expected one of \(ConnectorCatalog.builtIn.formats.map { "\"\($0.name)\"" }.joined(separator: ", "))")
    }
  }

  /// Decodes `count` rows of a chunk from row `first` on. Throws for the first field that cannot be read, unless such
  /// fields become NULL; gives how many did.
  func decode(
    _ index: RecordIndex, _ storage: ByteStorage, first: Int, count: Int, path: String, fileOffset: Int64
  ) throws(OperatorError) -> (batch: RecordBatch, badFieldCount: Int) {
    var decoder = ColumnDecoder(rules: rules)
    var columns: [Column] = []
    for (column, field) in narrowed.schema.fields.enumerated() {
      let place = indexColumns[column]
      let spans = ColumnSpans(index, storage, column: place, firstRow: first, isLast: place == lastColumn)
      switch field.type {
      case .array, .map, .multiset, .row: columns.append(decodeNested(spans, field.type, count, column, &decoder))
      default: columns.append(decoder.decode(spans, field.type, rowCount: count, column: column))
      }
    }
    if let bad = decoder.firstBad, !rules.ignoresErrors {
      throw badField(
        bad, ColumnSpans(index, storage, column: indexColumns[bad.column], firstRow: first, isLast: false),
        path, fileOffset + Int64(index.start(of: first + bad.row)))
    }
    let changes = index.changes.isEmpty ? nil : Array(index.changes[first..<(first + count)])
    return (RecordBatch(schema: produced, columns: narrowed.wanted(of: columns), rowCount: count, changes: changes), decoder.badCount)
  }

  private func decodeNested(
    _ spans: ColumnSpans, _ type: DataType, _ rowCount: Int, _ column: Int, _ decoder: inout ColumnDecoder
  ) -> Column {
    let builder = ColumnBuilder(type)
    for row in 0..<rowCount {
      let (text, count) = spans.field(row)
      if count < 0 || decoder.isNull(text, count) {
        builder.appendNull()
      } else if !nested.append(FieldParser.bytes(text, count), type, to: builder) {
        decoder.note(badRow: row, column: column)
        builder.appendNull()
      }
    }
    return builder.finish()
  }

  private func badField(_ bad: BadField, _ spans: ColumnSpans, _ path: String, _ offset: Int64) -> OperatorError {
    let field = narrowed.schema[bad.column]
    let (text, count) = spans.field(bad.row)
    let shown = String(decoding: UnsafeBufferPointer(start: text, count: min(count, Self.shownByteCount)), as: UTF8.self)
    let rest = count > Self.shownByteCount ? "..." : ""
    return OperatorError(
      .user, .never,
      "could not read \"\(path)\": field \"\(field.name)\" of the record at byte \(offset) is \"\(shown)\(rest)\", expected \(field.type)")
  }

  /// How much of a bad field a message shows.
  private static let shownByteCount = 80
}
