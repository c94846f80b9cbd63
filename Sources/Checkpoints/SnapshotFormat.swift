//  The encoding of a subtask's snapshot, in a file or inline.
//
//      header    "SWSNAP", version u16
//      chunks    state, each chunk raw or LZ4, at most `SnapshotLimits.chunkByteCountMax` bytes when decoded
//      index     per operator its id, and per chunk offset, lengths, checksum and what it holds
//      trailer   index offset u64, index length u64, XXH64 of header and index u64, "SWEND", version u16, 0
//
//  Numbers are little-endian. Key groups lie in ascending order, so that a part of them is a part of the chunks. The
//  format is read by every later version; a change to it takes a new version number.

import CLZ4
import Dataflow
import State

enum SnapshotFormat {
  static let version: UInt16 = 1
  static let header: [UInt8] = Array("SWSNAP".utf8) + [1, 0]
  static let trailerMagic: [UInt8] = Array("SWEND".utf8) + [1, 0, 0]
  static let trailerByteCount = 32

  enum ChunkKind: UInt8 { case keyed = 0, operatorState = 1 }
  enum Compression: UInt8 { case none = 0, lz4 = 1 }

  /// A run of bytes of a decoded chunk: the bytes, or a part of them, of a key group or an operator-state entry.
  struct Piece {
    /// Key group, or position among the operator-state entries.
    var owner: UInt32
    var offset: UInt32
    var count: UInt32
  }

  struct Chunk {
    var kind: ChunkKind
    var compression: Compression
    var fileOffset: UInt64
    var storedCount: UInt32
    var rawCount: UInt32
    /// Of the stored bytes.
    var checksum: UInt64
    var pieces: [Piece]
  }

  struct EntryDescription {
    var name: String
    var redistribution: OperatorStateEntry.Redistribution
  }

  struct OperatorIndex {
    var id: OperatorID
    var keyGroups: [UInt32]
    var entries: [EntryDescription]
    var chunks: [Chunk]
  }
}

/// Takes an encoded snapshot, in order.
protocol SnapshotOutput: AnyObject {
  func write(_ bytes: ArraySlice<UInt8>) throws(SnapshotError)
}

/// Encodes a snapshot.
struct SnapshotEncoder {
  private var offset: UInt64 = 0
  private let output: any SnapshotOutput

  private let isCompressed: Bool

  init(output: any SnapshotOutput, isCompressed: Bool) {
    self.output = output
    self.isCompressed = isCompressed
  }

  mutating func encode(_ operators: [OperatorID: any SnapshotContent]) throws(SnapshotError) {
    try write(SnapshotFormat.header)
    var index: [SnapshotFormat.OperatorIndex] = []
    for (id, content) in operators.sorted(by: { $0.key < $1.key }) {
      var entry = SnapshotFormat.OperatorIndex(
        id: id, keyGroups: [],
        entries: content.operatorState.map { .init(name: $0.name, redistribution: $0.redistribution) }, chunks: [])
      var chunk = ChunkBuilder(kind: .keyed)
      try content.encodeKeyGroups { (keyGroup, bytes) throws(SnapshotError) in
        if entry.keyGroups.last != UInt32(keyGroup) { entry.keyGroups.append(UInt32(keyGroup)) }
        try add(bytes, of: UInt32(keyGroup), to: &chunk, &entry.chunks)
      }
      try flush(&chunk, &entry.chunks)
      chunk = ChunkBuilder(kind: .operatorState)
      for (position, state) in content.operatorState.enumerated() { try add(state.bytes, of: UInt32(position), to: &chunk, &entry.chunks) }
      try flush(&chunk, &entry.chunks)
      index.append(entry)
    }
    let indexOffset = offset
    let bytes = Self.encode(index)
    try write(bytes)
    var trailer = ByteWriter()
    trailer.write(indexOffset)
    trailer.write(UInt64(bytes.count))
    trailer.write(Checksum.xxh64(SnapshotFormat.header + bytes))
    trailer.write(SnapshotFormat.trailerMagic)
    try write(trailer.bytes)
  }

