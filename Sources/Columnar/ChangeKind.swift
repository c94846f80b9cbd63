//  What a row of a changelog does to the table that the changelog describes.
//  Source: Flink's RowKind; the raw values are Flink's and part of the wire and snapshot formats.

public enum ChangeKind: UInt8, Hashable, Sendable, Codable, BitwiseCopyable {
  case insert = 0
  case updateBefore = 1
  case updateAfter = 2
  case delete = 3

  /// `+1` where the row is added to the table, `-1` where it is taken away.
  @inlinable public var sign: Int { self == .insert || self == .updateAfter ? 1 : -1 }

  /// As Flink prints it: `+I`, `-U`, `+U`, `-D`.
  public var shortName: String {
    switch self {
    case .insert: "+I"
    case .updateBefore: "-U"
    case .updateAfter: "+U"
    case .delete: "-D"
    }
  }
}
