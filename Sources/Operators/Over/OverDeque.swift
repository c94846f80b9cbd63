//  MIN, MAX, FIRST_VALUE and LAST_VALUE over a frame that rows also leave.
//  Source: the ascending minima of a sliding window (Tangwongsan, Hirzel and Schneider, "Low-Latency Sliding-Window Aggregation", 2015,
//  and older): a value behind which a better one has entered will never be the result.

import Columnar
import State

/// Keeps for each group the entries of the frame that may still be the result: the first of them is. A step costs a constant, over all.
///
/// State: none beside the frame; the list is found again after a restore.
final class OverDeque: OverFunction {
  private let place: RowQueueReference
  private let choice: OverChoice
  /// By entry: its neighbours in the list; zero for none.
  private let next = PagedColumn<Int32>()
  private let previous = PagedColumn<Int32>()
  /// By group: the ends of its list; zero for none.
  private let heads = PagedColumn<Int32>()
  private let tails = PagedColumn<Int32>()

  init(_ place: RowQueueReference, _ choice: OverChoice) {
    self.place = place
    self.choice = choice
  }

  var columns: [Field] { [] }

  func attach(column: Int, multimap: Int) {}

  private func grow(_ table: KeyedTable) {
    next.grow(toHold: table.queues[place.queue].entryIDCount)
    previous.grow(toHold: table.queues[place.queue].entryIDCount)
    heads.grow(toHold: table.groups.idCount)
    tails.grow(toHold: table.groups.idCount)
  }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    grow(table)
    let column = table.queues[place.queue].columns[place.field]
    let picked: [Int32]
    switch choice {
    case .first: picked = follow(steps, argument.signs) { _, _ in false }
    case .last: picked = follow(steps, argument.signs) { _, _ in true }
    case .least, .greatest:
      let isLeast = choice == .least
      switch column.values {
      case .int64(let values): picked = follow(steps, argument.signs, values, isLeast)
      case .int128(let values): picked = follow(steps, argument.signs, values, isLeast)
      case .float64(let values):
        picked = follow(steps, argument.signs) { new, old in
          let order = (new: OrderedDouble(values[Int(new)]), old: OrderedDouble(values[Int(old)]))
          return isLeast ? !(order.old < order.new) : !(order.new < order.old)
        }
      case .bytes(let values):
        picked = follow(steps, argument.signs) { new, old in
          let order = (new: values.bytes(Int(new)), old: values.bytes(Int(old)))
          return isLeast ? !order.old.lexicographicallyPrecedes(order.new) : !order.new.lexicographicallyPrecedes(order.old)
        }
      }
    }
    return column.gather(picked)
  }

  @inline(__always)
  private func follow<Values: PagedElements>(
    _ steps: OverSteps, _ signs: [Int8], _ values: Values, _ isLeast: Bool
  ) -> [Int32] where Values.Element: Comparable {
    isLeast
      ? follow(steps, signs) { !(values[Int($1)] < values[Int($0)]) } : follow(steps, signs) { !(values[Int($0)] < values[Int($1)]) }
  }

  /// - Parameter outdoes: Whether a new entry makes one before it hopeless.
  @inline(__always)
  private func follow(_ steps: OverSteps, _ signs: [Int8], _ outdoes: (Int32, Int32) -> Bool) -> [Int32] {
    let (groups, entries, rowGroups) = (steps.groups, steps.entries, steps.rowGroups)
    return [Int32](unsafeUninitializedCapacity: steps.rowCount) { target, count in
      steps.run(
        { step in
          if signs[step] > 0 {
            push(entries[step], Int(groups[step]), outdoes)
          } else if signs[step] < 0, heads[Int(groups[step])] == entries[step] {
            removeFirst(of: Int(groups[step]))
          }
        },
        { row in target.initializeElement(at: row, to: heads[Int(rowGroups[row])]) })
      count = steps.rowCount
    }
  }

  @inline(__always) private func push(_ entry: Int32, _ group: Int, _ outdoes: (Int32, Int32) -> Bool) {
    var last = tails[group]
    while last != 0, outdoes(entry, last) { last = previous[Int(last)] }
    previous[Int(entry)] = last
    next[Int(entry)] = 0
    if last == 0 { heads[group] = entry } else { next[Int(last)] = entry }
    tails[group] = entry
  }

  private func removeFirst(of group: Int) {
    let following = next[Int(heads[group])]
    heads[group] = following
    if following == 0 { tails[group] = 0 } else { previous[Int(following)] = 0 }
  }

  func rebuild(_ table: KeyedTable) {
    let queue = table.queues[place.queue]
    for group in table.groups.liveIDs {
      var entries: [Int32] = []
      var entry = queue.first(of: group)
      while entry != 0 {
        entries.append(entry)
        entry = queue.entry(after: entry)
      }
      guard !entries.isEmpty else { continue }
      var steps = OverSteps([Int32](repeating: group, count: entries.count))
      for (row, entry) in entries.enumerated() { steps.enter(row, entry) }
      steps.read(to: entries.count)
      _ = run(steps, OverArgument(column: nil, signs: steps.signs(queue.columns[place.field].gather(entries).validity)), in: table)
    }
  }
}
