//  Makes the values of one datagen column. Each value is a function of the seed, the column's name and the row's number,
//  so that reading on from any row gives the same values again.

import Columnar
import Dataflow

/// How the values of a column, or of a part of a nested one, are made.
indirect enum DataGenField: Sendable {
  /// `start` and the row's number; ends after `end`.
  case sequence(start: Int64, end: Int64, DataType)
  case boolean(DataGenDraws)
  /// Unscaled values from `min` to `max`, both included.
  case integer(DataGenDraws, min: Int128, max: Int128, DataType)
  case floating(DataGenDraws, min: Double, max: Double, DataType)
  /// Hexadecimal digits, or any bytes; of `length`, or of 1 up to it.
  case text(DataGenDraws, length: Int, isVariable: Bool, DataType)
  /// The row's due time, up to `maxPast` microseconds before it.
  case time(DataGenDraws, maxPast: Int64, DataType)
  case array(DataGenDraws, DataGenField, length: Int, DataType)
  case map(DataGenDraws, key: DataGenField, value: DataGenField, length: Int, DataType)
  case row(DataGenDraws, [DataGenField])

  static let lengthMax: Int64 = 1 << 20
  static let collectionLengthMax: Int64 = 1 << 12
  static let defaultTextLength: Int64 = 100
  static let defaultCollectionLength: Int64 = 3

  /// From the options `fields.<path>.*`.
  init(_ path: String, _ type: DataType, _ all: OptionValues, seed: UInt64) throws(OperatorError) {
    let options = all.prefixed(by: "fields.\(path)")
    switch options.string("kind", default: "random") {
    case "sequence":
      self = try Self.makeSequence(type, options)
    case "random":
      let rate = try options.double("null-rate", in: 0...1) ?? 0
      self = try Self.makeRandom(path, type, options, all, DataGenDraws(seed: seed, path: path, nullRate: rate), seed)
    case let other: throw options.invalid("kind", other, "\"random\" or \"sequence\"")
    }
  }

  private static func makeSequence(_ type: DataType, _ options: OptionValues) throws(OperatorError) -> DataGenField {
    var range = integerRange(type) ?? (Int128(Int64.min)...Int128(Int64.max))
    if case .decimal(_, let scale) = type {
      range = (range.lowerBound / DecimalPower.int128(scale))...(range.upperBound / DecimalPower.int128(scale))
    }
    guard type.isNumeric || type.isCharacter else { throw options.invalid("kind", "sequence", "\"random\" for a column of type \(type)") }
    let lower = Int64(clamping: range.lowerBound)
    let upper = Int64(clamping: range.upperBound)
    guard let start = try options.integer("start", in: lower...upper), let end = try options.integer("end", in: lower...upper) else {
      throw OperatorError(.user, .never, "a sequence needs the options \"\(options.prefix)start\" and \"\(options.prefix)end\"")
    }
    if start > end { throw options.invalid("end", "\(end)", "at least \(start), where the sequence starts") }
    return .sequence(start: start, end: end, type)
  }

  private static func makeRandom(
    _ path: String, _ type: DataType, _ options: OptionValues, _ all: OptionValues, _ draws: DataGenDraws, _ seed: UInt64
  ) throws(OperatorError) -> DataGenField {
    switch type {
    case .boolean, .null: return .boolean(draws)
    case .int8, .int16, .int32, .int64, .decimal, .intervalMonths, .intervalTime:
      let range = integerRange(type)!
      let min = try bound("min", type, options) ?? range.lowerBound
      let max = try bound("max", type, options) ?? range.upperBound
      guard range.contains(min), range.contains(max), min <= max else {
        throw OperatorError(.user, .never, "options \"\(options.prefix)min\" and \"\(options.prefix)max\" are no range of \(type)")
      }
      return .integer(draws, min: min, max: max, type)
    case .float32, .float64:
      let limit = type == .float32 ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude
      let min = try options.double("min", in: -limit...limit) ?? 0
      let max = try options.double("max", in: -limit...limit) ?? limit
      guard min <= max else { throw options.invalid("max", "\(max)", "at least \(min), the least value") }
      return .floating(draws, min: min, max: max, type)
    case .char(let declared), .varchar(let declared), .binary(let declared), .varbinary(let declared):
      let fallback = declared == DataType.unlimitedLength ? defaultTextLength : Int64(declared)
      let length = try options.integer("length", in: 1...lengthMax, default: fallback)
      let isVariable = try options.boolean("var-len", default: false)
      return .text(draws, length: Int(min(length, Int64(declared), lengthMax)), isVariable: isVariable, type)
    case .date, .time, .timestamp, .timestampLTZ:
      return .time(draws, maxPast: try options.duration("max-past") ?? 0, type)
    case .array(let element):
      let length = try options.integer("length", in: 0...collectionLengthMax, default: defaultCollectionLength)
      return .array(draws, try DataGenField("\(path).element", element, all, seed: seed), length: Int(length), type)
    case .map(let key, let value):
      let length = try options.integer("length", in: 0...collectionLengthMax, default: defaultCollectionLength)
      return .map(
        draws, key: try DataGenField("\(path).key", key, all, seed: seed), value: try DataGenField("\(path).value", value, all, seed: seed),
        length: Int(length), type)
    case .multiset(let element):
      let length = try options.integer("length", in: 0...collectionLengthMax, default: defaultCollectionLength)
      let counts = DataGenField.integer(DataGenDraws(seed: seed, path: "\(path).count", nullRate: 0), min: 1, max: 10, .int32)
      return .map(draws, key: try DataGenField("\(path).element", element, all, seed: seed), value: counts, length: Int(length), type)
    case .row(let fields):
      var made: [DataGenField] = []
      for field in fields { made.append(try DataGenField("\(path).\(field.name)", field.type, all, seed: seed)) }
      return .row(draws, made)
    }
  }

  /// A bound in the type's own unit: unscaled for decimals.
  private static func bound(_ name: String, _ type: DataType, _ options: OptionValues) throws(OperatorError) -> Int128? {
    guard let text = options.string(name) else { return nil }
    let value = Array(text.utf8).withUnsafeBytes { bytes in
      if case .decimal(let precision, let scale) = type { return parseDecimal(bytes, precision: precision, scale: scale) }
      return parseInt64(bytes).map { Int128($0) }
    }
    guard let value else { throw options.invalid(name, text, "a value of \(type)") }
    return value
  }

  private static func integerRange(_ type: DataType) -> ClosedRange<Int128>? {
    switch type {
    case .int8: Int128(Int8.min)...Int128(Int8.max)
    case .int16: Int128(Int16.min)...Int128(Int16.max)
    case .int32, .intervalMonths: Int128(Int32.min)...Int128(Int32.max)
    case .int64, .intervalTime: Int128(Int64.min)...Int128(Int64.max)
    case .decimal(let precision, _): (1 - DecimalPower.int128(precision))...(DecimalPower.int128(precision) - 1)
    default: nil
    }
  }

  /// Rows that a sequence within allows.
  var rowCountMax: Int64? {
    switch self {
    case .sequence(let start, let end, _):
      let (count, overflow) = end.subtractingReportingOverflow(start)
      return overflow || count == .max ? nil : count + 1
    case .row(_, let fields): return fields.compactMap(\.rowCountMax).min()
    default: return nil
    }
  }
}

