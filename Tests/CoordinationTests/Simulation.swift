//  A whole cluster in virtual time: the coordinator's machine, a store, links and workers, with everything that can go
//  wrong going wrong by chance. The jobs have a small data plane, so that what is committed in the end can be checked:
//  source i counts to `recordCount`, sink i stages what it gets and commits it when told.

import Dataflow
import TestKit

@testable import Coordination

final class Simulation {
  struct Settings {
    var parallelism = 2
    var workerCount = 3
    /// Of each source.
    var recordCount: Int64
    /// The longest time from one failure to the next.
    var quiet: Int64
    /// The usual time of a message to the coordinator.
    var latency: Int64
    /// No failures from then on.
    var calmAt: Int64 = 20 * second
    var endAt: Int64 = 400 * second
  }

  // MARK: What has to hold

  private(set) var violations: [String] = []
  /// Of each sink subtask: which records have been committed, and under which name.
  private(set) var committed: [Int: [Range<Int64>: String]] = [:]
  private(set) var restartCount = 0
  private(set) var completedCount = 0
  private(set) var coordinatorDeathCount = 0

  // MARK: The world

  let settings: Settings
  var generator: SeededGenerator
  private(set) var now: Int64 = 0
  private var queue: [(at: Int64, order: Int, body: () -> Void)] = []
  private var order = 0
  private let topology: JobTopology
  private let options: JobOptions

  // MARK: The coordinator

  private var cluster: Cluster?
  private var term = 0
  private var links: [Int: ModelWorker] = [:]
  private var linkCount = 0

  // MARK: The store: survives the coordinator

  private var storeTerm = 0
  private var storedState = JobState.created
  private var storedAttempt = Attempt(0)
  private var storedNextEpoch = Epoch(1)
  private var storedCheckpoint: CompletedCheckpoint?
  private var storeFreeAt: Int64 = 0

  // MARK: The workers

  private var workers: [ModelWorker] = []
  private var workerNumber = 0

  var state: JobState? { cluster?.jobs[jobID]?.state }

  init(seed: UInt64) throws {
    generator = SeededGenerator(seed: seed)
    // Short jobs meet their failures at the end, long ones on the way.
    settings = Settings(
      recordCount: .random(in: 20...800, using: &generator), quiet: .random(in: 200_000...3 * second, using: &generator),
      latency: [2_000, 20_000, 100_000][Int.random(in: 0..<3, using: &generator)])
    let graph = graph(parallelism: settings.parallelism) {
      $0.checkpointInterval = 500_000
      $0.checkpointTimeout = 2 * second
      $0.restart = .exponentialDelay(initial: 100_000, max: second, multiplier: 2, resetAfter: 60 * second)
    }
    topology = try JobTopology(graph)
    options = graph.options
  }

  /// Until the job has ended, or time is up.
  func run() {
    startCoordinator(isFirst: true)
    for _ in 0..<settings.workerCount { startWorker() }
    schedule(after: 0) { self.causeTrouble() }
    while let next = queue.popMin(), next.at <= settings.endAt {
      now = next.at
      next.body()
      if state?.isTerminal == true, storedState.isTerminal { break }
    }
  }

