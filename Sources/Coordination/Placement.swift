//  Which subtask runs where. Slot sharing as in Flink: subtask i of every vertex shares the job's slot i.

import Dataflow

public enum Placement {
  public struct Slot: Hashable, Sendable {
    public var worker: WorkerID
    public var slot: Int
    public init(worker: WorkerID, slot: Int) {
      self.worker = worker
      self.slot = slot
    }
  }

  /// The free slots of one worker.
  public struct Offer: Hashable, Sendable {
    public var worker: WorkerID
    public var freeSlots: [Int]
    public var slotCount: Int
    public init(worker: WorkerID, freeSlots: [Int], slotCount: Int) {
      self.worker = worker
      self.freeSlots = freeSlots
      self.slotCount = slotCount
    }
  }

  /// `count` slots, each taken from the worker that has the smallest part of its slots in use, by name among equals; nil
  /// if there are too few.
  public static func choose(_ count: Int, from offers: [Offer]) -> [Slot]? {
    var offers = offers.sorted { $0.worker < $1.worker }
    guard offers.reduce(0, { $0 + $1.freeSlots.count }) >= count else { return nil }
    var chosen: [Slot] = []
    for _ in 0..<count {
      var best: Int?
      for index in offers.indices where !offers[index].freeSlots.isEmpty {
        guard let current = best else {
          best = index
          continue
        }
        // used / slots < used / slots, without dividing
        let (left, right) = (offers[index], offers[current])
        if (left.slotCount - left.freeSlots.count) * right.slotCount < (right.slotCount - right.freeSlots.count) * left.slotCount {
          best = index
        }
      }
      guard let best else { return nil }
      chosen.append(Slot(worker: offers[best].worker, slot: offers[best].freeSlots.removeFirst()))
    }
    return chosen
  }

  /// Subtask i of every vertex into slot i.
  /// - Precondition: there is a slot for the widest vertex, and each slot's worker is in `workers`.
  public static func place(_ topology: JobTopology, into slots: [Slot], workers: [WorkerID: Membership.Worker]) -> [SubtaskPlacement] {
    precondition(slots.count >= topology.slotCount, "there is a slot for every subtask of the widest vertex")
    return topology.subtasks.map { subtask in
      let slot = slots[subtask.subtask]
      guard let worker = workers[slot.worker] else { preconditionFailure("slots belong to registered workers") }
      return SubtaskPlacement(
        subtask: subtask, worker: slot.worker, slot: slot.slot, dataHost: worker.description.dataHost, dataPort: worker.description.dataPort
      )
    }
  }
}
