//  What a string consists of: IS_ALPHA, IS_DIGIT, IS_DECIMAL. FALSE for NULL and for the empty string.

import Columnar

extension FunctionLibrary {
  static let textChecks: [FunctionDefinition] = [
    check("IS_ALPHA") { text in
      String(decoding: text, as: UTF8.self).unicodeScalars.allSatisfy(\.properties.isAlphabetic)
    },
    check("IS_DIGIT") { text in text.allSatisfy { $0 &- 48 < 10 } },
    check("IS_DECIMAL") { text in parseDouble(trimmed(text)).map(\.isFinite) ?? false },
  ]

  private static func check(
    _ name: String, _ holds: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) -> FunctionDefinition {
    FunctionDefinition(name, [.string], gives: .boolean, nullability: .never, isStrict: false) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return Datum(
        .bool(
          FixedColumn(
            (0..<arguments.count).map { row in
              arguments[0].column.isValid(arguments[0].index(row)) && texts.with(row) { !$0.isEmpty && holds($0) }
            })), isConstant: arguments.isConstant)
    }
  }
}
