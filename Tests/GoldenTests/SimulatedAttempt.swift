//  One life of a simulated job: its subtasks, the channels between them, who has something to do, and what time it is.

import Columnar
import Connectors
import Dataflow
import Execution
import Expressions
import Foundation
import Operators
import State
import TestKit

final class SimulatedAttempt {
  let number: Int
  private(set) var loops: [SubtaskLoop] = []
  /// Subtasks that come to an end: all but the enumerators.
  let endingCount: Int
  private let graph: JobGraph
  private let world: CaseWorld
  private let plan: RunPlan
  private var random: SeededGenerator
  private let signals: Signals
  private var readers: [Int: PacedReader] = [:]
  private var wakeAt: [Int64?]
  private let positions: [SubtaskID: Int]
  private let timeZone: TimeZoneRules

  /// - Parameter checkpoint: what the state comes from, made at any parallelism.
  init(
    _ graph: JobGraph, number: Int, world: CaseWorld, plan: RunPlan, seed: UInt64, from checkpoint: SimulatedJob.Checkpoint?
  ) throws {
    self.number = number
    self.graph = graph
    self.world = world
    self.plan = plan
    random = SeededGenerator(seed: seed)
    let subtasks = graph.subtasks
    positions = Dictionary(uniqueKeysWithValues: zip(subtasks, subtasks.indices))
    signals = Signals(count: subtasks.count)
    wakeAt = [Int64?](repeating: nil, count: subtasks.count)
    endingCount = subtasks.filter { !graph.vertices[$0.vertex].isHidden }.count
    timeZone = try Self.timeZone(graph.options.timeZone)
    let channels = makeChannels()
    let snapshots = (checkpoint?.snapshots ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    let sinks = graph.vertices.flatMap(\.chain).filter { if case .sink = $0.spec { true } else { false } }
    world.abort(allBut: try SinkTail.committables(in: sinks.flatMap { sink in snapshots.compactMap { $0[sink.id] } }))
    for subtask in subtasks {
      loops.append(try makeLoop(subtask, channels, snapshots, after: checkpoint?.epoch ?? Epoch(0)))
    }
  }

  private func draw(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

  var rowsRead: Int { readers.values.reduce(0) { $0 + $1.rowCount } }
  /// Nobody has anything to do now.
  var isQuiet: Bool { !signals.isReady.contains(true) }

  func trigger(_ barrier: CheckpointBarrier) {
    for (position, loop) in loops.enumerated() {
      loop.trigger(barrier)
      signals.isReady[position] = signals.isReady[position] || graph.vertices[loop.subtask.vertex].isHidden
    }
  }

  /// Steps one of those that have something to do; if there is none, time goes on to when the first has.
  func step() throws -> (SubtaskID, [SubtaskEvent]) {
    if isQuiet {
      guard let next = wakeAt.compactMap({ $0 }).min() else { throw RunFailure(description: "everybody waits: \(standings)") }
      world.now = max(world.now, next)
      for (position, time) in wakeAt.enumerated() where time.map({ $0 <= world.now }) ?? false { signals.isReady[position] = true }
    }
    let ready = signals.isReady.indices.filter { signals.isReady[$0] }
    let position = ready[draw(ready.count)]
    let loop = loops[position]
    signals.isReady[position] = false
    wakeAt[position] = nil
    loop.beginTurn(now: world.now)
    let standing = try loop.step(now: world.now)
    loop.endTurn(now: world.now)
    switch standing {
    case .runnable: signals.isReady[position] = true
    case .idle:
      wakeAt[position] = [loop.wakeAt, readers[position]?.wakeAt].compactMap { $0 }.min()
      if let time = wakeAt[position], time <= world.now { signals.isReady[position] = true }
    case .backPressured, .finished: break
    }
    return (loop.subtask, loop.takeEvents())
  }

  private var standings: String {
    loops.filter { $0.standing != .finished }.map { "\($0.subtask) \($0.standing)" }.joined(separator: ", ")
  }

  private static func timeZone(_ name: String) throws -> TimeZoneRules {
    if let fixed = TimeZoneRules(fixed: name) { return fixed }
    return try TimeZoneRules(name: name, tzif: Array(Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))))
  }

