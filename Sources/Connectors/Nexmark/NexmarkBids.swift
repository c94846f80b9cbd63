//  The columns of bids: 46 of 50 events, so these are the loops that count. Within a group of 50 the hot auction, the hot
//  bidder and what a cold one is drawn from are the same for every bid.

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
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(rowCount, 1)) { states in
      var bidders: [Int64] = []
      let auctions = [Int64](unsafeUninitializedCapacity: rowCount) { auctions, count in
        bidders = [Int64](unsafeUninitializedCapacity: rowCount) { bidders, count in
          auctions.initialize(repeating: 0)
          bidders.initialize(repeating: 0)
          for run in runs {
            NexmarkGroups.forEach(run, places) { row, numbers in fillParties(row, numbers, states, auctions, bidders) }
          }
          count = rowCount
        }
        count = rowCount
      }
      if wanted.contains(.bidAuction) { made[.bidAuction] = .int64(FixedColumn(auctions, validity: validity)) }
      if wanted.contains(.bidder) { made[.bidder] = .int64(FixedColumn(bidders, validity: validity)) }
      if wanted.contains(.price) {
        let values = fill(rowCount, Int64(0), runs) { row in prices.price(NexmarkRandom.draw(states[row], 1)) }
        made[.price] = .int64(FixedColumn(values, validity: validity))
      }
      if wanted.contains(.channel) || wanted.contains(.url) {
        strings.channels.withUnsafeBufferPointer { channels in
          strings.urls.withUnsafeBufferPointer { urls in
            if wanted.contains(.channel) {
              let views = fill(rowCount, ByteView.empty, runs) { row in channels[channel(states[row])] }
              made[.channel] = .bytes(BytesColumn(views: views, buffers: [], validity: validity))
            }
            if wanted.contains(.url) {
              let views = fill(rowCount, ByteView.empty, runs) { row in urls[channel(states[row])] }
              made[.url] = .bytes(BytesColumn(views: views, buffers: [strings.urlText], validity: validity))
            }
          }
        }
      }
      if wanted.contains(.bidExtra) {
        let pool = strings.pool.bytes.baseAddress!
        let views = fill(rowCount, ByteView.empty, runs) { row in
          let count = 54 + NexmarkRandom.bounded(NexmarkRandom.draw(states[row], 4), 28)
          let offset = NexmarkRandom.draw(states[row], 5) &>> 44
          let prefix = UInt64(pool.loadUnaligned(fromByteOffset: Int(offset), as: UInt32.self))
          return ByteView(low: count | prefix &<< 32, high: offset &<< 32)
        }
        made[.bidExtra] = .bytes(BytesColumn(views: views, buffers: [strings.pool], validity: validity))
      }
    }
  }

  /// Auction and bidder of the bids `numbers`, and the state after their draws, which are two to four.
  @inline(__always) private static func fillParties(
    _ firstRow: Int, _ numbers: Range<Int64>, _ states: UnsafeMutableBufferPointer<UInt64>, _ auctions: UnsafeMutableBufferPointer<Int64>,
    _ bidders: UnsafeMutableBufferPointer<Int64>
  ) {
    let gamma = NexmarkRandom.gamma
    let hotAuction = NexmarkModel.lastAuction(numbers.lowerBound) / NexmarkModel.hotRatio * NexmarkModel.hotRatio + NexmarkModel.firstID
    let hotBidder = NexmarkModel.lastPerson(numbers.lowerBound) / NexmarkModel.hotRatio * NexmarkModel.hotRatio + 1 + NexmarkModel.firstID
    let open = NexmarkModel.openAuctions(numbers.lowerBound)
    let active = NexmarkModel.activePeople(numbers.lowerBound)
    let auctionTarget = auctions.baseAddress! + firstRow
    let bidderTarget = bidders.baseAddress! + firstRow
    let stateTarget = states.baseAddress! + firstRow
    var seed = UInt64(bitPattern: numbers.lowerBound) &* gamma &+ 0x5_DEEC_E66D
    for index in 0..<numbers.count {
      var state = NexmarkRandom.mix(seed)
      seed &+= gamma
      // Both outcomes are computed and one is chosen by a mask: a coin's branch is mispredicted half the time.
      let coldAuction = NexmarkRandom.mix(state &+ 2 &* gamma)
      let auctionMask = UInt64(bitPattern: Int64(bitPattern: NexmarkRandom.mix(state &+ gamma)) &>> 63)
      let drawnAuction = open.lower &+ Int64(bitPattern: NexmarkRandom.bounded(coldAuction, open.bound)) &+ NexmarkModel.firstID
      auctionTarget[index] = select(auctionMask, hotAuction, drawnAuction)
      state &+= gamma &+ (gamma & ~auctionMask)
      let coin = NexmarkRandom.mix(state &+ gamma) &>> 62
      let bidderMask = UInt64(bitPattern: 0 &- Int64(bitPattern: (coin | coin &>> 1) & 1))
      let drawnBidder =
        active.lower &+ Int64(bitPattern: NexmarkRandom.bounded(NexmarkRandom.mix(state &+ 2 &* gamma), active.bound))
        &+ NexmarkModel.firstID
      bidderTarget[index] = select(bidderMask, hotBidder, drawnBidder)
      stateTarget[index] = state &+ gamma &+ (gamma & ~bidderMask)
    }
  }

  /// `chosen` where the mask is all ones, `other` where it is zero.
  @inline(__always) private static func select(_ mask: UInt64, _ chosen: Int64, _ other: Int64) -> Int64 {
    other ^ ((other ^ chosen) & Int64(bitPattern: mask))
  }

  /// The channel of the bid whose parties left `state`.
  @inline(__always) private static func channel(_ state: UInt64) -> Int {
    let index = NexmarkRandom.draw(state, 3)
    let isHot = Int64(bitPattern: NexmarkRandom.draw(state, 2)) < 0
    return Int(isHot ? NexmarkRandom.bounded(index, 4) : 4 &+ NexmarkRandom.bounded(index, 10_000))
  }

  /// `value(row)` in the rows of bids, `zero` in the others.
  @inline(__always) private static func fill<Element: BitwiseCopyable>(
    _ rowCount: Int, _ zero: Element, _ runs: [NexmarkRun], _ value: (Int) -> Element
  ) -> [Element] {
    [Element](unsafeUninitializedCapacity: rowCount) { target, count in
      target.initialize(repeating: zero)
      let base = target.baseAddress
      for run in runs {
        NexmarkGroups.forEach(run, places) { row, numbers in
          for index in 0..<numbers.count { base.unsafelyUnwrapped[row &+ index] = value(row &+ index) }
        }
      }
      count = rowCount
    }
  }
}