  /// The chunk that is being filled.
  private struct ChunkBuilder {
    let kind: SnapshotFormat.ChunkKind
    var raw: [UInt8] = []
    var pieces: [SnapshotFormat.Piece] = []
    init(kind: SnapshotFormat.ChunkKind) { self.kind = kind }
  }

  /// Adds bytes to the chunk, and writes it whenever it is full.
  private mutating func add(
    _ bytes: [UInt8], of owner: UInt32, to chunk: inout ChunkBuilder, _ chunks: inout [SnapshotFormat.Chunk]
  ) throws(SnapshotError) {
    let limit = SnapshotLimits.chunkByteCountMax
    // What fits into an empty chunk is not split.
    if chunk.raw.count + bytes.count > limit { try flush(&chunk, &chunks) }
    var start = 0
    // What nearly fills a chunk by itself is not gathered first.
    while bytes.count - start >= limit / 2 {
      guard chunk.raw.isEmpty else { break }
      let count = min(limit, bytes.count - start)
      chunks.append(
        try write(bytes[start..<(start + count)], chunk.kind, [SnapshotFormat.Piece(owner: owner, offset: 0, count: UInt32(count))]))
      start += count
    }
    if start < bytes.count {
      chunk.pieces.append(.init(owner: owner, offset: UInt32(chunk.raw.count), count: UInt32(bytes.count - start)))
      chunk.raw += bytes[start...]
    }
  }

  private mutating func flush(_ chunk: inout ChunkBuilder, _ chunks: inout [SnapshotFormat.Chunk]) throws(SnapshotError) {
    guard !chunk.raw.isEmpty else { return }
    chunks.append(try write(chunk.raw[...], chunk.kind, chunk.pieces))
    chunk.raw.removeAll(keepingCapacity: true)
    chunk.pieces.removeAll(keepingCapacity: true)
  }

  private mutating func write(
    _ raw: ArraySlice<UInt8>, _ kind: SnapshotFormat.ChunkKind, _ pieces: [SnapshotFormat.Piece]
  ) throws(SnapshotError) -> SnapshotFormat.Chunk {
    let compressed = isCompressed ? Self.compress(raw) : []
    let stored = compressed.isEmpty ? raw : compressed[...]
    let description = SnapshotFormat.Chunk(
      kind: kind, compression: compressed.isEmpty ? .none : .lz4, fileOffset: offset, storedCount: UInt32(stored.count),
      rawCount: UInt32(raw.count), checksum: stored.withUnsafeBytes { Checksum.xxh64($0) }, pieces: pieces)
    try write(stored)
    return description
  }

  /// Empty where compressing would not pay.
  private static func compress(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    // Room for one byte less than the raw bytes: LZ4 gives up, with 0, where it does not get by with them.
    [UInt8](unsafeUninitializedCapacity: raw.count - 1) { target, count in
      guard let address = target.baseAddress else { return }
      count = raw.withUnsafeBytes { source in
        Int(LZ4_compress_default(source.baseAddress, address, Int32(source.count), Int32(target.count)))
      }
    }
  }

  private mutating func write(_ bytes: [UInt8]) throws(SnapshotError) { try write(bytes[...]) }

  private mutating func write(_ bytes: ArraySlice<UInt8>) throws(SnapshotError) {
    offset += UInt64(bytes.count)
    try output.write(bytes)
  }

  private static func encode(_ index: [SnapshotFormat.OperatorIndex]) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt32(index.count))
    for entry in index {
      writer.write(entry.id.hex)
      writer.write(UInt32(entry.keyGroups.count))
      for keyGroup in entry.keyGroups { writer.write(keyGroup) }
      writer.write(UInt32(entry.entries.count))
      for description in entry.entries {
        writer.write(description.name)
        writer.write(description.redistribution.rawValue)
      }
      writer.write(UInt32(entry.chunks.count))
      for chunk in entry.chunks {
        writer.write(chunk.kind.rawValue)
        writer.write(chunk.compression.rawValue)
        writer.write(chunk.fileOffset)
        writer.write(chunk.storedCount)
        writer.write(chunk.rawCount)
        writer.write(chunk.checksum)
        writer.write(UInt32(chunk.pieces.count))
        for piece in chunk.pieces {
          writer.write(piece.owner)
          writer.write(piece.offset)
          writer.write(piece.count)
        }
      }
    }
    return writer.bytes
  }
}

