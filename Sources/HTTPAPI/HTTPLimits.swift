//  The bounds of everything that a client can make the server hold. Each has a name so that an answer can name it.

/// Bounds on what one client, or all of them, may take.
public struct HTTPLimits: Sendable {
  /// A request's body; scripts are text.
  public var bodyBytesMax = 1 << 20
  /// All header lines of a request together, and each.
  public var headerBytesMax = 16 << 10
  public var headerCountMax = 100
  /// Open connections; further ones wait in the backlog.
  public var connectionsMax = 512
  public var backlog = 128
  /// Silence on a connection, or a request's head that does not come to its end.
  public var idleTimeoutSeconds: Int64 = 30
  /// A request's body that does not come to its end.
  public var bodyTimeout = Duration.seconds(20)
  /// The coordinator's answer.
  public var answerTimeout = Duration.seconds(20)
  /// What is in progress when the server is told to stop.
  public var shutdownTimeout = Duration.seconds(2)
  /// A job's name, and the number of options in one submission.
  public var nameBytesMax = 512
  public var optionsMax = 256
  /// How much of a job's printed output one answer holds, and how long a request may wait for more.
  public var consoleBytesMax = 256 << 10
  public var consoleWaitMillisecondsMax: Int64 = 15_000
  /// Entries of an exception history in one answer.
  public var exceptionsMax = 100

  public init() {}
}
