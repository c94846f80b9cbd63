//  A reader that blocks, on a thread of its own: hands over batches with the position after them, in order, through a
//  bounded queue, so that nothing is lost between the two threads.

import Columnar
import Dataflow
import Synchronization

/// Looks like a reader whose `poll` never blocks. What was handed over and not polled yet is in no position, so a restore
/// reads it again.
final class ThreadedReader: SourceReader {
  /// Results that may wait for the subtask.
  static let queuedPollCountMax = 4
  /// How long a reader that had nothing is left alone.
  private static let pauseMicroseconds: Int64 = 1_000

  private struct State {
    var added: [SourceSplit] = []
    /// Splits given and not finished yet.
    var openCount = 0
    var results: [SourcePoll] = []
    var failure: OperatorError?
    /// Rows that the subtask asked for last; nothing is read before it asks.
    var wantedRowCount = 0
    var skippedRecordCount = 0
    var isStopped = false
  }
  private final class Shared: Sendable {
    let state = Mutex(State())
    let thread = Sleeper()
    let consumer: Sleeper
    init(consumer: Sleeper) { self.consumer = consumer }
  }
  private let shared: Shared

  var blocks: Bool { true }
  var skippedRecordCount: Int { shared.state.withLock { $0.skippedRecordCount } }

  init(_ reader: any SourceReader, consumer: Sleeper) {
    let shared = Shared(consumer: consumer)
    self.shared = shared
    let handover = Handover(reader)
    startThread { Self.run(handover.object, shared) }
  }

  deinit { stop() }

  func add(_ splits: [SourceSplit]) throws(OperatorError) {
    shared.state.withLock { state in
      state.added.append(contentsOf: splits)
      state.openCount += splits.count
    }
    shared.thread.wake()
  }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    let (result, failure) = shared.state.withLock { state -> (SourcePoll, OperatorError?) in
      state.wantedRowCount = maxRows
      guard state.results.isEmpty else { return (state.results.removeFirst(), nil) }
      return (.nothing, state.failure)
    }
    shared.thread.wake()
    if let failure { throw failure }
    return result
  }

  /// The thread ends when its reader returns.
  func stop() {
    shared.state.withLock { $0.isStopped = true }
    shared.thread.wake()
  }

  private static func run(_ reader: any SourceReader, _ shared: Shared) {
    do throws(OperatorError) {
      while true {
        shared.thread.beginLooking()
        let (added, rowCount, isStopped) = shared.state.withLock { state in
          defer { state.added = [] }
          let mayRead = state.openCount > 0 && state.results.count < queuedPollCountMax
          return (state.added, mayRead ? state.wantedRowCount : 0, state.isStopped)
        }
        if isStopped { return }
        if !added.isEmpty { try reader.add(added) }
        guard rowCount > 0 else {
          if added.isEmpty { shared.thread.sleep(atMost: nil) }
          continue
        }
        let result = try reader.poll(maxRows: rowCount)
        let skipped = reader.skippedRecordCount
        if case .nothing = result {
          shared.thread.sleep(atMost: pauseMicroseconds)
          continue
        }
        shared.state.withLock { state in
          if case .splitFinished = result { state.openCount -= 1 }
          state.results.append(result)
          state.skippedRecordCount = skipped
        }
        shared.consumer.wake()
      }
    } catch {
      shared.state.withLock { $0.failure = error }
      shared.consumer.wake()
    }
  }
}
