//  A range of bytes of a file: the records that start in it.

import Dataflow

/// `lower ..< upper` of the file at `path`. A record belongs to the split in which its first byte stands.
struct FileSplit: Hashable {
  let path: String
  let lower: Int64
  let upper: Int64
  /// Where to read on; anywhere until something has been read, then at the start of a record.
  var position: Int64

  init(path: String, lower: Int64, upper: Int64) {
    self.path = path
    self.lower = lower
    self.upper = upper
    position = lower
  }

  init(_ split: SourceSplit) throws(OperatorError) {
    let parts = split.id.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let bounds = parts[0].split(separator: "-").map { Int64($0) }
    guard parts.count == 2, bounds.count == 2, let lower = bounds[0], let upper = bounds[1], 0 <= lower, lower <= upper else {
      throw OperatorError(.internal, .never, "file split \"\(split.id)\" is not of the form lower-upper:path")
    }
    guard let position = SplitPosition.offset(split.position), position >= lower else {
      throw OperatorError(.internal, .never, "the position of file split \"\(split.id)\" is not an offset in it")
    }
    path = String(parts[1])
    self.lower = lower
    self.upper = upper
    self.position = position
  }

  var id: String { "\(lower)-\(upper):\(path)" }
  var encoded: SourceSplit { SourceSplit(id: id, position: SplitPosition.bytes(position)) }
}
