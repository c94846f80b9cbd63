//  Brings expressions to one type, writing every implicit cast out.

import Columnar
import Expressions

enum Coercion {
  /// The value as this type. No cast where the types share their representation; literals are converted on the spot.
  static func cast(_ bound: Bound, to type: DataType) -> Bound {
    if bound.type == type || TypeRules.sharesRepresentation(bound.type, type) { return bound }
    if bound.type == .null {
      return Bound(expression: .literal(.null, type), isNullable: true, span: bound.span)
    }
    let cast = ConstantFolding.fold(.cast(bound.expression, to: type, isTry: false))
    return Bound(expression: cast, isNullable: bound.isNullable, span: bound.span)
  }

  /// Both as their common type. A string literal beside a time or a number is read as one.
  static func unify(_ left: Bound, _ right: Bound) -> (Bound, Bound)? {
    if let exact = exactly(left, as: right.type) { return (exact, right) }
    if let exact = exactly(right, as: left.type) { return (left, exact) }
    if let type = TypeRules.common(left.type, right.type) { return (cast(left, to: type), cast(right, to: type)) }
    if let read = literal(left, as: right.type) { return (read, right) }
    if let read = literal(right, as: left.type) { return (left, read) }
    return nil
  }

  /// A number that the other side's type can hold as it is, so that the other side needs no cast.
  private static func exactly(_ bound: Bound, as type: DataType) -> Bound? {
    guard case .literal(let value, _) = bound.expression, value != .null, bound.type.isNumeric, type.isNumeric, bound.type != type,
      case let converted = cast(bound, to: type), case .literal = converted.expression
    else { return nil }
    return converted
  }

  private static func literal(_ bound: Bound, as type: DataType) -> Bound? {
    guard case .literal(.string, _) = bound.expression, TypeRules.isTemporal(type) || type.isNumeric else { return nil }
    return cast(bound, to: type)
  }

  /// All as their common type; a mistake if there is none, or if all are NULL.
  static func unifyAll(
    _ values: [Bound], _ name: String, _ span: SourceSpan, keepsFirstFloat: Bool = false
  ) throws(Diagnostic) -> (values: [Bound], type: DataType) {
    var type = DataType.null
    for value in values {
      guard let common = TypeRules.common(type, value.type, keepsFirstFloat: keepsFirstFloat) else {
        throw Diagnostic("\(name) mixes \(type) with \(value.type); use CAST", at: value.span)
      }
      type = common
    }
    if type == .null { throw Diagnostic("the type of this NULL is not known; use CAST(NULL AS ...)", at: span) }
    return (values.map { cast($0, to: type) }, type)
  }
}
