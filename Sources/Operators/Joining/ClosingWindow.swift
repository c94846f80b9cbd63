//  The rows of a window on their way out of a window join.

import Columnar
import State

/// Goes through the pairs of a window, then through its rows by whether they have matched, and can stop anywhere.
struct ClosingWindow {
  struct Pairs {
    var left: [Int32] = []
    var right: [Int32] = []
  }
  let queues: [RowQueue]
  private let ids: [Int32]
  /// By group of `ids`: a key is null, so that its rows match nothing.
  private let isNull: [Bool]
  /// By side and entry; empty where nobody asks.
  private var isMatched: [[Bool]]
  /// The group whose pairs, then whose rows come next, and its rows; zero at its start.
  private var group = 0
  private var left: Int32 = 0
  private var right: Int32 = 0
  /// The side whose rows come next; nil while pairs do.
  private var side: Int?

  init(_ table: KeyedTable, marksMatches: Bool) {
    queues = table.queues
    let ids = table.groups.liveIDs
    self.ids = ids
    let validity = table.groups.keyColumns(ids).reduce(nil) { Validity.both($0, $1.validity) }
    isNull = ids.indices.map { validity?.isValid($0) == false }
    isMatched = marksMatches ? queues.map { [Bool](repeating: false, count: $0.entryIDCount) } : []
  }

  /// The next pairs, at most a batch; nil when there are no more. With `onePerLeft` none of left rows that have matched.
  mutating func nextPairs(onePerLeft: Bool) -> Pairs? {
    if side != nil { return nil }
    var pairs = Pairs()
    while group < ids.count {
      let firstRight = isNull[group] ? 0 : queues[1].first(of: ids[group])
      if left == 0, firstRight != 0 {
        left = queues[0].first(of: ids[group])
        right = firstRight
      }
      while left != 0 {
        if onePerLeft, isMatched[0][Int(left)] { right = 0 }
        while right != 0 {
          if pairs.left.count == RecordBatch.targetRowCount { return pairs }
          pairs.left.append(left)
          pairs.right.append(right)
          right = queues[1].entry(after: right)
        }
        left = queues[0].entry(after: left)
        right = firstRight
      }
      group += 1
    }
    (side, group, left) = (0, 0, 0)
    return pairs.left.isEmpty ? nil : pairs
  }

  /// Remembers which of the pairs, all or those at some positions, are a match.
  mutating func mark(_ pairs: Pairs, all: Bool, _ positions: [Int32]) {
    if isMatched.isEmpty { return }
    func mark(_ position: Int) {
      isMatched[0][Int(pairs.left[position])] = true
      isMatched[1][Int(pairs.right[position])] = true
    }
    if all {
      for position in pairs.left.indices { mark(position) }
    } else {
      for position in positions { mark(Int(position)) }
    }
  }

  /// The next rows, at most a batch, of the sides that are asked for that have matched, or have not; nil when there are no more.
  mutating func nextRows(left wantsLeft: Bool, right wantsRight: Bool, matched: Bool) -> (side: Int, entries: [Int32])? {
    while let side, side < 2 {
      var entries: [Int32] = []
      while side == 0 ? wantsLeft : wantsRight, group < ids.count {
        if left == 0 { left = queues[side].first(of: ids[group]) }
        while left != 0 {
          if entries.count == RecordBatch.targetRowCount { return (side, entries) }
          if isMatched[side][Int(left)] == matched { entries.append(left) }
          left = queues[side].entry(after: left)
        }
        group += 1
      }
      self.side = side + 1
      group = 0
      if !entries.isEmpty { return (side, entries) }
    }
    return nil
  }
}
