//  One run of a Nexmark query, on either side.

import Foundation

/// A query of deploy/bench/sql with what is asked of it.
struct NexmarkQuery {
  let name: String
  /// How many times Flink's events per CPU-second.
  let goal: Double
  /// What lasts Flink about 15 seconds at parallelism 1 on two cores.
  let flinkEvents: Int

  static let nexmark: [NexmarkQuery] = [
    NexmarkQuery(name: "q0", goal: 3, flinkEvents: 80_000_000), NexmarkQuery(name: "q1", goal: 3, flinkEvents: 70_000_000),
    NexmarkQuery(name: "q2", goal: 3, flinkEvents: 110_000_000), NexmarkQuery(name: "q3", goal: 3, flinkEvents: 64_000_000),
    NexmarkQuery(name: "q4", goal: 8, flinkEvents: 6_000_000), NexmarkQuery(name: "q5", goal: 8, flinkEvents: 12_000_000),
    NexmarkQuery(name: "q7", goal: 8, flinkEvents: 3_000_000), NexmarkQuery(name: "q8", goal: 3, flinkEvents: 40_000_000),
    NexmarkQuery(name: "q9", goal: 8, flinkEvents: 3_000_000), NexmarkQuery(name: "q11", goal: 8, flinkEvents: 9_000_000),
    NexmarkQuery(name: "q12", goal: 8, flinkEvents: 24_000_000), NexmarkQuery(name: "q15", goal: 8, flinkEvents: 16_000_000),
    NexmarkQuery(name: "q16", goal: 8, flinkEvents: 6_000_000), NexmarkQuery(name: "q17", goal: 8, flinkEvents: 16_000_000),
    NexmarkQuery(name: "q18", goal: 8, flinkEvents: 7_500_000), NexmarkQuery(name: "q19", goal: 8, flinkEvents: 6_000_000),
    NexmarkQuery(name: "q20", goal: 8, flinkEvents: 5_000_000),
  ]
}

/// What one run took.
struct NexmarkRun: Codable {
  var query: String
  var parallelism: Int
  var events: Int
  /// Seconds from submission (Flink: from RUNNING) to the end.
  var wall: Double
  /// User and system time of the worker, seconds.
  var cpu: Double
  /// Peak resident memory of the worker, MiB; Flink's is that of its cluster so far.
  var peak: Double
  /// Periodic checkpoints, oldest first.
  var checkpoints: [Checkpoint]

  /// The bytes of the largest snapshot of a second run that took them more often, where one was needed.
  var largestSnapshot: Double?

  /// A full snapshot, taken when about so many events had been read.
  struct Checkpoint: Codable {
    var events: Double
    var bytes: Double
  }

  var rate: Double { Double(events) / cpu }

  var largestCheckpoint: Checkpoint? { checkpoints.max { $0.bytes < $1.bytes } }

  /// The bytes of a snapshot at the end: state is taken to go on growing as between the first and the last one, if it grew.
  var bytesAtEnd: Double {
    guard let first = checkpoints.first, let last = checkpoints.last else { return 0 }
    guard checkpoints.count > 1 else { return first.bytes * Double(events) / first.events }
    guard last.bytes >= 1.3 * first.bytes else { return checkpoints.map(\.bytes).max()! }
    return last.bytes + (last.bytes - first.bytes) * (Double(events) - last.events) / (last.events - first.events)
  }

  /// 64 MiB and twice a full snapshot when the state is largest, in MiB.
  var memoryBound: Double { 64 + 2 * max(bytesAtEnd, largestSnapshot ?? 0) / 1_048_576 }
}
