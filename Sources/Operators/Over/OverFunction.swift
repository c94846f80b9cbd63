//  A function of an OVER window: a value for each row, over the rows that have entered its frame and not left it.
//  The rules of each function are those of the aggregates; their state is in columns of the table.

import Columnar
import Dataflow
import Expressions
import State

/// Computes one call for a run of rows. Holds nothing that a snapshot must know but what is in the table.
protocol OverFunction: AnyObject {
  /// What it keeps for each group.
  var columns: [Field] { get }
  var multimaps: [TableSchema.Multimap] { get }
  /// The first of its columns and multimaps in the table. Called once, before anything else.
  func attach(column: Int, multimap: Int)
  /// Follows the steps and gives the value of each row. `argument` has the rows at hand, then those that leave.
  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column
  /// Finds again what it knows beside the table; called once after a restore.
  func rebuild(_ table: KeyedTable)
}

extension OverFunction {
  var multimaps: [TableSchema.Multimap] { [] }
  func rebuild(_ table: KeyedTable) {}
}

/// The argument of a call.
struct OverArgument {
  /// The rows at hand, then those that leave; nil for COUNT(*).
  var column: Column?
  /// By step: 1 where a value enters, -1 where it leaves, 0 where it does neither.
  var signs: [Int8]
}

enum OverFunctions {
  /// - Parameters:
  ///   - queue: the frame's; nil if it has no bound.
  ///   - position: of the argument among the queue's fields.
  static func make(_ call: AggregateCall, queue: RowQueueReference?) throws(OperatorError) -> any OverFunction {
    guard call.function != .countStar else { return OverCount() }
    guard call.argument != nil, let type = call.argumentType else {
      throw OperatorError(.internal, .never, "aggregate \(call.function.rawValue) has no argument")
    }
    switch call.function {
    case .count: return call.isDistinct ? OverDistinct(OverCount(), of: type) : OverCount()
    case .sum, .avg:
      guard type.isNumeric else { throw unsupported(call, type) }
      let sum = OverSum(call)
      return call.isDistinct ? OverDistinct(sum, of: type) : sum
    case .min, .max:
      if type.layout == .list || type.layout == .row { throw unsupported(call, type) }
      let choice: OverChoice = call.function == .min ? .least : .greatest
      return queue.map { OverDeque($0, choice) } ?? OverPick(type, choice)
    case .firstValue, .lastValue:
      let choice: OverChoice = call.function == .firstValue ? .first : .last
      return queue.map { OverDeque($0, choice) } ?? OverPick(type, choice)
    default: throw unsupported(call, type)
    }
  }

  private static func unsupported(_ call: AggregateCall, _ type: DataType) -> OperatorError {
    OperatorError(.user, .never, "\(call.function.rawValue.uppercased()) OVER takes no \(type)")
  }
}

/// Which value of a frame is wanted; NULLs are none.
enum OverChoice {
  case least, greatest, first, last
}

/// COUNT. State: one `Int64` a group.
final class OverCount: OverFunction {
  let columns = [Field("count", .int64, isNullable: false)]
  private var column = 0

  func attach(column: Int, multimap: Int) { self.column = column }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    let counts = table.columns[column].int64
    let (signs, groups, rowGroups) = (argument.signs, steps.groups, steps.rowGroups)
    let values = [Int64](unsafeUninitializedCapacity: steps.rowCount) { target, count in
      steps.run(
        { step in if signs[step] != 0 { counts[Int(groups[step])] &+= Int64(signs[step]) } },
        { row in target.initializeElement(at: row, to: counts[Int(rowGroups[row])]) })
      count = steps.rowCount
    }
    return .int64(FixedColumn(values))
  }
}

/// SUM and AVG. State: the sum and the number of values, as `SumAggregate` has them. A sum of doubles takes values off again by
/// subtraction, as Flink does.
final class OverSum: OverFunction {
  private let sum: SumAggregate
  private var column = 0

  init(_ call: AggregateCall) {
    if call.function == .avg {
      sum = AverageAggregate(call, sumType: averageSumType(call.argumentType ?? call.resultType))
    } else {
      sum = SumAggregate(call, sumType: call.resultType == .float32 ? .float64 : call.resultType)
    }
  }

  var columns: [Field] { sum.columns }

