import Dataflow
import Expressions
import Testing

@testable import Connectors

@Suite struct PartitionCommitTests {
  private static let minute: Int64 = 60_000_000

  private func trigger(_ options: [String: String], _ keys: [String] = ["dt", "hm"], zones: TimeZones = .fixed) throws -> PartitionTrigger {
    let values = OptionValues(
      ["sink.partition-commit.policy.kind": "success-file"].merging(options.mapValues { $0 }) { $1 })
    return try #require(try PartitionTrigger(values, partitionKeys: keys, zones: zones))
  }

  /// Partitions `m=1970-01-01 00:0n`, due a minute after their time.
  private func byTime() throws -> PartitionTrigger {
    try trigger(
      [
        "sink.partition-commit.trigger": "partition-time", "sink.partition-commit.delay": "1 min",
        "partition.time-extractor.timestamp-pattern": "1970-01-01 00:$m:00",
      ], ["m"])
  }

  private func progress(
    _ epoch: Int64, minute: Int64? = nil, isLast: Bool = false, _ pending: [String: Int64] = [:], createdAt: Int64 = 0
  ) -> PartitionProgress {
    PartitionProgress(
      epoch: Epoch(epoch), watermark: minute.map { Watermark(microseconds: $0 * Self.minute) } ?? .none, isLast: isLast,
      pending: pending.mapValues { PendingPartition(createdAt: createdAt, epoch: Epoch($0)) })
  }

  @Test("a partition is due once every subtask has made the epoch visible that has its rows")
  func waitsForAllSubtasks() throws {
    var commit = PartitionCommit(parallelism: 3, trigger: try trigger([:]))
    commit.receive(progress(5, ["a": 5]), from: 0)
    commit.receive(progress(5, ["b": 4]), from: 1)
    #expect(commit.takeDue(now: 0) == [])
    commit.receive(progress(4, ["a": 4]), from: 2)
    #expect(commit.takeDue(now: 0) == ["b"])
    commit.receive(progress(5, ["a": 4]), from: 2)
    #expect(commit.takeDue(now: 0) == ["a"])
  }

  @Test("the least watermark decides, and it has to pass the time by more than the delay")
  func leastWatermark() throws {
    var commit = PartitionCommit(parallelism: 2, trigger: try byTime())
    commit.receive(progress(1, minute: 9, ["m=00": 1, "m=01": 1]), from: 0)
    commit.receive(progress(1, minute: nil), from: 1)
    #expect(commit.takeDue(now: .max) == [])
    commit.receive(progress(2, minute: 2, ["m=01": 2]), from: 1)
    #expect(commit.takeDue(now: 0) == ["m=00"])
    commit.receive(progress(2, minute: 9, ["m=01": 1]), from: 0)
    commit.receive(progress(3, minute: 3, ["m=01": 2]), from: 1)
    #expect(commit.takeDue(now: 0) == ["m=01"])
  }

  @Test("what comes twice, late or from nobody changes nothing")
  func doubledAndLate() throws {
    var commit = PartitionCommit(parallelism: 2, trigger: try byTime())
    commit.receive(progress(3, minute: 5, ["m=00": 3]), from: 0)
    commit.receive(progress(3, minute: 5, ["m=01": 2]), from: 1)
    let due = commit.takeDue(now: 0)
    #expect(due == ["m=00", "m=01"])
    for old in [progress(3, minute: 9, ["m=07": 3]), progress(2, minute: nil, ["m=02": 2]), progress(1, isLast: true)] {
      commit.receive(old, from: 0)
      commit.receive(old, from: 1)
      commit.receive(old, from: 2)
      commit.receive(old, from: -1)
    }
    #expect(commit.takeDue(now: 0) == [])
    #expect(!commit.isOver)
  }

