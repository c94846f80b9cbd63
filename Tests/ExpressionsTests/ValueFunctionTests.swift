import Columnar
import Expressions
import TestKit
import Testing

@Suite("numbers and collections")
struct ValueFunctionTests {
  private func double(_ value: Double) -> Expression { .literal(.double(value), .float64) }

  @Test(
    "ROUND and TRUNCATE",
    arguments: [
      (2.675, 2 as Int64, "2.68", "2.67"), (-2.5, 0, "-3.0", "-2.0"), (1234.5, -2, "1200.0", "1200.0"), (1e300, 2, "1.0E300", "1.0E300"),
      (0.0005, 3, "0.001", "0.0"), (.infinity, 1, "Infinity", "Infinity"),
    ])
  func rounding(number: Double, digits: Int64, rounded: String, truncated: String) throws {
    #expect(try shown(call(.round, double(number), int(digits), type: .float64)) == rounded)
    #expect(try shown(call(.truncate, double(number), int(digits), type: .float64)) == truncated)
  }

  @Test("decimals and integers are rounded exactly")
  func exactRounding() throws {
    let type = DataType.decimal(precision: 10, scale: 1)
    #expect(try shown(call(.round, decimal("12.35", 10, 2), int(1), type: type)) == "12.4")
    #expect(try shown(call(.truncate, decimal("-12.39", 10, 2), int(1), type: type)) == "-12.3")
    #expect(try shown(call(.ceil, decimal("12.01", 10, 2), type: .decimal(precision: 10, scale: 0))) == "13")
    #expect(try shown(call(.floor, decimal("-12.01", 10, 2), type: .decimal(precision: 10, scale: 0))) == "-13")
    #expect(try shown(call(.round, int(1250), int(-2), type: .int32)) == "1300")
    #expect(try shown(call(.floor, double(-1.5), type: .float64)) == "-2.0")
    #expect(try shown(call(.ceil, double(-1.5), type: .float64)) == "-1.0")
  }

  @Test(
    "POWER is that of Java",
    arguments: [
      (2.0, 10.0, "1024.0"), (-2, 3, "-8.0"), (-8, 0.5, "NaN"), (0, 0, "1.0"), (0, -1, "Infinity"), (4, 0.5, "2.0"), (-2, -2, "0.25"),
    ])
  func powers(base: Double, exponent: Double, result: String) throws {
    #expect(try shown(call(.power, double(base), double(exponent), type: .float64)) == result)
  }

  @Test("logarithms and roots")
  func logarithms() throws {
    #expect(try shown(call(.sqrt, double(2.25), type: .float64)) == "1.5")
    #expect(try shown(call(.ln, double(1), type: .float64)) == "0.0")
    #expect(try shown(call(.log10, double(1000), type: .float64)) == "3.0")
    #expect(try shown(call(.log2, double(8), type: .float64)) == "3.0")
    #expect(try shown(call(.log, double(2), double(1024), type: .float64)) == "10.0")
    #expect(try shown(call(.exp, double(0), type: .float64)) == "1.0")
    #expect(try shown(call(.ln, double(-1), type: .float64)) == "NaN")
  }

  @Test("GREATEST and LEAST take the extreme row by row, and are NULL if an argument is")
  func extremes() throws {
    let rows = batch("a b s:string t:string \n 1 2 x y \n 5 -1 x '' \n NULL 3 NULL z")
    #expect(try values(call(.greatest, rows["a"], rows["b"], integer(2), type: .int64), rows) == [.integer(2), .integer(5), .null])
    #expect(try values(call(.least, rows["a"], rows["b"], integer(2), type: .int64), rows) == [.integer(1), .integer(-1), .null])
    #expect(try values(call(.greatest, rows["s"], rows["t"], type: .string), rows) == [.string("y"), .string("x"), .null])
    #expect(try shown(call(.least, integer(3), integer(1), integer(2), type: .int64)) == "1")
  }

  @Test("rows, arrays and maps are made and read")
  func collections() throws {
    let rows = batch("a s:string \n 1 x \n 2 NULL")
    let rowType = DataType.row([Field("f", .int64), Field("g", .string)])
    let made = call(.rowConstructor, rows["a"], text("k"), type: rowType)
    #expect(try values(made, rows) == [.row([.integer(1), .string("k")]), .row([.integer(2), .string("k")])])
    #expect(try values(.field(made, 0, .int64), rows) == [.integer(1), .integer(2)])
    let array = call(.arrayConstructor, rows["s"], text("y"), type: .array(.string))
    #expect(try values(array, rows) == [.list([.string("x"), .string("y")]), .list([.null, .string("y")])])
    #expect(try values(call(.arrayElement, array, int(1), type: .string), rows) == [.string("x"), .null])
    #expect(
      try values(call(.arrayElement, array, .cast(rows["a"], to: .int32, isTry: false), type: .string), rows) == [
        .string("x"), .string("y"),
      ])
    #expect(try values(call(.arrayElement, array, int(3), type: .string), rows) == [.null, .null])
    #expect(try values(call(.cardinality, array, type: .int32), rows) == [.integer(2), .integer(2)])
    let map = call(.mapConstructor, text("k"), rows["a"], text("l"), integer(9), type: .map(key: .string, value: .int64))
    #expect(try values(call(.mapElement, map, text("k"), type: .int64), rows) == [.integer(1), .integer(2)])
    #expect(try values(call(.mapElement, map, text("?"), type: .int64), rows) == [.null, .null])
    #expect(try values(call(.arrayConstructor, type: .array(.int64)), rows) == [.list([]), .list([])])
    let nested = batch("r:row<a:int,b:string> l:array<int> \n (1,x) [4,5] \n NULL NULL")
    #expect(try values(.field(nested["r"], 1, .string), nested) == [.string("x"), .null])
    #expect(try values(call(.arrayElement, nested["l"], int(2), type: .int32), nested) == [.integer(5), .null])
    #expect(try values(call(.equal, nested["l"], nested["l"], type: .boolean), nested) == [.boolean(true), .null])
  }

  @Test("a call with arguments that a function does not take is refused when it is compiled")
  func wrongArguments() {
    #expect(throws: EvaluationError.self) { try CompiledExpression(call(.now, integer(1), type: .timestampLTZ(precision: 3))) }
    #expect(throws: EvaluationError.self) { try CompiledExpression(call(.equal, text("1"), integer(1), type: .boolean)) }
    #expect(throws: EvaluationError.self) { try CompiledExpression(cast(.integer(1), .int64, to: .date)) }
    #expect(throws: EvaluationError.self) { try CompiledPredicate(integer(1)) }
  }

  @Test("a function that is constant is computed once, one that depends on the time is not")
  func determinism() {
    #expect(ScalarFunction.allCases.filter { !$0.isDeterministic } == [.now, .proctime])
  }
}
