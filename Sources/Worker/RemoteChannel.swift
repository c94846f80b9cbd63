//  The ends of channels to and from other workers: between a subtask's step, which never blocks, and the data plane.

import Dataflow
import Execution
import Synchronization
import Transport

/// The reading end: what has arrived waits in a queue, and its credit goes back when it is taken.
final class RemoteInput: InputChannel, Sendable {
  private struct State {
    var queue: ElementQueue
    /// What each waiting batch costs, in order.
    var costs: [Int] = []
    var nextCost = 0
    var channel: IncomingChannel?
  }
  private let state: Mutex<State>
  private let consumer: Sleeper

  /// - Parameter byteCountMax: the producer's window bounds the queue; this only has to be no smaller.
  init(byteCountMax: Int, consumer: Sleeper) {
    state = Mutex(State(queue: ElementQueue(byteCountMax: byteCountMax)))
    self.consumer = consumer
  }

  func attach(_ channel: IncomingChannel) { state.withLock { $0.channel = channel } }

  /// On an event loop.
  func receive(_ element: StreamElement, cost: Int) {
    let dropped = state.withLock { state -> IncomingChannel? in
      if state.queue.isClosed { return state.channel }
      state.queue.push(element)
      if case .batch = element { state.costs.append(cost) }
      return nil
    }
    if let dropped {
      if cost > 0 { dropped.grantCredit(cost) }
    } else {
      consumer.wake()
    }
  }

  func next() -> StreamElement? {
    let (element, cost, channel) = state.withLock { state -> (StreamElement?, Int, IncomingChannel?) in
      let element = state.queue.pop()
      guard case .batch = element else { return (element, 0, nil) }
      let cost = state.costs[state.nextCost]
      state.nextCost += 1
      if state.nextCost == state.costs.count {
        state.costs.removeAll(keepingCapacity: true)
        state.nextCost = 0
      }
      return (element, cost, state.channel)
    }
    if cost > 0 { channel?.grantCredit(cost) }
    return element
  }

  /// What is still sent is dropped and its credit given back. The connection stays until the attempt ends: a producer
  /// must not take a consumer that has read enough for a lost one.
  func close() {
    let (cost, channel) = state.withLock { state in
      defer {
        state.queue.close()
        state.costs = []
        state.nextCost = 0
      }
      return (state.costs[state.nextCost...].reduce(0, +), state.channel)
    }
    if cost > 0 { channel?.grantCredit(cost) }
  }
}

/// The writing end. The data plane takes one batch more than it has credit for; what comes after waits here, in order.
final class RemoteOutput: OutputChannel, Sendable {
  private struct State {
    var channel: OutgoingChannel?
    /// Begins with a batch, if there is anything: it is bounded by the batch that a writer may go over by.
    var waiting: [StreamElement] = []
    var hasEnded = false
  }
  private let state = Mutex(State())
  private let producer: Sleeper

  init(producer: Sleeper) { self.producer = producer }

  func attach(_ channel: OutgoingChannel) { state.withLock { $0.channel = channel } }

  /// The consumer may go away from now on.
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  var hasCredit: Bool { state.withLock { $0.waiting.isEmpty } }

  func send(_ element: StreamElement) {
    state.withLock { state in
      if !state.waiting.isEmpty || state.channel?.trySend(element) != true { state.waiting.append(element) }
      if element == .end { finish(&state) }
    }
  }

  /// On an event loop: a batch would be taken now.
  func becameWritable() {
    state.withLock { state in
      var sent = 0
      while sent < state.waiting.count, state.channel?.trySend(state.waiting[sent]) == true { sent += 1 }
      state.waiting.removeFirst(sent)
      if state.hasEnded { finish(&state) }
    }
    producer.wake()
  }

  private func finish(_ state: inout State) {
    state.hasEnded = true
    if state.waiting.isEmpty { state.channel?.close() }
  }
}
