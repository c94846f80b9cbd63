//  Holds a source to a number of rows a second. Pure: the time is an argument.

/// A token bucket: a row takes a token, tokens come at a fixed rate, and at most `burstMicroseconds` worth are saved up.
public struct RateLimiter: Sendable {
  /// Time whose rows may come at once, after a pause: a stalled source does not catch up with more than this.
  public static let burstMicroseconds: Int64 = 100_000
  /// Rows come in groups that are at least this long apart, so that a high rate does not mean a wake-up a row.
  public static let quantumMicroseconds: Int64 = 250

  private let rowsPerMicrosecond: Double
  private let tokenCountMax: Double
  /// Tokens that must be there before rows are given out.
  private let quantum: Double
  private var tokens = 0.0
  private var filledAt: Int64?

  /// - Parameter rowsPerSecond: above zero.
  public init(rowsPerSecond: Double) {
    precondition(rowsPerSecond > 0, "some rows are let through")
    rowsPerMicrosecond = rowsPerSecond / 1_000_000
    quantum = max(1, rowsPerMicrosecond * Double(Self.quantumMicroseconds))
    tokenCountMax = max(quantum, rowsPerMicrosecond * Double(Self.burstMicroseconds))
  }

  /// Rows that may be read now; 0 for none yet.
  public mutating func available(now: Int64) -> Int {
    if let filledAt {
      tokens = min(tokenCountMax, tokens + Double(max(0, now - filledAt)) * rowsPerMicrosecond)
    } else {
      tokens = quantum
    }
    filledAt = now
    return tokens >= quantum ? Int(tokens) : 0
  }

  /// Rows have been read.
  public mutating func consume(_ rowCount: Int) { tokens -= Double(rowCount) }

  /// When the next rows may be read; not before `now + 1`.
  public func nextAt(now: Int64) -> Int64 {
    now + max(1, Int64(((quantum - tokens) / rowsPerMicrosecond).rounded(.up)))
  }
}
