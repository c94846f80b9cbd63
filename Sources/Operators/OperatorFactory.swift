//  The one switch from what to compute to how: specs become operators here and nowhere else.

import Dataflow

public enum OperatorFactory {
  /// The operator that computes `spec`. Its state is declared in `open`.
  ///
  /// Sources, enumerators and sinks touch the world, so whoever owns the connectors drives them: asking for one here is
  /// an internal error.
  /// - Throws: If the spec asks for what is not supported.
  public static func make(_ spec: OperatorSpec) throws(OperatorError) -> any Operator {
    switch spec {
    case .calc(let spec): return try Calc(spec)
    case .windowTable(let spec):
      if case .session(let gap) = spec.kind { return try SessionTable(spec, gap: gap) }
      return try WindowTable(spec)
    case .windowAggregate(let spec):
      if case .session(let gap) = spec.kind { return try SessionAggregate(spec, gap: gap) }
      return spec.phase == .local ? try LocalWindowAggregate(spec) : try WindowAggregate(spec)
    case .groupAggregate(let spec): return spec.phase == .local ? try LocalGroupAggregate(spec) : try GroupAggregate(spec)
    case .join(let spec):
      switch spec.kind {
      case .inner: return spec.isInsertOnly ? try InsertOnlyJoin(spec) : try Join(spec)
      case .left, .right, .full: return try OuterJoin(spec)
      case .semi, .anti: return try SemiJoin(spec)
      }
    case .intervalJoin(let spec): return try IntervalJoin(spec)
    case .windowJoin(let spec): return try WindowJoin(spec)
    case .rank(let spec): return spec.upsertKey == nil ? try Rank(spec) : try UpdatableRank(spec)
    case .windowRank(let spec): return try WindowRank(spec)
    case .deduplicate(let spec): return spec.keeps == .first ? DeduplicateFirst(spec) : DeduplicateLast(spec)
    case .windowDeduplicate(let spec): return WindowDeduplicate(spec)
    case .overAggregate(let spec): return try OverAggregate(spec)
    case .setOperation(let spec): return SetOperation(spec)
    case .sortedOver(let spec): return try SortedOver(spec)
    case .expand(let spec): return try Expand(spec)
    case .sort(let spec): return try Sort(spec)
    case .limit(let spec): return Limit(spec)
    case .finalRows: return FinalRows()
    case .changelogNormalize(let spec): return try ChangelogNormalize(spec)
    case .upsertMaterialize(let spec): return UpsertMaterialize(spec)
    case .updateBefore(let treatment): return UpdateBefore(treatment)
    case .notNull(let spec): return NotNull(spec)
    case .enumerator, .source, .sink:
      throw OperatorError(.internal, .never, "a source, an enumerator or a sink is driven by its worker, not made from its spec")
    }
  }
}
