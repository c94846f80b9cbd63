//  Change events as Debezium writes them: {"before": ..., "after": ..., "op": "c" | "r" | "u" | "d"}, one a line.
//  Source: Flink's "Debezium Format" and DebeziumJsonDeserializationSchema.

import CScan
import Columnar
import Dataflow

/// Each event becomes one row, an update two: what was and what is, which share their record's start.
final class DebeziumScanner: RecordScanner {
  private let envelope: JSONScanner
  private let payload: JSONScanner?
  private let row: JSONScanner
  private let ignoresErrors: Bool
  private let event = RecordIndex()
  private let message = RecordIndex()

  init(wanted: [String], _ options: JSONOptions) {
    ignoresErrors = options.rules.ignoresErrors
    envelope = JSONScanner(wanted: ["before", "after", "op"], failsOnMissing: false, ignoresErrors: false)
    payload = options.hasSchema ? JSONScanner(wanted: ["payload"], failsOnMissing: false, ignoresErrors: false) : nil
    row = JSONScanner(wanted: wanted, failsOnMissing: false, ignoresErrors: false)
  }

  func skipHeader(_ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int) -> Int? { start }

  func scan(
    _ data: UnsafeMutablePointer<UInt8>, from start: Int, length: Int, isLast: Bool, maxRows: Int, into index: RecordIndex
  ) {
    // An update takes two rows, so one more than asked for must fit.
    row.prepare(index, maxRows: maxRows + 1)
    envelope.prepare(event, maxRows: 1)
    payload?.prepare(message, maxRows: 1)
    let newline = UInt8(ascii: "\n")
    var at = start
    while at < length, index.rowCount < maxRows {
      let record = at
      let end = cscan_find3(data, at, length, newline, newline, newline)
      while at < end, data[at] <= UInt8(ascii: " ") { at += 1 }
      if at < end, let problem = readEvent(data, at, length, record, into: index) {
        if !ignoresErrors {
          index.failure = RecordIndex.Failure(record: record, message: problem)
          index.consumed = record
          return
        }
        index.skipped += 1
      }
      at = end + 1
    }
    index.consumed = min(at, length)
  }

  /// Gives what is wrong with the event, nil if it became rows.
  private func readEvent(
    _ data: UnsafeMutablePointer<UInt8>, _ start: Int, _ length: Int, _ record: Int, into index: RecordIndex
  ) -> String? {
    var at = start
    if let payload {
      if let problem = payload.readObject(data, &at, length, row: 0, into: message) { return problem.message }
      guard message.ends[0] < RecordIndex.missing else { return "field \"payload\" is missing" }
      at = Int(message.starts[0])
    }
    if let problem = envelope.readObject(data, &at, length, row: 0, into: event) { return problem.message }
    guard event.ends[2] < RecordIndex.missing, event.ends[2] - event.starts[2] == 1 else {
      return "field \"op\" is no operation, expected \"c\", \"r\", \"u\" or \"d\""
    }
    let rowCount = index.rowCount
    var problem: String?
    switch data[Int(event.starts[2])] {
    case UInt8(ascii: "c"), UInt8(ascii: "r"): problem = addRow(1, "after", .insert, data, length, record, into: index)
    case UInt8(ascii: "d"): problem = addRow(0, "before", .delete, data, length, record, into: index)
    case UInt8(ascii: "u"):
      problem =
        addRow(0, "before", .updateBefore, data, length, record, into: index)
        ?? addRow(1, "after", .updateAfter, data, length, record, into: index)
    default: problem = "field \"op\" is no operation, expected \"c\", \"r\", \"u\" or \"d\""
    }
    if problem != nil {
      index.rowCount = rowCount
      index.changes.removeLast(index.changes.count - rowCount)
    }
    return problem
  }

  private func addRow(
    _ column: Int, _ name: String, _ change: ChangeKind, _ data: UnsafeMutablePointer<UInt8>, _ length: Int, _ record: Int,
    into index: RecordIndex
  ) -> String? {
    guard event.ends[column] < RecordIndex.missing else {
      return "field \"\(name)\" is NULL in an event that needs it; a PostgreSQL table has to have REPLICA IDENTITY FULL"
    }
    var at = Int(event.starts[column])
    if let problem = row.readObject(data, &at, length, row: index.rowCount, into: index) { return problem.message }
    index.rowStarts[index.rowCount] = UInt32(truncatingIfNeeded: record)
    index.changes.append(change)
    index.rowCount += 1
    return nil
  }
}
