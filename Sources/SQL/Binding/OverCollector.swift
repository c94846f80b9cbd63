//  Calls with OVER in a SELECT list: their arguments are computed below, their values are columns that the list is computed over.

import Columnar
import Dataflow
import Expressions

/// Gathers the OVER calls of a SELECT list: binding one gives a column after those of the input. Equal calls share one.
final class OverCollector {
  private let scope: Scope
  private let windows: [(name: Identifier, window: OverSyntax)]
  private var calls: [CollectedOver] = []

  init(_ scope: Scope, _ windows: [(name: Identifier, window: OverSyntax)]) {
    self.scope = scope
    self.windows = windows
  }

  /// The window that a name stands for, or the one that is written out.
  static func resolve(
    _ over: OverSyntax, _ windows: [(name: Identifier, window: OverSyntax)]
  ) throws(Diagnostic) -> OverSyntax {
    guard let name = over.name else { return over }
    guard let found = windows.first(where: { $0.name.text == name.text }) else {
      throw Diagnostic(
        "unknown window '\(name.text)'", at: name.span, expected: ["WINDOW \(name.text) AS (PARTITION BY a ORDER BY b)"],
        suggestion: nearestName(to: name.text, in: windows.map(\.name.text)))
    }
    return found.window
  }

  // MARK: A call

  func bind(_ syntax: CallSyntax, _ over: OverSyntax, _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let window = try Self.resolve(over, windows)
    let order = try order(window)
    var call = CollectedOver(
      keys: try keys(window), order: order.0, clock: order.clock, nullsFirst: order.nullsFirst, frame: .range(preceding: nil),
      span: window.span)
    if let frame = window.frame { call.frame = try self.frame(frame) }
    switch syntax.name {
    case "ROW_NUMBER", "RANK", "DENSE_RANK":
      try requireNoFrame(syntax, window)
      if !syntax.arguments.isEmpty || syntax.isStar { throw Diagnostic("\(syntax.name) takes no arguments", at: span) }
      if syntax.name == "ROW_NUMBER" { call.frame = .rows(preceding: nil) }
      call.function = syntax.name == "ROW_NUMBER" ? .rowNumber : syntax.name == "RANK" ? .rank : .denseRank
    case "LAG", "LEAD":
      try requireNoFrame(syntax, window)
      try lag(syntax, span, &call)
      // Looking ahead is looking back in the opposite order, once all rows are known.
      if syntax.name == "LEAD" { (call.isDescending, call.clock, call.nullsFirst) = (true, nil, !call.nullsFirst) }
    default: try aggregate(syntax, span, &call)
    }
    try requireTime(call, syntax, window)
    // Rows come one after the other, none with another.
    if call.clock == .processingTime, call.frame == .range(preceding: nil) { call.frame = .rows(preceding: nil) }
    let index = calls.firstIndex { $0.isSame(as: call) } ?? calls.count
    if index == calls.count { calls.append(call) }
    return try withDefault(
      Bound(expression: .column(scope.columns.count + index, call.type), isNullable: call.isNullable, span: span), syntax)
  }

  private func requireNoFrame(_ syntax: CallSyntax, _ window: OverSyntax) throws(Diagnostic) {
    if let frame = window.frame { throw Diagnostic("\(syntax.name) takes no ROWS or RANGE", at: frame.span) }
  }

  private func aggregate(_ syntax: CallSyntax, _ span: SourceSpan, _ call: inout CollectedOver) throws(Diagnostic) {
    guard let function = AggregateFunctions.named(syntax.name) else {
      if ["NTILE", "CUME_DIST", "PERCENT_RANK", "NTH_VALUE"].contains(syntax.name) {
        throw .unsupported("\(syntax.name) over a stream is", at: span, instead: "LAG looks back")
      }
      throw Diagnostic("OVER belongs to aggregates, not to \(syntax.name)", at: span, expected: Self.names)
    }
    guard function.definition.takesFrames else { throw .unsupported("\(syntax.name) OVER is", at: span) }
    // Every frame has its own row, as every group of a GROUP BY with keys.
    let collector = AggregateCollector(inputCount: 0, hasKeys: true)
    _ = try collector.bind(syntax, function, scope: scope, span)
    call.function = .aggregate(collector.calls[0])
  }

