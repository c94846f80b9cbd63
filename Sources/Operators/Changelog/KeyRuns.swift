//  Parts a batch where a key comes again: for who is to give one change a row.

struct KeyRuns {
  /// The ends of the runs: in none of them a group comes twice.
  static func ends(_ groups: [Int32]) -> [Int] {
    var lastRows: [Int32: Int] = [:]
    var ends: [Int] = []
    var start = 0
    for (row, group) in groups.enumerated() {
      if let last = lastRows[group], last >= start {
        ends.append(row)
        start = row
      }
      lastRows[group] = row
    }
    return ends + [groups.count]
  }

  /// Each group once, in the order in which they appear, with its last row.
  static func distinct(_ groups: [Int32]) -> (groups: [Int32], lastRows: [Int32]) {
    var positions: [Int32: Int] = [:]
    positions.reserveCapacity(groups.count)
    var (distinct, lastRows): ([Int32], [Int32]) = ([], [])
    for (row, group) in groups.enumerated() {
      if let position = positions[group] {
        lastRows[position] = Int32(row)
      } else {
        positions[group] = distinct.count
        distinct.append(group)
        lastRows.append(Int32(row))
      }
    }
    return (distinct, lastRows)
  }
}
