//  An operator in place: its spec, where its input comes from, and what is known about its output.

import Columnar
import Dataflow

/// How rows are spread over the subtasks of the node that takes them.
enum Distribution: Hashable, Sendable {
  /// As they lie.
  case forward
  /// By key.
  case hash([Int])
  /// All to one.
  case single
}

indirect enum PhysicalPlan: Sendable {
  case node(PhysicalNode)
  /// UNION ALL: the rows of several nodes into one input. Not an operator.
  case union([PhysicalPlan])

  private var first: PhysicalNode {
    switch self {
    case .node(let node): node
    case .union(let plans): plans[0].first
    }
  }

  /// The nodes that give the rows, more than one for a union.
  var nodes: [PhysicalNode] {
    switch self {
    case .node(let node): [node]
    case .union(let plans): plans.flatMap(\.nodes)
    }
  }

  var output: Schema { first.output }
  var lineage: [Digest] {
    switch self {
    case .node(let node): return node.lineage
    case .union(let plans):
      let all = plans.map(\.lineage)
      return all[0].indices.map { index in Digest("union", all.map { $0[index] }) }
    }
  }
  var origin: Digest {
    switch self {
    case .node(let node): node.origin
    case .union(let plans): Digest("union", plans.map(\.origin))
    }
  }
  var changes: ChangelogMode {
    switch self {
    case .node(let node): node.changes
    case .union(let plans): plans.reduce(.insertOnly) { $0.union($1.changes) }
    }
  }
  /// Subtasks of the vertices that give the rows; nil if they differ.
  var parallelism: Int? {
    switch self {
    case .node(let node): return node.parallelism
    case .union(let plans):
      let all = Set(plans.map(\.parallelism))
      return all.count == 1 ? all.first ?? nil : nil
    }
  }
  /// The first node whose output is not insert-only, from the top, that makes it so.
  var updatingNode: PhysicalNode? {
    switch self {
    case .node(let node):
      if node.changes.isEmpty { return nil }
      return node.inputs.lazy.compactMap { $0.plan.updatingNode }.first(where: { _ in !node.originatesChanges }) ?? node
    case .union(let plans): return plans.lazy.compactMap(\.updatingNode).first
    }
  }
}

struct PhysicalNode: Sendable {
  struct Input: Sendable {
    var plan: PhysicalPlan
    var distribution: Distribution
  }
  var spec: OperatorSpec
  /// As the page shows it.
  var name: String
  var inputs: [Input]
  var output: Schema
  var parallelism: Int
  var changes: ChangelogMode
  /// Turns insert-only input into changes, rather than passing changes on.
  var originatesChanges = false
  /// Where each output column comes from.
  var lineage: [Digest]
  /// Which tables the rows come from.
  var origin: Digest
  /// Kind, key lineage and window; with an ordinal among equals it becomes the operator's id.
  var identity: Digest
}
