//  A worker of the simulation: the protocol's other side, with sources that count and sinks that stage and commit.

import Dataflow
import State

@testable import Coordination

final class ModelWorker {
  /// What a sink has received and not been told is committed; part of every snapshot of it.
  struct Staged: Hashable {
    var epoch: Epoch
    var records: Range<Int64>
    var name: String
  }
  private enum Role {
    case enumerator
    /// The next record.
    case source(position: Int64)
    /// Everything before `received` has come in, everything before `staged` is staged.
    case sink(received: Int64, staged: Int64, pending: [Staged])
  }
  private struct Subtask {
    var role: Role
    var lastEpoch = Epoch(0)
    var isFinished = false
  }

  let id: WorkerID
  private unowned let simulation: Simulation
  var isDead = false
  private(set) var link: Int?
  var upFreeAt: Int64 = 0
  private var downFreeAt: Int64 = 0
  private(set) var attempt = Attempt(0)
  private var subtasks: [SubtaskID: Subtask] = [:]
  private var placements: [SubtaskPlacement] = []
  private var cancelled = Attempt(0)

  init(_ id: WorkerID, _ simulation: Simulation) {
    self.id = id
    self.simulation = simulation
  }

  func runs(_ subtask: SubtaskID) -> Bool { subtasks[subtask] != nil }

  // MARK: The link

  func connected(_ link: Int) {
    self.link = link
    upFreeAt = simulation.now
    downFreeAt = simulation.now
  }

  func disconnect(reconnects: Bool) {
    guard let link else { return }
    self.link = nil
    simulation.closed(self, link: link)
    if reconnects { simulation.schedule(after: simulation.delay(50_000) + 1) { self.simulation.connect(self) } }
  }

  /// From the coordinator: in order, or lost with the link.
  func deliver(_ message: @escaping (ModelWorker) -> Void) {
    let link = link
    downFreeAt = max(downFreeAt, simulation.now + simulation.delay(2_000))
    simulation.schedule(after: downFreeAt - simulation.now) { if !self.isDead && self.link == link { message(self) } }
  }

  private func say(_ event: JobEvent) { simulation.say(self, .job(jobID, event)) }

  private func report(_ subtask: SubtaskID, _ state: SubtaskState, failure: SubtaskFailure? = nil, final: SnapshotHandle? = nil) {
    say(.subtask(attempt, subtask, state, at: simulation.now, failure: failure, finalSnapshot: final, from: id))
  }

  // MARK: What the coordinator says

  /// The coordinator deploys what it wants to run: the rest ends.
  func registered() { subtasks = [:] }

  func deploy(_ attempt: Attempt, _ placements: [SubtaskPlacement], _ restore: RestorePoint?) {
    guard attempt > self.attempt, attempt > cancelled else { return }
    self.attempt = attempt
    self.placements = placements
    subtasks = [:]
    for placement in placements where placement.worker == id {
      let subtask = placement.subtask
      subtasks[subtask] = restored(subtask, restore?.snapshots.first { $0.subtask == subtask }, through: restore?.epoch)
      report(subtask, .deploying)
      simulation.schedule(after: simulation.delay(5_000)) {
        guard self.isCurrent(attempt, subtask) else { return }
        self.report(subtask, .running)
        self.step(attempt, subtask)
      }
    }
  }

  private func restored(_ subtask: SubtaskID, _ snapshot: SnapshotHandle?, through epoch: Epoch?) -> Subtask {
    let numbers = snapshot.map(Self.decode) ?? []
    switch subtask.vertex {
    case 0: return Subtask(role: .enumerator)
    case 1: return Subtask(role: .source(position: numbers.first ?? 0))
    default:
      let pending = stride(from: 1, to: numbers.count, by: 5).map { index in
        Staged(
          epoch: Epoch(numbers[index]), records: numbers[index + 1]..<numbers[index + 2],
          name: "\(numbers[index + 3])/\(numbers[index + 4])")
      }
      // The checkpoint is complete: what it holds may be committed, and is, before anything else.
      for staged in pending { simulation.commit(subtask.subtask, staged.records, name: staged.name) }
      return Subtask(role: .sink(received: numbers.first ?? 0, staged: numbers.first ?? 0, pending: []))
    }
  }