  private static let zones = TimeZones { try? timeZone($0) }

  // MARK: Building

  /// Of each edge, the channel from each subtask to each.
  private func makeChannels() -> [[[SimulatedChannel]]] {
    graph.edges.map { edge in
      (0..<graph.vertices[edge.from].parallelism).map { from in
        (0..<graph.vertices[edge.to].parallelism).map { to in
          SimulatedChannel(
            byteCountMax: plan.channelByteCount, signals: signals, producer: positions[SubtaskID(vertex: edge.from, subtask: from)]!,
            consumer: positions[SubtaskID(vertex: edge.to, subtask: to)]!)
        }
      }
    }
  }

  private func makeLoop(
    _ id: SubtaskID, _ channels: [[[SimulatedChannel]]], _ snapshots: [[OperatorID: OperatorSnapshot]], after epoch: Epoch
  ) throws -> SubtaskLoop {
    let vertex = graph.vertices[id.vertex]
    let gate = InputGate(inputs(of: id, channels), after: epoch)
    var head = SubtaskHead.gate(gate)
    var tail: SubtaskTail?
    var members: [OperatorChain.Member] = []
    for (place, node) in vertex.chain.enumerated() {
      let backend = StateBackend(
        keyGroups: .of(subtask: id.subtask, parallelism: vertex.parallelism, maxParallelism: graph.maxParallelism),
        maxParallelism: graph.maxParallelism, subtask: id.subtask, parallelism: vertex.parallelism)
      try backend.restore(snapshots.compactMap { $0[node.id] })
      switch node.spec {
      case .enumerator(let spec):
        let readerCount = graph.outputs(of: id.vertex).map { graph.vertices[$0.to].parallelism }.max() ?? 1
        head = .enumerator(
          EnumeratorHead(id: node.id, enumerator: try enumerator(spec), readerCount: readerCount, state: backend, after: epoch))
      case .source(let spec):
        let reader = PacedReader(try reader(spec, id.subtask, vertex.parallelism), world, plan, seed: random.next())
        readers[positions[id]!] = reader
        head = .source(
          try SourceHead(
            id: node.id, spec: spec, output: node.output, reader: reader, state: backend, subtask: id.subtask,
            parallelism: vertex.parallelism, timeZone: timeZone, zones: Self.zones), gate)
      case .sink(let spec):
        let sink = try SinkTail(id: node.id, sink: CaseSink(world, spec, name: "\(number)-\(id)"), state: backend)
        for committable in sink.committables where committable.epoch <= epoch { world.commit(committable) }
        tail = .sink(sink)
      default:
        let operation = try OperatorFactory.make(node.spec)
        let inputs = place == 0 ? inputSchemas(id.vertex) : [vertex.chain[place - 1].output]
        try operation.open(
          OperatorContext(
            operatorID: node.id, subtask: id.subtask, parallelism: vertex.parallelism, maxParallelism: graph.maxParallelism,
            inputSchemas: inputs, outputSchema: node.output, state: backend, timeZone: graph.options.timeZone, timeZoneRules: timeZone,
            zones: Self.zones))
        members.append(OperatorChain.Member(id: node.id, state: backend, operator: operation))
      }
    }
    return SubtaskLoop(
      subtask: id, job: JobID(hex: "0"), attempt: Attempt(number), head: head, chain: OperatorChain(members),
      tail: tail ?? .exchange(exchange(of: id, channels)), after: epoch)
  }

  private func inputs(of id: SubtaskID, _ channels: [[[SimulatedChannel]]]) -> [InputGate.Source] {
    graph.edges.enumerated().filter { $0.element.to == id.vertex }.flatMap { number, edge in
      let producers = edge.partitioning == .forward ? [channels[number][id.subtask]] : channels[number]
      return producers.map { InputGate.Source($0[id.subtask], input: edge.input) }
    }
  }

