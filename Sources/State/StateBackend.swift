//  Holds the state of one operator of one subtask. Operators declare what they keep; the back end snapshots and
//  restores it, operators have no code for that.

import Columnar

/// The state of one operator of one subtask.
public final class StateBackend {
  public let keyGroups: KeyGroupRange
  public let maxParallelism: Int
  public let subtask: Int
  public let parallelism: Int
  private enum Table {
    case keyed(KeyedTable)
    case windowed(WindowedTable)
  }
  private var tables: [(name: String, table: Table)] = []
  private var lists: [OperatorListState] = []
  /// Entries of each name as restored, one list a snapshot, until the operator declares the name.
  private var restoredEntries: [String: [[[UInt8]]]] = [:]
  /// Sections of each table as restored, until the operator declares it; those of its multimaps stand under its name too.
  private var restoredSections: [String: [TableSection.Encoded]] = [:]

  public init(keyGroups: KeyGroupRange, maxParallelism: Int, subtask: Int, parallelism: Int) {
    self.keyGroups = keyGroups
    self.maxParallelism = maxParallelism
    self.subtask = subtask
    self.parallelism = parallelism
  }

  /// Takes over what the operator's subtasks had at a checkpoint, made at any parallelism: of the keyed state the key
  /// groups of this subtask, of the operator state what its redistribution gives it. Before `open`; `snapshots` in the
  /// order of the subtasks that made them.
  /// - Throws: If the bytes are not what `FrozenState.encode` writes.
  public func restore(_ snapshots: [OperatorSnapshot]) throws(StateError) {
    for snapshot in snapshots {
      for state in snapshot.keyGroups where keyGroups.contains(state.keyGroup) {
        do throws(CodecError) {
          for section in try TableSection.split(state.bytes) { restoredSections[section.table, default: []].append(section) }
        } catch {
          throw StateError("the state of key group \(state.keyGroup) could not be read: \(error)")
        }
      }
      for (name, entries) in Dictionary(grouping: snapshot.operatorState, by: \.name) {
        restoredEntries[name, default: []].append(entries.map(\.bytes))
      }
    }
  }

  /// Declares a table with state for each key. With what a restore gives to this subtask, empty otherwise. Once a name,
  /// which has no "/".
  public func keyedTable(_ name: String, _ schema: TableSchema) throws(StateError) -> KeyedTable {
    checkName(name)
    let table = KeyedTable(schema)
    try takeRestored(name) { section throws(StateError) in
      guard section.window == nil else { throw StateError("state \"\(name)\" has windows, the operator's has none") }
      try table.load(section)
    }
    tables.append((name, .keyed(table)))
    return table
  }

  /// Declares a table with state for each key and window. Otherwise as `keyedTable`.
  public func windowedTable(_ name: String, _ schema: TableSchema) throws(StateError) -> WindowedTable {
    checkName(name)
    let table = WindowedTable(schema)
    try takeRestored(name) { section throws(StateError) in
      guard let window = section.window else { throw StateError("state \"\(name)\" has no windows, the operator's has") }
      try table.makeTable(window).load(section)
    }
    tables.append((name, .windowed(table)))
    return table
  }

  /// Decodes what was restored of a table, a section at a time.
  private func takeRestored(_ name: String, _ load: (TableSection) throws(StateError) -> Void) throws(StateError) {
    for encoded in restoredSections.removeValue(forKey: name) ?? [] {
      let section: TableSection
      do throws(CodecError) { section = try encoded.decode() } catch {
        throw StateError("state \"\(name)\" could not be read: \(error)")
      }
      try load(section)
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

  private func checkName(_ name: String) {
    precondition(!name.contains("/"), "a name has no slash")
    precondition(!tables.contains { $0.name == name }, "a name is declared once")
  }

  /// Freezes the state as it is now, without copying it: pages are shared until one side writes.
  public func snapshot() -> FrozenState {
    FrozenState(
      maxParallelism: maxParallelism,
      tables: tables.flatMap { name, table in
        switch table {
        case .keyed(let table): [FrozenState.Table(name: name, window: nil, table: table.freeze())]
        case .windowed(let table): table.freeze().map { FrozenState.Table(name: name, window: $0.window, table: $0.table) }
        }
      },
      operatorState: lists.flatMap { list in
        list.entries.map { OperatorStateEntry(name: list.name, redistribution: list.redistribution, bytes: $0) }
      })
  }
}

/// State as it was when it was frozen. It may be encoded on another thread while the operator goes on.
public struct FrozenState: SnapshotContent {
  struct Table: Sendable {
    var name: String
    var window: Int64?
    var table: FrozenTable
  }
  let maxParallelism: Int
  let tables: [Table]
  public let operatorState: [OperatorStateEntry]

  /// Without the keyed state.
  public func encodeOperatorState() -> OperatorSnapshot { OperatorSnapshot(operatorState: operatorState) }

  /// All of it in memory.
  public func encode() -> OperatorSnapshot {
    var snapshot = OperatorSnapshot(operatorState: operatorState)
    encodeKeyGroups { snapshot.append($1, to: $0) }
    return snapshot
  }
}

extension FrozenState {
  public func encodeKeyGroups<Failure: Error>(_ take: (Int, [UInt8]) throws(Failure) -> Void) throws(Failure) {
    var encoders = tables.map { TableEncoder(name: $0.name, window: $0.window, table: $0.table, maxParallelism: maxParallelism) }
    var writer = ByteWriter()
    for keyGroup in Set(encoders.flatMap(\.keyGroups)).sorted() {
      writer.write(TableSection.version)
      for position in encoders.indices {
        try encoders[position].encode(keyGroup, into: &writer) { writer throws(Failure) in
          guard writer.count >= Self.pieceByteCount else { return }
          try take(keyGroup, writer.bytes)
          writer.removeAll()
        }
      }
      try take(keyGroup, writer.bytes)
      writer.removeAll()
    }
  }

  /// Bytes after which a piece of a key group is given away.
  private static let pieceByteCount = 1 << 18
}

/// State that cannot be read back.
public struct StateError: Error, Sendable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
