//  What EXPLAIN says about a statement: the plan as written, the operators it becomes, and the job they make.
//  Source: the form of the text is that of Flink's EXPLAIN.

import Dataflow

/// What EXPLAIN may be asked to add.
public enum ExplainDetail: String, Hashable, Sendable, CaseIterable {
  /// Which kinds of change each operator's output may hold.
  case changelogMode = "CHANGELOG_MODE"
  /// The operators once more as JSON.
  case jsonExecutionPlan = "JSON_EXECUTION_PLAN"
}

/// The plans of one statement.
public struct Explanation: Hashable, Sendable {
  /// The logical plan before any rule: a tree for each INSERT.
  public let logicalPlan: String
  /// The operators: a tree for each INSERT, with changelog modes if they were asked for.
  public let physicalPlan: String
  /// The vertices that are deployed, a line each.
  public let jobGraph: String
  /// The operators as Flink's JSON execution plan has them, `{"nodes": [...]}`, with `changelogMode` beside.
  public let json: String
  let showsJSON: Bool

  /// Everything as EXPLAIN prints it: sections under headings.
  public var text: String {
    var text =
      "== Abstract Syntax Tree ==\n\(logicalPlan)\n\n== Optimized Physical Plan ==\n\(physicalPlan)\n\n== Job Graph ==\n\(jobGraph)\n"
    if showsJSON { text += "\n== Physical Execution Plan ==\n\(json)\n" }
    return text
  }

  init(_ logical: [LogicalPlan], sinks: [TableDefinition], _ physical: [PhysicalPlan], graph: JobGraph, details: Set<ExplainDetail>) {
    logicalPlan = logical.indices.map { index in
      sinks.isEmpty ? LogicalPlanText.render(logical[index]) : LogicalPlanText.render(logical[index], into: sinks[index])
    }.joined(separator: "\n\n")
    physicalPlan = physical.map { PhysicalPlanText.render($0, showsChanges: details.contains(.changelogMode)) }.joined(separator: "\n\n")
    jobGraph = JobGraphText.render(graph)
    json = PlanJSON.render(physical)
    showsJSON = details.contains(.jsonExecutionPlan)
  }
}

/// Lines of a tree as Flink draws it.
struct TreeText {
  private(set) var lines: [String] = []

  /// - Parameters:
  ///   - children: draws each child.
  mutating func add(_ line: String, _ children: [(inout TreeText) -> Void]) {
    lines.append(line)
    for (position, child) in children.enumerated() {
      let isLast = position == children.count - 1
      var inner = TreeText()
      child(&inner)
      for (number, line) in inner.lines.enumerated() {
        lines.append((number == 0 ? (isLast ? "+- " : ":- ") : (isLast ? "   " : ":  ")) + line)
      }
    }
  }

  var text: String { lines.joined(separator: "\n") }
}
