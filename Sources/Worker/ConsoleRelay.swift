//  Where one subtask's `print` writes: the worker's standard output, and the coordinator.

import Dataflow
import Wire

/// Hands lines on as they are, to the coordinator in messages of bounded size.
final class ConsoleRelay: Console, Sendable {
  /// A message ends at the last newline within this many bytes, or after them if a line is longer.
  static let messageByteCountMax = 64 << 10

  private let job: JobID
  private let subtask: SubtaskID
  private let standardOutput: @Sendable ([UInt8], Bool) -> Void
  private let send: @Sendable (WorkerMessage) -> Void

  init(
    job: JobID, subtask: SubtaskID, standardOutput: @escaping @Sendable ([UInt8], Bool) -> Void,
    send: @escaping @Sendable (WorkerMessage) -> Void
  ) {
    self.job = job
    self.subtask = subtask
    self.standardOutput = standardOutput
    self.send = send
  }

  func write(_ lines: [UInt8], isError: Bool) {
    guard !lines.isEmpty else { return }
    standardOutput(lines, isError)
    var rest = lines[...]
    while !rest.isEmpty {
      var chunk = rest.prefix(Self.messageByteCountMax)
      if chunk.count < rest.count, let newline = chunk.lastIndex(of: 0x0A) { chunk = chunk[...newline] }
      send(.console(job: job, subtask: subtask, lines: Array(chunk), isError: isError))
      rest = rest[chunk.endIndex...]
    }
  }
}
