//  The `nexmark` source. Split i of P emits the chunks of 1,000 consecutive numbers i, i + P, i + 2P, ... in order; its
//  position is the next event number, so that a poll may end anywhere.

import Columnar
import Dataflow

/// One split for each reader: id `i/P`, position at the start of chunk i.
final class NexmarkEnumerator: SplitEnumerator {
  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    (0..<parallelism).map { index in
      NexmarkSplit(index: index, of: parallelism, next: Int64(index) * NexmarkModel.chunk).encoded
    }
  }
}

/// How far one split has come.
struct NexmarkSplit: Hashable {
  let index: Int
  let of: Int
  /// The next event number of this split.
  var next: Int64

  init(index: Int, of count: Int, next: Int64) {
    self.index = index
    of = count
    self.next = next
  }

  init(_ split: SourceSplit) throws(OperatorError) {
    let parts = split.id.split(separator: "/").map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], 0 <= index, index < count, count <= Self.maxCount else {
      throw OperatorError(.internal, .never, "nexmark split \"\(split.id)\" is not of the form i/P")
    }
    guard let next = SplitPosition.offset(split.position), next <= NexmarkModel.maxEventCount * 2 else {
      throw OperatorError(.internal, .never, "the position of nexmark split \"\(split.id)\" is not an event number")
    }
    self.init(index: index, of: count, next: next)
  }

  static let maxCount = 1 << 16

  var encoded: SourceSplit { SourceSplit(id: "\(index)/\(of)", position: SplitPosition.bytes(next)) }

  /// Takes the runs of the next events, at most `maxRows` of them; whole chunks where there is room for one.
  mutating func takeRuns(maxRows: Int, eventCount: Int64) -> [NexmarkRun] {
    var runs: [NexmarkRun] = []
    var row = 0
    while next < eventCount {
      let chunkEnd = min((next / NexmarkModel.chunk + 1) * NexmarkModel.chunk, eventCount)
      let wholeChunk = Int(chunkEnd - next)
      if wholeChunk > maxRows - row, !runs.isEmpty { break }
      let count = min(wholeChunk, maxRows - row)
      runs.append(NexmarkRun(first: next, count: count, row: row))
      row += count
      next += Int64(count)
      if next % NexmarkModel.chunk == 0 { next += Int64(of - 1) * NexmarkModel.chunk }
      if row >= maxRows { break }
    }
    return runs
  }
}

/// Makes events; of several splits each gives a batch in its turn.
final class NexmarkReader: SourceReader {
  let blocks = false
  let skippedRecordCount = 0
  private var maker: NexmarkBatchMaker
  private var splits: [NexmarkSplit] = []
  private var turn = 0

  /// Bounds the memory of a batch however many rows are asked for.
  static let maxBatchRows = 1 << 16

  init(_ spec: SourceSpec) throws(OperatorError) {
    let options = OptionValues(spec.options)
    let columns = try NexmarkLayout.columns(spec.declared, isFlat: try options.boolean("flat", default: false))
    let wanted = spec.projection.indices.map { columns[spec.projection[$0]].part(spec.paths?[$0] ?? FieldPath()) }
    maker = NexmarkBatchMaker(model: try NexmarkModel(options), columns: wanted, schema: spec.produced)
  }

  func add(_ added: [SourceSplit]) throws(OperatorError) {
    for split in added { splits.append(try NexmarkSplit(split)) }
  }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    if splits.isEmpty || maxRows < 1 { return .nothing }
    if turn >= splits.count { turn = 0 }
    let runs = splits[turn].takeRuns(maxRows: min(maxRows, Self.maxBatchRows), eventCount: maker.model.eventCount)
    if runs.isEmpty {
      let finished = splits.remove(at: turn)
      return .splitFinished(id: finished.encoded.id)
    }
    defer { turn += 1 }
    return .batch(maker.make(runs), splits[turn].encoded)
  }
}
