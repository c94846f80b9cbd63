//  Which rows enter the frame of an OVER window, and which leave it.

import Columnar
import Dataflow
import State

/// Takes rows in the order of their times, and says what happens to the frame.
final class OverFrameRows {
  private let frame: OverFrame
  private let needsHeads: Bool
  /// Nil if the frame has no bound.
  private let queue: OverFrameQueue?
  private let time: Int
  /// What of a `range` frame has been stored, in the order of times: rows that no later row sees are found here.
  private var stored: [(time: Int64, group: Int32)] = []
  private var nextStored = 0

  init(_ spec: OverFrameSpec, _ queue: OverFrameQueue?, time: Int) {
    frame = spec.frame
    needsHeads = spec.calls.contains(where: \.isLag)
    self.queue = queue
    self.time = time
  }

  /// Finds again what is known beside the table.
  func rebuild(_ table: KeyedTable) {
    guard let queue, frame.isRange else { return }
    let rows = queue.rows(in: table)
    let times = queue.times(in: table)
    for group in table.groups.liveIDs {
      var entry = rows.first(of: group)
      while entry != 0 {
        stored.append((times[Int(entry)], group))
        entry = rows.entry(after: entry)
      }
    }
    stored.sort { $0.time < $1.time }
  }

  // MARK: Entering

  /// What rows do, in the order of their times, all rows of a time together unless the frame goes by rows.
  func enter(_ rows: [Column], groups: [Int32], in table: KeyedTable) -> OverSteps {
    switch frame {
    case .rows(nil): OverSteps(groups, isPlain: true)
    case .rows(let preceding?): enterRows(rows, groups, preceding, table)
    case .range(nil): enterAll(rows[time].widenedToInt64.values, groups)
    case .range(let preceding?): enterRange(rows, groups, preceding, table)
    }
  }

  private func enterAll(_ times: [Int64], _ groups: [Int32]) -> OverSteps {
    var steps = OverSteps(groups)
    var row = 0
    while row < groups.count {
      let time = times[row]
      while row < groups.count, times[row] == time {
        steps.enter(row, 0)
        row += 1
      }
      steps.read(to: row)
    }
    return steps
  }

  private func enterRows(_ rows: [Column], _ groups: [Int32], _ preceding: Int, _ table: KeyedTable) -> OverSteps {
    var steps = OverSteps(groups)
    guard let queue else { return steps }
    let frame = queue.rows(in: table)
    let entries = frame.store(queue.values(rows), rowCount: groups.count)
    for row in groups.indices {
      let group = groups[row]
      if frame.count(of: group) > preceding { steps.leave(frame.removeFirst(of: group), group) }
      frame.append(entries[row], to: group)
      steps.enter(row, entries[row])
      steps.read(to: row + 1)
      if needsHeads { steps.heads.append(frame.count(of: group) > preceding ? frame.first(of: group) : 0) }
    }
    return steps
  }

  private func enterRange(_ rows: [Column], _ groups: [Int32], _ preceding: Int64, _ table: KeyedTable) -> OverSteps {
    var steps = OverSteps(groups)
    guard let queue else { return steps }
    let frame = queue.rows(in: table)
    let times = rows[time].widenedToInt64.values
    let entries = frame.store(queue.values(rows) + [.int64(FixedColumn(times))], rowCount: groups.count)
    let keptTimes = queue.times(in: table)
    var row = 0
    while row < groups.count {
      let start = row
      let time = times[row]
      let (difference, overflow) = time.subtractingReportingOverflow(preceding)
      let earliest = overflow ? Int64.min : difference
      while row < groups.count, times[row] == time {
        leave(before: earliest, groups[row], frame, keptTimes, &steps)
        row += 1
      }
      for row in start..<row {
        frame.append(entries[row], to: groups[row])
        steps.enter(row, entries[row])
        stored.append((time, groups[row]))
      }
      steps.read(to: row)
    }
    return steps
  }

  @inline(__always)
  private func leave(
    before earliest: Int64, _ group: Int32, _ rows: RowQueue, _ times: PackedIntegers, _ steps: inout OverSteps
  ) {
    while true {
      let first = rows.first(of: group)
      guard first != 0, times[Int(first)] < earliest else { return }
      steps.leave(rows.removeFirst(of: group), group)
    }
  }

  // MARK: Leaving

  /// What happens when the watermark comes: the rows leave that no row after it sees. Also the groups that may have none left.
  func leave(_ watermark: Int64, in table: KeyedTable) -> (steps: OverSteps, groups: [Int32]) {
    var steps = OverSteps([])
    var groups: [Int32] = []
    guard case .range(let preceding?) = frame, let queue else { return (steps, groups) }
    let (difference, overflow) = watermark.subtractingReportingOverflow(preceding)
    if overflow { return (steps, groups) }
    let rows = queue.rows(in: table)
    let times = queue.times(in: table)
    // A row that its own group's next one has pushed out is no longer there, and its group may be another's.
    while nextStored < stored.count, stored[nextStored].time <= difference {
      let group = stored[nextStored].group
      nextStored += 1
      let before = steps.count
      leave(before: difference == .max ? .max : difference + 1, group, rows, times, &steps)
      if steps.count > before { groups.append(group) }
    }
    if nextStored > stored.count / 2 {
      stored.removeFirst(nextStored)
      nextStored = 0
    }
    return (steps, groups)
  }

  /// The first clock, to the millisecond, at which `leave` of a millisecond before finds a row; nil without one.
  var nextExpiry: Int64? {
    guard case .range(let preceding?) = frame, nextStored < stored.count else { return nil }
    let (time, overflow) = stored[nextStored].time.addingReportingOverflow(preceding)
    return overflow ? nil : time - time % 1_000 + 1_000
  }
}

extension OverFrame {
  var isRange: Bool {
    if case .range = self { return true }
    return false
  }
}