  private static let names =
    AggregateFunctions.all.filter(\.definition.takesFrames).map { $0.definition.names[0] } + [
      "LAG", "LEAD", "ROW_NUMBER", "RANK", "DENSE_RANK",
    ]

  private func lag(_ syntax: CallSyntax, _ span: SourceSpan, _ call: inout CollectedOver) throws(Diagnostic) {
    guard 1...3 ~= syntax.arguments.count, !syntax.isDistinct, !syntax.isStar else {
      throw Diagnostic("\(syntax.name) takes a value, an offset and a default", at: span, expected: ["\(syntax.name)(a [, 1 [, b]])"])
    }
    let argument = try expression(syntax.arguments[0])
    var offset: Int64 = 1
    if syntax.arguments.count > 1 {
      let bound = try expression(syntax.arguments[1])
      guard case .literal(.integer(let count), let type) = bound.expression, type.isInteger, 0...Int64(SQLLimits.frameRowsMax) ~= count
      else {
        throw Diagnostic("the offset of \(syntax.name) is a constant from 0 to \(SQLLimits.frameRowsMax)", at: bound.span)
      }
      offset = count
    }
    call.frame = .rows(preceding: Int(offset))
    call.function = .lag(argument: argument.expression, isNullable: argument.isNullable || offset > 0)
  }

  /// The value of LAG or LEAD, or its default where that is NULL, as Flink has it.
  private func withDefault(_ value: Bound, _ syntax: CallSyntax) throws(Diagnostic) -> Bound {
    guard ["LAG", "LEAD"].contains(syntax.name), syntax.arguments.count > 2 else { return value }
    var binder = ExpressionBinder(scope: scope, clause: syntax.name)
    let bound = try binder.bind(syntax.arguments[2])
    guard bound.type == .null || TypeRules.common(value.type, bound.type) == value.type else {
      throw Diagnostic(
        "the default of \(syntax.name) has type \(bound.type), its value \(value.type); use CAST", at: bound.span,
        expected: ["\(value.type)"])
    }
    let fallback = Coercion.cast(bound, to: value.type)
    return Bound(
      expression: .call(.coalesce, [value.expression, fallback.expression], value.type),
      isNullable: value.isNullable && fallback.isNullable,
      span: value.span)
  }

  // MARK: The window

  private func expression(_ syntax: ExpressionSyntax) throws(Diagnostic) -> Bound {
    var binder = ExpressionBinder(scope: scope, clause: "OVER")
    return try binder.typed(try binder.bind(syntax))
  }

  private func keys(_ window: OverSyntax) throws(Diagnostic) -> [Expression] {
    var keys: [Expression] = []
    for syntax in window.partition {
      let key = try expression(syntax)
      guard TypeRules.isComparable(key.type) else {
        throw Diagnostic("values of type \(key.type) cannot be compared for PARTITION BY", at: syntax.span)
      }
      if !keys.contains(key.expression) { keys.append(key.expression) }
    }
    return keys
  }

  private func order(_ window: OverSyntax) throws(Diagnostic) -> (Expression, clock: WindowClock?, nullsFirst: Bool) {
    guard window.order.count == 1 else {
      throw Diagnostic(
        "an OVER window of a stream is ordered by one column, at best its time attribute",
        at: window.order.count > 1 ? window.order[1].expression.span : window.span,
        expected: ["OVER (PARTITION BY a ORDER BY ts)"])
    }
    let item = window.order[0]
    if item.isDescending {
      throw Diagnostic(
        "an OVER window of a stream is ordered ascending: rows come in the order of time; "
          + "for a Top-N number them by ROW_NUMBER() and keep numbers <= N in the query around it", at: item.expression.span)
    }
    let order = try expression(item.expression)
    guard TypeRules.isOrdered(order.type) else {
      throw Diagnostic("values of type \(order.type) have no order for ORDER BY", at: item.expression.span)
    }
    return (order.expression, TimeAttribute.of(order.expression, over: scope.columns).map(WindowClock.init), item.nullsFirst ?? true)
  }

