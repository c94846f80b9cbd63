//  A scalar function as one value: its names, what it takes and gives, and how a batch of it is computed. Whatever the planner need not
//  know by name is such a function; adding one is an entry in a file of this folder.

import Columnar

/// What a parameter takes. The binder casts the argument to what is said here.
public enum ParameterType: Sendable {
  /// This type, or what converts to it without being asked.
  case type(DataType)
  /// A number, as it is.
  case number
  /// A string or a byte sequence, as it is; a string or a number.
  case textOrBytes, textOrNumber
  /// Strings, or byte sequences, like the argument before it, as they are; a bare NULL is a string.
  case textsOrBytesAlike
  case any
  /// Also a bare NULL, which is a STRING then.
  case anyOrNull
  /// Any array, map; any collection (also a multiset).
  case array, map, collection
  /// An array of values with an order.
  case sortableArray
  /// An array or map like that of the first argument: both are brought to one type.
  case likeFirst
  /// An element of the array that is the first argument: both are brought to one element type.
  case elementOfFirst
}

/// Whether the result may be NULL.
public enum FunctionNullability: Sendable {
  /// If an argument may be.
  case ofArguments
  case always, never
}

/// A function of the library.
///
/// A strict function gives NULL for a NULL argument, and its kernel may compute anything there.
public struct FunctionDefinition: Sendable {
  /// What computes a batch; it is not called for a strict function with an argument that is NULL in every row.
  typealias Kernel = @Sendable (Arguments, EvaluationContext) throws(EvaluationError) -> Datum

  /// The SQL name, upper case; stored in job graphs: never rename one.
  public let name: String
  public let aliases: [String]
  public let parameters: [ParameterType]
  /// How many arguments must be given.
  public let required: Int
  /// The last parameter stands for any number of arguments.
  public let isVariadic: Bool
  /// From the types of the arguments, already cast, to that of the result.
  public let resultType: @Sendable ([DataType]) -> DataType
  public let nullability: FunctionNullability
  let isStrict: Bool
  let canFail: Bool
  /// Whether the result may depend on the session's zone or the time.
  let dependsOnContext: Bool
  /// Whether it gives the same each time that it is computed for a row; if not, it is computed once, and never folded.
  let isDeterministic: Bool
  /// Makes the kernel of one call; constant arguments are prepared here.
  let prepare: @Sendable (FunctionShape) throws(EvaluationError) -> Kernel

  init(
    _ name: String, aliases: [String] = [], _ parameters: [ParameterType], required: Int? = nil, isVariadic: Bool = false,
    gives resultType: @escaping @Sendable ([DataType]) -> DataType, nullability: FunctionNullability = .ofArguments, isStrict: Bool = true,
    canFail: Bool = false, dependsOnContext: Bool = false, isDeterministic: Bool = true,
    prepare: @escaping @Sendable (FunctionShape) throws(EvaluationError) -> Kernel
  ) {
    self.name = name
    self.aliases = aliases
    self.parameters = parameters
    self.required = required ?? parameters.count
    self.isVariadic = isVariadic
    self.resultType = resultType
    self.nullability = nullability
    self.isStrict = isStrict
    self.canFail = canFail
    self.dependsOnContext = dependsOnContext
    self.isDeterministic = isDeterministic
    self.prepare = prepare
  }

  /// A function with nothing to prepare, of fixed types.
  init(
    _ name: String, aliases: [String] = [], _ parameters: [DataType], required: Int? = nil, gives result: DataType,
    nullability: FunctionNullability = .ofArguments, isStrict: Bool = true, canFail: Bool = false,
    kernel: @escaping @Sendable (Arguments) throws(EvaluationError) -> Datum
  ) {
    self.init(
      name, aliases: aliases, parameters.map { .type($0) }, required: required, gives: { _ in result }, nullability: nullability,
      isStrict: isStrict, canFail: canFail
    ) { _ in { (arguments, _) throws(EvaluationError) in try kernel(arguments) } }
  }
}

/// What is known of a call before any row.
struct FunctionShape: Sendable {
  let types: [DataType]
  let type: DataType
  /// The arguments that are constant; nil for the others.
  let constants: [Datum?]

  /// A constant string that is not NULL.
  func text(_ index: Int) -> String? {
    guard index < constants.count, let constant = constants[index], !constant.isNullConstant, case .bytes(let column) = constant.column
    else {
      return nil
    }
    return column.string(at: 0)
  }
}

/// A function of the library by its name: what an expression holds and a job graph stores.
public struct LibraryFunction: Hashable, Sendable, Codable {
  public let name: String

  public init(_ definition: FunctionDefinition) { name = definition.name }
  /// Nil if there is none of this name.
  public var definition: FunctionDefinition? { FunctionLibrary.byName[name] }
}
