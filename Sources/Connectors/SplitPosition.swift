//  How a split's position is encoded where it is one number: eight bytes, the least significant first.

enum SplitPosition {
  static func bytes(_ offset: Int64) -> [UInt8] {
    withUnsafeBytes(of: offset.littleEndian) { Array($0) }
  }

  /// Nil unless it is eight bytes that hold a number from 0 on.
  static func offset(_ bytes: [UInt8]) -> Int64? {
    guard bytes.count == 8 else { return nil }
    let offset = bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    return offset >= 0 ? offset : nil
  }
}
