//  The contract of sinks. A sink with exactly-once effect stages what it writes and hands over, at each barrier, a
//  committable: what to do once the checkpoint is complete. Committables stay in the sink's state, and so in every
//  later checkpoint, until their commit is confirmed.

import Columnar
import Expressions

/// What makes staged output visible. Committing it twice does what committing it once does.
public struct Committable: Hashable, Sendable {
  public var epoch: Epoch
  public var bytes: [UInt8]
  public init(epoch: Epoch, bytes: [UInt8]) {
    self.epoch = epoch
    self.bytes = bytes
  }
}

/// Names what a sink stages, (job, sink, attempt, subtask), and tells the time.
public struct SinkContext: Sendable {
  public var job: JobID
  public var operatorID: OperatorID
  public var attempt: Attempt
  public var subtask: Int
  public var parallelism: Int
  /// Microseconds since 1970.
  public var now: @Sendable () -> Int64
  /// Zones by name, for options that take one.
  public var zones: TimeZones
  public init(
    job: JobID, operatorID: OperatorID, attempt: Attempt, subtask: Int, parallelism: Int, now: @escaping @Sendable () -> Int64,
    zones: TimeZones = .fixed
  ) {
    self.job = job
    self.operatorID = operatorID
    self.attempt = attempt
    self.subtask = subtask
    self.parallelism = parallelism
    self.now = now
    self.zones = zones
  }
}

public protocol Sink: AnyObject {
  /// Who commits what this sink stages, always the same; nil if there is nothing to commit.
  var committer: (any SinkCommitter)? { get }
  /// What the checkpoint that this subtask starts from says may still have to be committed, in epoch order. Called once, before
  /// anything is written; the committer is given it, too.
  func restore(_ committables: [Committable]) throws(OperatorError)
  func write(_ batch: RecordBatch) throws(OperatorError)
  /// Everything written since the last call becomes durable, but not visible. Nil if there is nothing to commit.
  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]?
  /// Hands on what may be held back without a checkpoint, e.g. printed lines; called when the input has run dry.
  func flush() throws(OperatorError)
  /// No row before it is to be expected. Ascending.
  func advance(to watermark: Watermark)
  /// No row is to be expected at all: called before the last `prepareCommit`.
  func finish()
}

/// Of a sink that stages nothing and has no interest in event time.
extension Sink {
  public var committer: (any SinkCommitter)? { nil }
  public func restore(_ committables: [Committable]) throws(OperatorError) {}
  public func advance(to watermark: Watermark) {}
  public func finish() {}
}

/// Commits off the slot thread; it may block and is called by one thread at a time.
public protocol SinkCommitter: AnyObject, Sendable {
  /// In epoch order. Idempotent.
  func commit(_ committables: [Committable]) throws(OperatorError)
  /// Called for subtask 0 before it writes anything after a restore: removes what earlier attempts staged and no
  /// checkpoint knows; `known` is everything that may still be committed, over all subtasks. The other subtasks of the
  /// attempt may have begun to write.
  func abort(allBut known: [Committable]) throws(OperatorError)
}
