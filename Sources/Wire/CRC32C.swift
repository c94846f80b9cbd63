//  The checksum of frames: CRC-32C (Castagnoli), eight bytes a step.
//  Source: RFC 3720, appendix B.4 (polynomial and test vectors); Kounavis and Berry, "A Systematic Approach to Building
//  High Performance Software-Based CRC Generators", 2005 (slicing by 8).

public enum CRC32C {
  /// The checksum of `bytes`; or, given the checksum of what stood before them, of both together.
  public static func checksum(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var crc = ~previous
      var offset = 0
      while offset + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
        crc = tables[1792 + Int(word & 0xFF)]
        crc ^= tables[1536 + Int((word &>> 8) & 0xFF)]
        crc ^= tables[1280 + Int((word &>> 16) & 0xFF)]
        crc ^= tables[1024 + Int((word &>> 24) & 0xFF)]
        crc ^= tables[768 + Int((word &>> 32) & 0xFF)]
        crc ^= tables[512 + Int((word &>> 40) & 0xFF)]
        crc ^= tables[256 + Int((word &>> 48) & 0xFF)]
        crc ^= tables[Int(word &>> 56)]
        offset += 8
      }
      while offset < bytes.count {
        crc = tables[Int((crc ^ UInt32(bytes[offset])) & 0xFF)] ^ (crc &>> 8)
        offset += 1
      }
      return ~crc
    }
  }

  /// Eight tables of 256, one after the other; table k is for a byte that k more bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
      tables[byte] = crc
    }
    for index in 256..<tables.count {
      let shorter = tables[index - 256]
      tables[index] = tables[Int(shorter & 0xFF)] ^ (shorter >> 8)
    }
    return tables
  }()
}
