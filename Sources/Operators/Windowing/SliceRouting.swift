//  Splits the rows of a batch by slice. Most batches lie within one slice and are not split at all.

import Columnar

/// The rows of a batch, by the slice that they fall in.
struct SliceRouting {
  enum Rows {
    /// Every row of the batch.
    case all
    /// These rows, ascending.
    case some([Int32])

    /// A batch at these rows, and how many they are. Only the `needed` columns are taken, the others stay as they are.
    func take(_ needed: @autoclosure () -> Set<Int>, of batch: RecordBatch) -> (columns: [Column], rowCount: Int) {
      guard case .some(let rows) = self else { return (batch.columns, batch.rowCount) }
      var columns = batch.columns
      for position in needed() { columns[position] = columns[position].take(rows) }
      return (columns, rows.count)
    }

    /// Of one value a row those of these rows.
    func take(_ values: [Int64]) -> [Int64] {
      if case .some(let rows) = self { rows.map { values[Int($0)] } } else { values }
    }
  }
  /// In the order in which the slices first appear in the batch.
  private(set) var slices: [(end: Int64, rows: Rows, count: Int)] = []
  /// Rows whose time no window is made for; they are in no slice.
  private(set) var outOfRangeCount = 0

  /// - Parameter times: Microseconds; rows whose time is null belong to no slice.
  init(_ times: FixedColumn<Int64>, _ assigner: SliceAssigner) {
    self.init(times, width: assigner.width, sliceEnd: assigner.sliceEnd)
  }

  /// In the global phase the time column holds the end of the slice itself.
  init(sliceEnds: FixedColumn<Int64>) {
    self.init(sliceEnds, width: 0) { $0 }
  }

  /// - Parameters:
  ///   - width: Times within it before the end of a slice are in that slice.
  ///   - sliceEnd: Of a later time never less.
  init(_ times: FixedColumn<Int64>, width: Int64, sliceEnd: (Int64) -> Int64) {
    guard times.count > 0 else { return }
    if times.validity == nil {
      let (least, greatest) = Self.bounds(times.values)
      if SliceAssigner.timeRange.contains(least), SliceAssigner.timeRange.contains(greatest) {
        let end = sliceEnd(least)
        if sliceEnd(greatest) == end {
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
      if current < 0 || time >= rows[current].end || time < rows[current].end - width {
        let end = sliceEnd(time)
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
