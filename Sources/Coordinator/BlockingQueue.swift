//  Blocking calls (the store, the snapshot storage) have a thread of their own, one after the other.

import Foundation

/// Runs work in the order in which it was handed over.
struct BlockingQueue: Sendable {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

  func perform(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

  func value<Value: Sendable>(of work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: work()) } }
  }
}
