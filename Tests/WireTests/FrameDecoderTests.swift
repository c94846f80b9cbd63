//  Frames come out as they went in, however the bytes are cut; anything else is an error, once and for good.

import TestKit
import Testing

@testable import Wire

/// Every frame in `bytes`, fed in chunks of these sizes, over and over.
private func decode(_ bytes: [UInt8], chunks: [Int], _ decoder: inout FrameDecoder) throws -> [Frame] {
  var frames: [Frame] = []
  var offset = 0
  var turn = 0
  while offset < bytes.count {
    let end = min(bytes.count, offset + chunks[turn % chunks.count])
    try bytes[offset..<end].withUnsafeBytes { chunk in
      var rest = chunk
      while let frame = try decoder.next(from: &rest) { frames.append(frame) }
      #expect(rest.isEmpty)
    }
    offset = end
    turn += 1
  }
  return frames
}

@Test("CRC-32C has the values of RFC 3720")
func checksumsAreCastagnoli() {
  func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32C.checksum($0) } }
  #expect(checksum([]) == 0)
  #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  #expect(checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
  #expect(checksum(Array(0..<32)) == 0x46DD_794E)
  #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
}

@Test("a checksum of two parts is that of the whole", arguments: 0..<40)
func checksumsContinue(cut: Int) {
  let bytes = (0..<40).map { UInt8($0 * 5) }
  let whole = bytes.withUnsafeBytes { CRC32C.checksum($0) }
  let first = bytes[..<cut].withUnsafeBytes { CRC32C.checksum($0) }
  #expect(bytes[cut...].withUnsafeBytes { CRC32C.checksum($0, continuing: first) } == whole)
}

@Test("frames come out as they went in, however the bytes are cut", arguments: 0..<32 as Range<UInt64>)
func chunksDoNotMatter(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let bytes = try everyFrame.flatMap { try $0.encoded(payloadMax: Frame.controlPayloadMax) }
  let chunks = (0..<7).map { _ in Int.random(in: 1...60, using: &random) }
  var decoder = FrameDecoder(payloadMax: Frame.controlPayloadMax)
  #expect(try decode(bytes, chunks: chunks, &decoder) == everyFrame)
  #expect(decoder.bufferedByteCount == 0)
}

@Test("a frame without a payload is a frame")
func emptyPayloads() throws {
  var decoder = FrameDecoder(payloadMax: 0)
  let frame = Frame(kind: .control, payload: [])
  #expect(try decode(frame.encoded(payloadMax: 0), chunks: [5], &decoder) == [frame])
}

@Test("any flipped bit is noticed")
func everyBitCounts() throws {
  let bytes = try Frame(kind: .batch, payload: [1, 2, 3, 4, 5]).encoded(payloadMax: 100)
  for bit in 0..<(bytes.count * 8) {
    var broken = bytes
    broken[bit / 8] ^= 1 << UInt8(bit % 8)
    var decoder = FrameDecoder(payloadMax: 100)
    // A longer length waits for bytes that do not come; everything else is an error at once.
    let frames = try? decode(broken, chunks: [broken.count], &decoder)
    #expect(frames == nil || frames == [])
  }
}

@Test("a frame beyond the limit is refused by its header alone, on both sides")
func limitsHold() throws {
  let bytes = try Frame(kind: .batch, payload: [UInt8](repeating: 0, count: 101)).encoded(payloadMax: 101)
  var decoder = FrameDecoder(payloadMax: 100)
  #expect { try decode(Array(bytes[..<12]), chunks: [12], &decoder) } throws: { ($0 as? WireError)?.kind == .oversized }
  #expect { try Frame(kind: .batch, payload: [UInt8](repeating: 0, count: 101)).encoded(payloadMax: 100) } throws: {
    ($0 as? WireError)?.kind == .oversized
  }
}

@Test("after an error a decoder gives the same error, whatever follows")
func errorsStay() throws {
  var decoder = FrameDecoder(payloadMax: 100)
  let good = try Frame(kind: .batch, payload: [1]).encoded(payloadMax: 100)
  #expect(throws: WireError.self) { try decode([UInt8](repeating: 0xAB, count: 12), chunks: [12], &decoder) }
  #expect { try decode(good, chunks: [13], &decoder) } throws: { ($0 as? WireError)?.kind == .corrupt }
}

@Test("a header that promises 64 MiB reserves no more than has arrived")
func promisesCostNothing() throws {
  let header = try Frame(kind: .batch, payload: [UInt8](repeating: 0, count: 1 << 20)).header(payloadMax: 1 << 20)
  var decoder = FrameDecoder(payloadMax: 1 << 20)
  #expect(try decode(header + [1, 2, 3], chunks: [4], &decoder) == [])
  #expect(decoder.bufferedByteCount == header.count + 3)
}

@Test("1,000 mutated streams of frames give frames that were sent, or an error", arguments: 0..<10 as Range<UInt64>)
func mutatedFramesNeverTrap(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let sent = Set(everyFrame)
  for _ in 0..<100 {
    let frames = (0..<3).map { _ in everyFrame[Int.random(in: 0..<everyFrame.count, using: &random)] }
    var bytes = try frames.flatMap { try $0.encoded(payloadMax: Frame.dataPayloadMax) }
    mutate(&bytes, using: &random)
    var decoder = FrameDecoder(payloadMax: Frame.dataPayloadMax)
    let decoded = (try? decode(bytes, chunks: [11, 64], &decoder)) ?? []
    #expect(decoded.allSatisfy(sent.contains))
  }
}
