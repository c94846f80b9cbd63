//  Holds the state of one operator of one subtask. Operators declare what they keep; the back end snapshots and
//  restores it, operators have no code for that.

import Columnar

/// The state of one operator of one subtask.
public final class StateBackend {
  public let keyGroups: KeyGroupRange
  public let maxParallelism: Int
  public let subtask: Int
  public let parallelism: Int
  private var lists: [OperatorListState] = []
  /// Entries of each name as restored, one list a snapshot, until the operator declares the name.
  private var restoredEntries: [String: [[[UInt8]]]] = [:]

  public init(keyGroups: KeyGroupRange, maxParallelism: Int, subtask: Int, parallelism: Int) {
    self.keyGroups = keyGroups
    self.maxParallelism = maxParallelism
    self.subtask = subtask
    self.parallelism = parallelism
  }

  /// Takes over what the operator's subtasks had at a checkpoint, made at any parallelism: of the keyed state the key
  /// groups of this subtask, of the operator state what its redistribution gives it. Before `open`; `snapshots` in the
  /// order of the subtasks that made them.
  public func restore(_ snapshots: [OperatorSnapshot]) throws(StateError) {
    for snapshot in snapshots {
      for (name, entries) in Dictionary(grouping: snapshot.operatorState, by: \.name) {
        restoredEntries[name, default: []].append(entries.map(\.bytes))
      }
    }
  }

  /// Declares operator state. With the entries that a restore gives to this subtask, empty otherwise. Once a name.
  public func listState(_ name: String, _ redistribution: OperatorStateEntry.Redistribution) -> OperatorListState {
    precondition(!lists.contains { $0.name == name }, "a name is declared once")
    let entries = OperatorListState.share(
      of: restoredEntries.removeValue(forKey: name) ?? [], redistribution, subtask: subtask, parallelism: parallelism)
    let list = OperatorListState(name: name, redistribution: redistribution, entries: entries)
    lists.append(list)
    return list
  }

  /// Freezes the state as it is now, without copying it: pages are shared until one side writes.
  public func snapshot() -> FrozenState {
    FrozenState(
      operatorState: lists.flatMap { list in
        list.entries.map { OperatorStateEntry(name: list.name, redistribution: list.redistribution, bytes: $0) }
      })
  }
}

/// State as it was when it was frozen. It may be encoded on another thread while the operator goes on.
public struct FrozenState: Sendable {
  var operatorState: [OperatorStateEntry] = []

  public func encode() -> OperatorSnapshot { OperatorSnapshot(operatorState: operatorState) }
}

/// State that cannot be read back.
public struct StateError: Error, Sendable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
