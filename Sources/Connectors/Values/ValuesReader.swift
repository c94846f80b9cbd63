//  Rows that stand in the query: VALUES. One split, whose position is the next row's number; scripts cannot name this source.

import Columnar
import Dataflow

enum ValuesSource {
  /// What `SourceSpec.connector` says for a source that carries its own rows.
  static let connector = "values"
}

final class ValuesEnumerator: SplitEnumerator {
  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    [SourceSplit(id: "values", position: SplitPosition.bytes(0))]
  }
}

/// Gives the rows of its spec in order.
final class ValuesReader: SourceReader {
  let blocks = false
  let skippedRecordCount = 0
  private let rows: [[Value]]
  private let projection: [Int]
  private let schema: Schema
  private var splits: [SourceSplit] = []

  init(_ spec: SourceSpec) throws(OperatorError) {
    guard let rows = spec.rows, rows.allSatisfy({ $0.count == spec.declared.count }) else {
      throw OperatorError(.internal, .never, "VALUES has one value a column in each row")
    }
    self.rows = rows
    projection = spec.projection
    schema = spec.produced
  }

  func add(_ splits: [SourceSplit]) throws(OperatorError) {
    for split in splits {
      guard let next = SplitPosition.offset(split.position), next <= Int64(rows.count) else {
        throw OperatorError(.internal, .never, "the position of VALUES is not the number of a row")
      }
    }
    self.splits += splits
  }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    guard maxRows > 0, let split = splits.first else { return .nothing }
    let next = Int(SplitPosition.offset(split.position)!)
    guard next < rows.count else {
      splits.removeFirst()
      return .splitFinished(id: split.id)
    }
    let end = min(rows.count, next + min(maxRows, RecordBatch.targetRowCount))
    let builder = BatchBuilder(schema)
    for row in rows[next..<end] { builder.append(projection.map { row[$0] }) }
    splits[0].position = SplitPosition.bytes(Int64(end))
    return .batch(builder.finish(), splits[0])
  }
}
