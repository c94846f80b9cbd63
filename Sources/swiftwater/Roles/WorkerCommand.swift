//  `swiftwater worker`: runs the subtasks that the coordinator places on it.

import ArgumentParser
import Checkpoints
import Connectors
import Dataflow
import Foundation
import Logging
import Synchronization
import Transport
import Wire
import Worker

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Run a worker: slots that execute the subtasks which the coordinator places on it.")

  @Option(name: .long, help: "Address of the coordinator.")
  var coordinator = AddressOption(host: "127.0.0.1", port: 6123)

  @Option(name: .long, help: "How many subtasks of one operator this worker may run.")
  var slots = 2

  @Option(name: .long, help: "Port on which other workers reach this one; 0 for any that is free.")
  var dataPort: UInt16 = 0

  @Option(name: .long, help: "Host under which other workers reach this one; the address that leads to the coordinator unless given.")
  var advertise: String?

  @Option(name: .long, help: "Directory of snapshots, the same as the coordinator's, and of this worker's log.")
  var dataDir = "swiftwater-data"

  @Option(name: .long, help: ArgumentHelp("A setting of the cluster.", valueName: "key=value"))
  var set: [Setting] = []

  @OptionGroup var network: NetworkOptions
  @OptionGroup var logging: LoggingOptions

  func validate() throws {
    if !(1...1024).contains(slots) { throw ValidationError("--slots is a whole number from 1 to 1024.") }
  }

  func run() async throws {
    logging.start()
    EventLoops.useOne()
    let settings = try ClusterSettings(set.dictionary)
    let transport = settings.transport(token: try network.token())
    let parent = ParentLine()
    let id = WorkerID("worker-\(getpid())-\(String(UInt32.random(in: .min ... .max), radix: 36))")
    let logger = Self.logger(id)

    let directory = try DataDirectory(dataDir)
    let output = PrintedOutput(log: directory.log(of: id))
    let storage = DirectorySnapshotStorage(directory: directory.snapshots)
    let dataPlane = DataPlane(configuration: transport, logger: logger)
    let data = try await listen(dataPlane)

    let link = Mutex<ControlClient?>(nil)
    let worker = Worker(
      configuration: WorkerConfiguration(
        id: id, slotCount: slots, standardOutput: { output.write($0, isError: $1) }, timeZone: { TimeZoneFile.rules(named: $0) },
        releaseMemory: { ProcessMemory.release() }),
      connectors: BuiltInConnectors(), storage: storage, dataPlane: dataPlane
    ) { message in
      let client = link.withLock(\.self)
      // Printing may be faster than the coordinator reads: it waits, as it does for a slow terminal.
      if case .console = message { client?.sendWhenWritable(message) } else { client?.send(message) }
    }

    let (refusals, refused) = AsyncStream<String>.makeStream()
    let client = ControlClient(host: coordinator.host, port: coordinator.port, configuration: transport, logger: logger) { [slots] event in
      switch event {
      case .connected:
        let registration = Registration(
          worker: id, dataHost: data.host, dataPort: data.port, slots: slots, processID: getpid(),
          cores: ProcessInfo.processInfo.activeProcessorCount,
          physicalMemoryBytes: Int64(ProcessInfo.processInfo.physicalMemory), storageNonce: storage.nonce)
        link.withLock(\.self)?.send(.register(registration))
      case .message(.refused(let reason)), .refused(let reason): refused.yield(reason)
      case .message(let message):
        if case .registered = message { logger.info("registered") }
        worker.receive(message)
      case .disconnected(let reason):
        logger.warning("the coordinator is lost", metadata: ["reason": "\(reason)"])
        worker.coordinatorLost()
      }
    }
    link.withLock { $0 = client }
    client.start()

    let refusal = await withTaskGroup(of: String?.self) { group in
      group.addTask {
        for await reason in refusals { return reason }
        return nil
      }
      group.addTask {
        await Signals.termination(parent: parent)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    worker.shutdown()
    await client.stop()
    await dataPlane.stop()
    if let refusal { throw Failure.failed("the coordinator at \(coordinator) refused this worker: \(refusal)") }
  }

  private static func logger(_ id: WorkerID) -> Logger {
    var logger = Logger(label: "worker")
    logger[metadataKey: "worker"] = "\(id)"
    return logger
  }

  /// Where other workers reach this one.
  private func listen(_ dataPlane: DataPlane) async throws -> Address {
    do {
      let bound = try await dataPlane.listen(host: network.bind, port: Int(dataPort))
      if let advertise { return Address(host: advertise, port: bound.port) }
      guard network.bind == "0.0.0.0" || network.bind == "::" else { return bound }
      return Address(host: LocalAddress.towards(coordinator.host) ?? ProcessInfo.processInfo.hostName, port: bound.port)
    } catch {
      throw Failure.usage("cannot listen for other workers on \(network.bind):\(dataPort): \(error.networkText)")
    }
  }
}

/// `host:port` on the command line.
struct AddressOption: ExpressibleByArgument, CustomStringConvertible {
  var host: String
  var port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]), port > 0 else {
      return nil
    }
    var host = String(argument[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.init(host: host, port: Int(port))
  }

  var description: String { Address(host: host, port: port).description }
  var defaultValueDescription: String { description }
}

enum LocalAddress {
  /// The address of this machine from which packets to `host` would come; nil if there is no way there. Sends nothing.
  static func towards(_ host: String) -> String? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "9", &hints, &list) == 0, let first = list?.pointee else { return nil }
    defer { freeaddrinfo(list) }
    let probe = socket(first.ai_family, first.ai_socktype, 0)
    defer { close(probe) }
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { local -> Int32 in
        guard connect(probe, first.ai_addr, first.ai_addrlen) == 0, getsockname(probe, local, &length) == 0 else { return -1 }
        return getnameinfo(local, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
      }
    }
    return status == 0 ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}
