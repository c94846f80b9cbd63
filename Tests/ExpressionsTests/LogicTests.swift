import Columnar
import Expressions
import TestKit
import Testing

@Suite("comparison and logic")
struct LogicTests {
  let truths = batch(
    """
    a:boolean b:boolean
    true true
    true false
    true NULL
    false true
    false false
    false NULL
    NULL true
    NULL false
    NULL NULL
    """)

  private func marks(_ values: [Value]) -> String {
    values.map { $0 == .null ? "?" : $0 == .boolean(true) ? "T" : "F" }.joined()
  }

  @Test("AND, OR and NOT follow three-valued logic")
  func truthTables() throws {
    let (a, b) = (truths["a"], truths["b"])
    #expect(marks(try values(call(.and, a, b, type: .boolean), truths)) == "TF?FFF?F?")
    #expect(marks(try values(call(.or, a, b, type: .boolean), truths)) == "TTTTF?T??")
    #expect(marks(try values(call(.not, a, type: .boolean), truths)) == "FFFTTT???")
    #expect(marks(try values(call(.and, a, .literal(.null, .boolean), type: .boolean), truths)) == "???FFF???")
    #expect(marks(try values(call(.or, a, .literal(.null, .boolean), b, type: .boolean), truths)) == "TTTT??T??")
  }

  @Test("tests of truth are never NULL")
  func truthTests() throws {
    let a = truths["a"]
    for (function, expected) in [
      (ScalarFunction.isTrue, "TTTFFFFFF"), (.isNotTrue, "FFFTTTTTT"), (.isFalse, "FFFTTTFFF"), (.isNotFalse, "TTTFFFTTT"),
      (.isNull, "FFFFFFTTT"), (.isNotNull, "TTTTTTFFF"), (.isUnknown, "FFFFFFTTT"), (.isNotUnknown, "TTTTTTFFF"),
    ] {
      #expect(marks(try values(call(function, a, type: .boolean), truths)) == expected)
    }
    #expect(marks(try values(call(.isNotDistinctFrom, a, truths["b"], type: .boolean), truths)) == "TFFFTFFFT")
    #expect(marks(try values(call(.isDistinctFrom, a, truths["b"], type: .boolean), truths)) == "FTTTFTTTF")
  }

  @Test("a predicate selects the same rows that its value is TRUE for", arguments: 0..<60 as Range<UInt64>)
  func selectionEqualsValue(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let shape = schema("t:tinyint i:int l d:double s:string x:string n:decimal(10,2) w:decimal(30,5) b:boolean")
    let rows = randomBatch(shape, rowCount: 100, nullEvery: seed % 2 == 0 ? 4 : 0, using: &random)
    let comparisons: [ScalarFunction] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
    func leaf() -> Expression {
      let index = Int.random(in: 0..<shape.count - 1, using: &random)
      let type = shape[index].type
      let column = Expression.column(index, type)
      let example = rows.columns[index].value(at: Int.random(in: 0..<100, using: &random), type: type)
      let other: Expression =
        switch Int.random(in: 0..<4, using: &random) {
        case 0: column
        case 1: .literal(randomValue(type, nullEvery: 5, using: &random), type)
        default: .literal(example, type)
        }
      if type == .int64, Bool.random(using: &random) {
        let remainder = call(.modulo, column, integer(.random(in: 2...9, using: &random)), type: .int64)
        return call(comparisons.randomElement(using: &random)!, remainder, integer(1), type: .boolean)
      }
      let function = comparisons.randomElement(using: &random)!
      return Bool.random(using: &random) ? call(function, column, other, type: .boolean) : call(function, other, column, type: .boolean)
    }
    func tree(_ depth: Int) -> Expression {
      switch depth == 0 ? 3 : Int.random(in: 0..<5, using: &random) {
      case 0: call(.and, tree(depth - 1), tree(depth - 1), type: .boolean)
      case 1: call(.or, tree(depth - 1), tree(depth - 1), leaf(), type: .boolean)
      case 2: call(.not, tree(depth - 1), type: .boolean)
      case 4: call(.isNotNull, rows["b"], type: .boolean)
      default: leaf()
      }
    }
    for _ in 0..<10 {
      let condition = tree(3)
      let results = try values(condition, rows)
      let expected = results.indices.filter { results[$0] == .boolean(true) }.map { Int32($0) }
      #expect(try CompiledPredicate(condition).select(from: rows, context: testContext) == expected)
    }
  }

  @Test("rows equal to a constant are found wherever they stand", arguments: 0..<40 as Range<UInt64>)
  func equalRows(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let share = [0.0, 0.02, 0.5, 1.0][Int(seed % 4)]
    let numbers = (0..<Int.random(in: 1...200, using: &random)).map { _ -> Int32 in
      Double.random(in: 0..<1, using: &random) < share ? 7 : .random(in: 8...9, using: &random)
    }
    let rows = RecordBatch(schema: schema("a:int"), columns: [.int32(FixedColumn(numbers))], rowCount: numbers.count)
    let condition = call(.equal, rows["a"], .literal(.integer(7), .int32), type: .boolean)
    let expected = numbers.indices.filter { numbers[$0] == 7 }.map { Int32($0) }
    #expect(try CompiledPredicate(condition).select(from: rows, context: testContext) == expected)
  }

