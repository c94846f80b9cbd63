//  Operators that run one after the other on one thread, without a queue between them. Drains from the deepest
//  unfinished operator, so that at most one call's output waits at each.

import Columnar
import Dataflow
import State

/// The operators of one subtask.
///
/// The caller begins one command at a time and runs it until it is complete, taking what was emitted in between. A
/// watermark, a barrier or the end visits the operators in order, and each only after everything that the one before
/// emitted for it has been dealt with downstream; so a watermark goes on after the timers that it fired, and as far back as
/// the operator holds it.
public final class OperatorChain {
  public struct Member {
    public let id: OperatorID
    public let state: StateBackend
    public let `operator`: any Operator
    public init(id: OperatorID, state: StateBackend, operator: any Operator) {
      self.id = id
      self.state = state
      self.operator = `operator`
    }
  }

  public enum Command {
    /// Rows for one input of the first operator.
    case batch(RecordBatch, input: Int)
    case watermark(Watermark)
    /// A timer is due, or the input has run dry.
    case processingTime(Int64)
    /// What is held back must come out before the barrier goes on.
    case barrier
    case finish
  }

  public let members: [Member]
  private var command: Command?
  /// What goes on behind the chain once the last watermark command is complete; nil if an operator keeps it to itself.
  public private(set) var outgoingWatermark: Watermark?
  /// The operator that the command is at.
  private var stage = 0
  private var row = 0
  /// Batches that wait for an operator, and the row at which its next call starts.
  private var inboxes: [[RecordBatch]]
  private var rows: [Int]
  private var output = Output()
  private var emitted: [RecordBatch] = []

  public init(_ members: [Member]) {
    self.members = members
    inboxes = [[RecordBatch]](repeating: [], count: members.count)
    rows = [Int](repeating: 0, count: members.count)
  }

  /// No command is under way.
  public var isIdle: Bool { command == nil && emitted.isEmpty }

  public var lateRowCount: Int { members.reduce(0) { $0 + $1.operator.lateRowCount } }

  /// The earliest processing time that an operator waits for.
  public var nextProcessingTimer: Int64? {
    var earliest: Int64?
    for member in members {
      if let timer = member.operator.nextProcessingTimer { earliest = min(earliest ?? timer, timer) }
    }
    return earliest
  }

  /// - Parameter now: when the element was taken in, microseconds since 1970; expressions see it.
  public func begin(_ command: Command, now: Int64) {
    precondition(isIdle, "a command is complete before the next begins")
    output.now = now
    stage = 0
    row = 0
    if case .watermark(let watermark) = command { outgoingWatermark = watermark }
    if members.isEmpty {
      if case .batch(let batch, _) = command, batch.rowCount > 0 { emitted.append(batch) }
      return
    }
    self.command = command
  }

  /// Works on the command until it is complete or something was emitted, and returns that, in order. Empty exactly when
  /// the command is complete.
  public func run() throws(OperatorError) -> [RecordBatch] {
    while emitted.isEmpty, let command {
      if let depth = deepestWaiting() {
        try processWaiting(at: depth)
        continue
      }
      guard stage < members.count else {
        self.command = nil
        break
      }
      let at = stage
      let progress = try advance(command, members[at].operator)
      let hasEmitted = pass(from: at)
      switch (progress, command) {
      case (.done, .batch):
        self.command = hasWaiting ? command : nil
        stage = members.count
      case (.done, .watermark(let watermark)): hold(watermark, at: at)
      case (.done, _): stage += 1
      case (.yielded(let next), .batch):
        guard hasEmitted || next > row else { throw Self.stuck(members[at]) }
        row = next
      case (.yielded, _):
        guard hasEmitted else { throw Self.stuck(members[at]) }
      }
    }
    defer { emitted = [] }
    return emitted
  }

  private func advance(_ command: Command, _ target: any Operator) throws(OperatorError) -> Progress {
    switch command {
    case .batch(let batch, let input): try target.process(batch, input: input, from: row, into: &output)
    case .watermark(let watermark): try target.advance(to: watermark, into: &output)
    case .processingTime(let now): try target.advance(toProcessingTime: now, into: &output)
    case .barrier: try target.prepareBarrier(into: &output)
    case .finish: try target.finish(into: &output)
    }
  }

  /// The watermark has passed the operator at `depth`.
  private func hold(_ watermark: Watermark, at depth: Int) {
    let outgoing = members[depth].operator.outgoing(watermark)
    command = .watermark(outgoing)
    outgoingWatermark = outgoing == .none ? nil : outgoing
    stage = outgoing == .none ? members.count : depth + 1
  }

  private var hasWaiting: Bool { deepestWaiting() != nil }

  private func deepestWaiting() -> Int? {
    var depth = members.count - 1
    while depth > 0 {
      if !inboxes[depth].isEmpty { return depth }
      depth -= 1
    }
    return nil
  }

  private func processWaiting(at depth: Int) throws(OperatorError) {
    let from = rows[depth]
    let progress = try members[depth].operator.process(inboxes[depth][0], input: 0, from: from, into: &output)
    let hasEmitted = pass(from: depth)
    switch progress {
    case .done:
      inboxes[depth].removeFirst()
      rows[depth] = 0
    case .yielded(let next):
      guard hasEmitted || next > from else { throw Self.stuck(members[depth]) }
      rows[depth] = next
    }
  }

  /// Hands what an operator has emitted to the next one, or out of the chain.
  private func pass(from depth: Int) -> Bool {
    guard !output.isEmpty else { return false }
    if depth + 1 == members.count {
      emitted.append(contentsOf: output.drain())
    } else {
      inboxes[depth + 1].append(contentsOf: output.drain())
    }
    return true
  }

  private static func stuck(_ member: Member) -> OperatorError {
    OperatorError(.internal, .never, "operator \(member.id) yielded without output and without progress")
  }
}
