//  IPv4 addresses as numbers: INET_ATON and INET_NTOA. Short forms are those of MySQL: `127.1` is `127.0.0.1`.

import Columnar

extension FunctionLibrary {
  static let internetAddresses: [FunctionDefinition] = [
    // NULL for what is no address.
    FunctionDefinition("INET_ATON", [.string], gives: .int64, nullability: .always) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapRows(Int64.self) { row in texts.with(row, number) }
    },
    // NULL for what does not fit into 32 bits.
    FunctionDefinition("INET_NTOA", [.int64], gives: .string, nullability: .always) { (arguments) throws(EvaluationError) in
      let numbers = arguments.vector(0, Int64.self)
      return try arguments.mapToBytes { row, text in
        guard let address = UInt32(exactly: numbers[row]) else { return false }
        text.append(contentsOf: [24, 16, 8, 0].map { "\(address >> $0 & 255)" }.joined(separator: ".").utf8)
        return true
      }
    },
  ]

  /// One to four numbers of a byte each; the last one stands at the end, the others from the front.
  private static func number(_ text: UnsafeRawBufferPointer) -> Int64? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard 1...4 ~= parts.count else { return nil }
    var address: Int64 = 0
    for (index, part) in parts.enumerated() {
      guard !part.isEmpty, part.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
      guard let value = Int64(String(decoding: part, as: UTF8.self)), value < 256 else { return nil }
      address += value << Int64(index == parts.count - 1 ? 0 : 24 - 8 * index)
    }
    return address
  }
}
