//  What is stored is read back, in whole and in part, and nothing else ever is.

import Dataflow
import Foundation
import State
import TestKit
import Testing

@testable import Checkpoints

struct SnapshotStorageTests {
  private func store(
    _ operators: [OperatorID: OperatorSnapshot], in storage: some SnapshotStorage, epoch: Int64 = 7, attempt: Int = 1,
    isCompressed: Bool = false
  ) throws -> SnapshotHandle {
    try storage.store(
      job: job, attempt: Attempt(attempt), epoch: Epoch(epoch), subtask: SubtaskID(vertex: 2, subtask: 1), keyGroups: allKeyGroups,
      isCompressed: isCompressed, operators)
  }

  @Test("xxh64 gives the digests of the reference implementation")
  func checksums() {
    #expect(Checksum.xxh64([]) == 0xEF46_DB37_51D8_E999)
    #expect(Checksum.xxh64(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
    #expect(Checksum.xxh64(Array("Nobody inspects the spammish repetition".utf8)) == 0xFBCE_A83C_8A37_8BF1)
  }

  @Test("a snapshot is read back as it was stored", arguments: 0..<24 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: directory.path, durability: .unsynced)
    let operators = randomSnapshot(&generator)
    let handle = try store(operators, in: storage, isCompressed: seed % 2 == 1)
    #expect(try storage.load(handle, operators: Set(operators.keys), keyGroups: nil) == operators)
    #expect(handle.operators == operators.keys.sorted())
    let inline = try store(operators, in: InlineSnapshotStorage())
    #expect(try InlineSnapshotStorage().load(inline, operators: Set(operators.keys), keyGroups: nil) == operators)
  }

  @Test("only the operators and key groups that are asked for come back; operator state always does", arguments: 0..<16 as Range<UInt64>)
  func parts(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: directory.path, durability: .unsynced)
    let operators = randomSnapshot(&generator)
    let handle = try store(operators, in: storage, isCompressed: seed % 2 == 0)
    let wanted = OperatorID(hex: "op0")
    let lower = Int.random(in: 0..<128, using: &generator)
    let range = KeyGroupRange(lower: lower, upper: Int.random(in: lower...128, using: &generator))
    var expected = try #require(operators[wanted])
    expected.keyGroups.removeAll { !range.contains($0.keyGroup) }
    #expect(try storage.load(handle, operators: [wanted, OperatorID(hex: "unknown")], keyGroups: range) == [wanted: expected])
    #expect(try storage.load(handle, operators: [OperatorID(hex: "unknown")], keyGroups: nil) == [:])
  }

  @Test("loading one key group of a large snapshot does not read the others")
  func partsReadLittle() throws {
    let bytes = [UInt8](repeating: 7, count: 100_000)
    let snapshot = OperatorSnapshot(keyGroups: (0..<128).map { .init(keyGroup: $0, bytes: bytes) })
    let output = CollectingOutput()
    var encoder = SnapshotEncoder(output: output, isCompressed: false)
    try encoder.encode([OperatorID(hex: "a"): snapshot])
    let all = output.bytes
    let counter = ReadCounter()
    let decoder = SnapshotDecoder(name: "test", byteCount: all.count) { offset, count throws(SnapshotError) in
      counter.chunkReads += 1
      return Array(all[offset..<offset + count])
    }
    let loaded = try decoder.load(operators: [OperatorID(hex: "a")], keyGroups: KeyGroupRange(lower: 5, upper: 6))
    #expect(loaded[OperatorID(hex: "a")]?.keyGroups == [.init(keyGroup: 5, bytes: bytes)])
    // Header, trailer, index, and one chunk of two key groups.
    #expect(counter.chunkReads == 4)
  }

  @Test("small snapshots ride in the handle, large ones take a file whose path has the attempt")
  func inlineOrFile() throws {
    let directory = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: directory.path)
    let small = try store([OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: [1, 2, 3])])], in: storage)
    guard case .inline = small.location else { return #expect(Bool(false), "small snapshots are inline") }
    #expect(directory.files == ["nonce"])

    var generator = SeededGenerator(seed: 1)
    let bytes = noise(SnapshotLimits.inlineByteCountMax + 1, &generator)
    let large = try store([OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: bytes)])], in: storage, attempt: 3)
    guard case .file(let path) = large.location else { return #expect(Bool(false), "large snapshots are files") }
    #expect(path.hasPrefix("\(job)/3/7-2.1-") && path.hasSuffix(".snapshot"))
    #expect(directory.files == [path, "nonce"].sorted())
    // What does not compress is stored as it is: the format adds little.
    #expect(large.byteCount < bytes.count + 300)
  }

  @Test("what compresses is compressed where that is asked for")
  func compresses() throws {
    let handle = try store(
      [OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: [UInt8](repeating: 65, count: 1_000_000))])],
      in: InlineSnapshotStorage(), isCompressed: true)
    #expect(handle.byteCount < 10_000)
  }

  @Test("the same subtask stored twice for one epoch gives two files")
  func neverReplaces() throws {
    var generator = SeededGenerator(seed: 2)
    let directory = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: directory.path, durability: .unsynced)
    let bytes = noise(100_000, &generator)
    let first = [OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: bytes)])]
    let second = [OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 2, bytes: bytes)])]
    let handles = [try store(first, in: storage), try store(second, in: storage)]
    #expect(try storage.load(handles[0], operators: [OperatorID(hex: "a")], keyGroups: nil) == first)
    #expect(try storage.load(handles[1], operators: [OperatorID(hex: "a")], keyGroups: nil) == second)
  }

  @Test("damaged and cut-off snapshots give an error, never a trap and never other state", arguments: 0..<300 as Range<UInt64>)
  func mutations(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let operators = randomSnapshot(&generator, largest: 300)
    let handle = try store(operators, in: InlineSnapshotStorage())
    guard case .inline(var bytes) = handle.location else { return #expect(Bool(false), "inline storage stores inline") }
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
    case 1: bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes.insert(0, at: Int.random(in: 0...bytes.count, using: &generator))
    default:
      // Within the index and the trailer, where numbers stand.
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[bytes.count - 1 - Int.random(in: 0..<min(400, bytes.count), using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
    }
    var mutated = handle
    mutated.location = .inline(bytes)
    do {
      let loaded = try InlineSnapshotStorage().load(mutated, operators: Set(operators.keys), keyGroups: nil)
      #expect(loaded == operators, "what is not an error is what was stored")
    } catch {
      #expect([.corrupt, .unsupportedVersion].contains(error.kind))
      #expect(!error.message.isEmpty)
    }
  }

  @Test("an index that lies, with a checksum that fits, gives an error", arguments: 0..<300 as Range<UInt64>)
  func lyingIndex(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let operators = randomSnapshot(&generator, largest: 300)
    let handle = try store(operators, in: InlineSnapshotStorage())
    guard case .inline(var bytes) = handle.location else { return #expect(Bool(false), "inline storage stores inline") }
    let trailer = bytes.count - SnapshotFormat.trailerByteCount
    let indexOffset = bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: trailer, as: UInt64.self)) }
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      bytes[Int.random(in: indexOffset..<trailer, using: &generator)] = [0, 1, 127, 128, 255][Int.random(in: 0..<5, using: &generator)]
    }
    let checksum = Checksum.xxh64(SnapshotFormat.header + bytes[indexOffset..<trailer])
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(trailer + 16..<trailer + 24, with: $0) }
    var mutated = handle
    mutated.location = .inline(bytes)
    // Whatever comes back, or is thrown: it must end.
    do { _ = try InlineSnapshotStorage().load(mutated, operators: Set(operators.keys), keyGroups: nil) } catch {
      #expect(error.kind == .corrupt)
    }
  }

  @Test("a full disk is an error that names the cause, and leaves nothing behind", arguments: [0, 1_000, 100_000, 1_500_000])
  func fullDisk(limit: Int) throws {
    var generator = SeededGenerator(seed: 3)
    let directory = try TemporaryDirectory()
    let files = FaultyFileSystem()
    let storage = DirectorySnapshotStorage(directory: directory.path, durability: .synced, files: files)
    let bytes = noise(2_000_000, &generator)
    let operators = [OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: bytes)])]
    files.fault = .fullAfter(limit)
    let error = #expect(throws: SnapshotError.self) { try store(operators, in: storage) }
    #expect(error?.kind == .unwritable)
    #expect(error?.message.contains("No space left on device") == true)
    #expect(directory.files == [])
    files.fault = .none
    let handle = try store(operators, in: storage)
    #expect(try storage.load(handle, operators: [OperatorID(hex: "a")], keyGroups: nil) == operators)
  }

  @Test("a directory that may not be written is an error that names it")
  func unwritable() throws {
    let directory = try TemporaryDirectory()
    let files = FaultyFileSystem()
    files.fault = .noPermission
    let storage = DirectorySnapshotStorage(directory: directory.path, durability: .synced, files: files)
    var generator = SeededGenerator(seed: 4)
    let bytes = noise(100_000, &generator)
    let error = #expect(throws: SnapshotError.self) {
      try store([OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: bytes)])], in: storage)
    }
    #expect(
      error?.kind == .unwritable && error?.message.contains("Permission denied") == true && error?.message.contains(directory.path) == true)
  }

  @Test("a torn write is found when the snapshot is read", arguments: [0, 10, 50_000, 99_000])
  func tornWrite(limit: Int) throws {
    let directory = try TemporaryDirectory()
    let files = FaultyFileSystem()
    let storage = DirectorySnapshotStorage(directory: directory.path, durability: .synced, files: files)
    var generator = SeededGenerator(seed: 5)
    let bytes = noise(100_000, &generator)
    files.fault = .tornAfter(limit)
    let handle = try store([OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: bytes)])], in: storage)
    let error = #expect(throws: SnapshotError.self) { try storage.load(handle, operators: [OperatorID(hex: "a")], keyGroups: nil) }
    #expect(error?.kind == .corrupt)
  }

  @Test("a missing file is named; a path that leads out of the storage is refused")
  func paths() throws {
    let directory = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: directory.path)
    func handle(_ path: String) -> SnapshotHandle {
      SnapshotHandle(
        subtask: SubtaskID(vertex: 0, subtask: 0), operators: [OperatorID(hex: "a")], keyGroups: allKeyGroups, location: .file(path: path),
        byteCount: 1)
    }
    let missing = #expect(throws: SnapshotError.self) {
      try storage.load(handle("j/1/x.snapshot"), operators: [OperatorID(hex: "a")], keyGroups: nil)
    }
    #expect(missing?.kind == .notFound)
    for path in ["../../etc/passwd", "/etc/passwd", "j/../nonce", "nonce", "", "j/1/x/y", "j/1/\u{0}x"] {
      #expect(throws: SnapshotError.self) { try storage.delete(handle(path)) }
      #expect(throws: SnapshotError.self) { try storage.load(handle(path), operators: [OperatorID(hex: "a")], keyGroups: nil) }
    }
    #expect(storage.nonce != nil)
  }

  @Test("a sweep deletes what older attempts wrote and no kept handle names")
  func sweep() throws {
    let directory = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: directory.path, durability: .unsynced)
    var generator = SeededGenerator(seed: 6)
    let bytes = noise(100_000, &generator)
    let operators = [OperatorID(hex: "a"): OperatorSnapshot(keyGroups: [.init(keyGroup: 1, bytes: bytes)])]
    let old = try store(operators, in: storage, epoch: 1, attempt: 1)
    let kept = try store(operators, in: storage, epoch: 2, attempt: 1)
    let current = try store(operators, in: storage, epoch: 3, attempt: 2)
    #expect(try storage.deleteAll(of: job, before: Attempt(2), except: [kept]) == 1)
    #expect(throws: SnapshotError.self) { try storage.load(old, operators: [OperatorID(hex: "a")], keyGroups: nil) }
    #expect(try storage.load(kept, operators: [OperatorID(hex: "a")], keyGroups: nil) == operators)
    #expect(try storage.load(current, operators: [OperatorID(hex: "a")], keyGroups: nil) == operators)
    try storage.delete(kept)
    try storage.delete(kept)
    #expect(try storage.deleteAll(of: job, before: nil, except: []) == 1)
    #expect(directory.files == ["nonce"])
  }

  @Test("the nonce stays, and tells one storage from another")
  func nonce() throws {
    let first = try TemporaryDirectory()
    let second = try TemporaryDirectory()
    let storage = try DirectorySnapshotStorage.create(directory: first.path)
    #expect(storage.nonce?.isEmpty == false)
    #expect(try DirectorySnapshotStorage.create(directory: first.path).nonce == storage.nonce)
    #expect(DirectorySnapshotStorage(directory: first.path).nonce == storage.nonce)
    #expect(try DirectorySnapshotStorage.create(directory: second.path).nonce != storage.nonce)
    #expect(DirectorySnapshotStorage(directory: "\(second.path)/nowhere").nonce == nil)
  }
}

private final class CollectingOutput: SnapshotOutput {
  var bytes: [UInt8] = []
  func write(_ part: ArraySlice<UInt8>) throws(SnapshotError) { bytes += part }
}

private final class ReadCounter {
  var chunkReads = 0
}
