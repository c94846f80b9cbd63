//  Which columns tell the rows of a changing result apart: a +U replaces the row that is equal in them.
//  Source: Flink's FlinkRelMdUpsertKeys and FlinkRelMdUniqueKeys.

import Columnar
import Dataflow
import Expressions

enum UpsertKeys {
  /// Keys that are followed; a plan may have as many as there are pairs of its inputs' keys.
  static let countMax = 16

  /// Sets of columns, any of which is enough. Changes of rows that are equal in one come in order, from one subtask. The empty
  /// set says that there is at most one row; no set at all that nothing is known.
  static func of(_ plan: LogicalPlan) -> Set<Set<Int>> {
    switch plan {
    case .scan(let scan): return of(scan)
    case .filter(let input, _): return of(input)
    case .project(let input, let expressions, _): return projected(of(input), expressions)
    case .window(let input, let spec):
      // The rows of a session come by their times, so that a row may overtake the one that it replaces.
      if spec.partition != nil, Monotonicity.mayChange(input) { return [] }
      let start = input.columns.count
      return Set(of(input).map { $0.union([start]) })
    case .aggregate(_, let node): return [Set(node.keys.indices)]
    case .windowAggregate(_, let node):
      let first = node.keys.count + node.calls.count
      let bounds = node.properties.indices.filter { node.properties[$0] != .time }
      return Set(bounds.map { Set(node.keys.indices).union([first + $0]) })
    case .rank(let input, let node): return of(input, node)
    case .join(let left, let right, let kind, let condition, _): return joined(left, right, kind, condition)
    case .windowJoin(let left, let right, let node):
      return joined(left, right, node.kind, node.wholeCondition(leftCount: left.columns.count))
    default: return []
    }
  }

  private static func of(_ scan: ScanNode) -> Set<Set<Int>> {
    let key = scan.table.primaryKey
    if key.isEmpty { return [] }
    let physical = scan.table.physical
    let positions = key.compactMap { scan.selected.firstIndex(of: physical[$0]) }
    return positions.count == key.count ? [Set(positions)] : []
  }

  private static func projected(_ keys: Set<Set<Int>>, _ expressions: [Expression]) -> Set<Set<Int>> {
    var outputs: [Int: [Int]] = [:]
    for (position, expression) in expressions.enumerated() {
      if case .column(let index, _) = expression { outputs[index, default: []].append(position) }
    }
    var result: Set<Set<Int>> = []
    for key in keys {
      var found: Set<Set<Int>> = [[]]
      for column in key.sorted() {
        found = Set(found.flatMap { partial in (outputs[column] ?? []).map { partial.union([$0]) } }.prefix(countMax))
      }
      result.formUnion(found)
    }
    return bounded(result)
  }

  /// Rows go to subtasks by partition: only a key that holds the partition keeps its changes in order.
  private static func of(_ input: LogicalPlan, _ node: RankNode) -> Set<Set<Int>> {
    let partition = Set(node.rowNumber.keys)
    var keys = of(input).filter { $0.isSuperset(of: partition) }
    if node.limit == 1 { keys.insert(partition) }
    if node.outputsRank { keys.insert(partition.union([input.columns.count])) }
    return bounded(keys)
  }

  private static func joined(
    _ left: LogicalPlan, _ right: LogicalPlan, _ kind: JoinKind, _ condition: Expression?
  ) -> Set<Set<Int>> {
    let count = left.columns.count
    var (leftJoin, rightJoin): (Set<Int>, Set<Int>) = ([], [])
    for conjunct in condition?.conjuncts ?? [] {
      if let equality = JoinEquality(conjunct, leftCount: count), case .column(let a, _) = equality.left,
        case .column(let b, _) = equality.right
      {
        leftJoin.insert(a)
        rightJoin.insert(b)
      }
    }
    let (leftKeys, rightKeys) = (of(left), of(right))
    let fromLeft = leftKeys.filter { $0.isSuperset(of: leftJoin) }
    if kind.isLeftOnly { return fromLeft }
    let fromRight = Set(rightKeys.filter { $0.isSuperset(of: rightJoin) }.map { Set($0.map { $0 + count }) })
    var keys: Set<Set<Int>> = []
    // A side's keys are NULL in the rows of the other that stand alone.
    if !kind.padsRight, rightKeys.contains(where: { $0.isSubset(of: rightJoin) }) { keys.formUnion(fromLeft) }
    if !kind.padsLeft, leftKeys.contains(where: { $0.isSubset(of: leftJoin) }) { keys.formUnion(fromRight) }
    for one in fromLeft { keys.formUnion(fromRight.map { one.union($0) }) }
    return bounded(keys)
  }

  /// The shortest, and of equally long ones always the same.
  private static func bounded(_ keys: Set<Set<Int>>) -> Set<Set<Int>> {
    if keys.count <= countMax { return keys }
    let ordered = keys.map { $0.sorted() }.sorted { $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1) }
    return Set(ordered.prefix(countMax).map { Set($0) })
  }

  /// Whether a condition takes all rows of some upsert key or none, whatever else changes in them.
  static func isAboutKey(_ condition: Expression, of input: LogicalPlan) -> Bool {
    condition.hasFixedValue && of(input).contains { $0.isSuperset(of: condition.columns) }
  }
}

extension Expression {
  /// Equal columns give an equal value, at any time. Of a library function that is not known here.
  fileprivate var hasFixedValue: Bool {
    switch self {
    case .function: return false
    case .call(let function, _, _) where !function.isDeterministic: return false
    default: return children.allSatisfy(\.hasFixedValue)
    }
  }
}
