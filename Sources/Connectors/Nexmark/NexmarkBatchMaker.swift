//  Makes the wanted columns of a run of events, and only those. Draws are random access, so each kernel makes just the
//  draws its values need; strings are views of shared text.

import Columnar
import Dataflow

/// Consecutive event numbers that fill the rows from `row` on.
struct NexmarkRun {
  var first: Int64
  var count: Int
  var row: Int
}

/// Which rows of a batch are persons, auctions and bids. Runs join at chunk borders, which are group borders too, so it
/// depends on the first number's place in its group and the row count alone, and is the same for nearly every batch.
struct NexmarkPattern {
  let phase: Int
  let rowCount: Int
  let eventTypes: Column
  /// By `NexmarkField.Kind`.
  let validity: [Validity?]

  init(phase: Int, rowCount: Int) {
    self.phase = phase
    self.rowCount = rowCount
    let types = (0..<rowCount).map { row -> Int32 in
      let place = (phase + row) % Int(NexmarkModel.eventsPerGroup)
      return place == 0 ? 0 : place < NexmarkModel.firstBid ? 1 : 2
    }
    eventTypes = .int32(FixedColumn(types))
    validity = (0..<3).map { kind in Validity.from(count: rowCount) { types[$0] == kind } }
  }
}

/// Fills column buffers for a list of runs.
struct NexmarkBatchMaker {
  let model: NexmarkModel
  private let strings = NexmarkStrings.shared
  private let prices: NexmarkPriceTable
  private let columns: [NexmarkColumn]
  private let schema: Schema
  private let wanted: Set<NexmarkField>
  private var pattern = NexmarkPattern(phase: 0, rowCount: 0)

  init(model: NexmarkModel, columns: [NexmarkColumn], schema: Schema) {
    self.model = model
    self.columns = columns
    self.schema = schema
    prices = NexmarkPriceTable()
    wanted = Set(
      columns.flatMap { column in
        switch column {
        case .field(let field): [field]
        case .row(_, let fields): fields
        }
      })
  }

  /// The rows of `runs`, which follow each other without a gap and whose first numbers, after the first, start chunks.
  mutating func make(_ runs: [NexmarkRun]) -> RecordBatch {
    let rowCount = runs.reduce(0) { $0 + $1.count }
    let phase = Int((runs.first?.first ?? 0) % NexmarkModel.eventsPerGroup)
    if pattern.phase != phase || pattern.rowCount != rowCount { pattern = NexmarkPattern(phase: phase, rowCount: rowCount) }
    var made: [NexmarkField: Column] = [:]
    if !wanted.isDisjoint(with: NexmarkBids.fields) {
      NexmarkBids.make(model, prices, strings, runs, pattern, wanted, into: &made)
    }
    if !wanted.isDisjoint(with: Self.timeFields) { makeTimes(runs, into: &made) }
    for field in wanted where made[field] == nil { made[field] = makeColumn(field, runs) }
    let columns = columns.map { column -> Column in
      switch column {
      case .field(let field): made[field]!
      case .row(let kind, let fields):
        .row(RowColumn(fields.map { made[$0]! }, count: rowCount, validity: pattern.validity[kind.rawValue]))
      }
    }
    return RecordBatch(schema: schema, columns: columns, rowCount: rowCount)
  }

