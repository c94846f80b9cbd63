//  MIN, MAX, FIRST_VALUE and LAST_VALUE over all rows so far.

import Columnar
import State

/// Picks one value of the rows so far; NULL without one. Strings compare as bytes, FALSE is less than TRUE.
///
/// State: the value.
final class OverPick: OverFunction {
  private let type: DataType
  private let choice: OverChoice
  private var column = 0
  /// By group: where its value is while a run of rows is dealt with.
  private var places: [Int32] = []

  init(_ type: DataType, _ choice: OverChoice) {
    self.type = type
    self.choice = choice
  }

  var columns: [Field] { [Field("value", type, isNullable: true)] }

  func attach(column: Int, multimap: Int) { self.column = column }

  /// Values are told by their place: rows at hand first, then what the groups had. Only places are kept on the way.
  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let rows = argument.column else { preconditionFailure("a value is picked of an argument") }
    let state = table.columns[column]
    let touched = touchedGroups(steps)
    let all = Column.concatenate([rows, state.gather(touched)])
    for (index, group) in touched.enumerated() { places[Int(group)] = Int32(rows.count + index) }
    let picked: [Int32]
    switch choice {
    case .first: picked = follow(steps, argument.signs, all) { _, _ in false }
    case .last: picked = follow(steps, argument.signs, all) { _, _ in true }
    case .least, .greatest: picked = compare(steps, argument.signs, all)
    }
    let last = touched.map { places[Int($0)] }
    state.scatter(all.take(last), to: touched)
    for group in touched { places[Int(group)] = -1 }
    return all.take(picked)
  }

  /// Each group once; marks them by a place of -2.
  private func touchedGroups(_ steps: OverSteps) -> [Int32] {
    var touched: [Int32] = []
    for group in steps.rowGroups {
      while places.count <= Int(group) { places.append(-1) }
      if places[Int(group)] == -1 {
        places[Int(group)] = -2
        touched.append(group)
      }
    }
    return touched
  }

  @inline(__always)
  private func follow(_ steps: OverSteps, _ signs: [Int8], _ all: Column, _ isBetter: (Int, Int) -> Bool) -> [Int32] {
    let (groups, sources, rowGroups, validity) = (steps.groups, steps.sources, steps.rowGroups, all.validity)
    var places = self.places
    self.places = []
    let picked = [Int32](unsafeUninitializedCapacity: steps.rowCount) { target, count in
      steps.run(
        { step in
          guard signs[step] > 0 else { return }
          let group = Int(groups[step])
          let (new, old) = (Int(sources[step]), Int(places[group]))
          if validity?.isValid(old) == false || isBetter(new, old) { places[group] = Int32(new) }
        },
        { row in target.initializeElement(at: row, to: places[Int(rowGroups[row])]) })
      count = steps.rowCount
    }
    self.places = places
    return picked
  }

  private func compare(_ steps: OverSteps, _ signs: [Int8], _ all: Column) -> [Int32] {
    func follow<Value: Comparable>(_ values: [Value]) -> [Int32] {
      choice == .least
        ? self.follow(steps, signs, all) { values[$0] < values[$1] } : self.follow(steps, signs, all) { values[$1] < values[$0] }
    }
    switch type.storedLayout {
    case .int64: return follow(all.widenedToInt64.values)
    case .int128: return follow(all.widenedToInt128.values)
    case .float64: return follow(all.widenedToFloat64.values.map { OrderedDouble($0) })
    case .bytes:
      guard case .bytes(let column) = all else { preconditionFailure("only strings and bytes are compared as bytes") }
      let isLeast = choice == .least
      return self.follow(steps, signs, all) { new, old in
        column.withBytes(at: new) { new in
          column.withBytes(at: old) { old in isLeast ? new.lexicographicallyPrecedes(old) : old.lexicographicallyPrecedes(new) }
        }
      }
    }
  }
}

/// A double as SQL orders it: NaN is above every number.
struct OrderedDouble: Comparable, BitwiseCopyable {
  let value: Double
  init(_ value: Double) { self.value = value }

  static func < (left: OrderedDouble, right: OrderedDouble) -> Bool {
    left.value < right.value || right.value.isNaN && !left.value.isNaN
  }
}
