//  The rules of a time zone as data: which offset holds from which moment. Reading zone files is the caller's business.

/// A time zone: an offset, and the moments at which it changes.
public struct TimeZoneRules: Hashable, Sendable, Codable {
  /// From `at` (seconds since 1970-01-01T00:00:00Z) on, local time is UTC plus `offset` seconds.
  public struct Transition: Hashable, Sendable, Codable {
    public var at: Int64
    public var offset: Int32
    public init(at: Int64, offset: Int32) {
      self.at = at
      self.offset = offset
    }
  }

  public let name: String
  /// Seconds east of UTC before the first transition.
  public let initialOffset: Int32
  /// Ascending by `at`.
  public let transitions: [Transition]

  public init(name: String, initialOffset: Int32, transitions: [Transition] = []) {
    self.name = name
    self.initialOffset = initialOffset
    self.transitions = transitions
  }

  public static let utc = TimeZoneRules(name: "UTC", initialOffset: 0)
}