  /// Over a column that is no time the rows that follow change a value; then every frame begins with the first row.
  private func requireTime(_ call: CollectedOver, _ syntax: CallSyntax, _ window: OverSyntax) throws(Diagnostic) {
    if call.clock == .eventTime { return }
    let place = window.order[0].expression.span
    if call.clock == .processingTime {
      guard call.function == .rank || call.function == .denseRank else { return }
      throw .unsupported("\(syntax.name) by processing time is", at: place, instead: "ROW_NUMBER counts rows as they come")
    }
    let wanted = ["OVER (PARTITION BY a ORDER BY ts)"]
    switch call.function {
    case .aggregate, .rowNumber:
      if !call.frame.isBounded { return }
      throw Diagnostic(
        "a frame that is bounded needs ORDER BY a time attribute: a column with WATERMARK FOR, passed on unchanged; "
          + "by other columns frames begin with UNBOUNDED PRECEDING", at: place, expected: wanted)
    case .lag: return
    case .rank, .denseRank: break
    }
    throw Diagnostic(
      "\(syntax.name) needs ORDER BY a time attribute: a column with WATERMARK FOR, passed on unchanged", at: place, expected: wanted)
  }

  private func frame(_ frame: FrameSyntax) throws(Diagnostic) -> OverFrame {
    let wanted = ["\(frame.isRows ? "ROWS BETWEEN 10" : "RANGE BETWEEN INTERVAL '1' HOUR") PRECEDING AND CURRENT ROW"]
    guard case .currentRow = frame.upper else {
      throw Diagnostic("a frame of a stream ends with CURRENT ROW: rows that follow are not known yet", at: frame.span, expected: wanted)
    }
    switch frame.lower {
    case .unboundedPreceding: return frame.isRows ? .rows(preceding: nil) : .range(preceding: nil)
    case .currentRow: return frame.isRows ? .rows(preceding: 0) : .range(preceding: 0)
    case .following:
      throw Diagnostic("a frame of a stream begins before the row at hand or with it", at: frame.span, expected: wanted)
    case .preceding(let syntax):
      let bound = try expression(syntax)
      guard case .literal(.integer(let distance), let type) = bound.expression, distance >= 0,
        frame.isRows ? type.isInteger && distance <= SQLLimits.frameRowsMax : type == .intervalTime
      else {
        throw Diagnostic(
          frame.isRows
            ? "ROWS takes a constant number of rows, at most \(SQLLimits.frameRowsMax)"
            : "RANGE takes a constant interval of days, hours, minutes and seconds",
          at: syntax.span, expected: wanted)
      }
      return frame.isRows ? .rows(preceding: Int(distance)) : .range(preceding: distance)
    }
  }

  // MARK: The plan

