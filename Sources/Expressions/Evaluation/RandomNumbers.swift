//  Randomness as an argument: where the numbers of RAND, RAND_INTEGER and UUID come from. A seed says all of them, so that a test can.

import Synchronization

/// A source of random numbers for the expressions of one operator. A batch takes one seed from it, and its rows their numbers from that.
public final class RandomNumbers: Sendable {
  private let generator: Mutex<SplitMix64>

  public init(seed: UInt64) { generator = Mutex(SplitMix64(state: seed)) }

  /// Numbers that no other call gets.
  func next() -> SplitMix64 { generator.withLock { SplitMix64(state: $0.next()) } }
}

/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64: RandomNumberGenerator, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// The numbers that Java gives for a seed.
///
/// Source: the documentation of `java.util.Random`, which fixes the algorithm.
struct JavaRandom: Sendable {
  private var state: UInt64
  private static let mask: UInt64 = 1 << 48 - 1

  init(seed: Int64) { state = (UInt64(bitPattern: seed) ^ 0x5_DEEC_E66D) & Self.mask }

  private mutating func next(bits: UInt64) -> Int32 {
    state = (state &* 0x5_DEEC_E66D &+ 0xB) & Self.mask
    return Int32(truncatingIfNeeded: Int64(bitPattern: state) >> Int64(48 - bits))
  }

  /// At least 0, less than 1.
  mutating func nextDouble() -> Double {
    let high = Int64(next(bits: 26)) << 27
    return Double(high + Int64(next(bits: 27))) * 0x1p-53
  }

  /// At least 0, less than the bound, which is positive.
  mutating func nextInteger(below bound: Int32) -> Int32 {
    var drawn = next(bits: 31)
    if bound & (bound - 1) == 0 { return Int32(truncatingIfNeeded: (Int64(bound) * Int64(drawn)) >> 31) }
    // What is left over at the upper end would favour small numbers.
    while true {
      let value = drawn % bound
      if drawn &- value &+ (bound - 1) >= 0 { return value }
      drawn = next(bits: 31)
    }
  }
}
