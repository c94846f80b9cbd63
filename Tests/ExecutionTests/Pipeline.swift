//  A job of four vertices (enumerator, source, running sum, sink) stepped in random order on one thread, with a
//  coordinator in a few lines. Everything that is random comes from the seed.

import Columnar
import Dataflow
import Execution
import State
import TestKit

final class Pipeline {
  static let operators = (0..<4).map { OperatorID(hex: String(repeating: String($0), count: 32)) }
  struct Checkpoint {
    var epoch: Epoch
    var snapshots: [SubtaskID: [OperatorID: OperatorSnapshot]]
  }

  let splitCount: Int
  let rowCount: Int
  let world: OutsideWorld
  private var random: SeededGenerator
  private var loops: [SubtaskLoop] = []
  private(set) var channels: [QueueChannel] = []
  private var attempt = 0
  private var parallelism: Int
  // The coordinator's memory.
  private(set) var completed: Checkpoint?
  private var pending: Checkpoint?
  private var finals: [SubtaskID: [OperatorID: OperatorSnapshot]] = [:]
  private var committables: [SubtaskID: [Committable]] = [:]
  private var nextEpoch: Int64 = 1
  private var toCommit: Epoch?
  private(set) var now: Int64 = 0
  private(set) var completedCount = 0

  init(seed: UInt64, parallelism: Int, splitCount: Int = 5, rowCount: Int = 60, world: OutsideWorld = OutsideWorld()) throws {
    random = SeededGenerator(seed: seed)
    self.parallelism = parallelism
    self.splitCount = splitCount
    self.rowCount = rowCount
    self.world = world
    try start()
  }

  private func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  /// Kills everything and starts again from the last complete checkpoint.
  func restart(parallelism: Int) throws {
    self.parallelism = parallelism
    try start()
  }

  private func start() throws {
    attempt += 1
    pending = nil
    toCommit = nil
    finals = [:]
    committables = [:]
    loops = []
    channels = []
    let widths = [1, parallelism, parallelism, parallelism]
    func makeChannels(_ from: Int, _ to: Int) -> [[QueueChannel]] {
      (0..<widths[from]).map { _ in (0..<widths[to]).map { _ in QueueChannel(byteCountMax: 200) } }
    }
    let edges = [makeChannels(0, 1), makeChannels(1, 2), makeChannels(2, 3)]
    channels = edges.flatMap { $0.flatMap { $0 } }
    let epoch = completed?.epoch ?? Epoch(0)
    if let completed {
      let known = try SinkTail.committables(in: completed.snapshots.values.compactMap { $0[Self.operators[3]] })
      world.abort(allBut: known)
    } else {
      world.abort(allBut: [])
    }
    for vertex in 0..<4 {
      for subtask in 0..<widths[vertex] {
        let backend = StateBackend(
          keyGroups: .of(subtask: subtask, parallelism: widths[vertex], maxParallelism: 128), maxParallelism: 128, subtask: subtask,
          parallelism: widths[vertex])
        let snapshots = (completed?.snapshots ?? [:]).sorted { $0.key < $1.key }.compactMap { $0.value[Self.operators[vertex]] }
        try backend.restore(snapshots)
        loops.append(try makeLoop(vertex, subtask, backend, edges, epoch))
      }
    }
  }