  @Test("a modulo filter is exact for large, negative and small values")
  func moduloFilter() throws {
    let rows = batch("a \n 0 \n 123 \n 246 \n -123 \n 124 \n 9223372036854775807 \n NULL \n 4294967295")
    let condition = call(.equal, call(.modulo, rows["a"], integer(123), type: .int64), integer(0), type: .boolean)
    #expect(try CompiledPredicate(condition).select(from: rows, context: testContext) == [0, 1, 2, 3])
    let small = rows.take([0, 1, 2, 4, 7])
    #expect(try CompiledPredicate(condition).select(from: small, context: testContext) == [0, 1, 2])
    for divisor in [1, 2, 3, 64, 123, 4_294_967_295] as [Int64] {
      for (function, remainder) in [(ScalarFunction.equal, 0 as Int64), (.equal, 1), (.notEqual, 0), (.greaterOrEqual, 1)] {
        let condition = call(function, call(.modulo, small["a"], integer(divisor), type: .int64), integer(remainder), type: .boolean)
        let results = try values(condition, small)
        let expected = results.indices.filter { results[$0] == .boolean(true) }.map { Int32($0) }
        #expect(try CompiledPredicate(condition).select(from: small, context: testContext) == expected)
      }
    }
  }

  @Test(
    "strings compare by their bytes, whatever their length",
    arguments: [
      ("apple", "apples", -1), ("b", "a", 1), ("a longer string than twelve", "a longer string than twelvE", 1), ("", "", 0), ("é", "z", 1),
    ])
  func stringOrder(left: String, right: String, order: Int) throws {
    let rows = batch("l:string r:string \n '\(left)' '\(right)'")
    #expect(try values(call(.less, rows["l"], rows["r"], type: .boolean), rows) == [.boolean(order < 0)])
    #expect(try values(call(.equal, rows["l"], rows["r"], type: .boolean), rows) == [.boolean(order == 0)])
    #expect(try values(call(.greater, rows["l"], text(right), type: .boolean), rows) == [.boolean(order > 0)])
  }

  @Test("NaN is equal to nothing and compares with nothing, as in Java")
  func notANumber() throws {
    let nan = Expression.literal(.double(.nan), .float64)
    #expect(try value(call(.equal, nan, nan, type: .boolean)) == .boolean(false))
    #expect(try value(call(.less, nan, .literal(.double(1), .float64), type: .boolean)) == .boolean(false))
  }

  @Test("operands of different numeric types meet in one")
  func mixedTypes() throws {
    let rows = batch("i:int d:decimal(10,2) \n 5 5.00 \n 6 5.99")
    #expect(try values(call(.equal, rows["i"], rows["d"], type: .boolean), rows) == [.boolean(true), .boolean(false)])
    #expect(try values(call(.less, rows["d"], integer(6), type: .boolean), rows) == [.boolean(true), .boolean(true)])
    #expect(try values(call(.equal, rows["d"], decimal("5.990", 10, 3), type: .boolean), rows) == [.boolean(false), .boolean(true)])
  }
}

@Suite("lazy evaluation")
struct LazinessTests {
  let rows = batch("a b \n 10 2 \n 7 0 \n NULL 0 \n 9 3")

  private var quotient: Expression { call(.divide, rows["a"], rows["b"], type: .int64) }
  private var isSafe: Expression { call(.notEqual, rows["b"], integer(0), type: .boolean) }

