//  CURRENT_WATERMARK: how far event time has come where the row is. It changes while rows are on their way, so that it is computed
//  once a row, like a random value.

import Columnar

extension FunctionLibrary {
  static let currentWatermark: [FunctionDefinition] = [
    // (time attribute): milliseconds of the operator's watermark, as a time of the attribute's kind; NULL before the first watermark.
    FunctionDefinition(
      "CURRENT_WATERMARK", [.any],
      gives: { if case .timestampLTZ = $0[0] { .timestampLTZ(precision: 3) } else { .timestamp(precision: 3) } }, nullability: .always,
      isStrict: false, dependsOnContext: true, isDeterministic: false
    ) { shape in
      { (_, context) in
        Datum(constant: context.watermark.map { .integer(truncate(microseconds: $0, precision: 3)) } ?? .null, shape.type)
      }
    }
  ]
}
