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
  private var restoredSections: [String: [TableSection]] = [:]

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
          for section in try TableSection.decodeAll(state.bytes) {
            restoredSections[String(section.name.prefix { $0 != "/" }), default: []].append(section)
          }
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
    for section in restoredSections.removeValue(forKey: name) ?? [] {
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
    for section in restoredSections.removeValue(forKey: name) ?? [] {
      guard let window = section.window else { throw StateError("state \"\(name)\" has no windows, the operator's has") }
      try table.makeTable(window).load(section)
    }
    tables.append((name, .windowed(table)))
    return table
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
public struct FrozenState: Sendable {
  struct Table: Sendable {
    var name: String
    var window: Int64?
    var table: FrozenTable
  }
  let maxParallelism: Int
  let tables: [Table]
  let operatorState: [OperatorStateEntry]

  /// Without the keyed state.
  public func encodeOperatorState() -> OperatorSnapshot { OperatorSnapshot(operatorState: operatorState) }

  public func encode() -> OperatorSnapshot {
    var writers: [Int: ByteWriter] = [:]
    for table in tables {
      table.table.encode(name: table.name, window: table.window, maxParallelism: maxParallelism, into: &writers)
    }
    return OperatorSnapshot(
      keyGroups: writers.keys.sorted().map { OperatorSnapshot.KeyGroupState(keyGroup: $0, bytes: writers[$0]!.bytes) },
      operatorState: operatorState)
  }
}

/// State that cannot be read back.
public struct StateError: Error, Sendable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
