//  Where things are within `--data-dir`.

import Dataflow
import Foundation

/// The directory of a cluster, or a worker's view of it.
struct DataDirectory {
  let path: String

  /// Makes the directory if there is none.
  init(_ path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failure.usage("the data directory \"\(path)\" cannot be made: \(error.localizedDescription)")
    }
  }

  /// How long a coordinator that is on its way out is waited for.
  static let lockPatience: Duration = .seconds(2)
  private static let lockPause: Duration = .milliseconds(20)

  /// Keeps other coordinators out of the directory for as long as this process lives: two would take each other's jobs over, again and again.
  ///
  /// - Returns: the descriptor that holds the lock; it is not inherited, and closing it gives the lock up.
  /// - Throws: `Failure.usage` if a coordinator has the directory and keeps it.
  @discardableResult
  func lock(patience: Duration = lockPatience) throws -> Int32 {
    let file = "\(path)/coordinator.lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw unusable("\(file): \(String(cString: strerror(errno)))") }
    let deadline = ContinuousClock.now + patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let error = errno
      guard error == EWOULDBLOCK || error == EINTR, ContinuousClock.now < deadline else {
        close(descriptor)
        throw error == EWOULDBLOCK
          ? Failure.usage(
            "the data directory \"\(path)\" is in use by another coordinator; stop that one, or give this one another --data-dir")
          : unusable("\(file): \(String(cString: strerror(error)))")
      }
      usleep(useconds_t(Self.lockPause.microseconds))
    }
    return descriptor
  }

  func unusable(_ reason: String) -> Failure { .usage("the data directory \"\(path)\" cannot be used: \(reason)") }

  /// The coordinator's memory.
  var database: String { "\(path)/coordinator.sqlite" }
  /// Shared by all.
  var snapshots: String { "\(path)/snapshots" }
  /// What a worker's print sinks wrote.
  func log(of worker: WorkerID) -> String { "\(path)/log/\(worker.name).out" }
}
