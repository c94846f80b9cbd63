//  The keys of GROUP BY and the sets of them that GROUPING SETS, ROLLUP and CUBE ask for.
//  Source: Flink's ExpandUtil; which set a row stands for is one more key, one bit for each key that the set leaves out.

import Columnar
import Expressions

struct Grouping {
  private(set) var keys: [Bound] = []
  /// Positions of keys, one list a set; nil where there is one set of all keys.
  private(set) var sets: [[Int]]?

  init() {}

  /// One set of all keys. Those that are bound afterwards come behind them, and each set holds them.
  init(keys: [Bound]) { self.keys = keys }

  /// Where an expression over the input speaks about the set that a row stands for.
  static let idMark = Int.max
  static let idColumn = PlanColumn("$e", .int64, isNullable: false)

  /// Key columns of the aggregation.
  var columnCount: Int { keys.count + (sets == nil ? 0 : 1) }

  /// Whether some set leaves the key out.
  func isMissing(_ key: Int) -> Bool { sets?.contains { !$0.contains(key) } ?? false }

  /// - Parameter key: binds one expression.
  mutating func bind(
    _ elements: [GroupingSyntax], _ key: (ExpressionSyntax) throws(Diagnostic) -> Bound
  ) throws(Diagnostic) {
    var all = [Array(keys.indices)]
    for element in elements { all = try Self.product(all, try sets(of: element, key), at: element.span) }
    let isPlain = all.count == 1 && all[0].count == keys.count
    if isPlain { return }
    if keys.count > SQLLimits.groupingColumnCountMax, let last = elements.last {
      throw Diagnostic("too many columns in grouping sets: at most \(SQLLimits.groupingColumnCountMax)", at: last.span)
    }
    sets = all
  }

  private mutating func sets(
    of element: GroupingSyntax, _ key: (ExpressionSyntax) throws(Diagnostic) -> Bound
  ) throws(Diagnostic) -> [[Int]] {
    switch element {
    case .key(let syntax): return [[try position(try key(syntax))]]
    case .composite(let all, _):
      var positions: [Int] = []
      for syntax in all {
        let position = try position(try key(syntax))
        if !positions.contains(position) { positions.append(position) }
      }
      return [positions]
    case .sets(let elements, let span):
      var all: [[Int]] = []
      for element in elements {
        all += try sets(of: element, key)
        try Self.checkCount(all.count, at: span)
      }
      return all
    case .rollup(let elements, let span):
      try Self.checkCount(elements.count + 1, at: span)
      var all: [[Int]] = [[]]
      for element in elements { all.append(Self.union(all[all.count - 1], try sets(of: element, key)[0])) }
      return all.reversed()
    case .cube(let elements, let span):
      var all: [[Int]] = [[]]
      for element in elements {
        let added = try sets(of: element, key)[0]
        all = all.map { Self.union($0, added) } + all
        try Self.checkCount(all.count, at: span)
      }
      return all
    }
  }

  private mutating func position(_ key: Bound) throws(Diagnostic) -> Int {
    if let position = keys.firstIndex(where: { $0.expression == key.expression }) { return position }
    keys.append(key)
    return keys.count - 1
  }

  private static func product(_ left: [[Int]], _ right: [[Int]], at span: SourceSpan) throws(Diagnostic) -> [[Int]] {
    try checkCount(left.count * right.count, at: span)
    return left.flatMap { first in right.map { union(first, $0) } }
  }

  private static func union(_ left: [Int], _ right: [Int]) -> [Int] { left + right.filter { !left.contains($0) } }

  private static func checkCount(_ count: Int, at span: SourceSpan) throws(Diagnostic) {
    if count > SQLLimits.groupingSetCountMax {
      throw Diagnostic("too many grouping sets: at most \(SQLLimits.groupingSetCountMax)", at: span)
    }
  }

  // MARK: Which set

  /// One number a set: a bit for each key that it leaves out; of equal sets each has its own.
  private var ids: [Int64] { zip(sets ?? [], repetitions).map { missing($0) | $1 << 32 } }

  private func missing(_ set: [Int]) -> Int64 { keys.indices.reduce(0) { set.contains($1) ? $0 : $0 | 1 << Int64($1) } }

  /// For each set how many equal ones there are before it.
  private var repetitions: [Int64] {
    var seen: [Int64: Int64] = [:]
    return (sets ?? [Array(keys.indices)]).map { set in
      defer { seen[missing(set), default: 0] += 1 }
      return seen[missing(set), default: 0]
    }
  }

  /// `GROUPING(a, b)` and `GROUPING_ID(a, b)`: a bit for each argument, the last the lowest, one where the row's set leaves it out.
  /// `GROUP_ID()`: how many sets that are equal to the row's stand before it.
  func bind(_ call: CallSyntax, scope: Scope, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    if call.name == "GROUP_ID" {
      if !call.arguments.isEmpty || call.isStar { throw Diagnostic("GROUP_ID takes no arguments", at: span) }
      return choice(repetitions, span)
    }
    if call.arguments.isEmpty || call.isStar || call.isDistinct || call.filter != nil {
      throw Diagnostic("\(call.name) takes columns of GROUP BY", at: span)
    }
    if call.arguments.count > SQLLimits.groupingColumnCountMax {
      throw Diagnostic("\(call.name) takes at most \(SQLLimits.groupingColumnCountMax) columns", at: span)
    }
    var positions: [Int] = []
    for argument in call.arguments {
      var binder = ExpressionBinder(scope: scope, clause: call.name)
      let bound = try binder.bind(argument)
      guard let position = keys.firstIndex(where: { $0.expression == bound.expression }) else {
        throw Diagnostic("\(call.name) takes columns of GROUP BY, and this is none", at: argument.span)
      }
      positions.append(position)
    }
    let values = (sets ?? [Array(keys.indices)]).map { set in
      positions.reduce(Int64(0)) { $0 << 1 | (set.contains($1) ? 0 : 1) }
    }
    return choice(values, span)
  }

  /// The value of the set that a row stands for.
  private func choice(_ values: [Int64], _ span: SourceSpan) -> Bound {
    let branches = zip(ids, values).dropLast().map { id, value in
      Expression.Branch(
        .call(.equal, [.column(Self.idMark, .int64), .literal(.integer(id), .int64)], .boolean), .literal(.integer(value), .int64))
    }
    let last = Expression.literal(.integer(values[values.count - 1]), .int64)
    return Bound(expression: branches.isEmpty ? last : .conditional(branches, otherwise: last, .int64), isNullable: false, span: span)
  }

  /// Each row of the plan, whose columns begin with the keys, once for each set: keys, the set's number, then the other columns.
  func expand(_ plan: LogicalPlan) -> LogicalPlan {
    let columns = plan.columns
    var output = columns.enumerated().map { index, column in
      var column = column
      if index < keys.count, isMissing(index) {
        column.isNullable = true
        column.timeAttribute = nil
      }
      return column
    }
    output.insert(Self.idColumn, at: keys.count)
    let lists = zip(sets ?? [], ids).map { set, id in
      var list = columns.indices.map { index in
        index >= keys.count || set.contains(index) ? Expression.column(index, columns[index].type) : .literal(.null, columns[index].type)
      }
      list.insert(.literal(.integer(id), .int64), at: keys.count)
      return list
    }
    return .expand(plan, lists, output)
  }
}

extension GroupingSyntax {
  var span: SourceSpan {
    switch self {
    case .key(let syntax): syntax.span
    case .composite(_, let span), .rollup(_, let span), .cube(_, let span), .sets(_, let span): span
    }
  }
}