  private func makeColumn(_ field: NexmarkField, _ runs: [NexmarkRun]) -> Column {
    switch field {
    case .eventType: return pattern.eventTypes
    case .personID, .auctionID, .initialBid, .reserve, .expires, .seller, .category:
      return integers(field, runs)
    case .personName:
      return views(.person, runs, [strings.nameText]) { strings.names[Int(NexmarkRandom.bounded(NexmarkRandom.draw($0, 1), 99))] }
    case .personCity:
      return views(.person, runs, [strings.cityText]) { strings.cities[Int(NexmarkRandom.bounded(NexmarkRandom.draw($0, 8), 10))] }
    case .personState:
      return views(.person, runs, []) { strings.states[Int(NexmarkRandom.bounded(NexmarkRandom.draw($0, 9), 6))] }
    case .personEmail: return built(.person, runs, byteCount: 17) { writeEmail($0, $1) }
    case .personCard: return built(.person, runs, byteCount: 19) { writeCard($0, $1) }
    case .personExtra:
      return views(.person, runs, [strings.pool]) {
        letters(NexmarkRandom.draw($0, 11), 101 + NexmarkRandom.bounded(NexmarkRandom.draw($0, 10), 50))
      }
    case .itemName:
      return views(.auction, runs, [strings.pool]) {
        letters(NexmarkRandom.draw($0, 2), 3 + NexmarkRandom.bounded(NexmarkRandom.draw($0, 1), 17))
      }
    case .description:
      return views(.auction, runs, [strings.pool]) {
        letters(NexmarkRandom.draw($0, 4), 3 + NexmarkRandom.bounded(NexmarkRandom.draw($0, 3), 97))
      }
    case .auctionExtra:
      return views(.auction, runs, [strings.pool]) { state in
        // After the seller, which takes a second draw where it is not the hot one, and the category.
        let used: UInt64 = NexmarkRandom.draw(state, 8) &>> 62 == 0 ? 10 : 9
        return letters(
          NexmarkRandom.draw(state, used + 2), 306 + NexmarkRandom.bounded(NexmarkRandom.draw(state, used + 1), 152))
      }
    case .bidAuction, .bidder, .price, .channel, .url, .bidExtra: preconditionFailure("made with the other columns of bids")
    case .time, .personTime, .auctionTime, .bidTime: preconditionFailure("made with the other times")
    }
  }

  private static let timeFields: Set<NexmarkField> = [.time, .personTime, .auctionTime, .bidTime]

  /// The time of every event; those of one kind are the same values where the others are NULL.
  private func makeTimes(_ runs: [NexmarkRun], into made: inout [NexmarkField: Column]) {
    let model = model
    let rowCount = pattern.rowCount
    let values = [Int64](unsafeUninitializedCapacity: rowCount) { target, count in
      for run in runs {
        for index in 0..<run.count { target[run.row &+ index] = model.time(run.first &+ Int64(index)) }
      }
      count = rowCount
    }
    for field in Self.timeFields where wanted.contains(field) {
      made[field] = .int64(FixedColumn(values, validity: field.kind.flatMap { pattern.validity[$0.rawValue] }))
    }
  }

  /// A column of 64-bit integers that one kind of event has.
  private func integers(_ field: NexmarkField, _ runs: [NexmarkRun]) -> Column {
    var values = [Int64](repeating: 0, count: pattern.rowCount)
    values.withUnsafeMutableBufferPointer { target in
      forEachRow(of: field.kind!, runs) { row, number in target[row] = integer(field, number) }
    }
    return .int64(FixedColumn(values, validity: pattern.validity[field.kind!.rawValue]))
  }

  private func integer(_ field: NexmarkField, _ number: Int64) -> Int64 {
    switch field {
    case .personID: return NexmarkModel.lastPerson(number) + NexmarkModel.firstID
    case .auctionID: return NexmarkModel.lastAuction(number) + NexmarkModel.firstID
    default: break
    }
    let state = NexmarkRandom.state(number)
    switch field {
    case .initialBid: return prices.price(NexmarkRandom.draw(state, 5))
    case .reserve: return prices.price(NexmarkRandom.draw(state, 5)) + prices.price(NexmarkRandom.draw(state, 6))
    case .expires:
      let bound = UInt64(max(model.horizon * 2, 1))
      return model.time(number) + (1 + Int64(NexmarkRandom.bounded(NexmarkRandom.draw(state, 7), bound))) * 1000
    case .seller:
      if NexmarkRandom.draw(state, 8) &>> 62 != 0 {
        return NexmarkModel.lastPerson(number) / NexmarkModel.hotRatio * NexmarkModel.hotRatio + NexmarkModel.firstID
      }
      let people = NexmarkModel.activePeople(number)
      return people.lower + Int64(NexmarkRandom.bounded(NexmarkRandom.draw(state, 9), people.bound)) + NexmarkModel.firstID
    default:
      let used: UInt64 = NexmarkRandom.draw(state, 8) &>> 62 == 0 ? 9 : 8
      return NexmarkModel.firstCategory + Int64(NexmarkRandom.bounded(NexmarkRandom.draw(state, used + 1), 5))
    }
  }

  /// A column of views into `buffers` that one kind of event has, each from its event's state.
  private func views(_ kind: NexmarkField.Kind, _ runs: [NexmarkRun], _ buffers: [ByteStorage], _ view: (UInt64) -> ByteView) -> Column {
    var views = [ByteView](repeating: .empty, count: pattern.rowCount)
    views.withUnsafeMutableBufferPointer { target in
      forEachRow(of: kind, runs) { row, number in target[row] = view(NexmarkRandom.state(number)) }
    }
    return .bytes(BytesColumn(views: views, buffers: buffers, validity: pattern.validity[kind.rawValue]))
  }

