//  The directories of partitions, `dt=2025-01-01/hm=00%3A00`: how names and values stand in them, as Hive and Flink escape them.

enum PartitionPath {
  /// Bytes that mean something in a path.
  private static let special = Set("\"#%'*/:=?\\{[]^\u{7F}".utf8)

  static func escape(_ text: [UInt8], into path: inout [UInt8]) {
    for byte in text {
      guard byte < 0x20 || special.contains(byte) else {
        path.append(byte)
        continue
      }
      path.append(UInt8(ascii: "%"))
      for nibble in [byte >> 4, byte & 15] { path.append(nibble < 10 ? nibble + 48 : nibble + 55) }
    }
  }

  /// `%` and two hexadecimal digits are a byte; any other `%` is itself.
  static func unescape(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Name and value of a directory such as `hm=00%3A00`; nil if it is none of a partition.
  static func parse(_ directory: some StringProtocol) -> (name: String, value: String)? {
    guard let sign = directory.firstIndex(of: "=") else { return nil }
    return (unescape(directory[..<sign]), unescape(directory[directory.index(after: sign)...]))
  }

  /// The name of a file or a directory, that stays where it is put.
  static func isName(_ text: some StringProtocol) -> Bool { !text.isEmpty && !text.contains("/") && text != "." && text != ".." }

  /// A path of such names.
  static func isInside(_ path: some StringProtocol) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isName($0) }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
    default: nil
    }
  }
}
