//  How splits and committables stand in operator state, and how assignments travel. Part of the snapshot format.

import Columnar
import Dataflow

extension SourceSplit {
  /// Byte count of the identifier (UInt32, little-endian), the identifier in UTF-8, the position.
  public func encoded() -> [UInt8] {
    let id = Array(self.id.utf8)
    return littleEndianBytes(UInt32(id.count)) + id + position
  }

  /// - Throws: if the bytes are not what `encoded` gave.
  public init(encoded bytes: [UInt8]) throws(OperatorError) {
    guard let count = littleEndianValue(bytes, as: UInt32.self), bytes.count >= 4 + Int(count) else {
      throw OperatorError(.internal, .never, "a split of \(bytes.count) bytes in a snapshot cannot be read")
    }
    self.init(id: String(decoding: bytes[4..<(4 + Int(count))], as: UTF8.self), position: Array(bytes[(4 + Int(count))...]))
  }
}

extension Committable {
  /// The epoch (Int64, little-endian), the sink's bytes.
  public func encoded() -> [UInt8] { littleEndianBytes(epoch.number) + bytes }

  /// - Throws: if the bytes are not what `encoded` gave.
  public init(encoded bytes: [UInt8]) throws(OperatorError) {
    guard let number = littleEndianValue(bytes, as: Int64.self) else {
      throw OperatorError(.internal, .never, "a committable of \(bytes.count) bytes in a snapshot cannot be read")
    }
    self.init(epoch: Epoch(number), bytes: Array(bytes[8...]))
  }
}

/// Which reader gets which split, as rows of one batch on the enumerator's broadcast edge.
public enum Assignment {
  /// Which subtask reads the split; `noMoreSplits` after the last.
  public static let schema = Schema([
    Field("target", .int32, isNullable: false), Field("id", .string, isNullable: false), Field("position", .bytes, isNullable: false),
  ])
  static let noMoreSplits: Int32 = -1

  /// Deals the splits out round robin; the last row says that there are no more.
  public static func batch(_ splits: [SourceSplit], parallelism: Int) -> RecordBatch {
    let builder = BatchBuilder(schema)
    for (index, split) in splits.enumerated() {
      builder.append([.integer(Int64(index % parallelism)), .string(split.id), .bytes(split.position)])
    }
    builder.append([.integer(Int64(noMoreSplits)), .string(""), .bytes([])])
    return builder.finish()
  }

  /// The splits of one subtask, and whether there will be no more.
  /// - Throws: if the batch does not have `schema`.
  public static func read(_ batch: RecordBatch, subtask: Int) throws(OperatorError) -> (splits: [SourceSplit], isComplete: Bool) {
    guard batch.columns.count == 3, case .int32(let targets) = batch.columns[0], case .bytes(let ids) = batch.columns[1],
      case .bytes(let positions) = batch.columns[2]
    else { throw OperatorError(.internal, .never, "an assignment has the columns target, id, position") }
    var splits: [SourceSplit] = []
    var isComplete = false
    for row in 0..<batch.rowCount {
      if targets.values[row] == noMoreSplits {
        isComplete = true
      } else if targets.values[row] == Int32(subtask) {
        splits.append(SourceSplit(id: ids.string(at: row), position: positions.withBytes(at: row) { Array($0) }))
      }
    }
    return (splits, isComplete)
  }
}

private func littleEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

private func littleEndianValue<Value: FixedWidthInteger>(_ bytes: [UInt8], as type: Value.Type) -> Value? {
  guard bytes.count >= MemoryLayout<Value>.size else { return nil }
  return bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
}
