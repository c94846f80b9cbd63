import Columnar
import Dataflow
import Expressions
import TestKit
import Testing

@testable import Operators

/// What single functions give for one group.
@Suite("Aggregates")
struct AggregateTests {
  static func result(_ call: AggregateCall, _ rows: RecordBatch) throws -> Value {
    let harness = try OperatorHarness(
      setup(GroupAggregateTests.spec([call], keys: []), rows.schema, output: Schema([Field("r", call.resultType)])))
    try harness.process(rows)
    return harness.take().values(at: 0)[0]
  }

  @Test("without a value COUNT is zero and everything else is NULL")
  func withoutValues() throws {
    let rows = batch("a:int \n NULL \n NULL")
    #expect(try Self.result(.count(0, .int32), rows) == .integer(0))
    #expect(try Self.result(.countStar, rows) == .integer(2))
    for function in [.sum, .avg, .min, .max, .firstValue, .lastValue] as [AggregateFunction] {
      #expect(try Self.result(.of(function, 0, .int32), rows) == .null)
    }
  }

  @Test("SUM of integers wraps in its own type")
  func sumsWrap() throws {
    #expect(try Self.result(.of(.sum, 0, .int8), batch("a:tinyint \n 100 \n 100")) == .integer(-56))
    #expect(try Self.result(.of(.sum, 0, .int64), batch("a \n \(Int64.max) \n 2")) == .integer(.min + 1))
  }

  @Test("SUM of decimals beyond 38 digits is NULL")
  func decimalSumsOverflow() throws {
    let type = dataType("decimal(38,0)")
    let most = String(repeating: "9", count: 38)
    #expect(try Self.result(.of(.sum, 0, type), batch("a:decimal(38,0) \n \(most) \n 1")) == .null)
    #expect(try Self.result(.of(.sum, 0, type), batch("a:decimal(38,0) \n \(most) \n -1")) == .decimal(Int128(most)! - 1))
  }

  @Test("AVG of integers is truncated towards zero")
  func averagesTruncate() throws {
    #expect(try Self.result(.of(.avg, 0, .int32), batch("a:int \n 1 \n 2 \n NULL")) == .integer(1))
    #expect(try Self.result(.of(.avg, 0, .int32), batch("a:int \n -1 \n -2")) == .integer(-1))
    #expect(try Self.result(.of(.avg, 0, .int32), batch("a:int \n 2147483647 \n 2147483647")) == .integer(2_147_483_647))
  }

  @Test(
    "AVG of decimals is rounded half up to the scale of its type",
    arguments: [("1", "2", 150), ("0.01", "0.02", 2), ("-0.01", "-0.02", -2)])
  func decimalAverages(first: String, second: String, expected: Int) throws {
    let call = AggregateCall.of(.avg, 0, dataType("decimal(10,2)"), result: dataType("decimal(38,2)"))
    #expect(try Self.result(call, batch("a:decimal(10,2) \n \(first) \n \(second)")) == .decimal(Int128(expected)))
    let wide = AggregateCall.of(.avg, 0, dataType("decimal(10,2)"), result: dataType("decimal(38,6)"))
    #expect(try Self.result(wide, batch("a:decimal(10,2) \n 1.00 \n 1.00 \n 0.00")) == .decimal(666_667))
  }

  @Test("AVG and SUM of floats are computed in doubles")
  func floats() throws {
    #expect(try Self.result(.of(.sum, 0, .float32), batch("a:float \n 0.5 \n 0.25")) == .float(0.75))
    #expect(try Self.result(.of(.avg, 0, .float64), batch("a:double \n 1 \n 2")) == .double(1.5))
  }

  @Test("strings are compared as bytes, FALSE is less than TRUE")
  func extremes() throws {
    let names = batch("a:string \n b \n 'a string that is long' \n 'a string that is longer' \n é")
    #expect(try Self.result(.of(.min, 0, .string), names) == .string("a string that is long"))
    #expect(try Self.result(.of(.max, 0, .string), names) == .string("é"))
    #expect(try Self.result(.of(.max, 0, .boolean), batch("a:boolean \n false \n true \n NULL")) == .boolean(true))
    #expect(try Self.result(.of(.min, 0, .timestamp(precision: 3)), batch("a:timestamp \n 5 \n -3")) == .integer(-3))
  }

  @Test("FIRST_VALUE and LAST_VALUE pass over NULLs")
  func edges() throws {
    let rows = batch("a:array<string> \n NULL \n [x,y] \n [z] \n NULL")
    #expect(try Self.result(.of(.firstValue, 0, .array(.string)), rows) == .list([.string("x"), .string("y")]))
    #expect(try Self.result(.of(.lastValue, 0, .array(.string)), rows) == .list([.string("z")]))
  }

  @Test("FILTER lets rows count where it is TRUE, not where it is NULL")
  func filters() throws {
    let rows = batch("a f:boolean \n 1 true \n 2 false \n 4 NULL \n 8 true")
    #expect(try Self.result(.of(.sum, 0, filter: 1), rows) == .integer(9))
    #expect(try Self.result(AggregateCall(.countStar, filter: 1, resultType: .int64), rows) == .integer(2))
  }
}
