//  `swiftwater coordinator`: jobs, checkpoints, the HTTP API and the page.

import ArgumentParser
import Checkpoints
import Connectors
import Coordinator
import Foundation
import HTTPAPI
import Logging
import SQL
import Transport

struct CoordinatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator", abstract: "Run the coordinator: jobs, checkpoints, the HTTP API and the page.")

  @OptionGroup var options: CoordinatorOptions
  @OptionGroup var network: NetworkOptions
  @OptionGroup var logging: LoggingOptions

  func run() async throws {
    logging.start()
    EventLoops.useOne()
    let settings = try ClusterSettings(options.set.dictionary)
    let token = try network.token()
    let parent = ParentLine()
    let logger = Logger(label: "coordinator")

    let directory = try DataDirectory(options.dataDir)
    try directory.lock()
    let store: SQLiteCheckpointStore
    let snapshots: DirectorySnapshotStorage
    do {
      store = try SQLiteCheckpointStore(path: directory.database)
      snapshots = try DirectorySnapshotStorage.create(directory: directory.snapshots)
    } catch {
      throw directory.unusable("\(error)")
    }
    let coordinator = Coordinator(
      configuration: settings.coordinator(httpHost: network.bind, httpPort: Int(options.httpPort)), store: store, snapshots: snapshots,
      logger: logger)
    try await coordinator.recover()

    let http = try HTTPServer(
      configuration: HTTPServer.Configuration(host: network.bind, port: Int(options.httpPort), token: token), cluster: coordinator,
      compile: settings.compiler(parallelism: options.parallelism), logger: Logger(label: "http"))
    let workers: ControlServer
    do {
      workers = try await ControlServer.start(
        host: network.bind, port: Int(options.rpcPort), configuration: settings.transport(token: token), logger: logger,
        onWorker: coordinator.accept)
    } catch {
      throw Failure.usage("cannot listen for workers on \(network.bind):\(options.rpcPort): \(error.networkText)")
    }
    logger.info("listening for workers", metadata: ["address": "\(workers.address)"])

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await http.run { port in
            logger.info("serving the API and the page", metadata: ["address": "http://\(Address(host: network.bind, port: port))"])
          }
        } catch let error where !(error is CancellationError) {
          throw Failure.usage("cannot serve HTTP on \(network.bind):\(options.httpPort): \(error.networkText)")
        }
      }
      group.addTask { try await coordinator.run() }
      group.addTask { await Signals.termination(parent: parent) }
      // Whichever ends first ends all: a signal, or a role that cannot go on.
      defer { group.cancelAll() }
      try await group.next()
    }
    await workers.stop()
  }
}
