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

  @Option(name: .long, help: "Port of the HTTP API and the page; 0 for any that is free.")
  var httpPort: UInt16 = 8081

  @Option(name: .long, help: "Port to listen on for workers; 0 for any that is free.")
  var rpcPort: UInt16 = 6123

  @Option(name: .long, help: "Directory of everything that is kept: jobs, snapshots, logs. Workers must reach the same snapshots.")
  var dataDir = "swiftwater-data"

  @Option(name: .long, help: "Subtasks of every operator, where neither script nor submission say otherwise.")
  var parallelism = 1

  @Option(name: .long, help: ArgumentHelp("A setting of the cluster, or a default for jobs as SET takes it.", valueName: "key=value"))
  var set: [Setting] = []

  @OptionGroup var network: NetworkOptions
  @OptionGroup var logging: LoggingOptions

  func validate() throws {
    if !(1...32_768).contains(parallelism) { throw ValidationError("--parallelism is a whole number from 1 to 32768.") }
  }

  func run() async throws {
    logging.start()
    EventLoops.useOne()
    let settings = try ClusterSettings(set.dictionary)
    let token = try network.token()
    let parent = ParentLine()
    let logger = Logger(label: "coordinator")

    let directory = try DataDirectory(dataDir)
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
      configuration: settings.coordinator(httpHost: network.bind, httpPort: Int(httpPort)), store: store, snapshots: snapshots,
      logger: logger)
    try await coordinator.recover()

    let http = try HTTPServer(
      configuration: HTTPServer.Configuration(host: network.bind, port: Int(httpPort), token: token), cluster: coordinator,
      compile: settings.compiler(parallelism: parallelism), logger: Logger(label: "http"))
    let workers: ControlServer
    do {
      workers = try await ControlServer.start(
        host: network.bind, port: Int(rpcPort), configuration: settings.transport(token: token), logger: logger,
        onWorker: coordinator.accept)
    } catch {
      throw Failure.usage("cannot listen for workers on \(network.bind):\(rpcPort): \(error.networkText)")
    }
    logger.info("listening for workers", metadata: ["address": "\(workers.address)"])

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await http.run { port in
            logger.info("serving the API and the page", metadata: ["address": "http://\(Address(host: network.bind, port: port))"])
          }
        } catch let error where !(error is CancellationError) {
          throw Failure.usage("cannot serve HTTP on \(network.bind):\(httpPort): \(error.networkText)")
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
