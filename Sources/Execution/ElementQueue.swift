//  The decisions of a bounded queue of elements: what has credit, what is exempt, what merges. The driver adds the lock.
//  Bounded by construction: batches by bytes and number, everything behind the last batch by merging.

import Dataflow

/// A first-in-first-out queue of stream elements.
///
/// - Batches count against `byteCountMax`, and against `batchCountMax`, since a few rows may hold on to a large buffer; a
///   writer may go over by the batch that it has at hand, so that credit is always enough for one batch.
/// - Behind the last batch at most one watermark on either side of a barrier, one barrier, one abort, one idleness and
///   one end are held: a later watermark replaces an earlier one, a newer barrier supersedes an older one, which then
///   has been aborted, since a job has one checkpoint in flight.
/// - After `end` nothing follows; what is pushed is dropped, as it is after `close`.
public struct ElementQueue: Sendable {
  private struct Entry: Sendable {
    var element: StreamElement
    var byteCount: Int
  }

  /// What a queue between two subtasks holds unless told otherwise.
  public static let defaultByteCountMax = 1 << 20
  /// Batches that a queue holds, however small.
  public static let batchCountMax = 64
  /// Taken elements whose places are kept before the rest moves down.
  private static let slackMax = 64

  public let byteCountMax: Int
  private var entries: [Entry] = []
  private var head = 0
  /// Bytes of the batches in the queue.
  public private(set) var byteCount = 0
  private var batchCount = 0
  public private(set) var isClosed = false
  private var hasEnded = false

  public init(byteCountMax: Int = ElementQueue.defaultByteCountMax) {
    precondition(byteCountMax > 0, "a queue holds something")
    self.byteCountMax = byteCountMax
  }

  public var count: Int { entries.count - head }
  public var isEmpty: Bool { count == 0 }
  public var hasCredit: Bool { (byteCount < byteCountMax && batchCount < Self.batchCountMax) || isClosed }

  /// Appends an element, merging it with what waits behind the last batch.
  public mutating func push(_ element: StreamElement) {
    guard !isClosed, !hasEnded else { return }
    switch element {
    case .batch(let batch):
      let size = max(batch.byteCount, 1)
      byteCount += size
      batchCount += 1
      entries.append(Entry(element: element, byteCount: size))
      return
    case .watermark:
      if let index = lastControl(where: { if case .watermark = $0 { true } else { false } }, stopAtBarrier: true) {
        entries.remove(at: index)
      }
    case .idle, .active:
      if let index = lastControl(where: { $0 == .idle || $0 == .active }, stopAtBarrier: false) { entries.remove(at: index) }
    case .barrier(let barrier):
      removeBarriers { $0 < barrier.epoch }
    case .abort(let epoch):
      removeBarriers { $0 <= epoch }
      if let index = lastControl(where: { if case .abort = $0 { true } else { false } }, stopAtBarrier: false) {
        entries.remove(at: index)
      }
    case .end:
      hasEnded = true
    }
    entries.append(Entry(element: element, byteCount: 0))
  }

  /// Takes the first element.
  public mutating func pop() -> StreamElement? {
    guard head < entries.count else { return nil }
    let entry = entries[head]
    entries[head].element = .idle  // gives the batch free
    head += 1
    byteCount -= entry.byteCount
    if case .batch = entry.element { batchCount -= 1 }
    if head == entries.count {
      entries.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= Self.slackMax {
      entries.removeFirst(head)
      head = 0
    }
    return entry.element
  }

  /// Drops everything, and everything that is pushed later.
  public mutating func close() {
    isClosed = true
    entries = []
    head = 0
    byteCount = 0
    batchCount = 0
  }

  /// The last matching element behind the last batch (and, if asked, behind the last barrier).
  private func lastControl(where matches: (StreamElement) -> Bool, stopAtBarrier: Bool) -> Int? {
    var index = entries.count - 1
    while index >= head {
      switch entries[index].element {
      case .batch: return nil
      case .barrier where stopAtBarrier: return nil
      default: if matches(entries[index].element) { return index }
      }
      index -= 1
    }
    return nil
  }

  /// Removes superseded barriers behind the last batch, then the watermarks that no barrier parts any longer.
  private mutating func removeBarriers(where isSuperseded: (Epoch) -> Bool) {
    var index = entries.count - 1
    var watermark: Int?
    while index >= head {
      switch entries[index].element {
      case .batch: return
      case .barrier(let barrier) where isSuperseded(barrier.epoch):
        entries.remove(at: index)
        watermark = watermark.map { $0 - 1 }
      case .barrier: watermark = nil
      case .watermark:
        if watermark != nil {
          entries.remove(at: index)
          watermark = watermark.map { $0 - 1 }
        } else {
          watermark = index
        }
      default: break
      }
      index -= 1
    }
  }
}
