//  From logical plans to operators: picks specs, phases and distributions, and knows what each node's changelog holds.

import Columnar
import Dataflow
import Expressions

struct PhysicalPlanner {
  let parallelism: Int
  let settings: Settings
  let catalog: SessionCatalog
  private var sourceCount = 0

  init(parallelism: Int, settings: Settings, catalog: SessionCatalog) {
    self.parallelism = parallelism
    self.settings = settings
    self.catalog = catalog
  }

  /// The sink and everything above it.
  mutating func plan(_ insert: BoundInsert) throws(Diagnostic) -> PhysicalNode {
    let sink = insert.sink
    let format = catalog.format(of: sink)
    let connector = catalog.descriptor(of: sink)
    let acceptsUpdates = connector?.usesFormat == true ? format?.acceptsUpdates ?? false : connector?.acceptsUpdates ?? false
    let takesUpdateBefore = acceptsUpdates && (connector?.usesFormat == true || connector?.needsUpdateBefore == true)
    let demand = SinkDemand(
      takesUpdateBefore: takesUpdateBefore, goesByKey: acceptsUpdates && !takesUpdateBefore, primaryKey: sink.primaryKey,
      keys: UpsertKeys.of(insert.plan), strategy: settings.upsertMaterialize)
    var input = try plan(insert.plan, needsUpdateBefore: demand.needsUpdateBefore, at: insert.span)
    if !acceptsUpdates, let node = input.updatingNode {
      throw Diagnostic(
        "Table sink '\(sink.name)' doesn't support consuming \(node.changes.changesText) changes which is produced by node \(node.name); "
          + "aggregate by window, or write to a sink that takes updates\(wayOut(connector))", at: insert.span)
    }
    input = prepared(input, for: sink, demand)
    let schema = sink.physicalSchema
    let spec = SinkSpec(
      table: sink.name, connector: sink.connector, options: sink.options, schema: schema, primaryKey: sink.primaryKey,
      partitionKeys: sink.partitionKeys)
    // Rows of one key stay in order: they come from one subtask and go on to one.
    let isUneven = input.parallelism == nil && !input.changes.isEmpty
    return PhysicalNode(
      spec: .sink(spec), name: "Sink: \(sink.name)", inputs: [.init(plan: input, distribution: isUneven ? .single : .forward)],
      output: schema, parallelism: isUneven ? 1 : input.parallelism ?? parallelism, changes: input.changes, lineage: input.lineage,
      origin: input.origin, identity: Digest("sink:\(sink.name)"))
  }

  /// A query on its own, for EXPLAIN: nobody needs its -U.
  mutating func plan(query: LogicalPlan, at span: SourceSpan) throws(Diagnostic) -> PhysicalPlan {
    try plan(query, needsUpdateBefore: false, at: span)
  }

  private func wayOut(_ connector: ConnectorDescriptor?) -> String {
    if connector?.usesFormat == true {
      let formats = catalog.connectors.formats.filter { $0.acceptsUpdates && $0.isWritable }.map { "'\($0.name)'" }
      if !formats.isEmpty { return ", such as one with 'format' = \(formats.joined(separator: " or "))" }
    }
    return ""
  }

  /// In batch mode nothing but final rows leaves a node, so that all are insert-only.
  private mutating func plan(_ logical: LogicalPlan, needsUpdateBefore: Bool, at span: SourceSpan) throws(Diagnostic) -> PhysicalPlan {
    guard settings.isBatch else { return try changelogPlan(logical, needsUpdateBefore: needsUpdateBefore, at: span) }
    let plan = try changelogPlan(logical, needsUpdateBefore: true, at: span)
    guard case .node(let node) = plan, !node.changes.isEmpty else { return plan }
    return .node(finalRows(node))
  }

