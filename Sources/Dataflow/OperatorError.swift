//  What went wrong in an operator, a source or a sink: who must act, whether a retry may help, what happened, why.

public struct OperatorError: Error, Sendable, CustomStringConvertible {
  public enum Domain: String, Sendable, Codable {
    /// The data or the query is at fault; the user must act.
    case user
    /// A system outside (disk, network, another server) is at fault.
    case external
    /// We are.
    case `internal`
  }
  public enum Retry: String, Sendable, Codable {
    /// Restarting from the last checkpoint may help.
    case restartFromCheckpoint
    /// It would fail in the same way again: fail the job.
    case never
  }
  public let domain: Domain
  public let retry: Retry
  /// Starts in lower case, quotes names, gives values, ends without a period.
  public let message: String
  public let cause: String?

  public init(_ domain: Domain, _ retry: Retry, _ message: String, cause: (any Error)? = nil) {
    self.domain = domain
    self.retry = retry
    self.message = message
    self.cause = cause.map { "\($0)" }
  }

  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
