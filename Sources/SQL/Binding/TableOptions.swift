//  Checks WITH ('key' = 'value') against what connectors and formats say of themselves, and fills defaults in.

import Columnar
import Dataflow

enum TableOptions {
  /// Rows a second over all subtasks; any source takes it.
  static let rowsPerSecond = "source.rows-per-second"

  struct Validated {
    var connector: String
    var options: [String: String]
    var rowsPerSecond: Int64?
  }

  static func validate(_ table: CreateTableSyntax, schema: Schema, connectors: ConnectorCatalog) throws(Diagnostic) -> Validated {
    var given: [String: OptionSyntax] = [:]
    for option in table.options {
      if given.updateValue(option, forKey: option.key) != nil {
        throw Diagnostic("the option '\(option.key)' is given twice", at: option.keySpan)
      }
    }
    guard let name = given.removeValue(forKey: "connector") else {
      throw Diagnostic(
        "the table '\(table.name.name.text)' has no 'connector' option", at: table.name.span, expected: ["WITH ('connector' = '...')"])
    }
    guard let connector = connectors.connectors.first(where: { $0.name == name.value }) else {
      throw Diagnostic(
        "unknown connector '\(name.value)'", at: name.valueSpan,
        suggestion: nearestName(to: name.value, in: connectors.connectors.map(\.name)))
    }
    let format = try format(connector, given, table, connectors)
    let formatOptions = format.map { format in
      format.options.map { option in
        var prefixed = option
        prefixed.name = "\(format.name).\(option.name)"
        return prefixed
      }
    }
    let formatDescriptor = OptionDescriptor("format", .string, isRequired: true, help: "")
    var known = connector.options + (formatOptions ?? [])
    if connector.usesFormat, !known.contains(where: { $0.name == "format" }) { known.append(formatDescriptor) }
    var result = Validated(connector: connector.name, options: [:], rowsPerSecond: nil)
    for option in table.options where option.key != "connector" {
      if option.key == rowsPerSecond, connector.isSource {
        guard let rate = Int64(option.value), rate > 0 else {
          throw Diagnostic("the option '\(option.key)' takes a whole number above 0, not '\(option.value)'", at: option.valueSpan)
        }
        result.rowsPerSecond = rate
        continue
      }
      guard let descriptor = try descriptor(of: option, known, schema) else {
        let names = known.map(\.name) + (connector.isSource ? [rowsPerSecond] : [])
        throw Diagnostic(
          "the connector '\(connector.name)' has no option '\(option.key)'", at: option.keySpan,
          suggestion: nearestName(to: option.key, in: names))
      }
      try check(option, descriptor)
      result.options[option.key] = option.value
    }
    for descriptor in known where result.options[descriptor.name] == nil && !descriptor.name.contains("<field>") {
      if descriptor.isRequired {
        throw Diagnostic(
          "the connector '\(connector.name)' needs the option '\(descriptor.name)'", at: table.name.span,
          expected: ["'\(descriptor.name)' = '...'"])
      }
      if let value = descriptor.defaultValue { result.options[descriptor.name] = value }
    }
    if let message = connector.validate(result.options, schema) { throw Diagnostic(message, at: table.name.span) }
    if connector.isSource, result.rowsPerSecond == nil { result.rowsPerSecond = connector.rowsPerSecond(result.options) }
    return result
  }

  private static func format(
    _ connector: ConnectorDescriptor, _ given: [String: OptionSyntax], _ table: CreateTableSyntax, _ connectors: ConnectorCatalog
  ) throws(Diagnostic) -> FormatDescriptor? {
    guard connector.usesFormat else { return nil }
    guard let option = given["format"] else {
      throw Diagnostic(
        "the connector '\(connector.name)' needs the option 'format'", at: table.name.span,
        expected: connectors.formats.map { "'\($0.name)'" })
    }
    guard let format = connectors.formats.first(where: { $0.name == option.value }) else {
      throw Diagnostic(
        "unknown format '\(option.value)'", at: option.valueSpan,
        suggestion: nearestName(to: option.value, in: connectors.formats.map(\.name)))
    }
    return format
  }

  /// The descriptor of an option, also where a column's name stands in it.
  private static func descriptor(
    of option: OptionSyntax, _ known: [OptionDescriptor], _ schema: Schema
  ) throws(Diagnostic) -> OptionDescriptor? {
    if let exact = known.first(where: { $0.name == option.key }) { return exact }
    var unknownField: (field: String, descriptor: OptionDescriptor)?
    for descriptor in known {
      guard let parts = fieldPattern(descriptor.name), option.key.utf8.count > parts.prefix.utf8.count + parts.suffix.utf8.count,
        option.key.hasPrefix(parts.prefix), option.key.hasSuffix(parts.suffix)
      else { continue }
      let field = String(option.key.dropFirst(parts.prefix.count).dropLast(parts.suffix.count))
      if isField(field, schema.fields) { return descriptor }
      unknownField = (field, descriptor)
    }
    if let unknownField {
      throw Diagnostic(
        "the option '\(option.key)' is about the column '\(unknownField.field)', which the table does not have", at: option.keySpan,
        suggestion: nearestName(to: unknownField.field, in: schema.fields.map(\.name)))
    }
    return nil
  }

  private static func fieldPattern(_ name: String) -> (prefix: String, suffix: String)? {
    let marker = Array("<field>")
    let characters = Array(name)
    guard characters.count >= marker.count else { return nil }
    for start in 0...(characters.count - marker.count) where Array(characters[start..<(start + marker.count)]) == marker {
      return (String(characters[..<start]), String(characters[(start + marker.count)...]))
    }
    return nil
  }

  /// A column, or a dotted path into ROW columns.
  private static func isField(_ path: String, _ fields: [Field]) -> Bool {
    fields.contains { field in
      if field.name == path { return true }
      guard path.hasPrefix(field.name + ".") else { return false }
      let rest = String(path.dropFirst(field.name.count + 1))
      switch field.type {
      case .row(let inner): return isField(rest, inner)
      case .array, .map, .multiset: return true
      default: return false
      }
    }
  }

  private static func check(_ option: OptionSyntax, _ descriptor: OptionDescriptor) throws(Diagnostic) {
    let wanted: String
    switch descriptor.type {
    case .string: return
    case .integer:
      if Int64(option.value) != nil { return }
      wanted = "a whole number"
    case .boolean:
      if ["true", "false"].contains(option.value.lowercased()) { return }
      wanted = "'true' or 'false'"
    case .double:
      if let value = Double(option.value), value.isFinite { return }
      wanted = "a number"
    case .duration:
      if DurationText.microseconds(option.value) != nil { return }
      wanted = "a duration such as '10 s'"
    case .memorySize:
      if MemoryText.bytes(option.value) != nil { return }
      wanted = "a size such as '64 mb'"
    case .choice(let values):
      if values.contains(option.value) { return }
      throw Diagnostic(
        "the option '\(option.key)' cannot be '\(option.value)'", at: option.valueSpan, expected: values.map { "'\($0)'" },
        suggestion: nearestName(to: option.value, in: values))
    }
    throw Diagnostic("the option '\(option.key)' takes \(wanted), not '\(option.value)'", at: option.valueSpan)
  }
}
