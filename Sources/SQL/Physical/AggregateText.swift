//  Aggregations and windows as plans show them, and the lineage of an aggregate's result.

import Columnar
import Dataflow
import Expressions

struct AggregateText {
  /// `groupBy=[a, b], ` or nothing.
  let groupBy: String
  /// Keys and `COUNT(*) AS c`.
  let select: [String]
  let partialSelect: [String]

  init(_ input: Schema, _ keys: [Int], _ calls: [AggregateCall], _ names: [String]) {
    let keyNames = keys.map { input[$0].name }
    groupBy = keys.isEmpty ? "" : "groupBy=[\(keyNames.joined(separator: ", "))], "
    let texts = calls.map { Self.text($0, input) }
    select = keyNames + texts.enumerated().map { "\($1) AS \(names[keys.count + $0])" }
    partialSelect = keyNames + texts.map { "partial \($0)" }
  }

  static func text(_ call: AggregateCall, _ input: Schema) -> String {
    let argument = call.argument.map { input[$0].name } ?? "*"
    let filter = call.filter.map { " FILTER \(input[$0].name)" } ?? ""
    let separator = call.separator.map { ", '\($0)'" } ?? ""
    return "\(call.function.definition.names[0])(\(call.isDistinct ? "DISTINCT " : "")\(argument)\(separator))\(filter)"
  }

  static func digest(_ call: AggregateCall, _ lineage: [Digest], _ keys: [Digest]) -> Digest {
    let parts = [call.argument, call.filter].compactMap { $0 }.map { lineage[$0] }
    let separator = call.separator.map { ":\($0)" } ?? ""
    return Digest("aggregate:\(call.function.rawValue):\(call.isDistinct):\(call.filter != nil)\(separator)", parts + keys)
  }
}

enum WindowText {
  /// `TUMBLE(time_col=[ts], size=[1 min])`.
  static func render(_ kind: WindowKind, time: String, label: String = "time_col", partition: [String] = []) -> String {
    func part(_ name: String, _ value: Int64) -> String { ", \(name)=[\(ExpressionText.duration(value))]" }
    func offsetPart(_ offset: Int64) -> String { offset == 0 ? "" : part("offset", offset) }
    switch kind {
    case .attached(let kind, _): return render(kind, time: time, label: label == "time_col" ? "win_end" : label, partition: partition)
    case .tumble(let size, let offset): return "TUMBLE(\(label)=[\(time)]\(part("size", size))\(offsetPart(offset)))"
    case .hop(let size, let slide, let offset):
      return "HOP(\(label)=[\(time)]\(part("size", size))\(part("slide", slide))\(offsetPart(offset)))"
    case .session(let gap):
      let keys = partition.isEmpty ? "" : ", partition keys=[\(partition.joined(separator: ", "))]"
      return "SESSION(\(label)=[\(time)]\(part("gap", gap))\(keys))"
    case .cumulate(let size, let step, let offset):
      return "CUMULATE(\(label)=[\(time)]\(part("max_size", size))\(part("step", step))\(offsetPart(offset)))"
    }
  }
}
