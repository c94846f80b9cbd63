//  Everything that reaches the coordinator from other threads, in order: links call, and may not wait.

import Checkpoints
import Coordination
import Dataflow
import Synchronization
import Wire

enum CoordinatorInput: Sendable {
  case linked(LinkID, ControlLink)
  case message(LinkID, WorkerMessage)
  case closed(LinkID, reason: String)
  /// The store's answer to a job.
  case answer(JobID, JobEvent)
  /// A job's state could not be stored.
  case stateNotStored(JobID)
  /// The store says that a newer coordinator has taken over.
  case superseded(String)
  case tick
}

/// One connection; never used twice.
struct LinkID: Hashable, Sendable {
  let number: UInt64
}

/// A bounded queue of inputs.
final class Mailbox: Sendable {
  /// Messages that may wait; a worker that sends more than the coordinator takes loses its link.
  static let inputCountMax = 100_000

  let inputs: AsyncStream<CoordinatorInput>
  private let continuation: AsyncStream<CoordinatorInput>.Continuation
  private let linkCount = Atomic<UInt64>(0)

  init() {
    (inputs, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.inputCountMax))
  }

  func newLinkID() -> LinkID { LinkID(number: linkCount.wrappingAdd(1, ordering: .relaxed).newValue) }

  /// False if there is no room.
  @discardableResult
  func put(_ input: CoordinatorInput) -> Bool {
    if case .dropped = continuation.yield(input) { return false }
    return true
  }

  func finish() { continuation.finish() }
}
