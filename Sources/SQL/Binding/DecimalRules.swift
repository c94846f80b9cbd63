//  Precision and scale of what decimal arithmetic gives.
//  Source: Flink's LogicalTypeMerging (findAdditionDecimalType and kin).

import Columnar

enum DecimalRules {
  /// Precision and scale that hold every value of an exact number type.
  static func digits(_ type: DataType) -> (precision: Int, scale: Int) {
    switch type {
    case .int8: (3, 0)
    case .int16: (5, 0)
    case .int32: (10, 0)
    case .int64: (19, 0)
    case .decimal(let precision, let scale): (precision, scale)
    default: (DataType.maxDecimalPrecision, 0)
    }
  }

  static func asDecimal(_ type: DataType) -> DataType {
    let (precision, scale) = digits(type)
    return .decimal(precision: precision, scale: scale)
  }

  static func sum(_ left: DataType, _ right: DataType) -> DataType {
    let ((p1, s1), (p2, s2)) = (digits(left), digits(right))
    let scale = max(s1, s2)
    return adjusted(max(p1 - s1, p2 - s2) + scale + 1, scale)
  }

  static func product(_ left: DataType, _ right: DataType) -> DataType {
    let ((p1, s1), (p2, s2)) = (digits(left), digits(right))
    return adjusted(p1 + p2 + 1, s1 + s2)
  }

  static func quotient(_ left: DataType, _ right: DataType) -> DataType {
    let ((p1, s1), (p2, s2)) = (digits(left), digits(right))
    let scale = max(6, s1 + p2 + 1)
    return adjusted(p1 - s1 + s2 + scale, scale)
  }

  static func modulus(_ left: DataType, _ right: DataType) -> DataType {
    let ((p1, s1), (p2, s2)) = (digits(left), digits(right))
    let scale = max(s1, s2)
    return adjusted(max(min(p1 - s1, p2 - s2) + scale, 1), scale)
  }

  /// `ROUND(x, digits)`.
  static func rounded(_ type: DataType, to digits: Int) -> DataType {
    let (precision, scale) = Self.digits(type)
    if digits >= scale { return .decimal(precision: precision, scale: scale) }
    let wanted = 1 + precision - scale + max(digits, 0)
    return .decimal(precision: min(wanted, DataType.maxDecimalPrecision), scale: max(digits, 0))
  }

  static func sumAggregate(_ type: DataType) -> DataType {
    .decimal(precision: DataType.maxDecimalPrecision, scale: digits(type).scale)
  }

  static func averageAggregate(_ type: DataType) -> DataType {
    .decimal(precision: DataType.maxDecimalPrecision, scale: max(6, digits(type).scale))
  }

  /// Too many digits: the integer ones are kept, the fraction gives way down to six.
  private static func adjusted(_ precision: Int, _ scale: Int) -> DataType {
    let most = DataType.maxDecimalPrecision
    if precision <= most { return .decimal(precision: precision, scale: scale) }
    let integerDigits = precision - scale
    return .decimal(precision: most, scale: min(max(most - integerDigits, min(scale, 6)), most))
  }
}
