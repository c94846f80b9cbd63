//  Random tables and a random query over them, in the SQL that Flink and SQLite read alike and mean alike. What they mean
//  differently is not generated: division, averages, overflow, aggregates over nothing, text that CHAR pads.

import Columnar
import TestKit

/// Numbers that decide everything else: the first ones as given, then from a seed, or 0, which is always the simplest.
struct Choices {
  private(set) var taken: [Int] = []
  private let given: [Int]
  private var random: SeededGenerator?

  init(seed: UInt64) {
    given = []
    random = SeededGenerator(seed: seed)
  }
  init(_ given: [Int]) { self.given = given }

  mutating func draw(_ bound: Int) -> Int {
    let choice =
      if taken.count < given.count { min(given[taken.count], bound - 1) } else if random != nil { Int(random!.next() % UInt64(bound)) } else
      { 0 }
    taken.append(choice)
    return choice
  }
}

struct RandomQuery {
  enum Kind: CaseIterable { case integer, text }
  struct Column {
    var name: String
    var kind: Kind
  }
  struct Table {
    var name: String
    var isChangelog: Bool
    /// Changes in order, and what is there in the end.
    var changes: [(kind: ChangeKind, cells: [String])] = []
    var rows: [[String]] = []
  }

  static let tableColumns = [Column(name: "c0", kind: .integer), Column(name: "c1", kind: .integer), Column(name: "c2", kind: .text)]
  private static let depthMax = 3

  private(set) var choices: Choices
  private(set) var tables: [Table] = []
  private(set) var sql = ""
  /// The same for SQLite, where that needs other words.
  private(set) var sqliteSQL = ""
  private var aliasCount = 0

  init(_ choices: Choices) {
    self.choices = choices
    for number in 0..<3 { tables.append(makeTable("t\(number)")) }
    if draw(12) == 11 {
      (sql, sqliteSQL) = groupingSets()
    } else {
      sql = query(Self.depthMax).sql
      sqliteSQL = sql
    }
  }

  /// As a case of the folder, without result.
  var script: String {
    tables.map { table in
      """
      CREATE TABLE \(table.name) (c0 BIGINT, c1 BIGINT, c2 STRING) WITH ('connector' = \
      \(table.isChangelog ? "'changes', 'format' = 'debezium-json'" : "'rows'"));
      \(table.changes.map { "--| \(table.isChangelog ? $0.kind.shortName + " " : "")\(GoldenCase.text($0.cells))\n" }.joined())
      """
    }.joined() + sql + ";\n"
  }

  private mutating func draw(_ bound: Int) -> Int { choices.draw(bound) }
  private mutating func pick<Element>(_ all: [Element]) -> Element { all[draw(all.count)] }

  // MARK: Tables

  private mutating func makeTable(_ name: String) -> Table {
    var table = Table(name: name, isChangelog: draw(3) == 2)
    for _ in 0..<draw(9) {
      if table.isChangelog, !table.rows.isEmpty, draw(3) > 0 {
        let old = table.rows.remove(at: draw(table.rows.count))
        if draw(2) == 0 {
          table.changes.append((.delete, old))
        } else {
          let new = makeRow()
          table.changes += [(.updateBefore, old), (.updateAfter, new)]
          table.rows.append(new)
        }
      } else {
        let row = makeRow()
        table.changes.append((.insert, row))
        table.rows.append(row)
      }
    }
    return table
  }

  private mutating func makeRow() -> [String] {
    [pick(["0", "1", "2", "NULL"]), pick(["1", "2", "3", "-4", "NULL"]), pick(["a", "b", "'A'", "''", "NULL"])]
  }

  // MARK: Queries

  private typealias Made = (sql: String, kinds: [Kind])

  private mutating func query(_ depth: Int) -> Made {
    switch draw(depth > 0 ? 10 : 2) {
    case 0, 1: return select(depth)
    case 2, 3: return join(depth)
    case 8: return using()
    case 9: return over(depth)
    case 4: return group(depth)
    case 5: return distinct(depth)
    case 6: return topN(depth)
    default: return combine(depth)
    }
  }

