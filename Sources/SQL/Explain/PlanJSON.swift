//  Physical plans as JSON: the shape of Flink's JSON_EXECUTION_PLAN, with the changelog mode of each node beside.

import Dataflow

enum PlanJSON {
  /// `{"nodes": [...]}`: inputs before what reads them, numbered from 1.
  static func render(_ plans: [PhysicalPlan]) -> String {
    var nodes: [String] = []
    for plan in plans { _ = add(PlanStep.steps(of: plan), to: &nodes) }
    return "{\n  \"nodes\": [\n\(nodes.joined(separator: ",\n"))\n  ]\n}"
  }

  /// - Returns: the node's number.
  private static func add(_ step: PlanStep, to nodes: inout [String]) -> Int {
    let isExchange = step.kind == "Exchange"
    let inputs = step.inputs.map { (number: add($0, to: &nodes), strategy: isExchange ? step.strategy : "FORWARD") }
    let number = nodes.count + 1
    let pact = step.inputs.isEmpty ? "Data Source" : step.changes == nil ? "Data Sink" : "Operator"
    var members = [
      "\"id\": \(number)", "\"type\": \(quoted("\(step.kind)[\(number)]"))", "\"pact\": \(quoted(pact))",
      "\"contents\": \(quoted("[\(number)]:\(step.line(showsChanges: false))"))", "\"parallelism\": \(step.parallelism)",
      "\"changelogMode\": [\((step.changes?.names ?? []).map(quoted).joined(separator: ", "))]",
    ]
    if !inputs.isEmpty {
      let predecessors = inputs.map { "{ \"id\": \($0.number), \"ship_strategy\": \(quoted($0.strategy)), \"side\": \"second\" }" }
      members.append("\"predecessors\": [\(predecessors.joined(separator: ", "))]")
    }
    nodes.append("    { \(members.joined(separator: ", ")) }")
    return number
  }

  /// A JSON string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension PlanStep {
  /// As Flink's JSON calls what an exchange does.
  fileprivate var strategy: String { facts.hasPrefix("distribution=[hash") ? "HASH" : "GLOBAL" }
}
