//  The candidates of a batch's rows on the other side of a join, row by row, in pieces of bounded size.

import Columnar
import Dataflow
import State

/// A batch of one side on its way through a join whose rows' matches are counted. Its rows are in the state already.
struct MatchCursor {
  /// What comes next: for each row, in order, the other side's rows of its key.
  struct Piece {
    /// Rows of the batch, ascending.
    var rows: [Int32] = []
    var entries: [Int32] = []
    /// How often the entry is there; less where a piece ends within it.
    var counts: [Int64] = []
    /// The entry does not go on in the next piece.
    var isLast: [Bool] = []
    /// By position, whether the two match.
    var isMatch: [Bool] = []
    /// The other side's columns, one row a position.
    var others: [Column] = []
  }
  let batch: RecordBatch
  /// Of `batch` in the batch that it was cut out of.
  let firstRow: Int
  let groups: [Int32]
  /// Of each row in its own side; -1 if it is not there.
  let entries: [Int32]
  /// An entry is given once, however often it is there.
  let isWeighted: Bool
  /// The row whose candidates come next; those before are through.
  private(set) var row = 0
  /// Matches of that row so far.
  var matchCount: Int64 = 0
  private var entry: Int32?
  private var given: Int64 = 0
  private var isInRow = false

  /// Puts rows `firstRow...` of a batch in the state.
  init(_ whole: RecordBatch, firstRow: Int, input: Int, of inputs: JoinInputs, isWeighted: Bool, now: Int64) {
    batch = firstRow == 0 ? whole : whole.slice(firstRow..<whole.rowCount)
    self.firstRow = firstRow
    self.isWeighted = isWeighted
    groups = inputs.resolve(batch, input: input, now: now)
    entries = inputs.rows(of: input).addTracking(batch.columns, groups: groups, deltas: batch.deltas)
  }

  var isDone: Bool { row == groups.count }

  /// The next piece, of at most `limit` pairs; rows up to the new `row` are through with it.
  mutating func next(input: Int, of inputs: JoinInputs, limit: Int, now: Int64) throws(OperatorError) -> Piece {
    let others = inputs.rows(of: 1 - input)
    var piece = Piece()
    var pairCount: Int64 = 0
    while pairCount < limit, row < groups.count {
      if !isInRow {
        entry = groups[row] < 0 ? nil : others.first(in: groups[row])
        given = 0
        isInRow = true
      }
      guard let current = entry else {
        row += 1
        isInRow = false
        continue
      }
      let multiplicity = others.multiplicity(current)
      let count = isWeighted ? multiplicity : min(multiplicity - given, Int64(limit) - pairCount)
      given += count
      pairCount += isWeighted ? 1 : count
      piece.rows.append(Int32(row))
      piece.entries.append(current)
      piece.counts.append(count)
      piece.isLast.append(given == multiplicity)
      if given == multiplicity {
        entry = others.entry(after: current)
        given = 0
      }
    }
    piece.others = others.columns(of: piece.entries)
    piece.isMatch = [Bool](repeating: inputs.condition.isEmpty, count: piece.rows.count)
    if !inputs.condition.isEmpty, !piece.rows.isEmpty {
      let own = batch.columns.map { $0.take(piece.rows) }
      let pairs = RecordBatch(
        schema: inputs.condition.pairSchema, columns: input == 0 ? own + piece.others : piece.others + own, rowCount: piece.rows.count)
      for position in try inputs.condition.matches(pairs, now: now) { piece.isMatch[Int(position)] = true }
    }
    return piece
  }
}

/// Rows of a join's output, by where their two halves come from.
struct JoinedRows {
  private(set) var own: [Int32] = []
  private(set) var others: [Int32] = []
  private(set) var changes: [ChangeKind] = []

  /// A row of the batch and a position of the piece, a number of times.
  mutating func append(_ row: Int, _ position: Int, _ change: ChangeKind, count: Int64 = 1) {
    own.append(contentsOf: repeatElement(Int32(row), count: Int(count)))
    others.append(contentsOf: repeatElement(Int32(position), count: Int(count)))
    changes.append(contentsOf: repeatElement(change, count: Int(count)))
  }

  var isEmpty: Bool { changes.isEmpty }
}

extension RowMultimap {
  /// One more row of the other side matches `entry`, or one less.
  func associate(_ entry: Int32, _ sign: Int) {
    setAssociationCount(max(0, associationCount(entry) &+ Int64(sign)), of: entry)
  }
}
