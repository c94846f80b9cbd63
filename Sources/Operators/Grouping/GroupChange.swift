//  From the results of some groups before and after a batch to the changes that tell of it.

import Columnar

/// What a batch did to the groups it touched.
struct GroupChange {
  /// In the order in which they appear in the batch.
  let groups: [Int32]
  /// Whether each group had rows before; results are meaningless for those that had none.
  var wasThere: [Bool] = []
  /// Whether each group has rows now; nil if all have.
  var isThere: [Bool]?
  /// One column an aggregate, one row a group.
  var before: [Column] = []
  var after: [Column] = []

  init(groups: [Int32]) { self.groups = groups }

  /// The changes, -U and +U of a group side by side; nil if nothing has changed.
  func batch(
    keys: ([Int32]) -> [Column], schema: Schema, resultTypes: [DataType], emitsUpdateBefore: Bool
  ) -> RecordBatch? {
    if isThere == nil, !wasThere.contains(true) {
      return groups.isEmpty ? nil : RecordBatch(schema: schema, columns: keys(groups) + after, rowCount: groups.count)
    }
    // A group without aggregates is there or not; it has no result that could change.
    var differs = [Bool](repeating: false, count: groups.count)
    for ((old, new), type) in zip(zip(before, after), resultTypes) { new.markDifferences(from: old, type: type, in: &differs) }
    var owners: [Int32] = []
    /// Rows of `before` followed by `after`.
    var picks: [Int32] = []
    var changes: [ChangeKind] = []
    let capacity = groups.count * (emitsUpdateBefore ? 2 : 1)
    owners.reserveCapacity(capacity)
    picks.reserveCapacity(capacity)
    changes.reserveCapacity(capacity)
    let newOffset = Int32(groups.count)
    for position in groups.indices {
      let old = Int32(position)
      switch (wasThere[position], isThere?[position] ?? true) {
      case (false, false): break
      case (false, true):
        owners.append(groups[position])
        picks.append(newOffset + old)
        changes.append(.insert)
      case (true, false):
        owners.append(groups[position])
        picks.append(old)
        changes.append(.delete)
      case (true, true):
        guard differs[position] else { continue }
        if emitsUpdateBefore {
          owners.append(groups[position])
          picks.append(old)
          changes.append(.updateBefore)
        }
        owners.append(groups[position])
        picks.append(newOffset + old)
        changes.append(.updateAfter)
      }
    }
    guard !owners.isEmpty else { return nil }
    let results = zip(before, after).map { Column.concatenate([$0, $1]).take(picks) }
    return RecordBatch(schema: schema, columns: keys(owners) + results, rowCount: owners.count, changes: changes)
  }
}
