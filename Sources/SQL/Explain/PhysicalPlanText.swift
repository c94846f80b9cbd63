//  Physical plans as EXPLAIN shows them: a node a line, exchanges and watermarks as nodes of their own, as in Flink's plans.

import Columnar
import Dataflow

enum PhysicalPlanText {
  static func render(_ plan: PhysicalPlan, showsChanges: Bool) -> String {
    var tree = TreeText()
    add(PlanStep.steps(of: plan), showsChanges, to: &tree)
    return tree.text
  }

  private static func add(_ step: PlanStep, _ showsChanges: Bool, to tree: inout TreeText) {
    tree.add(step.line(showsChanges: showsChanges), step.inputs.map { input in { add(input, showsChanges, to: &$0) } })
  }
}

/// A node of a plan as it is shown.
struct PlanStep {
  /// `Calc`.
  var kind: String
  /// `select=[a, b], where=[a > 1]`.
  var facts: String
  /// Nil for a sink, which gives nothing.
  var changes: ChangelogMode?
  var parallelism: Int
  var inputs: [PlanStep]

  func line(showsChanges: Bool) -> String {
    let mode = showsChanges ? "changelogMode=[\(changes?.names.joined(separator: ",") ?? "NONE")]" : ""
    return "\(kind)(\([facts, mode].filter { !$0.isEmpty }.joined(separator: ", ")))"
  }

  static func steps(of plan: PhysicalPlan) -> PlanStep {
    switch plan {
    case .node(let node): return steps(of: node)
    case .union(let plans):
      let names = plan.output.fields.map(\.name).joined(separator: ", ")
      return PlanStep(
        kind: "Union", facts: "all=[true], union=[\(names)]", changes: plan.changes, parallelism: plan.parallelism ?? 1,
        inputs: plans.map { steps(of: $0) })
    }
  }

  private static func steps(of node: PhysicalNode) -> PlanStep {
    let inputs = node.inputs.map { exchanged($0, to: node.parallelism) }
    switch node.spec {
    case .source(let spec) where spec.rows == nil: return source(spec, node)
    case .sink(let spec):
      let fields = spec.schema.fields.map(\.name).joined(separator: ", ")
      return PlanStep(
        kind: "Sink", facts: "table=[default_catalog.default_database.\(spec.table)], fields=[\(fields)]", changes: nil,
        parallelism: node.parallelism, inputs: inputs)
    default:
      let name = node.name.hasPrefix("Source: ") ? String(node.name.dropFirst("Source: ".count)) : node.name
      let kind = name.prefix { $0 != "(" }
      return PlanStep(
        kind: String(kind), facts: String(name.dropFirst(kind.count + 1).dropLast()), changes: node.changes,
        parallelism: node.parallelism, inputs: inputs)
    }
  }

  private static func exchanged(_ input: PhysicalNode.Input, to parallelism: Int) -> PlanStep {
    let below = steps(of: input.plan)
    let distribution: String
    switch input.distribution {
    case .forward: return below
    case .hash(let keys): distribution = "hash[\(keys.map { input.plan.output[$0].name }.joined(separator: ", "))]"
    case .single: distribution = "single"
    }
    return PlanStep(
      kind: "Exchange", facts: "distribution=[\(distribution)]", changes: input.plan.changes, parallelism: parallelism, inputs: [below])
  }

  /// The scan, then what the source itself does: computed columns and the watermark.
  private static func source(_ spec: SourceSpec, _ node: PhysicalNode) -> PlanStep {
    let fields = spec.produced.fields.map(\.name)
    var step = PlanStep(
      kind: "TableSourceScan",
      facts: "table=[[default_catalog, default_database, \(spec.table)]], fields=[\(fields.joined(separator: ", "))]",
      changes: node.changes, parallelism: node.parallelism, inputs: [])
    func over(_ kind: String, _ facts: String) {
      step = PlanStep(kind: kind, facts: facts, changes: node.changes, parallelism: node.parallelism, inputs: [step])
    }
    let names = node.output.fields.map(\.name)
    if !spec.columns.isEmpty {
      let items = zip(spec.columns, names).map { expression, name in
        let text = ExpressionText.render(expression, fields)
        return text == name ? text : "\(text) AS \(name)"
      }
      over("Calc", "select=[\(ExpressionText.shortened(items.joined(separator: ", ")))]")
    }
    if let watermark = spec.watermark { over("WatermarkAssigner", "watermark=[\(ExpressionText.render(watermark.expression, names))]") }
    return step
  }
}

extension ChangelogMode {
  /// As Flink's plans list them: `I`, `UB`, `UA`, `D`.
  var names: [String] {
    ["I"] + (contains(.updateBefore) ? ["UB"] : []) + (contains(.updateAfter) ? ["UA"] : []) + (contains(.delete) ? ["D"] : [])
  }
}
