//  Who may ask. Pure: the head of a request goes in, a refusal or nothing comes out.
//
//  Without a token the server listens on loopback only, and then every web page that the user's browser shows can reach
//  it. So the name it is called by must be a loopback name (a rebound DNS name is not), a browser's request must come from
//  our own page (`Origin`, `Sec-Fetch-Site`), and what changes something must be JSON, which a form cannot send.
//  With a token the token decides; a foreign page cannot know it, and cannot send it without a preflight we do not answer.

import HTTPTypes

/// Decides whether a request is let in.
struct AccessPolicy: Sendable {
  /// The shared secret; nil on loopback.
  var token: String?

  init(token: String?) { self.token = token }

  /// Whether an address that a server is to listen on can only be reached from this machine.
  static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    if name == "localhost" || name == "::1" || name == "[::1]" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Nil to let the request in.
  /// - Parameter isPage: whether the path is one of the page's files, which hold no secret and ask for the token.
  /// - Parameter changes: whether the request changes something.
  func refusal(of head: HTTPRequest, isPage: Bool, changes: Bool) -> APIError? {
    if let token {
      if isPage { return nil }
      guard let given = head.headerFields[.authorization] else {
        return APIError(.unauthorized, "this cluster needs a token: send \"Authorization: Bearer TOKEN\"")
      }
      guard given.lowercased().hasPrefix("bearer "), Self.isEqual(given.dropFirst("bearer ".count).utf8, token.utf8) else {
        return APIError(.unauthorized, "the token is not the one of this cluster")
      }
      return nil
    }
    let authority = head.authority ?? ""
    guard Self.isLoopback(Self.hostName(ofAuthority: authority)) else {
      return APIError(
        .forbidden,
        "the host \"\(authority.prefix(100))\" is not a name of this machine's loopback address; without a token only those are served")
    }
    if let origin = head.headerFields[.origin], !Self.isSame(origin: origin, authority: authority) {
      return APIError(.forbidden, "requests from the web page \"\(origin.prefix(100))\" are refused")
    }
    if let site = head.headerFields[Self.fetchSite], site == "cross-site" || site == "same-site", changes || !isPage {
      return APIError(.forbidden, "requests from another web page are refused")
    }
    return nil
  }

  private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!

  /// `localhost:8081` and `[::1]:8081` without the port.
  static func hostName(ofAuthority authority: String) -> String {
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return authority }
      let rest = authority[authority.index(after: end)...]
      return rest.isEmpty || isPort(rest) ? String(authority[...end]) : authority
    }
    guard let colon = authority.firstIndex(of: ":") else { return authority }
    return isPort(authority[colon...]) ? String(authority[..<colon]) : authority
  }

  private static func isPort(_ text: Substring) -> Bool { text.first == ":" && UInt16(text.dropFirst()) != nil }

  static func isSame(origin: String, authority: String) -> Bool {
    for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
      return origin.dropFirst(scheme.count).lowercased() == authority.lowercased()
    }
    return false
  }

  /// Compares without letting the time tell how much of it was right; only the length may show.
  static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
  }
}
