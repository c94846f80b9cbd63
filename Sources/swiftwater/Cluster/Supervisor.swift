//  Keeps the processes of a local cluster up. One thread that waits for signals: a child's death, the next start, the end.

import Foundation
import Logging

/// Starts children, starts them again when they die, and stops them in the end.
struct Supervisor {
  /// What stopping may take before the children are killed.
  static let stopGrace: Duration = .seconds(5)
  /// A child that ends with this has been started in a way that cannot work.
  static let usageStatus: Int32 = 2

  private var children: [ChildProcess]
  private let logger: Logger
  /// The children hold the reading end; this process keeps the writing end for as long as it lives.
  private let line: (reading: Int32, writing: Int32)

  init(_ children: [ChildProcess], logger: Logger) throws {
    self.children = children
    self.logger = logger
    var descriptors: [Int32] = [0, 0]
    guard pipe(&descriptors) == 0, descriptors.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
      throw Failure.failed("no pipe: \(String(cString: strerror(errno)))")
    }
    line = (descriptors[0], descriptors[1])
  }

  /// Runs until SIGTERM or SIGINT, or until a child cannot be started at all. Blocks the calling thread, which must be the only one of the
  /// process: signals are waited for, not handled.
  mutating func run() throws {
    var awaited = sigset_t()
    sigemptyset(&awaited)
    for number in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&awaited, number) }
    pthread_sigmask(SIG_BLOCK, &awaited, nil)
    do {
      for index in children.indices { try children[index].start(line: line.reading) }
      while true {
        let number = wait(for: awaited, until: children.compactMap(\.dueAt).min())
        if number == SIGTERM || number == SIGINT || number == SIGHUP { break }
        try reap()
        for index in children.indices where children[index].dueAt.map({ $0 <= .now }) == true {
          try children[index].start(line: line.reading)
        }
      }
    } catch {
      stop(awaited)
      throw error
    }
    stop(awaited)
  }

  /// The next signal; nil when `deadline` has passed.
  private func wait(for signals: sigset_t, until deadline: ContinuousClock.Instant?) -> Int32? {
    var signals = signals
    guard let deadline else {
      var number: Int32 = 0
      return sigwait(&signals, &number) == 0 ? number : nil
    }
    let (seconds, attoseconds) = max(.zero, ContinuousClock.now.duration(to: deadline)).components
    var timeout = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    let number = sigtimedwait(&signals, nil, &timeout)
    return number > 0 ? number : nil
  }

  /// Notes which children have died. Several deaths may be one signal.
  private mutating func reap() throws {
    var status: Int32 = 0
    while case let process = waitpid(-1, &status, WNOHANG), process > 0 {
      guard let index = children.firstIndex(where: { $0.processID == process }) else { continue }
      let end = ExitStatus(status)
      children[index].died(now: .now)
      let child = children[index]
      if end.code == Self.usageStatus, child.startCount == 1 {
        throw Failure(message: "the \(child.name) could not be started", isUsage: true)
      }
      logger.warning(
        "process ended, starting it again",
        metadata: ["process": "\(child.name)", "pid": "\(process)", "end": "\(end)", "start": "\(child.startCount + 1)"])
    }
  }

  /// Workers first, so that the coordinator sees them go; whoever takes too long is killed.
  private mutating func stop(_ signals: sigset_t) {
    for child in children.reversed() { child.signal(SIGTERM) }
    let deadline = ContinuousClock.now + Self.stopGrace
    while children.contains(where: { $0.processID != nil }), ContinuousClock.now < deadline {
      _ = wait(for: signals, until: deadline)
      collect(WNOHANG)
    }
    for child in children { child.signal(SIGKILL) }
    collect(0)
  }

  private mutating func collect(_ options: Int32) {
    for index in children.indices {
      guard let process = children[index].processID else { continue }
      var status: Int32 = 0
      if waitpid(process, &status, options) != 0 { children[index].died(now: .now) }
    }
  }
}

/// What `waitpid` says of a process.
struct ExitStatus: CustomStringConvertible {
  private let status: Int32
  init(_ status: Int32) { self.status = status }

  /// Nil if a signal ended it.
  var code: Int32? { status & 0x7F == 0 ? (status >> 8) & 0xFF : nil }
  var description: String { code.map { "exit code \($0)" } ?? "signal \(status & 0x7F)" }
}
