//  The state of one operator of one subtask at one epoch, encoded: what is stored, moved and read back.

/// What a snapshot can be written from without being in memory as a whole.
public protocol SnapshotContent: Sendable {
  var operatorState: [OperatorStateEntry] { get }
  /// Gives the bytes of each key group that has state in pieces, key groups ascending; the pieces of one make its bytes.
  func encodeKeyGroups<Failure: Error>(_ take: (Int, [UInt8]) throws(Failure) -> Void) throws(Failure)
}

/// Encoded state. Keyed state is split by key group so that it can be rescaled; operator state is a list of entries.
public struct OperatorSnapshot: Hashable, SnapshotContent {
  /// Each key group that has state, with its bytes; ascending.
  public var keyGroups: [KeyGroupState]
  public var operatorState: [OperatorStateEntry]

  public init(keyGroups: [KeyGroupState] = [], operatorState: [OperatorStateEntry] = []) {
    self.keyGroups = keyGroups
    self.operatorState = operatorState
  }

  public struct KeyGroupState: Hashable, Sendable {
    public var keyGroup: Int
    public var bytes: [UInt8]
    public init(keyGroup: Int, bytes: [UInt8]) {
      self.keyGroup = keyGroup
      self.bytes = bytes
    }
  }

  public func encodeKeyGroups<Failure: Error>(_ take: (Int, [UInt8]) throws(Failure) -> Void) throws(Failure) {
    for state in keyGroups { try take(state.keyGroup, state.bytes) }
  }

  /// Adds bytes to a key group, which is the last or comes after it.
  public mutating func append(_ bytes: [UInt8], to keyGroup: Int) {
    if keyGroups.last?.keyGroup == keyGroup {
      keyGroups[keyGroups.count - 1].bytes += bytes
    } else {
      keyGroups.append(KeyGroupState(keyGroup: keyGroup, bytes: bytes))
    }
  }

  public var byteCount: Int {
    keyGroups.reduce(0) { $0 + $1.bytes.count } + operatorState.reduce(0) { $0 + $1.bytes.count }
  }
}

/// One entry of an operator's list state.
public struct OperatorStateEntry: Hashable, Sendable {
  /// How entries find their subtask when the parallelism changes.
  public enum Redistribution: UInt8, Hashable, Sendable {
    /// Entries are dealt out, each to one subtask.
    case split
    /// Every subtask gets every entry.
    case union
    /// Every subtask holds the same entries; one copy is handed to each.
    case broadcast
  }
  public var name: String
  public var redistribution: Redistribution
  public var bytes: [UInt8]

  public init(name: String, redistribution: Redistribution, bytes: [UInt8]) {
    self.name = name
    self.redistribution = redistribution
    self.bytes = bytes
  }
}
