//  The tables and views that a script has declared so far.

import Dataflow

struct SessionCatalog {
  private var tables: [String: TableDefinition] = [:]
  private var views: [String: ViewDefinition] = [:]
  let connectors: ConnectorCatalog

  init(connectors: ConnectorCatalog) { self.connectors = connectors }

  private var names: [String] { (Array(tables.keys) + Array(views.keys)).sorted() }

  /// False if the name is taken and that is no mistake.
  func mayDeclare(_ name: ObjectName, ifNotExists: Bool) throws(Diagnostic) -> Bool {
    let text = name.name.text
    guard tables[text] != nil || views[text] != nil else { return true }
    if ifNotExists { return false }
    throw Diagnostic("there already is a \(tables[text] != nil ? "table" : "view") '\(text)'; DROP it first", at: name.span)
  }

  mutating func declare(_ table: TableDefinition) { tables[table.name] = table }
  mutating func declare(_ view: ViewDefinition) { views[view.name] = view }

  mutating func drop(_ kind: String, _ name: ObjectName, ifExists: Bool) throws(Diagnostic) {
    let text = name.name.text
    let isThere = kind == "TABLE" ? tables.removeValue(forKey: text) != nil : views.removeValue(forKey: text) != nil
    if isThere || ifExists { return }
    let other = kind == "TABLE" ? views[text] != nil : tables[text] != nil
    if other {
      throw Diagnostic(
        "'\(text)' is a \(kind == "TABLE" ? "view" : "table"); write DROP \(kind == "TABLE" ? "VIEW" : "TABLE")", at: name.span)
    }
    throw unknown(name, what: kind.lowercased(), among: names)
  }

  /// What reading a table or a view means.
  func plan(of name: ObjectName, also others: [String]) throws(Diagnostic) -> LogicalPlan {
    let text = name.name.text
    if let view = views[text] { return view.plan }
    guard let table = tables[text] else { throw unknown(name, what: "table", among: names + others) }
    if let descriptor = connectors.connectors.first(where: { $0.name == table.connector }) {
      if !descriptor.isSource {
        throw Diagnostic("the table '\(text)' can only be written: connector '\(table.connector)' is no source", at: name.span)
      }
      if let format = format(of: table), descriptor.usesFormat, !format.isReadable {
        throw Diagnostic("the table '\(text)' can only be written: format '\(format.name)' cannot be read", at: name.span)
      }
    }
    return .scan(ScanNode(table: table, selected: Array(table.columns.indices)))
  }

  /// A table that an INSERT names.
  func sink(_ name: ObjectName) throws(Diagnostic) -> TableDefinition {
    let text = name.name.text
    if views[text] != nil { throw Diagnostic("'\(text)' is a view; INSERT INTO takes a table", at: name.span) }
    guard let table = tables[text] else { throw unknown(name, what: "table", among: tables.keys.sorted()) }
    if let descriptor = connectors.connectors.first(where: { $0.name == table.connector }) {
      if !descriptor.isSink {
        throw Diagnostic("the table '\(text)' can only be read: connector '\(table.connector)' is no sink", at: name.span)
      }
      if let format = format(of: table), descriptor.usesFormat, !format.isWritable {
        throw Diagnostic("the table '\(text)' can only be read: format '\(format.name)' cannot be written", at: name.span)
      }
    }
    return table
  }

  func descriptor(of table: TableDefinition) -> ConnectorDescriptor? { connectors.connectors.first { $0.name == table.connector } }

  func format(of table: TableDefinition) -> FormatDescriptor? {
    guard let name = table.options["format"] else { return nil }
    return connectors.formats.first { $0.name == name }
  }

  /// Whether fields of the table's columns can be read by themselves.
  func readsFields(of table: TableDefinition) -> Bool {
    guard let descriptor = descriptor(of: table) else { return false }
    return descriptor.usesFormat ? format(of: table)?.readsFields == true : descriptor.readsFields
  }

  private func unknown(_ name: ObjectName, what: String, among names: [String]) -> Diagnostic {
    Diagnostic("unknown \(what) '\(name.name.text)'", at: name.span, suggestion: nearestName(to: name.name.text, in: names))
  }
}
