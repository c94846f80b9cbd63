//  Patterns that are compiled once, because they are constant: LIKE, regular expressions and date formats.

import Columnar

/// A compiled pattern. Immutable; threads may share it.
enum PreparedPattern: Sendable {
  case like(LikePattern)
  case regularExpression(RegularExpression)
  case date(DatePattern)
  case calendar(CalendarPattern)

  /// The pattern of a call if it is constant and not NULL.
  static func prepare(_ function: ScalarFunction, _ arguments: [Program]) throws(EvaluationError) -> PreparedPattern? {
    guard arguments.count > 1, let constant = arguments[1].constant, !constant.isNullConstant, case .bytes(let column) = constant.column
    else { return nil }
    let text = Array(column.string(at: 0).utf8)
    switch function {
    case .like:
      if arguments.count == 3 { return nil }
      return .like(try compile(text) { bytes throws(EvaluationError) in try LikePattern(bytes, escape: nil) })
    case .regexpLike, .regexpExtract, .regexpReplace:
      // One that is not valid is met again, and decided, row by row.
      return (try? compile(text) { bytes throws(EvaluationError) in try RegularExpression(bytes) }).map { .regularExpression($0) }
    case .toDate, .unixTimestamp:
      return .calendar(try compile(text) { bytes throws(EvaluationError) in try CalendarPattern(bytes) })
    case .toTimestamp: return (try? compile(text) { bytes throws(EvaluationError) in try DatePattern(bytes) }).map { .date($0) }
    case .fromUnixtime:
      return .calendar(try compile(text) { bytes throws(EvaluationError) in try CalendarPattern(bytes, isWritten: true) })
    case .dateFormat:
      return .date(try compile(text) { bytes throws(EvaluationError) in try DatePattern(bytes) })
    default: return nil
    }
  }
}

/// `make` on the bytes of `text`.
func compile<Pattern>(
  _ text: [UInt8], _ make: (UnsafeRawBufferPointer) throws(EvaluationError) -> Pattern
) throws(EvaluationError) -> Pattern {
  try text.withUnsafeBytes { bytes -> Result<Pattern, EvaluationError> in
    do throws(EvaluationError) { return .success(try make(bytes)) } catch { return .failure(error) }
  }.get()
}

/// The pattern of each row: the prepared one, or compiled whenever its text changes.
struct PatternSource<Pattern> {
  private let texts: BytesOperand
  private var text: [UInt8] = []
  private var pattern: Pattern?
  private let isFixed: Bool
  private let make: (UnsafeRawBufferPointer) throws(EvaluationError) -> Pattern

  init(_ prepared: Pattern?, _ texts: BytesOperand, _ make: @escaping (UnsafeRawBufferPointer) throws(EvaluationError) -> Pattern) {
    pattern = prepared
    isFixed = prepared != nil
    self.texts = texts
    self.make = make
  }

  mutating func at(_ row: Int) throws(EvaluationError) -> Pattern {
    if isFixed { return pattern! }
    let next = texts.with(row) { Array($0) }
    if let pattern, next == text { return pattern }
    let compiled = try compile(next, make)
    text = next
    pattern = compiled
    return compiled
  }
}
