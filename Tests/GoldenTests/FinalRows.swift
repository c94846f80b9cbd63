//  What a sink holds in the end: its changelog folded, as text.

import Columnar
import Dataflow
import Expressions

struct FinalRows {
  /// Cells joined by " | ", sorted by their bytes.
  private(set) var rows: [String] = []
  private(set) var kinds: Set<ChangeKind> = []
  /// Rows that were taken away without having been there.
  private(set) var missing: [String] = []

  /// - Parameter batches: in the order in which they were committed.
  init(_ sink: SinkSpec, _ batches: [RecordBatch]) throws {
    let texts = try sink.schema.fields.enumerated().map { index, field in
      try CompiledExpression(.cast(.column(index, field.type), to: .string, isTry: false))
    }
    let byKey = sink.connector == "upserts"
    var counts: [String: Int] = [:]
    var current: [String: String] = [:]
    for batch in batches {
      let columns = try texts.map { try $0.evaluate(over: batch, context: EvaluationContext(nowMicroseconds: 0)) }
      for row in 0..<batch.rowCount {
        let cells = columns.enumerated().map { index, column in
          Self.cell(column.value(at: row, type: .string), isText: sink.schema[index].type.isCharacter)
        }
        let change = batch.change(row)
        kinds.insert(change)
        if byKey {
          let key = GoldenCase.text(sink.primaryKey.map { cells[$0] })
          if change == .delete, current[key] == nil { missing.append(key) }
          if change != .updateBefore { current[key] = change == .delete ? nil : GoldenCase.text(cells) }
        } else {
          counts[GoldenCase.text(cells), default: 0] += change.sign
        }
      }
    }
    missing += counts.filter { $0.value < 0 }.map(\.key)
    rows = (byKey ? Array(current.values) : counts.flatMap { Array(repeating: $0.key, count: max(0, $0.value)) })
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Text that could be misread stands in quotes, as cases write it.
  static func cell(_ value: Value, isText: Bool) -> String {
    guard case .string(let text) = value else { return "NULL" }
    let isPlain = !text.isEmpty && text != "NULL" && text.first != " " && text.last != " " && !text.contains { "|'\n".contains($0) }
    return isPlain || !isText ? text : "'\(text.replacing("'", with: "''"))'"
  }

  /// Lines that say how the rows differ from those that are wanted; empty if they do not.
  static func difference(_ rows: [String], from wanted: [String]) -> String {
    var counts: [String: Int] = [:]
    for row in rows { counts[row, default: 0] += 1 }
    for row in wanted { counts[row, default: 0] -= 1 }
    return counts.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { row, count in
      "\(count > 0 ? "unexpected" : "missing   ")\(abs(count) > 1 ? " \(abs(count)) times" : "") --| \(row)"
    }.joined(separator: "\n")
  }
}
