//  Sends bytes to the server and reads what comes back: what a well-behaved library would never send can be sent too.

import Foundation

@testable import HTTPAPI

struct ClientError: Error, CustomStringConvertible {
  let description: String
}

struct HTTPAnswer: Sendable {
  var status: Int
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSON { JSON(parsing: body) ?? .null }

  /// Nil if these bytes are no answer.
  init?(_ bytes: [UInt8]) {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
    self.status = status
    headers = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    body = Array(bytes[end.upperBound...])
    if let length = headers["content-length"].flatMap(Int.init) { body = Array(body.prefix(length)) }
  }
}

struct HTTPClient: Sendable {
  let port: Int
  /// How long an answer may take; then the server counts as hung.
  static let patienceSeconds = 20

  func get(_ path: String, headers: [String: String] = [:]) async throws -> HTTPAnswer { try await send("GET", path, headers: headers) }

  func post(_ path: String, json: String, headers: [String: String] = [:]) async throws -> HTTPAnswer {
    try await send("POST", path, headers: ["content-type": "application/json"].merging(headers) { $1 }, body: Array(json.utf8))
  }

  func send(_ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []) async throws -> HTTPAnswer {
    var head = "\(method) \(path) HTTP/1.1\r\n"
    var fields = ["host": "127.0.0.1:\(port)", "connection": "close"]
    if !body.isEmpty { fields["content-length"] = "\(body.count)" }
    for (name, value) in fields.merging(headers, uniquingKeysWith: { $1 }) { head += "\(name): \(value)\r\n" }
    let bytes = try await exchange(Array((head + "\r\n").utf8) + body)
    guard let answer = HTTPAnswer(bytes) else { throw ClientError(description: "no answer to \(method) \(path): \(bytes.count) bytes") }
    return answer
  }

  /// Everything the server sends until it closes the connection. Blocks a thread of its own, not one of the server's.
  func exchange(_ request: [UInt8], thenHalfClose: Bool = false) async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { [port] in
        continuation.resume(with: Result { try Self.exchange(port: port, request, thenHalfClose: thenHalfClose) })
      }
    }
  }

  private static func exchange(port: Int, _ request: [UInt8], thenHalfClose: Bool) throws -> [UInt8] {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw ClientError(description: "no socket: errno \(errno)") }
    defer { close(socket) }
    var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard connected == 0 else { throw ClientError(description: "could not connect: errno \(errno)") }
    var sent = 0
    while sent < request.count {
      let count = request[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL)) }
      // The server may refuse a request, and close, before it has read all of it.
      if count <= 0 { break }
      sent += count
    }
    if thenHalfClose { shutdown(socket, Int32(SHUT_WR)) }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &chunk, chunk.count, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { return answer }
      guard count > 0 else {
        throw ClientError(description: "the server did not answer within \(patienceSeconds) s, after \(answer.count) bytes")
      }
      answer += chunk[..<count]
    }
  }
}
