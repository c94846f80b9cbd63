import Columnar
import Expressions
import TestKit
import Testing

@Suite("arithmetic")
struct ArithmeticTests {
  @Test("integers wrap on overflow, and the quotient is cut off")
  func integers() throws {
    let rows = batch("a:int b:int \n 2147483647 1 \n -7 2 \n -2147483648 -1 \n NULL 3")
    let (a, b) = (rows["a"], rows["b"])
    func of(_ function: ScalarFunction) throws -> [Value] { try values(call(function, a, b, type: .int32), rows) }
    #expect(try of(.add) == [.integer(-2_147_483_648), .integer(-5), .integer(2_147_483_647), .null])
    #expect(try of(.subtract) == [.integer(2_147_483_646), .integer(-9), .integer(-2_147_483_647), .null])
    #expect(try of(.multiply) == [.integer(2_147_483_647), .integer(-14), .integer(-2_147_483_648), .null])
    #expect(try of(.divide) == [.integer(2_147_483_647), .integer(-3), .integer(-2_147_483_648), .null])
    #expect(try of(.modulo) == [.integer(0), .integer(-1), .integer(0), .null])
    #expect(try values(call(.negate, a, type: .int32), rows) == [.integer(-2_147_483_647), .integer(7), .integer(-2_147_483_648), .null])
    #expect(try values(call(.abs, a, type: .int32), rows) == [.integer(2_147_483_647), .integer(7), .integer(-2_147_483_648), .null])
    #expect(try values(call(.sign, a, type: .int32), rows) == [.integer(1), .integer(-1), .integer(-1), .null])
  }

  @Test("an integer divided by zero fails, unless the row is NULL")
  func divisionByZero() throws {
    let rows = batch("a b \n NULL 0 \n 6 2")
    #expect(try values(call(.divide, rows["a"], rows["b"], type: .int64), rows) == [.null, .integer(3)])
    #expect(throws: EvaluationError("division by zero: 6 % 0")) { try values(call(.modulo, rows["a"], integer(0), type: .int64), rows) }
  }

  @Test("doubles divide by zero to Infinity and NaN")
  func doubles() throws {
    let rows = batch("a:double b:double \n 1 0 \n -1 0 \n 7.5 2")
    #expect(
      try values(call(.divide, rows["a"], rows["b"], type: .float64), rows) == [.double(.infinity), .double(-.infinity), .double(3.75)])
    #expect(try shown(call(.divide, .literal(.double(0), .float64), .literal(.double(0), .float64), type: .float64)) == "NaN")
    #expect(try shown(call(.modulo, .literal(.double(-7.5), .float64), .literal(.double(2), .float64), type: .float64)) == "-1.5")
  }

  @Test("what stands under a NULL of a result is zero")
  func zeroUnderNull() throws {
    let rows = batch("a \n NULL \n 3")
    let column = try CompiledExpression(call(.add, rows["a"], integer(5), type: .int64)).evaluate(over: rows, context: testContext)
    guard case .int64(let sums) = column else { return #expect(Bool(false), "the sum is an int64 column") }
    #expect(sums.values == [0, 8])
  }

  @Test("times and intervals add up")
  func intervals() throws {
    let hour = Expression.literal(.integer(3_600_000_000), .intervalTime)
    let time = Expression.literal(.integer(0), .timestamp(precision: 3))
    #expect(try shown(call(.add, time, hour, type: .timestamp(precision: 3))) == "1970-01-01 01:00:00.000")
    #expect(try shown(call(.add, hour, time, type: .timestamp(precision: 3))) == "1970-01-01 01:00:00.000")
    #expect(try shown(call(.subtract, time, hour, type: .timestamp(precision: 3))) == "1969-12-31 23:00:00.000")
    #expect(try shown(call(.subtract, .literal(.integer(0), .time(precision: 0)), hour, type: .time(precision: 0))) == "23:00:00")
    #expect(
      try shown(call(.add, .literal(.integer(0), .date), .literal(.integer(86_400_000_000), .intervalTime), type: .date)) == "1970-01-02")
    #expect(try shown(call(.multiply, hour, integer(30), type: .intervalTime)) == "+1 06:00:00.000")
    #expect(try shown(call(.multiply, integer(30), hour, type: .intervalTime)) == "+1 06:00:00.000")
    #expect(
      try shown(call(.add, .literal(.integer(13), .intervalMonths), .literal(.integer(1), .intervalMonths), type: .intervalMonths))
        == "+1-02")
  }
}