  /// What stands behind FROM, and its columns.
  private mutating func relation(_ depth: Int) -> (sql: String, columns: [Column]) {
    aliasCount += 1
    let alias = "r\(aliasCount)"
    guard depth > 0, draw(2) == 1 else {
      return ("\(pick(tables).name) AS \(alias)", Self.tableColumns.map { Column(name: "\(alias).\($0.name)", kind: $0.kind) })
    }
    let inner = query(depth - 1)
    return ("(\(inner.sql)) AS \(alias)", inner.kinds.enumerated().map { Column(name: "\(alias).c\($0.offset)", kind: $0.element) })
  }

  /// Expressions named c0, c1, ...
  private static func list(_ expressions: [String]) -> String {
    expressions.enumerated().map { "\($0.element) AS c\($0.offset)" }.joined(separator: ", ")
  }

  private mutating func expressions(_ columns: [Column]) -> (sql: String, kinds: [Kind]) {
    let kinds = (0...draw(3)).map { _ in pick(Kind.allCases) }
    return (Self.list(kinds.map { expression($0, columns, 2) }), kinds)
  }

  private mutating func select(_ depth: Int) -> Made {
    let from = relation(depth)
    let output = expressions(from.columns)
    var (list, kinds) = (output.sql, output.kinds)
    if depth > 0, draw(4) == 3 {
      let made = subqueryValue(from.columns, depth - 1)
      list += ", \(made.sql) AS c\(kinds.count)"
      kinds.append(made.kind)
    }
    return ("SELECT \(list) FROM \(from.sql)\(condition(from.columns, depth))", kinds)
  }

  /// WHERE, perhaps with subqueries.
  private mutating func condition(_ columns: [Column], _ depth: Int) -> String {
    var parts: [String] = []
    if draw(2) == 1 { parts.append(predicate(columns, 2)) }
    if depth > 0, draw(4) == 3 { parts.append(subquery(columns, depth - 1)) }
    if depth > 0, draw(6) == 5 { parts.append("(\(predicate(columns, 1)) OR \(subquery(columns, depth - 1)))") }
    if depth > 0, draw(6) == 5 {
      let value = aggregatedValue(columns, depth - 1)
      parts.append("\(value.sql) \(pick(["=", "<", ">="])) \(expression(value.kind, columns, 0))")
    }
    return parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
  }

  /// A subquery in the SELECT list: the value of an aggregate, or whether there are rows as a number.
  private mutating func subqueryValue(_ columns: [Column], _ depth: Int) -> (sql: String, kind: Kind) {
    if draw(2) == 0 { return aggregatedValue(columns, depth) }
    let test = subquery(columns, depth)
    return ("CASE WHEN \(test) THEN CAST(1 AS BIGINT) WHEN NOT (\(test)) THEN CAST(0 AS BIGINT) END", .integer)
  }

  /// One aggregate over all rows that fit.
  private mutating func aggregatedValue(_ columns: [Column], _ depth: Int) -> (sql: String, kind: Kind) {
    let inner = relation(depth)
    let kind = pick(Kind.allCases)
    let argument = expression(kind, inner.columns, 1)
    let made: (sql: String, kind: Kind) =
      switch draw(4) {
      case 0: ("COUNT(*)", .integer)
      case 1: ("MAX(\(argument))", kind)
      case 2: ("COUNT(\(argument))", .integer)
      default: ("MIN(\(argument))", kind)
      }
    return ("(SELECT \(made.sql) FROM \(inner.sql)\(ties(inner.columns, to: columns)))", made.kind)
  }

  /// What ties a subquery's rows to those around it: nothing, an equality, an inequality, or both.
  private mutating func ties(_ inner: [Column], to outer: [Column]) -> String {
    var parts: [String] = []
    for symbols in [["="], ["<", "<=", ">", "<>"]] where draw(2) == 1 {
      let column = pick(outer)
      let candidates = inner.filter { $0.kind == column.kind }
      if !candidates.isEmpty { parts.append("\(pick(candidates).name) \(pick(symbols)) \(column.name)") }
    }
    if draw(3) == 2 { parts.append(predicate(inner, 1)) }
    return parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ")
  }

