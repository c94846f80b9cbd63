//  Functions whose values are others each time: what a seed fixes, and what they look like.

import Columnar
import Expressions
import Testing

@Suite struct RandomTests {
  private func call(_ name: String, _ arguments: [Expression], _ type: DataType) throws -> CompiledExpression {
    try CompiledExpression(.function(LibraryFunction(#require(FunctionLibrary.byName[name])), arguments, type))
  }

  private func rows(_ count: Int) -> RecordBatch {
    let builder = BatchBuilder(Schema([Field("a", .int32)]))
    for row in 0..<count { builder.append([.integer(Int64(row))]) }
    return builder.finish()
  }

  private func values(_ compiled: CompiledExpression, _ count: Int, seed: UInt64) throws -> [Value] {
    let context = EvaluationContext(nowMicroseconds: 0, random: RandomNumbers(seed: seed))
    let column = try compiled.evaluate(over: rows(count), context: context)
    return (0..<count).map { column.value(at: $0, type: compiled.type) }
  }

  @Test("without a seed of its own RAND gives each row a number that the seed of its operator fixes")
  func unseeded() throws {
    let rand = try call("RAND", [], .float64)
    let numbers = try values(rand, 1000, seed: 7)
    #expect(try values(rand, 1000, seed: 7) == numbers)
    #expect(try values(rand, 1000, seed: 8) != numbers)
    #expect(Set(numbers).count == 1000)
    for case .double(let number) in numbers { #expect(number >= 0 && number < 1) }
  }

  @Test("two calls of RAND in one row differ")
  func twoCalls() throws {
    let context = EvaluationContext(nowMicroseconds: 0, random: RandomNumbers(seed: 7))
    let rand = try call("RAND", [], .float64)
    let values = try (0..<2).map { _ in try rand.evaluate(over: rows(1), context: context).value(at: 0, type: .float64) }
    #expect(values[0] != values[1])
  }

  @Test("a constant seed gives the numbers of Java's Random, over all batches")
  func seeded() throws {
    let rand = try call("RAND", [.literal(.integer(1), .int32)], .float64)
    #expect(try values(rand, 2, seed: 0) == [.double(0.7308781907032909), .double(0.41008081149220166)])
    #expect(try values(rand, 1, seed: 0) == [.double(0.20771484130971707)])
  }

  @Test("RAND_INTEGER stays below its bound and reaches every number")
  func bounded() throws {
    let dice = try call("RAND_INTEGER", [.literal(.integer(6), .int32)], .int32)
    #expect(Set(try values(dice, 1000, seed: 1)) == Set((0..<6).map { Value.integer($0) }))
  }

  @Test("RAND_INTEGER refuses a bound that is not positive")
  func refusedBound() throws {
    let call = try call("RAND_INTEGER", [.literal(.integer(0), .int32)], .int32)
    let error = #expect(throws: EvaluationError.self) { try values(call, 1, seed: 1) }
    #expect(error?.message == "RAND_INTEGER takes a bound of 1 or more, not 0")
  }

  @Test("UUID gives each row one of version 4")
  func uuid() throws {
    let texts = try values(try call("UUID", [], .char(length: 36)), 100, seed: 3)
    #expect(Set(texts).count == 100)
    for case .string(let text) in texts {
      #expect(text.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil, "\(text)")
    }
  }
}