@Suite("decimal arithmetic")
struct DecimalTests {
  @Test("a product of a literal and an integer is exact and has the result's scale")
  func nexmarkConversion() throws {
    let rows = batch("price \n 100 \n 9223372036854775807 \n -3 \n NULL")
    let type = DataType.decimal(precision: 23, scale: 3)
    let wide = Expression.cast(rows["price"], to: .decimal(precision: 19, scale: 0), isTry: false)
    #expect(
      try values(call(.multiply, decimal("0.908", 3, 3), wide, type: type), rows)
        == [.decimal(90_800), .decimal(9_223_372_036_854_775_807 * 908), .decimal(-2724), .null])
  }

  @Test(
    "results are rounded half up",
    arguments: [
      (ScalarFunction.multiply, "1.25", "0.5", "0.63"), (.multiply, "-1.25", "0.5", "-0.63"), (.divide, "1.00", "3.00", "0.33"),
      (.divide, "2.00", "3.00", "0.67"), (.divide, "-1.00", "8.00", "-0.13"), (.add, "1.25", "2.50", "3.75"),
      (.subtract, "1.25", "2.50", "-1.25"),
      (.modulo, "7.25", "2.00", "1.25"), (.modulo, "-7.25", "2.00", "-1.25"),
    ])
  func rounding(function: ScalarFunction, left: String, right: String, result: String) throws {
    let type = DataType.decimal(precision: 10, scale: 2)
    #expect(try shown(call(function, decimal(left, 10, 2), decimal(right, 10, 2), type: type)) == result)
    let rows = RecordBatch(
      schema: Schema([Field("a", type), Field("b", type)]),
      columns: [decimal(left, 10, 2), decimal(right, 10, 2)].map {
        try! CompiledExpression($0).evaluate(over: batch("x \n 1"), context: testContext)
      },
      rowCount: 1)
    let column = try CompiledExpression(call(function, rows["a"], rows["b"], type: type)).evaluate(over: rows, context: testContext)
    #expect(try shown(.literal(column.value(at: 0, type: type), type)) == result)
  }

  @Test("what does not fit the precision is NULL, and division by zero fails")
  func overflow() throws {
    let big = decimal("99999999999999999999999999999999999999", 38, 0)
    #expect(try value(call(.add, big, decimal("1", 1, 0), type: .decimal(precision: 38, scale: 0))) == .null)
    #expect(try value(call(.multiply, big, big, type: .decimal(precision: 38, scale: 0))) == .null)
    #expect(try value(call(.add, decimal("99.99", 4, 2), decimal("0.01", 4, 2), type: .decimal(precision: 4, scale: 2))) == .null)
    #expect(throws: EvaluationError("division by zero: 1.50 / 0")) {
      try value(call(.divide, decimal("1.5", 4, 2), decimal("0", 4, 2), type: .decimal(precision: 10, scale: 6)))
    }
  }

  @Test("wide quotients are exact")
  func wideDivision() throws {
    let type = DataType.decimal(precision: 38, scale: 37)
    #expect(try shown(call(.divide, decimal("1", 1, 0), decimal("3", 1, 0), type: type)) == "0.3333333333333333333333333333333333333")
    #expect(
      try shown(
        call(
          .divide, decimal("12345678901234567890.123456789", 30, 9), decimal("0.000000000000000001", 19, 18),
          type: .decimal(precision: 38, scale: 0)))
        == "12345678901234567890123456789000000000")
    #expect(
      try shown(
        call(
          .divide, decimal("1", 1, 0), decimal("0.00000000000000000000000000000000000001", 38, 38), type: .decimal(precision: 38, scale: 6))
      )
        == "NULL")
    #expect(
      try shown(
        call(
          .multiply, decimal("12345678901234567890.12345", 25, 5), decimal("98765432109876543.21", 19, 2),
          type: .decimal(precision: 38, scale: 0)))
        == "1219326311370217952249656393705227786")
  }

  @Test("add, subtract and multiply agree with plain integers", arguments: 0..<50 as Range<UInt64>)
  func agreesWithIntegers(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rows = randomBatch(schema("a:decimal(9,2) b:decimal(9,2)"), rowCount: 50, nullEvery: 6, using: &random)
    func expected(_ operation: (Int128, Int128) -> Int128) -> [Value] {
      (0..<50).map { row in
        guard case .decimal(let a) = rows.values(at: row)[0], case .decimal(let b) = rows.values(at: row)[1] else { return .null }
        return .decimal(operation(a, b))
      }
    }
    let (a, b) = (rows["a"], rows["b"])
    #expect(try values(call(.add, a, b, type: .decimal(precision: 20, scale: 2)), rows) == expected { $0 + $1 })
    #expect(try values(call(.subtract, a, b, type: .decimal(precision: 20, scale: 4)), rows) == expected { ($0 - $1) * 100 })
    #expect(try values(call(.multiply, a, b, type: .decimal(precision: 20, scale: 4)), rows) == expected { $0 * $1 })
    #expect(try values(call(.multiply, a, b, type: .decimal(precision: 38, scale: 4)), rows) == expected { $0 * $1 })
  }
}
