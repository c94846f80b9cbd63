//  One aggregate function over the groups of a keyed table. Each function keeps its accumulators in columns of the table,
//  so that the back end snapshots them, and updates them a batch at a time.
//  Source: DataFusion's `GroupsAccumulator`; the rules of each function are Flink's.

import Columnar
import Dataflow
import Expressions
import State

/// Computes one aggregate for many groups at once.
///
/// Groups are ids of the table; rows with a negative group are left out, which is how FILTER and NULL arguments are done.
/// An aggregate holds no rows and no values itself: everything is in the table, at the place that `attach` gave it.
protocol Aggregate: AnyObject {
  /// What it keeps for each group.
  var columns: [Field] { get }
  var multimaps: [TableSchema.Multimap] { get }
  /// Whether rows with a NULL argument count.
  var takesNulls: Bool { get }
  /// The aggregate's first column and multimap in the table. Called once, before anything else.
  func attach(column: Int, multimap: Int)

  /// Adds rows; `signs[row]` is 1 or -1 where a row is taken back, nil if none is. No argument of a row that counts is null unless `takesNulls`.
  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable)
  /// The accumulators of some groups, laid out as `accumulatorFields` says.
  func partials(of groups: [Int32], in table: KeyedTable) -> [Column]
  /// Adds accumulators that `partials` gave.
  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable)
  /// Adds what another table has for `sources[row]` to `groups[row]`.
  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable)
  /// The aggregate's value for each of some groups.
  func results(of groups: [Int32], in table: KeyedTable) throws(OperatorError) -> Column
}

extension Aggregate {
  var multimaps: [TableSchema.Multimap] { [] }
  var takesNulls: Bool { false }

  func merge(from source: KeyedTable, sources: [Int32], groups: [Int32], in table: KeyedTable) {
    merge(partials(of: sources, in: source), groups: groups, in: table)
  }
}

/// `groups`, negative where `validity` says null.
func maskingNulls(_ groups: [Int32], _ validity: Validity?) -> [Int32] {
  guard let validity else { return groups }
  var masked = groups
  for row in masked.indices where !validity.isValid(row) { masked[row] = -1 }
  return masked
}

/// `groups`, negative where the boolean column is not TRUE.
func maskingUnless(_ groups: [Int32], _ filter: Column) -> [Int32] {
  let flags = filterFlags(filter)
  var masked = groups
  for row in masked.indices where !flags[row] { masked[row] = -1 }
  return masked
}

/// Whether the filter is TRUE for each row.
func filterFlags(_ filter: Column) -> [Bool] {
  guard case .bool(let flags) = filter else { preconditionFailure("a filter is a boolean column") }
  // The value under a null is false.
  return flags.values
}

extension RowMultimap {
  /// The entries of some groups, group by group in order, and with each what `owners` has for its group.
  func entries(of groups: [Int32], for owners: [Int32]) -> (entries: [Int32], owners: [Int32]) {
    var found: (entries: [Int32], owners: [Int32]) = ([], [])
    for (group, owner) in zip(groups, owners) {
      var next = first(in: group)
      while let entry = next {
        found.entries.append(entry)
        found.owners.append(owner)
        next = self.entry(after: entry)
      }
    }
    return found
  }
}
