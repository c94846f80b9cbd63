//  MIN and MAX. With retractions every value is kept with its multiplicity, and the extreme is looked for again when it is
//  taken back.
//  Source: Flink's MinWithRetractAggFunction and MaxWithRetractAggFunction.

import Columnar
import Expressions
import State

/// The least or greatest value. NULL without one; strings compare as bytes, FALSE is less than TRUE.
///
/// State: the value; with retractions also each distinct value and its multiplicity.
final class ExtremeAggregate: Aggregate {
  private let type: DataType
  private let isMin: Bool
  private let retracts: Bool
  private var column = 0
  private var multimap = 0
  /// Values that are looked through at a time when an extreme is looked for again.
  private static let scanRowCount = RecordBatch.targetRowCount

  init(_ type: DataType, isMin: Bool, retracts: Bool) {
    self.type = type
    self.isMin = isMin
    self.retracts = retracts
  }

  var columns: [Field] { [Field("value", type)] }
  var multimaps: [TableSchema.Multimap] { retracts ? [.init("values", [Field("value", type)])] : [] }

  func attach(column: Int, multimap: Int) {
    self.column = column
    self.multimap = multimap
  }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    guard let argument else { preconditionFailure("MIN and MAX have an argument") }
    guard retracts else {
      improve(argument, groups, table)
      return
    }
    let effects = table.multimaps[multimap].add([argument], groups: groups, deltas: signs)
    guard let signs else {
      improve(argument, groups, table)
      return
    }
    improve(argument, groups.indices.map { signs[$0] > 0 ? groups[$0] : -1 }, table)
    // A value that is gone matters only where it is the extreme. The value of a pair that came and went in this batch has
    // been taken for the extreme just now, if it could be.
    let current = table.columns[column].gather(groups.map { max($0, 0) })
    var lost: [Int32] = []
    for row in groups.indices where effects[row] == .disappeared {
      if current.isSame(row, as: argument, row, type: type) { lost.append(groups[row]) }
    }
    if !lost.isEmpty { searchAgain(Set(lost).sorted(), table) }
  }

  private func searchAgain(_ groups: [Int32], _ table: KeyedTable) {
    table.columns[column].scatter(.nulls(type, count: groups.count), to: groups)
    let values = table.multimaps[multimap]
    var entries: [Int32] = []
    var owners: [Int32] = []
    func scan() {
      improve(values.columns(of: entries)[0], owners, table)
      entries.removeAll(keepingCapacity: true)
      owners.removeAll(keepingCapacity: true)
    }
    for group in groups {
      var next = values.first(in: group)
      while let entry = next {
        entries.append(entry)
        owners.append(group)
        if entries.count == Self.scanRowCount { scan() }
        next = values.entry(after: entry)
      }
    }
    if !entries.isEmpty { scan() }
  }

  private func improve(_ argument: Column, _ groups: [Int32], _ table: KeyedTable) {
    let state = table.columns[column]
    guard let valid = state.valid else { preconditionFailure("an extreme may be null") }
    switch state.values {
    case .int64(let pages): improve(argument.widenedToInt64.values, groups, pages, valid)
    case .int128(let pages): improve(argument.widenedToInt128.values, groups, pages, valid)
    case .float64(let pages): improve(argument.widenedToFloat64.values, groups, pages, valid)
    case .bytes(let pages):
      guard case .bytes(let column) = argument else { preconditionFailure("only strings and bytes are compared as bytes") }
      for row in groups.indices where groups[row] >= 0 {
        let group = Int(groups[row])
        column.withBytes(at: row) { bytes in
          if valid[group] == 0 || isBetter(bytes, than: pages.bytes(group)) {
            pages.set(group, bytes)
            valid[group] = 1
          }
        }
      }
    }
  }

  private func improve<Pages: PagedElements>(
    _ values: [Pages.Element], _ groups: [Int32], _ pages: Pages, _ valid: PagedColumn<UInt8>
  ) where Pages.Element: Comparable {
    let isMin = isMin
    let (values, owners) = (values.span, groups.span)
    valid.update(owners) { isThere, row in
      let group = Int(owners[row])
      let value = values[row]
      if isThere == 0 {
        isThere = 1
        pages[group] = value
      } else {
        let current = pages[group]
        if isMin ? value < current : current < value { pages[group] = value }
      }
    }
  }

  private func isBetter(_ bytes: UnsafeRawBufferPointer, than other: UnsafeRawBufferPointer) -> Bool {
    isMin ? precedes(bytes, other) : precedes(other, bytes)
  }

  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    if retracts {
      let values = source.multimaps[multimap]
      let (entries, owners) = values.entries(of: sources, for: groups)
      if !entries.isEmpty {
        table.multimaps[multimap].add(values.columns(of: entries), groups: owners, deltas: entries.map { values.multiplicity($0) })
      }
    }
    merge(partials(of: sources, in: source), groups: groups, in: table)
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] { [table.columns[column].gather(groups)] }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    improve(partials[0], maskingNulls(groups, partials[0].validity), table)
  }

  func results(of groups: [Int32], in table: KeyedTable) -> Column { table.columns[column].gather(groups) }
}

/// Whether one byte sequence comes before another, as unsigned bytes.
private func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  let common = min(left.count, right.count)
  var offset = 0
  while offset + 8 <= common {
    let a = UInt64(bigEndian: left.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    let b = UInt64(bigEndian: right.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    if a != b { return a < b }
    offset += 8
  }
  while offset < common {
    if left[offset] != right[offset] { return left[offset] < right[offset] }
    offset += 1
  }
  return left.count < right.count
}
