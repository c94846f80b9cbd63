//  The columns of bids: 46 of 50 events, so these are the loops that count; their draws are made in C, eight at a time. Within a
//  group of 50 the hot auction, the hot bidder and what a cold one is drawn from are the same for every bid.

import CNexmark
import Columnar

enum NexmarkBids {
  /// The columns made here, the others need no draw.
  static let fields: Set<NexmarkField> = [.bidAuction, .bidder, .price, .channel, .url, .bidExtra]
  private static let places = NexmarkModel.firstBid..<NexmarkModel.eventsPerGroup

  /// Makes those of `fields` that are wanted.
  static func make(
    _ model: NexmarkModel, _ prices: NexmarkPriceTable, _ strings: NexmarkStrings, _ runs: [NexmarkRun], _ pattern: NexmarkPattern,
    _ wanted: Set<NexmarkField>, into made: inout [NexmarkField: Column]
  ) {
    let rowCount = pattern.rowCount
    let validity = pattern.validity[NexmarkField.Kind.bid.rawValue]
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(rowCount, 1)) { buffer in
      let states = buffer.baseAddress!
      var bidders: [Int64] = []
      let auctions = [Int64](unsafeUninitializedCapacity: rowCount) { auctions, count in
        bidders = fill(rowCount, Int64(0), runs) { row, numbers, target in
          var group = group(of: numbers.lowerBound)
          cnexmark_parties(numbers.lowerBound, numbers.count, &group, auctions.baseAddress! + row, target, states + row)
        }
        clear(auctions.baseAddress, Int64(0), runs)
        count = rowCount
      }
      if wanted.contains(.bidAuction) { made[.bidAuction] = .int64(FixedColumn(auctions, validity: validity)) }
      if wanted.contains(.bidder) { made[.bidder] = .int64(FixedColumn(bidders, validity: validity)) }
      if wanted.contains(.price) {
        let values = fill(rowCount, Int64(0), runs) { row, numbers, target in
          cnexmark_prices(states + row, numbers.count, prices.table.powers, target)
        }
        made[.price] = .int64(FixedColumn(values, validity: validity))
      }
      if wanted.contains(.channel) || wanted.contains(.url) {
        let channels = fill(rowCount, UInt32(0), runs) { row, numbers, target in
          cnexmark_channels(states + row, numbers.count, target)
        }
        if wanted.contains(.channel) {
          made[.channel] = .bytes(BytesColumn(views: pick(strings.channels, channels, runs), buffers: [], validity: validity))
        }
        if wanted.contains(.url) {
          made[.url] = .bytes(BytesColumn(views: pick(strings.urls, channels, runs), buffers: [strings.urlText], validity: validity))
        }
      }
      if wanted.contains(.bidExtra) {
        let pool = strings.pool.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        let views = fill(rowCount, ByteView.empty, runs) { row, numbers, target in
          target.withMemoryRebound(to: UInt64.self, capacity: numbers.count * 2) {
            cnexmark_extras(states + row, numbers.count, pool, $0)
          }
        }
        made[.bidExtra] = .bytes(BytesColumn(views: views, buffers: [strings.pool], validity: validity))
      }
    }
  }

  /// What the bids of one group have in common.
  private static func group(of number: Int64) -> cnexmark_group {
    let open = NexmarkModel.openAuctions(number)
    let active = NexmarkModel.activePeople(number)
    return cnexmark_group(
      hot_auction: NexmarkModel.lastAuction(number) / NexmarkModel.hotRatio * NexmarkModel.hotRatio + NexmarkModel.firstID,
      first_auction: open.lower + NexmarkModel.firstID, auction_bound: open.bound,
      hot_bidder: NexmarkModel.lastPerson(number) / NexmarkModel.hotRatio * NexmarkModel.hotRatio + 1 + NexmarkModel.firstID,
      first_bidder: active.lower + NexmarkModel.firstID, bidder_bound: active.bound)
  }

  /// An array that `make` fills where there are bids, a group at a time from the row it is given, and that is `zero` elsewhere.
  @inline(__always) private static func fill<Element: BitwiseCopyable>(
    _ rowCount: Int, _ zero: Element, _ runs: [NexmarkRun], _ make: (Int, Range<Int64>, UnsafeMutablePointer<Element>) -> Void
  ) -> [Element] {
    [Element](unsafeUninitializedCapacity: rowCount) { target, count in
      clear(target.baseAddress, zero, runs)
      for run in runs {
        NexmarkGroups.forEach(run, places) { row, numbers in make(row, numbers, target.baseAddress.unsafelyUnwrapped + row) }
      }
      count = rowCount
    }
  }

  /// Writes `zero` where there are no bids.
  @inline(__always) private static func clear<Element: BitwiseCopyable>(
    _ target: UnsafeMutablePointer<Element>?, _ zero: Element, _ runs: [NexmarkRun]
  ) {
    for run in runs {
      NexmarkGroups.forEach(run, 0..<NexmarkModel.firstBid) { row, numbers in
        for index in 0..<numbers.count { (target.unsafelyUnwrapped + row + index).initialize(to: zero) }
      }
    }
  }

  /// The view of each bid's channel.
  private static func pick(_ views: [ByteView], _ channels: [UInt32], _ runs: [NexmarkRun]) -> [ByteView] {
    let (source, channels) = (views.span, channels.span)
    return fill(channels.count, ByteView.empty, runs) { row, numbers, target in
      for index in 0..<numbers.count { target[index] = source[Int(channels[row &+ index])] }
    }
  }
}
