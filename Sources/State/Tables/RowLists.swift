//  Rows by group that are only added: what a join remembers of a side that never takes a row back. Unlike in a `RowMultimap`
//  equal rows stand side by side, so that adding one needs no search.

import Columnar

/// For each group a list of rows.
public final class RowLists {
  public let fields: [Field]
  private let layout: RowLayout
  private let encoder: RowEncoder
  private let arena = AppendArena()
  /// By group: the row that came last.
  private let newest = PagedColumn<RowHandle>()

  init(_ fields: [Field]) {
    self.fields = fields
    layout = RowLayout(fields.map(\.type))
    encoder = RowEncoder(layout)
  }

  func grow(toHoldGroups groupCount: Int) { newest.grow(toHold: groupCount) }

  /// Adds a row to each group; rows of negative groups are left out.
  public func add(_ columns: [Column], groups: [Int32]) {
    encoder.encode(columns, rowCount: groups.count)
    for row in groups.indices { append(encoder.bytes(row), to: groups[row]) }
  }

  @inline(__always) private func append(_ bytes: UnsafeRawBufferPointer, to group: Int32) {
    guard group >= 0 else { return }
    newest[Int(group)] = arena.append(bytes, after: newest[Int(group)])
  }

  public func isEmpty(_ group: Int32) -> Bool { newest[Int(group)] == 0 }

  /// The row of a group that came last; zero if it has none.
  @inline(__always) public func newest(in group: Int32) -> RowHandle { newest[Int(group)] }

  /// The row of the same group that came before one; zero if there is none.
  @inline(__always) public func row(before row: RowHandle) -> RowHandle { arena.previous(row) }

  /// The rows themselves, one column a field. Strings may refer to where the rows lie.
  public func columns(of rows: [RowHandle]) -> [Column] { layout.decode(rows.map { arena.bytes($0) }, origins: arena.origins(of: rows)) }

  /// One field of the rows.
  public func column(_ field: Int, of rows: [RowHandle]) -> Column {
    layout.decode(rows.map { arena.bytes($0) }, origins: arena.origins(of: rows), field: field)
  }

  func freeze() -> FrozenRowLists { FrozenRowLists(fields: fields, layout: layout, arena: arena.freeze(), newest: newest.freeze()) }

  /// Adds rows as a snapshot had them, in their order.
  func load(_ rows: PackedRows, groups: [Int32]) { rows.forEach { append($1, to: groups[$0]) } }

  var byteCount: Int { arena.byteCount + newest.byteCount }
}

/// Lists as they were when they were frozen.
struct FrozenRowLists: FrozenPackedRows {
  let fields: [Field]
  let layout: RowLayout
  let arena: FrozenAppendArena
  let newest: FrozenColumn<RowHandle>

  var part: TableSection.Part { .listed }

  func withRows<Failure: Error>(
    of groups: [Int32], _ body: ([UnsafeRawBufferPointer], [Int]) throws(Failure) -> Void
  ) throws(Failure) {
    let (rows, counts) = rows(of: groups)
    try body(rows, counts)
  }

  /// The rows of some groups, group by group and in each the oldest first, and how many each group has.
  ///
  /// All lists are followed at once, a row of each at a time, so that the misses of a large arena overlap. A row's length is read
  /// together with its link, beside which it lies.
  private func rows(of groups: [Int32]) -> (rows: [UnsafeRawBufferPointer], counts: [Int]) {
    var counts = [Int](repeating: 0, count: groups.count)
    var heads = newest.gather(groups)
    var found: [(list: Int32, row: UnsafeRawBufferPointer)] = []
    var lists = heads.indices.filter { heads[$0] != 0 }.map { Int32($0) }
    while !lists.isEmpty {
      for list in lists {
        let head = heads[Int(list)]
        found.append((list, arena.bytes(head)))
        counts[Int(list)] += 1
        heads[Int(list)] = arena.previous(head)
      }
      lists.removeAll { heads[Int($0)] == 0 }
    }
    var ends = [Int](repeating: 0, count: groups.count)
    var total = 0
    for group in groups.indices {
      total += counts[group]
      ends[group] = total
    }
    var rows = [UnsafeRawBufferPointer](repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: total)
    for (list, row) in found {
      ends[Int(list)] -= 1
      rows[ends[Int(list)]] = row
    }
    return (rows, counts)
  }
}
