//  Holds the state of one operator of one subtask. Operators declare what they keep; the back end snapshots and
//  restores it, operators have no code for that.

/// The state of one operator of one subtask.
public final class StateBackend {
  public let keyGroups: KeyGroupRange
  public let maxParallelism: Int
  public let subtask: Int
  public let parallelism: Int

  public init(keyGroups: KeyGroupRange, maxParallelism: Int, subtask: Int, parallelism: Int) {
    self.keyGroups = keyGroups
    self.maxParallelism = maxParallelism
    self.subtask = subtask
    self.parallelism = parallelism
  }

  /// Takes over what the operator's subtasks had at a checkpoint, made at any parallelism: of the keyed state the key
  /// groups of this subtask, of the operator state what its redistribution gives it. Before `open`.
  public func restore(_ snapshots: [OperatorSnapshot]) throws(StateError) {}

  /// Freezes the state as it is now, without copying it: pages are shared until one side writes.
  public func snapshot() -> FrozenState { FrozenState() }
}

/// State as it was when it was frozen. It may be encoded on another thread while the operator goes on.
public struct FrozenState: Sendable {
  public func encode() -> OperatorSnapshot { OperatorSnapshot() }
}

/// State that cannot be read back.
public struct StateError: Error, Sendable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
