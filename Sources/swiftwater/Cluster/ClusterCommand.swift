//  `swiftwater cluster`: a coordinator and its workers on this machine, each a process of its own.

import ArgumentParser
import Foundation
import Logging

struct ClusterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster", abstract: "Start a coordinator and workers on this machine and keep them up until Ctrl-C.")

  @Option(name: .long, help: "Number of workers.")
  var workers = 2

  @Option(name: .long, help: "Slots of each worker: how many subtasks of one operator it may run.")
  var slots = 2

  @OptionGroup var options: CoordinatorOptions
  @OptionGroup var network: NetworkOptions
  @OptionGroup var logging: LoggingOptions

  static let workersMax = 1024

  func validate() throws {
    if !(0...Self.workersMax).contains(workers) { throw ValidationError("--workers is a whole number from 0 to \(Self.workersMax).") }
    if options.rpcPort == 0 { throw ValidationError("--rpc-port cannot be 0 here: the workers have to know it.") }
  }

  mutating func run() throws {
    logging.start()
    _ = try network.token()
    _ = try ClusterSettings(options.set.dictionary)
    // Before there are workers, which would find their way to the coordinator that has the directory.
    close(try DataDirectory(options.dataDir).lock())
    let shared =
      ["--bind", network.bind, "--data-dir", options.dataDir, "--log-level", logging.logLevel.rawValue]
      + (network.tokenFile.map { ["--token-file", $0] } ?? []) + options.set.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    let coordinator = ChildProcess(
      name: "coordinator",
      arguments: [
        "coordinator", "--http-port", "\(options.httpPort)", "--rpc-port", "\(options.rpcPort)", "--parallelism", "\(options.parallelism)",
      ] + shared)
    let host = network.bind == "0.0.0.0" ? "127.0.0.1" : network.bind == "::" ? "::1" : network.bind
    let workers = (0..<workers).map { number in
      ChildProcess(
        name: "worker \(number + 1)",
        arguments: ["worker", "--coordinator", "\(host):\(options.rpcPort)", "--slots", "\(slots)"] + shared)
    }
    var supervisor = try Supervisor([coordinator] + workers, logger: Logger(label: "cluster"))
    try supervisor.run()
  }
}