  @Test("a partition is due once, and again when it has newer rows or comes back after all had heard of it")
  func again() throws {
    var commit = PartitionCommit(parallelism: 2, trigger: try trigger([:]))
    func take(_ epoch: Int64, _ first: [String: Int64], _ second: [String: Int64]) -> [String] {
      commit.receive(progress(epoch, first), from: 0)
      commit.receive(progress(epoch, second), from: 1)
      return commit.takeDue(now: 0)
    }
    #expect(take(1, ["a": 1], ["a": 1]) == ["a"])
    #expect(take(2, [:], ["a": 1]) == [])
    #expect(take(3, ["a": 3], ["a": 1]) == ["a"])
    #expect(take(4, [:], [:]) == [])
    #expect(take(5, ["a": 3], [:]) == ["a"])
  }

  @Test("a subtask that has ended holds nobody back; when all have, everything is due, also what tells no time")
  func ends() throws {
    var commit = PartitionCommit(parallelism: 2, trigger: try byTime())
    commit.receive(progress(2, minute: .max / Self.minute, isLast: true, ["m=00": 2, "m=x": 2]), from: 0)
    commit.receive(progress(7, minute: 1, ["m=00": 7]), from: 1)
    #expect(commit.takeDue(now: 0) == [])
    commit.receive(progress(8, minute: 2, ["m=00": 7]), from: 1)
    #expect(commit.takeDue(now: 0) == ["m=00"])
    commit.receive(progress(9, minute: 2, isLast: true, ["m=08": 9]), from: 1)
    #expect(commit.isOver)
    #expect(commit.takeDue(now: 0) == ["m=08", "m=x"])
  }

  @Test("by the clock a partition is due when more than the delay has passed since any subtask first wrote to it")
  func processTime() throws {
    var commit = PartitionCommit(parallelism: 2, trigger: try trigger(["sink.partition-commit.delay": "10 s"]))
    commit.receive(progress(1, ["a": 1], createdAt: 7_000_000), from: 0)
    commit.receive(progress(1, ["a": 1], createdAt: 9_000_000), from: 1)
    #expect(commit.takeDue(now: 17_000_000) == [])
    #expect(commit.takeDue(now: 17_000_001) == ["a"])
  }

  @Test(
    "values tell a time by pattern and format",
    arguments: [
      (["partition.time-extractor.timestamp-pattern": "$dt $hm:00"], "dt=1970-01-02/hm=00%3A01", 86_460_000_000 as Int64?),
      ([:], "dt=1970-01-02/hm=x", 86_400_000_000), ([:], "dt=1970-01-01 00%3A00%3A01.5/hm=x", 1_500_000),
      (
        ["partition.time-extractor.timestamp-pattern": "$dt$hm", "partition.time-extractor.timestamp-formatter": "yyyyMMddHH"],
        "dt=19700101/hm=02", 7_200_000_000
      ),
      (["sink.partition-commit.watermark-time-zone": "+02:00"], "dt=1970-01-01/hm=x", -7_200_000_000),
      ([:], "dt=__DEFAULT_PARTITION__/hm=x", nil), ([:], "dt=1970-02-30/hm=x", nil), ([:], "dt=1970-01-01", nil), ([:], "x/y", nil),
    ])
  func times(options: [String: String], partition: String, time: Int64?) throws {
    let extractor = try PartitionTimeExtractor(OptionValues(options), partitionKeys: ["dt", "hm"], zones: .fixed)
    #expect(extractor.time(of: partition) == time)
  }

  @Test("no times and delays are too large to compare")
  func extremes() throws {
    let trigger = try trigger(
      ["sink.partition-commit.trigger": "partition-time", "sink.partition-commit.delay": "106000000 d"], ["dt"])
    #expect(!trigger.isDue("dt=290000-01-01", createdAt: 0, watermark: .end, now: .max))
    #expect(!trigger.isDue("dt=999999999-01-01", createdAt: 0, watermark: .end, now: .max))
  }

