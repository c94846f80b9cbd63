//  What turns one form of a changelog into another, or holds its rows to a table's declaration, as data.

import Columnar
import Expressions

/// What becomes of -U rows where nobody takes them as such.
public enum UpdateBeforeTreatment: String, Hashable, Sendable, Codable {
  /// The +U of the same key tells everything.
  case drop
  /// The row leaves the key that the consumer goes by: it becomes -D.
  case delete
}

/// Gives every row of a changelog its predecessor: of each key the last row is kept. Output: the input columns.
public struct ChangelogNormalizeSpec: Hashable, Sendable, Codable {
  /// Positions of the primary key.
  public var keys: [Int]
  /// Rows for which it is not TRUE are not there.
  public var predicate: Expression?
  /// A consumer needs -U before each +U.
  public var emitsUpdateBefore: Bool
  /// As in `GroupAggregateSpec`.
  public var foldsBatches: Bool
  /// As in `GroupAggregateSpec`.
  public var timeToLive: Int64?
  public init(keys: [Int], predicate: Expression? = nil, emitsUpdateBefore: Bool, foldsBatches: Bool = true) {
    self.keys = keys
    self.predicate = predicate
    self.emitsUpdateBefore = emitsUpdateBefore
    self.foldsBatches = foldsBatches
  }
}

/// One row for each primary key of a sink, out of a changelog whose rows are told apart by other columns, so that several of
/// them may lay claim to a key and their changes may come in any order. Output: the input columns.
public struct UpsertMaterializeSpec: Hashable, Sendable, Codable {
  /// Positions of the sink's primary key.
  public var keys: [Int]
  /// Positions of the columns that tell the input's rows apart; nil if that takes all of them.
  public var upsertKey: [Int]?
  /// As in `GroupAggregateSpec`.
  public var foldsBatches: Bool
  /// As in `GroupAggregateSpec`.
  public var timeToLive: Int64?
  public init(keys: [Int], upsertKey: [Int]?, foldsBatches: Bool = true) {
    self.keys = keys
    self.upsertKey = upsertKey
    self.foldsBatches = foldsBatches
  }
}

/// Columns of a sink that are NOT NULL, and what becomes of a row that has a NULL there.
public struct NotNullSpec: Hashable, Sendable, Codable {
  public var table: String
  public var columns: [Int]
  /// Otherwise the job fails.
  public var dropsRows: Bool
  public init(table: String, columns: [Int], dropsRows: Bool) {
    self.table = table
    self.columns = columns
    self.dropsRows = dropsRows
  }
}
