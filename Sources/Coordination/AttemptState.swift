//  One attempt of a job: where its subtasks are and how far each has come.

import Dataflow

/// One subtask of an attempt. Times in microseconds since 1970.
public struct SubtaskStatus: Hashable, Sendable {
  public var state: TaskState
  /// When it came into each state.
  public var timestamps: [TaskState: Int64]
  public var placement: SubtaskPlacement?
  public init(state: TaskState = .created, at: Int64, placement: SubtaskPlacement? = nil) {
    self.state = state
    timestamps = [state: at]
    self.placement = placement
  }

  /// States only go forward: what arrives late, or twice, changes nothing. True if it changed something. A finished
  /// subtask may still fail, when it commits.
  mutating func advance(to next: TaskState, at: Int64) -> Bool {
    guard Self.rank(next) > Self.rank(state) || (state == .finished && next == .failed) else { return false }
    state = next
    timestamps[next] = at
    return true
  }

  private static func rank(_ state: TaskState) -> Int {
    switch state {
    case .created: 0
    case .scheduled: 1
    case .deploying: 2
    case .initializing: 3
    case .reconciling: 3
    case .running: 4
    case .canceling: 5
    case .finished, .canceled, .failed: 6
    }
  }
}

/// The subtasks of the current attempt and the workers they are on.
struct AttemptState: Hashable, Sendable {
  let number: Attempt
  let placements: [SubtaskPlacement]
  var subtasks: [SubtaskStatus]
  /// Workers of this attempt that are still there, by name.
  var workers: [WorkerID]

  init(number: Attempt, placements: [SubtaskPlacement], now: Int64) {
    self.number = number
    self.placements = placements
    subtasks = placements.map { SubtaskStatus(state: .scheduled, at: now, placement: $0) }
    workers = Set(placements.map(\.worker)).sorted()
  }

  var allRunOrHaveFinished: Bool { subtasks.allSatisfy { $0.state == .running || $0.state == .finished } }
  var allHaveEnded: Bool { subtasks.allSatisfy(\.state.isTerminal) }

  /// Workers of these subtasks that are still there.
  func workers(of numbers: [Int]) -> [WorkerID] {
    let wanted = Set(numbers.map { placements[$0].worker })
    return workers.filter(wanted.contains)
  }
}

extension TaskState {
  /// The state of a vertex from those of its subtasks. Source: Flink's
  /// `ExecutionJobVertex.getAggregateJobVertexState`.
  public static func aggregate(_ states: some Sequence<TaskState>) -> TaskState {
    var counts: [TaskState: Int] = [:]
    var total = 0
    for state in states {
      counts[state, default: 0] += 1
      total += 1
    }
    for state in [TaskState.failed, .canceling, .canceled, .initializing, .running] where counts[state] != nil { return state }
    guard let finished = counts[.finished] else { return .created }
    return finished == total ? .finished : .running
  }
}
