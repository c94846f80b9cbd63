//  The coordinator's HTTP side: Flink's REST API, submission of SQL, and the page, on one port.

import Coordinator
import Dataflow
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import SQL
import ServiceLifecycle

/// The jobs of a submission, or what is wrong with it.
public typealias ScriptCompiler = @Sendable (SubmitRequest) async throws(APIError) -> CompiledScript

/// Serves a cluster over HTTP.
public struct HTTPServer: Sendable {
  public struct Configuration: Sendable {
    public var host: String
    /// 0 for any that is free.
    public var port: Int
    /// Asked for as `Authorization: Bearer TOKEN`; needed to listen beyond loopback.
    public var token: String?
    public var limits = HTTPLimits()

    public init(host: String = "127.0.0.1", port: Int = 8081, token: String? = nil) {
      self.host = host
      self.port = port
      self.token = token
    }
  }

  /// Why a server cannot be made of a configuration.
  public enum ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    case tokenNeeded(host: String)
    case emptyToken

    public var description: String {
      switch self {
      case .tokenNeeded(let host): "listening on \"\(host)\", beyond this machine, needs a token"
      case .emptyToken: "the token is empty"
      }
    }
  }

  private let configuration: Configuration
  private let cluster: any ClusterView
  private let compile: ScriptCompiler
  private let clock: @Sendable () -> Int64
  private let logger: Logger

  /// - Parameter clock: the cluster's, microseconds since 1970.
  public init(
    configuration: Configuration, cluster: any ClusterView, compile: @escaping ScriptCompiler,
    clock: @escaping @Sendable () -> Int64 = SystemClock.now, logger: Logger = Logger(label: "http")
  ) throws(ConfigurationError) {
    if configuration.token == nil, !AccessPolicy.isLoopback(configuration.host) {
      throw .tokenNeeded(host: configuration.host)
    }
    if configuration.token?.isEmpty == true { throw .emptyToken }
    self.configuration = configuration
    self.cluster = cluster
    self.compile = compile
    self.clock = clock
    self.logger = logger
  }

  /// Serves until the task is cancelled, then lets what is in progress come to its end.
  ///
  /// - Parameter onReady: called with the port once connections are accepted.
  /// - Throws: if the address cannot be bound.
  public func run(onReady: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
    let limits = configuration.limits
    let router = Router(context: BasicRequestContext.self)
    APIRoutes(cluster: cluster, compile: compile, limits: limits, clock: clock).register(on: router)
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let gate = Gate(
      policy: AccessPolicy(token: configuration.token), files: WebFile.all, routes: router.buildResponder(), logger: logger)
    let application = Application(
      responder: gate,
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [ParseErrorHandler()], idleTimeout: .seconds(limits.idleTimeoutSeconds),
          httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headerBytesMax, maxHeaderListSize: limits.headerBytesMax,
            maxHeaderFieldCount: limits.headerCountMax))),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), backlog: limits.backlog,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connectionsMax, logger: quiet)),
      onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) },
      logger: quiet)
    var lifecycle = ServiceGroupConfiguration(services: [application], logger: quiet)
    lifecycle.maximumGracefulShutdownDuration = limits.shutdownTimeout
    let group = ServiceGroup(configuration: lifecycle)
    // In a task of its own, so that a cancellation comes to it as a request to shut down.
    let serving = Task { try await group.run() }
    try await withTaskCancellationHandler {
      try await serving.value
    } onCancel: {
      Task { await group.triggerGracefulShutdown() }
    }
  }
}

extension HTTPServer {
  /// A compiler of scripts that refuses in the API's way.
  ///
  /// - Parameter parallelism: of jobs that do not say.
  public static func compiler(_ compiler: SQLCompiler, parallelism: Int) -> ScriptCompiler {
    { request throws(APIError) in
      do throws(SQLError) {
        return try compiler.translate(
          script: request.sql, name: request.name, parallelism: request.parallelism ?? parallelism, options: request.options)
      } catch {
        throw APIError(.badRequest, error.rendered, line: error.line, column: error.column)
      }
    }
  }
}
