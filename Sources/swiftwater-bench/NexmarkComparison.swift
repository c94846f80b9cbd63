//  Both sides of a query, and the table of all.

import Foundation

struct NexmarkComparison: Codable {
  var query: String
  var goal: Double
  var ours: NexmarkRun
  var flink: NexmarkRun?
  /// A snapshot of a run of its own, taken after as many events as Flink's largest one or a few more.
  var snapshot: NexmarkRun.Checkpoint?

  var ratio: Double? { flink.map { ours.rate / $0.rate } }
  /// What the nested layout costs, in costs of the flat one.
  var nestedRatio: Double?

  /// Bytes of a snapshot after as many events as Flink's largest one, and that one's.
  var checkpointBytes: (ours: Double, flink: Double)? {
    guard let theirs = flink?.largestCheckpoint, let snapshot else { return nil }
    return (snapshot.bytes, theirs.bytes)
  }

  static func table(_ comparisons: [NexmarkComparison], flinkLabel: String) -> String {
    let header = [
      "query", "P", "events", "\(flinkLabel)'s events", "events/CPU-s", flinkLabel, "ratio", "goal", "", "nested/flat", "", "peak MiB",
      "bound",
      "", "snapshot MiB", flinkLabel, "after events", "",
    ]
    func mark(_ holds: Bool?) -> String { holds.map { $0 ? "ok" : "SHORT" } ?? "" }
    let rows = comparisons.map { one in
      let bytes = one.checkpointBytes
      return [
        one.query, "\(one.ours.parallelism)", Self.millions(Double(one.ours.events)),
        one.flink.map { Self.millions(Double($0.events)) } ?? "-", Self.millions(one.ours.rate),
        one.flink.map { Self.millions($0.rate) } ?? "-", one.ratio.map { String(format: "%.2f", $0) } ?? "-",
        String(format: "%.0f", one.goal), mark(one.ratio.map { $0 >= one.goal }),
        one.nestedRatio.map { String(format: "%.2f", $0) } ?? "", mark(one.nestedRatio.map { $0 <= 1.3 }),
        String(format: "%.0f", one.ours.peak), String(format: "%.0f", one.ours.memoryBound), mark(one.ours.peak <= one.ours.memoryBound),
        Self.mebibytes(bytes?.ours ?? one.ours.largestCheckpoint?.bytes), Self.mebibytes(bytes?.flink),
        Self.millions(one.snapshot?.events ?? one.ours.largestCheckpoint?.events ?? 0),
        // What a source remembers is a few hundred bytes on either side.
        mark(bytes.map { $0.ours <= max($0.flink, 65_536) }),
      ]
    }
    var lines = [
      Figure.lines(header: header, rows: rows),
      "Each side ran as many events as last it about as long. Snapshots are compared after the same number of events, Flink's largest one's.",
    ]
    for (parallelism, group) in Dictionary(grouping: comparisons, by: \.ours.parallelism).sorted(by: { $0.key < $1.key }) {
      let ratios = group.compactMap(\.ratio)
      guard !ratios.isEmpty else { continue }
      let mean = exp(ratios.map(log).reduce(0, +) / Double(ratios.count))
      lines.append(String(format: "geometric mean at parallelism %d, %d queries: %.2f (goal 8)", parallelism, ratios.count, mean))
    }
    return lines.joined(separator: "\n")
  }

  private static func millions(_ value: Double) -> String { String(format: "%.2f M", value / 1e6) }
  private static func mebibytes(_ value: Double?) -> String { value.map { String(format: "%.2f", $0 / 1_048_576) } ?? "-" }
}
