//  The columns that names in an expression can mean.

import Columnar
import Expressions

struct Scope {
  /// A table of FROM under its alias.
  struct Relation {
    var alias: String?
    var range: Range<Int>
  }
  /// A column of both sides of a join by USING: alone, its name means one value.
  struct Merged {
    var name: String
    /// What it means.
    var column: Int
    /// The columns of either side, whose name it takes.
    var covered: Set<Int>
  }
  var columns: [PlanColumn] = []
  var relations: [Relation] = []
  var merged: [Merged] = []
  /// What `*` stands for, in order.
  var star: [Int] = []
  /// Of the query around a subquery: they have the names that `relations` do not know.
  var outer: [Relation] = []
  private var outerMerged: [Merged] = []

  /// Columns that no name stands for.
  init(unnamed columns: [PlanColumn] = []) { self.columns = columns }

  init(_ columns: [PlanColumn], alias: String?) {
    self.columns = columns
    relations = [Relation(alias: alias, range: columns.indices)]
    star = Array(columns.indices)
  }

  /// The columns of two inputs side by side.
  init(_ left: Scope, _ right: Scope) {
    let offset = left.columns.count
    columns = left.columns + right.columns
    relations =
      left.relations
      + right.relations.map { Relation(alias: $0.alias, range: ($0.range.lowerBound + offset)..<($0.range.upperBound + offset)) }
    merged =
      left.merged
      + right.merged.map { Merged(name: $0.name, column: $0.column + offset, covered: Set($0.covered.map { $0 + offset })) }
    star = left.star + right.star.map { $0 + offset }
  }

  /// A subquery's columns behind those of the query around it.
  init(outer: Scope, inner: Scope) {
    self.init(outer, inner)
    self.outer = outer.relations
    outerMerged = outer.merged
    relations.removeFirst(outer.relations.count)
    merged.removeFirst(outer.merged.count)
  }

  /// What a dotted name means: a column, alone or behind its table's name, then fields of a ROW. A table wins over a
  /// column of the same name.
  func resolve(_ parts: [Identifier]) throws(Diagnostic) -> (expression: Expression, isNullable: Bool) {
    let first = parts[0]
    if !outer.isEmpty, !knows(first), knows(first, in: outer) {
      var around = self
      around.relations = outer
      around.merged = outerMerged
      around.outer = []
      return try around.resolve(parts)
    }
    if parts.count > 1, let relation = try relation(first) {
      let index = try column(parts[1], in: [relation], of: first.text)
      return try fields(parts.dropFirst(2), of: index)
    }
    return try fields(parts.dropFirst(), of: try column(first, in: relations, of: nil))
  }

  /// Whether a name may be that of a table or of a column.
  private func knows(_ name: Identifier, in relations: [Relation]? = nil) -> Bool {
    (relations ?? self.relations).contains { relation in
      relation.alias == name.text || relation.range.contains { columns[$0].name == name.text }
    }
  }

  /// The relation with this alias; nil if there is none.
  func relation(_ name: Identifier) throws(Diagnostic) -> Relation? {
    let found = relations.filter { $0.alias == name.text }
    if found.count > 1 { throw Diagnostic("the table name '\(name.text)' is ambiguous; give each its own alias", at: name.span) }
    return found.first
  }

  private func column(_ name: Identifier, in relations: [Relation], of table: String?) throws(Diagnostic) -> Int {
    let joined = table == nil ? merged.filter { $0.name == name.text } : []
    let covered = joined.reduce(into: Set<Int>()) { $0.formUnion($1.covered) }
    var found = joined.map(\.column)
    for relation in relations { found += relation.range.filter { columns[$0].name == name.text && !covered.contains($0) } }
    if found.count == 1 { return found[0] }
    if found.count > 1 {
      let tables = relations.filter { relation in found.contains { relation.range.contains($0) } }.compactMap(\.alias)
      let ways = tables.isEmpty ? "" : "; write \(tables.map { "\($0).\(name.text)" }.joined(separator: " or "))"
      throw Diagnostic("the column '\(name.text)' is ambiguous\(ways)", at: name.span)
    }
    let names = relations.flatMap { relation in relation.range.map { columns[$0].name } }
    let of = table.map { " in '\($0)'" } ?? ""
    let aliases = table == nil ? self.relations.compactMap(\.alias) : []
    throw Diagnostic("unknown column '\(name.text)'\(of)", at: name.span, suggestion: nearestName(to: name.text, in: names + aliases))
  }

  /// Names that stand alone for a column, in the order of `*`.
  var names: [String] { star.map { columns[$0].name } }

  /// Makes a column the one that a name of both sides of a join means, before all others in `*`.
  mutating func merge(_ name: String, left: Int, right: Int, into column: Int, at position: Int) {
    let parts = merged.filter { $0.column == left || $0.column == right }
    let covered = parts.reduce(into: Set([left, right])) { $0.formUnion($1.covered) }
    merged.removeAll { covered.contains($0.column) }
    merged.append(Merged(name: name, column: column, covered: covered))
    star.removeAll { covered.contains($0) }
    star.insert(column, at: position)
  }

  private func fields(_ names: ArraySlice<Identifier>, of index: Int) throws(Diagnostic) -> (expression: Expression, isNullable: Bool) {
    var result = (expression: Expression.column(index, columns[index].type), isNullable: columns[index].isNullable)
    for name in names { result = try Self.field(name, of: result) }
    return result
  }

  /// `row.name`; NULL if the row is.
  static func field(
    _ name: Identifier, of row: (expression: Expression, isNullable: Bool)
  ) throws(Diagnostic) -> (expression: Expression, isNullable: Bool) {
    guard case .row(let fields) = row.expression.type else {
      throw Diagnostic("'\(name.text)' cannot be taken out of a value of type \(row.expression.type), which is no ROW", at: name.span)
    }
    guard let position = fields.firstIndex(where: { $0.name == name.text }) else {
      throw Diagnostic("the row has no field '\(name.text)'", at: name.span, suggestion: nearestName(to: name.text, in: fields.map(\.name)))
    }
    return (.field(row.expression, position, fields[position].type), row.isNullable || fields[position].isNullable)
  }
}
