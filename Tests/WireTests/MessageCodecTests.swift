//  What is written is read back, and what is not a message is an error and never a trap.

import Columnar
import Dataflow
import State
import TestKit
import Testing

@testable import Wire

@Test("every coordinator message is read back as it was written", arguments: coordinatorMessages)
func coordinatorMessagesSurvive(message: CoordinatorMessage) throws {
  #expect(try CoordinatorMessage(message.frame) == message)
}

@Test("every worker message is read back as it was written", arguments: workerMessages)
func workerMessagesSurvive(message: WorkerMessage) throws {
  #expect(try WorkerMessage(message.frame) == message)
}

@Test("every data frame is read back as it was written", arguments: dataFrames)
func dataFramesSurvive(frame: DataFrame) throws {
  #expect(try DataFrame(frame.frame) == frame)
}

@Test("every stream element but a batch is a control element and back")
func elementsSurvive() {
  let elements: [StreamElement] = [
    .watermark(.end), .idle, .active, .barrier(CheckpointBarrier(epoch: Epoch(1), triggeredAt: 2)), .abort(Epoch(3)), .end,
  ]
  for element in elements { #expect(ControlElement(element)?.element == element) }
  #expect(ControlElement(.batch(batch("a \n 1"))) == nil)
}

@Test("a message of the other direction is refused")
func directionsAreKeptApart() {
  #expect(throws: WireError.self) { try WorkerMessage(coordinatorMessages[0].frame) }
  #expect(throws: WireError.self) { try CoordinatorMessage(workerMessages[0].frame) }
  #expect(throws: WireError.self) { try DataFrame(workerMessages[0].frame) }
}

@Test("a payload cut short, or with a byte too many, is malformed")
func lengthsAreExact() {
  for message in workerMessages {
    let payload = message.frame.payload
    for count in 0..<payload.count {
      #expect(throws: WireError.self) { try WorkerMessage(Frame(kind: .toCoordinator, payload: Array(payload[..<count]))) }
    }
    #expect(throws: WireError.self) { try WorkerMessage(Frame(kind: .toCoordinator, payload: payload + [0])) }
  }
}

@Test("a range of key groups that goes backwards is malformed")
func keyGroupRangesAreChecked() throws {
  var writer = ByteWriter()
  writer.write(signed: 5)
  writer.write(signed: 4)
  #expect(throws: WireError.self) { try KeyGroupRangeProbe(payload: writer.bytes) }
}

private struct KeyGroupRangeProbe: Payload {
  func write(to writer: inout ByteWriter) {}
  static func read(from reader: inout ByteReader) throws(CodecError) -> KeyGroupRangeProbe {
    _ = try KeyGroupRange.read(from: &reader)
    return KeyGroupRangeProbe()
  }
}

/// Payloads whose checksum matches and whose content does not: what a broken peer of ours would send.
@Test("1,000 mutated payloads decode or give an error", arguments: 0..<10 as Range<UInt64>)
func mutatedPayloadsNeverTrap(seed: UInt64) {
  var random = SeededGenerator(seed: seed)
  for _ in 0..<100 {
    var frame = everyFrame[Int.random(in: 0..<everyFrame.count, using: &random)]
    mutate(&frame.payload, using: &random)
    _ = try? CoordinatorMessage(frame)
    _ = try? WorkerMessage(frame)
    _ = try? DataFrame(frame)
    var server = HandshakeState.server(HandshakeIdentity(role: .control))
    _ = server.receive(frame)
    var client = HandshakeState.client(HandshakeIdentity(role: .control))
    _ = client.receive(Frame(kind: .welcome, payload: frame.payload))
  }
}

@Test("a batch of every type travels in a frame", arguments: 0..<8 as Range<UInt64>)
func batchesSurvive(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let batch = randomBatch(everyType, rowCount: 50, using: &random)
  let payloads = try DataFrame.payloads(batch, number: 7)
  #expect(payloads.count == 1)
  #expect(try DataFrame(Frame(kind: .batch, payload: payloads[0])) == .batch(number: 7, payload: payloads[0]))
  #expect(try DataFrame.decodeBatch(payload: payloads[0], schema: everyType) == batch)
}

@Test("1,000 mutated batches decode or give an error", arguments: 0..<10 as Range<UInt64>)
func mutatedBatchesNeverTrap(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let batch = randomBatch(everyType, rowCount: 5, using: &random)
  let payload = DataFrame.encode(batch, number: 1)
  for _ in 0..<100 {
    var mutated = payload
    mutate(&mutated, using: &random)
    if let decoded = try? DataFrame.decodeBatch(payload: mutated, schema: everyType) {
      // What decodes can be read to the last value.
      #expect((0..<decoded.rowCount).allSatisfy { decoded.values(at: $0).count == everyType.count })
    }
  }
}

/// One string column; every row is the same long string.
private func wide(_ changes: [ChangeKind]?, rowCount: Int, byteCount: Int) -> RecordBatch {
  let storage = ByteStorage([UInt8](repeating: 0x78, count: byteCount))
  let view = ByteView(bytes: storage.bytes, buffer: 0, offset: 0)
  let column = BytesColumn(views: [ByteView](repeating: view, count: rowCount), buffers: [storage])
  return RecordBatch(schema: schema("name:string"), columns: [.bytes(column)], rowCount: rowCount, changes: changes)
}

@Test("a batch too large for a frame is cut, never between -U and +U")
func largeBatchesAreCut() throws {
  let large = wide([.updateBefore, .updateAfter, .updateBefore, .updateAfter, .insert, .insert], rowCount: 6, byteCount: 3 << 20)
  let pieces = try DataFrame.payloads(large, number: 1).map { try DataFrame.decodeBatch(payload: $0, schema: large.schema) }
  #expect(pieces.map(\.changes) == [[.updateBefore, .updateAfter], [.updateBefore, .updateAfter], [.insert, .insert]])
}

@Test("a single row beyond the limit is refused by size")
func hugeRowsAreRefused() {
  let huge = wide(nil, rowCount: 1, byteCount: Frame.dataPayloadMax)
  #expect { try DataFrame.payloads(huge, number: 1) } throws: { ($0 as? WireError)?.kind == .oversized }
}

@Test("schemas that differ in a name, a type or nullability have different digests")
func digestsTellSchemasApart() {
  let headers = ["a b", "a c", "a b:int", "a b!", "a", "b a", "a b c"]
  #expect(Set(headers.map { schema($0).wireDigest }).count == headers.count)
  #expect(schema("a b").wireDigest == schema("a b").wireDigest)
}

/// Flips, overwrites, cuts, doubles or inserts bytes.
func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let position = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0 where !bytes.isEmpty: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where !bytes.isEmpty: bytes[position] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random)!
    case 2: bytes.removeLast(min(bytes.count, Int.random(in: 0..<8, using: &random)))
    case 3: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 9)], at: position)
    default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: position)
    }
  }
}
