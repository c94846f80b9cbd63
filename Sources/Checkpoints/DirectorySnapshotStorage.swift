//  Snapshots in a directory that all processes share.
//  Path of a snapshot: <job>/<attempt>/<epoch>-<vertex>.<subtask>-<random>.snapshot. The random part keeps a snapshot that
//  is written twice, or at the end of a subtask, from replacing one that a complete checkpoint names.

import Dataflow
import State

import Glibc

/// Snapshots as files. A file is written under a temporary name, synced and renamed, so that a name stands for a whole
/// file. What is read back is checked against checksums.
public struct DirectorySnapshotStorage: SnapshotStorage {
  public enum Durability: Sendable {
    /// A snapshot is on the disk before it is acknowledged: it survives the death of the machine.
    case synced
    /// It survives the death of processes, but not of the machine.
    case unsynced
  }
  static let nonceName = "nonce"
  /// Encoded bytes that are gathered before they are written.
  static let writeByteCount = 1 << 20

  public let directory: String
  public let durability: Durability
  let files: any FileSystem

  /// Opens the storage on the coordinator: makes the directory and the nonce if there are none.
  public static func create(directory: String, durability: Durability = .synced) throws(SnapshotError) -> DirectorySnapshotStorage {
    let storage = DirectorySnapshotStorage(directory: directory, durability: durability)
    do {
      try storage.files.makeDirectory(directory)
      if storage.nonce == nil {
        let nonce = String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try storage.writeFile("\(directory)/\(nonceName)", Array(nonce.utf8))
      }
    } catch {
      throw SnapshotError(.unwritable, "the snapshot storage could not be set up: \(error)")
    }
    return storage
  }

  /// Opens the storage on a worker, where it must exist: `nonce` is nil otherwise.
  public init(directory: String, durability: Durability = .synced) {
    self.init(directory: directory, durability: durability, files: PosixFileSystem())
  }

  init(directory: String, durability: Durability, files: any FileSystem) {
    self.directory = directory
    self.durability = durability
    self.files = files
  }

