//  Operator state: a list of entries that belongs to an operator rather than to keys, e.g. a source's splits.

/// Entries of one name. The operator replaces them as it likes; what is there at a snapshot is what is stored.
public final class OperatorListState {
  public let name: String
  public let redistribution: OperatorStateEntry.Redistribution
  /// Encoded by the operator. After a restore: this subtask's share.
  public var entries: [[UInt8]]

  init(name: String, redistribution: OperatorStateEntry.Redistribution, entries: [[UInt8]]) {
    self.name = name
    self.redistribution = redistribution
    self.entries = entries
  }

  /// The share of one subtask. `snapshots` has the entries of this name, one list a snapshot.
  ///
  /// Split deals entry j of all lists in a row to subtask j % parallelism; union gives every subtask all of them;
  /// broadcast gives every subtask those of the first snapshot that has any, since all hold the same.
  static func share(
    of snapshots: [[[UInt8]]], _ redistribution: OperatorStateEntry.Redistribution, subtask: Int, parallelism: Int
  ) -> [[UInt8]] {
    switch redistribution {
    case .split:
      Array(snapshots.joined().enumerated().filter { $0.offset % parallelism == subtask }.map(\.element))
    case .union:
      Array(snapshots.joined())
    case .broadcast:
      snapshots.first { !$0.isEmpty } ?? []
    }
  }
}