  private mutating func subquery(_ columns: [Column], _ depth: Int) -> String {
    let inner = relation(depth)
    let negation = draw(2) == 1 ? "NOT " : ""
    let outer = pick(columns)
    let candidates = inner.columns.filter { $0.kind == outer.kind }
    if draw(2) == 0 || candidates.isEmpty {
      let wanted = expression(outer.kind, inner.columns, 1)
      return "\(outer.name) \(negation)IN (SELECT \(wanted) FROM \(inner.sql)\(ties(inner.columns, to: columns)))"
    }
    if draw(3) == 2 { return "\(negation)EXISTS (SELECT 1 FROM \(inner.sql)\(ties(inner.columns, to: columns)))" }
    let rest = draw(2) == 1 ? " AND " + predicate(inner.columns + columns, 1) : ""
    return "\(negation)EXISTS (SELECT 1 FROM \(inner.sql) WHERE \(pick(candidates).name) = \(outer.name)\(rest))"
  }

  private mutating func join(_ depth: Int) -> Made {
    let left = relation(depth - 1)
    let right = relation(depth - 1)
    let columns = left.columns + right.columns
    let key = pick(left.columns)
    let candidates = right.columns.filter { $0.kind == key.kind }
    // Every pair, with a filter, where no column could be the key.
    let kind = candidates.isEmpty ? "JOIN" : pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
    let other = candidates.isEmpty ? nil : pick(candidates)
    guard let other else { return select(depth - 1) }
    let rest = draw(3) == 2 ? " AND " + predicate(columns, 1) : ""
    let output = expressions(columns)
    return (
      "SELECT \(output.sql) FROM \(left.sql) \(kind) \(right.sql) ON \(key.name) = \(other.name)\(rest)\(condition(columns, depth - 1))",
      output.kinds
    )
  }

  /// A join by columns that both sides have; their names, which stand alone, mean one value.
  private mutating func using() -> Made {
    let (left, right) = (aliasCount + 1, aliasCount + 2)
    aliasCount += 2
    let keys = pick([["c0"], ["c2"], ["c0", "c1"]])
    func rest(_ alias: Int) -> [Column] {
      Self.tableColumns.filter { !keys.contains($0.name) }.map { Column(name: "r\(alias).\($0.name)", kind: $0.kind) }
    }
    let columns = Self.tableColumns.filter { keys.contains($0.name) } + rest(left) + rest(right)
    let output = expressions(columns)
    let join =
      "\(pick(tables).name) AS r\(left) \(pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])) \(pick(tables).name) AS r\(right)"
    return (
      "SELECT \(output.sql) FROM \(join) USING (\(keys.joined(separator: ", ")))\(condition(columns, 0))", output.kinds
    )
  }

  /// What equal rows of the order share: aggregates up to the row at hand. Which of them comes first is open, so that the value of the
  /// order before a row is only asked where nothing else tells them apart.
  private mutating func over(_ depth: Int) -> Made {
    let from = relation(depth - 1)
    let order = pick(from.columns)
    let window = "OVER (\(draw(3) == 0 ? "" : "PARTITION BY \(pick(from.columns).name) ")ORDER BY \(order.name))"
    let shown = draw(4) == 0 ? [order] : from.columns
    var output = shown.map(\.name)
    var kinds = shown.map(\.kind)
    for _ in 0...draw(2) {
      let kind = pick(Kind.allCases)
      let argument = expression(kind, from.columns, 1)
      let made: (sql: String, kind: Kind) =
        switch draw(5) {
        case 0: ("COUNT(*)", .integer)
        case 1: ("SUM(\(expression(.integer, from.columns, 1)))", .integer)
        case 2: ("MIN(\(argument))", kind)
        case 3: ("MAX(\(argument))", kind)
        default: shown.count == 1 ? ("LAG(\(order.name))", order.kind) : ("COUNT(\(order.name))", .integer)
        }
      output.append("\(made.sql) \(window)")
      kinds.append(made.kind)
    }
    return ("SELECT \(Self.list(output)) FROM \(from.sql)\(condition(from.columns, 0))", kinds)
  }

