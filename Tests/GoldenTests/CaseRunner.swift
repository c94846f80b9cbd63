//  Runs one case in every way that must not matter: at parallelism 1, at 4, restored, rescaled.

import Dataflow
import Foundation
import TestKit

@testable import SQL

struct CaseRunner {
  enum Way: String, CaseIterable {
    case straight, parallel, restored, rescaled
  }

  let golden: GoldenCase

  /// What is wrong, in words; nil if nothing is.
  func failure() -> String? {
    var failures: [String] = []
    let jobs: (Int) throws -> [CompiledJob]
    do throws(SQLError) {
      _ = try compile(parallelism: 1)
      jobs = { try compile(parallelism: $0) }
    } catch {
      guard let wanted = golden.error else { return "cannot be compiled: \(error)" }
      return error.rendered == wanted
        ? nil : "another mistake than the one written down\n--! \(error.rendered.replacing("\n", with: "\n--! "))"
    }
    if golden.error != nil { return "compiles, and a mistake is written down" }
    for way in Way.allCases {
      let seed = Self.seed(golden.name, way)
      do {
        for problem in try problems(way, seed: seed, jobs) { failures.append("\(way.rawValue), seed \(seed): \(problem)") }
      } catch {
        failures.append("\(way.rawValue), seed \(seed): \(error)")
      }
    }
    return failures.isEmpty ? nil : failures.joined(separator: "\n")
  }

  /// From the case's name, unless `GOLDEN_SEED` gives one.
  private static func seed(_ name: String, _ way: Way) -> UInt64 {
    if let given = ProcessInfo.processInfo.environment["GOLDEN_SEED"].flatMap({ UInt64($0) }) { return given }
    return "\(name) \(way)".utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } & 0xFFFF_FFFF
  }

  // MARK: Compiling

  /// The jobs of the script. A query at its end goes into a table of its columns.
  func compile(parallelism: Int, sink: String = "rows") throws(SQLError) -> [CompiledJob] {
    let compiler = SQLCompiler(catalog: CaseConnectors.catalog)
    guard golden.endsInQuery else { return try compiler.compile(script: golden.script, parallelism: parallelism) }
    let columns = try viewColumns().enumerated().map { "c\($0.offset) \($0.element.type)" }.joined(separator: ", ")
    return try compiler.compile(
      script: """
        \(golden.script)
        CREATE TABLE golden_sink (\(columns)) WITH ('connector' = '\(sink)');
        INSERT INTO golden_sink SELECT * FROM \(GoldenCase.view);
        """, parallelism: parallelism)
  }

  private func viewColumns() throws(SQLError) -> [PlanColumn] {
    let text = Array(golden.script.utf8)
    do throws(Diagnostic) {
      var session = SQLSession(catalog: SessionCatalog(connectors: CaseConnectors.catalog), settings: try Settings(options: [:]))
      for statement in try Parser.parse(text) { try session.run(statement, name: nil, parallelism: 1) }
      let name = Identifier(text: GoldenCase.view, span: SourceSpan(start: 0, end: 0))
      return try session.catalog.plan(of: ObjectName(name: name, span: name.span), also: []).columns
    } catch {
      throw SQLError(error, in: text)
    }
  }

  /// Whether the plan says that rows are only added: a sink that takes nothing else would take it.
  private var isInsertOnly: Bool { golden.endsInQuery && (try? compile(parallelism: 1, sink: "appends")) != nil }

  // MARK: Running

  private func problems(_ way: Way, seed: UInt64, _ jobs: (Int) throws -> [CompiledJob]) throws -> [String] {
    let isLate = golden.options["late"].map { $0 != "0" } ?? false
    let isTimed = golden.rows.values.contains { $0.contains { $0.arrival > 0 } }
    var random = SeededGenerator(seed: seed)
    func parallelism(_ wanted: Int) -> Int { golden.options["parallelism"].flatMap { Int($0) } ?? wanted }
    let (from, to) =
      switch way {
      case .straight: (1, 1)
      case .parallel: (4, 4)
      case .restored: (2, 2)
      case .rescaled: [(1, 3), (4, 2), (2, 1), (3, 4)].randomElement(using: &random)!
      }
    let inOrder = way == .straight || isLate || isTimed || golden.options["splits"] == "1"
    let plan = RunPlan(
      seed: seed, rowsPerPoll: way == .straight || isLate ? 1...1 : 1...(way == .parallel ? 8 : 3),
      pausesAlways: way == .straight || isLate, pause: isLate ? 1 : 0, channelByteCount: way == .straight ? 1 << 20 : 200)
    var problems: [String] = []
    let before = try jobs(parallelism(from))
    let after = try jobs(parallelism(to))
    for (job, next) in zip(before, after) {
      let world = CaseWorld(tables: golden.rows, splitCount: inOrder ? 1 : 3)
      let run = try SimulatedJob(job.graph, world: world, plan: plan)
      if way == .restored || way == .rescaled {
        let total = job.graph.sources.reduce(0) { $0 + (golden.rows[$1.table]?.count ?? 0) }
        let count = Int.random(in: 0..<max(total, 1), using: &random)
        // What is late depends on the watermark, which every operator has when all is quiet.
        if try run.interrupt(after: 1 + count, whenQuiet: isTimed || isLate) {
          try run.restart(on: next.graph)
          try run.finish()
        } else if isLate, 1 + count < total {
          problems.append("was not interrupted after \(1 + count) of \(total) rows")
        }
      } else {
        try run.finish()
        let late = golden.options["late"].flatMap { Int($0) } ?? 0
        if run.lateRowCount != late { problems.append("\(run.lateRowCount) rows were late, not \(late)") }
      }
      problems += try compare(job.graph, world)
    }
    return problems
  }

  private func compare(_ graph: JobGraph, _ world: CaseWorld) throws -> [String] {
    var problems: [String] = []
    for sink in graph.sinks {
      let table = golden.endsInQuery ? GoldenCase.view : sink.table
      let wanted = (golden.rows[table] ?? []).map { GoldenCase.text($0.cells) }
      let result = try FinalRows(sink, world.committed[sink.table]?.batches ?? [])
      if !result.missing.isEmpty { problems.append("taken away without having been there: \(result.missing)") }
      if result.rows != wanted.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        let difference = FinalRows.difference(result.rows, from: wanted)
        problems.append("the rows of \(golden.endsInQuery ? "the query" : "'\(table)'") differ\n\(difference)")
      }
      if result.kinds.subtracting([.insert]).count > 0, isInsertOnly || sink.connector == "appends" {
        problems.append("the plan says that rows are only added, and there were \(result.kinds.map(\.shortName).sorted())")
      }
    }
    return problems
  }
}

extension JobGraph {
  var sources: [SourceSpec] { vertices.flatMap(\.chain).compactMap { if case .source(let spec) = $0.spec { spec } else { nil } } }
  var sinks: [SinkSpec] { vertices.flatMap(\.chain).compactMap { if case .sink(let spec) = $0.spec { spec } else { nil } } }
}