  func attach(column: Int, multimap: Int) {
    self.column = column
    sum.attach(column: column, multimap: multimap)
  }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let values = argument.column else { preconditionFailure("SUM and AVG have an argument") }
    let counts = table.columns[column + 1].int64
    func follow<Number, Sums: PagedElements<Number>>(
      _ values: [Number], _ sums: Sums, _ add: (inout Number, Number) -> Void, _ subtract: (inout Number, Number) -> Void
    ) -> (sums: [Number], counts: [Int64]) {
      let (signs, groups, sources, rowGroups) = (argument.signs, steps.groups, steps.sources, steps.rowGroups)
      var resultCounts: [Int64] = []
      let resultSums = [Number](unsafeUninitializedCapacity: steps.rowCount) { sumTarget, sumCount in
        resultCounts = [Int64](unsafeUninitializedCapacity: steps.rowCount) { countTarget, countCount in
          steps.run(
            { step in
              let group = Int(groups[step])
              if signs[step] > 0 {
                add(&sums[group], values[Int(sources[step])])
                counts[group] &+= 1
              } else if signs[step] < 0 {
                subtract(&sums[group], values[Int(sources[step])])
                counts[group] &-= 1
              }
            },
            { row in
              let group = Int(rowGroups[row])
              sumTarget.initializeElement(at: row, to: sums[group])
              countTarget.initializeElement(at: row, to: counts[group])
            })
          countCount = steps.rowCount
        }
        sumCount = steps.rowCount
      }
      return (resultSums, resultCounts)
    }
    switch table.columns[column].values {
    case .int64(let sums):
      let result = follow(values.widenedToInt64.values, sums, { $0 &+= $1 }, { $0 &-= $1 })
      return sum.results(.int64(result.sums), counts: result.counts)
    case .int128(let sums):
      let result = follow(values.widenedToInt128.values, sums, { $0 &+= $1 }, { $0 &-= $1 })
      return sum.results(.int128(result.sums), counts: result.counts)
    case .float64(let sums):
      let result = follow(values.widenedToFloat64.values, sums, { $0 += $1 }, { $0 -= $1 })
      return sum.results(.float64(result.sums), counts: result.counts)
    case .bytes: preconditionFailure("a sum is a number")
    }
  }
}

/// DISTINCT: hands a value on when it enters a frame that does not have it, and when it leaves one that has it once.
///
/// State: each distinct value of each group with its multiplicity, and the state of the function itself.
final class OverDistinct: OverFunction {
  private let base: any OverFunction
  private let type: DataType
  private var multimap = 0

  init(_ base: any OverFunction, of type: DataType) {
    self.base = base
    self.type = type
  }

  var columns: [Field] { base.columns }
  var multimaps: [TableSchema.Multimap] { [.init("distinct", [Field("value", type)])] }

  func attach(column: Int, multimap: Int) {
    self.multimap = multimap
    base.attach(column: column, multimap: multimap + 1)
  }

  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let column = argument.column else { preconditionFailure("DISTINCT has an argument") }
    let groups = steps.groups.indices.map { argument.signs[$0] == 0 ? -1 : steps.groups[$0] }
    let effects = table.multimaps[multimap].add([column.take(steps.sources)], groups: groups, deltas: argument.signs.map { Int64($0) })
    var argument = argument
    for step in effects.indices where effects[step] == .none { argument.signs[step] = 0 }
    return base.run(steps, argument, in: table)
  }
}

/// RANK and DENSE_RANK by time. State: the rows so far, the last time and its rank.
final class OverRank: OverFunction {
  private let isDense: Bool
  private var column = 0

  init(isDense: Bool) { self.isDense = isDense }

  let columns = [
    Field("rows", .int64, isNullable: false), Field("time", .int64, isNullable: false), Field("rank", .int64, isNullable: false),
  ]

  func attach(column: Int, multimap: Int) { self.column = column }

  /// The argument is the time.
  func run(_ steps: OverSteps, _ argument: OverArgument, in table: KeyedTable) -> Column {
    guard let times = argument.column?.widenedToInt64.values else { preconditionFailure("a rank goes by a time") }
    let (counts, lastTimes, ranks) = (table.columns[column].int64, table.columns[column + 1].int64, table.columns[column + 2].int64)
    let rowGroups = steps.rowGroups
    let values = rowGroups.indices.map { row in
      let group = Int(rowGroups[row])
      if counts[group] == 0 || lastTimes[group] != times[row] {
        ranks[group] = isDense ? ranks[group] + 1 : counts[group] + 1
        lastTimes[group] = times[row]
      }
      counts[group] += 1
      return ranks[group]
    }
    return .int64(FixedColumn(values))
  }
}