  private func makeLoop(
    _ vertex: Int, _ subtask: Int, _ backend: StateBackend, _ edges: [[[QueueChannel]]], _ epoch: Epoch
  ) throws -> SubtaskLoop {
    let id = Self.operators[vertex]
    let subtaskID = SubtaskID(vertex: vertex, subtask: subtask)
    func gate() -> InputGate { InputGate(edges[vertex - 1].map { InputGate.Source($0[subtask]) }, after: epoch) }
    func exchange(_ partitioning: Partitioning) -> SubtaskTail {
      .exchange(Exchange([OutputEdge(partitioning, channels: edges[vertex][subtask])], maxParallelism: 128))
    }
    let head: SubtaskHead
    let tail: SubtaskTail
    var members: [OperatorChain.Member] = []
    switch vertex {
    case 0:
      head = .enumerator(
        EnumeratorHead(
          id: id, enumerator: CountingEnumerator(splitCount: splitCount), readerCount: parallelism, state: backend, after: epoch))
      tail = exchange(.broadcast)
    case 1:
      let spec = SourceSpec(table: "t", connector: "counting", options: [:], declared: pairSchema, projection: [0, 1])
      let reader = CountingReader(rowCount: rowCount, random: SeededGenerator(seed: random.next()))
      head = .source(
        try SourceHead(
          id: id, spec: spec, output: pairSchema, reader: reader, state: backend, subtask: subtask, parallelism: parallelism), gate())
      tail = exchange(.hash([0]))
    case 2:
      head = .gate(gate())
      let sum = RunningSum(state: backend)
      try sum.open(
        OperatorContext(
          operatorID: id, subtask: subtask, parallelism: parallelism, maxParallelism: 128, inputSchemas: [pairSchema],
          outputSchema: pairSchema, state: backend, timeZone: "UTC"))
      members = [OperatorChain.Member(id: id, state: backend, operator: sum)]
      tail = exchange(.rebalance)
    default:
      head = .gate(gate())
      let sink = try SinkTail(id: id, sink: StagingSink(world, prefix: "\(attempt)-\(subtask)"), state: backend)
      for committable in sink.committables where committable.epoch <= epoch { world.commit(committable) }
      sink.committables.last.map { _ in committables[subtaskID] = sink.committables }
      tail = .sink(sink)
    }
    return SubtaskLoop(
      subtask: subtaskID, job: JobID(hex: "j"), attempt: Attempt(attempt), head: head, chain: OperatorChain(members), tail: tail,
      after: epoch)
  }

  /// Steps random subtasks; returns true once every subtask but the enumerator has finished and been committed.
  func run(steps: Int, checkpointEvery: Int = 40) throws -> Bool {
    for _ in 0..<steps {
      now += Int64(draw(300))
      if draw(checkpointEvery) == 0 { trigger() }
      if toCommit != nil, draw(10) == 0 { commit() }
      let loop = loops[draw(loops.count)]
      guard loop.standing != .finished else { continue }
      loop.beginTurn(now: now)
      _ = try loop.step(now: now)
      loop.endTurn(now: now)
      for event in loop.takeEvents() { receive(event, of: loop.subtask) }
      if finals.count == loops.count - 1 {
        commitFinals()
        return true
      }
    }
    return false
  }

  private func trigger() {
    if let pending, draw(2) == 0 {
      for loop in loops { loop.abort(pending.epoch) }  // sometimes aborted, sometimes superseded without a word
    }
    let epoch = Epoch(nextEpoch)
    nextEpoch += 1
    pending = Checkpoint(epoch: epoch, snapshots: [:])
    loops[0].trigger(CheckpointBarrier(epoch: epoch, triggeredAt: now))
    if draw(3) == 0 { loops[0].trigger(CheckpointBarrier(epoch: epoch, triggeredAt: now)) }  // doubled
  }

  private func receive(_ event: SubtaskEvent, of subtask: SubtaskID) {
    switch event {
    case .snapshot(let snapshot):
      committables[subtask] = snapshot.committables
      if pending?.epoch == snapshot.epoch { pending?.snapshots[subtask] = snapshot.encode() }
    case .finished(let snapshot):
      committables[subtask] = snapshot.committables
      finals[subtask] = snapshot.encode()
    }
    guard var done = pending else { return }
    done.snapshots.merge(finals) { reported, _ in reported }
    guard done.snapshots.count == loops.count else { return }
    completed = done
    completedCount += 1
    pending = nil
    toCommit = done.epoch
  }

  private func commit() {
    guard let epoch = toCommit else { return }
    toCommit = nil
    for loop in loops {
      for committable in committables[loop.subtask] ?? [] where committable.epoch <= epoch { world.commit(committable) }
      committables[loop.subtask]?.removeAll { $0.epoch <= epoch }
      if draw(4) != 0 { loop.confirmCommit(epoch) }  // a confirmation that is lost makes a commit come twice
    }
  }

  private func commitFinals() {
    for committable in committables.values.joined() { world.commit(committable) }
  }

  /// What an undisturbed run commits.
  var expected: [[Int64]] {
    (0..<splitCount).flatMap { split in
      var sum: Int64 = 0
      return (0..<rowCount).map { n in
        sum += Int64(n)
        return [Int64(split), sum]
      }
    }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  var metrics: [SubtaskMetrics] { loops.map(\.metrics) }
}
