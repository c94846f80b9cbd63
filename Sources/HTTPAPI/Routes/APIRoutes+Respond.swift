//  Around every handler: reads the body within its bounds, waits for the answer within its time, says in Flink's way what
//  went wrong.

import Coordinator
import HTTPTypes
import Hummingbird
import NIOCore

extension APIRoutes {
  func respond(to request: Request, _ context: BasicRequestContext, _ handler: @escaping Handler) async throws -> Response {
    let call = Call(request: request, parameters: context.parameters, body: try await body(of: request))
    do {
      let answer = try await withDeadline(limits.answerTimeout) { try await handler(call) }
      return Self.response(answer.json, status: answer.status)
    } catch let error as CoordinatorError {
      throw APIError(error)
    } catch is DeadlineExceeded {
      let consequence = request.method == .get ? "" : "; whether the request has taken effect is not known"
      throw APIError(.serviceUnavailable, "the coordinator did not answer within \(limits.answerTimeout)\(consequence)")
    }
  }

  /// Reads a body even where none is needed: Flink's clients send one with every GET.
  private func body(of request: Request) async throws -> [UInt8] {
    let limit = limits.bodyBytesMax
    let tooLarge = APIError(.contentTooLarge, "the body is larger than \(limit) bytes")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
    // The group ends only when both are done, since nobody else may read the connection while the body is being read.
    let read = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask { Array(buffer: try await request.body.collect(upTo: limit)) }
      group.addTask { [timeout = limits.bodyTimeout] in
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      do {
        return try await group.next() ?? nil
      } catch is NIOTooManyBytesError {
        throw tooLarge
      }
    }
    guard let read else { throw APIError(.requestTimeout, "the body did not come to its end within \(limits.bodyTimeout)") }
    return read
  }

  /// With the headers of every answer. Whoever must not read it is refused before.
  static func response(_ json: JSON, status: HTTPResponse.Status) -> Response {
    let headers: HTTPFields = [
      .contentType: JSON.contentType, .accessControlAllowOrigin: "*", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    ]
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.encoded())))
  }
}

extension APIError {
  init(_ error: CoordinatorError) {
    switch error {
    case .noSuchJob(let job): self.init(.notFound, "Job \(job.hex) not found")
    case .noSuchVertex, .noSuchWorker: self.init(.notFound, error.description)
    case .jobHasEnded(_, let state):
      self.init(
        .conflict, "Job cancellation failed because the job has already reached another terminal state (\(state.rawValue)).")
    case .invalidGraph: self.init(.badRequest, error.description)
    case .tooManyJobs, .store, .stopped: self.init(.serviceUnavailable, error.description)
    }
  }
}
