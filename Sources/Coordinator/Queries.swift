//  What the HTTP API asks for, as plain values. Times are microseconds since 1970 and durations microseconds: the API
//  divides. Hidden vertices (enumerators) are left out of everything here but `JobDetails.graph`.

import Coordination
import Dataflow

public struct ClusterOverview: Hashable, Sendable {
  public var term: Term
  public var workerCount: Int
  public var slotsTotal: Int
  public var slotsAvailable: Int
  /// Every job that has not ended.
  public var jobsRunning: Int
  public var jobsFinished: Int
  public var jobsCanceled: Int
  public var jobsFailed: Int
}

public struct JobSummary: Hashable, Sendable {
  public var id: JobID
  public var name: String
  public var state: JobState
  public var startedAt: Int64
  /// Nil while it has not ended.
  public var endedAt: Int64?
  public var lastModifiedAt: Int64
  /// Up to now, or to its end.
  public var duration: Int64
  /// Subtasks by state.
  public var tasks: [TaskState: Int]
  /// Why the job does not run, e.g. "waits for 4 slots, 2 are free"; nil if nothing holds it up.
  public var waitingFor: String?
  public var attempt: Attempt
}

public struct JobDetails: Hashable, Sendable {
  public var summary: JobSummary
  public var now: Int64
  public var timestamps: [JobState: Int64]
  public var maxParallelism: Int
  public var options: JobOptions
  /// In topological order.
  public var vertices: [VertexDetails]
  /// Between visible vertices.
  public var edges: [EdgeDetails]
  public var graph: JobGraph
}

public struct EdgeDetails: Hashable, Sendable {
  public var from: VertexID
  public var to: VertexID
  public var input: Int
  public var partitioning: Partitioning
}

public struct VertexDetails: Hashable, Sendable {
  public var id: VertexID
  public var name: String
  /// The names of the chain's operators, in order.
  public var operators: [String]
  public var isSource: Bool
  public var isSink: Bool
  public var parallelism: Int
  public var maxParallelism: Int
  /// Of all subtasks together, as Flink derives it.
  public var state: TaskState
  public var startedAt: Int64?
  public var endedAt: Int64?
  public var duration: Int64?
  /// Subtasks by state.
  public var tasks: [TaskState: Int]
  /// Sums over the subtasks; `watermark` is the minimum.
  public var metrics: VertexMetrics
  /// Means of the ratios, sums of the rates.
  public var rates: SubtaskRates
  /// The highest ratios of any subtask: what the page colours by.
  public var maxBusyRatio: Double
  public var maxBackPressuredRatio: Double
  public var subtasks: [SubtaskDetails]
}

/// Counters since the attempt began.
public struct VertexMetrics: Hashable, Sendable {
  public var recordsIn: Int64 = 0
  public var recordsOut: Int64 = 0
  public var bytesIn: Int64 = 0
  public var bytesOut: Int64 = 0
  public var busyMicroseconds: Int64 = 0
  public var idleMicroseconds: Int64 = 0
  public var backPressuredMicroseconds: Int64 = 0
  public var lateRecords: Int64 = 0
  public var skippedRecords: Int64 = 0
  /// Microseconds since 1970; nil before the first.
  public var watermark: Int64?
  /// Every subtask has reported.
  public var isComplete = false
  public init() {}
}

public struct SubtaskDetails: Hashable, Sendable {
  public var index: Int
  public var state: TaskState
  public var attempt: Attempt
  /// Nil while it waits for a slot.
  public var worker: WorkerID?
  /// `host:port` of the worker's data port.
  public var endpoint: String?
  public var slot: Int?
  public var startedAt: Int64?
  public var endedAt: Int64?
  public var duration: Int64?
  /// How long the subtask was in each state, up to now.
  public var stateDurations: [TaskState: Int64]
  /// When it came into each state.
  public var timestamps: [TaskState: Int64]
  public var metrics: VertexMetrics
  public var rates: SubtaskRates
}

public struct CheckpointsOverview: Hashable, Sendable {
  public var counts: CheckpointCounts
  /// Newest first; bounded by `CheckpointCoordinator.historyCountMax`.
  public var history: [CheckpointStatistics]
  public var latestCompleted: CheckpointStatistics?
  public var latestFailed: CheckpointStatistics?
  public var restored: RestoredCheckpoint?
  /// By vertex position in `CheckpointStatistics.vertices`; nil where the vertex is hidden.
  public var vertexIDs: [VertexID?]
  /// Where the snapshots are, for `external_path`.
  public var directory: String
  public var options: JobOptions
}

public struct RestoredCheckpoint: Hashable, Sendable {
  public var epoch: Epoch
  public var restoredAt: Int64
}

public struct ExceptionDetails: Hashable, Sendable {
  public var at: Int64
  /// One word: `user`, `external`, `internal`, `workerLost`, ...
  public var kind: String
  public var message: String
  public var attempt: Attempt
  /// The vertex's name and `(i/n)`; nil when no single subtask is at fault.
  public var taskName: String?
  public var worker: WorkerID?
  public var endpoint: String?
}

public struct WorkerDetails: Hashable, Sendable {
  public var id: WorkerID
  public var dataHost: String
  public var dataPort: Int
  public var processID: Int32
  public var cores: Int
  public var physicalMemoryBytes: Int64
  public var slotsTotal: Int
  public var slotsFree: Int
  public var registeredAt: Int64
  public var lastHeartbeatAt: Int64
  /// Slots taken, and by which job.
  public var allocatedSlots: [AllocatedSlot]
}

public struct AllocatedSlot: Hashable, Sendable {
  public var slot: Int
  public var job: JobID
  /// Subtasks that share it, hidden vertices left out.
  public var subtaskCount: Int
}

/// A part of what `print` wrote for a job.
public struct ConsoleChunk: Hashable, Sendable {
  /// Where `bytes` begins, counted from the first byte ever written. Greater than what was asked for when the older
  /// output is no longer kept.
  public var offset: Int64
  public var bytes: [UInt8]
  /// Ask for this next.
  public var nextOffset: Int64
  /// The job has ended and nothing follows.
  public var isEnd: Bool
}

/// A newer coordinator has taken over: this process must end.
public struct CoordinatorSuperseded: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}

/// Why a request was refused.
public enum CoordinatorError: Error, Hashable, Sendable, CustomStringConvertible {
  case noSuchJob(JobID)
  case noSuchVertex(VertexID)
  case noSuchWorker(WorkerID)
  /// The job has ended already.
  case jobHasEnded(JobID, JobState)
  case invalidGraph(String)
  case tooManyJobs(Int)
  /// The store refused; nothing was submitted.
  case store(String)
  /// This coordinator has stopped, or not started yet.
  case stopped

  public var description: String {
    switch self {
    case .noSuchJob(let job): "there is no job \(job)"
    case .noSuchVertex(let vertex): "the job has no vertex \(vertex)"
    case .noSuchWorker(let worker): "there is no worker \"\(worker)\""
    case .jobHasEnded(let job, let state): "job \(job) has ended already: \(state.rawValue)"
    case .invalidGraph(let message): "the job graph is not valid: \(message)"
    case .tooManyJobs(let limit): "there are \(limit) jobs already that run or wait"
    case .store(let message): "the job could not be stored: \(message)"
    case .stopped: "this coordinator is not running"
    }
  }
}
