//  `swiftwater local`: a whole job in this one process, for the inner loop. The same coordinator and worker as in a cluster, joined by
//  calls instead of sockets.

import ArgumentParser
import Checkpoints
import Connectors
import Coordinator
import Dataflow
import Foundation
import Logging
import SQL
import Synchronization
import Wire
import Worker

struct LocalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "local", abstract: "Run a script in this one process: no cluster, no network, nothing kept.")

  @OptionGroup var script: ScriptOptions

  @Option(name: .long, help: "Slots, for scripts with several jobs; as many as they need unless given.")
  var slots: Int?

  @OptionGroup var logging: LoggingOptions

  func validate() throws {
    if let slots, !(1...1024).contains(slots) { throw ValidationError("--slots is a whole number from 1 to 1024.") }
  }

  func run() async throws {
    logging.start(atLeast: .error)
    let text = try script.script()
    let compiled: CompiledScript
    do throws(SQLError) {
      compiled = try SQLCompiler(catalog: .builtIn, timeZones: TimeZoneFile.names).translate(
        script: text, name: script.name, parallelism: script.parallelism ?? 1, options: script.set.dictionary)
    } catch {
      throw Failure.usage(error.rendered)
    }
    for explanation in compiled.explanations { Terminal.output(explanation.text) }
    let jobs = compiled.jobs
    if jobs.isEmpty { return }

    let scratch = try ScratchDirectory()
    defer { scratch.remove() }
    let snapshots: DirectorySnapshotStorage
    do {
      snapshots = try DirectorySnapshotStorage.create(directory: scratch.path, durability: .unsynced)
    } catch {
      throw Failure.failed("\(error)")
    }
    let needed = jobs.reduce(0) { $0 + $1.graph.slotCount }
    let cluster = LocalRun(slots: slots ?? needed, snapshots: snapshots)
    defer { cluster.stop() }
    let (ends, outputError) = try await cluster.run(jobs.map(\.graph))
    if let outputError {
      cluster.stop()
      scratch.remove()
      Terminal.end(afterOutputError: outputError)
    }
    for end in ends where end.state != .finished {
      for line in end.reasons { Terminal.diagnose(line) }
      if end.reasons.isEmpty { Terminal.diagnose("job \"\(end.name)\" is \(end.state.rawValue)") }
    }
    if ends.contains(where: { $0.state != .finished }) { throw ExitCode(1) }
  }
}

/// A directory for this process's snapshots.
struct ScratchDirectory {
  let path: String

  init() throws {
    var template = Array("\(FileManager.default.temporaryDirectory.path)/swiftwater-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure.failed("no temporary directory: \(String(cString: strerror(errno)))") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
