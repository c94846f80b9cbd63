//  Who is let in: loopback names, our own page, the token.

import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct AccessTests {
  private func refusal(
    host: String = "127.0.0.1:8081", token: String? = nil, method: HTTPRequest.Method = .get, fields: [(String, String)] = [],
    isPage: Bool = false
  ) -> HTTPResponse.Status? {
    var headers = HTTPFields()
    for (name, value) in fields { headers.append(HTTPField(name: HTTPField.Name(name)!, value: value)) }
    let head = HTTPRequest(method: method, scheme: "http", authority: host, path: "/", headerFields: headers)
    return AccessPolicy(token: token).refusal(of: head, isPage: isPage, changes: method != .get)?.status
  }

  @Test(
    "without a token only loopback names are served, so that a rebound DNS name gets nothing",
    arguments: [
      ("127.0.0.1:8081", true), ("localhost:8081", true), ("LOCALHOST", true), ("[::1]:8081", true), ("127.9.9.9", true),
      ("evil.example:8081", false), ("127.0.0.1.evil.example", false), ("localhost.evil.example", false), ("", false),
      ("192.168.0.7:8081", false),
      ("127.0.0.1:8081:1", false), ("[::1", false), ("127.0.0.256", false),
    ])
  func onlyLoopbackNames(host: String, isServed: Bool) {
    #expect((refusal(host: host) == nil) == isServed)
    #expect((refusal(host: host, isPage: true) == nil) == isServed)
  }

  @Test(
    "another web page is refused, ours is not",
    arguments: [
      ("http://127.0.0.1:8081", true), ("HTTP://127.0.0.1:8081", true), ("https://127.0.0.1:8081", true), ("http://127.0.0.1:3000", false),
      ("http://evil.example", false), ("null", false), ("", false), ("file://", false),
    ])
  func onlyOurOrigin(origin: String, isServed: Bool) {
    for method in [HTTPRequest.Method.get, .post, .patch] {
      #expect((refusal(method: method, fields: [("Origin", origin)]) == nil) == isServed)
    }
  }

  @Test("a request that a browser says comes from another site is refused, a link to the page is followed")
  func otherSitesAreRefused() {
    #expect(refusal(method: .post, fields: [("Sec-Fetch-Site", "cross-site")]) == .forbidden)
    #expect(refusal(fields: [("Sec-Fetch-Site", "same-site")]) == .forbidden)
    #expect(refusal(fields: [("Sec-Fetch-Site", "same-origin")]) == nil)
    #expect(refusal(fields: [("Sec-Fetch-Site", "none")]) == nil)
    #expect(refusal(fields: [("Sec-Fetch-Site", "cross-site")], isPage: true) == nil)
  }

  @Test("with a token the API needs it and the page's files do not")
  func tokens() {
    #expect(refusal(host: "stream.example", token: "secret") == .unauthorized)
    #expect(refusal(host: "stream.example", token: "secret", isPage: true) == nil)
    #expect(refusal(token: "secret", fields: [("Authorization", "Bearer secret")]) == nil)
    #expect(refusal(token: "secret", fields: [("Authorization", "bearer secret")]) == nil)
    for wrong in ["Bearer secre", "Bearer secrets", "Bearer Secret", "Bearer ", "secret", "Basic secret", ""] {
      #expect(refusal(token: "secret", fields: [("Authorization", wrong)]) == .unauthorized, "\(wrong)")
    }
  }

  @Test("listening beyond loopback needs a token", arguments: ["0.0.0.0", "::", "10.0.0.1", "stream.example"])
  func tokenNeededBeyondLoopback(host: String) throws {
    let cluster = FixtureCluster { fixtureNow }
    #expect(throws: HTTPServer.ConfigurationError.tokenNeeded(host: host)) {
      try HTTPServer(configuration: .init(host: host), cluster: cluster, compile: fixtureCompiler)
    }
    #expect(throws: HTTPServer.ConfigurationError.emptyToken) {
      try HTTPServer(configuration: .init(host: host, token: ""), cluster: cluster, compile: fixtureCompiler)
    }
    _ = try HTTPServer(configuration: .init(host: host, token: "t"), cluster: cluster, compile: fixtureCompiler)
  }

  @Test("a server with a token says so, and serves who has it")
  func serverAsksForTheToken() async throws {
    try await withServer(token: "secret") { client in
      let refused = try await client.get("/overview")
      #expect(refused.status == 401)
      #expect(refused.headers["www-authenticate"] == "Bearer")
      #expect(refused.text.contains("token"))
      #expect(try await client.get("/overview", headers: ["authorization": "Bearer secret"]).status == 200)
      #expect(try await client.get("/").status == 200)
    }
  }

  @Test("a foreign page neither submits nor cancels nor reads")
  func foreignPagesAreRefused() async throws {
    let cluster = FixtureCluster { fixtureNow }
    try await withServer(cluster: cluster) { client in
      let foreign = ["origin": "http://evil.example"]
      let answers = [
        try await client.post("/v1/jobs", json: #"{"sql":"x"}"#, headers: foreign),
        try await client.send("PATCH", "/jobs/\(FixtureCluster.flights.hex)", headers: foreign),
        try await client.get("/jobs/\(FixtureCluster.flights.hex)/yarn-cancel", headers: ["sec-fetch-site": "cross-site"]),
        try await client.get("/jobs/overview", headers: foreign), try await client.get("/jobs", headers: ["host": "evil.example"]),
      ]
      for answer in answers {
        #expect(answer.status == 403)
        #expect(answer.headers["access-control-allow-origin"] == nil)
      }
      #expect(try await client.send("OPTIONS", "/v1/jobs").status == 404)
      #expect(try await client.get("/jobs/\(FixtureCluster.flights.hex)/status").json == ["status": "RUNNING"])
    }
    #expect(cluster.submittedGraphs.isEmpty)
  }
}