/// Random draws of a column: draw `index` of row `number`.
struct DataGenDraws: Sendable {
  private let state: UInt64
  /// A draw below this makes the row NULL.
  private let nullBelow: Double

  init(seed: UInt64, path: String, nullRate: Double) {
    var state = NexmarkRandom.mix(seed &+ NexmarkRandom.gamma)
    for byte in path.utf8 { state = NexmarkRandom.mix(state ^ UInt64(byte) &* NexmarkRandom.gamma) }
    self.state = state
    nullBelow = nullRate
  }

  func draw(_ number: Int64, _ index: UInt64) -> UInt64 {
    NexmarkRandom.mix(NexmarkRandom.mix(state &+ UInt64(bitPattern: number) &* NexmarkRandom.gamma) &+ index &* NexmarkRandom.gamma)
  }

  func isNull(_ number: Int64) -> Bool { nullBelow > 0 && unit(draw(number, 0)) < nullBelow }

  /// From 0 up to but not 1.
  func unit(_ draw: UInt64) -> Double { Double(draw >> 11) * 0x1.0p-53 }
}

/// When rows are due, for the values of time columns.
struct DataGenClock: Sendable {
  let baseTime: Int64  // epoch milliseconds
  let rowsPerSecond: Int64

  /// Microseconds since 1970, on a whole millisecond: the row's number over the rate after the base time.
  func time(_ number: Int64) -> Int64 {
    let seconds = number / rowsPerSecond
    let rest = Int64(Double(number % rowsPerSecond) / Double(rowsPerSecond) * 1000)
    return (baseTime &+ seconds &* 1000 &+ rest) &* 1000
  }
}

