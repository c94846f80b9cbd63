//  A channel between two subtasks of one process: batches are handed over by reference through a bounded queue.

import Dataflow
import Execution
import Synchronization

/// Both ends of a queue. Wakes the consumer when an element comes and the producer when there is credit again.
final class LocalChannel: InputChannel, OutputChannel, Sendable {
  private let queue: Mutex<ElementQueue>
  private let consumer: Sleeper
  private let producer: Sleeper

  init(byteCountMax: Int, producer: Sleeper, consumer: Sleeper) {
    queue = Mutex(ElementQueue(byteCountMax: byteCountMax))
    self.producer = producer
    self.consumer = consumer
  }

  var hasCredit: Bool { queue.withLock { $0.hasCredit } }

  func send(_ element: StreamElement) {
    queue.withLock { $0.push(element) }
    consumer.wake()
  }

  func next() -> StreamElement? {
    let (element, hasNewCredit) = queue.withLock { queue in
      let hadCredit = queue.hasCredit
      let element = queue.pop()
      return (element, !hadCredit && queue.hasCredit)
    }
    if hasNewCredit { producer.wake() }
    return element
  }

  func close() {
    queue.withLock { $0.close() }
    producer.wake()
  }
}
