//  A cluster of real processes on free loopback ports, watched over its HTTP API: for the tests that kill processes and
//  for the benchmarks. Everything waits for a condition, up to a limit.

import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

public struct ClusterError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

public final class LocalCluster {
  public let process = Process()
  public let httpPort: Int
  public let rpcPort: Int
  public let dataDirectory: URL

  /// Starts `swiftwater cluster` and waits until all its workers have registered.
  ///
  /// - Parameters:
  ///   - binary: the `swiftwater` executable.
  ///   - scratch: an existing directory that the cluster keeps its data and its log in.
  public init(binary: String, scratch: URL, workers: Int, slots: Int, options: [String] = []) throws {
    httpPort = try Self.freePort()
    rpcPort = try Self.freePort()
    dataDirectory = scratch.appending(path: "data-\(httpPort)")
    try FileManager.default.createDirectory(at: dataDirectory, withIntermediateDirectories: true)
    process.executableURL = URL(filePath: binary)
    process.arguments =
      [
        "cluster", "--workers", "\(workers)", "--slots", "\(slots)", "--http-port", "\(httpPort)", "--rpc-port", "\(rpcPort)",
        "--data-dir", dataDirectory.path,
      ] + options
    process.standardOutput = FileHandle.nullDevice
    let log = dataDirectory.appending(path: "cluster.err")
    try Data().write(to: log)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    try wait(upTo: 20, for: "\(workers) workers") {
      try overview()?["taskmanagers"] as? Int == workers
    }
  }

  public func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  public var coordinator: Int32? { child("coordinator") }
  public var workers: [Int32] {
    Procfs.children(of: process.processIdentifier).filter { Procfs.arguments(of: $0).dropFirst().first == "worker" }
  }

  /// The processes of the workers that run a job's subtasks.
  public func workers(of job: String) throws -> Set<Int32> {
    let vertices = try get("/jobs/\(job)")["vertices"] as? [[String: Any]] ?? []
    let names = try vertices.compactMap { $0["id"] as? String }.flatMap { vertex in
      (try get("/jobs/\(job)/vertices/\(vertex)")["subtasks"] as? [[String: Any]] ?? []).compactMap { $0["taskmanager-id"] as? String }
    }
    // A worker's name has its process in it: worker-PID-SUFFIX.
    return Set(names.compactMap { $0.split(separator: "-").dropFirst().first.flatMap { Int32($0) } })
  }

  private func child(_ role: String) -> Int32? {
    Procfs.children(of: process.processIdentifier).first { Procfs.arguments(of: $0).dropFirst().first == role }
  }

  public func overview() throws -> [String: Any]? { try? get("/overview") }

  /// Submits a script and returns the job's id.
  public func submit(_ sql: String, parallelism: Int) throws -> String {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(httpPort)/v1/jobs")!)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try JSONSerialization.data(withJSONObject: ["sql": sql, "parallelism": parallelism])
    let answer = try send(request)
    guard let job = answer["jobid"] as? String else { throw ClusterError("the script was refused: \(answer)") }
    return job
  }

  public func state(of job: String) throws -> String {
    try get("/jobs/\(job)")["state"] as? String ?? ""
  }

  public func waitUntilFinished(_ job: String, upTo limit: Double) throws {
    try wait(upTo: limit, for: "job \(job) to finish", every: 20) {
      let state = try state(of: job)
      if state == "FAILED" || state == "CANCELED" { throw ClusterError("job \(job) is \(state): \(try get("/jobs/\(job)/exceptions"))") }
      return state == "FINISHED"
    }
  }

  public func get(_ path: String) throws -> [String: Any] {
    try send(URLRequest(url: URL(string: "http://127.0.0.1:\(httpPort)\(path)")!))
  }

  public func cancel(_ job: String) throws {
    var request = URLRequest(url: URL(string: "http://127.0.0.1:\(httpPort)/jobs/\(job)?mode=cancel")!)
    request.httpMethod = "PATCH"
    _ = try send(request)
  }

  private func send(_ request: URLRequest) throws -> [String: Any] {
    let done = DispatchSemaphore(value: 0)
    let result = Answer()
    URLSession.shared.dataTask(with: request) { data, _, error in
      result.data = data
      result.error = error
      done.signal()
    }.resume()
    done.wait()
    if let error = result.error { throw error }
    return try JSONSerialization.jsonObject(with: result.data ?? Data()) as? [String: Any] ?? [:]
  }

  /// `@unchecked Sendable`: written before the semaphore is signalled, read after it was waited for.
  private final class Answer: @unchecked Sendable {
    var data: Data?
    var error: (any Error)?
  }

  /// Asks every few milliseconds: asking takes its part of a core, of which a job that is measured may have need.
  public func wait(upTo limit: Double, for what: String, every milliseconds: UInt32 = 2, _ condition: () throws -> Bool) throws {
    let deadline = Date().addingTimeInterval(limit)
    while !(try condition()) {
      guard Date() < deadline else { throw ClusterError("waited \(limit) s in vain for \(what)") }
      guard process.isRunning else { throw ClusterError("the cluster stopped by itself") }
      usleep(milliseconds * 1000)
    }
  }

  /// A loopback port that nobody listens on.
  public static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw ClusterError("no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
