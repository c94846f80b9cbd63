//  Tables and views as a script has declared them.

import Columnar
import Dataflow
import Expressions

/// A checked CREATE TABLE.
struct TableDefinition: Sendable {
  struct Column: Sendable {
    var name: String
    var type: DataType
    var isNullable: Bool
    /// Over the physical columns; nil for a physical column.
    var computed: Expression?
    /// `name AS PROCTIME()`.
    var isProctime: Bool { computed.flatMap { TimeAttribute.of($0, over: []) } == .proctime }
  }

  var name: String
  var columns: [Column]
  var connector: String
  /// Validated, with defaults filled in, without `connector` and the options that every table has.
  var options: [String: String]
  var rowsPerSecond: Int64?
  /// Position of the event-time column, and the watermark over all of the table's columns.
  var watermark: (column: Int, expression: Expression)?
  /// Positions among the physical columns.
  var primaryKey: [Int]
  /// Positions among the physical columns.
  var partitionKeys: [Int]

  /// Positions of the physical columns.
  var physical: [Int] { columns.indices.filter { columns[$0].computed == nil } }

  var physicalSchema: Schema { Schema(physical.map { Field(columns[$0].name, columns[$0].type, isNullable: columns[$0].isNullable) }) }

  func planColumn(_ index: Int) -> PlanColumn {
    let column = columns[index]
    return PlanColumn(
      column.name, column.type, isNullable: column.isNullable,
      timeAttribute: watermark?.column == index ? .rowtime : column.isProctime ? .proctime : nil)
  }
}

/// CREATE VIEW: expanded where it is used. It sees the tables of the moment when it was created.
struct ViewDefinition: Sendable {
  var name: String
  var plan: LogicalPlan
}