/// Reads back an encoded snapshot, or parts of it. Whatever the bytes are, it throws and does not trap.
struct SnapshotDecoder {
  /// For messages.
  let name: String
  let byteCount: Int
  /// Exactly these bytes; throws if there are fewer.
  let read: (_ offset: Int, _ count: Int) throws(SnapshotError) -> [UInt8]

  func load(operators wanted: Set<OperatorID>, keyGroups range: KeyGroupRange?) throws(SnapshotError) -> [OperatorID: OperatorSnapshot] {
    var result: [OperatorID: OperatorSnapshot] = [:]
    for entry in try index() where wanted.contains(entry.id) {
      var keyed: [UInt32: [UInt8]] = [:]
      for keyGroup in entry.keyGroups where range?.contains(Int(keyGroup)) ?? true {
        guard keyed.updateValue([], forKey: keyGroup) == nil else { throw corrupt("key group \(keyGroup) occurs twice") }
      }
      var states = [[UInt8]](repeating: [], count: entry.entries.count)
      for chunk in entry.chunks {
        guard chunk.kind == .operatorState || chunk.pieces.contains(where: { keyed[$0.owner] != nil }) else { continue }
        let raw = try decode(chunk)
        for piece in chunk.pieces {
          // Checked when the index was read: the piece lies within the chunk.
          let bytes = raw[Int(piece.offset)..<Int(piece.offset) + Int(piece.count)]
          switch chunk.kind {
          case .keyed: keyed[piece.owner]? += bytes
          case .operatorState: states[Int(piece.owner)] += bytes
          }
        }
      }
      result[entry.id] = OperatorSnapshot(
        keyGroups: keyed.sorted { $0.key < $1.key }.map { .init(keyGroup: Int($0.key), bytes: $0.value) },
        operatorState: zip(entry.entries, states).map { OperatorStateEntry(name: $0.name, redistribution: $0.redistribution, bytes: $1) })
    }
    return result
  }

  func corrupt(_ what: String) -> SnapshotError { SnapshotError(.corrupt, "snapshot \(name) is damaged: \(what)") }

  private func decode(_ chunk: SnapshotFormat.Chunk) throws(SnapshotError) -> [UInt8] {
    let stored = try read(Int(chunk.fileOffset), Int(chunk.storedCount))
    guard Checksum.xxh64(stored) == chunk.checksum else { throw corrupt("the checksum at offset \(chunk.fileOffset) is wrong") }
    guard chunk.compression == .lz4 else { return stored }
    var decodedCount: Int32 = -1
    let raw = [UInt8](unsafeUninitializedCapacity: Int(chunk.rawCount)) { target, count in
      decodedCount = stored.withUnsafeBytes { source in
        LZ4_decompress_safe(source.baseAddress, target.baseAddress, Int32(source.count), Int32(target.count))
      }
      count = max(0, Int(decodedCount))
    }
    guard decodedCount == Int32(chunk.rawCount) else { throw corrupt("the compressed data at offset \(chunk.fileOffset) is wrong") }
    return raw
  }