  private func exchange(of id: SubtaskID, _ channels: [[[SimulatedChannel]]]) -> Exchange {
    let edges = graph.edges.enumerated().filter { $0.element.from == id.vertex }.map { number, edge in
      let all = channels[number][id.subtask]
      return OutputEdge(edge.partitioning, channels: edge.partitioning == .forward ? [all[id.subtask]] : all)
    }
    return Exchange(edges, maxParallelism: graph.maxParallelism)
  }

  private func inputSchemas(_ vertex: Int) -> [Schema] {
    let edges = graph.inputs(of: vertex)
    return (0...(edges.map(\.input).max() ?? 0)).map { input in
      edges.first { $0.input == input }.map { graph.vertices[$0.from].chain.last!.output } ?? Schema([])
    }
  }

  private func enumerator(_ spec: SourceSpec) throws -> any SplitEnumerator {
    CaseConnectors.isCaseTable(spec.connector) ? CaseEnumerator(spec, world) : try BuiltInConnectors().makeEnumerator(spec)
  }

  private func reader(_ spec: SourceSpec, _ subtask: Int, _ parallelism: Int) throws -> any SourceReader {
    CaseConnectors.isCaseTable(spec.connector)
      ? CaseReader(spec, world) : try BuiltInConnectors().makeReader(spec, subtask: subtask, parallelism: parallelism)
  }
}

/// Who has something to do.
final class Signals {
  var isReady: [Bool]
  init(count: Int) { isReady = [Bool](repeating: true, count: count) }
}

/// Both ends of a queue. Wakes the consumer when an element comes and the producer when there is credit again.
final class SimulatedChannel: InputChannel, OutputChannel {
  private var queue: ElementQueue
  private let signals: Signals
  private let producer: Int
  private let consumer: Int

  init(byteCountMax: Int, signals: Signals, producer: Int, consumer: Int) {
    queue = ElementQueue(byteCountMax: byteCountMax)
    self.signals = signals
    self.producer = producer
    self.consumer = consumer
  }

  var hasCredit: Bool { queue.hasCredit }

  func send(_ element: StreamElement) {
    queue.push(element)
    if !queue.isClosed { signals.isReady[consumer] = true }
  }

  func next() -> StreamElement? {
    let hadCredit = queue.hasCredit
    let element = queue.pop()
    if !hadCredit, queue.hasCredit { signals.isReady[producer] = true }
    return element
  }

  func close() {
    queue.close()
    signals.isReady[producer] = true
  }
}

/// Gives the rows of a reader a few at a time, with pauses in between, during which watermarks go out.
final class PacedReader: SourceReader {
  /// As if on a thread of its own: it says itself when it has something.
  let blocks = true
  private let reader: any SourceReader
  private let world: CaseWorld
  private let plan: RunPlan
  private var random: SeededGenerator
  private var mustPause = false
  private var pausesUntil = Int64.min
  private(set) var rowCount = 0
  /// When to ask again after `.nothing`.
  private(set) var wakeAt: Int64?

  init(_ reader: any SourceReader, _ world: CaseWorld, _ plan: RunPlan, seed: UInt64) {
    self.reader = reader
    self.world = world
    self.plan = plan
    random = SeededGenerator(seed: seed)
  }

  var skippedRecordCount: Int { reader.skippedRecordCount }
  func add(_ splits: [SourceSplit]) throws(OperatorError) { try reader.add(splits) }

  func poll(maxRows: Int) throws(OperatorError) -> SourcePoll {
    wakeAt = nil
    if mustPause {
      mustPause = false
      pausesUntil = world.now + plan.pause
      wakeAt = pausesUntil
      return .nothing
    }
    // It may be asked again before, when it has sent a watermark.
    if world.now < pausesUntil {
      wakeAt = pausesUntil
      return .nothing
    }
    let polled = try reader.poll(maxRows: min(maxRows, Int.random(in: plan.rowsPerPoll, using: &random)))
    switch polled {
    case .batch(let batch, _):
      rowCount += batch.rowCount
      mustPause = plan.pausesAlways || random.next() % 2 == 0
    case .nothing: wakeAt = (reader as? CaseReader)?.nextArrival ?? world.now + 1_000
    case .splitFinished: break
    }
    return polled
  }
}
