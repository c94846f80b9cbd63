//  Text in, job graphs out. Pure: the same script, catalog and options always give the same graphs.

import Dataflow

/// One job of a script.
public struct CompiledJob: Hashable, Sendable {
  public var name: String
  public var graph: JobGraph
  public init(name: String, graph: JobGraph) {
    self.name = name
    self.graph = graph
  }
}

/// Compiles scripts of Flink SQL statements.
public struct SQLCompiler: Sendable {
  public let catalog: ConnectorCatalog
  private let timeZones: Set<String>?

  /// - Parameters:
  ///   - catalog: the connectors and formats that scripts may name.
  ///   - timeZones: the zones that workers know besides UTC and offsets; without them a name is only found wrong when a job starts.
  public init(catalog: ConnectorCatalog, timeZones: Set<String>? = nil) {
    self.catalog = catalog
    self.timeZones = timeZones
  }

  /// Whether `SET` would take all of these; a script compiled with them as options then starts well.
  ///
  /// - Throws: the first that it would not, in order of their names.
  public static func check(settings: [String: String], timeZones: Set<String>? = nil) throws(SQLError) {
    do throws(Diagnostic) { _ = try Settings(options: settings, timeZones: timeZones) } catch { throw SQLError(error, in: []) }
  }

  /// The jobs of a script, in order: one for each INSERT, one for each statement set.
  ///
  /// - Parameters: as `translate`.
  /// - Throws: as `translate`; a script without jobs is a mistake.
  public func compile(
    script: String, name: String? = nil, parallelism: Int = 1, options: [String: String] = [:]
  ) throws(SQLError) -> [CompiledJob] {
    let session = try work(through: script, name, parallelism, options, explainsJobs: false)
    if session.jobs.isEmpty { throw SQLError(Self.nothingToRun(script.utf8.count), in: Array(script.utf8)) }
    return session.jobs
  }

  /// The jobs of a script and what its EXPLAINs say; a script without either is a mistake.
  ///
  /// - Parameters:
  ///   - name: names the jobs; `SET 'pipeline.name'` wins, and without either a job is named after its sinks, as in Flink.
  ///   - parallelism: of every vertex unless the script sets `parallelism.default`.
  ///   - options: settings as `SET` takes them, in force from the start.
  /// - Throws: the first mistake, located in the script. Never traps, whatever the text.
  public func translate(
    script: String, name: String? = nil, parallelism: Int = 1, options: [String: String] = [:]
  ) throws(SQLError) -> CompiledScript {
    let session = try work(through: script, name, parallelism, options, explainsJobs: false)
    return CompiledScript(jobs: session.jobs, explanations: session.explanations)
  }

  /// The plans of a script, in order: of each INSERT, each statement set and each EXPLAIN. Nothing is to be run.
  ///
  /// - Parameters: as `translate`.
  /// - Throws: as `translate`.
  public func explain(script: String, parallelism: Int = 1, options: [String: String] = [:]) throws(SQLError) -> [Explanation] {
    try work(through: script, nil, parallelism, options, explainsJobs: true).explanations
  }

  private static func nothingToRun(_ byteCount: Int) -> Diagnostic {
    Diagnostic("the script has nothing to run", at: SourceSpan(start: byteCount, end: byteCount), expected: ["INSERT INTO ..."])
  }

  private func work(
    through script: String, _ name: String?, _ parallelism: Int, _ options: [String: String], explainsJobs: Bool
  ) throws(SQLError) -> SQLSession {
    let text = Array(script.utf8)
    do throws(Diagnostic) {
      if text.count > SQLLimits.scriptByteCountMax {
        throw Diagnostic("the script is too large: at most \(SQLLimits.scriptByteCountMax) bytes", at: SourceSpan(start: 0, end: 0))
      }
      guard 1...SQLLimits.parallelismMax ~= parallelism else {
        throw Diagnostic(
          "the parallelism must be from 1 to \(SQLLimits.parallelismMax), not \(parallelism)", at: SourceSpan(start: 0, end: 0))
      }
      var session = SQLSession(catalog: SessionCatalog(connectors: catalog), settings: try Settings(options: options, timeZones: timeZones))
      session.explainsJobs = explainsJobs
      for statement in try Parser.parse(text) { try session.run(statement, name: name, parallelism: parallelism) }
      if session.jobs.isEmpty, session.explanations.isEmpty { throw Self.nothingToRun(text.count) }
      return session
    } catch {
      throw SQLError(error, in: text)
    }
  }
}

/// What a script comes to.
public struct CompiledScript: Hashable, Sendable {
  /// One for each INSERT, one for each statement set, in order.
  public var jobs: [CompiledJob]
  /// One for each EXPLAIN, in order.
  public var explanations: [Explanation]
  public init(jobs: [CompiledJob], explanations: [Explanation]) {
    self.jobs = jobs
    self.explanations = explanations
  }
}

/// A script as it is worked through, statement by statement.
struct SQLSession {
  var catalog: SessionCatalog
  var settings: Settings
  private(set) var jobs: [CompiledJob] = []
  private(set) var explanations: [Explanation] = []
  /// INSERTs are explained, with changelog modes, instead of made into jobs.
  var explainsJobs = false

  init(catalog: SessionCatalog, settings: Settings) {
    self.catalog = catalog
    self.settings = settings
  }

