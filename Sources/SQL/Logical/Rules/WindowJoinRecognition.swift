//  A join whose condition equates start and end of its sides' windows keeps rows until the window is closed, and its output follows
//  the watermark.
//  Source: Flink's StreamPhysicalWindowJoinRule.

enum WindowJoinRecognition {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .join(let left, let right, let kind, let condition, let place) = node,
        let window = WindowJoinNode(left, right, kind, condition, at: place.span)
      else { return node }
      return .windowJoin(left, right, window)
    }
  }
}
