//  The first two frames of every connection: who are you, and may you. The one that connected speaks first.
//
//  client -> hello    magic, the versions it speaks, role, cluster, token
//  server -> welcome  the version both will speak (the highest common one), its cluster
//         or refusal  why, as text; the server then closes
//
//  What each side must tolerate: the connection ending at any point (the client tries again), and a server of another version,
//  which refuses by name. Anything else than the frames above is an error, and neither side acts on anything before the end of
//  the handshake. The token goes over the wire as it is: it keeps strangers out, not eavesdroppers.

/// What a process says about itself, and asks of the other end.
public struct HandshakeIdentity: Hashable, Sendable {
  public enum Role: UInt8, Hashable, Sendable {
    /// Worker to coordinator.
    case control = 1
    /// Worker to worker.
    case data = 2
  }
  public var role: Role
  /// Shared secret, at most `tokenByteCountMax`; empty for none.
  public var token: [UInt8]
  /// Empty matches any.
  public var clusterID: String
  /// Of the messages, lowest and highest that this process speaks.
  public var versions: ClosedRange<UInt16>

  public static let currentVersions: ClosedRange<UInt16> = 1...1
  public static let tokenByteCountMax = 1024

  public init(role: Role, token: [UInt8] = [], clusterID: String = "", versions: ClosedRange<UInt16> = currentVersions) {
    precondition(token.count <= Self.tokenByteCountMax, "a token fits into a handshake")
    self.role = role
    self.token = token
    self.clusterID = clusterID
    self.versions = versions
  }
}

/// One side of a handshake.
public struct HandshakeState: Sendable {
  public enum Action: Hashable, Sendable {
    /// Done. The server sends `reply` first; the client has none to send. `clusterID` is the other side's.
    case established(version: UInt16, clusterID: String, reply: Frame?)
    /// Over. The server sends `reply` before it closes.
    case failed(WireError, reply: Frame?)
  }
  private let identity: HandshakeIdentity
  private let isServer: Bool
  private var isDone = false

  /// Waits for a hello.
  public static func server(_ identity: HandshakeIdentity) -> HandshakeState { HandshakeState(identity: identity, isServer: true) }
  /// Has sent `hello` and waits for the answer.
  public static func client(_ identity: HandshakeIdentity) -> HandshakeState { HandshakeState(identity: identity, isServer: false) }

  /// The client's first frame.
  public var hello: Frame {
    Hello(
      versions: identity.versions, role: identity.role.rawValue, clusterID: identity.clusterID, token: identity.token
    ).frame
  }

  /// Takes the one frame that may come.
  public mutating func receive(_ frame: Frame) -> Action {
    precondition(!isDone, "a handshake takes one frame")
    isDone = true
    do throws(WireError) {
      return isServer ? try answer(frame) : try finish(frame)
    } catch {
      return .failed(error, reply: isServer ? Refusal(kind: error.kind, reason: error.message).frame : nil)
    }
  }

  private func answer(_ frame: Frame) throws(WireError) -> Action {
    guard frame.kind == .hello else { throw WireError(.unexpected, "the connection does not begin with a handshake") }
    let hello = try Hello(payload: frame.payload)
    let lower = max(hello.versions.lowerBound, identity.versions.lowerBound)
    let upper = min(hello.versions.upperBound, identity.versions.upperBound)
    guard lower <= upper else {
      throw WireError(
        .version, "protocol versions \(hello.versions.text) are not spoken here, only \(identity.versions.text)")
    }
    // The token comes before anything that tells a stranger something about this cluster.
    guard Self.isEqualInConstantTime(hello.token, identity.token) else { throw WireError(.refused, "the token is wrong") }
    guard hello.role == identity.role.rawValue else {
      throw WireError(.refused, "this is the \(identity.role) port")
    }
    try checkCluster(hello.clusterID)
    return .established(
      version: upper, clusterID: hello.clusterID, reply: Welcome(version: upper, clusterID: identity.clusterID).frame)
  }

  private func finish(_ frame: Frame) throws(WireError) -> Action {
    switch frame.kind {
    case .welcome:
      let welcome = try Welcome(payload: frame.payload)
      guard identity.versions.contains(welcome.version) else {
        throw WireError(.version, "protocol version \(welcome.version) is not spoken here, only \(identity.versions.text)")
      }
      try checkCluster(welcome.clusterID)
      return .established(version: welcome.version, clusterID: welcome.clusterID, reply: nil)
    case .refusal:
      let refusal = try Refusal(payload: frame.payload)
      throw WireError(refusal.kind, refusal.reason)
    default:
      throw WireError(.unexpected, "the handshake was not answered")
    }
  }

  private func checkCluster(_ theirs: String) throws(WireError) {
    guard theirs.isEmpty || identity.clusterID.isEmpty || theirs == identity.clusterID else {
      throw WireError(.refused, "cluster \"\(theirs)\" is not \"\(identity.clusterID)\"")
    }
  }

  /// Takes the same time wherever the first difference is.
  static func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    var difference = left.count ^ right.count
    for index in 0..<HandshakeIdentity.tokenByteCountMax {
      let leftByte = index < left.count ? left[index] : 0
      let rightByte = index < right.count ? right[index] : 0
      difference |= Int(leftByte ^ rightByte)
    }
    return difference == 0
  }
}

extension ClosedRange<UInt16> {
  fileprivate var text: String { lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)" }
}
