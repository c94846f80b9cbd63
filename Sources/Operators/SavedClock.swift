//  The clock of an operator, kept over a restart: a row that was late before is late after it, and what was closed stays closed.

import Columnar
import Dataflow
import State

/// The watermark or the processing time that a subtask has come to, in microseconds. Never goes back.
struct SavedClock {
  private let state: OperatorListState
  private(set) var time = Int64.min

  /// Restored: the subtask's own time; where the parallelism has changed the least of all, which drops nothing.
  init(_ name: String, _ context: OperatorContext) throws(OperatorError) {
    state = context.state.listState(name, .union)
    var times: [Int64] = []
    for entry in state.entries {
      do throws(CodecError) {
        times.append(try ByteReader.read(entry) { reader throws(CodecError) in try reader.readFixed(Int64.self) })
      } catch {
        throw OperatorError(.internal, .never, "the clock of an operator could not be restored", cause: error)
      }
    }
    store(times.count == context.parallelism ? times[context.subtask] : times.min() ?? .min)
  }

  mutating func advance(to next: Int64) {
    if next > time { store(next) }
  }

  private mutating func store(_ next: Int64) {
    time = next
    var writer = ByteWriter()
    writer.write(fixed: next)
    state.entries = [writer.bytes]
  }
}
