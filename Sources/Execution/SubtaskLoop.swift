//  One parallel instance of a chain as a step function. Pure: the time is an argument, and channels, readers and sinks
//  are handed in. `SlotThread` calls it.

import Columnar
import Dataflow
import State

/// Where a subtask's elements come from.
public enum SubtaskHead {
  case enumerator(EnumeratorHead)
  /// A reader, and the gate to its enumerator.
  case source(SourceHead, InputGate)
  case gate(InputGate)
}

/// Where they go.
public enum SubtaskTail {
  case exchange(Exchange)
  case sink(SinkTail)
}

/// Drives one subtask.
///
/// One step deals with one element completely: through the chain, and out over the exchange or into the sink. If a
/// channel is without credit the step stops in the middle and the next one goes on there. A barrier first makes the chain
/// give out what it holds back, then the sink prepares its commit, then the state is frozen, then the barrier goes on, so
/// what is before the barrier is in the snapshot or downstream and never in both.
public final class SubtaskLoop {
  public enum Standing: Hashable, Sendable {
    /// There is more to do at once.
    case runnable
    /// Nothing to do until an element arrives or `wakeAt`.
    case idle
    /// A channel is without credit.
    case backPressured
    /// `.end` has gone on; never step it again.
    case finished
  }

  /// What the chain is at work on, and what follows when it is done.
  private enum Activity {
    case batch(RecordBatch, input: Int)
    case watermark(Watermark)
    case pass(StreamElement)
    case barrier(CheckpointBarrier, alignmentMicroseconds: Int64)
    case timer
    /// The input has run dry: nothing is to be held back.
    case dry
    case end
  }

  public let subtask: SubtaskID
  private let chain: OperatorChain
  private let head: SubtaskHead
  private let tail: SubtaskTail
  private var activity: Activity?
  private var outbox: ArraySlice<RecordBatch> = []
  /// Something was processed since the input last ran dry.
  private var isDirty = false
  private var hasSentFinalWatermark = false
  private var lastEpoch: Epoch
  private var events: [SubtaskEvent] = []
  private var counters: SubtaskMetrics
  private var accountedUntil: Int64?
  public private(set) var standing = Standing.runnable
  /// When the subtask wants to be stepped though nothing has arrived; microseconds since 1970.
  public private(set) var wakeAt: Int64?
  /// The sources to keep pace with, and the rows that each had read when it was looked at last.
  private var threadSources: [(loop: SubtaskLoop, recordsIn: Int64)] = []

  /// - Parameters:
  ///   - chain: the operators between head and tail, opened.
  ///   - epoch: the checkpoint that the subtask was restored from, 0 for none.
  public init(
    subtask: SubtaskID, job: JobID, attempt: Attempt, head: SubtaskHead, chain: OperatorChain, tail: SubtaskTail,
    after epoch: Epoch = Epoch(0)
  ) {
    self.subtask = subtask
    self.head = head
    self.chain = chain
    self.tail = tail
    lastEpoch = epoch
    counters = SubtaskMetrics(job: job, attempt: attempt, subtask: subtask)
  }

  /// - Parameter sources: those that feed this subtask and are stepped by the same thread.
  public func keepPace(with sources: [SubtaskLoop]) { threadSources = sources.map { ($0, 0) } }

  /// Does the next piece of work.
  /// - Parameter now: microseconds since 1970; never goes back.
  public func step(now: Int64) throws(OperatorError) -> Standing {
    guard standing != .finished else { return .finished }
    wakeAt = nil
    standing = try advance(now: now)
    if standing == .backPressured, case .source(let source, _) = head { source.pauseIdleClock() }
    return standing
  }

  /// What has happened since the last call, in order.
  public func takeEvents() -> [SubtaskEvent] {
    defer { events = [] }
    return events
  }

  /// A checkpoint begins. Only enumerators are told; everybody else sees the barrier in band.
  public func trigger(_ barrier: CheckpointBarrier) {
    if case .enumerator(let enumerator) = head { enumerator.trigger(barrier) }
  }

  /// The checkpoint will not complete: stop aligning for it.
  public func abort(_ epoch: Epoch) {
    switch head {
    case .enumerator: break
    case .source(_, let gate), .gate(let gate): gate.abort(epoch)
    }
  }

  /// The sink's committables up to the epoch have been committed.
  public func confirmCommit(_ epoch: Epoch) {
    if case .sink(let sink) = tail { sink.confirm(epoch) }
  }

  /// The subtask will not be stepped again: what is still sent to it is dropped.
  public func close() {
    switch head {
    case .enumerator: break
    case .source(_, let gate), .gate(let gate): gate.close()
    }
  }

