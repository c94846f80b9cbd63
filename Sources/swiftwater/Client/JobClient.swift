//  The coordinator's API as this client uses it.

import Foundation
import NIOHTTP1

/// Asks the coordinator.
struct JobClient: Sendable {
  let http: HTTPClient
  init(_ http: HTTPClient) { self.http = http }

  struct Submission: Encodable {
    var sql: String
    var name: String?
    var parallelism: Int?
    var options: [String: String]
  }

  struct Submitted: Decodable {
    struct Job: Decodable {
      var jobid: String
      var name: String
    }
    struct Explanation: Decodable {
      var text: String
    }
    var jobs: [Job]
    /// Of the script's EXPLAINs.
    var explanations: [Explanation]?
  }

  struct Overview: Decodable {
    struct Job: Decodable {
      var jid: String
      var name: String
      var state: String
      /// Milliseconds.
      var duration: Int64
      var tasks: [String: Int]
    }
    var jobs: [Job]
  }

  /// A job now: `/jobs/:id/live`.
  struct Live: Decodable {
    struct Vertex: Decodable {
      struct Metrics: Decodable {
        var recordsIn: Int64
        var recordsOut: Int64
        enum CodingKeys: String, CodingKey {
          case recordsIn = "records-in"
          case recordsOut = "records-out"
        }
      }
      var isSource: Bool
      var isSink: Bool
      var metrics: Metrics
      enum CodingKeys: String, CodingKey {
        case isSource = "is-source"
        case isSink = "is-sink"
        case metrics
      }
    }
    var state: String
    var attempt: Int
    var waitingFor: String?
    var vertices: [Vertex]
    enum CodingKeys: String, CodingKey {
      case state, attempt, vertices
      case waitingFor = "waiting-for"
    }

    var recordsIn: Int64 { vertices.filter(\.isSource).reduce(0) { $0 + max($1.metrics.recordsIn, $1.metrics.recordsOut) } }
    /// What the sinks have written.
    var recordsOut: Int64 { vertices.filter(\.isSink).reduce(0) { $0 + $1.metrics.recordsOut } }
    var hasEnded: Bool { ["FINISHED", "FAILED", "CANCELED"].contains(state) }
  }

  struct Console: Decodable {
    var next: Int64
    var lines: String
    /// The job has ended and this is all it printed.
    var end: Bool
  }

  struct Exceptions: Decodable {
    struct History: Decodable {
      struct Entry: Decodable {
        var stacktrace: String?
        var exceptionName: String?
        var taskName: String?
      }
      var entries: [Entry]
    }
    var exceptionHistory: History
  }

  private struct Refusal: Decodable { var errors: [String] }

  /// - Throws: `Failure.usage` with what is wrong with the script.
  func submit(_ submission: Submission) async throws -> Submitted {
    let body = [UInt8](try JSONEncoder().encode(submission))
    return try decode(try await answer(.POST, "/v1/jobs", body: body, refusalIsUsage: true))
  }

  func overview() async throws -> Overview { try decode(try await answer(.GET, "/jobs/overview")) }

  func cancel(_ job: String) async throws { _ = try await answer(.PATCH, "/jobs/\(job)?mode=cancel") }

  func live(_ job: String) async throws -> Live { try decode(try await answer(.GET, "/jobs/\(job)/live")) }

  /// What the job has printed from byte `from` on; waits up to a second for something new.
  func console(_ job: String, from: Int64) async throws -> Console {
    try decode(try await answer(.GET, "/jobs/\(job)/console?from=\(from)&wait=1000"))
  }

  func exceptions(_ job: String) async throws -> Exceptions { try decode(try await answer(.GET, "/jobs/\(job)/exceptions")) }

  /// The body of an answer that is not a refusal.
  private func answer(_ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, refusalIsUsage: Bool = false) async throws -> [UInt8] {
    let answer = try await http.send(method, path, json: body)
    guard !(200..<300).contains(answer.status) else { return answer.body }
    let errors = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)))?.errors ?? []
    if answer.status == 401 {
      let hint = http.token == nil ? "it needs a token; give --token-file" : "the token in --token-file is not that of the cluster"
      throw Failure.failed("\(http.address) lets nobody in without its token: \(hint)")
    }
    let message = errors.isEmpty ? "\(http.address)\(path) answered \(answer.status)" : errors.joined(separator: "\n")
    throw Failure(message: message, isUsage: refusalIsUsage && answer.status == 400)
  }

  private func decode<Value: Decodable>(_ body: [UInt8]) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(body))
    } catch {
      throw Failure.failed("the answer of \(http.address) is not understood: \(error)")
    }
  }
}
