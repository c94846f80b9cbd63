//  Checks a CREATE TABLE: columns, watermark, key, options.

import Columnar
import Dataflow
import Expressions

enum TableBinder {
  static func bind(_ syntax: CreateTableSyntax, connectors: ConnectorCatalog) throws(Diagnostic) -> TableDefinition {
    try QueryBinder.unique(syntax.columns.map(\.name))
    var columns: [TableDefinition.Column] = []
    for column in syntax.columns {
      if case .physical(let type, let isNullable) = column.kind {
        columns.append(TableDefinition.Column(name: column.name.text, type: type, isNullable: isNullable, computed: nil))
      } else {
        columns.append(TableDefinition.Column(name: column.name.text, type: .null, isNullable: true, computed: nil))
      }
    }
    try bindComputed(syntax, &columns)
    let primaryKey = try bindKey(syntax, &columns)
    let physical = Schema(
      columns.indices.filter { columns[$0].computed == nil }.map {
        Field(columns[$0].name, columns[$0].type, isNullable: columns[$0].isNullable)
      })
    if physical.count == 0 { throw Diagnostic("the table '\(syntax.name.name.text)' has no physical column", at: syntax.name.span) }
    let watermark = try bindWatermark(syntax.watermark, columns)
    let options = try TableOptions.validate(syntax, schema: physical, connectors: connectors)
    let partitionKeys = try bindPartition(syntax, physical, connectors.connectors.first { $0.name == options.connector })
    return TableDefinition(
      name: syntax.name.name.text, columns: columns, connector: options.connector, options: options.options,
      rowsPerSecond: options.rowsPerSecond, watermark: watermark, primaryKey: primaryKey,
      partitionKeys: partitionKeys)
  }

  /// Computed columns see the physical ones.
  private static func bindComputed(_ syntax: CreateTableSyntax, _ columns: inout [TableDefinition.Column]) throws(Diagnostic) {
    var visible: [PlanColumn] = []
    for (column, parsed) in zip(columns, syntax.columns) {
      guard case .physical = parsed.kind else { continue }
      visible.append(PlanColumn(column.name, column.type, isNullable: column.isNullable))
    }
    let computedNames = Set(syntax.columns.compactMap { if case .computed = $0.kind { $0.name.text } else { nil } })
    for (index, column) in syntax.columns.enumerated() {
      guard case .computed(let expression) = column.kind else { continue }
      var binder = ExpressionBinder(scope: Scope(visible, alias: syntax.name.name.text), clause: "a computed column")
      do throws(Diagnostic) {
        let bound = try binder.typed(try binder.bind(expression))
        columns[index].type = bound.type
        columns[index].isNullable = bound.isNullable
        columns[index].computed = bound.expression
      } catch {
        if error.message.hasPrefix("unknown column '"), let name = error.message.split(separator: "'").dropFirst().first,
          computedNames.contains(String(name))
        {
          throw Diagnostic("'\(name)' is a computed column, and computed columns can only use physical ones", at: error.span)
        }
        throw error
      }
    }
  }

  private static func bindKey(_ syntax: CreateTableSyntax, _ columns: inout [TableDefinition.Column]) throws(Diagnostic) -> [Int] {
    try QueryBinder.unique(syntax.primaryKey)
    var key: [Int] = []
    for name in syntax.primaryKey {
      guard let index = columns.firstIndex(where: { $0.name == name.text }) else {
        throw Diagnostic("unknown column '\(name.text)'", at: name.span, suggestion: nearestName(to: name.text, in: columns.map(\.name)))
      }
      if columns[index].computed != nil { throw Diagnostic("the computed column '\(name.text)' cannot be in a PRIMARY KEY", at: name.span) }
      columns[index].isNullable = false
      key.append(columns[..<index].filter { $0.computed == nil }.count)
    }
    return key
  }

  private static func bindPartition(
    _ syntax: CreateTableSyntax, _ physical: Schema, _ connector: ConnectorDescriptor?
  ) throws(Diagnostic) -> [Int] {
    guard let first = syntax.partitionKeys.first, let connector else { return [] }
    if !connector.isPartitionable {
      throw Diagnostic("the connector '\(connector.name)' does not take PARTITIONED BY", at: first.span)
    }
    try QueryBinder.unique(syntax.partitionKeys)
    let names = physical.fields.map(\.name)
    var keys: [Int] = []
    for name in syntax.partitionKeys {
      guard let index = names.firstIndex(of: name.text) else {
        let isComputed = syntax.columns.contains { $0.name.text == name.text }
        throw isComputed
          ? Diagnostic("the computed column '\(name.text)' cannot be in PARTITIONED BY", at: name.span)
          : Diagnostic("unknown column '\(name.text)'", at: name.span, suggestion: nearestName(to: name.text, in: names))
      }
      switch physical[index].type {
      case .boolean, .int8, .int16, .int32, .int64: break
      case let type where type.isCharacter: break
      case let type:
        throw Diagnostic(
          "a table is partitioned by text, whole numbers and BOOLEAN; '\(name.text)' has type \(type)", at: name.span,
          expected: ["a column of type STRING"])
      }
      keys.append(index)
    }
    if keys.count == names.count {
      throw Diagnostic("the table '\(syntax.name.name.text)' has no column that it is not partitioned by", at: first.span)
    }
    return keys
  }

  private static func bindWatermark(
    _ syntax: WatermarkSyntax?, _ columns: [TableDefinition.Column]
  ) throws(Diagnostic) -> (column: Int, expression: Expression)? {
    guard let syntax else { return nil }
    let name = syntax.column[0]
    if syntax.column.count > 1 {
      throw .unsupported("WATERMARK FOR a field of a ROW is", at: syntax.column[1].span, instead: "declare a computed column for it")
    }
    guard let index = columns.firstIndex(where: { $0.name == name.text }) else {
      throw Diagnostic("unknown column '\(name.text)'", at: name.span, suggestion: nearestName(to: name.text, in: columns.map(\.name)))
    }
    if columns[index].isProctime {
      throw Diagnostic("a watermark cannot be defined for the processing-time column '\(name.text)'", at: name.span)
    }
    try checkTimeAttribute(columns[index].type, name)
    let visible = columns.map { PlanColumn($0.name, $0.type, isNullable: $0.isNullable) }
    var binder = ExpressionBinder(scope: Scope(visible, alias: nil), clause: "WATERMARK")
    let bound = try binder.bind(syntax.expression)
    guard TypeRules.isTimestamp(bound.type) else {
      throw Diagnostic("a watermark is a timestamp; this has type \(bound.type)", at: syntax.expression.span, expected: ["TIMESTAMP(3)"])
    }
    return (index, bound.expression)
  }

  private static func checkTimeAttribute(_ type: DataType, _ name: Identifier) throws(Diagnostic) {
    switch type {
    case .timestamp(0...3), .timestampLTZ(0...3): return
    default:
      throw Diagnostic(
        "WATERMARK FOR takes a column of type TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p from 0 to 3; '\(name.text)' has type \(type)",
        at: name.span)
    }
  }
}