  private mutating func changelogPlan(
    _ logical: LogicalPlan, needsUpdateBefore: Bool, at span: SourceSpan
  ) throws(Diagnostic) -> PhysicalPlan {
    switch logical {
    case .scan(let scan): return try scanned(scan, nil, needsUpdateBefore: needsUpdateBefore, at: span)
    case .values(let values): return .node(self.values(values))
    case .filter(let input, let predicate):
      let columns = input.columns
      return try calc(
        input, predicate, columns.indices.map { .column($0, columns[$0].type) }, columns, needsUpdateBefore: needsUpdateBefore, at: span)
    case .project(.filter(let input, let predicate), let expressions, let columns):
      return try calc(input, predicate, expressions, columns, needsUpdateBefore: needsUpdateBefore, at: span)
    case .project(let input, let expressions, let columns):
      let given = input.columns
      let isIdentity =
        given.count == columns.count
        && columns.indices.allSatisfy { expressions[$0] == .column($0, given[$0].type) && columns[$0].type == given[$0].type }
      if isIdentity { return try plan(input, needsUpdateBefore: needsUpdateBefore, at: span) }
      return try calc(input, nil, expressions, columns, needsUpdateBefore: needsUpdateBefore, at: span)
    case .window(let input, let spec):
      // A row whose time has changed is in another window: what was there before has to be told.
      let below = try plan(input, needsUpdateBefore: true, at: span)
      if spec.clock == .processingTime { try requireInsertOnly(below, "a window of processing time", instead: "use event time", span) }
      let windowed = PhysicalPlan.node(windowTable(below, spec, logical.columns))
      return needsUpdateBefore ? windowed : withoutUpdateBefore(windowed, .delete)
    case .aggregate(let input, let node):
      let below = try plan(input, needsUpdateBefore: true, at: span)
      return .node(groupAggregate(below, node, needsUpdateBefore: needsUpdateBefore))
    case .windowAggregate(let input, let node):
      let below = try plan(input, needsUpdateBefore: true, at: span)
      if node.clock == .processingTime { try requireInsertOnly(below, "a window of processing time", instead: "use event time", span) }
      return .node(windowAggregate(below, node))
    case .join(let left, let right, let kind, let condition, let place):
      try requireBounded(condition.map { [$0] } ?? [], place.span)
      if condition?.isRandom == true {
        throw Diagnostic(
          "a join finds its rows again by its condition, so RAND, RAND_INTEGER, UUID and CURRENT_WATERMARK cannot be in it; compute them in a derived table",
          at: place.span)
      }
      let inputs = (
        left: try plan(left, needsUpdateBefore: true, at: span), right: try plan(right, needsUpdateBefore: true, at: span)
      )
      let node = join(inputs.left, inputs.right, kind, condition, place, logical.columns, needsUpdateBefore: needsUpdateBefore)
      return .node(node)
    case .intervalJoin(let left, let right, let node):
      try requireBounded(node.condition.map { [$0] } ?? [], node.span)
      let inputs = (
        left: try plan(left, needsUpdateBefore: false, at: span), right: try plan(right, needsUpdateBefore: false, at: span)
      )
      for plan in [inputs.left, inputs.right] {
        try requireInsertOnly(plan, "IntervalJoin", instead: "a join without bounds in time takes them", node.span)
      }
      return .node(intervalJoin(inputs.left, inputs.right, node, logical.columns))
    case .windowJoin(let left, let right, let node):
      try requireBounded(node.condition.map { [$0] } ?? [], node.span)
      let inputs = (
        left: try plan(left, needsUpdateBefore: false, at: span), right: try plan(right, needsUpdateBefore: false, at: span)
      )
      for plan in [inputs.left, inputs.right] {
        try requireInsertOnly(
          plan, "WindowJoin", instead: "join what is aggregated by window, or leave window_start or window_end out", node.span)
      }
      return .node(windowJoin(inputs.left, inputs.right, node, logical.columns))
    case .rowNumber(_, let node): throw RowNumberBinder.refusal(at: node.span)
    case .rank(let input, let node):
      if let window = node.window {
        let below = try plan(input, needsUpdateBefore: false, at: span)
        try requireInsertOnly(
          below, node.isDeduplication(of: input.columns) ? "WindowDeduplicate" : "WindowRank",
          instead: "rank what is aggregated by window, or leave window_start or window_end out", node.rowNumber.span)
        return .node(windowRank(below, input.columns, node, window, logical.columns))
      }
      let countBefore = sourceCount
      let below = try plan(input, needsUpdateBefore: true, at: span)
      if !below.changes.isEmpty, !below.changes.contains(.delete),
        let key = Self.updatableKey(of: input, keys: node.rowNumber.keys, order: node.rowNumber.order)
      {
        let count = sourceCount
        sourceCount = countBefore
        let updates = try plan(input, needsUpdateBefore: false, at: span)
        if updates.changes == .updateAfter {
          return .node(rank(updates, input.columns, node, logical.columns, upsertKey: key, needsUpdateBefore: needsUpdateBefore))
        }
        sourceCount = count
      }
      return .node(rank(below, input.columns, node, logical.columns, needsUpdateBefore: needsUpdateBefore))
    case .over(let input, let node):
      let below = try plan(input, needsUpdateBefore: !node.isByTime, at: span)
      if node.isDescending, !settings.isBatch {
        throw .unsupported("LEAD over a stream is", at: node.span, instead: "LAG looks back; bounded tables have it in batch mode")
      }
      if node.isByTime {
        try requireInsertOnly(below, "an OVER window", instead: "one that is ordered by a column that is no time takes them", node.span)
      }
      return .node(over(below, node, logical.columns, needsUpdateBefore: needsUpdateBefore))
    case .union(let inputs):
      var plans: [PhysicalPlan] = []
      for input in inputs { plans.append(try plan(input, needsUpdateBefore: needsUpdateBefore, at: span)) }
      return .union(plans)
    case .expand(let input, let lists, let columns):
      try requireBounded(lists.flatMap { $0 }, span)
      return .node(expand(try plan(input, needsUpdateBefore: needsUpdateBefore, at: span), lists, columns))
    case .sort(let input, let order, let sortSpan):
      let below = try plan(input, needsUpdateBefore: true, at: span)
      return .node(try sort(below, order, logical.columns, at: sortSpan))
    case .limit(.sort(let input, let order, let sortSpan), let spec) where !settings.isBatch:
      return try plan(sortLimit(input, order, spec, at: sortSpan), needsUpdateBefore: needsUpdateBefore, at: span)
    case .limit(let input, let spec):
      let count = sourceCount
      let below = try plan(input, needsUpdateBefore: true, at: span)
      if below.changes.isEmpty { return .node(limit(below, spec, logical.columns)) }
      sourceCount = count
      return try plan(
        sortLimit(input, try anyOrder(of: input.columns, at: span), spec, at: span), needsUpdateBefore: needsUpdateBefore, at: span)
    case .setOperation(let left, let right, let spec):
      let left = try plan(left, needsUpdateBefore: true, at: span)
      return .node(setOperation(left, try plan(right, needsUpdateBefore: true, at: span), spec, logical.columns))
    }
  }

