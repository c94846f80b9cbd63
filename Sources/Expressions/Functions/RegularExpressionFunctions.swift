//  The functions over regular expressions, and the digests of strings. A pattern that is not valid matches nothing: FALSE, or NULL, as in Flink.

import CCrypto
import Columnar

func regularExpressionFunction(
  _ function: ScalarFunction, _ arguments: Arguments, _ prepared: PreparedPattern?
) throws(EvaluationError) -> Datum {
  let fixed: RegularExpression? = if case .regularExpression(let expression) = prepared { expression } else { nil }
  var source = PatternSource<RegularExpression?>(fixed.map { .some($0) }, arguments.bytes(1)) { bytes in try? RegularExpression(bytes) }
  switch function {
  case .regexpLike:
    return try arguments.mapRows(Bool.self) { row throws(EvaluationError) in
      guard let expression = try source.at(row), !arguments.bytes(1).with(row, { $0.isEmpty }) else { return false }
      return try withText(arguments, 0, row) { text throws(EvaluationError) in
        try expression.withMatcher { matcher throws(EvaluationError) in try matcher.find(in: text, from: 0) }
      }
    }
  case .regexpExtract:
    let groups = arguments.vector(2, Int32.self)
    return try arguments.mapToBytes { row, result throws(EvaluationError) in
      guard let expression = try source.at(row) else { return false }
      let group = Int(groups[row])
      guard group >= 0, group <= expression.groupCount else { return false }
      let found = try withText(arguments, 0, row) { text throws(EvaluationError) in
        try expression.withMatcher { matcher throws(EvaluationError) -> [UInt8]? in
          guard try matcher.find(in: text, from: 0), let range = matcher.range(group) else { return nil }
          return Array(text[range])
        }
      }
      guard let found else { return false }
      result.append(contentsOf: found)
      return true
    }
  default:
    return try arguments.mapToBytes { row, result throws(EvaluationError) in
      guard let expression = try source.at(row) else { return false }
      result = try withText(arguments, 0, row) { text throws(EvaluationError) in
        try withText(arguments, 2, row) { replacement throws(EvaluationError) in
          var built: [UInt8] = []
          try expression.replace(text, with: replacement, into: &built)
          return built
        }
      }
      return true
    }
  }
}

/// `body` on the bytes of an argument, which may fail.
func withText<Result>(
  _ arguments: Arguments, _ index: Int, _ row: Int, _ body: (UnsafeRawBufferPointer) throws(EvaluationError) -> Result
) throws(EvaluationError) -> Result {
  try arguments.bytes(index).with(row) { bytes -> Swift.Result<Result, EvaluationError> in
    do throws(EvaluationError) { return .success(try body(bytes)) } catch { return .failure(error) }
  }.get()
}

/// md5, sha1 and sha256 as hexadecimal digits.
func digest(_ function: ScalarFunction, _ arguments: Arguments) throws(EvaluationError) -> Datum {
  let algorithm = function == .md5 ? EVP_md5() : function == .sha1 ? EVP_sha1() : EVP_sha256()
  let texts = arguments.bytes(0)
  return try arguments.mapToBytes { row, result throws(EvaluationError) in
    let isDone = texts.with(row) { text in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { sum in
        var length: UInt32 = 0
        guard EVP_Digest(text.baseAddress, text.count, sum.baseAddress, &length, algorithm, nil) == 1 else { return false }
        result.appendHexadecimal(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: sum[..<Int(length)])))
        return true
      }
    }
    if !isDone { throw EvaluationError("libcrypto does not offer \(function.rawValue) here") }
    return true
  }
}