  @Test("a later conjunct sees only the rows that the earlier ones let through")
  func conjuncts() throws {
    let large = call(.greater, quotient, integer(3), type: .boolean)
    #expect(try CompiledPredicate(call(.and, isSafe, large, type: .boolean)).select(from: rows, context: testContext) == [0])
    #expect(
      try values(call(.and, isSafe, large, type: .boolean), rows) == [.boolean(true), .boolean(false), .boolean(false), .boolean(false)])
    let either = call(.or, call(.equal, rows["b"], integer(0), type: .boolean), large, type: .boolean)
    #expect(try values(either, rows) == [.boolean(true), .boolean(true), .boolean(true), .boolean(false)])
    #expect(try CompiledPredicate(either).select(from: rows, context: testContext) == [0, 1, 2])
    #expect(throws: EvaluationError("division by zero: 7 / 0")) {
      try CompiledPredicate(call(.and, large, isSafe, type: .boolean)).select(from: rows, context: testContext)
    }
  }

  @Test("a branch of CASE sees only the rows that reach it")
  func branches() throws {
    let guarded = Expression.conditional([.init(isSafe, quotient)], otherwise: integer(-1), .int64)
    #expect(try values(guarded, rows) == [.integer(5), .integer(-1), .integer(-1), .integer(3)])
    let several = Expression.conditional(
      [.init(call(.isNull, rows["a"], type: .boolean), null(.int64)), .init(isSafe, quotient)], otherwise: rows["a"], .int64)
    #expect(try values(several, rows) == [.integer(5), .integer(7), .null, .integer(3)])
  }

  @Test("a CASE that only chooses takes the first branch whose condition is TRUE", arguments: 0..<32 as Range<UInt64>)
  func choosing(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rowCount = Int.random(in: 1...200, using: &random)
    func cell() -> Value { Int.random(in: 0...4, using: &random) == 0 ? .null : .integer(Int64.random(in: 0...3, using: &random)) }
    let table = (0..<rowCount).map { _ in (0..<4).map { _ in cell() } }
    let types: [DataType] = [.int32, .int64, .timestamp(precision: 3), .float64]
    let type = types[Int.random(in: 0..<4, using: &random)]
    func typed(_ value: Value) -> Value {
      if case .integer(let number) = value, type == .float64 { .double(Double(number)) } else { value }
    }
    let builder = BatchBuilder(Schema([Field("a", .int64), Field("b", .int64), Field("x", type), Field("y", type)]))
    for row in table { builder.append([row[0], row[1], typed(row[2]), typed(row[3])]) }
    let batch = builder.finish()
    let first = Int64.random(in: 0...3, using: &random)
    let constant = typed(cell())
    let expression = Expression.conditional(
      [
        .init(call(.equal, batch["a"], integer(first), type: .boolean), batch["x"]),
        .init(call(.less, batch["b"], batch["a"], type: .boolean), .literal(constant, type)),
      ], otherwise: Bool.random(using: &random) ? batch["y"] : .literal(.null, type), type)
    guard case .conditional(_, let otherwise, _) = expression else { return }
    let expected = table.map { row -> Value in
      if row[0] == .integer(first) { return typed(row[2]) }
      if case .integer(let a) = row[0], case .integer(let b) = row[1], b < a { return constant }
      return otherwise == batch["y"] ? typed(row[3]) : .null
    }
    #expect(try values(expression, batch) == expected)
    let column = try CompiledExpression(expression).evaluate(over: batch, context: testContext)
    #expect((column.validity == nil) == !expected.contains(.null))
  }

  @Test("columns that share their values and differ in which are NULL are chosen between as any others")
  func choosingShared() throws {
    let shared: [Int64] = [10, 11, 12, 13]
    func column(_ isValid: [Bool]) -> Column { .int64(FixedColumn(shared, validity: Validity.from(count: 4) { isValid[$0] })) }
    let batch = RecordBatch(
      schema: Schema([Field("a", .int64), Field("x", .int64), Field("y", .int64)]),
      columns: [.int64(FixedColumn([1, 1, 2, 2])), column([true, false, false, false]), column([false, false, true, false])], rowCount: 4)
    let choice = Expression.conditional(
      [.init(call(.equal, batch["a"], integer(1), type: .boolean), batch["x"])], otherwise: batch["y"], .int64)
    #expect(try values(choice, batch) == [.integer(10), .null, .integer(12), .null])
  }

  @Test("COALESCE stops at the first value that is not NULL")
  func coalesce() throws {
    let rows = batch("a b s:string \n 1 0 x \n NULL 5 NULL \n NULL NULL y")
    let failing = call(.divide, integer(10), rows["b"], type: .int64)
    #expect(try values(call(.coalesce, rows["a"], failing, type: .int64), rows) == [.integer(1), .integer(2), .null])
    #expect(try values(call(.coalesce, rows["s"], text("none"), type: .string), rows) == [.string("x"), .string("none"), .string("y")])
    #expect(try values(call(.coalesce, rows["a"], rows["b"], integer(9), type: .int64), rows) == [.integer(1), .integer(5), .integer(9)])
  }

  @Test("a constant part that fails, fails only when a row reaches it")
  func constantFailure() throws {
    let failing = call(.divide, integer(1), integer(0), type: .int64)
    let never = Expression.conditional([.init(call(.less, rows["b"], integer(0), type: .boolean), failing)], otherwise: integer(4), .int64)
    #expect(try values(never, rows) == [Value](repeating: .integer(4), count: 4))
    #expect(throws: EvaluationError("division by zero: 1 / 0")) { try values(failing, rows) }
  }

  @Test("NULLIF is NULL where the values are equal")
  func nullIf() throws {
    #expect(try values(call(.nullIf, rows["b"], integer(0), type: .int64), rows) == [.integer(2), .null, .null, .integer(3)])
    #expect(try values(call(.nullIf, rows["a"], null(.int64), type: .int64), rows) == [.integer(10), .integer(7), .null, .integer(9)])
  }

  @Test("an empty batch gives an empty column, and a column reference shares its buffer")
  func emptyAndShared() throws {
    let empty = rows.take([])
    #expect(try CompiledExpression(quotient).evaluate(over: empty, context: testContext).count == 0)
    #expect(try CompiledPredicate(isSafe).select(from: empty, context: testContext) == [])
    guard case .int64(let source) = rows.columns[0],
      case .int64(let result) = try CompiledExpression(rows["a"]).evaluate(over: rows, context: testContext)
    else { return #expect(Bool(false), "both are int64 columns") }
    let isShared = source.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeBufferPointer { $0.baseAddress == source.baseAddress }
    }
    #expect(isShared)
  }
}
