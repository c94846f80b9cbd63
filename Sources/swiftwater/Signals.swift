//  The end of a process from outside: signals, and the death of the supervisor.

import Dispatch
import Foundation

enum Signals {
  /// Calls `body` for SIGTERM and SIGINT, instead of dying of them.
  static func onTermination(_ body: @escaping @Sendable () -> Void) {
    for number in [SIGTERM, SIGINT] {
      signal(number, SIG_IGN)
      keep(DispatchSource.makeSignalSource(signal: number, queue: .global()), body)
    }
  }

  /// Waits for SIGTERM or SIGINT, or the end of the supervisor.
  static func termination(parent: ParentLine?) async {
    let (ends, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
    onTermination { continuation.yield() }
    parent?.onEnd { continuation.yield() }
    for await _ in ends { return }
  }

  fileprivate static func keep(_ source: any DispatchSourceProtocol, _ body: @escaping @Sendable () -> Void) {
    source.setEventHandler(handler: body)
    source.activate()
    // For as long as the process lives.
    _ = Unmanaged.passRetained(source as AnyObject)
  }
}

/// The reading end of a pipe whose writing end only the supervisor holds: its end is the supervisor's, however that came about. Nothing is
/// ever written to it.
struct ParentLine {
  /// Tells a child which descriptor it is.
  static let variable = "SWIFTWATER_PARENT_LINE"
  let descriptor: Int32

  /// Nil for a process without a supervisor.
  init?() {
    guard let text = ProcessInfo.processInfo.environment[Self.variable], let descriptor = Int32(text), fcntl(descriptor, F_GETFD) != -1
    else { return nil }
    self.descriptor = descriptor
  }

  func onEnd(_ body: @escaping @Sendable () -> Void) {
    Signals.keep(DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global()), body)
  }
}