  func requireInsertOnly(_ plan: PhysicalPlan, _ consumer: String, instead: String, _ span: SourceSpan) throws(Diagnostic) {
    guard let node = plan.updatingNode else { return }
    throw Diagnostic(
      "\(consumer) doesn't support consuming \(node.changes.changesText) changes which is produced by node \(node.name); \(instead)",
      at: span)
  }

  // MARK: Source

  private mutating func scanned(
    _ scan: ScanNode, _ predicate: Expression?, needsUpdateBefore: Bool, at span: SourceSpan
  ) throws(Diagnostic) -> PhysicalPlan {
    if settings.isBatch { try requireBounded(scan, span) }
    let node = source(scan)
    if scan.isNormalized { return .node(normalized(node, scan, predicate, needsUpdateBefore: needsUpdateBefore)) }
    return needsUpdateBefore ? .node(node) : withoutUpdateBefore(.node(node), .drop)
  }

  private mutating func source(_ scan: ScanNode) -> PhysicalNode {
    sourceCount += 1
    let table = scan.table
    let physical = table.physical
    let declared = table.physicalSchema
    /// Over the physical columns.
    func expression(_ column: Int) -> Expression {
      if let computed = table.columns[column].computed { return computed }
      return .column(physical.firstIndex(of: column) ?? 0, table.columns[column].type)
    }
    let fields = scan.fields.map { $0.path.expression(over: expression($0.column)) }
    let readsFields = catalog.readsFields(of: table)
    let reads = FieldReads(scan.selected.map(expression) + fields) { _ in readsFields }
    var columns = scan.selected.map { reads.rewritten(expression($0)) }
    columns += zip(fields, scan.fields).map { $1.path.isPresence ? reads.rewritten($0).children[0] : reads.rewritten($0) }
    if columns == reads.reads.indices.map({ .column($0, reads.reads[$0].type) }) { columns = [] }
    var watermark: WatermarkSpec?
    if scan.needsWatermark, let definition = table.watermark {
      watermark = WatermarkSpec(
        expression: definition.expression.mapColumns { scan.selected.firstIndex(of: $0) ?? 0 },
        idleTimeoutMicroseconds: settings.idleTimeout)
    }
    var spec = SourceSpec(
      table: table.name, connector: table.connector, options: table.options, declared: declared,
      projection: reads.reads.map(\.column), columns: columns, watermark: watermark, rowsPerSecond: table.rowsPerSecond)
    if reads.reads.contains(where: { !$0.isWhole }) { spec.paths = reads.reads.map(\.path) }
    spec.rowLimit = scan.rowLimit
    if !table.partitionKeys.isEmpty {
      spec.partitioning = SourcePartitioning(keys: table.partitionKeys, conditions: scan.partitionConditions)
    }
    let isChangelog = catalog.descriptor(of: table)?.usesFormat == true && catalog.format(of: table)?.producesUpdates == true
    return PhysicalNode(
      spec: .source(spec), name: "Source: \(table.name)[\(sourceCount)]", inputs: [], output: Self.schema(scan.columns),
      parallelism: parallelism, changes: isChangelog ? .all : .insertOnly, originatesChanges: true,
      lineage: scan.lineage, origin: scan.origin,
      identity: Digest("source:\(table.name)"))
  }

