//  The Nexmark auction site: event `n` is a pure function of `n`, so draws may be made in any order or left out.
//  Pure arithmetic. All integers wrap; the order of the draws of each kind of event is part of the model.
//  Source: Tucker et al., "NEXMark: A Benchmark for Queries over Data Streams", 2002; constants of the public benchmark.

import CNexmark
import Columnar
import Dataflow
import Glibc

/// The parameters of one run and the numbers of things at event `n`.
struct NexmarkModel: Sendable {
  /// Of 50 events one is a person, three are auctions, the rest are bids.
  static let eventsPerGroup: Int64 = 50
  static let auctionsPerGroup: Int64 = 3
  static let firstBid: Int64 = 4
  /// Consecutive numbers that one split emits before the next split has its turn.
  static let chunk: Int64 = 1000
  static let firstID: Int64 = 1000
  /// One of this many auctions, sellers or bidders is the hot one.
  static let hotRatio: Int64 = 100
  static let firstCategory: Int64 = 10

  static let defaultEventCount: Int64 = 1_000_000
  static let maxEventCount: Int64 = 1_000_000_000_000
  static let defaultEventRate: Int64 = 100_000
  static let maxEventRate: Int64 = 1_000_000_000_000
  static let defaultBaseTime: Int64 = 1_735_689_600_000
  /// Epoch milliseconds up to about the year 9999 either way, so that microseconds never overflow.
  static let maxBaseTime: Int64 = 253_402_300_799_999

  let eventCount: Int64
  let baseTime: Int64  // epoch milliseconds
  let microsecondsPerEvent: Double
  /// How far ahead auctions end, in milliseconds.
  let horizon: Int64

  init(eventCount: Int64, eventRate: Int64, baseTime: Int64) {
    self.eventCount = eventCount
    self.baseTime = baseTime
    microsecondsPerEvent = 1e6 / Double(eventRate)
    horizon = Int64(Double(100 * Self.eventsPerGroup / 3) * 1000.0 / Double(eventRate))
  }

  init(_ options: OptionValues) throws(OperatorError) {
    self.init(
      eventCount: try options.integer("events.num", in: 0...Self.maxEventCount, default: Self.defaultEventCount),
      eventRate: try options.integer("event-rate", in: 1...Self.maxEventRate, default: Self.defaultEventRate),
      baseTime: try options.integer("base-time", in: -Self.maxBaseTime...Self.maxBaseTime, default: Self.defaultBaseTime))
  }

  /// Microseconds since 1970, on a whole millisecond.
  @inline(__always) func time(_ number: Int64) -> Int64 {
    (baseTime &+ Int64(Double(number) * microsecondsPerEvent) / 1000) &* 1000
  }

  @inline(__always) static func lastPerson(_ number: Int64) -> Int64 { number / eventsPerGroup }

  /// The last auction opened by event `number`, -1 before the first.
  @inline(__always) static func lastAuction(_ number: Int64) -> Int64 {
    let group = number / eventsPerGroup
    let place = number % eventsPerGroup
    if place < 1 { return (group - 1) * auctionsPerGroup + 2 }
    return group * auctionsPerGroup + (place >= firstBid ? 2 : place - 1)
  }

  /// The people that may still act: ids from `lower`, drawn from `bound`.
  @inline(__always) static func activePeople(_ number: Int64) -> (lower: Int64, bound: UInt64) {
    let count = lastPerson(number) + 1
    let active = min(count, 1000)
    return (count - active, UInt64(bitPattern: active + 10))
  }

  /// The auctions that may still be bid on: ids from `lower`, drawn from `bound`.
  @inline(__always) static func openAuctions(_ number: Int64) -> (lower: Int64, bound: UInt64) {
    let last = lastAuction(number)
    let lower = max(last - 100, 0)
    return (lower, UInt64(bitPattern: last - lower + 1 + 10))
  }
}

/// SplitMix64 with random access: draw `k` of an event is a function of the event's state and `k`.
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
enum NexmarkRandom {
  static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always) static func mix(_ input: UInt64) -> UInt64 {
    var word = input
    word = (word ^ (word &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word &>> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word &>> 31)
  }

  /// The state before the first draw of event `number`.
  @inline(__always) static func state(_ number: Int64) -> UInt64 { mix(UInt64(bitPattern: number) &* gamma &+ 0x5_DEEC_E66D) }

  /// Draw `index`, counted from 1.
  @inline(__always) static func draw(_ state: UInt64, _ index: UInt64) -> UInt64 { mix(state &+ index &* gamma) }

  /// `0 ..< bound` from the high half of a draw.
  @inline(__always) static func bounded(_ draw: UInt64, _ bound: UInt64) -> UInt64 { ((draw &>> 32) &* bound) &>> 32 }

  /// Where in the pool the letters of a draw start: below 2^20.
  @inline(__always) static func poolOffset(_ draw: UInt64) -> Int { Int(draw &>> 44) }
}

/// `round_half_up(pow(10, u * 6) * 100)`, bit for bit, at a fraction of the cost of `pow`.
///
/// `10^y` is taken as `10^(i/128) * e^r` with a table and a polynomial of degree 5 (|r| <= 0.009, so the remainder is below
/// 8e-16 and the whole relative error below 2e-15). On a value of at most 1e8 that moves it by less than 2e-7: unless it
/// lies within 1e-6 of a half, the rounded result is that of `pow`; otherwise `pow` itself is asked.
struct NexmarkPrices: ~Copyable {
  let powers: UnsafeMutablePointer<Double>

  init() {
    powers = .allocate(capacity: Int(CNEXMARK_STEP_COUNT))
    for step in 0..<Int(CNEXMARK_STEP_COUNT) { powers[step] = pow(10.0, Double(step) / Double(CNEXMARK_STEPS_PER_UNIT)) * 100.0 }
  }

  deinit { powers.deallocate() }

  @inline(__always) func price(_ draw: UInt64) -> Int64 { cnexmark_price(draw, powers) }
}
