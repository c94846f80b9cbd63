//  RAND, RAND_INTEGER and UUID: another value for each row. With a constant seed the rows of a subtask get the numbers that Java's
//  `Random` gives for it, from the first one on again when the job is started again, as in Flink; a seed that is a column gives each row
//  the first number for it.

import Columnar
import Synchronization

extension FunctionLibrary {
  static let randomness: [FunctionDefinition] = [
    FunctionDefinition(
      "RAND", [.type(.int32)], required: 0, gives: { _ in .float64 }, dependsOnContext: true, isDeterministic: false
    ) { (shape) throws(EvaluationError) in
      guard !shape.types.isEmpty else {
        return { (arguments, context) throws(EvaluationError) in
          var numbers = context.random.next()
          return arguments.result((0..<arguments.count).map { _ in Double(numbers.next() >> 11) * 0x1p-53 })
        }
      }
      let seeded = SeededNumbers(shape)
      return { (arguments, _) throws(EvaluationError) in
        try seeded.rows(arguments, as: Double.self) { (random, _) throws(EvaluationError) in random.nextDouble() }
      }
    },
    // ([seed,] bound): at least 0, less than the bound.
    FunctionDefinition(
      "RAND_INTEGER", [.type(.int32), .type(.int32)], required: 1, gives: { _ in .int32 }, canFail: true, dependsOnContext: true,
      isDeterministic: false
    ) { (shape) throws(EvaluationError) in
      let isSeeded = shape.types.count == 2
      let seeded = SeededNumbers(shape)
      return { (arguments, context) throws(EvaluationError) in
        let bounds = arguments.vector(isSeeded ? 1 : 0, Int32.self)
        func bound(_ row: Int) throws(EvaluationError) -> Int32 {
          if bounds[row] > 0 { return bounds[row] }
          throw EvaluationError("RAND_INTEGER takes a bound of 1 or more, not \(bounds[row])")
        }
        if isSeeded {
          return try seeded.rows(arguments, as: Int32.self) { (random, row) throws(EvaluationError) in
            random.nextInteger(below: try bound(row))
          }
        }
        var numbers = context.random.next()
        return try arguments.mapRows(Int32.self) { row throws(EvaluationError) in
          Int32(numbers.next().multipliedFullWidth(by: UInt64(try bound(row))).high)
        }
      }
    },
    // RFC 4122, version 4.
    FunctionDefinition("UUID", [], gives: { _ in .char(length: 36) }, dependsOnContext: true, isDeterministic: false) {
      (shape) throws(EvaluationError) in
      { (arguments, context) throws(EvaluationError) in
        var numbers = context.random.next()
        return try arguments.mapToBytes { _, text in
          appendUUID(numbers.next() & ~0xF000 | 0x4000, numbers.next() & ~(0b11 << 62) | 0b10 << 62, into: &text)
          return true
        }
      }
    },
  ]

  private static func appendUUID(_ high: UInt64, _ low: UInt64, into text: inout [UInt8]) {
    for index in 0..<32 {
      if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
      let digit = UInt8((index < 16 ? high : low) >> UInt64(60 - index % 16 * 4) & 15)
      text.append(digit < 10 ? digit + 48 : digit + 87)
    }
  }
}

/// Numbers by a seed, the first argument: one sequence over all batches where it is constant.
private final class SeededNumbers: Sendable {
  private let isConstant: Bool
  private let sequence: Mutex<JavaRandom>

  init(_ shape: FunctionShape) {
    let seed = shape.constants.first.flatMap { $0 }?.column.value(at: 0, type: .int32)
    if case .integer(let number) = seed {
      isConstant = true
      sequence = Mutex(JavaRandom(seed: number))
    } else {
      isConstant = false
      sequence = Mutex(JavaRandom(seed: 0))
    }
  }

  func rows<Number: ColumnElement>(
    _ arguments: Arguments, as _: Number.Type, _ draw: (inout JavaRandom, Int) throws(EvaluationError) -> Number
  ) throws(EvaluationError) -> Datum {
    if isConstant {
      return try sequence.withLock { random throws(EvaluationError) in
        try arguments.mapRows(Number.self) { row throws(EvaluationError) in try draw(&random, row) }
      }
    }
    let seeds = arguments.vector(0, Int32.self)
    return try arguments.mapRows(Number.self) { row throws(EvaluationError) in
      var random = JavaRandom(seed: Int64(seeds[row]))
      return try draw(&random, row)
    }
  }
}
