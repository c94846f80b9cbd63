//  The contract of sources: an enumerator that says which splits there are, and readers that read them.

import Columnar

/// A part of a source and how far it has been read. `position` is the connector's own encoding.
public struct SourceSplit: Hashable, Sendable, Codable {
  /// Unique within the source and the same each time the source is enumerated.
  public var id: String
  public var position: [UInt8]
  public init(id: String, position: [UInt8]) {
    self.id = id
    self.position = position
  }
}

/// Finds the splits of a bounded or unbounded source. Runs once a job, on the worker of the enumerator subtask; what it
/// gave is part of every checkpoint, so that a restart reads the same splits even if a directory has changed.
public protocol SplitEnumerator: AnyObject {
  /// All splits, in the order in which they are to be read; they are dealt out to the readers round robin.
  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit]
}

public enum SourcePoll: Sendable {
  /// Rows of one split, and the split with its position after them.
  case batch(RecordBatch, SourceSplit)
  /// This split has no more rows.
  case splitFinished(id: String)
  /// Nothing at the moment; ask again.
  case nothing
}

/// Reads splits. May block, if it says so, and then runs on a thread of its own.
public protocol SourceReader: AnyObject {
  var blocks: Bool { get }
  /// More splits to read, each from its position on.
  func add(_ splits: [SourceSplit]) throws(OperatorError)
  /// The next rows, at most `maxRows`, of the columns and fields that the spec's projection names. Which split comes next is the
  /// reader's choice.
  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll
  /// Bad records that were skipped, since the reader was made.
  var skippedRecordCount: Int { get }
}
