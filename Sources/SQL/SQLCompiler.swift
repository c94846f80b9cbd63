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
    []
  }
}
