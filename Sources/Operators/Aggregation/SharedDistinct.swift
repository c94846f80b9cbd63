//  DISTINCT for several aggregates of one argument, e.g. with different filters, over rows that are never taken back.
//  Source: Flink's distinct view shared by aggregates of one argument, where each value has a bit for each of them.

import Columnar
import Expressions
import State

/// Hands each aggregate the values that it sees for the first time in a group.
///
/// State: each distinct value of each group with the set of aggregates that have seen it, instead of a copy for each.
final class SharedDistinct {
  /// The aggregates fit into the bits of a multiplicity.
  static let memberCountMax = 62

  private let argument: Int
  private let type: DataType
  private let multimap: Int
  /// In the order of their bits, with the column of their filters.
  private let members: [(filter: Int?, base: any Aggregate)]

  init(argument: Int, type: DataType, multimap: Int, members: [(filter: Int?, base: any Aggregate)]) {
    precondition(members.count <= Self.memberCountMax, "a multiplicity has a bit for each aggregate")
    self.argument = argument
    self.type = type
    self.multimap = multimap
    self.members = members
  }

  /// Rows with a NULL argument are left out.
  func accumulate(_ columns: [Column], groups: [Int32], in table: KeyedTable) {
    var always: Int64 = 0
    for (position, member) in members.enumerated() where member.filter == nil { always |= 1 << Int64(position) }
    var bits = [Int64](repeating: always, count: groups.count)
    for (position, member) in members.enumerated() {
      if let filter = member.filter { setBit(position, where: filterFlags(columns[filter]).span, of: &bits) }
    }
    mark(columns[argument], groups: maskingNulls(groups, columns[argument].validity), bits: bits, in: table)
  }

  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    let values = source.multimaps[multimap]
    let (entries, owners) = values.entries(of: sources, for: groups)
    guard !entries.isEmpty else { return }
    mark(values.columns(of: entries)[0], groups: owners, bits: entries.map { values.multiplicity($0) }, in: table)
  }

  private func mark(_ argument: Column, groups: [Int32], bits: [Int64], in table: KeyedTable) {
    let fresh = table.multimaps[multimap].mark([argument], groups: groups, bits: bits)
    if fresh.rows.isEmpty { return }
    let owners = fresh.rows.map { groups[Int($0)] }
    // A count does not look at values.
    let values = members.allSatisfy { $0.base is CountAggregate } ? nil : argument.take(fresh.rows)
    for (position, member) in members.enumerated() {
      if let count = member.base as? CountAggregate {
        count.accumulate(bit: position, of: fresh.bits, groups: owners, in: table)
        continue
      }
      let changed = owners.indices.map { fresh.bits[$0] >> Int64(position) & 1 == 0 ? -1 : owners[$0] }
      member.base.accumulate(values, groups: changed, signs: nil, in: table)
    }
  }
}

/// Sets a bit of each row whose flag is set.
private func setBit(_ position: Int, where flags: Span<Bool>, of bits: inout [Int64]) {
  precondition(flags.count == bits.count, "one flag a row")
  var bits = bits.mutableSpan
  for row in flags.indices { bits[row] |= (flags[row] ? 1 : 0) &<< Int64(position) }
}
