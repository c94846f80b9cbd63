//  The system calls that snapshot storage makes, as a value, so that tests can fill the disk and tear writes.

import Glibc

/// A system call that failed.
struct FileSystemError: Error, CustomStringConvertible {
  let call: String
  let path: String
  let code: Int32
  var description: String { "\(call) \"\(path)\": \(String(cString: strerror(code)))" }
  var isNotFound: Bool { code == ENOENT }
}

protocol FileSystem: Sendable {
  /// With all directories above it; no error if it is there.
  func makeDirectory(_ path: String) throws(FileSystemError)
  /// An empty file, opened for writing.
  func create(_ path: String) throws(FileSystemError) -> Int32
  /// Whether from here on what is written bypasses the page cache, where that is possible; it is in multiples of `blockByteCount`,
  /// and so are the addresses.
  func setDirect(_ file: Int32, _ isDirect: Bool)
  /// All of the bytes.
  func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, path: String) throws(FileSystemError)
  func sync(_ file: Int32, path: String) throws(FileSystemError)
  func rename(_ path: String, to target: String) throws(FileSystemError)
  /// Makes renames within the directory durable.
  func syncDirectory(_ path: String) throws(FileSystemError)
}

/// What every file system takes as a block of direct input and output.
let blockByteCount = 4096

/// The real one.
struct PosixFileSystem: FileSystem {
  func makeDirectory(_ path: String) throws(FileSystemError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw FileSystemError(call: "mkdir", path: path, code: errno)
    }
    try makeDirectory(String(path[..<slash]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileSystemError(call: "mkdir", path: path, code: errno) }
  }

  func create(_ path: String) throws(FileSystemError) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileSystemError(call: "open", path: path, code: errno) }
    return file
  }

  func setDirect(_ file: Int32, _ isDirect: Bool) {
    // A file system that has no such thing refuses, and goes on as it did.
    _ = fcntl(file, F_SETFL, isDirect ? directFlag : 0)
  }

  func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, path: String) throws(FileSystemError) {
    var written = 0
    while written < bytes.count {
      let count = systemWrite(file, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileSystemError(call: "write", path: path, code: count == 0 ? ENOSPC : errno) }
      written += count
      // What is left of a short write may start anywhere.
      if written % blockByteCount != 0 { setDirect(file, false) }
    }
  }

  func sync(_ file: Int32, path: String) throws(FileSystemError) {
    guard fsync(file) == 0 else { throw FileSystemError(call: "fsync", path: path, code: errno) }
  }

  func rename(_ path: String, to target: String) throws(FileSystemError) {
    guard systemRename(path, target) == 0 else { throw FileSystemError(call: "rename", path: path, code: errno) }
  }

  func syncDirectory(_ path: String) throws(FileSystemError) {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw FileSystemError(call: "open", path: path, code: errno) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw FileSystemError(call: "fsync", path: path, code: errno) }
  }
}

/// O_DIRECT of <fcntl.h>, which Glibc does not export.
#if arch(arm64)
  private let directFlag: Int32 = 0o200000
#else
  private let directFlag: Int32 = 0o40000
#endif

// The methods above hide the functions of the same names.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
private func systemRename(_ path: String, _ target: String) -> Int32 { rename(path, target) }

/// The names in a directory, without the two dots; nil if it is not there.
func directoryEntries(_ path: String) throws(FileSystemError) -> [String]? {
  guard let directory = opendir(path) else {
    if errno == ENOENT { return nil }
    throw FileSystemError(call: "opendir", path: path, code: errno)
  }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}
