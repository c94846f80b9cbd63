//  The body of a submission: read strictly, so that a misspelt member is an error and not silently nothing.

/// `{"sql", "name", "parallelism", "options"}`.
public struct SubmitRequest: Sendable, Equatable {
  /// The script.
  public var sql = ""
  /// The job's name, unless the script sets one.
  public var name: String?
  public var parallelism: Int?
  /// As `SET` takes them.
  public var options: [String: String] = [:]

  /// Greatest parallelism: the number of key groups there may be.
  static let parallelismMax: Int64 = 32_768

  /// - Throws: a 400 that names the member and what it should be.
  init(body: [UInt8], limits: HTTPLimits) throws(APIError) {
    guard let json = JSON(parsing: body) else { throw Self.bad("the body is not JSON; expected {\"sql\": \"...\"}") }
    guard case .object(let members) = json else { throw Self.bad("the body is not a JSON object; expected {\"sql\": \"...\"}") }
    var hasScript = false
    for member in members {
      switch (member.name, member.value) {
      case ("sql", .string(let text)):
        sql = text
        hasScript = true
      case ("sql", _): throw Self.bad("\"sql\" must be a string")
      case ("name", .null), ("parallelism", .null), ("options", .null): continue
      case ("name", .string(let text)):
        guard text.utf8.count <= limits.nameBytesMax else { throw Self.bad("\"name\" is longer than \(limits.nameBytesMax) bytes") }
        name = text
      case ("name", _): throw Self.bad("\"name\" must be a string")
      case ("parallelism", .integer(let number)) where 1...Self.parallelismMax ~= number: parallelism = Int(number)
      case ("parallelism", _): throw Self.bad("\"parallelism\" must be a whole number from 1 to \(Self.parallelismMax)")
      case ("options", .object(let given)):
        guard given.count <= limits.optionsMax else { throw Self.bad("\"options\" has more than \(limits.optionsMax) members") }
        for option in given { options[option.name] = try Self.optionText(option) }
      case ("options", _): throw Self.bad("\"options\" must be an object of strings")
      default: throw Self.bad("unknown member \"\(member.name.prefix(100))\"; expected sql, name, parallelism, options")
      }
    }
    if !hasScript { throw Self.bad("\"sql\" is missing") }
  }

  private static func optionText(_ option: JSON.Member) throws(APIError) -> String {
    switch option.value {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .double(let number): return "\(number)"
    case .bool(let flag): return flag ? "true" : "false"
    case .null, .array, .object: throw bad("option \"\(option.name.prefix(100))\" must be a string, a number or a boolean")
    }
  }

  private static func bad(_ message: String) -> APIError { APIError(.badRequest, message) }
}