  func cancel(through attempt: Attempt) {
    cancelled = max(cancelled, attempt)
    guard self.attempt <= attempt else { return }
    let ended = subtasks.filter { !$0.value.isFinished }.keys.sorted()
    simulation.schedule(after: simulation.delay(5_000)) {
      guard !self.isDead, self.attempt <= attempt else { return }
      for subtask in ended { self.report(subtask, .canceled) }
    }
    subtasks = [:]
  }

  /// A barrier has reached the vertex's subtasks on this worker: the trigger at vertex 0, then in band.
  func barrier(_ attempt: Attempt, _ epoch: Epoch, at vertex: Int) {
    for subtask in subtasks.keys.sorted() where subtask.vertex == vertex { barrier(attempt, epoch, at: subtask, position: 0) }
  }

  private func barrier(_ attempt: Attempt, _ epoch: Epoch, at subtask: SubtaskID, position: Int64) {
    guard isCurrent(attempt, subtask), var state = subtasks[subtask], !state.isFinished, epoch > state.lastEpoch else { return }
    state.lastEpoch = epoch
    var positionHere = position
    switch state.role {
    case .enumerator: break
    case .source(let position): positionHere = position
    case .sink(let received, let staged, var pending):
      if received > staged { pending.append(Staged(epoch: epoch, records: staged..<received, name: "\(attempt)/\(epoch)")) }
      state.role = .sink(received: received, staged: received, pending: pending)
    }
    subtasks[subtask] = state
    let handle = encode(subtask, state)
    // The snapshot is stored while the subtask goes on; now and then the disk is full.
    simulation.schedule(after: 0) {
      guard self.isCurrent(attempt, subtask) else { return }
      if !self.simulation.isCalm && self.simulation.chance(40) {
        self.say(.snapshotFailed(attempt, subtask, epoch, message: "disk full", from: self.id))
      } else {
        self.say(.snapshotStored(attempt, epoch, handle, from: self.id))
      }
    }
    switch subtask.vertex {
    case 0:
      for reader in 0..<simulation.settings.parallelism {
        simulation.schedule(after: simulation.delay(3_000)) {
          let target = SubtaskID(vertex: 1, subtask: reader)
          self.simulation.host(of: target, attempt)?.barrier(attempt, epoch, at: target, position: 0)
        }
      }
    case 1: send(attempt, to: SubtaskID(vertex: 2, subtask: subtask.subtask), positionHere..<positionHere, epoch: epoch)
    default: break
    }
  }

  func commit(_ attempt: Attempt, through epoch: Epoch) {
    guard attempt == self.attempt else { return }
    for (subtask, state) in subtasks.sorted(by: { $0.key < $1.key }) {
      guard case .sink(let received, let staged, let pending) = state.role else { continue }
      simulation.schedule(after: simulation.delay(2_000)) {
        guard self.isCurrent(attempt, subtask) else { return }
        for due in pending where due.epoch <= epoch { self.simulation.commit(subtask.subtask, due.records, name: due.name) }
        if case .sink(let received, let staged, let pending)? = self.subtasks[subtask]?.role {
          self.subtasks[subtask]?.role = .sink(received: received, staged: staged, pending: pending.filter { $0.epoch > epoch })
        }
        self.say(.committed(attempt, subtask, epoch, from: self.id))
      }
      _ = (received, staged)
    }
  }

  // MARK: The data

  private func isCurrent(_ attempt: Attempt, _ subtask: SubtaskID) -> Bool {
    !isDead && self.attempt == attempt && subtasks[subtask] != nil
  }

  /// A source reads a few records, hands them on, and comes again.
  private func step(_ attempt: Attempt, _ subtask: SubtaskID) {
    guard isCurrent(attempt, subtask), let state = subtasks[subtask], case .source(let position) = state.role else { return }
    let sink = SubtaskID(vertex: 2, subtask: subtask.subtask)
    guard position < simulation.settings.recordCount else {
      subtasks[subtask]?.isFinished = true
      report(subtask, .finished, final: encode(subtask, state))
      return send(attempt, to: sink, position..<position, isEnd: true)
    }
    let next = min(simulation.settings.recordCount, position + .random(in: 1...4, using: &simulation.generator))
    subtasks[subtask]?.role = .source(position: next)
    send(attempt, to: sink, position..<next)
    // The second source is the faster one, and has finished long before the first.
    simulation.schedule(after: Int64(60_000 / (1 + 2 * subtask.subtask)) + simulation.delay(10_000)) { self.step(attempt, subtask) }
  }

