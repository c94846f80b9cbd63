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

  /// The coordinator's memory.
  var database: String { "\(path)/coordinator.sqlite" }
  /// Shared by all.
  var snapshots: String { "\(path)/snapshots" }
  /// What a worker's print sinks wrote.
  func log(of worker: WorkerID) -> String { "\(path)/log/\(worker.name).out" }
}
