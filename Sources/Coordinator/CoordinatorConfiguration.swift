//  What the coordinator's operator may set.

/// Durations in microseconds.
public struct CoordinatorConfiguration: Hashable, Sendable {
  /// How often either side says that it is alive; the links do that, and close when nothing is heard for the timeout.
  public var heartbeatInterval: Int64 = 250_000
  /// Silence after which either side takes the other for dead.
  public var heartbeatTimeout: Int64 = 1_000_000
  /// The host and port under which the API is reached, shown in its answers.
  public var advertisedAddress: String = "127.0.0.1:8081"
  /// Bytes of each job's printed output that are kept.
  public var consoleByteCountMax = 1 << 20
  /// Jobs that have ended and are still shown; older ones are forgotten.
  public var endedJobCountMax = 100
  /// Jobs that may run or wait at a time.
  public var activeJobCountMax = 1_000

  public init() {}
}
