//  URLs: encoded as forms are (application/x-www-form-urlencoded), decoded, and taken apart.

import Columnar

extension FunctionLibrary {
  static let webText: [FunctionDefinition] = [
    FunctionDefinition("URL_ENCODE", [.string], gives: .string, nullability: .always) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, result in
        texts.with(row) { text in
          for byte in text {
            if (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || ".-*_".utf8.contains(byte) {
              result.append(byte)
            } else if byte == UInt8(ascii: " ") {
              result.append(UInt8(ascii: "+"))
            } else {
              result.append(contentsOf: [UInt8(ascii: "%"), upperDigit(byte >> 4), upperDigit(byte & 15)])
            }
          }
        }
        return true
      }
    },
    // NULL for a text that is not encoded so.
    FunctionDefinition("URL_DECODE", [.string], gives: .string, nullability: .always) { (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      return try arguments.mapToBytes { row, result in
        guard let decoded = texts.with(row, { urlDecoded($0) }) else { return false }
        result = decoded
        return true
      }
    },
    // (url, part[, key of the query]).
    FunctionDefinition("PARSE_URL", [.string, .string, .string], required: 2, gives: .string, nullability: .always) {
      (arguments) throws(EvaluationError) in
      let urls = arguments.bytes(0)
      let parts = arguments.bytes(1)
      let keys = arguments.data.count > 2 ? arguments.bytes(2) : nil
      return try arguments.mapToBytes { row, result in
        let url = URLParts(urls.with(row) { String(decoding: $0, as: UTF8.self) })
        let part = parts.with(row) { String(decoding: $0, as: UTF8.self) }
        let key = keys.map { $0.with(row) { String(decoding: $0, as: UTF8.self) } }
        guard let found = url?.part(part, key: key) else { return false }
        result.append(contentsOf: found.utf8)
        return true
      }
    },
  ]

  private static func urlDecoded(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < text.count, let high = hexadecimalValue(text[index + 1]), let low = hexadecimalValue(text[index + 2]) else {
          return nil
        }
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return result
  }
}

/// `protocol://userinfo@host:port/path?query#ref`, as java.net.URL takes it apart. Nil for a text without a known protocol.
struct URLParts {
  private let scheme: String
  private let authority: String?
  private let path: String
  private let query: String?
  private let ref: String?

  private static let schemes: Set<String> = ["http", "https", "ftp", "file", "jar", "mailto"]

  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), Self.schemes.contains(text[..<colon].lowercased()) else { return nil }
    scheme = text[..<colon].lowercased()
    var rest = text[text.index(after: colon)...]
    if let hash = rest.firstIndex(of: "#") {
      ref = String(rest[rest.index(after: hash)...])
      rest = rest[..<hash]
    } else {
      ref = nil
    }
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    } else {
      query = nil
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    } else {
      authority = nil
    }
    path = String(rest)
  }

  func part(_ name: String, key: String?) -> String? {
    if let key {
      guard name == "QUERY", let query else { return nil }
      for pair in query.split(separator: "&") where pair.hasPrefix(key + "=") { return String(pair.dropFirst(key.count + 1)) }
      return nil
    }
    switch name {
    case "PROTOCOL": return scheme
    case "AUTHORITY": return authority
    case "USERINFO": return authority.flatMap { $0.firstIndex(of: "@").map { at in String(authority![..<at]) } }
    case "HOST":
      guard let authority else { return nil }
      let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
      return String(host.split(separator: ":", omittingEmptySubsequences: false).first ?? "")
    case "PATH": return path
    case "FILE": return query.map { path + "?" + $0 } ?? path
    case "QUERY": return query
    case "REF": return ref
    default: return nil
    }
  }
}
