//  The one executable: coordinator, worker, supervisor and client in one binary.
//  Exit codes: 0 done, 1 failed, 2 bad usage or bad SQL.

import ArgumentParser
import Dispatch
import Foundation

struct Swiftwater: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftwater", abstract: "A distributed stream processor: Flink SQL in one native binary.", version: "0.1.0",
    subcommands: [
      ClusterCommand.self, RunCommand.self, LocalCommand.self, ExplainCommand.self, ListCommand.self, CancelCommand.self,
      CoordinatorCommand.self,
      WorkerCommand.self,
    ])
}

@main
enum Main {
  static func main() {
    // A reader of our output that goes away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    ProcessMemory.configure()
    Terminal.fillClosedStreams()
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
  /// Writes all of it.
  ///
  /// - Returns: the system's error if the stream takes no more: its reader is gone, its disk is full.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
      if count > 0 {
        written += count
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  /// Writes to standard output; where that takes no more, the process ends.
  static func output(_ text: String) {
    if let error = write(Array(text.utf8), to: STDOUT_FILENO) { end(afterOutputError: error) }
  }

  /// Ends the process: nobody sees any more what it was asked for. A reader that has seen enough (`| head`) is no mistake, and the exit code
  /// is that of a process which SIGPIPE ended.
  static func end(afterOutputError error: Int32) -> Never {
    if error == EPIPE { exit(128 + SIGPIPE) }
    diagnose("standard output cannot be written: \(String(cString: strerror(error)))")
    exit(1)
  }

  /// Gives a standard stream that was closed by the caller to /dev/null, so that no file or socket takes its place.
  static func fillClosedStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor, which is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// A line on standard error, or a part of one.
  static func diagnose(_ message: String, prefix: String = "swiftwater: ", isWhole: Bool = true) {
    write(Array("\(prefix)\(message)\(isWhole ? "\n" : "")".utf8), to: STDERR_FILENO)
  }
}
