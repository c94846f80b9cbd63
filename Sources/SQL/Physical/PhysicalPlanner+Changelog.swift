//  Between a changelog and who takes it: what a sink goes by, what becomes of -U, and sources whose changes lack one.
//  Source: Flink's FlinkChangelogModeInferenceProgram, StreamExecSink and StreamPhysicalChangelogNormalize.

import Columnar
import Dataflow
import Expressions

/// What a sink asks of its input's changelog.
struct SinkDemand {
  var needsUpdateBefore: Bool
  var preparation: Preparation

  enum Preparation {
    /// The rows go in as they come.
    case none
    /// Each key is one of the input's, but a row may leave it: -U is then a deletion.
    case deletion
    /// Several rows of the input may claim one key.
    case materialization(upsertKey: [Int]?)
  }

  /// - Parameters:
  ///   - keys: the upsert keys of the input.
  ///   - goesByKey: the sink takes changes, but no -U.
  init(takesUpdateBefore: Bool, goesByKey: Bool, primaryKey: [Int], keys: Set<Set<Int>>, strategy: Settings.UpsertMaterialize) {
    let key = Set(primaryKey)
    guard goesByKey, !key.isEmpty else {
      (needsUpdateBefore, preparation) = (takesUpdateBefore, .none)
      return
    }
    if keys.contains(key), strategy != .force {
      (needsUpdateBefore, preparation) = (false, .none)
      return
    }
    needsUpdateBefore = true
    if strategy == .none || strategy == .auto && keys.contains(where: { $0.isSubset(of: key) }) {
      preparation = .deletion
    } else {
      let ordered = keys.map { $0.sorted() }.sorted { $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1) }
      preparation = .materialization(upsertKey: ordered.first)
    }
  }
}

extension PhysicalPlanner {
  /// The rows as a sink takes them: held to its NOT NULL columns, and one for each key if it goes by one.
  func prepared(_ input: PhysicalPlan, for sink: TableDefinition, _ demand: SinkDemand) -> PhysicalPlan {
    let schema = sink.physicalSchema
    var plan = input
    let required = schema.fields.indices.filter { !schema[$0].isNullable }
    if !required.isEmpty {
      let names = required.map { schema[$0].name }.joined(separator: ", ")
      plan = pass(
        plan, .notNull(NotNullSpec(table: sink.name, columns: required, dropsRows: settings.dropsNulls)),
        "ConstraintEnforcer[NotNullEnforcer(fields=[\(names)])]", plan.changes, "notNull:\(sink.name)")
    }
    guard !plan.changes.isEmpty else { return plan }
    switch demand.preparation {
    case .none: return plan
    case .deletion: return withoutUpdateBefore(plan, .delete)
    case .materialization(let upsertKey):
      let names = sink.primaryKey.map { schema[$0].name }.joined(separator: ", ")
      var spec = UpsertMaterializeSpec(keys: sink.primaryKey, upsertKey: upsertKey, foldsBatches: settings.foldsBatches)
      spec.timeToLive = settings.timeToLive()
      return .node(
        PhysicalNode(
          spec: .upsertMaterialize(spec), name: "SinkMaterializer(primaryKey=[\(names)])",
          inputs: [.init(plan: plan, distribution: distribution(sink.primaryKey))], output: schema, parallelism: parallelism,
          changes: [.updateAfter, .delete], lineage: plan.lineage, origin: plan.origin, identity: Digest("upsertMaterialize:\(sink.name)")))
    }
  }

  /// The plan's rows without -U, if it has any.
  func withoutUpdateBefore(_ plan: PhysicalPlan, _ treatment: UpdateBeforeTreatment) -> PhysicalPlan {
    guard plan.changes.contains(.updateBefore) else { return plan }
    var changes = plan.changes.subtracting(.updateBefore)
    if treatment == .delete { changes.insert(.delete) }
    return pass(
      plan, .updateBefore(treatment), treatment == .drop ? "DropUpdateBefore" : "UpdateBeforeToDelete", changes,
      "updateBefore:\(treatment.rawValue)")
  }

  /// An operator that passes rows on where they lie.
  private func pass(
    _ plan: PhysicalPlan, _ spec: OperatorSpec, _ name: String, _ changes: ChangelogMode, _ identity: String
  ) -> PhysicalPlan {
    // Changes of a key stay in order: inputs of unequal width meet in one subtask.
    let isUneven = plan.parallelism == nil && !plan.changes.isEmpty
    return .node(
      PhysicalNode(
        spec: spec, name: name, inputs: [.init(plan: plan, distribution: isUneven ? .single : .forward)], output: plan.output,
        parallelism: isUneven ? 1 : plan.parallelism ?? parallelism, changes: changes, lineage: plan.lineage, origin: plan.origin,
        identity: Digest(identity, plan.lineage)))
  }

  /// A source whose rows are normalised by the table's primary key, those alone that fulfil the condition.
  func normalized(
    _ source: PhysicalNode, _ scan: ScanNode, _ predicate: Expression?, needsUpdateBefore: Bool
  ) -> PhysicalNode {
    let physical = scan.table.physical
    let keys = scan.table.primaryKey.compactMap { scan.selected.firstIndex(of: physical[$0]) }
    let names = source.output.fields.map(\.name)
    let condition = predicate.map { ", condition=[\(ExpressionText.render($0, names))]" } ?? ""
    var spec = ChangelogNormalizeSpec(
      keys: keys, predicate: predicate, emitsUpdateBefore: needsUpdateBefore, foldsBatches: settings.foldsBatches)
    spec.timeToLive = settings.timeToLive()
    return PhysicalNode(
      spec: .changelogNormalize(spec), name: "ChangelogNormalize(key=[\(keys.map { names[$0] }.joined(separator: ", "))]\(condition))",
      inputs: [.init(plan: .node(source), distribution: distribution(keys))], output: source.output, parallelism: parallelism,
      changes: needsUpdateBefore ? .all : [.updateAfter, .delete], originatesChanges: true, lineage: source.lineage,
      origin: source.origin, identity: Digest("changelogNormalize", keys.map { source.lineage[$0] }))
  }
}
