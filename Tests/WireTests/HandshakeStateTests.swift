//  Who may connect, and what a stranger learns.

import Dataflow
import Testing

@testable import Wire

private func shake(client: HandshakeIdentity, server: HandshakeIdentity) -> (client: HandshakeState.Action?, server: HandshakeState.Action)
{
  var clientState = HandshakeState.client(client)
  var serverState = HandshakeState.server(server)
  let serverAction = serverState.receive(clientState.hello)
  let reply: Frame? =
    switch serverAction {
    case .established(_, _, let reply), .failed(_, let reply): reply
    }
  return (reply.map { clientState.receive($0) }, serverAction)
}

private func failure(_ action: HandshakeState.Action?) -> WireError? {
  if case .failed(let error, _) = action { error } else { nil }
}

private func version(_ action: HandshakeState.Action?) -> UInt16? {
  if case .established(let version, _, _) = action { version } else { nil }
}

@Test("both sides settle on the highest version that both speak")
func versionsMeet() {
  let (client, server) = shake(
    client: HandshakeIdentity(role: .data, versions: 1...4), server: HandshakeIdentity(role: .data, versions: 2...9))
  #expect(version(client) == 4)
  #expect(version(server) == 4)
}

@Test("versions that do not meet are refused by name, on both sides")
func versionsThatDoNotMeet() {
  let (client, server) = shake(
    client: HandshakeIdentity(role: .data, versions: 1...2), server: HandshakeIdentity(role: .data, versions: 3...3))
  #expect(failure(server)?.kind == .version)
  #expect(failure(client)?.kind == .version)
  #expect(failure(client)?.message == "protocol versions 1 to 2 are not spoken here, only 3")
}

@Test(
  "a wrong token is refused, whichever side has one",
  arguments: [([1, 2, 3], [1, 2, 4]), ([], [1]), ([1], []), ([1, 2], [1, 2, 0]), ([0], [])] as [([UInt8], [UInt8])])
func tokensMustMatch(client: [UInt8], server: [UInt8]) {
  let actions = shake(
    client: HandshakeIdentity(role: .control, token: client), server: HandshakeIdentity(role: .control, token: server))
  #expect(failure(actions.server)?.kind == .refused)
  #expect(failure(actions.client)?.message == "the token is wrong")
}

@Test("the right token is let in")
func rightToken() {
  let token = [UInt8](repeating: 7, count: HandshakeIdentity.tokenByteCountMax)
  let actions = shake(
    client: HandshakeIdentity(role: .control, token: token), server: HandshakeIdentity(role: .control, token: token))
  #expect(version(actions.client) == 1)
}

@Test("a stranger without the token learns nothing of cluster or role")
func strangersLearnNothing() {
  let actions = shake(
    client: HandshakeIdentity(role: .data, token: [1], clusterID: "theirs"),
    server: HandshakeIdentity(role: .control, token: [2], clusterID: "ours"))
  #expect(failure(actions.client)?.message == "the token is wrong")
}

@Test("a worker that reaches the other kind of port is told so")
func rolesMustMatch() {
  let actions = shake(client: HandshakeIdentity(role: .data), server: HandshakeIdentity(role: .control))
  #expect(failure(actions.client)?.message == "this is the control port")
}

@Test(
  "two named clusters do not mix; an unnamed side joins any",
  arguments: [("a", "b", false), ("a", "a", true), ("", "b", true), ("a", "", true)])
func clustersAreKeptApart(client: String, server: String, isLetIn: Bool) {
  let actions = shake(
    client: HandshakeIdentity(role: .control, clusterID: client), server: HandshakeIdentity(role: .control, clusterID: server))
  #expect((version(actions.client) != nil) == isLetIn)
  #expect((version(actions.server) != nil) == isLetIn)
}

@Test("a server that is spoken to in another protocol refuses, and says why")
func wrongMagic() {
  var server = HandshakeState.server(HandshakeIdentity(role: .control))
  var payload = HandshakeState.client(HandshakeIdentity(role: .control)).hello.payload
  payload[0] ^= 1
  let error = failure(server.receive(Frame(kind: .hello, payload: payload)))
  #expect(error?.kind == .malformed)
  #expect(error?.message.contains("magic") == true)
}

@Test("a connection that does not begin with a hello is an error", arguments: everyFrame.filter { $0.kind != .hello })
func helloComesFirst(frame: Frame) {
  var server = HandshakeState.server(HandshakeIdentity(role: .data))
  #expect(failure(server.receive(frame))?.kind == .unexpected)
}

@Test("a server that answers with something else is an error")
func onlyAnAnswerIsAnAnswer() {
  var client = HandshakeState.client(HandshakeIdentity(role: .data))
  #expect(failure(client.receive(DataFrame.control(number: 1, .end).frame))?.kind == .unexpected)
  var other = HandshakeState.client(HandshakeIdentity(role: .data, versions: 1...1))
  #expect(failure(other.receive(Welcome(version: 2, clusterID: "").frame))?.kind == .version)
}