  public var nonce: String? {
    guard let file = try? FileReader(path: "\(directory)/\(Self.nonceName)"), (1...256).contains(file.byteCount),
      let bytes = try? file.read(0, file.byteCount)
    else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  // MARK: Store

  public func store(
    job: JobID, attempt: Attempt, epoch: Epoch, subtask: SubtaskID, keyGroups: KeyGroupRange, isCompressed: Bool,
    _ operators: [OperatorID: any SnapshotContent]
  ) throws(SnapshotError) -> SnapshotHandle {
    guard Self.isPlain(job.hex) else { throw SnapshotError(.unwritable, "job id \"\(job)\" is no file name") }
    let path = "\(job.hex)/\(attempt)/\(epoch)-\(subtask)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).snapshot"
    let output = SpillingOutput(storage: self, path: path)
    do throws(SnapshotError) {
      var encoder = SnapshotEncoder(output: output, isCompressed: isCompressed)
      try encoder.encode(operators)
      return SnapshotHandle(
        subtask: subtask, operators: operators.keys.sorted(), keyGroups: keyGroups, location: try output.finish(),
        byteCount: output.byteCount)
    } catch {
      output.abandon()
      throw error
    }
  }

  private func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileSystemError) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = try files.create(temporary)
    do throws(FileSystemError) {
      defer { close(file) }
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: blockByteCount)
      defer { buffer.deallocate() }
      buffer.copyBytes(from: bytes)
      try files.write(file, UnsafeRawBufferPointer(buffer), path: temporary)
      if durability == .synced { try files.sync(file, path: temporary) }
    } catch {
      unlink(temporary)
      throw error
    }
    try files.rename(temporary, to: path)
    if durability == .synced { try files.syncDirectory(directory) }
  }

  // MARK: Load

  public func load(_ handle: SnapshotHandle, operators: Set<OperatorID>, keyGroups: KeyGroupRange?) throws(SnapshotError) -> [OperatorID:
    OperatorSnapshot]
  {
    guard handle.operators.contains(where: operators.contains) else { return [:] }
    switch handle.location {
    case .inline(let bytes): return try InlineSnapshotStorage.load(bytes, of: handle.subtask, operators: operators, keyGroups: keyGroups)
    case .file(let path):
      let file = try FileReader(path: try resolve(path))
      let decoder = SnapshotDecoder(name: "\"\(path)\"", byteCount: file.byteCount) { offset, count throws(SnapshotError) in
        try file.read(offset, count)
      }
      return try decoder.load(operators: operators, keyGroups: keyGroups)
    }
  }

  // MARK: Delete

  public func delete(_ handle: SnapshotHandle) throws(SnapshotError) {
    guard case .file(let path) = handle.location else { return }
    try remove(try resolve(path))
  }

  @discardableResult
  public func deleteAll(of job: JobID, before attempt: Attempt?, except kept: [SnapshotHandle]) throws(SnapshotError) -> Int {
    guard Self.isPlain(job.hex) else { throw SnapshotError(.unwritable, "job id \"\(job)\" is no file name") }
    let keptPaths = Set(kept.compactMap { if case .file(let path) = $0.location { path } else { nil } })
    var count = 0
    do {
      for attemptName in try directoryEntries("\(directory)/\(job)") ?? [] {
        guard let number = Int(attemptName) else { continue }
        if let attempt, number >= attempt.number { continue }
        for name in try directoryEntries("\(directory)/\(job)/\(attemptName)") ?? [] {
          let path = "\(job)/\(attemptName)/\(name)"
          guard !keptPaths.contains(path) else { continue }
          try remove("\(directory)/\(path)")
          count += 1
        }
        // Fails, as it should, where something was kept.
        rmdir("\(directory)/\(job)/\(attemptName)")
      }
    } catch let error as FileSystemError {
      throw SnapshotError(.unreadable, "snapshots of job \(job) could not be listed: \(error)")
    } catch let error as SnapshotError {
      throw error
    } catch {
      throw SnapshotError(.unreadable, "\(error)")
    }
    rmdir("\(directory)/\(job)")
    return count
  }

  private func remove(_ path: String) throws(SnapshotError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw SnapshotError(.unwritable, "snapshot could not be deleted: \(FileSystemError(call: "unlink", path: path, code: errno))")
    }
  }

  /// Handles come from outside: a path must not lead out of the storage.
  private func resolve(_ path: String) throws(SnapshotError) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ Self.isPlain($0) }) else {
      throw SnapshotError(.unreadable, "\"\(path)\" is no path of a snapshot")
    }
    return "\(directory)/\(path)"
  }

  private static func isPlain(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.utf8.count <= 128 && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-._".unicodeScalars.contains($0))
      }
  }

  /// Keeps what is small, and writes what is not, past the page cache: a snapshot is read again only after a failure, and copying it
  /// into the cache would cost more than all else about it.
  private final class SpillingOutput: SnapshotOutput {
    private let storage: DirectorySnapshotStorage
    private let path: String
    private let buffer: UnsafeMutableRawBufferPointer
    private var bufferedCount = 0
    private var file: Int32?
    private(set) var byteCount = 0

    private var target: String { "\(storage.directory)/\(path)" }
    private var temporary: String { "\(target).\(getpid()).tmp" }

    init(storage: DirectorySnapshotStorage, path: String) {
      self.storage = storage
      self.path = path
      buffer = .allocate(byteCount: DirectorySnapshotStorage.writeByteCount, alignment: blockByteCount)
    }

    deinit { buffer.deallocate() }

    func write(_ bytes: ArraySlice<UInt8>) throws(SnapshotError) {
      byteCount += bytes.count
      var rest = bytes
      while !rest.isEmpty {
        let part = rest.prefix(buffer.count - bufferedCount)
        part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[bufferedCount...]).copyMemory(from: $0) }
        bufferedCount += part.count
        rest = rest.dropFirst(part.count)
        if bufferedCount == buffer.count { try spill(isLast: false) }
      }
    }

    func finish() throws(SnapshotError) -> SnapshotHandle.Location {
      if file == nil, byteCount <= SnapshotLimits.inlineByteCountMax { return .inline(Array(buffer[..<bufferedCount])) }
      try spill(isLast: true)
      do throws(FileSystemError) {
        if storage.durability == .synced, let file { try storage.files.sync(file, path: temporary) }
        closeFile()
        try storage.files.rename(temporary, to: target)
        if storage.durability == .synced { try storage.files.syncDirectory(directory) }
      } catch { throw unwritable(error) }
      return .file(path: path)
    }

    /// Nothing stays behind.
    func abandon() {
      guard file != nil || byteCount > SnapshotLimits.inlineByteCountMax else { return }
      closeFile()
      unlink(temporary)
    }

    private var directory: String { String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]) }

    private func spill(isLast: Bool) throws(SnapshotError) {
      do throws(FileSystemError) {
        if file == nil {
          try storage.files.makeDirectory(directory)
          let created = try storage.files.create(temporary)
          file = created
          if !isLast { storage.files.setDirect(created, true) }
        }
        guard let file else { return }
        if isLast { storage.files.setDirect(file, false) }
        try storage.files.write(file, UnsafeRawBufferPointer(rebasing: buffer[..<bufferedCount]), path: temporary)
      } catch { throw unwritable(error) }
      bufferedCount = 0
    }

    private func closeFile() {
      if let file { close(file) }
      file = nil
    }

    private func unwritable(_ error: FileSystemError) -> SnapshotError {
      SnapshotError(.unwritable, "snapshot \"\(path)\" could not be written: \(error)")
    }
  }
}

/// Reads parts of a file; closes it when it goes.
final class FileReader {
  private let file: Int32
  private let path: String
  let byteCount: Int

  init(path: String) throws(SnapshotError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      let error = FileSystemError(call: "open", path: path, code: errno)
      throw SnapshotError(error.isNotFound ? .notFound : .unreadable, "snapshot could not be opened: \(error)")
    }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw SnapshotError(.unreadable, "\"\(path)\" is no file")
    }
    self.file = file
    self.path = path
    byteCount = Int(status.st_size)
  }

  deinit { close(file) }

  func read(_ offset: Int, _ count: Int) throws(SnapshotError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
      throw SnapshotError(.corrupt, "\"\(path)\" ends before byte \(offset + count)")
    }
    var failure: SnapshotError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      while filled < count {
        let got = pread(file, target.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else {
          failure = SnapshotError(
            got == 0 ? .corrupt : .unreadable, "\(FileSystemError(call: "read", path: path, code: got == 0 ? EIO : errno))")
          return
        }
        filled += got
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
