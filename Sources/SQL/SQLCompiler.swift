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

  /// - Parameter catalog: the connectors and formats that scripts may name.
  public init(catalog: ConnectorCatalog) {
    self.catalog = catalog
  }

  /// Whether `SET` would take all of these; a script compiled with them as options then starts well.
  ///
  /// - Throws: the first that it would not, in order of their names.
  public static func check(settings: [String: String]) throws(SQLError) {
    do throws(Diagnostic) { _ = try Settings(options: settings) } catch { throw SQLError(error, in: []) }
  }

  /// The jobs of a script, in order: one for each INSERT, one for each statement set.
  ///
  /// - Parameters:
  ///   - name: names the jobs; `SET 'pipeline.name'` wins, and without either a job is named after its sinks, as in Flink.
  ///   - parallelism: of every vertex unless the script sets `parallelism.default`.
  ///   - options: settings as `SET` takes them, in force from the start.
  /// - Throws: the first mistake, located in the script. Never traps, whatever the text.
  public func compile(
    script: String, name: String? = nil, parallelism: Int = 1, options: [String: String] = [:]
  ) throws(SQLError) -> [CompiledJob] {
    let text = Array(script.utf8)
    do throws(Diagnostic) {
      if text.count > SQLLimits.scriptByteCountMax {
        throw Diagnostic("the script is too large: at most \(SQLLimits.scriptByteCountMax) bytes", at: SourceSpan(start: 0, end: 0))
      }
      guard 1...SQLLimits.parallelismMax ~= parallelism else {
        throw Diagnostic(
          "the parallelism must be from 1 to \(SQLLimits.parallelismMax), not \(parallelism)", at: SourceSpan(start: 0, end: 0))
      }
      var session = SQLSession(catalog: SessionCatalog(connectors: catalog), settings: try Settings(options: options))
      let statements = try Parser.parse(text)
      for statement in statements { try session.run(statement, name: name, parallelism: parallelism) }
      if session.jobs.isEmpty {
        throw Diagnostic(
          "the script has nothing to run", at: SourceSpan(start: text.count, end: text.count), expected: ["INSERT INTO ..."])
      }
      return session.jobs
    } catch {
      throw SQLError(error, in: text)
    }
  }
}

/// A script as it is worked through, statement by statement.
struct SQLSession {
  var catalog: SessionCatalog
  var settings: Settings
  private(set) var jobs: [CompiledJob] = []

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
    }
  }

  /// One job of all these.
  private mutating func submit(_ inserts: [InsertSyntax], name: String?, parallelism: Int) throws(Diagnostic) {
    let parallelism = settings.parallelism ?? parallelism
    let maxParallelism = settings.maxParallelism ?? JobGraph.defaultMaxParallelism(parallelism: parallelism)
    guard parallelism <= maxParallelism else {
      throw Diagnostic("the parallelism \(parallelism) is above 'pipeline.max-parallelism', \(maxParallelism)", at: inserts[0].span)
    }
    var planner = PhysicalPlanner(parallelism: parallelism, settings: settings, catalog: catalog)
    var sinks: [PhysicalNode] = []
    for insert in inserts {
      var bound = try InsertBinder.bind(insert, catalog: catalog)
      bound.plan = Optimizer.optimize(bound.plan)
      sinks.append(try planner.plan(bound))
    }
    let tables = inserts.map { "default_catalog.default_database.\($0.table.name.text)" }
    let name = settings.pipelineName ?? name ?? "insert-into_\(tables.joined(separator: ","))"
    jobs.append(
      CompiledJob(
        name: name,
        graph: GraphBuilder.build(sinks, name: name, maxParallelism: maxParallelism, options: settings.jobOptions)))
  }
}
