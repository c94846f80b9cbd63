//  Everything that arrives at a subtask, from all its channels, as one ordered sequence of events.
//  Pure: reads channels, merges watermarks, aligns barriers, ends when every channel has ended.

import Columnar
import Dataflow

/// What a subtask has to deal with next.
public enum GateEvent: Sendable, Equatable {
  case batch(RecordBatch, input: Int)
  /// The minimum over all channels has advanced.
  case watermark(Watermark)
  case idle
  case active
  /// Every channel is aligned: snapshot and send the barrier on.
  case barrier(CheckpointBarrier, alignmentMicroseconds: Int64)
  case abort(Epoch)
  /// Every channel has ended. Comes once, last.
  case end
}

/// The channels of one subtask. Several channels may feed one input of its first operator: a union.
public final class InputGate {
  public struct Source {
    public let channel: any InputChannel
    /// Which input of the first operator it feeds.
    public let input: Int
    public init(_ channel: any InputChannel, input: Int = 0) {
      self.channel = channel
      self.input = input
    }
  }

  private let sources: [Source]
  private var aligner: BarrierAligner
  private var merger: WatermarkMerger
  private var hasEnded: [Bool]
  private var endedCount = 0
  private var hasReportedEnd = false
  /// Events that one element caused beyond the first; at most three.
  private var following: [GateEvent] = []
  private var cursor = 0
  /// Channels that have come further than this are left alone; nil for none.
  public var leadLimit: Watermark?

  /// - Parameter epoch: what the subtask was restored from; older barriers are stale.
  public init(_ sources: [Source], after epoch: Epoch = Epoch(0)) {
    self.sources = sources
    aligner = BarrierAligner(channelCount: sources.count, after: epoch)
    merger = WatermarkMerger(channelCount: sources.count)
    hasEnded = [Bool](repeating: false, count: sources.count)
  }

  /// The next event, nil if no channel that may be read has one. Channels take turns, element by element.
  public func next(now: Int64) -> GateEvent? {
    if !following.isEmpty { return following.removeFirst() }
    var fruitless = 0
    while fruitless < sources.count {
      let channel = cursor
      cursor = cursor + 1 == sources.count ? 0 : cursor + 1
      guard !hasEnded[channel], !aligner.isBlocked(channel), !isTooFarAhead(channel),
        let element = sources[channel].channel.next()
      else {
        fruitless += 1
        continue
      }
      fruitless = 0
      if case .batch(let batch) = element { return .batch(batch, input: sources[channel].input) }
      receive(element, from: channel, now: now)
      if !following.isEmpty { return following.removeFirst() }
    }
    return nil
  }

  private func isTooFarAhead(_ channel: Int) -> Bool {
    leadLimit.map { merger.watermark(of: channel) > $0 } ?? false
  }

  /// The coordinator has given a checkpoint up: stop aligning for it.
  public func abort(_ epoch: Epoch) { _ = aligner.receive(abort: epoch) }

  /// Nothing more will be read.
  public func close() {
    for source in sources { source.channel.close() }
  }

  private func receive(_ element: StreamElement, from channel: Int, now: Int64) {
    switch element {
    case .batch: preconditionFailure("batches are handed on before")
    case .watermark(let watermark): append([merger.receive(watermark, from: channel)].compactMap { $0 })
    case .idle: append(merger.receiveIdle(from: channel))
    case .active: append(merger.receiveActive(from: channel))
    case .barrier(let barrier): append(aligner.receive(barrier, from: channel, now: now))
    case .abort(let epoch): append(aligner.receive(abort: epoch))
    case .end:
      hasEnded[channel] = true
      endedCount += 1
      append(merger.receiveEnd(from: channel))
      append(aligner.receiveEnd(from: channel, now: now))
      if endedCount == sources.count, !hasReportedEnd {
        hasReportedEnd = true
        following.append(.end)
      }
    }
  }

  private func append(_ changes: [WatermarkMerger.Change]) {
    for change in changes {
      switch change {
      case .watermark(let watermark): following.append(.watermark(watermark))
      case .idle: following.append(.idle)
      case .active: following.append(.active)
      }
    }
  }

  private func append(_ action: BarrierAligner.Action) {
    switch action {
    case .none: break
    case .snapshot(let barrier, let micros): following.append(.barrier(barrier, alignmentMicroseconds: micros))
    case .abort(let epoch): following.append(.abort(epoch))
    }
  }
}
