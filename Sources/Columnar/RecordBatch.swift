//  The unit of work, of transfer and of cost.

/// Columns of equal length with a schema and, for a changelog, what each row does.
public struct RecordBatch: Sendable {
  public let schema: Schema
  public let columns: [Column]
  public let rowCount: Int
  /// One a row; nil means that every row is an insert.
  public let changes: [ChangeKind]?
  /// Where it has been found out once.
  private var knownByteCount: Int?

  /// Rows a batch is filled up to before it is handed on.
  public static let targetRowCount = 4096
  /// Bytes a batch is filled up to before it is handed on.
  public static let targetByteCount = 1 << 20

  public init(schema: Schema, columns: [Column], rowCount: Int, changes: [ChangeKind]? = nil) {
    precondition(columns.count == schema.count, "one column a field")
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns are as long as the batch")
    precondition(changes == nil || changes!.count == rowCount, "one change a row")
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount
    self.changes = changes
  }

  public static func empty(_ schema: Schema) -> RecordBatch {
    RecordBatch(schema: schema, columns: schema.fields.map { ColumnBuilder($0.type).finish() }, rowCount: 0)
  }

  /// Bytes that the rows take; see `Column.byteCount`.
  public var byteCount: Int { knownByteCount ?? columns.reduce(changes?.count ?? 0) { $0 + $1.byteCount } }

  /// The batch with its `byteCount` at hand: to find it out every string is looked at, and whoever passes a batch on counts its bytes.
  public func measured() -> RecordBatch {
    var batch = self
    batch.knownByteCount = byteCount
    return batch
  }

  public func change(_ row: Int) -> ChangeKind { changes?[row] ?? .insert }

  /// The rows at `rows`, in that order.
  public func take(_ rows: [Int32]) -> RecordBatch {
    RecordBatch(
      schema: schema, columns: columns.take(rows), rowCount: rows.count,
      changes: changes.map { changes in rows.map { changes[Int($0)] } })
  }

  /// A run of rows.
  public func slice(_ rows: Range<Int>) -> RecordBatch {
    rows == 0..<rowCount ? self : take(rows.map { Int32($0) })
  }

  /// One batch after the other. All have the schema of the first; there is at least one.
  public static func concatenate(_ batches: [RecordBatch]) -> RecordBatch {
    precondition(!batches.isEmpty, "there is something to concatenate")
    if batches.count == 1 { return batches[0] }
    let schema = batches[0].schema
    let count = batches.reduce(0) { $0 + $1.rowCount }
    var changes: [ChangeKind]?
    if batches.contains(where: { $0.changes != nil }) {
      changes = batches.flatMap { $0.changes ?? [ChangeKind](repeating: .insert, count: $0.rowCount) }
    }
    let columns = schema.fields.indices.map { index in Column.concatenate(batches.map { $0.columns[index] }) }
    return RecordBatch(schema: schema, columns: columns, rowCount: count, changes: changes)
  }

  /// A row as values, in column order.
  public func values(at row: Int) -> [Value] {
    columns.indices.map { columns[$0].value(at: row, type: schema[$0].type) }
  }
}

extension RecordBatch: Equatable {
  /// Equal schema, changes and values, whatever the buffers look like.
  public static func == (left: RecordBatch, right: RecordBatch) -> Bool {
    left.schema == right.schema && left.rowCount == right.rowCount
      && (0..<left.rowCount).allSatisfy { left.change($0) == right.change($0) && left.values(at: $0) == right.values(at: $0) }
  }
}
