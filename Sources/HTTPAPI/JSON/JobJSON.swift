//  Flink's shapes of a job: `/jobs`, `/jobs/overview`, `/jobs/:id`, `/jobs/:id/plan`, `/jobs/:id/config`,
//  `/jobs/:id/exceptions`, `/applications/overview`.

import Coordination
import Coordinator
import Dataflow

/// Every state that Flink knows; its clients look for each of them.
private let flinkJobStates = [
  "INITIALIZING", "CREATED", "RUNNING", "FAILING", "FAILED", "CANCELLING", "CANCELED", "FINISHED", "RESTARTING", "SUSPENDED", "RECONCILING",
]

extension JobSummary {
  /// An entry of `/jobs`.
  var idJSON: JSON { ["id": JSON(id.hex), "status": JSON(state.rawValue)] }

  /// An entry of `/jobs/overview`.
  var json: JSON {
    let counts = [("total", JSON(tasks.values.reduce(0, +)))] + TaskState.allCases.map { ($0.rawValue.lowercased(), JSON(tasks[$0] ?? 0)) }
    return [
      "jid": JSON(id.hex), "name": JSON(name), "jobType": "STREAMING", "schedulerType": "Default",
      "start-time": .milliseconds(startedAt), "end-time": .milliseconds(endedAt), "duration": .milliseconds(duration),
      "state": JSON(state.rawValue), "last-modification": .milliseconds(lastModifiedAt), "tasks": JSON(counts),
      "pending-operators": 0,
    ]
  }

  /// An entry of `/applications/overview`: Flink makes an application of each job of a session.
  var applicationJSON: JSON {
    let status =
      switch state {
      case .initializing, .created: "CREATED"
      case .restarting: "RUNNING"
      case .cancelling: "CANCELING"
      default: state.rawValue
      }
    return [
      "id": JSON(id.hex), "name": JSON("SingleJobApplication(\(name))"), "start-time": .milliseconds(startedAt),
      "end-time": .milliseconds(endedAt), "duration": .milliseconds(duration), "status": JSON(status),
      "jobs": JSON([(state.rawValue, 1)]),
    ]
  }
}

extension JobDetails {
  /// `/jobs/:id`.
  var json: JSON {
    var vertexCounts: [TaskState: Int] = [:]
    for vertex in vertices { vertexCounts[vertex.state, default: 0] += 1 }
    return [
      "jid": JSON(summary.id.hex), "application-id": JSON(summary.id.hex), "name": JSON(summary.name), "isStoppable": false,
      "state": JSON(summary.state.rawValue), "job-type": "STREAMING", "schedulerType": "Default",
      "start-time": .milliseconds(summary.startedAt), "end-time": .milliseconds(summary.endedAt),
      "duration": .milliseconds(summary.duration), "maxParallelism": JSON(maxParallelism), "now": .milliseconds(now),
      "timestamps": JSON(flinkJobStates.map { state in (state, .milliseconds(JobState(rawValue: state).flatMap { timestamps[$0] } ?? 0)) }),
      "vertices": JSON(vertices.map { $0.json(job: summary.id) }), "status-counts": JSON(counting: vertexCounts),
      "plan": plan, "pending-operators": 0,
    ]
  }

  /// `/jobs/:id/plan`, without the wrapper. Sinks first, as in Flink.
  var plan: JSON {
    [
      "jid": JSON(summary.id.hex), "name": JSON(summary.name), "type": "STREAMING",
      "nodes": JSON(vertices.reversed().map { vertex in vertex.planNode(inputs: edges.filter { $0.to == vertex.id }) }),
    ]
  }

  /// `/jobs/:id/config`.
  var configJSON: JSON {
    [
      "jid": JSON(summary.id.hex), "name": JSON(summary.name),
      "execution-config": [
        "restart-strategy": JSON(options.restart.text), "job-parallelism": JSON(vertices.map(\.parallelism).max() ?? 1),
        "object-reuse-mode": false,
        "user-config": JSON(options.settings.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }),
      ],
    ]
  }
}

extension JSON {
  /// Every task state with its count.
  init(counting counts: [TaskState: Int]) {
    self.init(TaskState.allCases.map { ($0.rawValue, JSON(counts[$0] ?? 0)) })
  }
}

extension VertexDetails {
  /// A node of the plan. The description is HTML, as Flink's page wants it.
  func planNode(inputs: [EdgeDetails]) -> JSON {
    var description = ""
    for (depth, name) in operators.enumerated() {
      let indent = depth == 0 ? "" : String(repeating: "   ", count: depth - 1) + "+- "
      description += indent + name.escapedForHTML + "<br/>"
    }
    let node: JSON = [
      "id": JSON(id.hex), "operator": "", "parallelism": JSON(parallelism), "operator_strategy": "",
      "description": JSON(description), "optimizer_properties": [:],
    ]
    if inputs.isEmpty { return node }
    return node + [
      "inputs": JSON(
        inputs.enumerated().map { index, edge in
          [
            "id": JSON(edge.from.hex), "num": JSON(index), "ship_strategy": JSON(edge.partitioning.shipStrategy),
            "exchange": "pipelined_bounded",
          ]
        })
    ]
  }
}

extension String {
  fileprivate var escapedForHTML: String {
    var escaped = ""
    for character in self {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

extension Partitioning {
  var shipStrategy: String {
    switch self {
    case .forward: "FORWARD"
    case .hash: "HASH"
    case .rebalance: "REBALANCE"
    case .broadcast: "BROADCAST"
    case .global: "GLOBAL"
    }
  }
}

extension RestartStrategy {
  /// In Flink's words.
  var text: String {
    switch self {
    case .none: "Restart deactivated."
    case .fixedDelay(let attempts, let delay): "Restart with fixed delay (\(delay / 1000) ms). #\(attempts) restart attempts."
    case .exponentialDelay(let initial, let max, let multiplier, let resetAfter):
      "Restart with exponential delay (\(initial / 1000) ms, times \(multiplier) up to \(max / 1000) ms, reset after \(resetAfter / 1000) ms)."
    }
  }
}

extension ExceptionDetails {
  /// An entry of `/jobs/:id/exceptions`. There are no Java classes and stacks here: the kind of failure and its message.
  var json: JSON {
    var members: [(String, JSON)] = [
      ("exceptionName", JSON(kind)), ("stacktrace", JSON(message)), ("timestamp", .milliseconds(at)), ("failureLabels", [:]),
      ("concurrentExceptions", []),
    ]
    if let taskName { members.append(("taskName", JSON(taskName))) }
    if let endpoint { members.append(("endpoint", JSON(endpoint))) }
    if let worker { members.append(("taskManagerId", JSON(worker.name))) }
    return JSON(members)
  }
}
