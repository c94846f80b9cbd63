//  Time zones by name. Reading zone files is the caller's business.
//  Source: Java's `TimeZone.getTimeZone` and `ZoneId.SHORT_IDS`.

/// Finds the rules of a zone.
public struct TimeZones: Sendable {
  private let find: @Sendable (String) -> TimeZoneRules?

  /// - Parameter find: the zone of a name such as `Europe/Berlin`, nil if there is none. It is asked once a batch, or once a row.
  public init(_ find: @escaping @Sendable (String) -> TimeZoneRules?) { self.find = find }

  /// UTC and offsets alone.
  public static let fixed = TimeZones { TimeZoneRules(fixed: $0) }

  /// A region, an offset, or one of Java's abbreviations; nil if there is no such zone.
  public func rules(named name: String) -> TimeZoneRules? {
    if let fixed = TimeZoneRules(fixed: Self.abbreviations[name] ?? name) { return fixed }
    return find(Self.abbreviations[name] ?? name)
  }

  private static let abbreviations = [
    "ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires", "ART": "Africa/Cairo",
    "AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka", "CAT": "Africa/Harare", "CNT": "America/St_Johns",
    "CST": "America/Chicago", "CTT": "Asia/Shanghai", "EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris", "EST": "-05:00",
    "HST": "-10:00", "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia",
    "MST": "-07:00", "NET": "Asia/Yerevan", "NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix",
    "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh",
  ]
}
