//  Columns of NULLs: what stands in for rows that are not there.

import Columnar

extension Column {
  static func nulls(_ type: DataType, count: Int) -> Column {
    let null = ColumnBuilder(type)
    null.appendNull()
    return null.finish().take([Int32](repeating: 0, count: count))
  }

  /// The column with a NULL after its last row.
  func withNull(_ type: DataType) -> Column { .concatenate([self, .nulls(type, count: 1)]) }
}

extension Schema {
  /// A column of NULLs for each field.
  func nulls(count: Int) -> [Column] { fields.map { .nulls($0.type, count: count) } }
}
