//  Workers, their slots, and who is refused.

import Dataflow
import Testing

@testable import Coordination

struct MembershipTests {
  private func membership(_ workers: [WorkerDescription] = []) -> Membership {
    var membership = Membership(storageNonce: "n", heartbeatTimeout: second)
    for worker in workers { membership.register(worker, now: 0) }
    return membership
  }

  @Test(
    "a worker that cannot join is refused, by name",
    arguments: [
      (description(w1, nonce: nil), "cannot read the snapshot storage"), (description(w1, nonce: "x"), "another snapshot storage"),
      (description(w1, slots: 0), "0 slots"), (description(w1, slots: 100_000), "100000 slots"),
      (description(WorkerID("a/b")), "does not go into a URL"), (description(WorkerID("")), "does not go into a URL"),
    ])
  func refusal(worker: WorkerDescription, reason: String) throws {
    let refusal = try #require(membership().refusal(of: worker))
    #expect(refusal.contains("worker \"\(worker.id)\"") && refusal.contains(reason))
  }

  @Test("silence is noticed at the timeout, and not before")
  func silence() {
    var membership = membership([description(w1), description(w2)])
    membership.heard(from: w2, now: 400_000)
    #expect(membership.nextDeadline == second)
    #expect(membership.silent(now: second - 1) == [])
    #expect(membership.silent(now: second) == [w1])
    // A message that was delayed does not turn the clock back.
    membership.heard(from: w2, now: 100)
    #expect(membership.silent(now: 1_400_000) == [w1, w2])
  }

  @Test("slots are spread evenly, and given to one job at a time")
  func slots() {
    var membership = membership([description(w1, slots: 2), description(w2, slots: 2), description(WorkerID("w3"), slots: 4)])
    #expect(membership.allocate(9, to: jobID) == nil)
    #expect(membership.freeSlotCount == 8)
    let slots = membership.allocate(3, to: jobID)
    #expect(slots?.map(\.worker.name) == ["w1", "w2", "w3"])
    let more = membership.allocate(5, to: JobID(hex: "other"))
    #expect(more?.count == 5 && Set((slots ?? []) + (more ?? [])).count == 8)
    #expect(membership.allocate(1, to: jobID) == nil)
    membership.release(jobID)
    #expect(membership.freeSlotCount == 3)
    membership.remove(w1)
    #expect(membership.slotCount == 6)
  }

  @Test("subtask i of every vertex shares slot i")
  func slotSharing() throws {
    let topology = try JobTopology(graph(parallelism: 3))
    var membership = membership([description(w1), description(w2)])
    let allocated = membership.allocate(topology.slotCount, to: jobID)
    let slots = try #require(allocated)
    let placed = Placement.place(topology, into: slots, workers: membership.workers)
    #expect(placed.map(\.subtask) == topology.subtasks)
    for placement in placed {
      #expect(placement.worker == slots[placement.subtask.subtask].worker && placement.slot == slots[placement.subtask.subtask].slot)
    }
    #expect(Set(placed.map(\.worker)) == [w1, w2])
  }

  @Test("a graph that cannot run is refused with its fault")
  func topology() {
    func fault(_ change: (inout JobGraph) -> Void) -> String {
      var changed = graph(parallelism: 2)
      change(&changed)
      do {
        _ = try JobTopology(changed)
        return ""
      } catch { return error.description }
    }
    #expect(fault { _ in } == "")
    #expect(fault { $0.vertices = [] }.contains("no vertices"))
    #expect(fault { $0.vertices[1].parallelism = 129 }.contains("parallelism 129 of \"source\""))
    #expect(fault { $0.vertices[1].parallelism = 0 }.contains("parallelism 0"))
    #expect(fault { $0.vertices[1].parallelism = 1 }.contains("forward"))
    #expect(fault { $0.edges[0].to = 7 }.contains("from vertex 0 to 7"))
    #expect(fault { $0.edges[0].from = 2 }.contains("from vertex 2 to 1"))
    #expect(fault { $0.maxParallelism = 0 }.contains("max parallelism 0"))
    #expect(
      fault {
        $0.vertices.removeLast(2); $0.edges = []
      }.contains("enumerators only"))
  }

  @Test("rates come from the growth over the last seconds; an older attempt's reports do not count")
  func rates() {
    var history = SubtaskMetricsHistory()
    func report(_ attempt: Int, records: Int64, busy: Int64, idle: Int64) -> SubtaskMetrics {
      var metrics = SubtaskMetrics(job: jobID, attempt: Attempt(attempt), subtask: id(1))
      metrics.recordsOut = records
      metrics.busyMicroseconds = busy
      metrics.idleMicroseconds = idle
      return metrics
    }
    history.add(report(2, records: 1_000, busy: 100, idle: 900), at: 0)
    #expect(history.rates(now: 0) == SubtaskRates())
    history.add(report(2, records: 3_000, busy: 700, idle: 1_100), at: 2 * second)
    history.add(report(1, records: 9_000, busy: 0, idle: 0), at: 2 * second)
    let rates = history.rates(now: 2 * second)
    #expect(rates.recordsOutPerSecond == 1_000 && rates.busyRatio == 0.75 && rates.idleRatio == 0.25 && rates.backPressuredRatio == 0)
    // Long silence: nothing is known.
    #expect(history.rates(now: 60 * second) == SubtaskRates())
    // A new attempt's counters begin at zero.
    history.add(report(3, records: 10, busy: 1, idle: 1), at: 3 * second)
    #expect(history.rates(now: 3 * second) == SubtaskRates())
    #expect(history.latest?.recordsOut == 10)
  }
}
