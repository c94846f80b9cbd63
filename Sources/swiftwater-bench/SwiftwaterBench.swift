//  Measures Swiftwater, beside Flink where it is set up, prints a table and keeps it as JSON.
//  Every figure is a ratio or a reading of one run on one machine; none decides a test.

import ArgumentParser
import Foundation
import LocalCluster

@main
struct SwiftwaterBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftwater-bench",
    abstract: "Measures Swiftwater beside Flink and prints a table.",
    discussion: "Flink is run where deploy/bench/flink has been set up, see the README there, and left out otherwise.")

  @Option(help: "What to measure: start, memory, recovery, files, nexmark, linear. The first four unless named.")
  var only: [Measurement] = [.start, .memory, .recovery, .files]

  @Option(help: "A query of the nexmark measure; all unless named.")
  var query: [String] = []

  @Option(help: "A parallelism of the nexmark measure, 1 and 2 unless named.")
  var parallelism: [Int] = [1, 2]

  @Option(help: "Seconds that each side of a throughput measure runs for, about.")
  var seconds: Double = 15

  @Option(help: "The share of events and keys that the linear measure runs.")
  var scale: Double = 1

  @Option(help: "Rounds of SIGKILL in the recovery measure.")
  var rounds = 20

  @Option(help: "The binary to measure.")
  var binary = ".build/release/swiftwater"

  @Option(help: "Where Flink was set up.")
  var lab = (ProcessInfo.processInfo.environment["LAB"] ?? NSHomeDirectory() + "/flink-bench")

  @Flag(help: "Leave Flink out even where it is set up.")
  var withoutFlink = false

  @Flag(help: "Leave the runs out that compare layouts and snapshots after the same events: CPU and memory alone.")
  var brief = false

  @Option(help: "Flink's Nexmark figures are taken from this result of an earlier run, and marked so, instead of measured.")
  var recordedFlink: String?

  @Option(help: "Where the results are written as JSON.")
  var output = "swiftwater-data/bench.json"

  func run() throws {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "swiftwater-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }

    let flink = withoutFlink ? nil : FlinkLab(path: lab)
    if flink == nil, !withoutFlink { note("Flink is left out: it is not set up in \(lab) (deploy/bench/flink/README.md says how)") }
    let bench = Bench(binary: binary, scratch: scratch, flink: flink, seconds: seconds)
    var results = Results()
    for measurement in Measurement.allCases where only.contains(measurement) {
      results.figures += try bench.measure(measurement, rounds: rounds)
    }
    if !results.figures.isEmpty { print(Figure.table(results.figures)) }
    if only.contains(.nexmark) {
      results.nexmark = try nexmark(scratch: scratch, flink: flink)
      print(NexmarkComparison.table(results.nexmark, flinkLabel: recordedFlink == nil ? "Flink" : "Flink, recorded"))
    }
    if only.contains(.linear) {
      results.linear = try LinearBench(binary: binary, scratch: scratch, scale: scale).measure()
      print(LinearBench.table(results.linear))
    }
    let file = URL(filePath: output)
    try results.write(to: file)
    if !results.linear.isEmpty {
      let plot = file.deletingPathExtension().appendingPathExtension("svg")
      try Data(LinearPlot.svg(results.linear).utf8).write(to: plot)
      note("the plot is in \(plot.path)")
    }
  }

  private func nexmark(scratch: URL, flink: FlinkLab?) throws -> [NexmarkComparison] {
    let queries = query.isEmpty ? NexmarkQuery.nexmark : NexmarkQuery.nexmark.filter { query.contains($0.name) }
    let recorded = try recordedFlink.map { try Results(contentsOf: URL(filePath: $0)).nexmark.compactMap(\.flink) }
    return try NexmarkBench(
      binary: binary, scratch: scratch, flink: flink, seconds: seconds, queries: queries, parallelisms: parallelism,
      isBrief: brief, recordedFlink: recorded
    ).measure()
  }
}

/// What a run of the bench keeps.
struct Results: Codable {
  var figures: [Figure] = []
  var nexmark: [NexmarkComparison] = []
  var linear: [LinearSeries] = []

  init() {}

  init(contentsOf url: URL) throws { self = try JSONDecoder().decode(Results.self, from: Data(contentsOf: url)) }

  /// What an older version of the bench has not measured is empty.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    figures = try values.decodeIfPresent([Figure].self, forKey: .figures) ?? []
    nexmark = try values.decodeIfPresent([NexmarkComparison].self, forKey: .nexmark) ?? []
    linear = try values.decodeIfPresent([LinearSeries].self, forKey: .linear) ?? []
  }

  func write(to url: URL) throws {
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: url)
  }
}

enum Measurement: String, CaseIterable, ExpressibleByArgument {
  case start, memory, recovery, files, nexmark, linear
}

/// Progress goes to standard error; the table alone to standard output.
func note(_ message: String) {
  FileHandle.standardError.write(Data("\(message)\n".utf8))
}

/// One line of the table.
struct Figure: Codable {
  var name: String
  var unit: String
  var swiftwater: Double
  var flink: Double?
  /// What the design asks for, in words.
  var goal: String

  var ratio: Double? { flink.map { swiftwater / $0 } }

  static func table(_ figures: [Figure]) -> String {
    let header = ["measure", "Swiftwater", "Flink", "ratio", "goal"]
    let rows = figures.map { figure in
      [
        figure.name, "\(format(figure.swiftwater)) \(figure.unit)", figure.flink.map { "\(format($0)) \(figure.unit)" } ?? "-",
        figure.ratio.map { String(format: "%.2f", $0) } ?? "-", figure.goal,
      ]
    }
    return lines(header: header, rows: rows)
  }

  /// A table in Markdown.
  static func lines(header: [String], rows: [[String]]) -> String {
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max()! }
    func line(_ cells: [String]) -> String {
      "| " + zip(cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }

  private static func format(_ value: Double) -> String {
    switch abs(value) {
    case 1_000_000...: String(format: "%.2f M", value / 1_000_000)
    case 100...: String(format: "%.0f", value)
    default: String(format: "%.3f", value)
    }
  }
}
