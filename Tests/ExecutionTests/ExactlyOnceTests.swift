//  The promise of the whole engine, for its pure part: whatever is killed and whenever, the committed output is that of an
//  undisturbed run.

import Columnar
import Dataflow
import Execution
import State
import TestKit
import Testing

@Suite struct ExactlyOnceTests {
  static let stepCountMax = 60_000

  @Test("an undisturbed run commits every row once", arguments: 0..<16 as Range<UInt64>)
  func undisturbed(seed: UInt64) throws {
    let pipeline = try Pipeline(seed: seed, parallelism: 1 + Int(seed % 3))
    #expect(try pipeline.run(steps: Self.stepCountMax))
    #expect(pipeline.world.rows == pipeline.expected)
    #expect(pipeline.world.violations == [])
  }

  @Test("killed at any step and restored, the committed output is the same", arguments: 0..<150 as Range<UInt64>)
  func killed(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 1_000)
    let parallelism = 1 + Int(seed % 3)
    let pipeline = try Pipeline(seed: seed, parallelism: parallelism)
    var isDone = false
    for _ in 0..<4 where !isDone {
      isDone = try pipeline.run(steps: Int.random(in: 1...1_500, using: &random))
      if !isDone { try pipeline.restart(parallelism: parallelism) }
    }
    if !isDone { isDone = try pipeline.run(steps: Self.stepCountMax) }
    #expect(isDone)
    #expect(pipeline.world.rows == pipeline.expected)
    #expect(pipeline.world.violations == [])
  }

  @Test("restored at another parallelism, the committed output is the same", arguments: 0..<60 as Range<UInt64>)
  func rescaled(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 2_000)
    let pipeline = try Pipeline(seed: seed, parallelism: 2)
    var isDone = try pipeline.run(steps: Int.random(in: 200...1_500, using: &random))
    for parallelism in [3, 1, 4] where !isDone {
      try pipeline.restart(parallelism: parallelism)
      isDone = try pipeline.run(steps: Int.random(in: 200...1_500, using: &random))
    }
    if !isDone { isDone = try pipeline.run(steps: Self.stepCountMax) }
    #expect(isDone)
    #expect(pipeline.world.rows == pipeline.expected)
    #expect(pipeline.world.violations == [])
  }

  @Test("checkpoints complete while the job runs, and queues stay within their bound", arguments: 0..<8 as Range<UInt64>)
  func bounded(seed: UInt64) throws {
    let pipeline = try Pipeline(seed: seed, parallelism: 2, rowCount: 200)
    #expect(try pipeline.run(steps: Self.stepCountMax * 2, checkpointEvery: 400))
    #expect(pipeline.completedCount > 0)
    // 200 bytes, the batch at hand, and what was gathered before it.
    #expect(pipeline.channels.allSatisfy { $0.byteCountPeak <= 200 + 2 * 16 * 64 })
  }
}