  /// The input's columns and behind them those of the calls, in the order in which they were bound.
  func plan(over input: LogicalPlan) -> LogicalPlan {
    if calls.isEmpty { return input }
    let given = scope.columns
    var columns = given
    var expressions = given.indices.map { Expression.column($0, given[$0].type) }
    func position(of expression: Expression) -> Int {
      if let index = expressions.firstIndex(of: expression) { return index }
      expressions.append(expression)
      columns.append(
        PlanColumn(
          "$\(columns.count)", expression.type, isNullable: true, timeAttribute: TimeAttribute.of(expression, over: given)))
      return expressions.count - 1
    }
    var nodes: [OverNode] = []
    /// By call: its node, and its place among the node's.
    var places: [(node: Int, frame: Int, call: Int)] = []
    for call in calls {
      let keys = call.keys.map { position(of: $0) }
      let order = position(of: call.order)
      let node =
        nodes.firstIndex {
          $0.keys == keys && $0.order == order && $0.nullsFirst == call.nullsFirst && $0.clock == call.clock
            && $0.isDescending == call.isDescending
        } ?? nodes.count
      if node == nodes.count {
        var new = OverNode(keys: keys, order: order, frames: [], names: [], span: call.span)
        (new.clock, new.nullsFirst, new.isDescending) = (call.clock, call.nullsFirst, call.isDescending)
        nodes.append(new)
      }
      let frame = nodes[node].frames.firstIndex { $0.frame == call.frame } ?? nodes[node].frames.count
      if frame == nodes[node].frames.count { nodes[node].frames.append(OverFrameSpec(call.frame, [])) }
      places.append((node, frame, nodes[node].frames[frame].calls.count))
      nodes[node].frames[frame].calls.append(call.spec { position(of: $0) })
    }
    // By time first, while rows still follow the watermark.
    let sequence = [WindowClock.eventTime, .processingTime, nil].flatMap { clock in nodes.indices.filter { nodes[$0].clock == clock } }
    var plan = columns.count == given.count ? input : LogicalPlan.project(input, expressions, columns)
    var starts = [Int](repeating: 0, count: nodes.count)
    var resultCount = columns.count
    for index in sequence {
      var node = nodes[index]
      starts[index] = resultCount
      for (frame, spec) in node.frames.enumerated() {
        for call in spec.calls.indices {
          let position = places.firstIndex { $0 == (index, frame, call) } ?? 0
          node.names.append("w\(index)$o\(position)")
          node.isNullable.append(calls[position].isNullable)
        }
      }
      resultCount += node.names.count
      plan = .over(plan, node)
    }
    let output = plan.columns
    let chosen =
      Array(given.indices)
      + places.map { place in
        starts[place.node] + nodes[place.node].frames[..<place.frame].reduce(0) { $0 + $1.calls.count } + place.call
      }
    return .project(plan, chosen.map { .column($0, output[$0].type) }, chosen.map { output[$0] })
  }
}

/// An OVER call before its arguments have become columns.
private struct CollectedOver {
  enum Function: Equatable {
    case aggregate(CollectedAggregate)
    case lag(argument: Expression, isNullable: Bool)
    case rowNumber, rank, denseRank
  }
  var keys: [Expression]
  var order: Expression
  /// Nil for an order that is no time.
  var clock: WindowClock?
  var isDescending = false
  var nullsFirst: Bool
  var frame: OverFrame
  var function = Function.rowNumber
  var span: SourceSpan

  func isSame(as other: CollectedOver) -> Bool {
    keys == other.keys && order == other.order && isDescending == other.isDescending && nullsFirst == other.nullsFirst
      && frame == other.frame && function == other.function
  }

  var type: DataType {
    switch function {
    case .aggregate(let call): call.resultType
    case .lag(let argument, _): argument.type
    case .rowNumber, .rank, .denseRank: .int64
    }
  }

  var isNullable: Bool {
    switch function {
    case .aggregate(let call): call.isNullable
    case .lag(_, let isNullable): isNullable
    case .rowNumber, .rank, .denseRank: false
    }
  }

  func spec(_ position: (Expression) -> Int) -> OverCall {
    switch function {
    case .aggregate(let call):
      .aggregate(
        AggregateCall(
          call.function, argument: call.argument.map(position), argumentType: call.argument?.type, isDistinct: call.isDistinct,
          resultType: call.resultType))
    case .lag(let argument, _): .lag(argument: position(argument), type: argument.type)
    case .rowNumber: .aggregate(AggregateCall(.countStar, resultType: .int64))
    case .rank: .rank
    case .denseRank: .denseRank
    }
  }
}

extension CallSyntax {
  /// The first OVER call in an expression.
  static func firstOver(_ syntax: ExpressionSyntax) -> ExpressionSyntax? {
    if case .call(let call) = syntax.kind, call.over != nil { return syntax }
    return syntax.children.lazy.compactMap { firstOver($0) }.first
  }
}
