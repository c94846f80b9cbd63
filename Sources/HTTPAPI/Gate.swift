//  The first and the last to see a request: refuses it, serves the page's files, or hands it to the router, and turns every
//  error into an answer.

import HTTPTypes
import Hummingbird
import Logging

/// Everything between the connection and the router.
struct Gate<Routes: HTTPResponder>: HTTPResponder where Routes.Context == BasicRequestContext {
  typealias Context = BasicRequestContext
  let policy: AccessPolicy
  let files: [String: WebFile]
  let routes: Routes
  let logger: Logger

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    var response: Response
    do {
      response = try await answer(to: request, context: context)
    } catch let error as APIError {
      response = APIRoutes.response(error.json, status: error.status)
      if error.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
      if error.status == .forbidden { response.headers[.accessControlAllowOrigin] = nil }
    }
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(to request: Request, context: BasicRequestContext) async throws -> Response {
    let path = request.uri.path
    let isRead = request.method == .get || request.method == .head
    let file = isRead ? files[path] : nil
    let changes = !isRead || path.hasSuffix("/yarn-cancel")
    if let refusal = policy.refusal(of: request.head, isPage: file != nil, changes: changes) { throw refusal }
    if let file { return file.response(to: request) }
    let response = try await routes.respond(to: request, context: context)
    // Handlers throw; an answer of 404 is the router's own.
    if response.status == .notFound { throw APIError.unknownPath(path) }
    return response
  }
}
