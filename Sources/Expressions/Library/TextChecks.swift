//  What a string consists of: IS_ALPHA, IS_DIGIT, IS_DECIMAL. FALSE for NULL and for the empty string. Of a number its type decides, as in
//  Flink, for NULL too: only an integer consists of digits, or is a decimal.

import Columnar

extension FunctionLibrary {
  static let textChecks: [FunctionDefinition] = [
    check("IS_ALPHA", ofIntegers: false) { $0.unicodeScalars.allSatisfy(\.properties.isAlphabetic) },
    check("IS_DIGIT", ofIntegers: true) { $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .decimalNumber } },
    check("IS_DECIMAL", ofIntegers: true) { text in
      Array(text.utf8).withUnsafeBytes { parseDouble(trimmed($0)).map { !$0.isNaN } ?? false }
    },
  ]

  private static func check(
    _ name: String, ofIntegers: Bool, _ holds: @escaping @Sendable (String) -> Bool
  ) -> FunctionDefinition {
    FunctionDefinition(name, [.textOrNumber], gives: { _ in .boolean }, nullability: .never, isStrict: false) {
      (shape) throws(EvaluationError) in
      let type = shape.types[0]
      guard type.isCharacter else {
        return { (_, _) throws(EvaluationError) in Datum(constant: .boolean(ofIntegers && type.isInteger), .boolean) }
      }
      return { (arguments, _) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        let flags = (0..<arguments.count).map { row in
          arguments[0].column.isValid(arguments[0].index(row))
            && texts.with(row) { !$0.isEmpty && holds(String(decoding: $0, as: UTF8.self)) }
        }
        return Datum(.bool(FixedColumn(flags)), isConstant: arguments.isConstant)
      }
    }
  }
}
