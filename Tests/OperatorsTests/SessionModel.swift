import Columnar
import TestKit

@testable import Operators

/// Sessions row by row, as they are defined. Rows are `[key, time, ...]`.
struct SessionModel {
  struct Session {
    var key: Value
    var first: Int64
    var last: Int64
    var rows: [[Value]]
  }
  let gap: Int64
  private var open: [Session] = []
  private(set) var closed: [Session] = []
  private(set) var lateRowCount = 0
  private var bound = Int64.min

  init(gap: Int64) { self.gap = gap }

  mutating func send(_ input: OperatorInput) {
    switch input {
    case .processingTime: break
    case .batch(let batch, _): for row in 0..<batch.rowCount { add(batch.values(at: row)) }
    case .watermark(let time): close(SliceAssigner.closedEnd(by: time))
    }
  }

  private mutating func add(_ row: [Value]) {
    guard case .integer(let time) = row[1] else { return }
    var merged = Session(key: row[0], first: time, last: time, rows: [row])
    for session in open where session.key == row[0] && session.first - time <= gap && time - session.last <= gap {
      merged.first = min(merged.first, session.first)
      merged.last = max(merged.last, session.last)
      merged.rows += session.rows
    }
    if merged.last + gap <= bound {
      lateRowCount += 1
      return
    }
    open.removeAll { $0.key == row[0] && merged.first <= $0.first && $0.last <= merged.last }
    open.append(merged)
  }

  mutating func close(_ end: Int64 = .max) {
    bound = end
    closed += open.filter { $0.last + gap <= bound }
    open.removeAll { $0.last + gap <= bound }
  }
}
