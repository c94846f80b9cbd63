//  The strings of the model, made once and shared by all batches: columns hold views of them and copy nothing.

import Columnar

/// The letter pool, and views of every name, city, state, channel and address.
final class NexmarkStrings: Sendable {
  static let shared = NexmarkStrings()

  static let poolByteCount = (1 << 20) + 1024
  static let channelCount = 10_004
  static let firstColdChannel = 4

  /// Random letters; a view of them has buffer 0 in a column whose buffers are `[pool]`.
  let pool: ByteStorage
  /// Views of channels are all in place.
  let channels: [ByteView]
  /// Views in `urlText`.
  let urls: [ByteView]
  let urlText: ByteStorage
  /// Views in `nameText`.
  let names: [ByteView]
  let nameText: ByteStorage
  /// Views in `cityText`.
  let cities: [ByteView]
  let cityText: ByteStorage
  let states: [ByteView]

  private init() {
    let pool = ByteStorage(count: Self.poolByteCount) { bytes in
      var state: UInt64 = 42
      for index in 0..<bytes.count {
        state &+= NexmarkRandom.gamma
        bytes[index] = UInt8(ascii: "a") + UInt8(NexmarkRandom.bounded(NexmarkRandom.mix(state), 26))
      }
    }
    self.pool = pool
    let first = ["Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"]
    let last = ["Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"]
    (names, nameText) = Self.views(first.flatMap { first in last.map { "\(first) \($0)" } })
    (cities, cityText) = Self.views([
      "Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent", "Cheyenne",
    ])
    states = Self.views(["AZ", "CA", "ID", "OR", "WA", "WY"]).views
    let hot = ["Google", "Facebook", "Baidu", "Apple"]
    channels = Self.views((0..<Self.channelCount).map { $0 < hot.count ? hot[$0] : "channel-\($0 - hot.count)" }).views
    (urls, urlText) = Self.views(
      (0..<Self.channelCount).map { index in
        let offset = (index * 37) & ((1 << 20) - 1)
        let parts = [0, 5, 10].map { String(decoding: pool.bytes[(offset + $0)..<(offset + $0 + 5)], as: UTF8.self) }
        let url = "https://www.nexmark.com/\(parts.joined(separator: "_"))/item.htm?query=1"
        if index < Self.firstColdChannel || index % 10 == 0 { return url }
        return "\(url)&channel_id=\(Self.channelID(Int32(index - Self.firstColdChannel)))"
      })
  }

  /// The absolute value of the bits in reverse; that of the smallest integer is itself.
  private static func channelID(_ index: Int32) -> Int32 {
    var word = UInt32(bitPattern: index)
    var reversed: UInt32 = 0
    for _ in 0..<32 {
      reversed = reversed << 1 | word & 1
      word >>= 1
    }
    let signed = Int32(bitPattern: reversed)
    return signed < 0 ? 0 &- signed : signed
  }

  private static func views(_ texts: [String]) -> (views: [ByteView], text: ByteStorage) {
    let builder = BytesColumnBuilder()
    for text in texts { builder.append(text) }
    let column = builder.finish()
    return (column.views, column.buffers.first ?? ByteStorage([]))
  }
}
