//  Printed output by offset, bounded.

import Foundation
import Testing

@testable import Coordinator

/// A directory that goes when the test is over.
final class TemporaryDirectory {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("swiftwater-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct ConsoleBufferTests {
  @Test("following by offset gives every byte once, as long as they are kept")
  func follow() {
    var buffer = ConsoleBuffer(byteCountMax: 1_000)
    var offset: Int64 = 0
    var read: [UInt8] = []
    var written: [UInt8] = []
    for number in 0..<500 {
      let line = Array("line \(number)\n".utf8)
      written += line
      buffer.append(line)
      let part = buffer.read(from: offset, byteCountMax: 7)
      #expect(part.offset == offset)
      read += part.bytes
      offset = part.offset + Int64(part.bytes.count)
      while offset < buffer.endOffset {
        let part = buffer.read(from: offset, byteCountMax: 7)
        read += part.bytes
        offset += Int64(part.bytes.count)
      }
    }
    #expect(read == written)
  }

  @Test("who comes late gets whole lines, from the oldest that is kept")
  func late() {
    var buffer = ConsoleBuffer(byteCountMax: 100)
    for number in 0..<1_000 { buffer.append(Array("line \(number)\n".utf8)) }
    let part = buffer.read(from: 0, byteCountMax: 10_000)
    #expect(part.offset + Int64(part.bytes.count) == buffer.endOffset)
    #expect(part.bytes.count <= 100)
    #expect(String(decoding: part.bytes, as: UTF8.self).hasPrefix("line 9"))
    #expect(buffer.read(from: .max, byteCountMax: 10).bytes.isEmpty)
    #expect(buffer.read(from: .min, byteCountMax: 10).offset == part.offset)
  }
}
