//  Which directory a row belongs in: `dt=2025-01-01/hm=00%3A00`, as Hive and Flink lay out partitioned tables.

import Columnar
import Dataflow

struct FilePartitioner {
  private let columns: [(index: Int, type: DataType, prefix: [UInt8])]
  private let defaultName: [UInt8]

  /// - Throws: If a column has a type that is not text, a whole number or BOOLEAN.
  init(_ spec: SinkSpec) throws(OperatorError) {
    var columns: [(index: Int, type: DataType, prefix: [UInt8])] = []
    for index in spec.partitionKeys {
      let field = spec.schema[index]
      guard Self.takes(field.type) else {
        throw OperatorError(
          .user, .never,
          "cannot partition by column \"\(field.name)\" of type \(field.type), expected text, a whole number or BOOLEAN; CAST it to STRING")
      }
      var prefix: [UInt8] = []
      PartitionPath.escape(Array(field.name.utf8), into: &prefix)
      columns.append((index, field.type, prefix + [UInt8(ascii: "=")]))
    }
    self.columns = columns
    defaultName = Array(OptionValues(spec.options).string("partition.default-name", default: FileSystem.defaultPartitionName).utf8)
  }

  private static func takes(_ type: DataType) -> Bool {
    switch type {
    case .boolean, .int8, .int16, .int32, .int64: true
    default: type.isCharacter
    }
  }

  /// Appends the row's directory, without a slash at its end.
  func appendPath(_ batch: RecordBatch, row: Int, into path: inout [UInt8]) {
    var text: [UInt8] = []
    for (place, column) in columns.enumerated() {
      if place > 0 { path.append(UInt8(ascii: "/")) }
      path += column.prefix
      text.removeAll(keepingCapacity: true)
      let values = batch.columns[column.index]
      if values.isValid(row) { values.appendText(row: row, type: column.type, style: .java, into: &text) }
      PartitionPath.escape(text.isEmpty ? defaultName : text, into: &path)
    }
  }
}
