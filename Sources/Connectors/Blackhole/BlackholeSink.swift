//  The `blackhole` connector: takes every change and keeps nothing.
//  Source: Flink's "BlackHole SQL Connector".

import Columnar
import Dataflow

final class BlackholeSink: Sink {
  func write(_ batch: RecordBatch) throws(OperatorError) {}
  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? { nil }
  func flush() throws(OperatorError) {}

  static let descriptor = ConnectorDescriptor(
    name: "blackhole", options: [], isSource: false, isSink: true, acceptsUpdates: true, needsUpdateBefore: false,
    isPartitionable: true)
}
