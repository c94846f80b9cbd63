//  Flow control of one data channel, in bytes: the producer sends a batch only into room that the consumer has granted, so
//  that whatever arrives can be held and a slow consumer slows its producer, and only that one.
//  Pure: `OutgoingChannel` and `IncomingChannel` in Transport perform what these say.
//  Source: Kung, Blackwell and Chapman, "Credit-Based Flow Control for ATM Networks", SIGCOMM 1994; Flink's credits count buffers.
//
//  A batch costs its payload's length, at most the window, so that a full window lets through any one batch. At every moment
//      producer's credit + on the way + waiting at the consumer + consumed, not yet granted again = window.
//  Nothing but batches costs credit; what waits of it is merged, and so bounded.

import Dataflow

/// The cost of a batch in a window: what the producer spends and the consumer gives back.
public enum Credit {
  public static func cost(payloadByteCount: Int, window: Int) -> Int { min(payloadByteCount, window) }
}

/// The producer's side: what waits, in order, and what may go now.
public struct SendWindow: Sendable {
  /// An element that waits. A batch is encoded already, in one or more frames.
  public enum Item: Hashable, Sendable {
    case batch(payload: [UInt8])
    case control(ControlElement)
  }

  /// Barriers and aborts that may wait; a coordinator has far fewer epochs in flight.
  public static let waitingCountMax = 4096

  private var window: Int?
  public private(set) var credit = 0
  private var waiting: [Item] = []
  private var waitingBatchCount = 0
  /// `.end` has been offered: nothing may follow.
  public private(set) var isEnded = false

  public init() {}

  /// A batch would be taken: none waits.
  public var isWritable: Bool { waitingBatchCount == 0 && !isEnded }
  /// Everything that was offered has gone.
  public var isDrained: Bool { waiting.isEmpty }
  public var waitingCount: Int { waiting.count }

  /// Takes a batch, if none waits.
  ///
  /// - Parameter payloads: the frames of the batch, at least one, in order.
  /// - Returns: whether it was taken.
  public mutating func offer(batch payloads: [[UInt8]]) -> Bool {
    guard isWritable else { return false }
    waiting += payloads.map(Item.batch)
    waitingBatchCount = payloads.count
    return true
  }

  /// Takes anything but a batch, merged with what waits:
  /// - of watermarks between two batches or barriers the last one stays, of idle and active likewise;
  /// - a barrier or an abort that waits already is not doubled, and an abort takes the place of its barrier.
  /// - Returns: false, and nothing is taken, if `waitingCountMax` elements wait.
  public mutating func offer(_ element: ControlElement) -> Bool {
    guard !isEnded else { return true }
    guard waiting.count < Self.waitingCountMax else { return false }
    switch element {
    case .watermark(let watermark):
      let segment = lastSegment
      if let index = waiting[segment].firstIndex(where: \.isWatermark) {
        waiting[index] = .control(.watermark(watermark))
      } else if let index = waiting[segment].firstIndex(of: .control(.idle)) {
        waiting.insert(.control(.watermark(watermark)), at: index)
      } else {
        waiting.append(.control(element))
      }
    case .idle, .active:
      let segment = lastSegment
      let watermark = waiting[segment].first(where: \.isWatermark)
      waiting.removeSubrange(segment)
      // A watermark counts only while its input is active.
      waiting += element == .idle ? [watermark, .control(.idle)].compactMap(\.self) : [.control(.active), watermark].compactMap(\.self)
    case .barrier, .abort:
      if case .abort(let epoch) = element {
        waiting.removeAll { if case .control(.barrier(let barrier)) = $0 { barrier.epoch == epoch } else { false } }
      }
      if !waiting.contains(.control(element)) { waiting.append(.control(element)) }
    case .end:
      isEnded = true
      waiting.append(.control(.end))
    }
    return true
  }

  /// The consumer is there. Comes once.
  public mutating func accept(window: Int) throws(WireError) {
    guard self.window == nil, window > 0 else { throw WireError(.unexpected, "a channel was accepted twice, or with no window") }
    self.window = window
    credit = window
  }

  /// The consumer has consumed so much.
  public mutating func grant(_ bytes: Int) throws(WireError) {
    guard let window, bytes > 0, bytes <= window - credit else {
      throw WireError(.unexpected, "a credit of \(bytes) bytes is more than was spent")
    }
    credit += bytes
  }

  /// The next element that may be sent, taken out; nil when nothing waits, there is no consumer yet, or credit is missing.
  public mutating func next() -> Item? {
    guard let window, let first = waiting.first else { return nil }
    if case .batch(let payload) = first {
      let cost = Credit.cost(payloadByteCount: payload.count, window: window)
      guard cost <= credit else { return nil }
      credit -= cost
      waitingBatchCount -= 1
    }
    waiting.removeFirst()
    return first
  }

  /// What may still be merged: everything after the last batch, barrier or abort.
  private var lastSegment: Range<Int> {
    let last = waiting.lastIndex { !$0.isMergeable }
    return (last.map { $0 + 1 } ?? 0)..<waiting.count
  }
}

extension SendWindow.Item {
  var isWatermark: Bool { if case .control(.watermark) = self { true } else { false } }
  var isMergeable: Bool {
    switch self {
    case .control(.watermark), .control(.idle), .control(.active): true
    default: false
    }
  }
}

/// The consumer's side: what has arrived and what may be granted again.
public struct ReceiveWindow: Sendable {
  public let window: Int
  /// Arrived and not yet consumed.
  public private(set) var outstanding = 0
  /// Consumed and not yet granted again.
  public private(set) var unannounced = 0

  public init(window: Int) {
    precondition(window > 0, "a window has room")
    self.window = window
  }

  /// A batch has arrived.
  ///
  /// - Returns: its cost, to be handed to `consume`.
  /// - Throws: `.unexpected` if the producer had no credit for it.
  public mutating func receive(payloadByteCount: Int) throws(WireError) -> Int {
    let cost = Credit.cost(payloadByteCount: payloadByteCount, window: window)
    guard cost <= window - outstanding - unannounced else {
      throw WireError(.unexpected, "a batch of \(payloadByteCount) bytes came without credit")
    }
    outstanding += cost
    return cost
  }

  /// A batch has been consumed.
  ///
  /// - Returns: the credit to send now, or nil. Small credits are saved up to half a window, so that a producer waits only for batches
  ///   that still have to be consumed: each of them leads here again.
  public mutating func consume(_ cost: Int) -> Int? {
    precondition(0 <= cost && cost <= outstanding, "credit is given back once for each batch")
    outstanding -= cost
    unannounced += cost
    guard unannounced > 0, outstanding == 0 || unannounced >= window / 2 else { return nil }
    defer { unannounced = 0 }
    return unannounced
  }
}