  private func index() throws(SnapshotError) -> [SnapshotFormat.OperatorIndex] {
    let headerCount = SnapshotFormat.header.count
    guard byteCount >= headerCount + SnapshotFormat.trailerByteCount else { throw corrupt("it has only \(byteCount) bytes") }
    let header = try read(0, headerCount)
    guard header.prefix(6).elementsEqual(SnapshotFormat.header.prefix(6)) else { throw corrupt("it does not begin like a snapshot") }
    let version = UInt16(header[6]) | UInt16(header[7]) << 8
    guard version == SnapshotFormat.version else {
      throw SnapshotError(
        .unsupportedVersion, "snapshot \(name) has format version \(version); this program reads version \(SnapshotFormat.version)")
    }
    let trailerOffset = byteCount - SnapshotFormat.trailerByteCount
    var trailer = ByteReader(try read(trailerOffset, SnapshotFormat.trailerByteCount))
    guard let indexOffset = trailer.u64(), let indexCount = trailer.u64(), let checksum = trailer.u64(),
      trailer.rest() == SnapshotFormat.trailerMagic
    else { throw corrupt("it is cut off") }
    guard indexOffset >= UInt64(headerCount), indexCount <= UInt64(SnapshotLimits.indexByteCountMax),
      indexOffset <= UInt64(trailerOffset), indexCount == UInt64(trailerOffset) - indexOffset
    else { throw corrupt("its trailer is wrong") }
    let bytes = try read(Int(indexOffset), Int(indexCount))
    guard Checksum.xxh64(header + bytes) == checksum else { throw corrupt("the checksum of its index is wrong") }
    guard let index = Self.parse(bytes, chunksBelow: indexOffset) else { throw corrupt("its index is wrong") }
    return index
  }

  /// Nil if the index contradicts itself.
  private static func parse(_ bytes: [UInt8], chunksBelow end: UInt64) -> [SnapshotFormat.OperatorIndex]? {
    var reader = ByteReader(bytes)
    guard let operatorCount = reader.count(each: 16) else { return nil }
    var index: [SnapshotFormat.OperatorIndex] = []
    for _ in 0..<operatorCount {
      guard let id = reader.string(), let keyGroupCount = reader.count(each: 4) else { return nil }
      var keyGroups: [UInt32] = []
      for _ in 0..<keyGroupCount {
        guard let keyGroup = reader.u32() else { return nil }
        keyGroups.append(keyGroup)
      }
      guard let entryCount = reader.count(each: 5) else { return nil }
      var entries: [SnapshotFormat.EntryDescription] = []
      for _ in 0..<entryCount {
        guard let name = reader.string(), let raw = reader.u8(), let redistribution = OperatorStateEntry.Redistribution(rawValue: raw)
        else {
          return nil
        }
        entries.append(.init(name: name, redistribution: redistribution))
      }
      guard let chunkCount = reader.count(each: 30) else { return nil }
      var chunks: [SnapshotFormat.Chunk] = []
      for _ in 0..<chunkCount {
        guard let kind = reader.u8().flatMap(SnapshotFormat.ChunkKind.init),
          let compression = reader.u8().flatMap(SnapshotFormat.Compression.init),
          let offset = reader.u64(), let storedCount = reader.u32(), let rawCount = reader.u32(), let checksum = reader.u64(),
          let pieceCount = reader.count(each: 12)
        else { return nil }
        guard rawCount <= SnapshotLimits.chunkByteCountMax, storedCount <= rawCount, offset <= end, UInt64(storedCount) <= end - offset,
          compression == .lz4 || storedCount == rawCount
        else { return nil }
        var pieces: [SnapshotFormat.Piece] = []
        for _ in 0..<pieceCount {
          guard let owner = reader.u32(), let start = reader.u32(), let count = reader.u32(), start <= rawCount, count <= rawCount - start
          else {
            return nil
          }
          if kind == .operatorState, owner >= entryCount { return nil }
          pieces.append(.init(owner: owner, offset: start, count: count))
        }
        chunks.append(
          .init(
            kind: kind, compression: compression, fileOffset: offset, storedCount: storedCount, rawCount: rawCount, checksum: checksum,
            pieces: pieces))
      }
      index.append(.init(id: OperatorID(hex: id), keyGroups: keyGroups, entries: entries, chunks: chunks))
    }
    return reader.isAtEnd ? index : nil
  }
}
