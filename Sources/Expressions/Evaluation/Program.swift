//  The compiled form of an expression: operands are brought to one layout, constant parts are computed, patterns are prepared.

import Columnar

/// One node of a compiled expression. Immutable, so that subtasks may share it.
final class Program: Sendable {
  indirect enum Operation: Sendable {
    case column(Int)
    case constant(Datum)
    /// A function; its pattern, if it takes one that is constant, is prepared.
    case call(ScalarFunction, [Program], PreparedPattern?)
    /// A function of the library, made ready.
    case function(FunctionDefinition, [Program], FunctionDefinition.Kernel)
    case cast(Program, isTry: Bool)
    case conditional([(condition: Program, value: Program)], otherwise: Program)
    case field(Program, Int)
  }

  let operation: Operation
  let type: DataType
  /// Positions of the input columns that are read.
  let columns: [Int]
  /// Whether some row may end in an error; such a part is evaluated only on the rows that reach it.
  let canFail: Bool

  init(_ operation: Operation, _ type: DataType, columns: [Int] = [], canFail: Bool = false) {
    self.operation = operation
    self.type = type
    self.columns = columns
    self.canFail = canFail
  }

  convenience init(_ operation: Operation, _ type: DataType, children: [Program], canFail: Bool) {
    self.init(
      operation, type, columns: Set(children.flatMap(\.columns)).sorted(), canFail: canFail || children.contains(where: \.canFail))
  }

  var constant: Datum? {
    if case .constant(let datum) = operation { datum } else { nil }
  }

  static func compile(_ expression: Expression) throws(EvaluationError) -> Program {
    switch expression {
    case .column(let index, let type): return Program(.column(index), type, columns: [index])
    case .literal(let value, let type): return Program(.constant(Datum(constant: value, type)), type)
    case .call(let function, let arguments, let type):
      var compiled: [Program] = []
      for argument in arguments { compiled.append(try compile(argument)) }
      return try call(function, compiled, type)
    case .function(let function, let arguments, let type):
      var compiled: [Program] = []
      for argument in arguments { compiled.append(try compile(argument)) }
      return try self.function(function, compiled, type)
    case .cast(let inner, let type, let isTry): return try cast(try compile(inner), to: type, isTry: isTry)
    case .conditional(let branches, let otherwise, let type):
      var compiled: [(condition: Program, value: Program)] = []
      for branch in branches { compiled.append((try compile(branch.condition), try convert(try compile(branch.value), to: type))) }
      let last = try convert(try compile(otherwise), to: type)
      return Program(
        .conditional(compiled, otherwise: last), type, children: compiled.flatMap { [$0.condition, $0.value] } + [last], canFail: false)
    case .field(let inner, let index, let type):
      let row = try compile(inner)
      guard case .row(let fields) = row.type, fields.indices.contains(index) else {
        throw EvaluationError("\(row.type) has no field \(index)")
      }
      return Program(.field(row, index), type, children: [row], canFail: false)
    }
  }

  private static func call(_ function: ScalarFunction, _ given: [Program], _ type: DataType) throws(EvaluationError) -> Program {
    var arguments = given
    guard function.argumentCounts.contains(arguments.count) else {
      throw EvaluationError("\(function.rawValue) does not take \(arguments.count) arguments")
    }
    switch function {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isDistinctFrom, .isNotDistinctFrom, .nullIf:
      if let common = commonType(arguments[0].type, arguments[1].type) { arguments = try convert(arguments, to: common) }
      guard arguments[0].type.layout == arguments[1].type.layout || arguments.contains(where: { $0.type == .null }) else {
        throw EvaluationError("\(function.rawValue) does not compare \(arguments[0].type) with \(arguments[1].type)")
      }
    case .add, .subtract, .multiply, .divide, .modulo: arguments = try arithmeticArguments(arguments, type)
    case .coalesce, .greatest, .least, .arrayConstructor:
      let target = if case .array(let element) = type { element } else { type }
      arguments = try convert(arguments, to: target)
    case .and, .or, .not, .isTrue, .isNotTrue, .isFalse, .isNotFalse, .isUnknown, .isNotUnknown:
      for argument in arguments where argument.type.layout != .bool {
        throw EvaluationError("\(function.rawValue) takes booleans, not \(argument.type)")
      }
    default: break
    }
    if function == .nullIf { arguments[0] = try convert(arguments[0], to: type) }
    let operation = Operation.call(function, arguments, try PreparedPattern.prepare(function, arguments))
    let program = Program(
      operation, type, children: arguments, canFail: function.canFail(arguments.map(\.type), divisor: arguments.last?.constant))
    return function.dependsOnContext ? program : folded(program, arguments)
  }

