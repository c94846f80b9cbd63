//  What a subtask hands out at a barrier and at its end.

import Dataflow
import State

/// The state of a subtask at one epoch, frozen; encode it on another thread.
public struct SubtaskSnapshot: Sendable {
  public let epoch: Epoch
  /// In chain order.
  public let operators: [(id: OperatorID, state: FrozenState)]
  public let alignmentMicroseconds: Int64
  /// Everything that the sink, if there is one, has staged and nobody has confirmed, in epoch order. It is part of the
  /// state too.
  public let committables: [Committable]
  /// Taken when the subtask finished: its keyed state is of no use any more and is left out.
  public let isFinal: Bool

  public init(
    epoch: Epoch, operators: [(id: OperatorID, state: FrozenState)], alignmentMicroseconds: Int64, committables: [Committable],
    isFinal: Bool
  ) {
    self.epoch = epoch
    self.operators = operators
    self.alignmentMicroseconds = alignmentMicroseconds
    self.committables = committables
    self.isFinal = isFinal
  }

  /// What is to be stored of each operator.
  public var content: [OperatorID: any SnapshotContent] {
    var content: [OperatorID: any SnapshotContent] = [:]
    for (id, state) in operators { content[id] = isFinal ? state.encodeOperatorState() : state }
    return content
  }

  /// The same, all of it in memory.
  public func encode() -> [OperatorID: OperatorSnapshot] {
    Dictionary(uniqueKeysWithValues: operators.map { ($0.id, isFinal ? $0.state.encodeOperatorState() : $0.state.encode()) })
  }
}

public enum SubtaskEvent: Sendable {
  /// A barrier has passed: the state before it.
  case snapshot(SubtaskSnapshot)
  /// The end has passed; nothing follows. The snapshot stands for the subtask in every later checkpoint.
  case finished(SubtaskSnapshot)
}
