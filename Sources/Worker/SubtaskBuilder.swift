//  From a deployment to the loops of the subtasks that are placed here: channels, restored state, operators, readers, sinks.

import Columnar
import Connectors
import Dataflow
import Execution
import Expressions
import Foundation
import Operators
import State
import Transport
import Wire

/// Builds one attempt's subtasks on one thread: first the inputs of all of them, then each.
final class SubtaskBuilder {
  private let run: JobRun
  private let host: WorkerHost
  private let deployment: Deployment
  private let graph: JobGraph
  private let timeZone: TimeZoneRules
  private let restored: RestoredState
  private var placements: [SubtaskID: SubtaskPlacement] = [:]
  private var local: [ChannelID: LocalChannel] = [:]
  private var inputs: [SubtaskID: [InputGate.Source]] = [:]

  init(_ run: JobRun, host: WorkerHost) throws(OperatorError) {
    self.run = run
    self.host = host
    deployment = run.deployment
    do {
      graph = try JSONDecoder().decode(JobGraph.self, from: Data(run.deployment.graph))
    } catch {
      throw OperatorError(.internal, .never, "could not read the job graph", cause: error)
    }
    guard graph.isSound else { throw OperatorError(.internal, .never, "the job graph does not hold together") }
    for placement in run.deployment.placements { placements[placement.subtask] = placement }
    guard Set(graph.subtasks) == Set(placements.keys), placements.count == run.deployment.placements.count else {
      throw OperatorError(.internal, .never, "the deployment of job \(run.deployment.job) does not place each subtask once")
    }
    guard let timeZone = host.configuration.timeZone(graph.options.timeZone) else {
      throw OperatorError(.user, .never, "there is no time zone \"\(graph.options.timeZone)\"")
    }
    self.timeZone = timeZone
    restored = RestoredState(run.deployment.restore, storage: host.storage)
  }

  // MARK: Channels

  /// Makes the reading end of every channel of a subtask. Before any subtask is built: the producers here look for them.
  func prepareInputs(of placement: SubtaskPlacement) throws(OperatorError) {
    var sources: [InputGate.Source] = []
    let consumer = try slot(placement).sleeper
    for (number, edge) in graph.edges.enumerated() where edge.to == placement.subtask.vertex {
      for from in producers(of: edge, subtask: placement.subtask.subtask) {
        let id = channelID(number, from: from, to: placement.subtask.subtask)
        let producer = try self.placement(SubtaskID(vertex: edge.from, subtask: from))
        if producer.worker == placement.worker {
          let channel = LocalChannel(
            byteCountMax: host.configuration.channelByteCountMax, producer: try slot(producer).sleeper, consumer: consumer)
          local[id] = channel
          sources.append(InputGate.Source(channel, input: edge.input))
        } else {
          sources.append(InputGate.Source(try remoteInput(id, of: placement.subtask, edge: edge, consumer: consumer), input: edge.input))
        }
      }
    }
    inputs[placement.subtask] = sources
  }

  private func remoteInput(_ id: ChannelID, of subtask: SubtaskID, edge: Edge, consumer: Sleeper) throws(OperatorError) -> RemoteInput {
    let input = RemoteInput(byteCountMax: host.configuration.channelByteCountMax, consumer: consumer)
    let run = run
    let incoming = try dataPlane().register(id, schema: output(of: edge.from)) { element, cost in
      input.receive(element, cost: cost)
    } closed: { reason in
      run.failed(
        subtask,
        OperatorError(.external, .restartFromCheckpoint, "lost the connection from subtask \(edge.from).\(id.fromSubtask): \(reason)"))
    }
    input.attach(incoming)
    return input
  }

  private func outputs(of placement: SubtaskPlacement) throws(OperatorError) -> Exchange {
    var edges: [OutputEdge] = []
    for (number, edge) in graph.edges.enumerated() where edge.from == placement.subtask.vertex {
      var channels: [any OutputChannel] = []
      for to in consumers(of: edge, subtask: placement.subtask.subtask) {
        let id = channelID(number, from: placement.subtask.subtask, to: to)
        if let channel = local[id] {
          channels.append(channel)
        } else {
          let consumer = try self.placement(SubtaskID(vertex: edge.to, subtask: to))
          channels.append(try remoteOutput(id, of: placement, to: consumer))
        }
      }
      edges.append(OutputEdge(edge.partitioning, channels: channels))
    }
    return Exchange(edges, maxParallelism: graph.maxParallelism)
  }