  private static func function(_ function: LibraryFunction, _ arguments: [Program], _ type: DataType) throws(EvaluationError) -> Program {
    guard let definition = function.definition else { throw EvaluationError("there is no function \(function.name)") }
    let most = definition.isVariadic ? Int.max : definition.parameters.count
    guard definition.required...most ~= arguments.count else {
      throw EvaluationError("\(function.name) does not take \(arguments.count) arguments")
    }
    let shape = FunctionShape(types: arguments.map(\.type), type: type, constants: arguments.map(\.constant))
    let operation = Operation.function(definition, arguments, try definition.prepare(shape))
    let program = Program(operation, type, children: arguments, canFail: definition.canFail)
    return definition.dependsOnContext || !definition.isDeterministic ? program : folded(program, arguments)
  }

  private static func cast(_ inner: Program, to type: DataType, isTry: Bool) throws(EvaluationError) -> Program {
    try Cast.check(from: inner.type, to: type)
    let program = Program(.cast(inner, isTry: isTry), type, children: [inner], canFail: !isTry && Cast.canFail(from: inner.type, to: type))
    return Cast.dependsOnContext(from: inner.type, to: type) ? program : folded(program, [inner])
  }

  /// The value if all arguments are constant. What fails stays as it is: perhaps no row ever reaches it.
  private static func folded(_ program: Program, _ arguments: [Program]) -> Program {
    guard !arguments.isEmpty, arguments.allSatisfy({ $0.constant != nil }),
      let value = try? program.evaluate(Rows(columns: [], count: 1), EvaluationContext(nowMicroseconds: 0))
    else { return program }
    return Program(.constant(Datum(value.column, isConstant: true)), program.type)
  }

  /// The program in another layout or scale of the same kind of type; itself if nothing is to be done.
  private static func convert(_ program: Program, to type: DataType) throws(EvaluationError) -> Program {
    if program.type == .null { return Program(.constant(Datum(constant: .null, type)), type) }
    guard program.type.layout != type.layout || program.type.scale != type.scale || program.type.isNumeric != type.isNumeric else {
      return program
    }
    return try cast(program, to: type, isTry: false)
  }

  /// The type in which two operands of different layouts meet; nil if they need no conversion or have no such type.
  private static func commonType(_ left: DataType, _ right: DataType) -> DataType? {
    if left == .null { return right }
    if right == .null { return left }
    if left.layout == right.layout, left.scale == right.scale, left.isNumeric == right.isNumeric { return nil }
    guard left.isNumeric, right.isNumeric else {
      switch (left, right) {
      case (.date, .timestamp), (.date, .timestampLTZ): return right
      case (.timestamp, .date), (.timestampLTZ, .date): return left
      default: return nil
      }
    }
    for type in [left, right] where type == .float32 || type == .float64 { return .float64 }
    if left.isInteger, right.isInteger { return left.layout.rawValue > right.layout.rawValue ? left : right }
    return .decimal(precision: DataType.maxDecimalPrecision, scale: max(left.scale, right.scale))
  }

  private static func convert(_ programs: [Program], to type: DataType) throws(EvaluationError) -> [Program] {
    var converted: [Program] = []
    for program in programs { converted.append(try convert(program, to: type)) }
    return converted
  }

  private static func arithmeticArguments(_ arguments: [Program], _ type: DataType) throws(EvaluationError) -> [Program] {
    if case .decimal = type { return arguments.map(withoutExactCast) }
    if type.isNumeric { return try convert(arguments, to: type) }
    guard let count: DataType = type == .intervalMonths ? .int32 : type == .intervalTime ? .int64 : nil else { return arguments }
    var converted: [Program] = []
    for argument in arguments { converted.append(argument.type.isNumeric ? try convert(argument, to: count) : argument) }
    return converted
  }

  /// Decimal kernels take integers of any width as they are, so that an exact cast from one is left out.
  private static func withoutExactCast(_ argument: Program) -> Program {
    guard case .cast(let inner, _) = argument.operation, inner.type.isInteger, case .decimal(let precision, 0) = argument.type,
      precision >= inner.type.integerDigits
    else { return argument }
    return inner
  }
}

extension DataType {
  /// Decimal digits that every value of an integer type has room in.
  var integerDigits: Int {
    switch self {
    case .int8: 3
    case .int16: 5
    case .int32: 10
    default: 19
    }
  }
}

/// The input of an evaluation: the batch's columns, or some of their rows.
struct Rows {
  let columns: [Column]
  let count: Int

  init(_ batch: RecordBatch) { self.init(columns: batch.columns, count: batch.rowCount) }

  init(columns: [Column], count: Int) {
    self.columns = columns
    self.count = count
  }

  /// The rows at `rows`; only the columns that `program` reads are moved, no other may be looked at.
  func narrowed(to rows: [Int32], for program: Program) -> Rows {
    if rows.count == count { return self }
    var columns = columns
    for index in program.columns { columns[index] = columns[index].take(rows) }
    return Rows(columns: columns, count: rows.count)
  }
}
