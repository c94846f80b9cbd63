//  What `print` writes on a worker: its standard streams and a file.

import Foundation
import Synchronization

/// Writes whole lines, from several threads, never mixed within a call. The file is made when there is something to write.
final class PrintedOutput: Sendable {
  /// Where the file ends: what comes later goes to the standard streams only.
  static let logByteCountMax = 256 << 20

  private struct Log {
    let path: String
    var descriptor: Int32?
    var byteCount = 0
  }
  private let log: Mutex<Log?>

  /// Called with the system's error whenever standard output takes no more.
  private let onLoss: @Sendable (Int32) -> Void

  /// - Parameter log: path of the file, nil for none.
  init(log: String?, onLoss: @escaping @Sendable (Int32) -> Void = { _ in }) {
    self.log = Mutex(log.map { Log(path: $0) })
    self.onLoss = onLoss
  }

  func write(_ lines: [UInt8], isError: Bool) {
    log.withLock { log in
      if let error = Terminal.write(lines, to: isError ? STDERR_FILENO : STDOUT_FILENO), !isError { onLoss(error) }
      guard log != nil, log!.byteCount + lines.count <= Self.logByteCountMax else { return }
      if log!.descriptor == nil { log!.descriptor = Self.open(log!.path) }
      log!.byteCount += lines.count
      if let descriptor = log!.descriptor, descriptor >= 0 { Terminal.write(lines, to: descriptor) }
    }
  }

  /// -1 if it cannot be opened: printing goes on without the file.
  private static func open(_ path: String) -> Int32 {
    let directory = URL(filePath: path).deletingLastPathComponent().path
    try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    return Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  }
}
