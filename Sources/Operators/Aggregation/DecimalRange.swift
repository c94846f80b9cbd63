//  The arithmetic of sums of decimals.

import Columnar

/// What a decimal of 38 digits can hold.
enum DecimalRange {
  static let limit = power(DataType.maxDecimalPrecision)

  static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
  static func holds(_ unscaled: Int128) -> Bool { -limit < unscaled && unscaled < limit }

  /// `value * 10^shift / count`, rounded half away from zero; nil beyond 38 digits. `shift` is small, as AVG's types have it.
  static func divide(_ value: Int128, by count: Int64, shift: Int) -> Int128? {
    var divisor = Int128(count)
    if shift < 0 {
      let (product, overflow) = divisor.multipliedReportingOverflow(by: power(min(-shift, DataType.maxDecimalPrecision)))
      if overflow { return 0 }
      divisor = product
    }
    let factor = power(max(shift, 0))
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    let (whole, wholeOverflow) = quotient.multipliedReportingOverflow(by: factor)
    let (part, partOverflow) = remainder.multipliedReportingOverflow(by: factor)
    if wholeOverflow || partOverflow { return nil }
    let (fraction, rest) = part.quotientAndRemainder(dividingBy: divisor)
    let rounding: Int128 = rest.magnitude >= (divisor.magnitude - rest.magnitude) ? (value < 0 ? -1 : 1) : 0
    let (sum, overflow) = whole.addingReportingOverflow(fraction + rounding)
    return overflow || !holds(sum) ? nil : sum
  }
}
