//  Partitions a chain's output over the subtasks of its consumers.

import Columnar
import Dataflow
import State

/// One edge as one producing subtask sees it: a channel to each consuming subtask that it feeds.
public struct OutputEdge {
  public let partitioning: Partitioning
  /// For `.forward` the one channel to the subtask of the same number; otherwise one for each consuming subtask, in order.
  public let channels: [any OutputChannel]
  public init(_ partitioning: Partitioning, channels: [any OutputChannel]) {
    precondition(!channels.isEmpty, "an edge leads somewhere")
    self.partitioning = partitioning
    self.channels = channels
  }
}

/// Sends the output of one subtask over all its edges.
///
/// - A hash edge gathers the rows of each destination across batches and sends them at `RecordBatch.targetRowCount` rows
///   or `targetByteCount` bytes, or of `gatheredBatchCountMax` batches, or when told to flush: when the input has run dry,
///   before a barrier, before a watermark.
///   Gathering copies the rows once more, so a batch that has `gatheredRowCountMax` rows or more for a destination is sent
///   on its own.
///   Rows of one input batch that go to one destination are never parted, so -U and +U of a key stay in one batch.
/// - An edge with one destination, and every edge that does not look at rows, hands batches on by reference.
/// - Watermarks, barriers and the like go to every channel of every edge.
public final class Exchange {
  /// Rows of one batch for one destination from which gathering more does not pay.
  public static let gatheredRowCountMax = RecordBatch.targetRowCount / 4

  /// Batches whose rows are gathered for one destination: a few rows may hold on to a large buffer.
  public static let gatheredBatchCountMax = 64

  private var edges: [EdgeState]
  public private(set) var recordsOut: Int64 = 0
  public private(set) var bytesOut: Int64 = 0

  public init(_ edges: [OutputEdge], maxParallelism: Int) {
    self.edges = edges.map { EdgeState($0, maxParallelism: maxParallelism) }
  }

  /// Every channel takes one more batch.
  public var hasCredit: Bool { edges.allSatisfy { $0.edge.channels.allSatisfy(\.hasCredit) } }
  /// Rows have been gathered and not sent.
  public var hasGathered: Bool { edges.contains { $0.gathered.contains { !$0.isEmpty } } }

  public func send(_ batch: RecordBatch) {
    recordsOut += Int64(batch.rowCount)
    let batch = batch.measured()
    for index in edges.indices { bytesOut += edges[index].send(batch) }
  }

  /// Sends what has been gathered.
  public func flush() {
    for index in edges.indices { bytesOut += edges[index].flush() }
  }

  /// Flushes, then sends an element that is no batch over every channel. An abort overtakes what has been gathered.
  public func broadcast(_ element: StreamElement) {
    if case .abort = element {} else { flush() }
    for edge in edges {
      for channel in edge.edge.channels { channel.send(element) }
    }
  }
}

/// Rows of one destination that wait to be sent.
private struct Gathered {
  var pieces: [RecordBatch] = []
  var rowCount = 0
  var byteCount = 0
  var isEmpty: Bool { pieces.isEmpty }

  mutating func take() -> RecordBatch {
    defer { self = Gathered() }
    return RecordBatch.concatenate(pieces)
  }
}

private struct EdgeState {
  let edge: OutputEdge
  var gathered: [Gathered]
  var next = 0
  /// Of each key group; empty for an edge that does not look at rows.
  let destinations: [Int32]

  init(_ edge: OutputEdge, maxParallelism: Int) {
    self.edge = edge
    let isHash = if case .hash = edge.partitioning { true } else { false }
    destinations =
      isHash
      ? (0..<maxParallelism).map { Int32(KeyGroup.subtask(of: $0, parallelism: edge.channels.count, maxParallelism: maxParallelism)) } : []
    gathered = [Gathered](repeating: Gathered(), count: edge.channels.count)
  }

