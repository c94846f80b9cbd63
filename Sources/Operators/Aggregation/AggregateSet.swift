//  All aggregates of one operator: which function computes each call, and where in the table its state is.

import Columnar
import Dataflow
import Expressions
import State

/// The aggregates of an operator over one keyed table.
struct AggregateSet {
  private let calls: [AggregateCall]
  private let aggregates: [any Aggregate]
  /// DISTINCT aggregates that share what they have seen; `isShared` says which calls they stand for.
  private let shared: [SharedDistinct]
  private let isShared: [Bool]
  /// What the aggregates keep, for the schema of the table, behind `columnOffset` columns of the operator's own.
  let columns: [Field]
  let multimaps: [TableSchema.Multimap]
  /// How many columns each aggregate has between local and global phase.
  private let partialCounts: [Int]

  /// - Parameters:
  ///   - retracts: Rows may be taken back.
  ///   - keepsGroups: No group is ever taken out, or merged with another.
  init(_ calls: [AggregateCall], retracts: Bool, keepsGroups: Bool = false, columnOffset: Int = 0) throws(OperatorError) {
    self.calls = calls
    var aggregates: [any Aggregate] = []
    var columns: [Field] = []
    var multimaps: [TableSchema.Multimap] = []
    var names: [String: Int] = [:]
    let families = retracts ? [] : Self.families(calls)
    var shared: [SharedDistinct] = []
    var isShared = [Bool](repeating: false, count: calls.count)
    for call in families.joined() { isShared[call] = true }
    for (position, call) in calls.enumerated() {
      var alone = call
      // What the call has seen is kept by its family.
      if isShared[position] { alone.isDistinct = false }
      let aggregate = try Aggregates.make(alone, retracts: retracts, keepsGroups: keepsGroups)
      // A call that is there twice has its state twice; the name says which. Bits of a family only mean something together.
      let family = families.first { $0.contains(position) }
      let identity = Self.name(call) + (family.map { " of \($0.map { Self.name(calls[$0]) }.joined(separator: ", "))" } ?? "")
      let ordinal = names[identity, default: 0]
      names[identity] = ordinal + 1
      let name = ordinal == 0 ? identity : "\(identity)#\(ordinal)"
      aggregate.attach(column: columnOffset + columns.count, multimap: multimaps.count)
      columns += aggregate.columns.map { Field("\(name).\($0.name)", $0.type, isNullable: $0.isNullable) }
      multimaps += aggregate.multimaps.map { TableSchema.Multimap("\(name).\($0.name)", $0.fields, isListed: $0.isListed) }
      aggregates.append(aggregate)
    }
    for family in families {
      guard let argument = calls[family[0]].argument, let type = calls[family[0]].argumentType else { continue }
      shared.append(
        SharedDistinct(
          argument: argument, type: type, multimap: multimaps.count,
          members: family.map { (filter: calls[$0].filter, base: aggregates[$0]) }))
      let name = family.map { Self.name(calls[$0]) }.joined(separator: ", ")
      multimaps.append(.init("\(name).distinct", [Field("value", type)], isListed: !keepsGroups))
    }
    self.shared = shared
    self.isShared = isShared
    self.aggregates = aggregates
    self.columns = columns
    self.multimaps = multimaps
    partialCounts = calls.map { accumulatorFields($0).count }
  }

  /// The calls with DISTINCT, by argument, where there is more than one.
  private static func families(_ calls: [AggregateCall]) -> [[Int]] {
    let distinct = calls.indices.filter { position in
      let call = calls[position]
      // MIN, MAX and the edge values are the same with DISTINCT.
      return call.isDistinct && call.argument != nil && call.argumentType != nil && [.count, .sum, .avg].contains(call.function)
    }
    return Dictionary(grouping: distinct) { calls[$0].argument! }.values
      .filter { 2...SharedDistinct.memberCountMax ~= $0.count }.sorted { $0[0] < $1[0] }
  }

  /// The call as text: names its state in snapshots, so the form is persistent.
  private static func name(_ call: AggregateCall) -> String {
    let argument = call.argument.map { "\(call.isDistinct ? "distinct " : "")$\($0)" } ?? "*"
    let filter = call.filter.map { " filter $\($0)" } ?? ""
    let separator = call.separator.map { ", '\($0)'" } ?? ""
    return "\(call.function.rawValue)(\(argument)\(separator))\(filter)"
  }

  /// Positions of all input columns that `accumulate` reads.
  var inputColumns: Set<Int> { Set(calls.compactMap(\.argument)).union(calls.compactMap(\.filter)) }

  /// Adds rows to their groups; rows of negative groups are left out. `columns` are those of the input.
  func accumulate(_ columns: [Column], groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    for (position, aggregate) in aggregates.enumerated() where !isShared[position] {
      let call = calls[position]
      let argument = call.argument.map { columns[$0] }
      if let count = aggregate as? CountAggregate, let filter = call.filter, signs == nil, argument?.validity == nil {
        count.accumulate(where: filterFlags(columns[filter]), groups: groups, in: table)
        continue
      }
      aggregate.accumulate(
        argument, groups: counted(call, columns, groups, takesNulls: aggregate.takesNulls), signs: signs, in: table)
    }
    for family in shared { family.accumulate(columns, groups: groups, in: table) }
  }

  /// `groups`, negative for the rows that a call leaves out.
  private func counted(_ call: AggregateCall, _ columns: [Column], _ groups: [Int32], takesNulls: Bool) -> [Int32] {
    var groups = groups
    if let filter = call.filter { groups = maskingUnless(groups, columns[filter]) }
    if !takesNulls, let validity = call.argument.flatMap({ columns[$0].validity }) { groups = maskingNulls(groups, validity) }
    return groups
  }

  /// The accumulators of some groups: for each call in order the columns of `accumulatorFields`.
  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] {
    aggregates.flatMap { $0.partials(of: groups, in: table) }
  }

  /// Adds accumulators; `columns` are laid out as `partials` gives them.
  func merge(_ columns: ArraySlice<Column>, groups: [Int32], in table: KeyedTable) {
    var next = columns.startIndex
    for (aggregate, count) in zip(aggregates, partialCounts) {
      aggregate.merge(Array(columns[next..<(next + count)]), groups: groups, in: table)
      next += count
    }
  }

  /// Adds what another table has for `sources[row]` to `groups[row]`.
  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    for (position, aggregate) in aggregates.enumerated() where !isShared[position] {
      aggregate.merge(from: source, sources: sources, groups: groups, in: table)
    }
    for family in shared { family.merge(from: source, sources: sources, groups: groups, in: table) }
  }

  /// One column a call.
  func results(of groups: [Int32], in table: KeyedTable) throws(OperatorError) -> [Column] {
    try aggregates.map { (aggregate) throws(OperatorError) in try aggregate.results(of: groups, in: table) }
  }
}
