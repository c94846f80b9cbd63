//  Writes batches as the lines of a format.

import Columnar
import Dataflow

/// Appends rows as lines, each ended by a newline.
protocol RecordWriter {
  /// Throws for a row that the format cannot hold.
  func append(_ batch: RecordBatch, row: Int, into text: inout [UInt8]) throws(OperatorError)
}

enum RecordWriters {
  static func make(_ spec: SinkSpec) throws(OperatorError) -> any RecordWriter {
    let options = OptionValues(spec.options)
    switch try options.required("format") {
    case "csv": return try CSVWriter(spec.schema, try CSVOptions(options))
    case "json": return JSONWriter(spec.schema, try JSONOptions(options, prefix: "json"))
    case "debezium-json": return DebeziumWriter(spec.schema, try JSONOptions(options, prefix: "debezium-json"))
    case let name:
      let known = ConnectorCatalog.builtIn.formats.filter(\.isWritable).map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw OperatorError(.user, .never, "unknown format \"\(name)\", expected one of \(known)")
    }
  }

  /// What a file of a format is named after.
  static func fileExtension(_ format: String) -> String { format == "csv" ? "csv" : "json" }
}

extension [UInt8] {
  /// `HH:mm:ss` and as many digits of the fraction as it needs.
  mutating func appendTimeShortest(milliseconds: Int32) {
    let ofDay = Int64(milliseconds)
    appendTime(milliseconds: ofDay, precision: ofDay % 1000 == 0 ? 0 : 3)
  }
}
