//  The one executable: coordinator, worker, supervisor and client in one binary.
//  Exit codes: 0 done, 1 failed, 2 bad usage or bad SQL.

import ArgumentParser
import Dispatch
import Foundation

struct Swiftwater: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftwater", abstract: "A distributed stream processor: Flink SQL in one native binary.", version: "0.1.0",
    subcommands: [
      ClusterCommand.self, RunCommand.self, LocalCommand.self, ListCommand.self, CancelCommand.self, CoordinatorCommand.self,
      WorkerCommand.self,
    ])
}

@main
enum Main {
  static func main() {
    // A reader of our output that goes away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Swiftwater.parseAsRoot()
      guard let parsed = command as? any AsyncParsableCommand else {
        try command.run()
        exit(0)
      }
      // Sound: from here on only the task below touches it, and this function never returns.
      nonisolated(unsafe) var asynchronous = parsed
      Task {
        do {
          try await asynchronous.run()
          exit(0)
        } catch {
          end(with: error)
        }
      }
      dispatchMain()
    } catch {
      end(with: error)
    }
  }

  /// Says what went wrong, or what was asked for (help, the version), and exits.
  private static func end(with error: any Error) -> Never {
    if let exit = error as? ExitCode { Foundation.exit(exit.rawValue) }
    let code = Swiftwater.exitCode(for: error)
    let message = Swiftwater.fullMessage(for: error)
    if code == .success {
      Terminal.output(message + "\n")
      exit(0)
    }
    if let failure = error as? Failure {
      Terminal.diagnose(failure.message)
      exit(failure.isUsage ? 2 : 1)
    }
    Terminal.diagnose(message, prefix: "")
    exit(code == .validationFailure ? 2 : 1)
  }
}

/// Why a command ends without having done what it was asked for.
struct Failure: Error {
  var message: String
  /// The command line or the script is at fault.
  var isUsage: Bool

  static func usage(_ message: String) -> Failure { Failure(message: message, isUsage: true) }
  static func failed(_ message: String) -> Failure { Failure(message: message, isUsage: false) }
}

/// The process's standard streams.
enum Terminal {
  /// Writes all of it; a stream that is closed takes nothing.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
      if count > 0 {
        written += count
      } else if errno != EINTR {
        return
      }
    }
  }

  static func output(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

  /// A line on standard error, or a part of one.
  static func diagnose(_ message: String, prefix: String = "swiftwater: ", isWhole: Bool = true) {
    write(Array("\(prefix)\(message)\(isWhole ? "\n" : "")".utf8), to: STDERR_FILENO)
  }
}
