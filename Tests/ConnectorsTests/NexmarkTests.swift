import CNexmark
import Columnar
import Dataflow
import TestKit
import Testing

@testable import Connectors

/// The golden rows and sums were made by a Java version of the same model.
@Suite struct NexmarkTests {
  static let flatSchema = Schema(
    NexmarkLayout.flat.map { name, field in
      switch field {
      case .eventType: Field(name, .int32)
      case .time, .expires: Field(name, .timestamp(precision: 3))
      case .personID, .auctionID, .initialBid, .reserve, .seller, .category, .bidAuction, .bidder, .price: Field(name, .int64)
      default: Field(name, .string)
      }
    })

  static func fields(_ named: [(String, NexmarkField)]) -> [Field] {
    named.map { name, field in
      let flat = flatSchema.fields[NexmarkLayout.flat.firstIndex { $0.1 == field } ?? 23]
      return Field(name, flat.type)
    }
  }

  static let nestedSchema = Schema([
    Field("event_type", .int32), Field("person", .row(fields(NexmarkLayout.person))), Field("auction", .row(fields(NexmarkLayout.auction))),
    Field("bid", .row(fields(NexmarkLayout.bid))),
  ])

  static func spec(flat: Bool = true, _ options: [String: String] = [:], projection: [Int]? = nil) -> SourceSpec {
    let schema = flat ? flatSchema : nestedSchema
    return SourceSpec(
      table: "events", connector: "nexmark", options: options.merging(["flat": "\(flat)"]) { $1 }, declared: schema,
      projection: projection ?? Array(0..<schema.count))
  }

  private func text(_ value: Value) -> String {
    switch value {
    case .null: "NULL"
    case .integer(let number): "\(number)"
    case .string(let text): text
    default: "?"
    }
  }