  /// Sets of keys, none of them empty; SQLite has a query for each.
  private mutating func groupingSets() -> (sql: String, sqlite: String) {
    let from = relation(1)
    let keys = Array(from.columns.prefix(2))
    let aggregates = (0...draw(2)).map { _ in aggregate(from.columns).sql }
    let filter = condition(from.columns, 0)
    let sets = pick([[[0, 1], [0]], [[0], [1]], [[1], [0, 1], [1]], [[0, 1]]]).map { $0.filter { $0 < keys.count } }.filter { !$0.isEmpty }
    let texts = sets.map { "(\($0.map { keys[$0].name }.joined(separator: ", ")))" }
    let queries = sets.map { set in
      let names = keys.indices.map { index in
        set.contains(index) ? keys[index].name : "CAST(NULL AS \(keys[index].kind == .text ? "VARCHAR(9)" : "BIGINT"))"
      }
      let by = set.map { keys[$0].name }.joined(separator: ", ")
      return "SELECT \(Self.list(names + aggregates)) FROM \(from.sql)\(filter) GROUP BY \(by)"
    }
    let list = Self.list(keys.map(\.name) + aggregates)
    return (
      "SELECT \(list) FROM \(from.sql)\(filter) GROUP BY GROUPING SETS (\(texts.joined(separator: ", ")))",
      queries.joined(separator: " UNION ALL ")
    )
  }

  private mutating func group(_ depth: Int) -> Made {
    let from = relation(depth - 1)
    let keys = from.columns.filter { _ in draw(2) == 0 }.prefix(2)
    let grouping = keys.isEmpty ? [from.columns[0]] : Array(keys)
    var output = grouping.map(\.name)
    var kinds = grouping.map(\.kind)
    for _ in 0...draw(3) {
      let made = aggregate(from.columns)
      output.append(made.sql)
      kinds.append(made.kind)
    }
    let having = draw(3) == 2 ? " HAVING COUNT(*) \(pick([">", "=", "<="])) \(1 + draw(2))" : ""
    return (
      "SELECT \(Self.list(output)) FROM \(from.sql)\(condition(from.columns, depth - 1)) GROUP BY \(grouping.map(\.name).joined(separator: ", "))\(having)",
      kinds
    )
  }

  private mutating func aggregate(_ columns: [Column]) -> (sql: String, kind: Kind) {
    let kind = pick(Kind.allCases)
    let argument = expression(kind, columns, 1)
    var made: (sql: String, kind: Kind)
    switch draw(7) {
    case 0: made = ("COUNT(*)", .integer)
    case 1: made = ("SUM(\(expression(.integer, columns, 1)))", .integer)
    case 2: made = ("COUNT(\(argument))", .integer)
    case 3: made = ("MIN(\(argument))", kind)
    case 4: made = ("MAX(\(argument))", kind)
    case 5: made = ("COUNT(DISTINCT \(argument))", .integer)
    default: made = ("SUM(DISTINCT \(expression(.integer, columns, 1)))", .integer)
    }
    if draw(5) == 4 { made.sql += " FILTER (WHERE \(predicate(columns, 1)))" }
    return made
  }

  private mutating func distinct(_ depth: Int) -> Made {
    let from = relation(depth - 1)
    let output = expressions(from.columns)
    return ("SELECT DISTINCT \(output.sql) FROM \(from.sql)\(condition(from.columns, depth - 1))", output.kinds)
  }

