//  Submission, cancellation, exceptions, console and the page's lists: the handlers that take more than a line.

import Coordinator
import Dataflow
import Foundation
import HTTPTypes
import Hummingbird

extension APIRoutes {
  /// `POST /jobs`: several INSERTs are several jobs; what EXPLAINs say is in the answer, and is all of it if there is nothing to run.
  func submit(_ call: Call) async throws -> Answer {
    let type = (call.request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased()
    if type.hasPrefix("multipart/") {
      throw APIError(
        .badRequest,
        "this is the submission of a Java job graph, which this cluster cannot run; send SQL as JSON instead: "
          + "POST /v1/jobs with \"content-type: application/json\" and {\"sql\": \"INSERT INTO ...\"}")
    }
    guard type.trimmingCharacters(in: .whitespaces) == "application/json" else {
      throw APIError(.unsupportedMediaType, "the content type must be \"application/json\"")
    }
    let script = try await compile(SubmitRequest(body: call.body, limits: limits))
    guard !script.jobs.isEmpty || !script.explanations.isEmpty else {
      throw APIError(.badRequest, "the script has no INSERT, so there is nothing to run")
    }
    var jobs: [(id: JobID, name: String)] = []
    for job in script.jobs { jobs.append((try await cluster.submit(graph: job.graph), job.graph.name)) }
    var members: [(String, JSON)] = []
    if let first = jobs.first { members.append(("jobid", JSON(first.id.hex))) }
    members.append(("jobs", JSON(jobs.map { ["jobid": JSON($0.id.hex), "name": JSON($0.name)] })))
    if !script.explanations.isEmpty {
      let explanations: [JSON] = script.explanations.map { ["text": JSON($0.text), "plan": JSON(parsing: Array($0.json.utf8)) ?? .null] }
      members.append(("explanations", JSON(explanations)))
    }
    return Answer(JSON(members), status: jobs.isEmpty ? .ok : .accepted)
  }

  /// `PATCH /jobs/:id?mode=cancel` and `GET /jobs/:id/yarn-cancel`. Cancelling a cancelled job is no error.
  func cancel(_ call: Call) async throws -> Answer {
    let job = try call.jobID()
    let mode = call.request.uri.queryParameters.get("mode") ?? "cancel"
    guard mode == "cancel" else { throw APIError.badQuery("mode", String(mode.prefix(100)), expected: "cancel") }
    do {
      try await cluster.cancel(job)
    } catch {
      guard case .jobHasEnded(_, .canceled) = error else { throw error }
    }
    return Answer([:], status: .accepted)
  }

  /// `GET /jobs/:id/exceptions?maxExceptions=N`, newest first.
  func exceptions(_ call: Call) async throws -> Answer {
    let count = try call.query("maxExceptions", in: 0...Int64.max) ?? Int64(limits.exceptionsMax)
    let all = try await cluster.exceptions(of: call.jobID())
    let shown = min(Int(min(count, Int64(limits.exceptionsMax))), all.count)
    return Answer(["exceptionHistory": ["entries": JSON(all.prefix(shown).map(\.json)), "truncated": JSON(shown < all.count)]])
  }

  /// `GET /jobs/:id/console?from=N&wait=MS`: what `print` has written from byte N on. With `wait` the answer comes as soon
  /// as there is something, or the job has ended, or the milliseconds are over.
  func console(_ call: Call) async throws -> Answer {
    let job = try call.jobID()
    let from = try call.query("from", in: 0...Int64.max) ?? 0
    let wait = try call.query("wait", in: 0...limits.consoleWaitMillisecondsMax) ?? 0
    var chunk =
      if wait > 0 {
        try await cluster.waitForConsole(of: job, from: from, timeout: wait * 1000)
      } else {
        try await cluster.console(of: job, from: from, maxByteCount: limits.consoleBytesMax)
      }
    chunk.dropPartialCharacter()
    return Answer([
      "from": JSON(chunk.offset), "next": JSON(chunk.nextOffset), "lines": JSON(String(decoding: chunk.bytes, as: UTF8.self)),
      "end": JSON(chunk.isEnd),
    ])
  }

  /// `GET /jobs/live`.
  func liveJobs() async -> JSON {
    var entries: [JSON] = []
    for job in await cluster.jobs() {
      entries.append(job.liveJSON(job.endedAt == nil ? await details(of: job.id) : nil))
    }
    return ["jobs": JSON(entries)]
  }

  /// `GET /taskmanagers/live`.
  func liveWorkers() async -> JSON {
    let names = await cluster.jobs().map { ($0.id, $0.name) }
    let workers = await cluster.workers()
    let now = clock()
    return ["workers": JSON(workers.map { $0.liveJSON(now: now, names: Dictionary(names) { first, _ in first }) })]
  }

  /// Nil if the job was forgotten between two questions.
  private func details(of job: JobID) async -> JobDetails? {
    do { return try await cluster.job(job) } catch { return nil }
  }
}

extension ConsoleChunk {
  /// A chunk may end within a character; all of it comes with the next one.
  mutating func dropPartialCharacter() {
    guard let lead = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }), bytes[lead] >= 0xC0, lead > 0, !isEnd else { return }
    let length = bytes[lead] < 0xE0 ? 2 : bytes[lead] < 0xF0 ? 3 : 4
    let partial = bytes.count - lead
    guard partial < length else { return }
    nextOffset -= Int64(partial)
    bytes.removeSubrange(lead...)
  }
}

extension APIRoutes.Call {
  /// A part of the path.
  func text(_ name: String) -> String {
    let raw = parameters.get(name) ?? ""
    return raw.removingPercentEncoding ?? raw
  }

  /// A part of the path that is 32 hexadecimal digits.
  func hex(_ name: String) throws(APIError) -> String {
    let value = text(name)
    guard value.utf8.count == 32, value.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
      throw .badParameter(name, String(value.prefix(100)))
    }
    return value.lowercased()
  }

  func jobID() throws(APIError) -> JobID { JobID(hex: try hex("jobid")) }

  /// A number of the query, nil if it is not given.
  func query(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
    guard let value = request.uri.queryParameters.get(name) else { return nil }
    guard let number = Int64(value), range.contains(number) else {
      throw .badQuery(name, String(value.prefix(100)), expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
