//  `--set` on a coordinator or a worker: what concerns the cluster is used here, everything else is a default for its jobs.

import Connectors
import Coordinator
import HTTPAPI
import SQL
import Transport

/// Settings of the processes of a cluster. Names are Flink's.
struct ClusterSettings {
  var heartbeatInterval: Duration = .milliseconds(250)
  var heartbeatTimeout: Duration = .seconds(1)
  /// What `SET` would take, for every job.
  var jobDefaults: [String: String] = [:]

  init(_ settings: [String: String]) throws {
    for (key, value) in settings {
      switch key {
      case "heartbeat.interval": heartbeatInterval = try Self.duration(key, value)
      case "heartbeat.timeout": heartbeatTimeout = try Self.duration(key, value)
      default: jobDefaults[key] = value
      }
    }
    do throws(SQLError) { try SQLCompiler.check(settings: jobDefaults, timeZones: TimeZoneFile.names) } catch {
      throw Failure.usage("--set: \(error.message)")
    }
    guard heartbeatTimeout >= heartbeatInterval else { throw Failure.usage("heartbeat.timeout is shorter than heartbeat.interval") }
  }

  func transport(token: String?) -> TransportConfiguration {
    var transport = TransportConfiguration()
    transport.token = Array((token ?? "").utf8)
    transport.heartbeatInterval = heartbeatInterval
    transport.heartbeatTimeout = heartbeatTimeout
    return transport
  }

  func coordinator(httpHost: String, httpPort: Int) -> CoordinatorConfiguration {
    var configuration = CoordinatorConfiguration()
    configuration.heartbeatInterval = heartbeatInterval.microseconds
    configuration.heartbeatTimeout = heartbeatTimeout.microseconds
    configuration.advertisedAddress = Address(host: httpHost, port: httpPort).description
    return configuration
  }

  /// What a submission says wins over the cluster's defaults.
  func compiler(parallelism: Int) -> ScriptCompiler {
    let compile = HTTPServer.compiler(SQLCompiler(catalog: .builtIn, timeZones: TimeZoneFile.names), parallelism: parallelism)
    let defaults = jobDefaults
    return { request throws(APIError) in
      var request = request
      request.options.merge(defaults) { given, _ in given }
      return try await compile(request)
    }
  }

  /// `250 ms`, `1s`, `2 min`; a bare number is milliseconds, as in Flink.
  private static func duration(_ key: String, _ text: String) throws -> Duration {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    let factors: [String: Int64] = ["": 1, "ms": 1, "s": 1000, "sec": 1000, "min": 60_000]
    guard let number = Int64(digits), number > 0, number < 1_000_000_000, let factor = factors[unit] else {
      throw Failure.usage("\"\(text)\" is no duration for \(key); expected e.g. 250 ms or 1 s")
    }
    return .milliseconds(number * factor)
  }
}

extension Duration {
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
