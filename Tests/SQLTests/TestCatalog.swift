//  The connectors that the scripts of these tests name: the shapes of the real ones, declared here so that SQL is tested alone.

import Columnar
import Dataflow
import Expressions

@testable import SQL

enum TestCatalog {
  static let catalog = ConnectorCatalog(
    connectors: [
      ConnectorDescriptor(
        name: "nexmark",
        options: [
          OptionDescriptor("flat", .boolean, default: "false", help: "one wide row"),
          OptionDescriptor("events.num", .integer, default: "1000000", help: "how many events"),
          OptionDescriptor("event-rate", .integer, default: "100000", help: "events per second of event time"),
          OptionDescriptor("throttle", .integer, default: "0", help: "events per second"),
        ], isSource: true, isSink: false, readsFields: true),
      ConnectorDescriptor(
        name: "datagen",
        options: [
          OptionDescriptor("number-of-rows", .integer, help: "how many rows"),
          OptionDescriptor("fields.<field>.kind", .choice(["random", "sequence"]), help: "how values are made"),
          OptionDescriptor("fields.<field>.min", .string, help: "least value"),
          OptionDescriptor("fields.<field>.max", .string, help: "greatest value"),
        ], isSource: true, isSink: false),
      ConnectorDescriptor(
        name: "filesystem",
        options: [
          OptionDescriptor("path", .string, isRequired: true, help: "file or directory"),
          OptionDescriptor("source.monitor-interval", .duration, help: "look for new files"),
          OptionDescriptor("sink.rolling-policy.file-size", .memorySize, default: "128 mb", help: "size of a file"),
          OptionDescriptor("sink.rolling-policy.rollover-interval", .duration, help: "age of a file"),
          OptionDescriptor("sink.rolling-policy.check-interval", .duration, help: "how often ages are looked at"),
          OptionDescriptor("sink.partition-commit.policy.kind", .choice(["success-file"]), help: "mark partitions"),
          OptionDescriptor("sink.partition-commit.trigger", .choice(["process-time", "partition-time"]), help: "when"),
          OptionDescriptor("sink.partition-commit.delay", .duration, help: "how long after"),
          OptionDescriptor("partition.time-extractor.timestamp-pattern", .string, help: "the time of a partition"),
        ], isSource: true, isSink: true, usesFormat: true, isPartitionable: true),
      ConnectorDescriptor(name: "print", options: [], isSource: false, isSink: true, acceptsUpdates: true),
      ConnectorDescriptor(
        name: "blackhole", options: [], isSource: false, isSink: true, acceptsUpdates: true, needsUpdateBefore: false),
    ],
    formats: [
      FormatDescriptor(
        name: "csv",
        options: [
          OptionDescriptor("header", .boolean, default: "false", help: "first line names columns"),
          OptionDescriptor("ignore-parse-errors", .boolean, default: "false", help: "skip bad records"),
        ]),
      FormatDescriptor(
        name: "json", options: [OptionDescriptor("ignore-parse-errors", .boolean, default: "false", help: "skip bad records")],
        readsFields: true),
      FormatDescriptor(name: "debezium-json", options: [], acceptsUpdates: true, producesUpdates: true),
    ])

  /// A stream of orders with event time.
  static let orders = """
    CREATE TABLE orders (id BIGINT, uid INT, price DECIMAL(10, 2), cur STRING, ts TIMESTAMP(3), amount DOUBLE, day_ DATE,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen');
    CREATE TABLE bids (id BIGINT, auction BIGINT, price BIGINT, bt TIMESTAMP(3), WATERMARK FOR bt AS bt) WITH ('connector' = 'datagen');

    """

  static func compile(
    _ script: String, parallelism: Int = 1, options: [String: String] = [:]
  ) throws(SQLError) -> [CompiledJob] {
    try SQLCompiler(catalog: catalog).compile(script: script, parallelism: parallelism, options: options)
  }

  /// The graph of `INSERT INTO out query`, over `orders` and `bids`; `out` has these columns and goes to this connector.
  static func graph(
    _ query: String, into columns: String, connector: String = "'connector' = 'blackhole'", parallelism: Int = 1,
    options: [String: String] = [:]
  ) throws(SQLError) -> JobGraph {
    try compile(
      orders + "CREATE TABLE out_ (\(columns)) WITH (\(connector));\nINSERT INTO out_ \(query);", parallelism: parallelism, options: options
    )[0]
    .graph
  }

  /// The text of the mistake in a script; empty if there is none.
  static func mistake(_ script: String, options: [String: String] = [:]) -> String {
    do throws(SQLError) {
      _ = try compile(script, options: options)
      return ""
    } catch {
      return error.rendered
    }
  }
}

extension JobGraph {
  /// One line a vertex, hidden ones left out: its name, parallelism if not 1, and where its rows come from.
  var outline: String {
    vertices.indices.filter { !vertices[$0].isHidden }.map { index in
      let ends = inputs(of: index).filter { !vertices[$0.from].isHidden }.map { "\($0.partitioning)<-\($0.from)#\($0.input)" }
      let width = vertices[index].parallelism == 1 ? "" : " x\(vertices[index].parallelism)"
      return "\(index): \(vertices[index].name)\(width)\(ends.isEmpty ? "" : "  \(ends.joined(separator: " "))")"
    }.joined(separator: "\n")
  }