  /// Ordered by all columns, so that rows which are equal in the order are equal.
  private mutating func topN(_ depth: Int) -> Made {
    let from = relation(depth - 1)
    var order = from.columns
    for index in order.indices { order.swapAt(index, index + draw(order.count - index)) }
    let terms = order.map { "\($0.name)\(draw(2) == 1 ? " DESC" : "")" }.joined(separator: ", ")
    let partition = draw(3) == 0 ? "" : "PARTITION BY \(pick(from.columns).name) "
    let names = from.columns.indices.map { "c\($0)" }
    aliasCount += 1
    let inner = "SELECT \(Self.list(from.columns.map(\.name))), ROW_NUMBER() OVER (\(partition)ORDER BY \(terms)) AS n FROM \(from.sql)"
    let hasNumber = draw(2) == 1
    let output = names + (hasNumber ? ["n AS c\(names.count)"] : [])
    return (
      "SELECT \(output.joined(separator: ", ")) FROM (\(inner)\(condition(from.columns, 0))) AS r\(aliasCount) WHERE n <= \(1 + draw(3))",
      from.columns.map(\.kind) + (hasNumber ? [.integer] : [])
    )
  }

  private mutating func combine(_ depth: Int) -> Made {
    let word = pick(["UNION ALL", "UNION", "INTERSECT", "EXCEPT"])
    let left = relation(depth - 1)
    let right = relation(depth - 1)
    let kinds = (0...draw(2)).map { _ in pick(Kind.allCases) }
    func side(_ relation: (sql: String, columns: [Column]), _ maker: inout Self) -> String {
      "SELECT \(Self.list(kinds.map { maker.expression($0, relation.columns, 1) })) FROM \(relation.sql)\(maker.condition(relation.columns, 0))"
    }
    let (first, second) = (side(left, &self), side(right, &self))
    return ("\(first) \(word) \(second)", kinds)
  }

  // MARK: Expressions

  private mutating func expression(_ kind: Kind, _ columns: [Column], _ depth: Int) -> String {
    let own = columns.filter { $0.kind == kind }
    let choice = draw(depth > 0 ? 9 : 4)
    if choice < 3, !own.isEmpty { return pick(own).name }
    if choice < 4 { return literal(kind) }
    let first = expression(kind, columns, depth - 1)
    switch choice {
    case 4: return "CASE WHEN \(predicate(columns, depth - 1)) THEN \(first) ELSE \(expression(kind, columns, depth - 1)) END"
    case 5: return "COALESCE(\(first), \(expression(kind, columns, depth - 1)))"
    case 6: return "NULLIF(\(first), \(expression(kind, columns, depth - 1)))"
    default:
      if kind == .text { return choice == 7 ? "UPPER(\(first))" : "(\(first) || \(expression(.text, columns, 0)))" }
      return "(\(first) \(pick(["+", "-", "*"])) \(expression(.integer, columns, 0)))"
    }
  }

  private mutating func literal(_ kind: Kind) -> String {
    switch kind {
    case .integer: "CAST(\(pick(["0", "1", "2", "-3", "NULL"])) AS BIGINT)"
    case .text: "CAST(\(pick(["'a'", "''", "'B'", "NULL"])) AS VARCHAR(9))"
    }
  }

  private mutating func predicate(_ columns: [Column], _ depth: Int) -> String {
    // Of literals alone a condition could be FALSE before the query runs, and a join or a Top-N would lose its shape.
    let subject = pick(columns)
    let kind = subject.kind
    func operand(_ maker: inout Self) -> String { maker.expression(kind, columns, depth - 1) }
    switch draw(depth > 0 ? 10 : 4) {
    case 0, 1: return "\(subject.name) \(pick(["=", "<>", "<", "<=", ">", ">="])) \(operand(&self))"
    case 2: return "\(subject.name) IS NULL"
    case 3: return "\(subject.name) IS NOT NULL"
    case 4: return "(\(predicate(columns, depth - 1)) AND \(predicate(columns, depth - 1)))"
    case 5: return "(\(predicate(columns, depth - 1)) OR \(predicate(columns, depth - 1)))"
    case 6: return "NOT (\(predicate(columns, depth - 1)))"
    case 7: return "\(subject.name) BETWEEN \(operand(&self)) AND \(operand(&self))"
    case 8: return "\(subject.name) \(pick(["IN", "NOT IN"])) (\(literal(kind)), \(literal(kind)))"
    default: return "(\(predicate(columns, depth - 1))) \(pick(["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE"]))"
    }
  }
}
