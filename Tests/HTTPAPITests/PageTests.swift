//  The page: its files, its policy, and what a real browser makes of it.

import Foundation
import Testing

@testable import HTTPAPI

private let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

@Suite struct PageTests {
  @Test("the page and all it refers to are served, and nothing comes from elsewhere")
  func filesAreComplete() async throws {
    try await withServer { client in
      let page = try await client.get("/")
      #expect(page.status == 200)
      #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
      #expect(page.headers["x-frame-options"] == "DENY")
      #expect(page.headers["access-control-allow-origin"] == nil)
      for (path, file) in WebFile.all {
        let answer = try await client.get(path)
        #expect(answer.body == file.bytes, "\(path)")
        #expect(answer.headers["content-type"] == file.contentType)
        let text = String(decoding: file.bytes, as: UTF8.self)
        #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains("http"), "\(path) refers to another host")
        for match in text.matches(of: #/(?:from "\./|(?:href|src)=")([a-z]+\.(?:js|css|svg))"/#) {
          #expect(WebFile.all["/" + String(match.1)] != nil, "\(path) refers to \(match.1)")
        }
        let again = try await client.get(path, headers: ["if-none-match": file.entityTag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
      }
      let head = try await client.send("HEAD", "/")
      #expect(head.status == 200)
      #expect(head.body.isEmpty)
      #expect(try await client.send("HEAD", "/overview").body.isEmpty)
      #expect(try await client.get("/../Package.swift").status == 404)
    }
  }

  @Test(
    "a browser shows the jobs, a job's graph with its ratios, its checkpoints and the workers, without an error",
    .enabled(if: chromium != nil, "no chromium in /usr/bin: what a browser makes of the page is not tested"))
  func browserShowsTheCluster() async throws {
    let cluster = FixtureCluster(start: Int64(Date().timeIntervalSince1970 * 1e6) - 187_000_000) {
      Int64(Date().timeIntervalSince1970 * 1e6)
    }
    try await withServer(cluster: cluster) { client in
      let job = "#/jobs/\(FixtureCluster.flights.hex)"
      let views: [(String, [String])] = [
        (
          "#/jobs",
          ["insert-into_hourly_departures", "records/s", "waits for 4 slots, 2 are free", "insert-into_late_flights", "2 of 4 slots taken"]
        ),
        (
          job,
          [
            "GlobalWindowAggregate", "class=\"graph\"", "hash", "broadcast", "rebalance", "×2", "late record",
            "1 restart", "Cancel job",
            "aria-label=\"busy ", "127.0.0.1:42903-17d2e0, slot 0",
          ]
        ),
        (job + "/checkpoints", ["no space left on device", "completed", "7 of 7", "KB"]),
        (job + "/console", ["+I[EWR, 2013-03-"]),
        ("#/jobs/\(FixtureCluster.failed.hex)/exceptions", ["csv.ignore-parse-errors", "Data or query at fault"]),
        ("#/workers", ["127.0.0.1:42751-ca46a6", "heard just now", "4 subtasks", "free"]),
        ("#/submit", ["<textarea", "Insert an example"]),
      ]
      for (view, texts) in views {
        let (document, messages) = try await dumpDocument("http://127.0.0.1:\(client.port)/\(view)")
        if view == job {
          #expect(document.contains(#/busy [89]\d\u{202F}%/#), "the window is busy")
          #expect(document.contains(#/held [456]\d\u{202F}%/#), "the source is held back by it")
        }
        for text in texts { #expect(document.contains(text), "\(view) does not show \(text)") }
        #expect(!document.contains("NaN") && !document.contains("undefined"), "\(view)")
        #expect(messages == [], "\(view)")
      }
    }
  }

  @Test(
    "a browser shows what to do where there is nothing yet",
    .enabled(if: chromium != nil, "no chromium in /usr/bin: what a browser makes of the page is not tested"))
  func browserShowsEmptyStates() async throws {
    try await withServer(cluster: FixtureCluster(isEmpty: true) { fixtureNow }) { client in
      for (view, text) in [("#/jobs", "No jobs yet"), ("#/workers", "No workers"), ("#/jobs/\(FixtureCluster.flights.hex)", "not found")] {
        let (document, _) = try await dumpDocument("http://127.0.0.1:\(client.port)/\(view)")
        #expect(document.contains(text), "\(view)")
      }
    }
    try await withServer(token: "secret") { client in
      let (document, _) = try await dumpDocument("http://127.0.0.1:\(client.port)/")
      #expect(document.contains("This cluster has a token"))
    }
  }
}

/// The document after five seconds of the page's time, and what the page wrote to the browser's console.
private func dumpDocument(_ address: String) async throws -> (document: String, messages: [String]) {
  let folder = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let documentFile = folder.appending(path: "document"), messageFile = folder.appending(path: "messages")
  for file in [documentFile, messageFile] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
  let process = Process()
  process.executableURL = URL(filePath: try #require(chromium))
  process.arguments = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr",
    "--user-data-dir=\(folder.path)/profile",
    "--window-size=1280,800", "--timeout=30000", "--virtual-time-budget=5000", "--dump-dom", address,
  ]
  process.standardOutput = try FileHandle(forWritingTo: documentFile)
  process.standardError = try FileHandle(forWritingTo: messageFile)
  try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
    process.terminationHandler = { _ in continuation.resume() }
    do { try process.run() } catch { continuation.resume(throwing: error) }
  }
  let messages = try String(contentsOf: messageFile, encoding: .utf8).split(separator: "\n").map(String.init)
  // Names may be broken after underscores.
  let document = try String(contentsOf: documentFile, encoding: .utf8).replacing("<wbr>", with: "")
  return (document, messages.filter { $0.contains(":CONSOLE") })
}