  static func schema(_ columns: [PlanColumn]) -> Schema {
    Schema(columns.map { Field($0.name, $0.type, isNullable: $0.isNullable) })
  }

  // MARK: Calc

  private mutating func calc(
    _ input: LogicalPlan, _ predicate: Expression?, _ expressions: [Expression], _ columns: [PlanColumn], needsUpdateBefore: Bool,
    at span: SourceSpan
  ) throws(Diagnostic) -> PhysicalPlan {
    try requireBounded(expressions + (predicate.map { [$0] } ?? []), span)
    if let predicate, !predicate.isRandom, case .scan(let scan) = input, scan.isNormalized {
      // What is not wanted is not kept either.
      let below = try scanned(scan, predicate, needsUpdateBefore: needsUpdateBefore, at: span)
      return calc(below, nil, expressions, columns)
    }
    // A filter may drop a +U whose -U it has let through before: it has to see both, unless it goes by the key alone.
    let needsBoth = predicate.map { !UpsertKeys.isAboutKey($0, of: input) } ?? false
    let below = try plan(input, needsUpdateBefore: needsUpdateBefore || needsBoth, at: span)
    let isTakenBack = !below.changes.isEmpty && (needsUpdateBefore || predicate?.isRandom == true)
    if isTakenBack, predicate?.isRandom == true || expressions.contains(where: \.isRandom) {
      throw Diagnostic(
        "RAND, RAND_INTEGER, UUID and CURRENT_WATERMARK would give a row another value when it is taken back; "
          + "compute them where rows are only added", at: span)
    }
    return calc(below, predicate, expressions, columns)
  }

  private func calc(
    _ below: PhysicalPlan, _ predicate: Expression?, _ expressions: [Expression], _ columns: [PlanColumn]
  ) -> PhysicalPlan {
    let names = below.output.fields.map(\.name)
    let select = zip(expressions, columns).map { expression, column in
      let text = ExpressionText.render(expression, names)
      return text == column.name ? text : "\(text) AS \(column.name)"
    }
    var name = "Calc(select=[\(ExpressionText.shortened(select.joined(separator: ", ")))]"
    if let predicate { name += ", where=[\(ExpressionText.render(predicate, names))]" }
    let lineage = zip(expressions, columns).map { $1.lineage ?? Self.digest($0, below.lineage) }
    // A union of unequal widths that is not insert-only goes through one subtask, so that changes of a key stay in order.
    let isUneven = below.parallelism == nil && !below.changes.isEmpty
    return .node(
      PhysicalNode(
        spec: .calc(CalcSpec(predicate: predicate, projections: expressions)), name: name + ")",
        inputs: [.init(plan: below, distribution: isUneven ? .single : .forward)], output: Self.schema(columns),
        parallelism: isUneven ? 1 : below.parallelism ?? parallelism, changes: below.changes, lineage: lineage, origin: below.origin,
        identity: Digest("calc", lineage)))
  }

  private func requireBounded(_ expressions: [Expression], _ span: SourceSpan) throws(Diagnostic) {
    if expressions.contains(where: { $0.height > SQLLimits.expressionDepthMax }) {
      throw Diagnostic("an expression of this query is nested too deeply: at most \(SQLLimits.expressionDepthMax) levels", at: span)
    }
    if expressions.reduce(0, { $0 + $1.nodeCount }) > SQLLimits.expressionNodeCountMax {
      throw Diagnostic("the expressions of this query are too large: at most \(SQLLimits.expressionNodeCountMax) parts", at: span)
    }
  }

