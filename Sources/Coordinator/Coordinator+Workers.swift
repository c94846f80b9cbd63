//  What workers say, turned into events.

import Coordination
import Dataflow
import Wire

extension Coordinator {
  /// A worker has connected: hand what arrives, and in the end `closed`, to the receiver. Never blocks; made for
  /// `ControlServer.start(onWorker:)`, and for a worker in the same process.
  public nonisolated func accept(_ link: ControlLink) -> LinkReceiver<WorkerMessage> {
    let id = mailbox.newLinkID()
    mailbox.put(.linked(id, link))
    return LinkReceiver(
      message: { [mailbox] message in
        if !mailbox.put(.message(id, message)) { link.close(reason: "the coordinator cannot keep up with its workers") }
      },
      closed: { [mailbox] reason in mailbox.put(.closed(id, reason: reason)) })
  }

  func received(_ message: WorkerMessage, on id: LinkID) {
    guard let connected = links[id] else { return }
    if case .register(let registration) = message { return register(registration, on: id) }
    guard let worker = connected.worker else {
      // It was superseded on another link, or refused.
      return connected.link.close(reason: "a worker registers before it says anything else")
    }
    apply(.workerHeard(worker))
    switch message {
    case .register, .heartbeat: break
    case .subtaskState(let report):
      apply(
        .job(
          report.job,
          .subtask(
            report.attempt, report.subtask, report.state, at: report.at, failure: report.failure, finalSnapshot: report.finalSnapshot,
            from: worker)))
    case .snapshotStored(let report):
      apply(
        .job(
          report.job,
          .snapshotStored(
            report.attempt, report.epoch, report.handle, alignment: report.alignmentMicroseconds, sync: report.syncMicroseconds,
            async: report.asyncMicroseconds, from: worker)))
    case .snapshotFailed(let job, let attempt, let subtask, let epoch, let text):
      logger.warning(
        "snapshot failed", metadata: ["job": "\(job)", "subtask": "\(subtask)", "epoch": "\(epoch)", "error": "\(text)"])
      apply(.job(job, .snapshotFailed(attempt, subtask, epoch, message: text, from: worker)))
    case .committed(let job, let attempt, let subtask, let epoch):
      apply(.job(job, .committed(attempt, subtask, epoch, from: worker)))
    case .metrics(let metrics): take(metrics, from: worker)
    case .console(let job, _, let lines, _): keep(lines, of: job)
    }
  }

  private func register(_ registration: Registration, on id: LinkID) {
    // Its predecessor on another link is dead, or will be told so.
    if let old = linkOfWorker[registration.worker], old != id {
      links[old]?.link.close(reason: "worker \"\(registration.worker)\" has registered on another connection")
      links[old] = nil
      linkOfWorker[registration.worker] = nil
      apply(.workerLost(registration.worker, reason: "it has registered on another connection"))
    }
    if let other = links[id]?.worker, other != registration.worker {
      linkOfWorker[other] = nil
      apply(.workerLost(other, reason: "its connection is now that of worker \"\(registration.worker)\""))
    }
    links[id]?.worker = registration.worker
    linkOfWorker[registration.worker] = id
    apply(
      .workerRegisters(
        WorkerDescription(
          id: registration.worker, dataHost: registration.dataHost, dataPort: registration.dataPort, slots: registration.slots,
          processID: registration.processID, cores: registration.cores, physicalMemoryBytes: registration.physicalMemoryBytes,
          storageNonce: registration.storageNonce)))
  }

  func closed(_ id: LinkID, reason: String) {
    guard let connected = links.removeValue(forKey: id) else { return }
    guard let worker = connected.worker, linkOfWorker[worker] == id else { return }
    linkOfWorker[worker] = nil
    logger.warning("worker lost", metadata: ["worker": "\(worker)", "reason": "\(reason)"])
    apply(.workerLost(worker, reason: reason))
  }

  private func take(_ metrics: [SubtaskMetrics], from worker: WorkerID) {
    var seen: Set<JobID> = []
    let now = clock()
    for report in metrics {
      if seen.insert(report.job).inserted { apply(.job(report.job, .sign(report.attempt, from: worker))) }
      guard let job = cluster.jobs[report.job], report.attempt == job.attempt, let number = job.topology.number(of: report.subtask) else {
        continue
      }
      records[report.job]?.metrics[number].add(report, at: now)
    }
  }

  private func keep(_ lines: [UInt8], of job: JobID) {
    guard records[job] != nil else { return }
    records[job]?.console.append(lines)
    resumeConsoleWaiters(of: job)
  }

  func send(_ message: CoordinatorMessage, to worker: WorkerID) {
    guard let id = linkOfWorker[worker] else { return }
    links[id]?.link.send(message)
  }
}