  /// Along the edge, in order: records, then perhaps a barrier or the end.
  private func send(_ attempt: Attempt, to sink: SubtaskID, _ records: Range<Int64>, epoch: Epoch? = nil, isEnd: Bool = false) {
    edgeFreeAt[sink] = max(edgeFreeAt[sink] ?? 0, simulation.now + simulation.delay(3_000))
    simulation.schedule(after: (edgeFreeAt[sink] ?? 0) - simulation.now) {
      guard let host = self.simulation.host(of: sink, attempt), !self.isDead else { return }
      host.receive(attempt, sink, records, epoch: epoch, isEnd: isEnd)
    }
  }
  private var edgeFreeAt: [SubtaskID: Int64] = [:]

  private func receive(_ attempt: Attempt, _ sink: SubtaskID, _ records: Range<Int64>, epoch: Epoch?, isEnd: Bool) {
    guard case .sink(let received, let staged, let pending)? = subtasks[sink]?.role else { return }
    simulation.expect(
      records.lowerBound == received, "sink \(sink.subtask) of attempt \(attempt) has \(received) records and gets \(records) next")
    subtasks[sink]?.role = .sink(received: records.upperBound, staged: staged, pending: pending)
    if let epoch { barrier(attempt, epoch, at: sink, position: records.upperBound) }
    guard isEnd, case .sink(let received, let staged, var pending)? = subtasks[sink]?.role, let last = subtasks[sink]?.lastEpoch else {
      return
    }
    // What came after the last barrier is staged for the checkpoint that follows.
    let next = Epoch(last.number + 1)
    if received > staged { pending.append(Staged(epoch: next, records: staged..<received, name: "\(attempt)/\(next)")) }
    subtasks[sink]?.role = .sink(received: received, staged: received, pending: pending)
    subtasks[sink]?.isFinished = true
    if let state = subtasks[sink] {
      // Behind the snapshots that it took before.
      simulation.schedule(after: 1) { if self.isCurrent(attempt, sink) { self.report(sink, .finished, final: self.encode(sink, state)) } }
    }
  }

  // MARK: Trouble

  func failSomething() {
    guard let subtask = subtasks.keys.sorted().randomElement(using: &simulation.generator) else { return }
    fail(subtask, "out of luck")
  }

  func peerLost(_ peer: WorkerID) {
    guard placements.contains(where: { $0.worker == peer }), let subtask = subtasks.keys.min() else { return }
    fail(subtask, "lost the connection to \(peer)")
  }

  private func fail(_ subtask: SubtaskID, _ message: String) {
    subtasks[subtask] = nil
    report(subtask, .failed, failure: SubtaskFailure(domain: .external, retry: .restartFromCheckpoint, message: message))
  }

  // MARK: Snapshots

  private func encode(_ subtask: SubtaskID, _ state: Subtask) -> SnapshotHandle {
    var numbers: [Int64] = []
    switch state.role {
    case .enumerator: break
    case .source(let position): numbers = [position]
    case .sink(let received, _, let pending):
      numbers = [received]
      for staged in pending {
        let name = staged.name.split(separator: "/").compactMap { Int64($0) }
        numbers += [staged.epoch.number, staged.records.lowerBound, staged.records.upperBound] + name
      }
    }
    let bytes = numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    return SnapshotHandle(
      subtask: subtask, operators: [], keyGroups: KeyGroupRange(lower: 0, upper: 0), location: .inline(bytes), byteCount: bytes.count)
  }

  private static func decode(_ handle: SnapshotHandle) -> [Int64] {
    guard case .inline(let bytes) = handle.location else { return [] }
    return stride(from: 0, to: bytes.count, by: 8).map { index in
      (0..<8).reduce(Int64(0)) { $0 | Int64(bytes[index + $1]) << (8 * $1) }
    }
  }
}