  func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }
  func delay(_ longest: Int64) -> Int64 {
    chance(20) ? .random(in: 0...longest * 20, using: &generator) : .random(in: 0...longest, using: &generator)
  }
  var isCalm: Bool { now >= settings.calmAt }

  func schedule(after delay: Int64, _ body: @escaping () -> Void) {
    order += 1
    queue.pushMin((now + max(0, delay), order, body))
  }

  func expect(_ truth: Bool, _ message: @autoclosure () -> String) {
    if !truth { violations.append("at \(now) us: \(message())") }
  }

  private func causeTrouble() {
    guard !isCalm else { return }
    switch Int.random(in: 0..<12, using: &generator) {
    case 0...4: if let worker = workers.filter({ !$0.isDead }).randomElement(using: &generator) { kill(worker) }
    case 5: killCoordinator()
    case 6: if let worker = workers.filter({ !$0.isDead }).randomElement(using: &generator) { worker.failSomething() }
    // The link breaks, the process lives: it connects anew.
    case 7: if let worker = workers.filter({ !$0.isDead }).randomElement(using: &generator) { worker.disconnect(reconnects: true) }
    default: break
    }
    schedule(after: .random(in: 20_000...settings.quiet, using: &generator)) { self.causeTrouble() }
  }

  // MARK: Coordinator

  private func startCoordinator(isFirst: Bool) {
    storeTerm += 1
    term = storeTerm
    cluster = Cluster(membership: Membership(storageNonce: "n", heartbeatTimeout: 2 * second))
    var job = JobLifecycle(
      id: jobID, topology: topology, options: options, state: storedState, timestamps: [.created: 0], attempt: storedAttempt,
      nextEpoch: storedNextEpoch, latest: storedCheckpoint, failures: [])
    if isFirst { job = JobLifecycle(id: jobID, topology: topology, options: options, submittedAt: 0, now: now) }
    apply(isFirst ? .submitted(job) : .recovered(job))
    tick(of: term)
  }

  private func tick(of term: Int) {
    guard term == self.term, cluster != nil else { return }
    apply(.tick)
    // Often enough, and never late: the machine must not mind being asked too early.
    let next = cluster?.nextDeadline.map { max(1, $0 - now) } ?? 50_000
    schedule(after: min(next, 50_000)) { self.tick(of: term) }
  }

  private func killCoordinator() {
    guard cluster != nil else { return }
    coordinatorDeathCount += 1
    cluster = nil
    term = -1
    for worker in links.values { worker.disconnect(reconnects: true) }
    links = [:]
    schedule(after: .random(in: 1_000...second, using: &generator)) { self.startCoordinator(isFirst: false) }
  }

  fileprivate func apply(_ event: ClusterEvent) {
    guard var machine = cluster else { return }
    let actions = machine.handle(event, now: now)
    cluster = machine
    for action in actions { perform(action) }
  }

  private func perform(_ action: ClusterAction) {
    switch action {
    case .accept(let id): worker(id)?.deliver { $0.registered() }
    case .refuse(_, let reason): expect(false, "refused: \(reason)")
    case .drop(let id, _): worker(id)?.disconnect(reconnects: true)
    case .forget: break
    case .job(_, let action): perform(action)
    }
  }

  private func perform(_ action: JobAction) {
    let term = term
    switch action {
    case .storeAttempt(let attempt, _, let restoredFrom):
      transaction(.attemptStored(attempt, error: nil), .attemptStored(attempt, error: "disk full")) {
        self.expect(attempt > self.storedAttempt, "attempt \(attempt) after \(self.storedAttempt)")
        self.expect(restoredFrom == self.storedCheckpoint?.epoch, "attempt \(attempt) begins from \(String(describing: restoredFrom))")
        self.storedAttempt = attempt
      }
    case .reserveEpoch(let epoch):
      transaction(.epochReserved(epoch, error: nil), .epochReserved(epoch, error: "disk full")) {
        self.expect(epoch >= self.storedNextEpoch, "epoch \(epoch) is used again")
        self.storedNextEpoch = Epoch(epoch.number + 1)
      }
    case .storeCheckpoint(let checkpoint, _):
      transaction(.checkpointStored(checkpoint.epoch, error: nil), .checkpointStored(checkpoint.epoch, error: "disk full")) {
        self.expect(
          checkpoint.attempt == self.storedAttempt, "a checkpoint of attempt \(checkpoint.attempt) in attempt \(self.storedAttempt)")
        self.expect(self.storedCheckpoint.map { $0.epoch < checkpoint.epoch } ?? true, "epoch \(checkpoint.epoch) does not ascend")
        self.expect(checkpoint.handles.map(\.subtask) == self.topology.subtasks, "every subtask is in checkpoint \(checkpoint.epoch)")
        self.storedCheckpoint = checkpoint
        self.completedCount += 1
      }
    case .storeState(let state):
      // Tried until it succeeds, as the driver does.
      schedule(after: delay(1_000)) { if term == self.storeTerm { self.storedState = state } }
    case .deploy(let attempt, let placements, let restore):
      expect(attempt == storedAttempt, "attempt \(attempt) is deployed, \(storedAttempt) is stored")
      expect(restore?.epoch == storedCheckpoint?.epoch, "attempt \(attempt) restores another checkpoint than the newest")
      if attempt.number > 1 { restartCount += 1 }
      for id in Set(placements.map(\.worker)).sorted() { worker(id)?.deliver { $0.deploy(attempt, placements, restore) } }
    case .cancel(let attempt, let workers): for id in workers { worker(id)?.deliver { $0.cancel(through: attempt) } }
    case .trigger(let attempt, let epoch, _, let workers): for id in workers { worker(id)?.deliver { $0.barrier(attempt, epoch, at: 0) } }
    case .announceCompleted(let attempt, let epoch, let workers):
      expect(storedCheckpoint.map { $0.epoch >= epoch } == true, "epoch \(epoch) is announced before it is stored")
      for id in workers { worker(id)?.deliver { $0.commit(attempt, through: epoch) } }
    case .announceAborted, .storeFailure, .discard, .sweep, .ended, .releaseSlots: break
    }
  }

  /// One after the other, each in its time; it may fail, and then changes nothing. A coordinator that has died by then
  /// hears nothing of it, but it may have happened.
  private func transaction(_ success: JobEvent, _ failure: JobEvent, _ body: @escaping () -> Void) {
    let term = term
    storeFreeAt = max(storeFreeAt, now) + delay(3_000)
    schedule(after: storeFreeAt - now) {
      guard term == self.storeTerm else { return }
      let fails = !self.isCalm && self.chance(15)
      if !fails { body() }
      if term == self.term { self.apply(.job(jobID, fails ? failure : success)) }
    }
  }

  // MARK: Workers

  private func startWorker() {
    workerNumber += 1
    let worker = ModelWorker(WorkerID("w\(workerNumber)"), self)
    workers.append(worker)
    connect(worker)
  }

  private func kill(_ worker: ModelWorker) {
    worker.isDead = true
    worker.disconnect(reconnects: false)
    workers.removeAll { $0 === worker }
    // Its peers may notice before the coordinator does.
    for peer in workers where chance(2) { schedule(after: delay(5_000)) { peer.peerLost(worker.id) } }
    schedule(after: .random(in: 1_000...4 * second, using: &generator)) { self.startWorker() }
  }

  func connect(_ worker: ModelWorker) {
    guard !worker.isDead else { return }
    guard cluster != nil else { return schedule(after: 20_000) { self.connect(worker) } }
    linkCount += 1
    links[linkCount] = worker
    worker.connected(linkCount)
    say(worker, .workerRegisters(description(worker.id)))
    heartbeat(worker, on: linkCount)
  }

  private func heartbeat(_ worker: ModelWorker, on link: Int) {
    guard worker.link == link else { return }
    say(worker, .workerHeard(worker.id))
    schedule(after: 250_000) { self.heartbeat(worker, on: link) }
  }

  /// In order on each link; what a closed link still carried is lost.
  func say(_ worker: ModelWorker, _ event: ClusterEvent) {
    guard let link = worker.link else { return }
    worker.upFreeAt = max(worker.upFreeAt, now + delay(settings.latency))
    schedule(after: worker.upFreeAt - now) {
      if self.links[link] === worker { self.apply(event) }
      // A duplicate, or a message that was long under way: the machine has to live with both.
      if case .job = event, !self.isCalm, self.chance(8) {
        self.schedule(after: self.delay(2 * second)) { if self.links[link] === worker { self.apply(event) } }
      }
    }
  }

  func closed(_ worker: ModelWorker, link: Int) {
    let term = term
    let notice = delay(2_000)
    schedule(after: notice) {
      guard term == self.term, self.links.removeValue(forKey: link) != nil else { return }
      // A link that is long superseded says nothing about the worker.
      if !self.links.values.contains(where: { $0.id == worker.id }) { self.apply(.workerLost(worker.id, reason: "connection closed")) }
    }
  }

  private func worker(_ id: WorkerID) -> ModelWorker? { links.values.first { $0.id == id && $0.link.map { links[$0] != nil } == true } }

  // MARK: The data plane

  /// Where a subtask of the attempt runs at the moment, if it does.
  func host(of subtask: SubtaskID, _ attempt: Attempt) -> ModelWorker? {
    workers.first { !$0.isDead && $0.attempt == attempt && $0.runs(subtask) }
  }

  func commit(_ sink: Int, _ records: Range<Int64>, name: String) {
    guard !records.isEmpty else { return }
    // Committing the same thing twice does what once does; the same record under another name is a double.
    for (other, otherName) in committed[sink] ?? [:] where other.overlaps(records) {
      expect(
        otherName == name && other == records, "sink \(sink) commits \(records) as \(name), and has committed \(other) as \(otherName)")
    }
    committed[sink, default: [:]][records] = name
  }

  /// Every record of every source is committed exactly once.
  var isComplete: Bool {
    (0..<settings.parallelism).allSatisfy { sink in
      var position: Int64 = 0
      for range in (committed[sink] ?? [:]).keys.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        guard range.lowerBound == position else { return false }
        position = range.upperBound
      }
      return position == settings.recordCount
    }
  }
}

// A binary heap, by time and then by order.
extension [(at: Int64, order: Int, body: () -> Void)] {
  fileprivate mutating func pushMin(_ element: Element) {
    append(element)
    var index = count - 1
    while index > 0, (self[index].at, self[index].order) < (self[(index - 1) / 2].at, self[(index - 1) / 2].order) {
      swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  fileprivate mutating func popMin() -> Element? {
    guard let first else { return nil }
    self[0] = self[count - 1]
    removeLast()
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < count {
        if (self[child].at, self[child].order) < (self[least].at, self[least].order) { least = child }
      }
      if least == index { return first }
      swapAt(index, least)
      index = least
    }
  }
}
