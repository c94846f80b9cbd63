//  One coordinator a data directory.

import Foundation
import Testing

@testable import swiftwater

@Test("a data directory has one coordinator: the next one is refused until the first has gone")
func oneCoordinator() throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "swiftwater-test-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  let first = try DataDirectory(path).lock()
  #expect {
    try DataDirectory(path).lock(patience: .zero)
  } throws: { error in
    guard let failure = error as? Failure else { return false }
    return failure.isUsage && failure.message.contains(path) && failure.message.contains("another coordinator")
  }
  #expect(fcntl(first, F_GETFD) & FD_CLOEXEC != 0, "a child that outlives the coordinator does not keep its lock")
  close(first)
  close(try DataDirectory(path).lock(patience: .zero))
}

@Test("a lock file that cannot be opened is a reason to say so")
func unusableDirectory() throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "swiftwater-test-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try FileManager.default.createDirectory(atPath: "\(path)/coordinator.lock", withIntermediateDirectories: true)
  #expect {
    try DataDirectory(path).lock(patience: .zero)
  } throws: { error in
    (error as? Failure)?.message.contains("cannot be used") == true
  }
}
