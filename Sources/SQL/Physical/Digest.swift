//  A 128-bit digest for the identity of operators. It names state in snapshots: never change it.

struct Digest: Hashable, Sendable {
  private(set) var high: UInt64
  private(set) var low: UInt64

  /// Of a kind and its parts, in order.
  init(_ kind: String, _ parts: [Digest] = []) {
    high = 0xCBF2_9CE4_8422_2325
    low = 0x6C62_272E_07BB_0142
    for byte in kind.utf8 { mix(UInt64(byte)) }
    mix(0x1_0000 | UInt64(parts.count) << 20)
    for part in parts {
      mix(part.high)
      mix(part.low)
    }
    high = Self.finish(high ^ Self.rotate(low, 32))
    low = Self.finish(low &+ high)
  }

  private mutating func mix(_ word: UInt64) {
    high = Self.rotate((high ^ word) &* 0x9E37_79B1_85EB_CA87, 31) &+ low
    low = Self.rotate((low &+ word) &* 0xC2B2_AE3D_27D4_EB4F, 29) ^ high
  }

  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

  private static func finish(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// 32 lower-case hexadecimal digits.
  var hex: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