  @Test("events are those of the Java model, column by column")
  func golden() throws {
    let lines = try ConnectorsTests.golden("nexmark.txt").split(separator: "\n")
    #expect(lines.count == 160)
    for line in lines {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false)
      let number = Int64(parts[0])!
      let reader = try NexmarkReader(Self.spec(["events.num": "1000000000"]))
      try reader.add([NexmarkSplit(index: 0, of: 1, next: number).encoded])
      guard case .batch(let batch, _) = try reader.poll(maxRows: 1) else {
        Issue.record("event \(number) was not made")
        continue
      }
      #expect([String(number)] + batch.values(at: 0).map(text) == parts.map(String.init))
    }
  }

  @Test("twenty thousand events have the sums of the Java model")
  func sums() throws {
    let expected: [UInt64] = [
      2_094_601_790_025_765_392, 2_154_107_366_798_982_488, 9_594_777_889_599_886_264, 15_984_902_075_338_043_051,
      16_452_439_810_038_827_860, 8_863_647_624_102_214_898, 17_669_486_891_799_614_537, 12_048_819_931_480_594_608,
      6_217_240_554_133_731_752, 16_627_087_247_877_529_471, 13_344_510_709_670_472_247, 13_862_707_541_101_723_910,
      11_534_267_142_674_253_209, 987_565_483_200_966_016, 18_089_608_568_275_742_047, 2_300_465_632_875_694_108,
      1_030_225_865_597_645_431, 1_919_266_475_697_622_448, 944_831_594_547_009_241, 13_446_257_713_861_508_183,
      3_655_841_790_323_526_350, 11_762_116_821_777_171_253, 18_222_072_731_556_322_219, 11_680_954_218_584_160_000,
    ]
    var sums = [UInt64](repeating: 0, count: 24)
    for row in try rows(of: Self.spec(["events.num": "20000"])) {
      for (column, value) in row.enumerated() {
        let word: UInt64 =
          switch value {
          case .integer(let number): UInt64(bitPattern: number)
          case .string(let text): text.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }
          default: 7
          }
        sums[column] = sums[column] &* 1_000_003 &+ word
      }
    }
    #expect(sums == expected)
  }

  @Test("the nested layout holds the flat layout's values")
  func nested() throws {
    let flat = try rows(of: Self.spec(["events.num": "500"]))
    let nested = try rows(of: Self.spec(flat: false, ["events.num": "500"]))
    #expect(flat.count == 500 && nested.count == 500)
    let places: [(Int, [(String, NexmarkField)])] = [(1, NexmarkLayout.person), (2, NexmarkLayout.auction), (3, NexmarkLayout.bid)]
    for (flat, nested) in zip(flat, nested) {
      guard case .integer(let kind) = flat[0] else { preconditionFailure("event_type is an integer") }
      #expect(nested[0] == flat[0])
      for (column, fields) in places {
        guard column == Int(kind) + 1 else {
          #expect(nested[column] == .null)
          continue
        }
        let expected = fields.map { _, field in
          flat[NexmarkLayout.flat.firstIndex { $0.1 == field } ?? 23]
        }
        #expect(nested[column] == .row(expected))
      }
    }
  }

  @Test("a field that is read by itself is what it is in its ROW, and NULL where the ROW is", arguments: 0..<8 as Range<UInt64>)
  func fields(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var spec = Self.spec(flat: false, ["events.num": "400"], projection: [])
    var paths: [FieldPath] = []
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      let column = Int.random(in: 0...3, using: &random)
      spec.projection.append(column)
      guard case .row(let fields) = Self.nestedSchema[column].type else {
        paths.append(FieldPath())
        continue
      }
      let choice = Int.random(in: -2..<fields.count, using: &random)
      paths.append(choice == -2 ? FieldPath() : choice == -1 ? FieldPath(isPresence: true) : FieldPath([choice]))
    }
    spec.paths = paths
    let all = try rows(of: Self.spec(flat: false, ["events.num": "400"]))
    let expected = all.map { row in
      zip(spec.projection, paths).map { column, path -> Value in
        guard case .row(let fields) = row[column] else { return row[column] }
        return path.isPresence ? .row([]) : path.fields.first.map { fields[$0] } ?? row[column]
      }
    }
    #expect(try rows(of: spec) == expected)
  }

  @Test("a projection gives the same values as reading everything", arguments: 0..<12 as Range<UInt64>)
  func projection(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let projection = Array((0..<24).shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random)))
    let all = try rows(of: Self.spec(["events.num": "400"]))
    let some = try rows(of: Self.spec(["events.num": "400"], projection: projection))
    #expect(some == all.map { row in projection.map { row[$0] } })
  }

  @Test("any parallelism and any poll size give every event once, in order within a split", arguments: 0..<12 as Range<UInt64>)
  func splits(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...9_000, using: &random)
    let spec = Self.spec(["events.num": "\(count)", "event-rate": "1000"], projection: [0, 23])
    let expected = try rows(of: spec)
    #expect(expected.count == count)
    let parallelism = Int.random(in: 1...5, using: &random)
    let read = try rows(of: spec, parallelism: parallelism, maxRows: Int.random(in: 1...5000, using: &random))
    #expect(read.count == count)
    #expect(Set(read) == Set(expected))
  }

  @Test("a split read on from any position gives the rest", arguments: [1, 49, 50, 999, 1000, 1001, 2500])
  func resumes(rowsBefore: Int) throws {
    let spec = Self.spec(["events.num": "6500"], projection: [0, 17, 19, 23])
    let reader = try NexmarkReader(spec)
    try reader.add([try #require(try NexmarkEnumerator().enumerate(parallelism: 2).last)])
    var seen: [[Value]] = []
    var split: SourceSplit?
    while seen.count < rowsBefore, case .batch(let batch, let next) = try reader.poll(maxRows: rowsBefore - seen.count) {
      seen += (0..<batch.rowCount).map { batch.values(at: $0) }
      split = next
    }
    let restored = try NexmarkReader(spec)
    try restored.add([try #require(split)])
    let rest = try readAll(restored).flatMap { batch in (0..<batch.rowCount).map { batch.values(at: $0) } }
    let whole = try NexmarkReader(spec)
    try whole.add([try #require(try NexmarkEnumerator().enumerate(parallelism: 2).last)])
    let all = try readAll(whole).flatMap { batch in (0..<batch.rowCount).map { batch.values(at: $0) } }
    #expect(seen + rest == all)
    #expect(all.count == 3000)
  }

  @Test("a poll for 4,096 rows gives four chunks, and splits take turns")
  func interleaves() throws {
    let reader = try NexmarkReader(Self.spec(["events.num": "20000"], projection: [23]))
    try reader.add(try NexmarkEnumerator().enumerate(parallelism: 2))
    var polls: [String] = []
    for _ in 0..<4 {
      guard case .batch(let batch, let split) = try reader.poll(maxRows: 4096) else { continue }
      polls.append("\(batch.rowCount) of \(split.id)")
    }
    #expect(polls == ["4000 of 0/2", "4000 of 1/2", "4000 of 0/2", "4000 of 1/2"])
  }

  @Test("eight bids at a time are what one at a time is", arguments: 1...60)
  func bids(count: Int) {
    let prices = NexmarkPrices()
    let pool = NexmarkStrings.shared.pool.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    for first in stride(from: Int64(0), to: 5_000_000, by: 49_999) {
      var group = cnexmark_group(
        hot_auction: first, first_auction: first + 7, auction_bound: 111, hot_bidder: -first, first_bidder: 1000, bidder_bound: 1010)
      var parties = [Int64](repeating: 0, count: count * 4)
      var states = [UInt64](repeating: 0, count: count * 2)
      parties.withUnsafeMutableBufferPointer { parties in
        states.withUnsafeMutableBufferPointer { states in
          let (fast, portable) = (parties.baseAddress!, parties.baseAddress! + count * 2)
          cnexmark_parties(first, count, &group, fast, fast + count, states.baseAddress!)
          cnexmark_parties_portable(first, count, &group, portable, portable + count, states.baseAddress! + count)
        }
      }
      #expect(parties[..<(count * 2)] == parties[(count * 2)...])
      #expect(states[..<count] == states[count...])
      var amounts = [[Int64]](repeating: [Int64](repeating: 0, count: count), count: 2)
      cnexmark_prices(states, count, prices.powers, &amounts[0])
      cnexmark_prices_portable(states, count, prices.powers, &amounts[1])
      #expect(amounts[0] == amounts[1])
      var channels = [[UInt32]](repeating: [UInt32](repeating: 0, count: count), count: 2)
      cnexmark_channels(states, count, &channels[0])
      cnexmark_channels_portable(states, count, &channels[1])
      #expect(channels[0] == channels[1])
      var views = [[UInt64]](repeating: [UInt64](repeating: 0, count: count * 2), count: 2)
      cnexmark_extras(states, count, pool, &views[0])
      cnexmark_extras_portable(states, count, pool, &views[1])
      #expect(views[0] == views[1])
    }
  }

  @Test("the fast price is the rounded power of ten for a million draws")
  func prices() {
    let prices = NexmarkPrices()
    var state: UInt64 = 7
    var wrong = 0
    for _ in 0..<1_000_000 {
      state &+= NexmarkRandom.gamma
      let draw = NexmarkRandom.mix(state)
      let exponent = Double(draw >> 11) * 0x1.0p-53 * 6.0
      if prices.price(draw) != cnexmark_exact_price(exponent) { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(prices.price(0) == 100)
    #expect(prices.price(.max) == 100_000_000)
  }

  @Test("columns and options that do not fit are refused with what was expected")
  func refuses() {
    let validate = NexmarkModel.descriptor.validate
    #expect(validate(["flat": "true"], Self.flatSchema) == nil)
    #expect(validate([:], Self.nestedSchema) == nil)
    #expect(
      validate([:], Self.flatSchema)?.hasPrefix("the nested layout ('flat' = 'false') of nexmark has the columns (event_type INT, ") == true
    )
    #expect(
      validate(["flat": "true", "event-rate": "0"], Self.flatSchema)
        == "option \"event-rate\" is \"0\", expected an integer from 1 to 1000000000000")
    #expect(NexmarkModel.descriptor.rowsPerSecond(["throttle": "50000"]) == 50_000)
    #expect(NexmarkModel.descriptor.rowsPerSecond(["throttle": "0"]) == nil)
  }
}
