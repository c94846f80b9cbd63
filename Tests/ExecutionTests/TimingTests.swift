//  What depends on time, with time as an argument: rate limits, idleness, accounting.

import Columnar
import Dataflow
import Execution
import TestKit
import Testing

@Suite struct RateLimiterTests {
  @Test("rows follow the rate, however often one asks", arguments: [1.0, 37, 50_000, 3_000_000])
  func rate(rowsPerSecond: Double) {
    var limiter = RateLimiter(rowsPerSecond: rowsPerSecond)
    var random = SeededGenerator(seed: 1)
    var (now, rows) = (Int64(5_000_000), 0)
    let start = now
    while now - start < 10_000_000 {
      let available = limiter.available(now: now)
      limiter.consume(available)
      rows += available
      now = available > 0 ? now + Int64.random(in: 0...900, using: &random) : limiter.nextAt(now: now)
    }
    let expected = rowsPerSecond * Double(now - start) / 1_000_000
    #expect(abs(Double(rows) - expected) <= max(2, expected * 0.001))
  }

  @Test("after a pause at most a tenth of a second's rows come at once")
  func burst() {
    var limiter = RateLimiter(rowsPerSecond: 1_000)
    limiter.consume(limiter.available(now: 0))
    #expect(limiter.available(now: 60_000_000) == 100)
  }

  @Test("a reader that gives more than was asked for pays for it later")
  func debt() {
    var limiter = RateLimiter(rowsPerSecond: 1_000)
    _ = limiter.available(now: 0)
    limiter.consume(501)
    #expect(limiter.available(now: 400_000) == 0)
    #expect(limiter.nextAt(now: 400_000) == 501_000)
    #expect(limiter.available(now: 501_000) == 1)
  }
}

@Suite struct SplitWatermarksTests {
  private func time(_ microseconds: Int64) -> Watermark { Watermark(microseconds: microseconds) }

  @Test("a split that has not begun holds the watermark back; a finished one does not")
  func assigned() {
    var watermarks = SplitWatermarks(idleTimeoutMicroseconds: nil)
    watermarks.add(["a", "b"])
    watermarks.receive(split: "a", watermark: time(100))
    #expect(watermarks.takeChanges() == [])
    watermarks.receive(split: "b", watermark: time(50))
    #expect(watermarks.takeChanges() == [.watermark(time(50))])
    watermarks.finish(split: "b")
    #expect(watermarks.takeChanges() == [.watermark(time(100))])
    watermarks.receive(split: "a", watermark: time(90))
    #expect(watermarks.takeChanges() == [])
  }

  @Test("a silent split is idle after the timeout, and active again with its next rows")
  func idle() {
    var watermarks = SplitWatermarks(idleTimeoutMicroseconds: 1_000)
    watermarks.add(["a", "b"])
    watermarks.receive(split: "a", watermark: time(10))
    watermarks.receive(split: "b", watermark: time(20))
    #expect(watermarks.takeChanges() == [.watermark(time(10))])
    watermarks.receiveNothing(now: 5_000)
    #expect(watermarks.nextIdleAt == 6_000)
    watermarks.receive(split: "b", watermark: time(30))
    watermarks.receiveNothing(now: 5_600)
    watermarks.receiveNothing(now: 6_600)
    #expect(watermarks.takeChanges() == [.idle])
    watermarks.receive(split: "b", watermark: time(40))
    #expect(watermarks.takeChanges() == [.active, .watermark(time(40))])
    watermarks.receive(split: "a", watermark: time(15))
    #expect(watermarks.takeChanges() == [])
  }

  @Test("time in which the subtask was held back counts for no split")
  func heldBack() {
    var watermarks = SplitWatermarks(idleTimeoutMicroseconds: 1_000)
    watermarks.add(["a"])
    watermarks.receive(split: "a", watermark: time(10))
    _ = watermarks.takeChanges()
    watermarks.receiveNothing(now: 0)
    watermarks.receiveNothing(now: 900)
    watermarks.pauseIdleClock()
    watermarks.receiveNothing(now: 50_000)
    #expect(watermarks.takeChanges() == [])
    watermarks.receiveNothing(now: 50_100)
    #expect(watermarks.takeChanges() == [.idle])
  }

  @Test("a split that has not begun is never idle")
  func notBegun() {
    var watermarks = SplitWatermarks(idleTimeoutMicroseconds: 10)
    watermarks.add(["a", "b"])
    watermarks.receive(split: "a", watermark: time(10))
    watermarks.receiveNothing(now: 0)
    watermarks.receiveNothing(now: 100_000)
    #expect(watermarks.takeChanges() == [])
  }

  @Test("an idle source is active again when its last split ends, so that its final watermark counts")
  func endOfAnIdleSource() {
    var watermarks = SplitWatermarks(idleTimeoutMicroseconds: 10)
    watermarks.add(["a"])
    watermarks.receive(split: "a", watermark: time(10))
    watermarks.receiveNothing(now: 0)
    watermarks.receiveNothing(now: 10)
    #expect(watermarks.takeChanges() == [.idle])
    watermarks.finish(split: "a")
    #expect(watermarks.takeChanges() == [.active])
  }
}
