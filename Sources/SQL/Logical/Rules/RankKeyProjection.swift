//  The rows of a Top-N that replace each other are told apart by a key: it goes through the projection below, whether or not anybody above
//  looks at it, so that no row has to be taken back.
//  Source: Flink's CalcRankTransposeRule, which keeps the upsert keys of what is ranked.

import Columnar
import Expressions

enum RankKeyProjection {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      switch node {
      case .rank(.project(let input, let expressions, let columns), let rank) where rank.window == nil:
        let order = (rank.rowNumber.keys, rank.rowNumber.order)
        guard let wide = widened(input, expressions, columns, order) else { return node }
        let kept = Array(columns.indices) + (rank.outputsRank ? [wide.columns.count] : [])
        return projected(.rank(wide, rank), kept)
      case .limit(.sort(.project(let input, let expressions, let columns), let order, let span), let spec):
        guard let wide = widened(input, expressions, columns, ([], order)) else { return node }
        return projected(.limit(.sort(wide, order, at: span), spec), Array(columns.indices))
      default: return node
      }
    }
  }

  /// The projection with the columns of a key behind its own; nil if that is of no use.
  private static func widened(
    _ input: LogicalPlan, _ expressions: [Expression], _ columns: [PlanColumn], _ order: (keys: [Int], order: [SortKey])
  ) -> LogicalPlan? {
    func hasKey(_ plan: LogicalPlan) -> Bool { PhysicalPlanner.updatableKey(of: plan, keys: order.keys, order: order.order) != nil }
    guard Monotonicity.mayChange(input), !hasKey(.project(input, expressions, columns)) else { return nil }
    let given = input.columns
    let keys = UpsertKeys.of(input).map { $0.sorted() }.sorted { ($0.count, $0.description) < ($1.count, $1.description) }
    return keys.lazy.map { key in
      let missing = key.filter { !expressions.contains(.column($0, given[$0].type)) }
      return .project(input, expressions + missing.map { .column($0, given[$0].type) }, columns + missing.map { given[$0] })
    }.first(where: hasKey)
  }

  private static func projected(_ plan: LogicalPlan, _ kept: [Int]) -> LogicalPlan {
    let given = plan.columns
    return .project(plan, kept.map { .column($0, given[$0].type) }, kept.map { given[$0] })
  }
}
