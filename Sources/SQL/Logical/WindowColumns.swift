//  The window that the rows of a plan are in, and which of its columns say so: what joins, Top-N and aggregations by window are
//  recognised by.
//  Source: Flink's FlinkRelMdWindowProperties and WindowJoinUtil.

import Columnar
import Dataflow
import Expressions

struct WindowColumns {
  /// Of a window table function.
  var kind: WindowKind
  /// Windows go by the clocks of the session's time zone.
  var isLocal: Bool
  /// Positions of the columns that hold the start, the end and the time of each row's window.
  var starts: Set<Int> = []
  var ends: Set<Int> = []
  var times: Set<Int> = []
  /// Of sessions: the columns that each have their own; nil for other windows.
  var partition: Set<Int>?

  var isSession: Bool { partition != nil }

  /// Nil if rows are in no window of event time, or the columns do not say in which.
  static func of(_ plan: LogicalPlan) -> WindowColumns? {
    guard let found = find(plan), !found.starts.isEmpty, !found.ends.isEmpty else { return nil }
    return found
  }

  private static func find(_ plan: LogicalPlan) -> WindowColumns? {
    switch plan {
    case .window(let input, let spec):
      if spec.clock == .processingTime { return nil }
      let columns = input.columns
      return WindowColumns(
        kind: spec.kind, isLocal: isLocal(columns[spec.time].type), starts: [columns.count], ends: [columns.count + 1],
        times: [columns.count + 2], partition: spec.partition.map { Set($0) })
    case .filter(let input, _): return of(input)
    case .project(let input, let expressions, _): return of(input)?.through(expressions)
    case .expand(let input, let lists, let columns):
      let shared = columns.indices.map { index in
        lists.allSatisfy { $0[index] == lists[0][index] } ? lists[0][index] : Expression.literal(.null, .null)
      }
      return of(input)?.through(shared)
    case .union(let inputs):
      let all = inputs.map(of)
      guard let first = all[0], all.allSatisfy({ $0?.isSame(as: first) == true }) else { return nil }
      return first
    case .aggregate(let input, let node): return aggregated(of(input), node)
    case .windowAggregate(let input, let node): return aggregated(input, node)
    case .rowNumber(let input, let node): return of(input).flatMap { $0.isTold(by: node.keys) ? $0 : nil }
    case .rank(let input, let node): return node.window == nil ? nil : of(input)
    case .join(let left, let right, let kind, let condition, _):
      return WindowJoinNode(left, right, kind, condition, at: SourceSpan(start: 0, end: 0)) == nil ? nil : joined(left, right, kind)
    case .windowJoin(let left, let right, let node): return joined(left, right, node.kind)
    default: return nil
    }
  }

  static func isLocal(_ type: DataType) -> Bool {
    if case .timestampLTZ = type { return true }
    return false
  }

  /// Whether keys tell all windows apart, with what makes sessions.
  func isWhole(in keys: [Int]) -> Bool { isTold(by: keys) && partition?.isSubset(of: keys) != false }

  /// Whether rows that are equal in the keys are in windows with the same start and end.
  func isTold(by keys: [Int]) -> Bool { keys.contains(where: starts.contains) && keys.contains(where: ends.contains) }

  /// Rows go by the same windows, and the same columns say so.
  private func isSame(as other: WindowColumns) -> Bool {
    hasWindows(of: other) && starts == other.starts && ends == other.ends && times == other.times && partition == other.partition
  }

  /// Windows that are equal in start and end are the same.
  func hasWindows(of other: WindowColumns) -> Bool { kind == other.kind && isLocal == other.isLocal }

  private func mapped(_ map: (Set<Int>) -> Set<Int>) -> WindowColumns {
    var result = self
    (result.starts, result.ends, result.times) = (map(starts), map(ends), map(times))
    return result
  }

  private func through(_ expressions: [Expression]) -> WindowColumns? {
    func positions(_ columns: Set<Int>) -> Set<Int> {
      Set(
        expressions.indices.filter { index in
          if case .column(let column, _) = expressions[index] { return columns.contains(column) }
          return false
        })
    }
    var result = mapped(positions)
    if let partition {
      // Without one of its columns no set of keys holds them all.
      let kept = partition.map { positions([$0]).min() }
      result.partition = Set(kept.map { $0 ?? -1 })
    }
    return result
  }

