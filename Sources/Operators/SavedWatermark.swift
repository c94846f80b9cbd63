//  The watermark in an operator's snapshots, so that a row that was late before a restart is late after it.

import Columnar
import Dataflow
import State

final class SavedWatermark {
  /// The greatest that was set; the least time without one.
  private(set) var microseconds = Int64.min
  private let entries: OperatorListState

  /// Subtasks had the same watermark at the barrier; the least of them drops nothing if they had not.
  init(_ state: StateBackend) throws(OperatorError) {
    entries = state.listState("watermark", .union)
    var restored: Int64?
    for entry in entries.entries {
      do throws(CodecError) {
        let saved = try ByteReader.read(entry) { reader throws(CodecError) in try reader.readFixed(Int64.self) }
        restored = min(restored ?? saved, saved)
      } catch {
        throw OperatorError(.internal, .never, "the watermark of an operator could not be restored", cause: error)
      }
    }
    entries.entries = []
    if let restored { set(restored) }
  }

  func set(_ next: Int64) {
    guard next > microseconds else { return }
    microseconds = next
    var writer = ByteWriter()
    writer.write(fixed: next)
    entries.entries = [writer.bytes]
  }
}
