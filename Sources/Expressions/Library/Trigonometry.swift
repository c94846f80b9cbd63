//  Angles and hyperbolic functions: DOUBLE to DOUBLE, by the C library, as Java's are to within the last digit.

import Columnar
import RealModule

extension FunctionLibrary {
  static let trigonometry: [FunctionDefinition] = [
    real("SIN") { Double.sin($0) }, real("COS") { Double.cos($0) }, real("TAN") { Double.tan($0) },
    real("COT") { 1 / Double.tan($0) }, real("ASIN") { Double.asin($0) }, real("ACOS") { Double.acos($0) },
    real("ATAN") { Double.atan($0) }, real("SINH") { Double.sinh($0) }, real("COSH") { Double.cosh($0) }, real("TANH") { Double.tanh($0) },
    real("DEGREES") { $0 * (180 / Double.pi) }, real("RADIANS") { $0 / 180 * Double.pi },
    FunctionDefinition("ATAN2", [.float64, .float64], gives: .float64) { (arguments) throws(EvaluationError) in
      arguments.result(map(arguments.vector(0, Double.self), arguments.vector(1, Double.self)) { Double.atan2(y: $0, x: $1) })
    },
    FunctionDefinition("PI", [], gives: .float64) { _ in Datum(constant: .double(Double.pi), .float64) },
    FunctionDefinition("E", [], gives: .float64) { _ in Datum(constant: .double(Double.exp(1)), .float64) },
  ]

  private static func real(_ name: String, _ operation: @escaping @Sendable (Double) -> Double) -> FunctionDefinition {
    FunctionDefinition(name, [.float64], gives: .float64) { (arguments) throws(EvaluationError) in
      arguments.result(map(arguments.vector(0, Double.self), operation))
    }
  }
}
