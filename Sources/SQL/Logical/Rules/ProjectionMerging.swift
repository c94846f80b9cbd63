//  Two projections in a row become one, so that views and derived tables cost nothing.

import Expressions

enum ProjectionMerging {
  static func apply(_ plan: LogicalPlan) -> LogicalPlan {
    plan.transformed { node in
      guard case .project(.project(let input, let inner, _), let outer, let columns) = node, let merged = merge(outer, over: inner) else {
        return node
      }
      return .project(input, merged, columns)
    }
  }

  /// The outer expressions over the inner ones' input; nil where that would repeat or nest too much, or compute a random value anew.
  static func merge(_ outer: [Expression], over inner: [Expression]) -> [Expression]? {
    let isAnew = inner.enumerated().contains { index, expression in
      expression.isRandom && outer.contains { $0.columns.contains(index) }
    }
    if isAnew { return nil }
    let sizes = inner.map(\.nodeCount)
    var total = 0
    for expression in outer {
      total += size(expression, sizes)
      if total > SQLLimits.inlinedNodeCountMax + sizes.reduce(0, +) { return nil }
    }
    let merged = outer.map { ConstantFolding.foldDeep($0.substituting(inner)) }
    return merged.allSatisfy { $0.height <= SQLLimits.expressionDepthMax } ? merged : nil
  }

  /// Nodes of the expression once its columns have been replaced, without replacing them.
  private static func size(_ expression: Expression, _ sizes: [Int]) -> Int {
    if case .column(let index, _) = expression { return sizes[index] }
    return min(1 + expression.children.reduce(0) { $0 + size($1, sizes) }, SQLLimits.expressionNodeCountMax)
  }
}
