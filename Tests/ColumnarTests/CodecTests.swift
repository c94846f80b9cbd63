import Columnar
import TestKit
import Testing

@Suite("the codec of batches")
struct BatchCodecTests {
  private func encoded(_ batch: RecordBatch) -> [UInt8] {
    var writer = ByteWriter()
    batch.encode(into: &writer)
    return writer.bytes
  }

  private func decoded(_ bytes: [UInt8], _ schema: Schema) throws(CodecError) -> RecordBatch {
    try ByteReader.read(bytes) { reader throws(CodecError) in try RecordBatch.decode(from: &reader, schema: schema) }
  }

  @Test("a batch of every type comes back equal", arguments: 0..<40 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rowCount = [0, 1, 63, 64, 65, 200][Int(seed) % 6]
    let batch = randomBatch(everyType, rowCount: rowCount, nullEvery: seed % 3 == 0 ? 0 : 4, withChanges: seed % 2 == 0, using: &random)
    #expect(try decoded(encoded(batch), everyType) == batch)
  }

  @Test("rows that were taken from a batch come back without the bytes of the others")
  func compactsStrings() throws {
    let long = batch("s:string \n 'a string of more than twelve bytes' \n 'another one that is rather long' \n short")
    let one = long.take([1])
    let bytes = encoded(one)
    #expect(try decoded(bytes, one.schema) == one)
    #expect(!bytes.contains(Array("more than twelve".utf8)))
  }

  @Test("lists that were taken or sliced come back equal", arguments: 0..<20 as Range<UInt64>)
  func slicedLists(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let whole = randomBatch(everyType, rowCount: 50, using: &random)
    let rows = (0..<20).map { _ in Int32.random(in: 0..<50, using: &random) }
    for part in [whole.take(rows), whole.slice(10..<30), .concatenate([whole.slice(3..<9), whole.take(rows)])] {
      #expect(try decoded(encoded(part), everyType) == part)
    }
  }

  @Test("mutated bytes give an error or a valid batch, never a trap", arguments: 0..<1000 as Range<UInt64>)
  func survivesMutation(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let batch = randomBatch(everyType, rowCount: Int.random(in: 0...70, using: &random), withChanges: seed % 2 == 0, using: &random)
    var bytes = encoded(batch)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random)!
      case 2: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...8, using: &random)))
      default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
      }
    }
    guard let result = try? decoded(bytes, everyType) else { return }
    // What was accepted can be read, moved, hashed and written again.
    _ = result.take((0..<Int32(result.rowCount)).reversed())
    _ = PartitionHash.hashes(result.columns, types: everyType.fields.map(\.type), rowCount: result.rowCount)
    #expect((try? decoded(encoded(result), everyType))?.rowCount == result.rowCount)
  }

  @Test("every truncation is an error", arguments: 0..<4 as Range<UInt64>)
  func refusesTruncation(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = encoded(randomBatch(everyType, rowCount: 5, using: &random))
    for length in 0..<bytes.count {
      #expect(throws: CodecError.self) { try decoded(Array(bytes[..<length]), everyType) }
    }
  }

  @Test("a count that the bytes do not justify is refused before anything is allocated")
  func refusesHugeCounts() {
    var writer = ByteWriter()
    writer.write(RecordBatch.codecVersion)
    writer.write(count: RecordBatch.maxRowCount)
    writer.write(false)
    writer.writeSection { $0.write(false) }
    #expect(throws: CodecError("16777216 bytes expected, 0 are left", offset: 1)) { try decoded(writer.bytes, schema("flag:boolean")) }
    #expect(throws: CodecError.self) { try decoded([1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0], schema("flag:boolean")) }
    #expect(throws: CodecError("batch version 9 is not 1", offset: 1)) { try decoded([9], schema("flag:boolean")) }
  }

  @Test("a value under a null that is not zero is refused")
  func refusesValueUnderNull() {
    var writer = ByteWriter()
    writer.write(RecordBatch.codecVersion)
    writer.write(count: 1)
    writer.write(false)
    writer.writeSection {
      $0.write(true)
      $0.write(fixed: UInt64(0))
      $0.write(fixed: Int64(7))
    }
    #expect(throws: CodecError("row 0 is null but not zero", offset: 17)) { try decoded(writer.bytes, schema("key")) }
  }
}

@Suite("the codec of schemas, values and numbers")
struct SchemaCodecTests {
  @Test("a schema of every type comes back equal, and its truncations are errors")
  func schemas() throws {
    var writer = ByteWriter()
    everyType.encode(into: &writer)
    #expect(try ByteReader.read(writer.bytes) { reader throws(CodecError) in try Schema.decode(from: &reader) } == everyType)
    for length in 0..<writer.count {
      #expect(throws: CodecError.self) {
        try ByteReader.read(Array(writer.bytes[..<length])) { reader throws(CodecError) in try Schema.decode(from: &reader) }
      }
    }
  }

  @Test("a type nested without end is refused")
  func deepTypes() {
    var writer = ByteWriter()
    DataType.array(.boolean).encode(into: &writer)
    let bytes = [UInt8](repeating: writer.bytes[0], count: 100_000)
    #expect(throws: CodecError("a type is nested deeper than 32", offset: 32)) {
      try ByteReader.read(bytes) { reader throws(CodecError) in try DataType.decode(from: &reader) }
    }
  }

  @Test("values of every type come back equal", arguments: 0..<20 as Range<UInt64>)
  func values(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let value = randomValue(.row(everyType.fields), nullEvery: seed % 2 == 0 ? 0 : 9, using: &random)
    var writer = ByteWriter()
    value.encode(into: &writer)
    #expect(try ByteReader.read(writer.bytes) { reader throws(CodecError) in try Value.decode(from: &reader) } == value)
  }

  @Test("mutated schemas and values give an error or a value, never a trap", arguments: 0..<500 as Range<UInt64>)
  func mutations(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var writer = ByteWriter()
    everyType.encode(into: &writer)
    randomValue(.row(everyType.fields), nullEvery: 9, using: &random).encode(into: &writer)
    var bytes = writer.bytes
    for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
    let result = try? ByteReader.read(bytes) { reader throws(CodecError) in
      (try Schema.decode(from: &reader), try Value.decode(from: &reader))
    }
    if let result { #expect(result.0.count <= bytes.count) }
  }

  @Test(
    "numbers come back as they were written",
    arguments: [0, 1, -1, 63, 64, -64, -65, 127, 128, 300, Int64.max, Int64.min])
  func numbers(number: Int64) throws {
    var writer = ByteWriter()
    writer.write(signed: number)
    writer.write(varint: UInt64(bitPattern: number))
    writer.write(fixed: number)
    writer.write(Double(number))
    let result = try ByteReader.read(writer.bytes) { reader throws(CodecError) in
      (try reader.readSigned(), try reader.readVarint(), try reader.readFixed(Int64.self), try reader.readDouble())
    }
    #expect(result == (number, UInt64(bitPattern: number), number, Double(number)))
  }

  @Test("a varint of more than 64 bits is refused")
  func longVarint() {
    let bytes = [UInt8](repeating: 0xFF, count: 9) + [2]
    #expect(throws: CodecError.self) { try ByteReader.read(bytes) { reader throws(CodecError) in try reader.readVarint() } }
  }
}