  /// Inputs drift apart in event time where one producer is faster than another, and what waits for the slower one, open
  /// windows or rows to join, grows with the distance. So the channels are left alone that are ahead of a source of the same
  /// thread: the time goes to that source, while the others' producers run out of credit.
  ///
  /// Only while the source always has more to read, so that a job that keeps up with its input has no part in this, and
  /// while it gets on from turn to turn: nobody waits for one that waits. And not while a barrier of the source is under
  /// way, which may have to wait for one that is behind what is left alone.
  private func limitLead() {
    guard case .gate(let gate) = head else { return }
    threadSources.removeAll { $0.loop.standing == .finished }
    gate.leadLimit = nil
    for index in threadSources.indices {
      let source = threadSources[index].loop
      let metrics = source.metrics
      if source.standing != .idle, source.lastEpoch <= lastEpoch, metrics.recordsIn > threadSources[index].recordsIn {
        gate.leadLimit = min(gate.leadLimit ?? .end, Watermark(microseconds: metrics.watermark))
      }
      threadSources[index].recordsIn = metrics.recordsIn
    }
  }

  // MARK: Accounting

  /// The time since the last turn belongs to how that turn ended.
  public func beginTurn(now: Int64) {
    account(until: now, standing)
    limitLead()
  }
  /// The turn itself was busy.
  public func endTurn(now: Int64) { account(until: now, .runnable) }

  private func account(until now: Int64, _ standing: Standing) {
    guard let since = accountedUntil else {
      accountedUntil = now
      return
    }
    let elapsed = max(0, now - since)
    accountedUntil = max(now, since)
    switch standing {
    case .runnable: counters.busyMicroseconds += elapsed
    case .idle, .finished: counters.idleMicroseconds += elapsed
    case .backPressured: counters.backPressuredMicroseconds += elapsed
    }
  }

  public var metrics: SubtaskMetrics {
    var metrics = counters
    metrics.lateRecords = Int64(chain.lateRowCount)
    if case .source(let source, _) = head {
      metrics.recordsIn = source.recordsIn
      metrics.bytesIn = source.bytesIn
      metrics.skippedRecords = Int64(source.skippedRecordCount)
    }
    switch tail {
    case .exchange(let exchange):
      metrics.recordsOut = exchange.recordsOut
      metrics.bytesOut = exchange.bytesOut
    case .sink(let sink): metrics.recordsOut = sink.recordsOut
    }
    return metrics
  }

  // MARK: Stepping

  private func advance(now: Int64) throws(OperatorError) -> Standing {
    guard try pump() else { return .backPressured }
    if let activity {
      guard try complete(activity) else { return .backPressured }
      return standingAfterActivity()
    }
    guard let next = try nextActivity(now: now) else { return .idle }
    begin(next, now: now)
    guard try pump(), let activity else { return .backPressured }
    guard try complete(activity) else { return .backPressured }
    return standingAfterActivity()
  }

  private func standingAfterActivity() -> Standing {
    if case .end = activity {
      close()
      return .finished
    }
    activity = nil
    return .runnable
  }

  /// Runs the chain and hands its output on; false if it stopped for want of credit.
  private func pump() throws(OperatorError) -> Bool {
    while true {
      while let batch = outbox.first {
        guard try emit(batch) else { return false }
        outbox.removeFirst()
      }
      if chain.isIdle { return true }
      outbox = try chain.run()[...]
      if outbox.isEmpty { return true }
    }
  }

  private func emit(_ batch: RecordBatch) throws(OperatorError) -> Bool {
    switch tail {
    case .sink(let sink): try sink.write(batch)
    case .exchange(let exchange):
      guard exchange.hasCredit else { return false }
      exchange.send(batch)
    }
    return true
  }

  private func begin(_ next: Activity, now: Int64) {
    activity = next
    switch next {
    case .batch(let batch, let input):
      isDirty = true
      chain.begin(.batch(batch, input: input), now: now)
    case .watermark(let watermark):
      isDirty = true
      chain.begin(.watermark(watermark), now: now)
    case .timer:
      isDirty = true
      chain.begin(.processingTime(now), now: now)
    case .dry: chain.begin(.processingTime(now), now: now)
    case .barrier: chain.begin(.barrier, now: now)
    case .end: chain.begin(.finish, now: now)
    case .pass: break
    }
  }

