//  The changes of every operator are those that Flink's gives.

import Columnar
import Dataflow
import Testing

@testable import SQL

@Suite struct ChangelogModeTests {
  private static let tables = """
    CREATE TABLE o (id BIGINT, uid INT, price DOUBLE, cur STRING, ts TIMESTAMP(3), tags ARRAY<STRING>,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
    CREATE TABLE s (id BIGINT, oid BIGINT, st TIMESTAMP(3), WATERMARK FOR st AS st) WITH ('connector' = 'datagen');
    CREATE VIEW cnt AS SELECT uid, COUNT(*) AS c FROM o GROUP BY uid;

    """

  /// Statements that plan differently here, and why.
  private static let differences = [
    "SELECT o.id, c FROM o JOIN cnt ON o.uid=cnt.uid":
      "a join takes -U from its updating side; Flink's replaces the row of a unique key"
  ]

  /// The plan of a query whose rows go to a sink that does without -U.
  static func plan(_ query: String, tables: String = ChangelogModeTests.tables) throws -> PhysicalNode {
    var session = SQLSession(catalog: SessionCatalog(connectors: TestCatalog.catalog), settings: try Settings(options: [:]))
    func run(_ script: String) throws -> [StatementSyntax] { try Parser.parse(Array(script.utf8)) }
    for statement in try run(tables + "CREATE VIEW v AS " + query) { try session.run(statement, name: nil, parallelism: 1) }
    let name = Identifier(text: "v", span: SourceSpan(start: 0, end: 0))
    let columns = try session.catalog.plan(of: ObjectName(name: name, span: name.span), also: []).columns
    let declared = columns.enumerated().map { "c\($0) \($1.type)" }.joined(separator: ", ")
    let statements = try run("CREATE TABLE out_ (\(declared)) WITH ('connector' = 'blackhole'); INSERT INTO out_ SELECT * FROM v")
    try session.run(statements[0], name: nil, parallelism: 1)
    guard case .insert(let insert) = statements[1] else { throw Diagnostic("no INSERT", at: name.span) }
    var bound = try InsertBinder.bind(insert, catalog: session.catalog)
    bound.plan = Optimizer.optimize(bound.plan)
    var planner = PhysicalPlanner(parallelism: 1, settings: session.settings, catalog: session.catalog)
    return try planner.plan(bound)
  }

  /// As the recording writes it.
  private static func operators(_ plan: PhysicalPlan) -> [String] {
    switch plan {
    case .union(let inputs): return ["Union \(text(plan.changes))"] + inputs.flatMap(operators)
    case .node(let node):
      let below = node.inputs.flatMap { operators($0.plan) }
      switch node.spec {
      case .calc, .sink: return below
      case .source: return ["TableSourceScan \(text(node.changes))"]
      case .deduplicate: return ["Rank \(text(node.changes))"] + below
      default: return ["\(node.name.prefix { $0 != "(" }) \(text(node.changes))"] + below
      }
    }
  }

  private static func text(_ mode: ChangelogMode) -> String {
    let kinds = [(ChangelogMode.updateBefore, "UB"), (.updateAfter, "UA"), (.delete, "D")]
    return (["I"] + kinds.filter { mode.contains($0.0) }.map(\.1)).joined(separator: ",")
  }

  private static var recorded: [(sql: String, operators: String)] {
    RecordedChangelogModes.all.map { ($0.sql.replacing("INSERT INTO bh ", with: ""), $0.operators) }
  }

  @Test("each operator gives the changes that Flink's gives, where the plans have one shape")
  func modes() throws {
    var agreeing = 0
    for (sql, expected) in Self.recorded {
      // What is not part of the dialect yet has no plan to compare.
      guard let plan = try? Self.plan(sql) else { continue }
      let found = Self.operators(.node(plan)).joined(separator: "; ")
      let kinds = { (text: String) in text.split(separator: "; ").map { $0.prefix { $0 != " " } } }
      guard kinds(found) == kinds(expected) else { continue }
      agreeing += 1
      if let reason = Self.differences[sql] {
        #expect(found != expected, "no longer differs: \(reason)")
      } else {
        #expect(found == expected, "\(sql)")
      }
    }
    #expect(agreeing >= 14)
  }
}
