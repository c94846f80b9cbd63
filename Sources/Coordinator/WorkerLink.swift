//  How the coordinator reaches a worker. Over TCP, Transport's connection stands behind it; in one process, a closure.

import Wire

/// One connection to one worker.
public protocol WorkerLink: AnyObject, Sendable {
  /// Hands a message over. Never blocks; messages arrive in the order of the calls, or the link is lost. Does nothing on
  /// a closed link.
  func send(_ message: CoordinatorMessage)
  /// Ends the connection; messages handed over before are still sent if possible.
  func close()
}

/// Names a link to the coordinator; given out by `workerConnected`, never used twice.
public struct WorkerLinkID: Hashable, Sendable {
  let number: Int
}
