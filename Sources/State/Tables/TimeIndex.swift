//  Ids in the order of a time and, where times are equal, of arrival: in sorted runs, since most rows come nearly in order.
//  Not part of a snapshot; a restore builds it anew.
//  Source: the sorted runs of a log-structured merge tree (O'Neil et al., 1996), merged while they are within a factor of two.

/// A queue by time. Adding in order costs an append, out of order a logarithm; taking costs a step for each id taken and a
/// logarithm of all.
struct TimeIndex {
  struct Entry: BitwiseCopyable {
    var time: Int64
    var id: Int32
  }
  /// Oldest first, so that merging neighbours keeps the order of arrival.
  private var runs: [Run] = []
  /// Taken out of the runs, in order; from `nextDue` on not yet given away.
  private var due: [Entry] = []
  private var nextDue = 0

  private struct Run {
    var entries: [Entry]
    var start = 0
    var count: Int { entries.count - start }
  }

  var count: Int { runs.reduce(due.count - nextDue) { $0 + $1.count } }

  /// The least time of an id that has not been given away; a step for each run.
  var least: Int64? {
    (runs.map { $0.entries[$0.start].time } + (nextDue < due.count ? [due[nextDue].time] : [])).min()
  }

  /// Adds ids that have arrived after all others.
  mutating func add(_ times: [Int64], _ ids: [Int32]) {
    guard !ids.isEmpty else { return }
    var isSorted = true
    for row in 1..<max(times.count, 1) where times[row] < times[row - 1] {
      isSorted = false
      break
    }
    var entries = ids.indices.map { Entry(time: times[$0], id: ids[$0]) }
    if !isSorted {
      // Sorting is not stable by itself: the place in the batch decides between equal times.
      let order = times.indices.sorted { times[$0] != times[$1] ? times[$0] < times[$1] : $0 < $1 }
      entries = order.map { entries[$0] }
    }
    if let last = runs.last?.entries.last, last.time <= entries[0].time {
      runs[runs.count - 1].entries.append(contentsOf: entries)
      return
    }
    runs.append(Run(entries: entries))
    while runs.count > 1, runs[runs.count - 2].count <= 2 * runs[runs.count - 1].count {
      let newer = runs.removeLast()
      let older = runs.removeLast()
      runs.append(Run(entries: Self.merge(older.entries[older.start...], newer.entries[newer.start...])))
    }
  }

  private static func merge(_ older: ArraySlice<Entry>, _ newer: ArraySlice<Entry>) -> [Entry] {
    var merged: [Entry] = []
    merged.reserveCapacity(older.count + newer.count)
    var (left, right) = (older.startIndex, newer.startIndex)
    while left < older.endIndex, right < newer.endIndex {
      if older[left].time <= newer[right].time {
        merged.append(older[left])
        left += 1
      } else {
        merged.append(newer[right])
        right += 1
      }
    }
    merged.append(contentsOf: older[left...])
    merged.append(contentsOf: newer[right...])
    return merged
  }

  /// Makes everything up to a time due.
  mutating func release(through time: Int64) {
    if nextDue == due.count {
      due.removeAll(keepingCapacity: true)
      nextDue = 0
    }
    var released: [Entry] = []
    for index in runs.indices {
      let end = Self.end(runs[index], through: time)
      guard end > runs[index].start else { continue }
      let part = runs[index].entries[runs[index].start..<end]
      released = released.isEmpty ? Array(part) : Self.merge(released[...], part)
      runs[index].start = end
      // What has been given away is dropped once it is the larger part.
      if end > runs[index].entries.count / 2 {
        runs[index].entries.removeFirst(end)
        runs[index].start = 0
      }
    }
    runs.removeAll { $0.count == 0 }
    if released.isEmpty { return }
    due = due.isEmpty ? released : Self.merge(due[nextDue...], released[...])
    nextDue = 0
  }

  private static func end(_ run: Run, through time: Int64) -> Int {
    var (low, high) = (run.start, run.entries.count)
    while low < high {
      let middle = (low + high) / 2
      if run.entries[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The next ids that are due, at most `limit`; with `wholeTimes` so many more that no time is parted.
  mutating func next(_ limit: Int, wholeTimes: Bool) -> ArraySlice<Entry> {
    var end = min(nextDue + limit, due.count)
    if wholeTimes, end > nextDue { while end < due.count, due[end].time == due[end - 1].time { end += 1 } }
    defer { nextDue = end }
    return due[nextDue..<end]
  }
}
