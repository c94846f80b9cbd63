//  Temporary directories and snapshots for these tests.

import Dataflow
import Foundation
import State
import TestKit

@testable import Checkpoints

/// A directory that goes when the test is over.
final class TemporaryDirectory {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Relative paths of all files.
  var files: [String] {
    (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter {
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\($0)", isDirectory: &isDirectory) && !isDirectory.boolValue
    }.sorted()
  }
}

let job = JobID(hex: "00000000000000000000000000000001")
let allKeyGroups = KeyGroupRange(lower: 0, upper: 128)

/// Operators with key groups of every size: empty, small, larger than a chunk; compressible and not.
func randomSnapshot(_ generator: inout SeededGenerator, largest: Int = 600_000) -> [OperatorID: OperatorSnapshot] {
  var operators: [OperatorID: OperatorSnapshot] = [:]
  for number in 0..<Int.random(in: 1...3, using: &generator) {
    var keyGroups: [OperatorSnapshot.KeyGroupState] = []
    for keyGroup in 0..<128 where Int.random(in: 0..<4, using: &generator) == 0 {
      let sizes = [0, 1, 100, min(5_000, largest), largest]
      let size = Int.random(in: 0...sizes[min(sizes.count - 1, Int.random(in: 0..<40, using: &generator) / 8)], using: &generator)
      keyGroups.append(.init(keyGroup: keyGroup, bytes: randomBytes(size, &generator)))
    }
    let entries = (0..<Int.random(in: 0...3, using: &generator)).map { index in
      OperatorStateEntry(
        name: "list \(index)", redistribution: [.split, .union, .broadcast][index % 3],
        bytes: randomBytes(Int.random(in: 0...400, using: &generator), &generator))
    }
    operators[OperatorID(hex: "op\(number)")] = OperatorSnapshot(keyGroups: keyGroups, operatorState: entries)
  }
  return operators
}

func randomBytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
  if Bool.random(using: &generator) { return [UInt8](repeating: UInt8.random(in: 0...255, using: &generator), count: count) }
  return noise(count, &generator)
}

/// What no compression makes smaller.
func noise(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: (count + 7) & ~7) { bytes, filled in
    let bytes = UnsafeMutableRawBufferPointer(bytes)
    for offset in stride(from: 0, to: count, by: 8) { bytes.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self) }
    filled = count
  }
}

/// The real files, until it is told to fail: as a full disk, or by tearing what it writes.
final class FaultyFileSystem: FileSystem, @unchecked Sendable {
  // Used by one test on one thread.
  enum Fault { case none, fullAfter(Int), noPermission, tornAfter(Int) }
  var fault = Fault.none
  private var written = 0
  private let real = PosixFileSystem()

  func makeDirectory(_ path: String) throws(FileSystemError) {
    if case .noPermission = fault { throw FileSystemError(call: "mkdir", path: path, code: EACCES) }
    try real.makeDirectory(path)
  }
  func create(_ path: String) throws(FileSystemError) -> Int32 {
    if case .noPermission = fault { throw FileSystemError(call: "open", path: path, code: EACCES) }
    written = 0
    return try real.create(path)
  }
  func setDirect(_ file: Int32, _ isDirect: Bool) { real.setDirect(file, isDirect) }
  func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, path: String) throws(FileSystemError) {
    defer { written += bytes.count }
    switch fault {
    case .fullAfter(let limit) where written + bytes.count > limit:
      try tear(file, bytes, at: limit - written, path: path)
      throw FileSystemError(call: "write", path: path, code: ENOSPC)
    case .tornAfter(let limit): try tear(file, bytes, at: limit - written, path: path)
    default: try real.write(file, bytes, path: path)
    }
  }
  /// Only the first bytes arrive.
  private func tear(_ file: Int32, _ bytes: UnsafeRawBufferPointer, at count: Int, path: String) throws(FileSystemError) {
    real.setDirect(file, false)
    try real.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(max(0, count))), path: path)
  }
  func sync(_ file: Int32, path: String) throws(FileSystemError) { try real.sync(file, path: path) }
  func rename(_ path: String, to target: String) throws(FileSystemError) { try real.rename(path, to: target) }
  func syncDirectory(_ path: String) throws(FileSystemError) { try real.syncDirectory(path) }
}
