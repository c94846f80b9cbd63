//  What a batch changes about the sorted rows of its keys: their rows before it and after it are compared.

import Columnar
import Dataflow
import State

/// Rows of some groups, group by group in order.
struct SortedOverRows {
  var entries: [Int32] = []
  /// The rows' columns, then those of the calls.
  var columns: [Column] = []
}

/// Finds the changes of a batch, and keeps them for as long as the output has no room.
struct SortedOverChanges {
  private let schema: Schema
  private let inputCount: Int
  private let emitsUpdateBefore: Bool
  /// By entry: its place among the rows before the batch at hand, plus one; zero between batches.
  private let places = PagedColumn<UInt32>()
  /// What of a batch waits for room in the output, in order.
  private var pending: [RecordBatch] = []
  private var nextPending = 0

  /// - Parameters:
  ///   - schema: of the output: `inputCount` columns of rows, then those of the calls.
  init(_ schema: Schema, inputCount: Int, emitsUpdateBefore: Bool) {
    self.schema = schema
    self.inputCount = inputCount
    self.emitsUpdateBefore = emitsUpdateBefore
  }

  /// Emits what there is room for; whether that is all.
  mutating func emit(into output: inout Output) -> Bool {
    while nextPending < pending.count {
      if output.isFull { return false }
      output.emit(pending[nextPending])
      nextPending += 1
    }
    pending = []
    nextPending = 0
    return true
  }

  /// What becomes of the rows of some groups, which are `before` and `after` a batch.
  mutating func compare(_ before: SortedOverRows, _ after: SortedOverRows) {
    places.grow(toHold: Int(max(before.entries.max() ?? 0, after.entries.max() ?? 0)) + 1)
    for (place, entry) in before.entries.enumerated() { places[Int(entry)] = UInt32(place) + 1 }
    let olds = after.entries.map { Int32(bitPattern: places[Int($0)]) - 1 }
    let isChanged = changed(before, after, olds)
    var isKept = [Bool](repeating: false, count: before.entries.count)
    for old in olds where old >= 0 { isKept[Int(old)] = true }
    // Rows before the batch, then those after it.
    var sources: [Int32] = []
    var kinds: [ChangeKind] = []
    for old in isKept.indices where !isKept[old] {
      sources.append(Int32(old))
      kinds.append(.delete)
    }
    for (new, old) in olds.enumerated() where old < 0 || isChanged[new] {
      if old >= 0, emitsUpdateBefore {
        sources.append(old)
        kinds.append(.updateBefore)
      }
      sources.append(Int32(before.entries.count + new))
      kinds.append(old >= 0 ? .updateAfter : .insert)
    }
    for entry in before.entries { places[Int(entry)] = 0 }
    append(zip(before.columns, after.columns).map { .concatenate([$0, $1]) }, sources, kinds)
  }

  /// By row after the batch: whether a call has another value than before.
  private func changed(_ before: SortedOverRows, _ after: SortedOverRows, _ olds: [Int32]) -> [Bool] {
    var isChanged = [Bool](repeating: false, count: olds.count)
    let types = schema.fields.map(\.type)
    for position in inputCount..<after.columns.count {
      let (old, new) = (before.columns[position], after.columns[position])
      for row in olds.indices where olds[row] >= 0 && !isChanged[row] {
        isChanged[row] = !new.isSame(row, as: old, Int(olds[row]), type: types[position])
      }
    }
    return isChanged
  }

  /// Pieces of a size that the output takes; -U and +U are never parted.
  private mutating func append(_ columns: [Column], _ sources: [Int32], _ kinds: [ChangeKind]) {
    var start = 0
    while start < sources.count {
      var end = min(start + RecordBatch.targetRowCount, sources.count)
      if end < sources.count, kinds[end - 1] == .updateBefore { end += 1 }
      let part = Array(sources[start..<end])
      let changes = Array(kinds[start..<end])
      pending.append(
        RecordBatch(
          schema: schema, columns: columns.map { $0.take(part) }, rowCount: part.count,
          changes: changes.allSatisfy { $0 == .insert } ? nil : changes))
      start = end
    }
  }
}
