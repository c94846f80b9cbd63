//  The `datagen` connector: rows of sequences and random values, the same ones for the same seed.
//  Source: Flink's "DataGen SQL Connector". Unlike Flink's, values do not depend on the clock or on chance: a time column
//  holds when its row is due, which is the base time and the row's number over the rate.

import Columnar
import Dataflow

enum DataGen {
  static let defaultRowsPerSecond: Int64 = 10_000
  static let rowsPerSecondMax: Int64 = 1_000_000_000
  static let rowCountMax: Int64 = 1 << 52

  static let descriptor = ConnectorDescriptor(
    name: "datagen",
    options: [
      OptionDescriptor(
        "rows-per-second", .integer, default: "\(defaultRowsPerSecond)", help: "rows per second of wall clock over all subtasks"),
      OptionDescriptor(
        "number-of-rows", .integer, help: "how many rows there are; without it, and without a sequence, the source has no end"),
      OptionDescriptor("seed", .integer, default: "0", help: "what random values are drawn from; the same seed gives the same rows"),
      OptionDescriptor(
        "base-time", .integer, default: "\(NexmarkModel.defaultBaseTime)",
        help: "the time of the first row in time columns, milliseconds since 1970; later rows follow at rows-per-second"),
      OptionDescriptor(
        "fields.<field>.kind", .choice(["random", "sequence"]), default: "random", help: "how the column's values are made"),
      OptionDescriptor(
        "fields.<field>.min", .string, help: "the least random value; the least one of the type, 0 for FLOAT and DOUBLE, if not given"),
      OptionDescriptor("fields.<field>.max", .string, help: "the greatest random value; the greatest one of the type if not given"),
      OptionDescriptor("fields.<field>.max-past", .duration, default: "0 s", help: "how far before its row's time a time column may lie"),
      OptionDescriptor(
        "fields.<field>.length", .integer,
        help: "characters or bytes, 100 if the type does not say; elements of an ARRAY, MAP or MULTISET, 3 if not given"),
      OptionDescriptor(
        "fields.<field>.var-len", .boolean, default: "false", help: "text and bytes have any length from 1 up to the length"),
      OptionDescriptor("fields.<field>.null-rate", .double, default: "0", help: "the share of rows in which the column is NULL"),
      OptionDescriptor("fields.<field>.start", .integer, help: "the first value of a sequence"),
      OptionDescriptor("fields.<field>.end", .integer, help: "the last value of a sequence; the source ends after it"),
    ],
    isSource: true, isSink: false,
    isBounded: { options in
      options["number-of-rows"] != nil
        || options.contains { $0.key.hasPrefix("fields.") && $0.key.hasSuffix(".kind") && $0.value == "sequence" }
    },
    rowsPerSecond: { options in options["rows-per-second"].map { Int64($0) } ?? defaultRowsPerSecond },
    validate: { options, schema in
      messageOfFailure { () throws(OperatorError) in
        _ = try DataGenTable(OptionValues(options), schema)
      }
    })
}

/// The columns of a table and how many rows there are.
struct DataGenTable: Sendable {
  let fields: [DataGenField]
  let clock: DataGenClock
  let rowCount: Int64

  init(_ options: OptionValues, _ schema: Schema) throws(OperatorError) {
    let seed = UInt64(bitPattern: try options.integer("seed", default: 0))
    var fields: [DataGenField] = []
    for field in schema.fields { fields.append(try DataGenField(field.name, field.type, options, seed: seed)) }
    self.fields = fields
    clock = DataGenClock(
      baseTime: try options.integer(
        "base-time", in: -NexmarkModel.maxBaseTime...NexmarkModel.maxBaseTime, default: NexmarkModel.defaultBaseTime),
      rowsPerSecond: try options.integer("rows-per-second", in: 1...DataGen.rowsPerSecondMax, default: DataGen.defaultRowsPerSecond))
    let wanted = try options.integer("number-of-rows", in: 0...DataGen.rowCountMax, default: DataGen.rowCountMax)
    rowCount = fields.compactMap(\.rowCountMax).reduce(wanted) { min($0, $1) }
  }
}

/// One split for each reader; split i of P holds the rows i, i + P, i + 2P, ...
final class DataGenEnumerator: SplitEnumerator {
  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    (0..<parallelism).map { SourceSplit(id: "\($0)/\(parallelism)", position: SplitPosition.bytes(Int64($0))) }
  }
}

final class DataGenReader: SourceReader {
  let blocks = false
  let skippedRecordCount = 0
  private let table: DataGenTable
  private let projection: [Int]
  private let builder: BatchBuilder
  /// Id, rows from one of its rows to the next, and the next row.
  private var splits: [(id: String, step: Int64, next: Int64)] = []
  private var turn = 0

  init(_ spec: SourceSpec) throws(OperatorError) {
    table = try DataGenTable(OptionValues(spec.options), spec.declared)
    projection = spec.projection
    builder = BatchBuilder(spec.produced)
  }

  func add(_ added: [SourceSplit]) throws(OperatorError) {
    for split in added {
      let parts = split.id.split(separator: "/")
      guard parts.count == 2, let step = Int64(parts[1]), 0 < step, step <= Int64(NexmarkSplit.maxCount),
        let next = SplitPosition.offset(split.position), next <= DataGen.rowCountMax + step
      else { throw OperatorError(.internal, .never, "datagen split \"\(split.id)\" is not of the form i/P with a row for its position") }
      splits.append((split.id, step, next))
    }
  }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    if splits.isEmpty || maxRows < 1 { return .nothing }
    if turn >= splits.count { turn = 0 }
    let (id, step, first) = splits[turn]
    if first >= table.rowCount {
      splits.remove(at: turn)
      return .splitFinished(id: id)
    }
    let left = (table.rowCount - first + step - 1) / step
    let count = Int(min(left, Int64(min(maxRows, RecordBatch.targetRowCount))))
    for (column, field) in projection.enumerated() {
      for row in 0..<count { table.fields[field].append(first + Int64(row) * step, table.clock, to: builder.columns[column]) }
    }
    for _ in 0..<count { builder.endRow() }
    let next = first + Int64(count) * step
    splits[turn].next = next
    turn += 1
    return .batch(builder.finish(), SourceSplit(id: id, position: SplitPosition.bytes(next)))
  }
}
