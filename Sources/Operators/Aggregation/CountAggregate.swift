//  COUNT(*) and COUNT(x).

import Columnar
import Expressions
import State

/// Counts rows. State: one `Int64` a group.
final class CountAggregate: Aggregate {
  let columns = [Field("count", .int64, isNullable: false)]
  private var column = 0

  func attach(column: Int, multimap: Int) { self.column = column }

  func accumulate(_ argument: Column?, groups: [Int32], signs: [Int64]?, in table: KeyedTable) {
    let counts = table.columns[column].int64
    if let signs {
      counts.update(groups.span) { $0 &+= signs[$1] }
    } else {
      counts.update(groups.span) { count, _ in count &+= 1 }
    }
  }

  /// Adds the rows whose flag is set. No branch depends on a flag.
  func accumulate(where flags: [Bool], groups: [Int32], in table: KeyedTable) {
    precondition(flags.count == groups.count, "one flag a row")
    let counts = table.columns[column].int64
    // As numbers: of a choice between two the compiler would make a branch.
    flags.withUnsafeBytes { flags in counts.update(groups.span) { $0 &+= Int64(flags[$1]) } }
  }

  /// Adds the rows of which the bit at `position` is set, likewise.
  func accumulate(bit position: Int, of bits: [Int64], groups: [Int32], in table: KeyedTable) {
    precondition(bits.count == groups.count, "one set of bits a row")
    let bits = bits.span
    table.columns[column].int64.update(groups.span) { $0 &+= bits[$1] &>> Int64(position) & 1 }
  }

  func partials(of groups: [Int32], in table: KeyedTable) -> [Column] { [table.columns[column].gather(groups)] }

  func merge(_ partials: [Column], groups: [Int32], in table: KeyedTable) {
    let added = partials[0].widenedToInt64.values
    table.columns[column].int64.update(groups.span) { $0 &+= added[$1] }
  }

  func results(of groups: [Int32], in table: KeyedTable) -> Column { table.columns[column].gather(groups) }
}
