//  Which kinds of change a node's output may hold.
//  Source: Flink's ChangelogMode; what each node makes of its input's is as in Flink's changelog mode inference.

struct ChangelogMode: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  static let updateBefore = ChangelogMode(rawValue: 1)
  static let updateAfter = ChangelogMode(rawValue: 2)
  static let delete = ChangelogMode(rawValue: 4)
  /// Rows are only added.
  static let insertOnly: ChangelogMode = []
  static let all: ChangelogMode = [.updateBefore, .updateAfter, .delete]

  /// As Flink's messages call what is not insert-only.
  var changesText: String {
    switch (contains(.updateAfter), contains(.delete)) {
    case (true, true): "update and delete"
    case (false, true): "delete"
    default: "update"
    }
  }
}