  /// What an activity does once the chain is done with it; false if rows that must go first have no credit.
  private func complete(_ activity: Activity) throws(OperatorError) -> Bool {
    if case .exchange(let exchange) = tail, exchange.hasGathered, !exchange.hasCredit {
      switch activity {
      case .batch, .timer, .pass(.abort): break
      default: return false
      }
    }
    switch activity {
    case .batch, .timer: break
    case .watermark(let watermark):
      counters.watermark = watermark.microseconds
      if let outgoing = chain.outgoingWatermark { send(.watermark(outgoing)) }
    case .pass(let element): send(element)
    case .dry:
      isDirty = false
      switch tail {
      case .exchange(let exchange): exchange.flush()
      case .sink(let sink): try sink.flush()
      }
    case .barrier(let barrier, let alignment):
      lastEpoch = max(lastEpoch, barrier.epoch)
      events.append(.snapshot(try snapshot(barrier.epoch, alignmentMicroseconds: alignment, isFinal: false)))
      send(.barrier(barrier))
    case .end:
      let epoch = Epoch(lastEpoch.number + 1)
      events.append(.finished(try snapshot(epoch, alignmentMicroseconds: 0, isFinal: true)))
      send(.end)
    }
    return true
  }

  private func send(_ element: StreamElement) {
    switch tail {
    case .exchange(let exchange): exchange.broadcast(element)
    case .sink(let sink): if case .watermark(let watermark) = element { sink.advance(to: watermark) }
    }
  }

  private func snapshot(_ epoch: Epoch, alignmentMicroseconds: Int64, isFinal: Bool) throws(OperatorError) -> SubtaskSnapshot {
    var operators: [(id: OperatorID, state: FrozenState)] = []
    var committables: [Committable] = []
    switch head {
    case .enumerator(let enumerator): operators.append((enumerator.id, enumerator.state.snapshot()))
    case .source(let source, _):
      source.prepareSnapshot()
      operators.append((source.id, source.state.snapshot()))
    case .gate: break
    }
    for member in chain.members { operators.append((member.id, member.state.snapshot())) }
    if case .sink(let sink) = tail {
      try sink.prepare(epoch, isFinal: isFinal)
      operators.append((sink.id, sink.state.snapshot()))
      committables = sink.committables
    }
    return SubtaskSnapshot(
      epoch: epoch, operators: operators, alignmentMicroseconds: alignmentMicroseconds, committables: committables, isFinal: isFinal)
  }

  // MARK: What comes next

  private func nextActivity(now: Int64) throws(OperatorError) -> Activity? {
    let timer = chain.nextProcessingTimer
    if let timer, timer <= now { return .timer }
    if let next = try nextFromHead(now: now) { return next }
    if isDirty { return .dry }
    wakeAt = [wakeAt, timer].compactMap { $0 }.min()
    return nil
  }

  private func nextFromHead(now: Int64) throws(OperatorError) -> Activity? {
    switch head {
    case .enumerator(let enumerator):
      if let assignments = try enumerator.takeAssignments() { return .batch(assignments, input: 0) }
      return enumerator.takeTrigger().map { .barrier($0, alignmentMicroseconds: 0) }
    case .source(let source, let gate): return try next(source, gate, now: now)
    case .gate(let gate):
      switch gate.next(now: now) {
      case nil:
        // What was left alone is looked at again in the next round, though nothing may arrive.
        if gate.leadLimit != nil { wakeAt = now }
        return nil
      case .batch(let batch, let input):
        counters.recordsIn += Int64(batch.rowCount)
        counters.bytesIn += Int64(batch.byteCount)
        return .batch(batch, input: input)
      case .watermark(let watermark): return .watermark(watermark)
      case .idle: return .pass(.idle)
      case .active: return .pass(.active)
      case .barrier(let barrier, let alignment): return .barrier(barrier, alignmentMicroseconds: alignment)
      case .abort(let epoch): return .pass(.abort(epoch))
      case .end: return .end
      }
    }
  }

  private func next(_ source: SourceHead, _ gate: InputGate, now: Int64) throws(OperatorError) -> Activity? {
    while let event = gate.next(now: now) {
      switch event {
      case .batch(let assignments, _): try source.receive(assignments)
      case .barrier(let barrier, let alignment): return .barrier(barrier, alignmentMicroseconds: alignment)
      case .abort(let epoch): return .pass(.abort(epoch))
      // An enumerator has no event time and outlives its readers.
      case .watermark, .idle, .active, .end: break
      }
    }
    switch try source.next(now: now) {
    case .batch(let batch): return .batch(batch, input: 0)
    case .change(.watermark(let watermark)): return .watermark(watermark)
    case .change(.idle): return .pass(.idle)
    case .change(.active): return .pass(.active)
    case .nothing(let until):
      wakeAt = until
      return nil
    case .finished:
      guard hasSentFinalWatermark else {
        hasSentFinalWatermark = true
        return .watermark(.end)
      }
      return .end
    }
  }
}