  private func remoteOutput(_ id: ChannelID, of producer: SubtaskPlacement, to consumer: SubtaskPlacement) throws(OperatorError)
    -> RemoteOutput
  {
    let output = RemoteOutput(producer: try slot(producer).sleeper)
    let run = run
    let outgoing = try dataPlane().openChannel(
      id, to: Address(host: consumer.dataHost, port: consumer.dataPort), schema: self.output(of: producer.subtask.vertex)
    ) {
      output.becameWritable()
    } onClosed: { reason in
      guard !output.hasEnded else { return }
      run.failed(
        producer.subtask,
        OperatorError(.external, .restartFromCheckpoint, "lost the connection to subtask \(consumer.subtask): \(reason)"))
    }
    output.attach(outgoing)
    return output
  }

  private func producers(of edge: Edge, subtask: Int) -> [Int] {
    edge.partitioning == .forward ? [subtask] : Array(0..<graph.vertices[edge.from].parallelism)
  }

  private func consumers(of edge: Edge, subtask: Int) -> [Int] {
    edge.partitioning == .forward ? [subtask] : Array(0..<graph.vertices[edge.to].parallelism)
  }

  private func channelID(_ edge: Int, from: Int, to: Int) -> ChannelID {
    ChannelID(job: deployment.job, attempt: deployment.attempt, edge: edge, fromSubtask: from, toSubtask: to)
  }

  /// What a vertex sends.
  private func output(of vertex: Int) -> Schema {
    graph.vertices[vertex].isHidden ? Assignment.schema : graph.vertices[vertex].chain.last!.output
  }

  private func dataPlane() throws(OperatorError) -> DataPlane {
    guard let dataPlane = host.dataPlane else {
      throw OperatorError(.internal, .never, "a subtask is placed on another worker, and there is no network")
    }
    return dataPlane
  }

  private func placement(_ subtask: SubtaskID) throws(OperatorError) -> SubtaskPlacement {
    guard let placement = placements[subtask] else { throw OperatorError(.internal, .never, "subtask \(subtask) is not placed") }
    return placement
  }

  private func slot(_ placement: SubtaskPlacement) throws(OperatorError) -> SlotThread {
    guard let slot = host.slot(placement.slot) else {
      throw OperatorError(.internal, .never, "subtask \(placement.subtask) is placed in slot \(placement.slot), which is not there")
    }
    return slot
  }

  // MARK: Subtasks

  /// The loop of one subtask, restored and opened.
  func build(_ placement: SubtaskPlacement) throws(OperatorError) -> HostedSubtask {
    let vertex = graph.vertices[placement.subtask.vertex]
    let keyGroups = KeyGroupRange.of(
      subtask: placement.subtask.subtask, parallelism: vertex.parallelism, maxParallelism: graph.maxParallelism)
    let snapshots = try restored.snapshots(of: Set(vertex.chain.map(\.id)), keyGroups: keyGroups)
    let gate = InputGate(inputs[placement.subtask] ?? [], after: restored.epoch)
    var head = SubtaskHead.gate(gate)
    var tail: SubtaskTail?
    var members: [OperatorChain.Member] = []
    for (position, node) in vertex.chain.enumerated() {
      let state = try RestoredState.backend(
        snapshots[node.id] ?? [], keyGroups: keyGroups, maxParallelism: graph.maxParallelism, subtask: placement.subtask.subtask,
        parallelism: vertex.parallelism)
      switch node.spec {
      case .enumerator(let spec):
        head = .enumerator(
          EnumeratorHead(
            id: node.id, enumerator: try host.connectors.makeEnumerator(spec), readerCount: readerCount(placement.subtask.vertex),
            state: state, after: restored.epoch))
      case .source(let spec):
        head = .source(try source(spec, node, placement, state: state), gate)
      case .sink(let spec):
        tail = .sink(try sink(spec, node, placement, state: state, snapshots: snapshots[node.id] ?? []))
      default:
        let inputs = position == 0 ? inputSchemas(placement.subtask.vertex) : [vertex.chain[position - 1].output]
        members.append(try member(node, inputs: inputs, placement, state: state))
      }
    }
    let end: SubtaskTail = if let tail { tail } else { .exchange(try outputs(of: placement)) }
    let loop = SubtaskLoop(
      subtask: placement.subtask, job: deployment.job, attempt: deployment.attempt, head: head, chain: OperatorChain(members), tail: end,
      after: restored.epoch)
    return HostedSubtask(
      loop: loop, run: run, storing: .init(keyGroups: keyGroups, isCompressed: graph.options.compressesSnapshots))
  }

