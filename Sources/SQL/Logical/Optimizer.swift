//  The rules and their order.

enum Optimizer {
  static func optimize(_ plan: LogicalPlan, _ catalog: SessionCatalog, _ settings: Settings) -> LogicalPlan {
    var plan = optimize(plan)
    if let bucketCount = settings.distinctBucketCount { plan = DistinctSplitting.apply(plan, bucketCount: bucketCount) }
    plan = ProjectionMerging.apply(LimitPushDown.apply(PartitionPruning.apply(plan), catalog))
    // From here on columns may be computed in another way than their names say: they carry their lineage.
    plan = ComputedColumnInlining.apply(plan)
    plan = ImpliedConditions.apply(plan)
    return FieldPushDown.apply(plan, catalog)
  }

  /// What neither tables nor settings have a say in.
  static func optimize(_ plan: LogicalPlan) -> LogicalPlan {
    var plan = ConstantFolding.apply(plan)
    plan = ProjectionMerging.apply(plan)
    // Conditions under a window must be out of its way before it is fused, those above must not yet go under it.
    plan = PredicatePushDown.apply(plan, throughAggregates: false)
    plan = ProjectionMerging.apply(plan)
    plan = WindowAggregateFusion.apply(plan)
    plan = ProjectionMerging.apply(plan)
    plan = OuterJoinReduction.apply(plan)
    plan = RankFusion.apply(plan)
    plan = WindowJoinRecognition.apply(plan)
    plan = AttachedWindowAggregation.apply(plan)
    plan = ProjectionMerging.apply(plan)
    plan = PredicatePushDown.apply(plan, throughAggregates: true)
    plan = ProjectionMerging.apply(plan)
    plan = IntervalJoinRecognition.apply(plan)
    plan = JoinKeyProjection.apply(plan)
    plan = ProjectionMerging.apply(plan)
    plan = RankKeyProjection.apply(plan)
    plan = ColumnPruning.apply(plan)
    return ProjectionMerging.apply(plan)
  }
}
