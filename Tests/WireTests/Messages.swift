//  One example of every message, with every optional part present and absent.

import Dataflow
import State
import Wire

let job = JobID(hex: "00112233445566778899aabbccddeeff")
let subtask = SubtaskID(vertex: 3, subtask: 1)

private let handles = [
  SnapshotHandle(
    subtask: subtask, operators: [OperatorID(hex: "ab"), OperatorID(hex: "cd")], keyGroups: KeyGroupRange(lower: 64, upper: 128),
    location: .file(path: "jobs/x/7/3.1.snapshot"), byteCount: 1 << 40),
  SnapshotHandle(
    subtask: SubtaskID(vertex: 0, subtask: 0), operators: [], keyGroups: KeyGroupRange(lower: 0, upper: 0), location: .inline([0, 255, 7]),
    byteCount: 3),
]

let coordinatorMessages: [CoordinatorMessage] = [
  .registered(
    RegistrationAccepted(term: Term(9), heartbeatIntervalMicroseconds: 250_000, heartbeatTimeoutMicroseconds: 1_000_000)),
  .refused(reason: "worker \"ä\" cannot read the snapshot storage"),
  .deploy(
    Deployment(
      term: Term(1), job: job, attempt: Attempt(2), graph: Array("{\"name\":\"q\"}".utf8),
      placements: [
        SubtaskPlacement(subtask: subtask, worker: WorkerID("w-1"), slot: 1, dataHost: "127.0.0.1", dataPort: 40_001),
        SubtaskPlacement(subtask: SubtaskID(vertex: 0, subtask: 0), worker: WorkerID("w-2"), slot: 0, dataHost: "::1", dataPort: 1),
      ],
      restore: RestorePoint(epoch: Epoch(41), snapshots: handles), snapshotDirectory: "jobs/x")),
  .deploy(
    Deployment(
      term: Term(1), job: job, attempt: Attempt(0), graph: [], placements: [], restore: nil, snapshotDirectory: "")),
  .triggerCheckpoint(CheckpointTrigger(job: job, attempt: Attempt(2), epoch: Epoch(42), triggeredAt: 1_700_000_000_000_000)),
  .checkpointCompleted(job: job, attempt: Attempt(2), epoch: Epoch(42)),
  .checkpointAborted(job: job, attempt: Attempt(2), epoch: Epoch(.max)),
  .cancel(job: job, attempt: Attempt(2)),
  .heartbeat(sequence: 77),
]

let workerMessages: [WorkerMessage] = [
  .register(
    Registration(
      worker: WorkerID("w-1"), dataHost: "127.0.0.1", dataPort: 40_001, slots: 2, processID: 4711, cores: 8,
      physicalMemoryBytes: 1 << 36, storageNonce: "n0nce")),
  .register(
    Registration(
      worker: WorkerID(""), dataHost: "", dataPort: 0, slots: 0, processID: -1, cores: 0, physicalMemoryBytes: 0, storageNonce: nil)),
  .subtaskState(
    SubtaskReport(
      job: job, attempt: Attempt(1), subtask: subtask, state: .failed, at: 5,
      failure: SubtaskFailure(domain: .external, retry: .restartFromCheckpoint, message: "the disk was full"))),
  .subtaskState(
    SubtaskReport(job: job, attempt: Attempt(1), subtask: subtask, state: .finished, at: .min, finalSnapshot: handles[1])),
  .snapshotStored(
    SnapshotReport(
      job: job, attempt: Attempt(1), epoch: Epoch(3), handle: handles[0], alignmentMicroseconds: 1, syncMicroseconds: 2,
      asyncMicroseconds: 3)),
  .snapshotFailed(job: job, attempt: Attempt(1), subtask: subtask, epoch: Epoch(3), message: "no space left on device"),
  .committed(job: job, attempt: Attempt(1), subtask: subtask, epoch: Epoch(3)),
  .metrics([metrics(1), metrics(-1)]),
  .metrics([]),
  .console(job: job, subtask: subtask, lines: Array("+I[1, a]\n".utf8), isError: false),
  .heartbeat(sequence: -1),
]

private func metrics(_ sign: Int64) -> SubtaskMetrics {
  var metrics = SubtaskMetrics(job: job, attempt: Attempt(1), subtask: subtask)
  metrics.recordsIn = sign * 1
  metrics.recordsOut = sign * 2
  metrics.bytesIn = sign * 3
  metrics.bytesOut = sign * 4
  metrics.busyMicroseconds = sign * 5
  metrics.idleMicroseconds = sign * 6
  metrics.backPressuredMicroseconds = sign * 7
  metrics.lateRecords = sign * 8
  metrics.skippedRecords = sign * 9
  metrics.watermark = sign * .max
  return metrics
}

let channel = ChannelID(job: job, attempt: Attempt(2), edge: 1, fromSubtask: 0, toSubtask: 3)

let dataFrames: [DataFrame] = [
  .open(number: 1, channel: channel, schemaDigest: .max),
  .accept(number: 1, window: 4 << 20),
  .credit(number: .max, bytes: 1),
  .close(number: 1, reason: "the consumer has closed"),
  .batch(number: 258, payload: [2, 1, 0, 0, 9, 9, 9]),
  .control(number: 1, .watermark(Watermark(microseconds: -5))),
  .control(number: 1, .idle),
  .control(number: 1, .active),
  .control(number: 1, .barrier(CheckpointBarrier(epoch: Epoch(4), triggeredAt: 6))),
  .control(number: 1, .abort(Epoch(4))),
  .control(number: 1, .end),
]

/// Every frame that this protocol has.
let everyFrame: [Frame] =
  coordinatorMessages.map(\.frame) + workerMessages.map(\.frame) + dataFrames.map(\.frame)
  + [HandshakeState.client(HandshakeIdentity(role: .control, token: [1, 2, 3], clusterID: "c")).hello]
