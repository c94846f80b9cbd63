//  In which direction the columns of a changing result go when a row is replaced.
//  Source: Flink's FlinkRelMdModifiedMonotonicity.

import Columnar
import Dataflow
import Expressions

enum Monotonicity {
  /// The same in every row of one upsert key.
  case constant
  case increasing
  case decreasing
  /// Nothing is known.
  case none

  /// One a column; nil where rows may also be deleted, or nothing is known.
  static func of(_ plan: LogicalPlan) -> [Monotonicity]? {
    switch plan {
    case .scan(let scan): return of(scan)
    case .values, .intervalJoin: return all(.constant, plan)
    case .over(_, let node): return node.isByTime ? all(.constant, plan) : nil
    case .filter(let input, let predicate): return of(input).map { filtered($0, predicate) }
    case .project(.filter(let input, let predicate), let expressions, _):
      return of(input).map { projected(filtered($0, predicate), expressions) }
    case .project(let input, let expressions, _): return of(input).map { projected($0, expressions) }
    case .expand(let input, _, _):
      return of(input).map { all($0.allSatisfy { $0 == .constant } ? .constant : .none, plan) }
    case .rank(let input, let node): return node.window == nil ? of(input, node, plan) : nil
    case .aggregate(let input, let node): return of(input, node)
    case .join(let left, let right, let kind, let condition, _): return joined(left, right, kind, condition)
    case .union(let inputs):
      let found = inputs.compactMap(of)
      if found.count < inputs.count { return nil }
      return found.allSatisfy { $0 == found[0] } ? found[0] : all(.none, plan)
    case .window, .windowAggregate, .windowJoin, .rowNumber, .setOperation, .sort, .limit: return nil
    }
  }

  /// Whether rows may be replaced by others: a bound of a plan for which `of` knows something.
  static func mayChange(_ plan: LogicalPlan) -> Bool {
    switch plan {
    case .scan(let scan): scan.givesChanges
    case .aggregate: true
    case .windowAggregate: false
    case .rank(let input, let node): !node.keepsFirst(of: input.columns) || mayChange(input)
    default: plan.inputs.contains(where: mayChange)
    }
  }

  private static func all(_ monotonicity: Monotonicity, _ plan: LogicalPlan) -> [Monotonicity] {
    plan.columns.map { _ in monotonicity }
  }

  /// Rows of a normalised source differ in all but their key.
  private static func of(_ scan: ScanNode) -> [Monotonicity]? {
    guard scan.givesChanges else { return scan.columns.map { _ in .constant } }
    let keys = Set(scan.isNormalized ? scan.table.primaryKey.map { scan.table.physical[$0] } : [])
    return scan.selected.map { keys.contains($0) ? .constant : .none }
  }

  // MARK: Projections and conditions

  private static func projected(_ input: [Monotonicity], _ expressions: [Expression]) -> [Monotonicity] {
    if input.allSatisfy({ $0 == .constant }) { return expressions.map { _ in .constant } }
    func of(_ expression: Expression) -> Monotonicity {
      switch expression {
      case .column(let index, _): input[index]
      case .cast(let inner, to: _, isTry: false): of(inner)
      default: .none
      }
    }
    return expressions.map(of)
  }

  /// A row that has met the condition must not fail it later.
  private static func filtered(_ input: [Monotonicity], _ predicate: Expression) -> [Monotonicity] {
    if input.allSatisfy({ $0 == .constant }) { return input }
    return mayFailLater(predicate, input) ? input.map { _ in .none } : input
  }

  private static func mayFailLater(_ predicate: Expression, _ input: [Monotonicity]) -> Bool {
    func changing(_ expression: Expression) -> Monotonicity? {
      switch expression {
      case .column(let index, _): input[index] == .constant ? nil : input[index]
      case .cast(let inner, to: _, isTry: false): changing(inner)
      default: expression.columns.contains { input[$0] != .constant } ? Monotonicity.none : nil
      }
    }
    guard case .call(let function, let operands, _) = predicate else { return changing(predicate) != nil }
    switch function {
    case .and, .or: return operands.contains { mayFailLater($0, input) }
    case .greater, .greaterOrEqual: return !grows(changing(operands[0]), changing(operands[1]))
    case .less, .lessOrEqual: return !grows(changing(operands[1]), changing(operands[0]))
    default: return changing(predicate) != nil
    }
  }

  /// Whether the first stays or grows, and the second stays or shrinks.
  private static func grows(_ first: Monotonicity?, _ second: Monotonicity?) -> Bool {
    (first == nil || first == .increasing) && (second == nil || second == .decreasing)
  }

  // MARK: Operators that change rows

  private static func of(_ input: LogicalPlan, _ node: AggregateNode) -> [Monotonicity]? {
    guard let below = of(input), node.keys.allSatisfy({ below[$0] == .constant }) else { return nil }
    let isUpdated = below.contains { $0 != .constant }
    return node.keys.map { _ in .constant }
      + node.calls.map { call in
        let own = of(call, input)
        guard isUpdated, let argument = call.argument, call.function != .count else { return own }
        return below[argument] == own ? own : .none
      }
  }

  /// Of a result over rows that are only added.
  private static func of(_ call: AggregateCall, _ input: LogicalPlan) -> Monotonicity {
    switch call.function {
    case .count, .countStar, .max: return .increasing
    case .min: return .decreasing
    case .sum:
      guard let argument = call.argument else { return .none }
      switch ValueBounds.of(argument, input, where: call.filter) {
      case let bounds where bounds.lower != nil: return bounds.lower! >= 0 ? .increasing : .none
      case let bounds where bounds.upper != nil: return bounds.upper! <= 0 ? .decreasing : .none
      default: return .none
      }
    default: return .none
    }
  }

  private static func of(_ input: LogicalPlan, _ node: RankNode, _ plan: LogicalPlan) -> [Monotonicity]? {
    guard let below = of(input) else { return nil }
    let keys = node.rowNumber.keys
    let columns = input.columns
    if node.isDeduplication(of: columns) {
      guard below.allSatisfy({ $0 == .constant }) else { return nil }
      return columns.indices.map { keys.contains($0) ? .constant : .none }
    }
    guard keys.allSatisfy({ below[$0] == .constant }) else { return nil }
    var result = all(.none, plan)
    for key in keys { result[key] = .constant }
    if node.outputsRank { result[columns.count] = .constant }
    if let first = node.rowNumber.order.first {
      switch (below[first.column], first.isDescending) {
      case (.increasing, true), (.constant, true): result[first.column] = .increasing
      case (.decreasing, false), (.constant, false): result[first.column] = .decreasing
      default: result[first.column] = .none
      }
    }
    return result
  }

  private static func joined(
    _ left: LogicalPlan, _ right: LogicalPlan, _ kind: JoinKind, _ condition: Expression?
  ) -> [Monotonicity]? {
    guard kind == .inner || kind == .semi, let leftColumns = of(left), let rightColumns = of(right) else { return nil }
    let (leftKeys, rightKeys, rest) = PhysicalPlanner.keys(condition, leftCount: leftColumns.count)
    let isUpdated = (leftColumns + rightColumns).contains { $0 != .constant }
    guard leftKeys.allSatisfy({ leftColumns[$0] == .constant }), rightKeys.allSatisfy({ rightColumns[$0] == .constant }),
      !isUpdated || rest.isEmpty
    else { return nil }
    return kind == .semi ? leftColumns : leftColumns + rightColumns
  }
}
