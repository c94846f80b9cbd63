import Columnar
import Dataflow
import Testing

@testable import Connectors

@Suite struct DataGenTests {
  private func spec(_ fields: [Field], _ options: [String: String]) -> SourceSpec {
    SourceSpec(table: "t", connector: "datagen", options: options, declared: Schema(fields), projection: Array(fields.indices))
  }

  @Test("a sequence counts from start to end, then the source is finished")
  func sequences() throws {
    let fields = [Field("a", .int32), Field("b", .string), Field("c", .decimal(precision: 5, scale: 2))]
    let options = ["a", "b", "c"].reduce(into: ["number-of-rows": "100"]) { options, name in
      options["fields.\(name).kind"] = "sequence"
      options["fields.\(name).start"] = "5"
      options["fields.\(name).end"] = "7"
    }
    let expected: [[Value]] = (5...7).map { [.integer($0), .string("\($0)"), .decimal(Int128($0 * 100))] }
    #expect(try rows(of: spec(fields, options)) == expected)
    #expect(Set(try rows(of: spec(fields, options), parallelism: 2)) == Set(expected))
    #expect(DataGen.descriptor.isBounded(options))
    #expect(!DataGen.descriptor.isBounded(["rows-per-second": "5"]))
  }

  @Test("random values of every type keep to their bounds")
  func bounds() throws {
    let fields = [
      Field("i", .int8), Field("l", .int64), Field("d", .float64), Field("n", .decimal(precision: 25, scale: 3)), Field("s", .string),
      Field("v", .varchar(length: 7)), Field("b", .bytes), Field("a", .array(.int32)), Field("m", .map(key: .string, value: .boolean)),
      Field("r", .row([Field("x", .int16), Field("t", .timestamp(precision: 3))])), Field("o", .boolean), Field("f", .date),
    ]
    let options = [
      "number-of-rows": "500", "fields.i.min": "-3", "fields.i.max": "3", "fields.d.min": "1.5", "fields.d.max": "2.5",
      "fields.n.min": "-1.5",
      "fields.n.max": "1.5", "fields.s.length": "5", "fields.s.var-len": "true", "fields.a.length": "2", "fields.a.element.min": "8",
      "fields.a.element.max": "9", "fields.r.x.min": "4", "fields.r.x.max": "4", "rows-per-second": "100",
    ]
    let read = try rows(of: spec(fields, options))
    #expect(read.count == 500)
    var seen: Set<Value> = []
    for (number, row) in read.enumerated() {
      guard case .integer(let small) = row[0], case .double(let double) = row[2], case .decimal(let decimal) = row[3],
        case .string(let text) = row[4], case .string(let short) = row[5], case .list(let list) = row[7], case .row(let inner) = row[9]
      else {
        Issue.record("row \(number) is \(row)")
        continue
      }
      seen.insert(row[0])
      #expect((-3...3).contains(small) && (1.5...2.5).contains(double) && (-1500...1500).contains(decimal))
      #expect((1...5).contains(text.utf8.count) && short.utf8.count == 7)
      #expect(text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) })
      #expect(list.count == 2 && list.allSatisfy { $0 == .integer(8) || $0 == .integer(9) })
      #expect(inner == [.integer(4), .integer((1_735_689_600_000 + Int64(number) * 10) * 1000)])
      #expect(row[11] == .integer(20_089))
    }
    #expect(seen.count == 7)
  }

  @Test("the widest decimals are drawn from their whole range")
  func wideDecimals() throws {
    let read = try rows(of: spec([Field("a", .decimal(precision: 38, scale: 0))], ["number-of-rows": "200"]))
    let signs = read.map { row -> Bool in
      guard case .decimal(let value) = row[0] else { return false }
      #expect(value.magnitude < UInt128(DecimalPower.int128(38)))
      return value < 0
    }
    #expect(Set(signs) == [true, false])
  }

  @Test("the null rate is the share of NULLs")
  func nulls() throws {
    let fields = [Field("a", .int64), Field("b", .string)]
    let read = try rows(of: spec(fields, ["number-of-rows": "2000", "fields.a.null-rate": "0.25", "fields.b.null-rate": "1.0"]))
    let nulls = read.count { $0[0] == .null }
    #expect((400...600).contains(nulls))
    #expect(read.allSatisfy { $0[1] == .null })
  }

  @Test("the same seed gives the same rows at any parallelism and poll size, another seed others", arguments: 1...6)
  func deterministic(parallelism: Int) throws {
    let fields = [Field("a", .int64), Field("b", .string), Field("c", .array(.float64))]
    let options = ["number-of-rows": "300", "seed": "42"]
    let expected = try rows(of: spec(fields, options))
    let read = try rows(of: spec(fields, options), parallelism: parallelism, maxRows: parallelism * 7)
    #expect(read.count == 300)
    #expect(Set(read) == Set(expected))
    #expect(try Set(rows(of: spec(fields, ["number-of-rows": "300", "seed": "43"]))).isDisjoint(with: expected))
  }

  @Test("a split read on from any position gives the rest", arguments: [1, 7, 149, 150])
  func resumes(rowsBefore: Int) throws {
    let spec = spec([Field("a", .int64), Field("b", .string)], ["number-of-rows": "300"])
    let start = try DataGenEnumerator().enumerate(parallelism: 2)[1]
    func read(_ split: SourceSplit, _ maxRows: Int) throws -> (rows: [[Value]], split: SourceSplit) {
      let reader = try DataGenReader(spec)
      try reader.add([split])
      guard case .batch(let batch, let next) = try reader.poll(maxRows: maxRows) else { return ([], split) }
      return ((0..<batch.rowCount).map { batch.values(at: $0) }, next)
    }
    let whole = try read(start, 1000).rows
    let first = try read(start, rowsBefore)
    #expect(whole.count == 150)
    #expect(first.rows + (try read(first.split, 1000).rows) == whole)
  }

  @Test("options that do not fit their column are refused by name")
  func refuses() {
    let schema = Schema([Field("a", .int8), Field("b", .boolean)])
    func message(_ options: [String: String]) -> String? { DataGen.descriptor.validate(options, schema) }
    #expect(message([:]) == nil)
    #expect(message(["fields.a.max": "300"]) == #"options "fields.a.min" and "fields.a.max" are no range of TINYINT"#)
    #expect(message(["fields.a.min": "x"]) == #"option "fields.a.min" is "x", expected a value of TINYINT"#)
    #expect(message(["fields.a.kind": "sequence"]) == #"a sequence needs the options "fields.a.start" and "fields.a.end""#)
    #expect(
      message(["fields.b.kind": "sequence"]) == #"option "fields.b.kind" is "sequence", expected "random" for a column of type BOOLEAN"#)
    #expect(message(["rows-per-second": "0"]) == #"option "rows-per-second" is "0", expected an integer from 1 to 1000000000"#)
  }
}
