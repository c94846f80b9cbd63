//  Both stores keep the same promises; the one in SQLite keeps them over restarts.

import Dataflow
import Foundation
import GRDB
import State
import Testing

@testable import Checkpoints

struct CheckpointStoreTests {
  enum Kind: CaseIterable, Sendable { case memory, sqlite }

  private let directory: TemporaryDirectory
  init() throws { directory = try TemporaryDirectory() }

  private func store(_ kind: Kind) throws -> any CheckpointStore {
    kind == .memory ? InMemoryCheckpointStore() : try SQLiteCheckpointStore(path: "\(directory.path)/store.sqlite")
  }

  private func storedJob(_ id: JobID = job) -> StoredJob {
    StoredJob(
      id: id, name: "flights", graph: Array(#"{"name":"flights"}"#.utf8), state: .created, timestamps: [.initializing: 1, .created: 2])
  }

  private func attempt(_ number: Int, from epoch: Int64?) -> StoredAttempt {
    StoredAttempt(
      job: job, attempt: Attempt(number),
      placements: [
        SubtaskPlacement(subtask: SubtaskID(vertex: 0, subtask: 0), worker: WorkerID("w1"), slot: 1, dataHost: "127.0.0.1", dataPort: 4000)
      ], restoredFrom: epoch.map { Epoch($0) }, storedAt: 5)
  }

  private func handle(_ path: String) -> SnapshotHandle {
    SnapshotHandle(
      subtask: SubtaskID(vertex: 0, subtask: 0), operators: [OperatorID(hex: "ab")], keyGroups: allKeyGroups, location: .file(path: path),
      byteCount: 9)
  }

  private func checkpoint(_ epoch: Int64, attempt: Int = 1, _ handles: [SnapshotHandle] = []) -> StoredCheckpoint {
    StoredCheckpoint(job: job, attempt: Attempt(attempt), epoch: Epoch(epoch), handles: handles, triggeredAt: 10, completedAt: 20)
  }

  @Test("what is written is read back", arguments: Kind.allCases)
  func roundTrip(kind: Kind) throws {
    let store = try store(kind)
    let term = try store.beginTerm()
    try store.insert(storedJob(), term: term)
    try store.begin(attempt(1, from: nil), term: term)
    try store.reserve(Epoch(1), job: job, term: term)
    let inline = SnapshotHandle(
      subtask: SubtaskID(vertex: 1, subtask: 3), operators: [], keyGroups: allKeyGroups, location: .inline([0, 255, 7]), byteCount: 3)
    _ = try store.complete(checkpoint(1, [handle("a/1/b"), inline]), retained: 1, term: term)
    try store.update(job: job, state: .running, timestamps: [.initializing: 1, .created: 2, .running: 3], term: term)
    let failure = StoredFailure(
      job: job, attempt: Attempt(1), at: 4, kind: "external", message: "no \"disk\"", subtask: SubtaskID(vertex: 1, subtask: 2),
      worker: WorkerID("w"))
    try store.append(failure, term: term)

    var expected = storedJob()
    expected.state = .running
    expected.timestamps[.running] = 3
    expected.attempt = Attempt(1)
    expected.nextEpoch = Epoch(2)
    #expect(try store.jobs() == [expected])
    #expect(try store.latestAttempt(of: job) == attempt(1, from: nil))
    #expect(try store.checkpoints(of: job) == [checkpoint(1, [handle("a/1/b"), inline])])
    #expect(try store.failures(of: job) == [failure])
  }

  @Test("once a newer term has begun, nothing of an older one is written", arguments: Kind.allCases)
  func superseded(kind: Kind) throws {
    let store = try store(kind)
    let old = try store.beginTerm()
    try store.insert(storedJob(), term: old)
    try store.begin(attempt(1, from: nil), term: old)
    let new = try store.beginTerm()
    #expect(new > old)
    func expectSuperseded(_ body: () throws -> Void) {
      let error = #expect(throws: CheckpointStoreError.self) { try body() }
      #expect(error?.kind == .superseded)
    }
    expectSuperseded { _ = try store.complete(checkpoint(1), retained: 1, term: old) }
    expectSuperseded { try store.begin(attempt(2, from: nil), term: old) }
    expectSuperseded { try store.insert(storedJob(JobID(hex: "2")), term: old) }
    expectSuperseded { try store.update(job: job, state: .failed, timestamps: [:], term: old) }
    expectSuperseded { try store.reserve(Epoch(9), job: job, term: old) }
    expectSuperseded { try store.remove(job: job, term: old) }
    #expect(try store.checkpoints(of: job) == [])
    #expect(try store.jobs().map(\.state) == [.created])
    #expect(try store.complete(checkpoint(1), retained: 1, term: new) == [])
  }

  @Test("a checkpoint of an attempt that is over, or older than a complete one, is refused", arguments: Kind.allCases)
  func conflicts(kind: Kind) throws {
    let store = try store(kind)
    let term = try store.beginTerm()
    try store.insert(storedJob(), term: term)
    try store.begin(attempt(1, from: nil), term: term)
    _ = try store.complete(checkpoint(5), retained: 1, term: term)
    func expectConflict(_ body: () throws -> Void) {
      let error = #expect(throws: CheckpointStoreError.self) { try body() }
      #expect(error?.kind == .conflict)
    }
    expectConflict { _ = try store.complete(checkpoint(4), retained: 1, term: term) }
    // Begins from a checkpoint that is not the newest: another one was completed meanwhile.
    expectConflict { try store.begin(attempt(2, from: nil), term: term) }
    try store.begin(attempt(2, from: 5), term: term)
    expectConflict { try store.begin(attempt(2, from: 5), term: term) }
    expectConflict { _ = try store.complete(checkpoint(6, attempt: 1), retained: 1, term: term) }
    expectConflict { try store.reserve(Epoch(1), job: JobID(hex: "unknown"), term: term) }
    #expect(try store.checkpoints(of: job).map(\.epoch) == [Epoch(5)])
  }

  @Test("completing the same checkpoint twice does what once does", arguments: Kind.allCases)
  func twice(kind: Kind) throws {
    let store = try store(kind)
    let term = try store.beginTerm()
    try store.insert(storedJob(), term: term)
    try store.begin(attempt(1, from: nil), term: term)
    _ = try store.complete(checkpoint(1, [handle("a")]), retained: 1, term: term)
    #expect(try store.complete(checkpoint(1, [handle("a")]), retained: 1, term: term) == [])
    #expect(try store.checkpoints(of: job).count == 1)
  }

  @Test("retention drops the oldest, and gives back what no kept checkpoint names", arguments: Kind.allCases)
  func retention(kind: Kind) throws {
    let store = try store(kind)
    let term = try store.beginTerm()
    try store.insert(storedJob(), term: term)
    try store.begin(attempt(1, from: nil), term: term)
    // "final" belongs to a subtask that has finished: every later checkpoint names it.
    #expect(try store.complete(checkpoint(1, [handle("one"), handle("final")]), retained: 2, term: term) == [])
    #expect(try store.complete(checkpoint(2, [handle("two"), handle("final")]), retained: 2, term: term) == [])
    #expect(try store.complete(checkpoint(3, [handle("three"), handle("final")]), retained: 2, term: term) == [handle("one")])
    #expect(try store.checkpoints(of: job).map(\.epoch) == [Epoch(3), Epoch(2)])
    #expect(
      try store.complete(checkpoint(4, [handle("four")]), retained: 1, term: term) == [handle("three"), handle("final"), handle("two")])
  }

  @Test("the failure history is bounded, newest first", arguments: Kind.allCases)
  func failures(kind: Kind) throws {
    let store = try store(kind)
    let term = try store.beginTerm()
    try store.insert(storedJob(), term: term)
    for number in 0..<CheckpointStoreLimits.failuresPerJob + 10 {
      try store.append(
        StoredFailure(job: job, attempt: Attempt(number), at: Int64(number), kind: "user", message: "", subtask: nil, worker: nil),
        term: term)
    }
    let failures = try store.failures(of: job)
    #expect(failures.count == CheckpointStoreLimits.failuresPerJob)
    #expect(failures.first?.attempt == Attempt(CheckpointStoreLimits.failuresPerJob + 9))
    try store.remove(job: job, term: term)
    #expect(try store.failures(of: job) == [])
    #expect(try store.jobs() == [])
  }

  @Test("the file keeps everything over a restart, and terms go on ascending")
  func reopened() throws {
    let first = try SQLiteCheckpointStore(path: "\(directory.path)/store.sqlite")
    let term = try first.beginTerm()
    for number in 1...3 { try first.insert(storedJob(JobID(hex: "job\(4 - number)")), term: term) }
    try first.insert(storedJob(), term: term)
    try first.begin(attempt(1, from: nil), term: term)
    _ = try first.complete(checkpoint(1, [handle("a")]), retained: 1, term: term)
    let second = try SQLiteCheckpointStore(path: "\(directory.path)/store.sqlite")
    #expect(try second.beginTerm() == Term(term.number + 1))
    #expect(try second.jobs().map(\.id.hex) == ["job3", "job2", "job1", job.hex])
    #expect(try second.checkpoints(of: job) == [checkpoint(1, [handle("a")])])
    // The first process is still there, and must notice.
    let error = #expect(throws: CheckpointStoreError.self) { _ = try first.complete(checkpoint(2), retained: 1, term: term) }
    #expect(error?.kind == .superseded)
  }

  @Test("the file is in WAL mode, and a transaction that has returned survives the loss of power")
  func durability() throws {
    let path = "\(directory.path)/store.sqlite"
    let store = try SQLiteCheckpointStore(path: path)
    _ = try store.beginTerm()
    let other = try DatabaseQueue(path: path)
    #expect(try other.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    // 2 is FULL.
    #expect(try store.pragma("synchronous") == 2)
  }

  @Test("a file that is no database, and one of a newer version, are refused by name")
  func unreadable() throws {
    let garbage = "\(directory.path)/garbage.sqlite"
    try Data(repeating: 0x41, count: 5_000).write(to: URL(fileURLWithPath: garbage))
    let error = #expect(throws: CheckpointStoreError.self) { try SQLiteCheckpointStore(path: garbage) }
    #expect(error?.kind == .corrupt && error?.message.contains(garbage) == true)

    let newer = "\(directory.path)/newer.sqlite"
    _ = try SQLiteCheckpointStore(path: newer)
    try DatabaseQueue(path: newer).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
    let refusal = #expect(throws: CheckpointStoreError.self) { try SQLiteCheckpointStore(path: newer) }
    #expect(refusal?.message.contains("newer version") == true)
  }

  @Test("a database that cannot grow fails the write, keeps what it has, and works again")
  func full() throws {
    let store = try SQLiteCheckpointStore(path: "\(directory.path)/store.sqlite")
    let term = try store.beginTerm()
    try store.insert(storedJob(), term: term)
    try store.begin(attempt(1, from: nil), term: term)
    let pages = try store.pragma("page_count")
    _ = try store.pragma("max_page_count = \(pages)")
    let large = SnapshotHandle(
      subtask: SubtaskID(vertex: 0, subtask: 0), operators: [], keyGroups: allKeyGroups,
      location: .inline([UInt8](repeating: 1, count: 500_000)),
      byteCount: 500_000)
    let error = #expect(throws: CheckpointStoreError.self) { _ = try store.complete(checkpoint(1, [large]), retained: 1, term: term) }
    #expect(error?.kind == .unavailable)
    #expect(try store.checkpoints(of: job) == [])
    _ = try store.pragma("max_page_count = 1000000")
    #expect(try store.complete(checkpoint(1, [large]), retained: 1, term: term) == [])
  }
}