extension DataGenField {
  /// Appends the value of row `number`.
  func append(_ number: Int64, _ clock: DataGenClock, to builder: ColumnBuilder) {
    switch self {
    case .sequence(let start, _, let type):
      let value = start &+ number
      if case .bytes(let column) = builder { return column.append(String(value)) }
      Self.append(Int128(value), type, to: builder)
    case .boolean(let draws):
      if draws.isNull(number) { return builder.appendNull() }
      builder.append(.boolean(draws.draw(number, 1) >> 63 == 1))
    case .integer(let draws, let min, let max, let type):
      if draws.isNull(number) { return builder.appendNull() }
      let wide = UInt128(draws.draw(number, 1)) << 64 | UInt128(draws.draw(number, 2))
      // Wraps for the widest decimals, whose range has no signed 128-bit size.
      let count = UInt128(truncatingIfNeeded: max &- min) &+ 1
      Self.append(min &+ Int128(truncatingIfNeeded: wide % count), type, to: builder, isUnscaled: true)
    case .floating(let draws, let min, let max, let type):
      if draws.isNull(number) { return builder.appendNull() }
      let share = draws.unit(draws.draw(number, 1))
      let value = min * (1 - share) + max * share
      builder.append(type == .float32 ? .float(Float(value)) : .double(value))
    case .text(let draws, let length, let isVariable, let type):
      if draws.isNull(number) { return builder.appendNull() }
      let count = isVariable ? 1 + Int(draws.draw(number, 1) % UInt64(length)) : length
      builder.append(Self.text(draws, number, count, type))
    case .time(let draws, let maxPast, let type):
      if draws.isNull(number) { return builder.appendNull() }
      let back = maxPast > 0 ? Int64(draws.draw(number, 1) % UInt64(maxPast)) / 1000 * 1000 : 0
      builder.append(.integer(Self.inUnit(of: type, clock.time(number) &- back)))
    case .array(let draws, let element, let length, _):
      guard case .list(let list) = builder else { preconditionFailure("an array has a list builder") }
      if draws.isNull(number) { return list.appendNull() }
      for index in 0..<length { element.append(number &* Int64(length) &+ Int64(index), clock, to: list.elements) }
      list.endList()
    case .map(let draws, let key, let value, let length, _):
      guard case .list(let list) = builder, case .row(let entry) = list.elements else { preconditionFailure("a map has a list of rows") }
      if draws.isNull(number) { return list.appendNull() }
      for index in 0..<length {
        key.append(number &* Int64(length) &+ Int64(index), clock, to: entry.children[0])
        value.append(number &* Int64(length) &+ Int64(index), clock, to: entry.children[1])
        entry.endRow()
      }
      list.endList()
    case .row(let draws, let fields):
      guard case .row(let row) = builder else { preconditionFailure("a row has a row builder") }
      if draws.isNull(number) { return row.appendNull() }
      for (field, child) in zip(fields, row.children) { field.append(number, clock, to: child) }
      row.endRow()
    }
  }

  /// A number of the type; a decimal is given whole, or unscaled.
  private static func append(_ value: Int128, _ type: DataType, to builder: ColumnBuilder, isUnscaled: Bool = false) {
    switch type {
    case .float32: builder.append(.float(Float(value)))
    case .float64: builder.append(.double(Double(value)))
    case .decimal(_, let scale): builder.append(.decimal(isUnscaled ? value : value &* DecimalPower.int128(scale)))
    default: builder.append(.integer(Int64(value)))
    }
  }

  private static func inUnit(of type: DataType, _ microseconds: Int64) -> Int64 {
    switch type {
    case .date: floorDivide(microseconds, Microseconds.perDay)
    case .time: floorModulo(microseconds, Microseconds.perDay) / Microseconds.perMillisecond
    default: microseconds
    }
  }

  private static func text(_ draws: DataGenDraws, _ number: Int64, _ count: Int, _ type: DataType) -> Value {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    let perDraw = type.isCharacter ? 16 : 8
    var index: UInt64 = 2
    while bytes.count < count {
      var word = draws.draw(number, index)
      index += 1
      for _ in 0..<min(perDraw, count - bytes.count) {
        if type.isCharacter {
          let digit = UInt8(word & 15)
          bytes.append(digit < 10 ? digit + 48 : digit + 87)
          word >>= 4
        } else {
          bytes.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
        }
      }
    }
    return type.isCharacter ? .string(String(decoding: bytes, as: UTF8.self)) : .bytes(bytes)
  }
}