  /// Returns the bytes that left.
  mutating func send(_ batch: RecordBatch) -> Int64 {
    let channels = edge.channels
    switch edge.partitioning {
    case .forward, .global:
      channels[0].send(.batch(batch))
      return Int64(batch.byteCount)
    case .rebalance:
      channels[next].send(.batch(batch))
      next = next + 1 == channels.count ? 0 : next + 1
      return Int64(batch.byteCount)
    case .broadcast:
      for channel in channels { channel.send(.batch(batch)) }
      return Int64(batch.byteCount * channels.count)
    case .hash(let keys):
      if channels.count == 1 {
        channels[0].send(.batch(batch))
        return Int64(batch.byteCount)
      }
      return partition(batch, keys: keys)
    }
  }

  private mutating func partition(_ batch: RecordBatch, keys: [Int]) -> Int64 {
    let hashes = PartitionHash.hashes(keys.map { batch.columns[$0] }, types: keys.map { batch.schema[$0].type }, rowCount: batch.rowCount)
    let rows = rowsByDestination(hashes, destinations: destinations, count: edge.channels.count)
    let byteCount = batch.byteCount
    var sent: Int64 = 0
    for destination in rows.indices where !rows[destination].isEmpty {
      let picked = rows[destination]
      let piece = picked.count == batch.rowCount ? batch : batch.take(picked)
      if picked.count >= Exchange.gatheredRowCountMax || gathered[destination].rowCount + picked.count > RecordBatch.targetRowCount {
        sent += flush(destination)
      }
      gathered[destination].pieces.append(piece)
      gathered[destination].rowCount += picked.count
      // Not what the piece itself takes: that would look at every string once more.
      gathered[destination].byteCount += byteCount / batch.rowCount * picked.count
      if picked.count >= Exchange.gatheredRowCountMax || gathered[destination].rowCount >= RecordBatch.targetRowCount
        || gathered[destination].byteCount >= RecordBatch.targetByteCount
        || gathered[destination].pieces.count >= Exchange.gatheredBatchCountMax
      {
        sent += flush(destination)
      }
    }
    return sent
  }

  mutating func flush() -> Int64 {
    var sent: Int64 = 0
    for destination in gathered.indices { sent += flush(destination) }
    return sent
  }

  private mutating func flush(_ destination: Int) -> Int64 {
    guard !gathered[destination].isEmpty else { return 0 }
    let byteCount = gathered[destination].byteCount
    edge.channels[destination].send(.batch(gathered[destination].take().measured()))
    return Int64(byteCount)
  }
}

/// The rows of each destination, ascending. Allocates the result, and one position a row in between.
///
/// - Parameter destinations: the destination of each key group.
private func rowsByDestination(_ hashes: [UInt64], destinations: [Int32], count: Int) -> [[Int32]] {
  var ends = [Int](repeating: 0, count: count)
  let maxParallelism = destinations.count
  let chosen = [Int32](unsafeUninitializedCapacity: hashes.count) { target, initialized in
    let hashes = hashes.span
    let destinations = destinations.span
    for row in hashes.indices {
      let destination = destinations[KeyGroup.index(hash: hashes[row], maxParallelism: maxParallelism)]
      target.initializeElement(at: row, to: destination)
      ends[Int(destination)] += 1
    }
    initialized = hashes.count
  }
  var total = 0
  for destination in ends.indices {
    let start = total
    total += ends[destination]
    ends[destination] = start
  }
  let starts = ends
  let rows = [Int32](unsafeUninitializedCapacity: hashes.count) { target, initialized in
    let chosen = chosen.span
    var ends = ends.mutableSpan
    for row in chosen.indices {
      let destination = Int(chosen[row])
      target.initializeElement(at: ends[destination], to: Int32(truncatingIfNeeded: row))
      ends[destination] += 1
    }
    initialized = chosen.count
  }
  return (0..<count).map { Array(rows[starts[$0]..<($0 + 1 < count ? starts[$0 + 1] : rows.count)]) }
}
