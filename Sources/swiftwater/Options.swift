//  Options that several commands share, and how their values are read.

import ArgumentParser
import Foundation
import Logging
import NIOCore

extension Logger.Level: @retroactive ExpressibleByArgument {}

struct LoggingOptions: ParsableArguments {
  @Option(name: .long, help: "Least level that is logged to standard error: trace, debug, info, notice, warning, error, critical.")
  var logLevel: Logger.Level = ProcessInfo.processInfo.environment["SWIFTWATER_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .info

  /// Call once, before the first logger is made.
  func start(atLeast minimum: Logger.Level = .trace) {
    let level = max(logLevel, minimum)
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
  }
}

/// Where a process listens and who may talk to it.
struct NetworkOptions: ParsableArguments {
  @Option(name: .long, help: "Address to listen on. Anything beyond this machine needs --token-file.")
  var bind = "127.0.0.1"

  @Option(name: .long, help: "File with the secret that coordinator, workers and clients share.")
  var tokenFile: String?

  func validate() throws {
    if !Self.isLoopback(bind), tokenFile == nil {
      throw ValidationError("Listening on \"\(bind)\", beyond this machine, needs --token-file.")
    }
  }

  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Nil without a token file.
  func token() throws -> String? { try tokenFile.map(Token.read) }
}

/// The shared secret.
enum Token {
  static let byteCountMax = 1024

  /// The file's text without blanks around it.
  static func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.usage("the token file \"\(path)\" cannot be read")
    }
    let text = String(decoding: data.prefix(byteCountMax + 2), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty, text.utf8.count <= byteCountMax else {
      throw Failure.usage("the token file \"\(path)\" holds no token of 1 to \(byteCountMax) bytes")
    }
    return text
  }
}

/// Where a client finds the cluster.
struct ClientOptions: ParsableArguments {
  @Option(name: .long, help: "Host of the coordinator's HTTP API.")
  var host = "127.0.0.1"

  @Option(name: .long, help: "Port of the coordinator's HTTP API.")
  var httpPort: UInt16 = 8081

  @Option(name: .long, help: "File with the cluster's secret.")
  var tokenFile: String?

  func client() throws -> JobClient {
    EventLoops.useOne()
    return JobClient(HTTPClient(host: host, port: Int(httpPort), token: try tokenFile.map(Token.read)))
  }
}

/// `--set key=value`.
struct Setting: ExpressibleByArgument {
  var key: String
  var value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    key = argument[..<equals].trimmingCharacters(in: .whitespaces)
    value = argument[argument.index(after: equals)...].trimmingCharacters(in: .whitespaces)
  }
}

extension [Setting] {
  /// The last one of a name counts.
  var dictionary: [String: String] { Dictionary(map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }
}

/// How a coordinator runs, started by hand or by `cluster`.
struct CoordinatorOptions: ParsableArguments {
  @Option(name: .long, help: "Port of the HTTP API and the page; 0 for any that is free.")
  var httpPort: UInt16 = 8081

  @Option(name: .long, help: "Port to listen on for workers; 0 for any that is free, except with `cluster`.")
  var rpcPort: UInt16 = 6123

  @Option(name: .long, help: "Directory of everything that is kept: jobs, snapshots, logs. Workers must reach the same snapshots.")
  var dataDir = "swiftwater-data"

  @Option(name: .long, help: "Subtasks of every operator, where neither script nor submission say otherwise.")
  var parallelism = 1

  @Option(name: .long, help: ArgumentHelp("A setting of the cluster, or a default for jobs as SET takes it.", valueName: "key=value"))
  var set: [Setting] = []

  func validate() throws { try Self.check(parallelism: parallelism) }

  static func check(parallelism: Int) throws {
    if !(1...32_768).contains(parallelism) { throw ValidationError("--parallelism is a whole number from 1 to 32768.") }
  }
}

/// A script, and how to run it.
struct ScriptOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("File with the SQL statements; - for standard input.", valueName: "file"))
  var file: String

  @Option(name: .long, help: "Name of the job; its sinks' names unless given.")
  var name: String?

  @Option(name: .long, help: "Subtasks of every operator, unless the script says otherwise.")
  var parallelism: Int?

  @Option(name: .long, help: ArgumentHelp("A setting as SET takes it, e.g. execution.checkpointing.interval=1s.", valueName: "key=value"))
  var set: [Setting] = []

  func validate() throws {
    if let parallelism { try CoordinatorOptions.check(parallelism: parallelism) }
  }

  func script() throws -> String {
    if file == "-" { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
    guard let data = FileManager.default.contents(atPath: file) else { throw Failure.usage("\"\(file)\" cannot be read") }
    return String(decoding: data, as: UTF8.self)
  }
}

enum EventLoops {
  /// One thread for everything that talks over the network: control messages are rare and batches are decoded per connection. Call before
  /// the first use of the network.
  static func useOne() { NIOSingletons.groupLoopCountSuggestion = 1 }
}
