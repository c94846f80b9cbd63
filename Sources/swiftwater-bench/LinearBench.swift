//  How cost grows: with events, keys, windows that are open at once, and rows that a row joins with. What grows faster than
//  n log n is marked, and so is memory that grows after state has stopped growing.

import Foundation
import LocalCluster

/// A measure of one job on a worker of its own.
struct LinearPoint: Codable {
  /// What is varied.
  var size: Int
  var events: Int
  /// User and system time of the worker, seconds.
  var cpu: Double
  /// Peak resident memory of the worker, MiB.
  var peak: Double
}

struct LinearSeries: Codable {
  var name: String
  /// Whether state grows with what is varied, and memory so may.
  var growsState: Bool
  var points: [LinearPoint]

  /// How much more than n log n the cost grew since the point before: above 1, faster. A job has a cost before its first row, and
  /// short ones are measured badly, so that there is none for them.
  func growth(at index: Int) -> Double? {
    guard index > 0 else { return nil }
    let (before, now) = (points[index - 1], points[index])
    guard before.cpu >= Self.measurableSeconds else { return nil }
    func work(_ size: Int) -> Double { Double(size) * max(1, log2(Double(size))) }
    return (now.cpu / before.cpu) / (work(now.size) / work(before.size))
  }

  /// Memory of each unit of what is varied, in bytes beyond the smallest run.
  func bytesPerUnit(at index: Int) -> Double? {
    guard growsState, index > 0 else { return nil }
    return (points[index].peak - points[0].peak) * 1_048_576 / Double(points[index].size - points[0].size)
  }

  func isTooSteep(at index: Int) -> Bool {
    if let growth = growth(at: index), growth > 1.2 { return true }
    if growsState {
      guard index > 1, let before = bytesPerUnit(at: index - 1), let now = bytesPerUnit(at: index) else { return false }
      let isMeasurable = points[index - 1].peak > points[0].peak + Self.measurableMebibytes
      return isMeasurable && now > 1.5 * before
    }
    return points[index].peak > points[0].peak * 1.2 + Self.measurableMebibytes
  }

  private static let measurableSeconds = 0.3
  private static let measurableMebibytes = 32.0
}

struct LinearBench {
  let binary: String
  let scratch: URL
  /// The share of the full sizes to run; 1 but for a trial.
  let scale: Double

  func measure() throws -> [LinearSeries] {
    [
      try series("events", growsState: false, sizes: [1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000]) { size in
        (size, Self.aggregate(rows: size, keys: 1_000))
      },
      try series("keys", growsState: true, sizes: [1_000, 10_000, 100_000, 1_000_000, 10_000_000]) { size in
        let rows = max(scaled(20_000_000), 2 * size)
        return (rows, Self.aggregate(rows: rows, keys: size))
      },
      try series("open windows of a key", growsState: true, sizes: [1, 10, 100, 1_000]) { size in
        let rows = scaled(4_000_000)
        return (rows, Self.windows(rows: rows, open: size))
      },
      try series("rows that a row joins with", growsState: false, sizes: [1, 10, 100]) { size in
        let rows = scaled(1_000_000)
        return (rows, Self.join(rows: rows, fanOut: size))
      },
    ]
  }

  private func scaled(_ count: Int) -> Int { max(1, Int(Double(count) * scale)) }

  private func series(
    _ name: String, growsState: Bool, sizes: [Int], _ job: (Int) -> (events: Int, sql: String)
  ) throws -> LinearSeries {
    let isCount = sizes[0] >= 1_000
    var points: [LinearPoint] = []
    for size in sizes.map({ isCount ? scaled($0) : $0 }) {
      let (events, sql) = job(size)
      points.append(try point(size, events, sql))
      note("\(name) \(size): \(String(format: "%.2f CPU-s, peak %.0f MiB", points.last!.cpu, points.last!.peak))")
    }
    return LinearSeries(name: name, growsState: growsState, points: points)
  }