  @Test(
    "what makes no sense is refused with its name",
    arguments: [
      (
        ["partition.time-extractor.timestamp-pattern": "$dy $hm:00"],
        "option \"partition.time-extractor.timestamp-pattern\" is \"$dy $hm:00\", expected no other names in it than $dt, $hm"
      ),
      (
        ["partition.time-extractor.timestamp-formatter": "yyyy b"],
        "option \"partition.time-extractor.timestamp-formatter\": the date format 'yyyy b' has 'b', which is not supported"
      ),
      (
        ["sink.partition-commit.watermark-time-zone": "Mars"],
        "option \"sink.partition-commit.watermark-time-zone\" is \"Mars\", expected a time zone such as \"Europe/Berlin\" or \"+01:00\""
      ),
    ])
  func mistakes(options: [String: String], message: String) {
    #expect(failure { _ = try trigger(options.merging(["sink.partition-commit.trigger": "partition-time"]) { $1 }) } == message)
  }

  @Test("names and values come out of a path as they went in", arguments: ["a", "a/b:c=d %é", "%", "%2", "%zz", "\u{1}\n", "=", "ü{x}"])
  func paths(text: String) throws {
    var path: [UInt8] = []
    PartitionPath.escape(Array(text.utf8), into: &path)
    path.append(UInt8(ascii: "="))
    PartitionPath.escape(Array(text.utf8), into: &path)
    let directory = String(decoding: path, as: UTF8.self)
    #expect(PartitionPath.isName(directory))
    let parsed = try #require(PartitionPath.parse(directory))
    #expect(parsed == (text, text))
  }

  @Test("a committable holds how far its subtask was, and one that is damaged is none")
  func committables() throws {
    let staged = StagedEpoch(
      files: [StagedFile(staged: ".x", visible: "m=0 1/f")], attempt: Attempt(3),
      progress: progress(7, minute: 5, isLast: true, ["m=0 1": 6, "m=2": 7], createdAt: 99))
    #expect(StagedEpoch(staged.bytes) == staged)
    let text = String(decoding: staged.bytes, as: UTF8.self)
    for (part, damage) in [(" 2\n", " 3\n"), ("7 30", "x 30"), ("m=2", "../m"), ("3\n", "\n"), ("\n.x", "\n/x"), (" 2\n", " -1\n")] {
      #expect(StagedEpoch(Array(text.replacing(part, with: damage, maxReplacements: 1).utf8)) == nil, "\(part) to \(damage)")
    }
  }
}

@Suite struct RollingPolicyTests {
  @Test("a file is old by its age or since nothing was written to it, and that is looked at now and then")
  func ages() throws {
    var policy = try RollingPolicy(
      OptionValues([
        "sink.rolling-policy.rollover-interval": "10 s", "sink.rolling-policy.inactivity-interval": "3 s",
        "sink.rolling-policy.check-interval": "2 s",
      ]))
    #expect(!policy.isOld(createdAt: 0, lastWriteAt: 7_000_000, now: 9_999_999))
    #expect(policy.isOld(createdAt: 0, lastWriteAt: 9_000_000, now: 10_000_000))
    #expect(policy.isOld(createdAt: 0, lastWriteAt: 1_000_000, now: 4_000_000))
    let checks = [0, 1, 2, 3, 4, 6, 1, 2, 3].map { policy.isCheckDue(now: $0 * 1_000_000) }
    #expect(checks == [true, false, true, false, true, true, true, false, true])
  }

  @Test("sizes and intervals have Flink's defaults, and none is nothing")
  func options() throws {
    let policy = try RollingPolicy(OptionValues([:]))
    #expect(policy.fileSize == 128 << 20)
    #expect([policy.rolloverInterval, policy.inactivityInterval] == [1_800_000_000, 1_800_000_000])
    #expect(
      failure { _ = try RollingPolicy(OptionValues(["sink.rolling-policy.check-interval": "0 s"])) }
        == "option \"sink.rolling-policy.check-interval\" is \"0 s\", expected a duration above 0")
  }
}
