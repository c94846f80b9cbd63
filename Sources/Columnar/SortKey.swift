//  An order over rows, column by column.

/// One column of ORDER BY.
public struct SortKey: Hashable, Sendable, Codable {
  public var column: Int
  public var isDescending: Bool
  public var nullsFirst: Bool
  /// - Parameter nullsFirst: Nil for Flink's default: NULL is the least value.
  public init(_ column: Int, isDescending: Bool = false, nullsFirst: Bool? = nil) {
    self.column = column
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst ?? !isDescending
  }
}
