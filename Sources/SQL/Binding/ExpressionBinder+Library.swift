//  Calls of the library's functions: arguments are checked against the definition and brought to its types.

import Columnar
import Expressions

extension ExpressionBinder {
  func apply(_ definition: FunctionDefinition, name: String, _ arguments: [Bound], _ span: SourceSpan) throws(Diagnostic) -> Bound {
    let most = definition.isVariadic ? Int.max : definition.parameters.count
    guard definition.required...most ~= arguments.count else {
      throw wrongCount(name, arguments.count, definition.required, most, span)
    }
    var bound: [Bound] = []
    for (index, argument) in arguments.enumerated() {
      let parameter = definition.parameters[min(index, definition.parameters.count - 1)]
      guard let fitted = fit(argument, parameter, &bound) else {
        let wanted = Self.text(parameter, first: bound.first?.type)
        throw Diagnostic(
          "argument \(index + 1) of \(name) has type \(argument.type), not \(wanted); use CAST", at: argument.span, expected: [wanted])
      }
      bound.append(fitted)
    }
    let isNullable =
      switch definition.nullability {
      case .always: true
      case .never: false
      case .ofArguments: bound.contains { $0.isNullable }
      }
    let type = definition.resultType(bound.map(\.type))
    return Bound(expression: .function(LibraryFunction(definition), bound.map(\.expression), type), isNullable: isNullable, span: span)
  }

  /// The argument as the parameter wants it, the first one with it where both become one type; nil if it does not fit.
  private func fit(_ argument: Bound, _ parameter: ParameterType, _ bound: inout [Bound]) -> Bound? {
    switch parameter {
    case .type(let type): return Self.convert(argument, to: type)
    case .number: return argument.type.isNumeric ? argument : nil
    case .textOrBytes: return argument.type.layout == .bytes ? argument : nil
    case .textsOrBytesAlike:
      let value = argument.type == .null ? Coercion.cast(argument, to: .varchar(length: 1)) : argument
      let isAlike = bound.count < 2 || bound[bound.count - 1].type.isCharacter == value.type.isCharacter
      return value.type.layout == .bytes && isAlike ? value : nil
    case .textOrNumber: return argument.type.isCharacter || argument.type.isNumeric ? argument : nil
    case .anyOrNull: return argument.type == .null ? Coercion.cast(argument, to: .string) : argument
    case .any: return argument.type == .null ? nil : argument
    case .array: if case .array = argument.type { return argument }
    case .sortableArray: if case .array(let element) = argument.type, TypeRules.isOrdered(element) { return argument }
    case .map: if case .map = argument.type { return argument }
    case .collection: return argument.type.layout == .list ? argument : nil
    case .likeFirst:
      guard let first = bound.first, let common = TypeRules.common(first.type, argument.type) else { return nil }
      bound[0] = Coercion.cast(first, to: common)
      return Coercion.cast(argument, to: common)
    case .elementOfFirst:
      guard let first = bound.first, case .array(let element) = first.type, let common = TypeRules.common(element, argument.type) else {
        return nil
      }
      bound[0] = Coercion.cast(first, to: .array(common))
      return Coercion.cast(argument, to: common)
    }
    return nil
  }

  /// What converts without being asked: to a wider number, between lengths of strings; nil if it does not.
  static func convert(_ argument: Bound, to type: DataType) -> Bound? {
    let fits =
      argument.type == .null || TypeRules.common(argument.type, type) == type || (type.isCharacter && argument.type.isCharacter)
      || (type == .float64 && argument.type.isNumeric) || (type == .int64 && argument.type.isInteger)
    return fits ? Coercion.cast(argument, to: type) : nil
  }

  private static func text(_ parameter: ParameterType, first: DataType?) -> String {
    switch parameter {
    case .type(let type): "\(type)"
    case .number: "a number"
    case .textOrBytes, .textsOrBytesAlike: "STRING or BYTES"
    case .textOrNumber: "STRING or a number"
    case .any, .anyOrNull: "a value with a type"
    case .array: "ARRAY"
    case .sortableArray: "ARRAY of values with an order"
    case .map: "MAP"
    case .collection: "ARRAY, MAP or MULTISET"
    case .likeFirst: first.map { "\($0)" } ?? "the type of argument 1"
    case .elementOfFirst: "an element of argument 1"
    }
  }
}
