//  The coordinator's memory in SQLite: one file in WAL mode. `synchronous = FULL`: a transaction that has returned
//  survives the loss of power. With NORMAL the newest ones might not, and sinks would already have committed what the
//  store no longer knows ("WAL mode does lose durability", SQLite manual, PRAGMA synchronous).

import Dataflow
import Foundation
import GRDB

public final class SQLiteCheckpointStore: CheckpointStore {
  private let database: DatabaseQueue

  /// Opens the file, makes it if there is none, and brings an older schema up to date.
  public init(path: String) throws(CheckpointStoreError) {
    do {
      var configuration = Configuration()
      configuration.label = "checkpoint-store"
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      }
      let database = try DatabaseQueue(path: path, configuration: configuration)
      let migrator = Self.migrator
      if try database.read(migrator.hasBeenSuperseded) {
        throw CheckpointStoreError(.corrupt, "\"\(path)\" was written by a newer version of this program")
      }
      try migrator.migrate(database)
      self.database = database
    } catch { throw Self.mapped(error, "could not open \"\(path)\"") }
  }

  /// Never changed, only added to: a stored file has gone through all of them.
  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 jobs, attempts, checkpoints, failures") { database in
      try database.execute(
        sql: """
          CREATE TABLE term (only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL);
          INSERT INTO term VALUES (1, 0);
          CREATE TABLE job (
            ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, graph BLOB NOT NULL,
            state TEXT NOT NULL, timestamps TEXT NOT NULL, attempt INTEGER NOT NULL, nextEpoch INTEGER NOT NULL);
          CREATE TABLE attempt (
            job TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE, number INTEGER NOT NULL, placements TEXT NOT NULL,
            restoredFrom INTEGER, storedAt INTEGER NOT NULL, PRIMARY KEY (job, number));
          CREATE TABLE checkpoint (
            job TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE, epoch INTEGER NOT NULL, attempt INTEGER NOT NULL,
            handles TEXT NOT NULL, triggeredAt INTEGER NOT NULL, completedAt INTEGER NOT NULL, PRIMARY KEY (job, epoch));
          CREATE TABLE failure (
            ordinal INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL,
            vertex INTEGER, subtask INTEGER, worker TEXT);
          CREATE INDEX failureByJob ON failure(job, ordinal);
          """)
    }
    return migrator
  }

  /// Attempts of a job that are kept.
  private static let attemptCountMax = 16

  // MARK: Terms and jobs

  public func beginTerm() throws(CheckpointStoreError) -> Term {
    try transaction { database in
      try database.execute(sql: "UPDATE term SET number = number + 1")
      return Term(try Int64.fetchOne(database, sql: "SELECT number FROM term") ?? 0)
    }
  }

  public func jobs() throws(CheckpointStoreError) -> [StoredJob] {
    try transaction { database in
      try Row.fetchAll(database, sql: "SELECT * FROM job ORDER BY ordinal").map { row in
        guard let state = JobState(rawValue: row["state"]) else {
          throw CheckpointStoreError(.corrupt, "job \(row["id"] as String) has state \"\(row["state"] as String)\"")
        }
        return StoredJob(
          id: JobID(hex: row["id"]), name: row["name"], graph: [UInt8](row["graph"] as Data), state: state,
          timestamps: try StoredJSON.decodeTimestamps(row["timestamps"]), attempt: Attempt(row["attempt"]),
          nextEpoch: Epoch(row["nextEpoch"]))
      }
    }
  }

  public func insert(_ job: StoredJob, term: Term) throws(CheckpointStoreError) {
    try write(term) { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO job (id, name, graph, state, timestamps, attempt, nextEpoch) VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          job.id.hex, job.name, Data(job.graph), job.state.rawValue, try StoredJSON.encode(job.timestamps), job.attempt.number,
          job.nextEpoch.number,
        ])
    }
  }

  public func update(job: JobID, state: JobState, timestamps: [JobState: Int64], term: Term) throws(CheckpointStoreError) {
    try write(term) { database in
      _ = try Self.attempt(of: job, database)
      try database.execute(
        sql: "UPDATE job SET state = ?, timestamps = ? WHERE id = ?",
        arguments: [state.rawValue, try StoredJSON.encode(timestamps), job.hex])
    }
  }

  public func remove(job: JobID, term: Term) throws(CheckpointStoreError) {
    try write(term) { database in try database.execute(sql: "DELETE FROM job WHERE id = ?", arguments: [job.hex]) }
  }

  // MARK: Attempts

  public func begin(_ attempt: StoredAttempt, term: Term) throws(CheckpointStoreError) {
    try write(term) { database in
      try StoreRules.check(
        attempt, after: try Self.attempt(of: attempt.job, database), newest: try Self.newestEpoch(of: attempt.job, database))
      try database.execute(
        sql: "INSERT INTO attempt (job, number, placements, restoredFrom, storedAt) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          attempt.job.hex, attempt.attempt.number, try StoredJSON.encode(attempt.placements), attempt.restoredFrom?.number,
          attempt.storedAt,
        ])
      try database.execute(
        sql: "UPDATE job SET attempt = ? WHERE id = ?", arguments: [attempt.attempt.number, attempt.job.hex])
      try database.execute(
        sql: "DELETE FROM attempt WHERE job = ? AND number <= ?",
        arguments: [attempt.job.hex, attempt.attempt.number - Self.attemptCountMax])
    }
  }

  public func latestAttempt(of job: JobID) throws(CheckpointStoreError) -> StoredAttempt? {
    try transaction { database in
      try Row.fetchOne(database, sql: "SELECT * FROM attempt WHERE job = ? ORDER BY number DESC LIMIT 1", arguments: [job.hex]).map { row in
        StoredAttempt(
          job: job, attempt: Attempt(row["number"]), placements: try StoredJSON.decode([SubtaskPlacement].self, row["placements"]),
          restoredFrom: (row["restoredFrom"] as Int64?).map { Epoch($0) }, storedAt: row["storedAt"])
      }
    }
  }

  // MARK: Checkpoints

  public func reserve(_ epoch: Epoch, job: JobID, term: Term) throws(CheckpointStoreError) {
    try write(term) { database in
      _ = try Self.attempt(of: job, database)
      try database.execute(
        sql: "UPDATE job SET nextEpoch = max(nextEpoch, ?) WHERE id = ?", arguments: [epoch.number + 1, job.hex])
    }
  }

  public func complete(
    _ checkpoint: StoredCheckpoint, retained: Int, term: Term
  ) throws(CheckpointStoreError) -> [SnapshotHandle] {
    try write(term) { database in
      let attempt = try Self.attempt(of: checkpoint.job, database)
      let known = try Self.checkpoints(of: checkpoint.job, database)
      if known.contains(checkpoint) { return [] }
      try StoreRules.check(checkpoint, attempt: attempt, newest: known.first?.epoch)
      try database.execute(
        sql: "INSERT INTO checkpoint (job, epoch, attempt, handles, triggeredAt, completedAt) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          checkpoint.job.hex, checkpoint.epoch.number, checkpoint.attempt.number, try StoredJSON.encode(checkpoint.handles),
          checkpoint.triggeredAt, checkpoint.completedAt,
        ])
      let all = [checkpoint] + known
      let kept = Array(all.prefix(max(1, retained)))
      guard let oldest = kept.last else { return [] }
      try database.execute(
        sql: "DELETE FROM checkpoint WHERE job = ? AND epoch < ?", arguments: [checkpoint.job.hex, oldest.epoch.number])
      return StoreRules.obsolete(of: Array(all.dropFirst(kept.count)), keeping: kept)
    }
  }

  public func checkpoints(of job: JobID) throws(CheckpointStoreError) -> [StoredCheckpoint] {
    try transaction { database in try Self.checkpoints(of: job, database) }
  }

  private static func checkpoints(of job: JobID, _ database: Database) throws -> [StoredCheckpoint] {
    try Row.fetchAll(database, sql: "SELECT * FROM checkpoint WHERE job = ? ORDER BY epoch DESC", arguments: [job.hex]).map { row in
      StoredCheckpoint(
        job: job, attempt: Attempt(row["attempt"]), epoch: Epoch(row["epoch"]), handles: try StoredJSON.decodeHandles(row["handles"]),
        triggeredAt: row["triggeredAt"], completedAt: row["completedAt"])
    }
  }

  private static func newestEpoch(of job: JobID, _ database: Database) throws -> Epoch? {
    try Int64.fetchOne(database, sql: "SELECT max(epoch) FROM checkpoint WHERE job = ?", arguments: [job.hex]).map { Epoch($0) }
  }

  private static func attempt(of job: JobID, _ database: Database) throws -> Attempt {
    guard let number = try Int.fetchOne(database, sql: "SELECT attempt FROM job WHERE id = ?", arguments: [job.hex]) else {
      throw CheckpointStoreError(.conflict, "job \(job) is not stored")
    }
    return Attempt(number)
  }

  // MARK: Failures

  public func append(_ failure: StoredFailure, term: Term) throws(CheckpointStoreError) {
    try write(term) { database in
      _ = try Self.attempt(of: failure.job, database)
      try database.execute(
        sql: "INSERT INTO failure (job, attempt, at, kind, message, vertex, subtask, worker) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          failure.job.hex, failure.attempt.number, failure.at, failure.kind, failure.message, failure.subtask?.vertex,
          failure.subtask?.subtask, failure.worker?.name,
        ])
      try database.execute(
        sql: """
          DELETE FROM failure WHERE job = ?1 AND ordinal <= (
            SELECT ordinal FROM failure WHERE job = ?1 ORDER BY ordinal DESC LIMIT 1 OFFSET ?2)
          """, arguments: [failure.job.hex, CheckpointStoreLimits.failuresPerJob])
    }
  }

  public func failures(of job: JobID) throws(CheckpointStoreError) -> [StoredFailure] {
    try transaction { database in
      try Row.fetchAll(database, sql: "SELECT * FROM failure WHERE job = ? ORDER BY ordinal DESC", arguments: [job.hex]).map { row in
        let vertex: Int? = row["vertex"]
        let subtask: Int? = row["subtask"]
        return StoredFailure(
          job: job, attempt: Attempt(row["attempt"]), at: row["at"], kind: row["kind"], message: row["message"],
          subtask: vertex.flatMap { vertex in subtask.map { SubtaskID(vertex: vertex, subtask: $0) } },
          worker: (row["worker"] as String?).map { WorkerID($0) })
      }
    }
  }

  // MARK: Transactions

  /// One transaction, refused unless the term is the store's.
  private func write<Result>(_ term: Term, _ body: (Database) throws -> Result) throws(CheckpointStoreError) -> Result {
    try transaction { database in
      try StoreRules.check(term, current: Term(try Int64.fetchOne(database, sql: "SELECT number FROM term") ?? 0))
      return try body(database)
    }
  }

  /// The value of a pragma of the open connection.
  func pragma(_ text: String) throws -> Int {
    try database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA \(text)") ?? 0 }
  }

  /// `IMMEDIATE`: what is read in it is still true when it commits.
  private func transaction<Result>(_ body: (Database) throws -> Result) throws(CheckpointStoreError) -> Result {
    do {
      return try database.writeWithoutTransaction { database in
        var result: Result?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        guard let result else { throw CheckpointStoreError(.unavailable, "the transaction gave no result") }
        return result
      }
    } catch { throw Self.mapped(error, "the coordinator's store failed") }
  }

  private static func mapped(_ error: any Error, _ what: String) -> CheckpointStoreError {
    if let error = error as? CheckpointStoreError { return error }
    if let error = error as? DatabaseError {
      let isCorrupt = [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_SCHEMA].contains(error.resultCode)
      return CheckpointStoreError(isCorrupt ? .corrupt : .unavailable, "\(what): \(error.message ?? "\(error.resultCode)")")
    }
    return CheckpointStoreError(error is DecodingError ? .corrupt : .unavailable, "\(what): \(error)")
  }
}