  mutating func run(_ statement: StatementSyntax, name: String?, parallelism: Int) throws(Diagnostic) {
    switch statement {
    case .createTable(let syntax):
      guard try catalog.mayDeclare(syntax.name, ifNotExists: syntax.ifNotExists) else { return }
      catalog.declare(try TableBinder.bind(syntax, connectors: catalog.connectors))
    case .createView(let syntax):
      guard try catalog.mayDeclare(syntax.name, ifNotExists: syntax.ifNotExists) else { return }
      let plan = try QueryBinder.renamed(try QueryBinder(catalog: catalog).bind(syntax.query), syntax.columns, syntax.name.name)
      catalog.declare(ViewDefinition(name: syntax.name.name.text, plan: plan))
    case .drop(let kind, let name, let ifExists): try catalog.drop(kind, name, ifExists: ifExists)
    case .set(let key, let keySpan, let value, let valueSpan): try settings.set(key, at: keySpan, to: value, at: valueSpan)
    case .reset(let key, let span): try settings.reset(key, at: span)
    case .insert(let insert): try submit([insert], name: name, parallelism: parallelism)
    case .statementSet(let inserts, _): try submit(inserts, name: name, parallelism: parallelism)
    case .explain(let explain):
      switch explain.target {
      case .inserts(let inserts): try self.explain(inserts, explain.details, parallelism: parallelism)
      case .query(let query): try self.explain(query, explain.details, parallelism: parallelism)
      }
    }
  }

  /// Subtasks and key groups of a job, as far as they are the same for all of it.
  private func widths(_ parallelism: Int, at span: SourceSpan) throws(Diagnostic) -> (parallelism: Int, maxParallelism: Int) {
    let parallelism = settings.parallelism ?? parallelism
    let maxParallelism = settings.maxParallelism ?? JobGraph.defaultMaxParallelism(parallelism: parallelism)
    guard parallelism <= maxParallelism else {
      throw Diagnostic("the parallelism \(parallelism) is above 'pipeline.max-parallelism', \(maxParallelism)", at: span)
    }
    return (parallelism, maxParallelism)
  }

  private func planned(
    _ inserts: [InsertSyntax], parallelism: Int
  ) throws(Diagnostic) -> (bound: [BoundInsert], sinks: [PhysicalNode]) {
    var planner = PhysicalPlanner(parallelism: parallelism, settings: settings, catalog: catalog)
    var all: [BoundInsert] = []
    var plans: [LogicalPlan] = []
    for insert in inserts {
      all.append(try InsertBinder.bind(insert, catalog: catalog))
      plans.append(try optimized(all[all.count - 1].plan, at: insert.span))
    }
    if settings.reusesSources { plans = ScanSharing.apply(plans) }
    var sinks: [PhysicalNode] = []
    for (bound, plan) in zip(all, plans) {
      var bound = bound
      bound.plan = plan
      sinks.append(try planner.plan(bound))
    }
    return (all, sinks)
  }

  private func optimized(_ plan: LogicalPlan, at span: SourceSpan) throws(Diagnostic) -> LogicalPlan {
    Optimizer.optimize(try SourceNormalization.apply(plan, catalog, settings, at: span), catalog, settings)
  }

  private mutating func explain(_ inserts: [InsertSyntax], _ details: Set<ExplainDetail>, parallelism: Int) throws(Diagnostic) {
    let (parallelism, maxParallelism) = try widths(parallelism, at: inserts[0].span)
    let (bound, sinks) = try planned(inserts, parallelism: parallelism)
    let graph = graph(sinks, name: "", maxParallelism)
    explanations.append(
      Explanation(bound.map(\.plan), sinks: bound.map(\.sink), sinks.map { .node($0) }, graph: graph, details: details))
  }

  private mutating func explain(_ query: QuerySyntax, _ details: Set<ExplainDetail>, parallelism: Int) throws(Diagnostic) {
    let (parallelism, maxParallelism) = try widths(parallelism, at: query.span)
    let bound = try QueryBinder(catalog: catalog).bind(query, keepsOrder: true)
    var planner = PhysicalPlanner(parallelism: parallelism, settings: settings, catalog: catalog)
    var optimized = try optimized(bound, at: query.span)
    if settings.reusesSources { optimized = ScanSharing.apply([optimized])[0] }
    let plan = try planner.plan(query: optimized, at: query.span)
    let graph = graph(plan.nodes, name: "", maxParallelism)
    explanations.append(Explanation([bound], sinks: [], [plan], graph: graph, details: details))
  }

  /// One job of all these.
  private mutating func submit(_ inserts: [InsertSyntax], name: String?, parallelism: Int) throws(Diagnostic) {
    if explainsJobs { return try explain(inserts, [.changelogMode], parallelism: parallelism) }
    let (parallelism, maxParallelism) = try widths(parallelism, at: inserts[0].span)
    let sinks = try planned(inserts, parallelism: parallelism).sinks
    let tables = inserts.map { "default_catalog.default_database.\($0.table.name.text)" }
    let name = settings.pipelineName ?? name ?? "insert-into_\(tables.joined(separator: ","))"
    jobs.append(CompiledJob(name: name, graph: graph(sinks, name: name, maxParallelism)))
  }

  private func graph(_ sinks: [PhysicalNode], name: String, _ maxParallelism: Int) -> JobGraph {
    GraphBuilder.build(
      sinks, name: name, maxParallelism: maxParallelism, options: settings.jobOptions, reusesPlans: settings.reusesPlans)
  }
}
