//  Which workers there are, when they were last heard of, and who has their slots.
//  Pure: the time comes in; what is to be done about a silent worker is the caller's business.

import Dataflow

/// What a worker says of itself when it registers.
public struct WorkerDescription: Hashable, Sendable {
  public var id: WorkerID
  public var dataHost: String
  public var dataPort: Int
  public var slots: Int
  public var processID: Int32
  public var cores: Int
  public var physicalMemoryBytes: Int64
  public var storageNonce: String?
  public init(
    id: WorkerID, dataHost: String, dataPort: Int, slots: Int, processID: Int32 = 0, cores: Int = 1, physicalMemoryBytes: Int64 = 0,
    storageNonce: String?
  ) {
    self.id = id
    self.dataHost = dataHost
    self.dataPort = dataPort
    self.slots = slots
    self.processID = processID
    self.cores = cores
    self.physicalMemoryBytes = physicalMemoryBytes
    self.storageNonce = storageNonce
  }
}

/// The registered workers. Times in microseconds since 1970.
public struct Membership: Sendable {
  public static let workerCountMax = 1_024
  public static let slotsPerWorkerMax = 1_024

  public struct Worker: Hashable, Sendable {
    public var description: WorkerDescription
    public var registeredAt: Int64
    public var lastHeardAt: Int64
    /// Which job has each slot.
    public var slots: [JobID?]
    public var freeSlotCount: Int { slots.reduce(0) { $0 + ($1 == nil ? 1 : 0) } }
  }

  /// What every worker must be able to read from the snapshot storage.
  public let storageNonce: String?
  /// Silence after which a worker is taken for dead; nil where the links notice silence themselves.
  public let heartbeatTimeout: Int64?
  public private(set) var workers: [WorkerID: Worker] = [:]

  public init(storageNonce: String?, heartbeatTimeout: Int64?) {
    self.storageNonce = storageNonce
    self.heartbeatTimeout = heartbeatTimeout
  }

  /// Why the worker cannot join, by name; nil if it may.
  public func refusal(of worker: WorkerDescription) -> String? {
    let name = "worker \"\(worker.id)\""
    guard !worker.id.name.isEmpty, worker.id.name.utf8.count <= 128, worker.id.name.utf8.allSatisfy(Self.isURLSafe) else {
      return "\(name) has a name that does not go into a URL: use 1 to 128 letters, digits and -._~"
    }
    guard (1...Self.slotsPerWorkerMax).contains(worker.slots) else {
      return "\(name) offers \(worker.slots) slots, allowed are 1 to \(Self.slotsPerWorkerMax)"
    }
    guard (0...65_535).contains(worker.dataPort) else { return "\(name) has data port \(worker.dataPort)" }
    guard let nonce = worker.storageNonce else {
      return "\(name) cannot read the snapshot storage; coordinator and workers must share it"
    }
    guard nonce == storageNonce else {
      return "\(name) uses another snapshot storage (nonce \"\(nonce.prefix(64))\") than the coordinator; they must share it"
    }
    guard workers[worker.id] != nil || workers.count < Self.workerCountMax else {
      return "\(name) is one too many: \(Self.workerCountMax) workers are registered"
    }
    return nil
  }

  /// - Precondition: it is not refused, and not registered.
  public mutating func register(_ worker: WorkerDescription, now: Int64) {
    precondition(workers[worker.id] == nil, "a worker registers once")
    workers[worker.id] = Worker(
      description: worker, registeredAt: now, lastHeardAt: now, slots: Array(repeating: nil, count: worker.slots))
  }

  public mutating func heard(from worker: WorkerID, now: Int64) {
    guard let known = workers[worker] else { return }
    workers[worker]?.lastHeardAt = max(known.lastHeardAt, now)
  }

  public mutating func remove(_ worker: WorkerID) { workers[worker] = nil }

  /// Workers that have been silent for too long, by name.
  public func silent(now: Int64) -> [WorkerID] {
    guard let heartbeatTimeout else { return [] }
    return workers.values.filter { now - $0.lastHeardAt >= heartbeatTimeout }.map(\.description.id).sorted()
  }

  /// When the next worker falls silent if nothing is heard of it.
  public var nextDeadline: Int64? {
    guard let heartbeatTimeout else { return nil }
    return workers.values.map { $0.lastHeardAt + heartbeatTimeout }.min()
  }

  public var slotCount: Int { workers.values.reduce(0) { $0 + $1.slots.count } }
  public var freeSlotCount: Int { workers.values.reduce(0) { $0 + $1.freeSlotCount } }

  /// Gives slots to a job, spread evenly; nil, and nothing given, if there are too few.
  public mutating func allocate(_ count: Int, to job: JobID) -> [Placement.Slot]? {
    let offers = workers.values.map { worker in
      Placement.Offer(
        worker: worker.description.id, freeSlots: worker.slots.indices.filter { worker.slots[$0] == nil }, slotCount: worker.slots.count)
    }
    guard let chosen = Placement.choose(count, from: offers) else { return nil }
    for slot in chosen { workers[slot.worker]?.slots[slot.slot] = job }
    return chosen
  }

  public mutating func release(_ job: JobID) {
    for (id, worker) in workers where worker.slots.contains(job) {
      workers[id]?.slots = worker.slots.map { $0 == job ? nil : $0 }
    }
  }

  private static func isURLSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}
