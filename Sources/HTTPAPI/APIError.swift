//  What a request is refused with: Flink's `{"errors": [text]}` with Flink's status codes, and for a script also where.

import HTTPTypes

/// An answer other than success.
public struct APIError: Error, Sendable, Equatable {
  public var status: HTTPResponse.Status
  public var messages: [String]
  /// Where a script is wrong; both 1-based.
  public var line: Int?
  public var column: Int?

  public init(_ status: HTTPResponse.Status, _ message: String, line: Int? = nil, column: Int? = nil) {
    self.status = status
    self.messages = [message]
    self.line = line
    self.column = column
  }

  static func badParameter(_ name: String, _ value: String) -> APIError {
    APIError(
      .badRequest, "Bad request, could not parse parameters: Cannot resolve path parameter (\(name)) from value \"\(value)\".")
  }

  static func badQuery(_ name: String, _ value: String, expected: String) -> APIError {
    APIError(
      .badRequest,
      "Bad request, could not parse parameters: Cannot resolve query parameter (\(name)) from value \"\(value)\"; expected \(expected).")
  }

  static func unknownPath(_ path: String) -> APIError {
    APIError(.notFound, "Unable to load requested file \(path.count <= 200 ? path : path.prefix(200) + "...").")
  }
}

extension APIError {
  var json: JSON {
    var members: [(String, JSON)] = [("errors", JSON(messages.map { .string($0) }))]
    if let line { members.append(("line", JSON(line))) }
    if let column { members.append(("column", JSON(column))) }
    return JSON(members)
  }
}