  /// Where an expression's value comes from.
  static func digest(_ expression: Expression, _ lineage: [Digest]) -> Digest {
    let children = expression.children.map { digest($0, lineage) }
    switch expression {
    case .column(let index, _): return lineage[index]
    case .literal(let value, let type): return Digest("literal:\(ExpressionText.literal(value, type)):\(type)")
    case .function(let function, _, _): return Digest("function:\(function.name)", children)
    case .call(let function, _, _): return Digest("call:\(function.rawValue)", children)
    case .cast(_, let type, let isTry): return Digest("\(isTry ? "tryCast" : "cast"):\(type)", children)
    case .conditional: return Digest("conditional", children)
    case .field(_, let index, _): return Digest("field:\(index)", children)
    }
  }

  // MARK: Windows

  private func windowTable(_ below: PhysicalPlan, _ spec: WindowTableSpec, _ columns: [PlanColumn]) -> PhysicalNode {
    // Of a session all rows are needed to know where it ends; other windows are known by each.
    let keys = spec.partition
    var spec = spec
    if keys != nil { spec.consumesRetractions = !below.changes.isEmpty }
    // Changes of a key stay in order: inputs of unequal width meet in one subtask.
    let isUneven = below.parallelism == nil && !below.changes.isEmpty
    let window = WindowText.render(
      spec.kind, time: below.output[spec.time].name, partition: (keys ?? []).map { below.output[$0].name })
    let identity = Digest("window:\(spec.kind)", [below.lineage[spec.time]] + (keys ?? []).map { below.lineage[$0] })
    return PhysicalNode(
      spec: .windowTable(spec), name: "WindowTableFunction(window=[\(window)])",
      inputs: [.init(plan: below, distribution: keys.map(distribution) ?? (isUneven ? .single : .forward))], output: Self.schema(columns),
      parallelism: keys?.isEmpty == true || isUneven ? 1 : keys == nil ? below.parallelism ?? parallelism : parallelism,
      changes: below.changes,
      lineage: below.lineage + ["start", "end", "time"].map { Digest($0, [identity]) }, origin: below.origin, identity: identity)
  }

  private func windowAggregate(_ below: PhysicalPlan, _ node: WindowAggregateNode) -> PhysicalNode {
    let keyLineage = node.keys.map { below.lineage[$0] }
    let clock = node.clock == .eventTime ? "" : ":processingTime"
    let identity = Digest(
      "windowAggregate\(clock):\(node.kind)", keyLineage + [below.lineage[node.time]] + (keyLineage.isEmpty ? [below.origin] : []))
    let lineage =
      keyLineage + node.calls.map { AggregateText.digest($0, below.lineage, keyLineage) }
      + node.properties.map { Digest($0.rawValue, [identity]) }
    let columns = node.columns
    let text = AggregateText(below.output, node.keys, node.calls, columns.map(\.name))
    let window = WindowText.render(node.kind, time: below.output[node.time].name, partition: node.keys.map { below.output[$0].name })
    func spec(_ phase: AggregationPhase, keys: [Int], time: Int) -> OperatorSpec {
      .windowAggregate(
        WindowAggregateSpec(
          kind: node.kind, time: time, keys: keys, aggregates: node.calls, properties: phase == .local ? [] : node.properties, phase: phase,
          clock: node.clock, consumesRetractions: !below.changes.isEmpty))
    }
    let selected =
      text.select + node.properties.enumerated().map { "\($1.rawValue)('w$') AS \(columns[node.keys.count + node.calls.count + $0].name)" }
    func name(_ kind: String, _ select: [String], _ window: String) -> String {
      "\(kind)(\(text.groupBy)window=[\(window)], select=[\(ExpressionText.shortened(select.joined(separator: ", ")))])"
    }
    var result = PhysicalNode(
      spec: spec(.complete, keys: node.keys, time: node.time), name: name("WindowAggregate", selected, window),
      inputs: [.init(plan: below, distribution: distribution(node.keys))], output: Self.schema(columns),
      parallelism: node.keys.isEmpty ? 1 : parallelism, changes: .insertOnly, lineage: lineage, origin: below.origin, identity: identity)
    guard isTwoPhase(below, node.calls), node.hasSlices else { return result }
    let keyCount = node.keys.count
    let sliceEnd = Field("$slice_end", below.output[node.time].type, isNullable: false)
    let partial = Schema(node.keys.map { below.output[$0] } + [sliceEnd] + node.calls.flatMap(accumulatorFields))
    let sliceLineage = Digest("sliceEnd", [identity])
    let local = PhysicalNode(
      spec: spec(.local, keys: node.keys, time: node.time),
      name: name("LocalWindowAggregate", text.partialSelect + ["slice_end('w$') AS $slice_end"], window),
      inputs: [.init(plan: below, distribution: .forward)], output: partial, parallelism: below.parallelism ?? parallelism,
      changes: .insertOnly, lineage: keyLineage + [sliceLineage] + accumulatorLineage(partial.count - keyCount - 1, sliceLineage),
      origin: below.origin, identity: Digest("local", [identity]))
    let globalWindow = WindowText.render(node.kind, time: "$slice_end", label: "slice_end")
    result.spec = spec(.global, keys: Array(0..<keyCount), time: keyCount)
    result.name = name("GlobalWindowAggregate", selected, globalWindow)
    result.inputs = [.init(plan: .node(local), distribution: distribution(Array(0..<keyCount)))]
    return result
  }

