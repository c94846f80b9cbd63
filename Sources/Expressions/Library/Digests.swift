//  The longer SHA digests, as hexadecimal digits.

import CCrypto
import Columnar

extension FunctionLibrary {
  static let digests: [FunctionDefinition] = [
    sha("SHA224", bits: 224), sha("SHA384", bits: 384), sha("SHA512", bits: 512),
    // (text, bits of the digest).
    FunctionDefinition("SHA2", [.type(.string), .type(.int32)], gives: { _ in .varchar(length: 128) }, canFail: true) { _ in
      { (arguments, _) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        let bits = arguments.vector(1, Int32.self)
        return try arguments.mapToBytes { row, result throws(EvaluationError) in
          guard let sum = texts.with(row, { digest($0, bits: Int(bits[row])) }) else {
            throw EvaluationError("SHA2 gives 224, 256, 384 or 512 bits, not \(bits[row])")
          }
          result = sum
          return true
        }
      }
    },
  ]

  private static func sha(_ name: String, bits: Int) -> FunctionDefinition {
    FunctionDefinition(name, [.string], gives: .char(length: bits / 4), canFail: true) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, result throws(EvaluationError) in
        guard let sum = texts.with(row, { digest($0, bits: bits) }) else { throw EvaluationError("libcrypto does not offer \(name) here") }
        result = sum
        return true
      }
    }
  }

  /// Hexadecimal digits; nil if there is no such digest.
  private static func digest(_ text: UnsafeRawBufferPointer, bits: Int) -> [UInt8]? {
    let algorithm: OpaquePointer?
    switch bits {
    case 224: algorithm = EVP_sha224()
    case 256: algorithm = EVP_sha256()
    case 384: algorithm = EVP_sha384()
    case 512: algorithm = EVP_sha512()
    default: return nil
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { sum in
      var length: UInt32 = 0
      guard EVP_Digest(text.baseAddress, text.count, sum.baseAddress, &length, algorithm, nil) == 1 else { return nil }
      var result: [UInt8] = []
      result.appendHexadecimal(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: sum[..<Int(length)])))
      return result
    }
  }
}