  private func point(_ size: Int, _ events: Int, _ sql: String) throws -> LinearPoint {
    let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 2)
    defer { cluster.stop() }
    guard let worker = cluster.workers.first else { throw ClusterError("the worker's process was not found") }
    try Procfs.resetPeak(of: worker)
    let before = try Procfs.cpuSeconds(of: worker)
    // No checkpoints: how often they are taken depends on the time, and their cost on how large the state is by then.
    let job = try cluster.submit(sql, parallelism: 1)
    try cluster.waitUntilFinished(job, upTo: 3_600)
    return LinearPoint(
      size: size, events: events, cpu: try Procfs.cpuSeconds(of: worker) - before, peak: try Procfs.peakResidentSetSize(of: worker))
  }

  // MARK: Jobs

  /// Rows 0, 1, 2, ... as fast as they can be made. 7,919 is prime: times it, modulo a power of ten, they come to every key in turn
  /// and to none near the last.
  private static func numbers(_ name: String, rows: Int, columns: String = "") -> String {
    """
    CREATE TABLE \(name) (n BIGINT\(columns)) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000000',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '\(rows - 1)');

    """
  }

  private static func aggregate(rows: Int, keys: Int) -> String {
    numbers("t", rows: rows) + """
      CREATE TABLE s (k BIGINT, c BIGINT, v BIGINT) WITH ('connector' = 'blackhole');
      INSERT INTO s SELECT k, COUNT(*), SUM(n) FROM (SELECT MOD(n * 7919, \(keys)) AS k, n FROM t) GROUP BY k;
      """
  }

  /// 1,000 keys with a row each second, in windows that start each second.
  private static func windows(rows: Int, open: Int) -> String {
    numbers("t", rows: rows, columns: ", ts AS TO_TIMESTAMP_LTZ(n, 3), WATERMARK FOR ts AS ts") + """
      CREATE TABLE s (k BIGINT, c BIGINT, v BIGINT) WITH ('connector' = 'blackhole');
      CREATE VIEW keyed AS SELECT MOD(n, 1000) AS k, n, ts FROM t;
      INSERT INTO s SELECT k, COUNT(*), SUM(n) FROM TABLE(HOP(TABLE keyed, DESCRIPTOR(ts), INTERVAL '1' SECOND, INTERVAL '\(open)' SECOND(4)))
      GROUP BY k, window_start, window_end;
      """
  }

  /// Each row of the one side meets as many of the other.
  private static func join(rows: Int, fanOut: Int) -> String {
    numbers("l", rows: rows) + numbers("r", rows: 1_000 * fanOut) + """
      CREATE TABLE s (a BIGINT, b BIGINT) WITH ('connector' = 'blackhole');
      INSERT INTO s SELECT l.n, r.n FROM (SELECT MOD(n, 1000) AS k, n FROM l) AS l JOIN (SELECT MOD(n, 1000) AS k, n FROM r) AS r
      ON l.k = r.k;
      """
  }

  // MARK: Showing

  static func table(_ all: [LinearSeries]) -> String {
    let header = ["what grows", "to", "events", "CPU s", "ns/event", "against n log n", "peak MiB", "bytes for each", ""]
    let rows = all.flatMap { series in
      series.points.indices.map { index in
        let point = series.points[index]
        return [
          series.name, "\(point.size)", "\(point.events)", String(format: "%.2f", point.cpu),
          String(format: "%.0f", point.cpu * 1e9 / Double(point.events)), series.growth(at: index).map { String(format: "%.2f", $0) } ?? "",
          String(format: "%.0f", point.peak), series.bytesPerUnit(at: index).map { String(format: "%.0f", $0) } ?? "",
          series.isTooSteep(at: index) ? "STEEP" : "",
        ]
      }
    }
    return Figure.lines(header: header, rows: rows)
  }
}