  private static func aggregated(_ input: WindowColumns?, _ node: AggregateNode) -> WindowColumns? {
    guard let input, input.isWhole(in: node.keys) else { return nil }
    return input.through(node.keys.map { .column($0, .int64) })
  }

  private static func aggregated(_ input: LogicalPlan, _ node: WindowAggregateNode) -> WindowColumns? {
    if node.clock == .processingTime { return nil }
    let first = node.keys.count + node.calls.count
    func positions(_ property: WindowProperty) -> Set<Int> {
      Set(node.properties.indices.filter { node.properties[$0] == property }.map { first + $0 })
    }
    var result: WindowColumns
    if case .attached(let kind, let isLocal) = node.kind {
      result = WindowColumns(kind: kind, isLocal: isLocal, starts: positions(.start), ends: positions(.end), times: positions(.time))
      if let below = of(input)?.through(node.keys.map({ .column($0, .int64) })) {
        result.starts.formUnion(below.starts)
        result.partition = below.partition
      }
    } else {
      result = WindowColumns(
        kind: node.kind, isLocal: isLocal(input.columns[node.time].type), starts: positions(.start), ends: positions(.end),
        times: positions(.time))
      if case .session = node.kind { result.partition = Set(node.keys.indices) }
    }
    return result
  }

  /// Both sides' columns say it, but those that may be padded.
  private static func joined(_ left: LogicalPlan, _ right: LogicalPlan, _ kind: JoinKind) -> WindowColumns? {
    let count = left.columns.count
    let sides = [
      kind.padsRight ? nil : of(left),
      kind.isLeftOnly || kind.padsLeft ? nil : of(right)?.mapped { Set($0.map { $0 + count }) },
    ]
    guard var result = sides[0] ?? sides[1] else { return nil }
    if let other = sides[1] {
      result.starts.formUnion(other.starts)
      result.ends.formUnion(other.ends)
      result.times.formUnion(other.times)
    }
    return result
  }
}

/// A join of rows of equal windows.
struct WindowJoinNode: Sendable {
  var kind: JoinKind
  /// Of the windows of both sides.
  var window: WindowKind
  var isLocal: Bool
  /// Positions of the windows' ends, each in its input.
  var leftEnd: Int
  var rightEnd: Int
  /// What else is asked for, over the left columns, then the right ones.
  var condition: Expression?
  var span: SourceSpan

  /// Nil unless the condition equates start and end of windows of one kind, one of each side.
  init?(_ left: LogicalPlan, _ right: LogicalPlan, _ kind: JoinKind, _ condition: Expression?, at span: SourceSpan) {
    let count = left.columns.count
    var equalities: [(left: Int, right: Int, conjunct: Expression)] = []
    for conjunct in condition?.conjuncts ?? [] {
      guard let equality = JoinEquality(conjunct, leftCount: count), case .column(let a, .timestamp(precision: 3)) = equality.left,
        case .column(let b, .timestamp(precision: 3)) = equality.right
      else { continue }
      equalities.append((a, b, conjunct))
    }
    guard equalities.count >= 2, let leftWindow = WindowColumns.of(left), let rightWindow = WindowColumns.of(right),
      leftWindow.hasWindows(of: rightWindow),
      equalities.contains(where: { leftWindow.starts.contains($0.left) && rightWindow.starts.contains($0.right) }),
      let ends = equalities.first(where: { leftWindow.ends.contains($0.left) && rightWindow.ends.contains($0.right) })
    else { return nil }
    self.kind = kind
    (window, isLocal) = (leftWindow.kind, leftWindow.isLocal)
    (leftEnd, rightEnd) = (ends.left, ends.right)
    // Where a window's start follows from its end, the one says what the other does.
    let implied = equalities.filter { equality in
      leftWindow.ends.contains(equality.left) && rightWindow.ends.contains(equality.right)
        || !leftWindow.isSession && leftWindow.starts.contains(equality.left) && rightWindow.starts.contains(equality.right)
    }
    self.condition = .conjunction((condition?.conjuncts ?? []).filter { conjunct in !implied.contains { $0.conjunct == conjunct } })
    self.span = span
  }

  /// The condition and that windows end together.
  func wholeCondition(leftCount: Int) -> Expression? {
    let ends = Expression.call(
      .equal, [.column(leftEnd, .timestamp(precision: 3)), .column(leftCount + rightEnd, .timestamp(precision: 3))], .boolean)
    return .conjunction([ends] + (condition?.conjuncts ?? []))
  }
}
