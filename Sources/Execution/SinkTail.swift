//  The sink at the end of a chain, with what it has staged and nobody has confirmed to be committed.

import Columnar
import Dataflow
import State

/// Drives one sink. A committable is operator state from the barrier that made it until its commit is confirmed, so no
/// crash can lose it; that it may be committed twice is the committer's to bear.
public final class SinkTail {
  private static let stateName = "committables"
  public let id: OperatorID
  let state: StateBackend
  private let sink: any Sink
  private let stored: OperatorListState
  /// In epoch order.
  public private(set) var committables: [Committable]
  private(set) var recordsOut: Int64 = 0

  /// - Parameter state: already restored.
  public init(id: OperatorID, sink: any Sink, state: StateBackend) throws(OperatorError) {
    self.id = id
    self.sink = sink
    self.state = state
    stored = state.listState(Self.stateName, .split)
    committables = try Self.decode(stored.entries)
    try sink.restore(committables)
  }

  /// Everything that may still be committed according to the snapshots of a sink, over all its subtasks, in epoch order.
  public static func committables(in snapshots: [OperatorSnapshot]) throws(OperatorError) -> [Committable] {
    try decode(snapshots.flatMap(\.operatorState).filter { $0.name == stateName }.map(\.bytes))
  }

  private static func decode(_ entries: [[UInt8]]) throws(OperatorError) -> [Committable] {
    var committables: [Committable] = []
    for bytes in entries { committables.append(try Committable(encoded: bytes)) }
    return committables.sorted { $0.epoch < $1.epoch }
  }

  func write(_ batch: RecordBatch) throws(OperatorError) {
    try sink.write(batch)
    recordsOut += Int64(batch.rowCount)
  }

  func flush() throws(OperatorError) { try sink.flush() }

  func advance(to watermark: Watermark) { sink.advance(to: watermark) }

  /// Before the snapshot of an epoch, the last of all if it is final.
  func prepare(_ epoch: Epoch, isFinal: Bool) throws(OperatorError) {
    if isFinal { sink.finish() }
    if let bytes = try sink.prepareCommit(epoch) { committables.append(Committable(epoch: epoch, bytes: bytes)) }
    stored.entries = committables.map { $0.encoded() }
  }

  /// Everything up to the epoch has been committed.
  func confirm(_ epoch: Epoch) { committables.removeAll { $0.epoch <= epoch } }
}
