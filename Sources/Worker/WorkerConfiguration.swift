//  What a worker is given when it starts, and its named limits.

import Dataflow
import Execution
import Expressions

/// How long things take. Microseconds.
public struct WorkerTimings: Sendable {
  /// What a subtask may use before the next one has its turn.
  public var turnMicroseconds: Int64 = 1_000
  public var metricsIntervalMicroseconds: Int64 = 500_000
  /// A slot that has been without subtasks for this long gives its memory back to the system; a job that restarts comes sooner.
  public var emptySlotMicroseconds: Int64 = 1_000_000
  public init() {}
}

public struct WorkerConfiguration: Sendable {
  public var id: WorkerID
  public var slotCount: Int
  public var timings = WorkerTimings()
  /// Bytes of batches that may wait between two subtasks of this process.
  public var channelByteCountMax = ElementQueue.defaultByteCountMax
  /// What `print` writes goes here, whole lines at a time, from several threads; the coordinator gets it too.
  public var standardOutput: @Sendable (_ lines: [UInt8], _ isError: Bool) -> Void
  /// The rules of a time zone by its name, nil if there is none of that name.
  public var timeZone: @Sendable (String) -> TimeZoneRules?
  /// Gives what the allocator keeps of freed memory back to the system. Called from several threads.
  public var releaseMemory: @Sendable () -> Void

  public init(
    id: WorkerID, slotCount: Int, standardOutput: @escaping @Sendable (_ lines: [UInt8], _ isError: Bool) -> Void,
    timeZone: @escaping @Sendable (String) -> TimeZoneRules? = { $0 == "UTC" ? .utc : nil },
    releaseMemory: @escaping @Sendable () -> Void = {}
  ) {
    precondition(slotCount > 0, "a worker has a slot")
    self.id = id
    self.slotCount = slotCount
    self.standardOutput = standardOutput
    self.timeZone = timeZone
    self.releaseMemory = releaseMemory
  }
}