  /// A column of strings of one length, longer than a view holds in place, that `write` makes from the event's state.
  private func built(
    _ kind: NexmarkField.Kind, _ runs: [NexmarkRun], byteCount: Int, _ write: (UInt64, UnsafeMutableRawBufferPointer) -> Void
  ) -> Column {
    let rows = pattern.validity[kind.rawValue].map { pattern.rowCount - $0.nullCount } ?? pattern.rowCount
    var views = [ByteView](repeating: .empty, count: pattern.rowCount)
    let text = ByteStorage(count: rows * byteCount) { bytes in
      views.withUnsafeMutableBufferPointer { target in
        var offset = 0
        forEachRow(of: kind, runs) { row, number in
          let slot = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<(offset + byteCount)])
          write(NexmarkRandom.state(number), slot)
          target[row] = ByteView(bytes: UnsafeRawBufferPointer(slot), buffer: 0, offset: offset)
          offset += byteCount
        }
      }
    }
    return .bytes(BytesColumn(views: views, buffers: [text], validity: pattern.validity[kind.rawValue]))
  }

  private func writeEmail(_ state: UInt64, _ target: UnsafeMutableRawBufferPointer) {
    let pool = strings.pool.bytes
    let name = NexmarkRandom.poolOffset(NexmarkRandom.draw(state, 2))
    let host = NexmarkRandom.poolOffset(NexmarkRandom.draw(state, 3))
    for index in 0..<7 { target[index] = pool[name + index] }
    target[7] = UInt8(ascii: "@")
    for index in 0..<5 { target[8 + index] = pool[host + index] }
    for (index, byte) in ".com".utf8.enumerated() { target[13 + index] = byte }
  }

  private func writeCard(_ state: UInt64, _ target: UnsafeMutableRawBufferPointer) {
    for group in 0..<4 {
      var number = NexmarkRandom.bounded(NexmarkRandom.draw(state, UInt64(4 + group)), 10_000)
      for place in (0..<4).reversed() {
        target[group * 5 + place] = UInt8(ascii: "0") + UInt8(number % 10)
        number /= 10
      }
      if group < 3 { target[group * 5 + 4] = UInt8(ascii: " ") }
    }
  }

  @inline(__always) private func letters(_ draw: UInt64, _ count: UInt64) -> ByteView {
    let offset = NexmarkRandom.poolOffset(draw)
    let bytes = UnsafeRawBufferPointer(rebasing: strings.pool.bytes[offset..<(offset + Int(count))])
    return bytes.count <= ByteView.inlineCapacity ? ByteView(inline: bytes) : ByteView(bytes: bytes, buffer: 0, offset: offset)
  }

  /// Calls `body` with the row and the number of every event of a kind.
  @inline(__always) private func forEachRow(of kind: NexmarkField.Kind, _ runs: [NexmarkRun], _ body: (Int, Int64) -> Void) {
    let places: Range<Int64> =
      switch kind {
      case .person: 0..<1
      case .auction: 1..<NexmarkModel.firstBid
      case .bid: NexmarkModel.firstBid..<NexmarkModel.eventsPerGroup
      }
    for run in runs {
      NexmarkGroups.forEach(run, places) { row, numbers in
        for number in numbers { body(row &+ Int(number &- numbers.lowerBound), number) }
      }
    }
  }
}

/// The price table, shared by copies of the maker.
final class NexmarkPriceTable {
  let table = NexmarkPrices()
  @inline(__always) func price(_ draw: UInt64) -> Int64 { table.price(draw) }
}

enum NexmarkGroups {
  /// Calls `body`, for every group of 50 that the run touches, with the numbers of the run that stand at `places` of the
  /// group and the row of the first of them.
  @inline(__always) static func forEach(_ run: NexmarkRun, _ places: Range<Int64>, _ body: (Int, Range<Int64>) -> Void) {
    let end = run.first + Int64(run.count)
    var base = run.first / NexmarkModel.eventsPerGroup * NexmarkModel.eventsPerGroup
    while base < end {
      let lower = max(run.first, base + places.lowerBound)
      let upper = min(end, base + places.upperBound)
      if lower < upper { body(run.row + Int(lower - run.first), lower..<upper) }
      base += NexmarkModel.eventsPerGroup
    }
  }
}
