//  Parts a batch where a key comes again: for who is to give one change a row.

struct KeyRuns {
  /// The ends of the runs: in none of them a group comes twice.
  static func ends(_ groups: [Int32]) -> [Int] {
    var numbers: [Int32: Int32] = [:]
    var numbered: [Int32] = []
    numbered.reserveCapacity(groups.count)
    for group in groups {
      let number = numbers[group] ?? Int32(numbers.count)
      if Int(number) == numbers.count { numbers[group] = number }
      numbered.append(number)
    }
    return ends(numbered, groupCount: numbers.count)
  }

  /// The same for groups that are numbered from 0 on.
  static func ends(_ groups: [Int32], groupCount: Int) -> [Int] {
    var lastRows = [Int](repeating: -1, count: groupCount)
    var ends: [Int] = []
    var start = 0
    for row in groups.indices {
      if lastRows[Int(groups[row])] >= start {
        ends.append(row)
        start = row
      }
      lastRows[Int(groups[row])] = row
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
