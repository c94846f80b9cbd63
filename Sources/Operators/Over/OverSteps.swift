//  What happens to the frames of a run of rows: which rows enter and leave, in which order, and when results are read.
//  Made once for each frame, then run through by each of its functions.

import Columnar

/// A program over rows: the rows at hand, numbered from 0, then those that have left a frame.
struct OverSteps {
  /// By step: the row that enters, or leaves if it is `rowCount` or beyond.
  private(set) var sources: [Int32] = []
  /// By step: the row's group, and its entry in the queue of a bounded frame.
  private(set) var groups: [Int32] = []
  private(set) var entries: [Int32] = []
  /// After how many steps which rows are read: those up to `rowEnd` that have not been.
  private(set) var reads: [(stepEnd: Int, rowEnd: Int)] = []
  /// By row: its group.
  let rowGroups: [Int32]
  /// Entries that have left, in order.
  private(set) var left: [Int32] = []
  /// By row: the first entry of its frame when it is read; 0 if the frame is not full. Only of frames that are asked for it.
  var heads: [Int32] = []

  var rowCount: Int { rowGroups.count }
  var count: Int { sources.count }
  /// Every row enters and is read at once, and nothing leaves.
  private(set) var isPlain = false

  /// - Parameter isPlain: No step is added: each row enters and is read.
  init(_ rowGroups: [Int32], isPlain: Bool = false) {
    self.rowGroups = rowGroups
    self.isPlain = isPlain
    if isPlain {
      sources = (0..<Int32(rowGroups.count)).map { $0 }
      groups = rowGroups
    } else {
      sources.reserveCapacity(2 * rowGroups.count)
      groups.reserveCapacity(2 * rowGroups.count)
      entries.reserveCapacity(2 * rowGroups.count)
      reads.reserveCapacity(rowGroups.count)
    }
  }

  mutating func enter(_ row: Int, _ entry: Int32) {
    sources.append(Int32(row))
    groups.append(rowGroups[row])
    entries.append(entry)
  }

  mutating func leave(_ entry: Int32, _ group: Int32) {
    sources.append(Int32(rowCount + left.count))
    groups.append(group)
    entries.append(entry)
    left.append(entry)
  }

  mutating func read(to rowEnd: Int) { reads.append((sources.count, rowEnd)) }

  /// By step: 1 where a value enters, -1 where it leaves, 0 where it is null and does neither.
  func signs(_ validity: Validity?) -> [Int8] {
    let rowCount = Int32(rowCount)
    return sources.map { source in
      if let validity, !validity.isValid(Int(source)) { return 0 }
      return source < rowCount ? 1 : -1
    }
  }

  /// Calls `apply` for each step with the step, and `read` for each row, each at its time.
  @inline(__always) func run(_ apply: (Int) -> Void, _ read: (Int) -> Void) {
    if isPlain {
      for step in 0..<sources.count {
        apply(step)
        read(step)
      }
      return
    }
    var (step, row) = (0, 0)
    for (stepEnd, rowEnd) in reads {
      while step < stepEnd {
        apply(step)
        step += 1
      }
      while row < rowEnd {
        read(row)
        row += 1
      }
    }
    while step < sources.count {
      apply(step)
      step += 1
    }
  }
}