  private func accumulatorLineage(_ count: Int, _ base: Digest) -> [Digest] {
    (0..<count).map { Digest("accumulator:\($0)", [base]) }
  }

  func distribution(_ keys: [Int]) -> Distribution { keys.isEmpty ? .single : .hash(keys) }

  /// Worth it when rows cross the network, and possible when partial results can be added up in any order.
  private func isTwoPhase(_ below: PhysicalPlan, _ calls: [AggregateCall]) -> Bool {
    (settings.usesTwoPhases ?? ((below.parallelism ?? parallelism) > 1)) && below.changes.isEmpty
      && calls.allSatisfy { !$0.isDistinct && $0.function.isSplittable }
  }

  // MARK: GROUP BY

  private func groupAggregate(_ below: PhysicalPlan, _ node: AggregateNode, needsUpdateBefore: Bool) -> PhysicalNode {
    let keyLineage = node.keys.map { below.lineage[$0] }
    let identity = Digest("groupAggregate", keyLineage.isEmpty ? [below.origin] : keyLineage)
    let text = AggregateText(below.output, node.keys, node.calls, node.columns.map(\.name))
    let hasRetractions = !below.changes.isEmpty
    func spec(_ phase: AggregationPhase, keys: [Int]) -> OperatorSpec {
      var spec = GroupAggregateSpec(
        keys: keys, aggregates: node.calls, consumesRetractions: hasRetractions, emitsUpdateBefore: needsUpdateBefore && phase != .local,
        phase: phase, foldsBatches: settings.foldsBatches)
      if phase != .local { spec.timeToLive = settings.timeToLive(node.timeToLive) }
      return .groupAggregate(spec)
    }
    func name(_ kind: String, _ select: [String]) -> String {
      "\(kind)(\(text.groupBy)select=[\(ExpressionText.shortened(select.joined(separator: ", ")))])"
    }
    var changes: ChangelogMode = hasRetractions ? [.updateAfter, .delete] : .updateAfter
    if needsUpdateBefore { changes.insert(.updateBefore) }
    var result = PhysicalNode(
      spec: spec(.complete, keys: node.keys), name: name("GroupAggregate", text.select),
      inputs: [.init(plan: below, distribution: distribution(node.keys))], output: Self.schema(node.columns),
      parallelism: node.keys.isEmpty ? 1 : parallelism, changes: changes, originatesChanges: true,
      lineage: keyLineage + node.calls.map { AggregateText.digest($0, below.lineage, keyLineage) }, origin: below.origin, identity: identity
    )
    guard isTwoPhase(below, node.calls), settings.foldsBatches else { return result }
    let keyCount = node.keys.count
    let partial = Schema(node.keys.map { below.output[$0] } + node.calls.flatMap(accumulatorFields))
    let base = Digest("local", [identity])
    let local = PhysicalNode(
      spec: spec(.local, keys: node.keys), name: name("LocalGroupAggregate", text.partialSelect),
      inputs: [.init(plan: below, distribution: .forward)], output: partial, parallelism: below.parallelism ?? parallelism,
      changes: .insertOnly, lineage: keyLineage + accumulatorLineage(partial.count - keyCount, base), origin: below.origin, identity: base)
    result.spec = spec(.global, keys: Array(0..<keyCount))
    result.name = name("GlobalGroupAggregate", text.select)
    result.inputs = [.init(plan: .node(local), distribution: distribution(Array(0..<keyCount)))]
    return result
  }
}