  /// Tells the subtasks of one slot which others of it they keep pace with.
  func connectSources(_ subtasks: [HostedSubtask]) {
    for hosted in subtasks {
      let sources = graph.pacingSources(of: hosted.loop.subtask.vertex)
      hosted.loop.keepPace(with: subtasks.map(\.loop).filter { sources.contains($0.subtask.vertex) })
    }
  }

  /// Zones by name, for functions that take one.
  private var zones: TimeZones { TimeZones(host.configuration.timeZone) }

  /// Numbers of one operator, which nobody can foresee.
  private var random: RandomNumbers { RandomNumbers(seed: .random(in: 0 ... .max)) }

  private func member(
    _ node: OperatorNode, inputs: [Schema], _ placement: SubtaskPlacement, state: StateBackend
  ) throws(OperatorError) -> OperatorChain.Member {
    let made = try OperatorFactory.make(node.spec)
    try made.open(
      OperatorContext(
        operatorID: node.id, subtask: placement.subtask.subtask, parallelism: state.parallelism, maxParallelism: graph.maxParallelism,
        inputSchemas: inputs, outputSchema: node.output, state: state, timeZone: graph.options.timeZone, timeZoneRules: timeZone,
        zones: zones, random: random))
    return OperatorChain.Member(id: node.id, state: state, operator: made)
  }

  private func source(
    _ spec: SourceSpec, _ node: OperatorNode, _ placement: SubtaskPlacement, state: StateBackend
  ) throws(OperatorError) -> SourceHead {
    var reader = try host.connectors.makeReader(spec, subtask: placement.subtask.subtask, parallelism: state.parallelism)
    if reader.blocks { reader = ThreadedReader(reader, consumer: try slot(placement).sleeper) }
    return try SourceHead(
      id: node.id, spec: spec, output: node.output, reader: reader, state: state, subtask: placement.subtask.subtask,
      parallelism: state.parallelism, timeZone: timeZone, zones: zones, random: random)
  }

  private func sink(
    _ spec: SinkSpec, _ node: OperatorNode, _ placement: SubtaskPlacement, state: StateBackend, snapshots: [OperatorSnapshot]
  ) throws(OperatorError) -> SinkTail {
    let context = SinkContext(
      job: deployment.job, operatorID: node.id, attempt: deployment.attempt, subtask: placement.subtask.subtask,
      parallelism: state.parallelism, now: { [clock = host.clock] in clock.now() }, zones: zones)
    let console = ConsoleRelay(
      job: deployment.job, subtask: placement.subtask, standardOutput: host.configuration.standardOutput, send: host.send)
    let sink = try host.connectors.makeSink(spec, context, console: console)
    if placement.subtask.subtask == 0 { try sink.committer?.abort(allBut: SinkTail.committables(in: snapshots)) }
    let tail = try SinkTail(id: node.id, sink: sink, state: state)
    run.ledger.add(placement.subtask, sink.committer, restored: tail.committables)
    return tail
  }

  private func readerCount(_ enumerator: Int) -> Int {
    graph.outputs(of: enumerator).map { graph.vertices[$0.to].parallelism }.max() ?? 1
  }

  /// One for each input of the vertex's first operator.
  private func inputSchemas(_ vertex: Int) -> [Schema] {
    let edges = graph.inputs(of: vertex)
    let count = (edges.map(\.input).max() ?? -1) + 1
    return (0..<count).map { input in edges.first { $0.input == input }.map { output(of: $0.from) } ?? Schema([]) }
  }
}

extension JobGraph {
  /// What the rest of the worker relies on: it traps on nothing that came over the network.
  fileprivate var isSound: Bool {
    maxParallelism > 0
      && vertices.allSatisfy { !$0.chain.isEmpty && (1...maxParallelism).contains($0.parallelism) }
      && edges.allSatisfy { edge in
        guard 0 <= edge.from, edge.from < edge.to, edge.to < vertices.count, edge.input >= 0 else { return false }
        switch edge.partitioning {
        case .forward: return vertices[edge.from].parallelism == vertices[edge.to].parallelism
        case .hash(let keys): return keys.allSatisfy { vertices[edge.from].chain.last!.output.fields.indices.contains($0) }
        case .rebalance, .broadcast, .global: return true
        }
      }
  }
}
