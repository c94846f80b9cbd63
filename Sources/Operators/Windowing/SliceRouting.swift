//  Splits the rows of a batch by slice. Most batches lie within one slice and are not split at all.

import Columnar

/// The rows of a batch, by the slice that they fall in.
struct SliceRouting {
  enum Rows {
    /// Every row of the batch.
    case all
    /// These rows, ascending.
    case some([Int32])
  }
  /// In the order in which the slices first appear in the batch.
  private(set) var slices: [(end: Int64, rows: Rows, count: Int)] = []
  /// Rows whose time no window is made for; they are in no slice.
  private(set) var outOfRangeCount = 0

  /// - Parameter times: Microseconds; rows whose time is null belong to no slice.
  init(_ times: FixedColumn<Int64>, _ assigner: SliceAssigner) {
    guard times.count > 0 else { return }
    if times.validity == nil {
      let (least, greatest) = Self.bounds(times.values)
      if SliceAssigner.timeRange.contains(least), SliceAssigner.timeRange.contains(greatest) {
        let end = assigner.sliceEnd(least)
        if assigner.sliceEnd(greatest) == end {
          slices = [(end, .all, times.count)]
          return
        }
      }
    }
    var positions: [Int64: Int] = [:]
    var rows: [(end: Int64, rows: [Int32])] = []
    var current = -1
    for row in 0..<times.count where times.isValid(row) {
      let time = times.values[row]
      if !SliceAssigner.timeRange.contains(time) {
        outOfRangeCount += 1
        continue
      }
      if current < 0 || time >= rows[current].end || time < rows[current].end - assigner.width {
        let end = assigner.sliceEnd(time)
        current = positions[end] ?? rows.count
        if current == rows.count {
          positions[end] = current
          rows.append((end, []))
        }
      }
      rows[current].rows.append(Int32(row))
    }
    slices = rows.map { ($0.end, $0.rows.count == times.count ? .all : .some($0.rows), $0.rows.count) }
  }

  /// In the global phase the time column holds the end of the slice itself.
  init(sliceEnds: FixedColumn<Int64>) {
    guard let first = sliceEnds.values.first else { return }
    if sliceEnds.validity == nil, SliceAssigner.timeRange.contains(first), sliceEnds.values.allSatisfy({ $0 == first }) {
      slices = [(first, .all, sliceEnds.count)]
      return
    }
    var positions: [Int64: Int] = [:]
    var rows: [(end: Int64, rows: [Int32])] = []
    for row in 0..<sliceEnds.count where sliceEnds.isValid(row) {
      let end = sliceEnds.values[row]
      if !SliceAssigner.timeRange.contains(end) {
        outOfRangeCount += 1
        continue
      }
      let position = positions[end] ?? rows.count
      if position == rows.count {
        positions[end] = position
        rows.append((end, []))
      }
      rows[position].rows.append(Int32(row))
    }
    slices = rows.map { ($0.end, .some($0.rows), $0.rows.count) }
  }

  private static func bounds(_ values: [Int64]) -> (least: Int64, greatest: Int64) {
    let values = values.span
    var least = values[0]
    var greatest = values[0]
    for row in values.indices {
      least = min(least, values[row])
      greatest = max(greatest, values[row])
    }
    return (least, greatest)
  }
}
