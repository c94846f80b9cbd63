//  Batches of random values for property tests. The seed is an argument, so that a failure can be repeated.

import Columnar

/// The generator SplitMix64: small, good enough for tests, and the same everywhere.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }
}

/// One field of every type, nested ones included.
public let everyType: Schema = schema(
  """
  bo:boolean i8:tinyint i16:smallint i32:int i64:bigint f:float d:double dec:decimal(10,2) big:decimal(38,10) c:char(3) v:varchar(20) s:string \
  b:binary(4) vb:bytes day:date t:time(3) ts:timestamp(6) ltz:timestamp_ltz(3) im:interval_months it:interval_time a:array<string> \
  m:map<string,int> ms:multiset<bigint> r:row<x:int,y:string,z:array<row<q:double>>> n:null empty:row<a:int>
  """)

/// A batch of random rows; about one value in `nullEvery` is null (none if it is 0).
public func randomBatch(
  _ schema: Schema, rowCount: Int, nullEvery: Int = 5, withChanges: Bool = false, using random: inout SeededGenerator
) -> RecordBatch {
  let builder = BatchBuilder(schema)
  let kinds: [ChangeKind] = [.insert, .updateBefore, .updateAfter, .delete]
  for _ in 0..<rowCount {
    builder.append(
      schema.fields.map { randomValue($0.type, nullEvery: nullEvery, using: &random) },
      withChanges ? kinds.randomElement(using: &random)! : .insert)
  }
  return builder.finish()
}

/// A random value of the type, or NULL.
public func randomValue(_ type: DataType, nullEvery: Int, using random: inout SeededGenerator) -> Value {
  if nullEvery > 0, Int.random(in: 0..<nullEvery, using: &random) == 0 { return .null }
  func integer(_ range: ClosedRange<Int64>) -> Value { .integer(.random(in: range, using: &random)) }
  func bytes(_ limit: Int) -> [UInt8] {
    (0..<Int.random(in: 0...min(limit, 30), using: &random)).map { _ in UInt8.random(in: 97...122, using: &random) }
  }
  func list(_ element: DataType) -> Value {
    .list((0..<Int.random(in: 0...3, using: &random)).map { _ in randomValue(element, nullEvery: nullEvery, using: &random) })
  }
  switch type {
  case .boolean: return .boolean(.random(using: &random))
  case .int8: return integer(-128...127)
  case .int16: return integer(-32_768...32_767)
  case .int32, .intervalMonths: return integer(-2_147_483_648...2_147_483_647)
  case .int64, .intervalTime: return .integer(Int64(bitPattern: random.next()))
  case .float32: return .float(.random(in: -1e6...1e6, using: &random))
  case .float64: return .double(.random(in: -1e12...1e12, using: &random))
  case .decimal(let precision, _):
    let limit = (0..<precision).reduce(into: Int128(1)) { power, _ in power *= 10 } - 1
    return .decimal(.random(in: -limit...limit, using: &random))
  case .char(let length), .varchar(let length): return .string(String(decoding: bytes(length), as: UTF8.self))
  case .binary(let length), .varbinary(let length): return .bytes(bytes(length))
  case .date: return integer(-100_000...100_000)
  case .time: return integer(0...86_399_999)
  case .timestamp, .timestampLTZ: return integer(-10_000_000_000_000_000...10_000_000_000_000_000)
  case .array(let element): return list(element)
  case .map(let key, let value):
    return .list(
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        .row([randomValue(key, nullEvery: 0, using: &random), randomValue(value, nullEvery: nullEvery, using: &random)])
      })
  case .multiset(let element):
    return .list(
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        .row([randomValue(element, nullEvery: nullEvery, using: &random), integer(1...9)])
      })
  case .row(let fields): return .row(fields.map { randomValue($0.type, nullEvery: nullEvery, using: &random) })
  case .null: return .null
  }
}