  /// All operators, in order of vertices and chains.
  var operators: [OperatorNode] { vertices.flatMap(\.chain) }

  var sources: [SourceSpec] {
    operators.compactMap { if case .source(let spec) = $0.spec { spec } else { nil } }
  }
}

extension TestCatalog {
  /// The plan of a query over `orders` and `bids`, or over other tables, before the rules.
  static func plan(_ query: String, over tables: String = orders) throws -> LogicalPlan {
    var session = SQLSession(catalog: SessionCatalog(connectors: catalog), settings: try Settings(options: [:]))
    for statement in try Parser.parse(Array((tables + "CREATE VIEW v AS " + query).utf8)) {
      try session.run(statement, name: nil, parallelism: 1)
    }
    let name = Identifier(text: "v", span: SourceSpan(start: 0, end: 0))
    return try session.catalog.plan(of: ObjectName(name: name, span: name.span), also: [])
  }

  /// The type of an expression over `orders`, with NOT NULL where it is.
  static func type(_ expression: String) throws -> String {
    let column = try plan("SELECT \(expression) FROM orders").columns[0]
    return "\(column.type)\(column.isNullable ? "" : " NOT NULL")"
  }

  /// An expression over `orders` as it is bound, with its implicit casts.
  static func bound(_ expression: String) throws -> String {
    guard case .project(let input, let expressions, _) = try plan("SELECT \(expression) FROM orders") else { return "" }
    return ExpressionText.render(expressions[0], input.columns.map(\.name))
  }
}

extension LogicalPlan {
  /// The tree, a line a node, inputs indented below.
  var tree: String { tree(indent: "") }

  private func tree(indent: String) -> String {
    let names = inputs.flatMap { $0.columns.map(\.name) }
    let line: String
    switch self {
    case .scan(let scan):
      line = "Scan \(scan.table.name) [\(scan.columns.map(\.name).joined(separator: ", "))]\(scan.needsWatermark ? " watermark" : "")"
    case .project(_, let expressions, _): line = "Project [\(expressions.map { ExpressionText.render($0, names) }.joined(separator: ", "))]"
    case .filter(_, let predicate): line = "Filter \(ExpressionText.render(predicate, names))"
    case .window(_, let spec): line = "Window \(WindowText.render(spec.kind, time: names[spec.time]))"
    case .aggregate(_, let node):
      line = "Aggregate by [\(node.keys.map { names[$0] }.joined(separator: ", "))] [\(calls(node.calls))]"
    case .windowAggregate(_, let node):
      line =
        "WindowAggregate by [\(node.keys.map { names[$0] }.joined(separator: ", "))] \(WindowText.render(node.kind, time: names[node.time])) "
        + "[\(calls(node.calls))] \(node.properties.map(\.rawValue).joined(separator: ", "))"
    case .join(_, _, let kind, let condition, _):
      line =
        "\(kind == .inner ? "" : kind.rawValue.uppercased() + " ")Join \(condition.map { ExpressionText.render($0, names) } ?? "on anything")"
    case .intervalJoin(_, _, let node):
      line =
        "\(node.kind.rawValue.uppercased()) IntervalJoin \(node.lower)...\(node.upper) "
        + "\(node.condition.map { ExpressionText.render($0, names) } ?? "on anything")"
    case .windowJoin(let left, _, let node):
      let condition = node.wholeCondition(leftCount: left.columns.count).map { ExpressionText.render($0, names) } ?? ""
      line = "\(node.kind.rawValue.uppercased()) WindowJoin \(condition)"
    case .expand(_, let lists, _): line = "Expand \(lists.map { $0.map { ExpressionText.render($0, names) } })"
    case .sort(_, let order, _): line = "Sort \(PhysicalPlanner.orderText(order, names))"
    case .limit(_, let spec): line = "Limit \(spec.offset) \(spec.count ?? -1)"
    case .union: line = "Union"
    case .values(let values): line = "Values \(values.rows.count) [\(values.columns.map(\.name).joined(separator: ", "))]"
    case .setOperation(_, _, let spec): line = "\(spec.kind.rawValue)\(spec.isAll ? " all" : "")"
    case .rowNumber(_, let node): line = "RowNumber \(Self.text(node, names))"
    case .over(_, let node):
      line = "Over by [\(node.keys.map { names[$0] }.joined(separator: ", "))] order [\(names[node.order])] \(node.names)"
    case .rank(_, let node):
      line =
        "\(node.window == nil ? "" : "Window")Rank \(node.limit)\(node.outputsRank ? " with number" : "") \(Self.text(node.rowNumber, names))"
    }
    return ([indent + line] + inputs.map { $0.tree(indent: indent + "  ") }).joined(separator: "\n")
  }

  private static func text(_ node: RowNumberNode, _ names: [String]) -> String {
    let order = node.order.map { "\(names[$0.column])\($0.isDescending ? " DESC" : "")\($0.nullsFirst ? " nulls first" : "")" }
    return "by [\(node.keys.map { names[$0] }.joined(separator: ", "))] order [\(order.joined(separator: ", "))]"
  }

  private func calls(_ calls: [AggregateCall]) -> String {
    calls.map { AggregateText.text($0, PhysicalPlanner.schema(inputs[0].columns)) }.joined(separator: ", ")
  }
}
