//  The executable as a shell meets it: streams that end early or fill up, clusters that get in each other's way.

import Foundation
import LocalCluster
import Testing

/// What a command left behind.
private struct Outcome {
  var status: Int32
  var output: String
  var errors: String
}

/// Runs a command line in /bin/sh, with `$S` the executable. It has half a minute.
private func shell(_ command: String, in directory: URL) throws -> Outcome {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/bash")
  process.arguments = ["-c", "set -o pipefail; \(command)"]
  process.currentDirectoryURL = directory
  process.environment = ProcessInfo.processInfo.environment.merging(["S": "timeout 30 \(binary)"]) { $1 }
  let files = (directory.appending(path: "stdout"), directory.appending(path: "stderr"))
  for file in [files.0, files.1] { try Data().write(to: file) }
  process.standardOutput = try FileHandle(forWritingTo: files.0)
  process.standardError = try FileHandle(forWritingTo: files.1)
  try process.run()
  process.waitUntilExit()
  return Outcome(
    status: process.terminationStatus, output: try String(contentsOf: files.0, encoding: .utf8),
    errors: try String(contentsOf: files.1, encoding: .utf8))
}

/// Runs the executable until it has said this on standard error, and ends it then. It has ten seconds.
private func says(_ text: String, _ arguments: [String], in directory: URL) throws -> Bool {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["timeout", "--kill-after", "1", "10", binary] + arguments
  process.currentDirectoryURL = directory
  let errors = Pipe()
  process.standardOutput = FileHandle.nullDevice
  process.standardError = errors
  try process.run()
  defer {
    process.terminate()
    process.waitUntilExit()
  }
  var said = Data()
  while let more = try errors.fileHandleForReading.read(upToCount: 4096), !more.isEmpty {
    said += more
    if String(decoding: said, as: UTF8.self).contains(text) { return true }
  }
  return false
}

/// Never ends by itself.
private let endless = """
  CREATE TABLE d (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '200');
  CREATE TABLE p (a INT) WITH ('connector' = 'print');
  INSERT INTO p SELECT a FROM d;
  """

@Suite("Streams and neighbours of real processes", .serialized)
struct ShellTests {
  @Test("a local job ends when its reader has seen enough, quietly, like any program that SIGPIPE ends")
  func localEndsWithItsReader() throws {
    try withScratch { scratch in
      try Data(endless.utf8).write(to: scratch.appending(path: "endless.sql"))
      let outcome = try shell("$S local endless.sql | head -3", in: scratch)
      #expect(outcome.status == 141)
      #expect(outcome.output.split(separator: "\n").count == 3 && outcome.errors.isEmpty)
    }
  }

  @Test("results that cannot be written are a failure, in words")
  func fullOutputFails() throws {
    try withScratch { scratch in
      try Data(endless.utf8).write(to: scratch.appending(path: "endless.sql"))
      let outcome = try shell("$S local endless.sql > /dev/full", in: scratch)
      #expect(outcome.status == 1)
      #expect(outcome.errors == "swiftwater: standard output cannot be written: No space left on device\n")
    }
  }

  @Test("run ends when its reader has seen enough, and says that the job goes on; a job that waits for slots says so at once")
  func runEndsWithItsReader() throws {
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 1)
      defer { cluster.stop() }
      try Data(endless.utf8).write(to: scratch.appending(path: "endless.sql"))
      let outcome = try shell("$S run endless.sql --http-port \(cluster.httpPort) | head -3", in: scratch)
      #expect(outcome.status == 141)
      #expect(outcome.output.split(separator: "\n").count == 3 && outcome.errors.contains(" goes on; "))

      let arguments = ["run", "endless.sql", "--parallelism", "3", "--http-port", "\(cluster.httpPort)"]
      #expect(try says("waits for 3 slots", arguments, in: scratch))
    }
  }

  @Test("a second cluster on the same data directory is refused, and the first does not notice")
  func secondClusterIsRefused() throws {
    try withScratch { scratch in
      let cluster = try LocalCluster(binary: binary, scratch: scratch, workers: 1, slots: 1)
      defer { cluster.stop() }
      let job = try cluster.submit(endless, parallelism: 1)
      try cluster.wait(upTo: 20, for: "the job to run") { try cluster.state(of: job) == "RUNNING" }
      let ports = "--http-port \(try LocalCluster.freePort()) --rpc-port \(try LocalCluster.freePort())"
      for role in ["cluster", "coordinator"] {
        let outcome = try shell("$S \(role) \(ports) --data-dir \(cluster.dataDirectory.path)", in: scratch)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("is in use by another coordinator") && !outcome.errors.contains("began its term"))
      }
      #expect(try cluster.state(of: job) == "RUNNING")
      #expect(try cluster.get("/jobs/\(job)/exceptions").description.contains("stacktrace") == false)
    }
  }

  @Test("a data directory that the coordinator cannot work with stops the cluster at its start")
  func unusableDatabaseStopsTheCluster() throws {
    try withScratch { scratch in
      let data = scratch.appending(path: "data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      try Data("no database".utf8).write(to: data.appending(path: "coordinator.sqlite"))
      let ports = "--http-port \(try LocalCluster.freePort()) --rpc-port \(try LocalCluster.freePort())"
      let outcome = try shell("$S cluster \(ports) --data-dir data", in: scratch)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("cannot be used"))
    }
  }

  @Test("a worker that finds no coordinator says so, and goes on trying")
  func workerSaysWhomItMisses() throws {
    try withScratch { scratch in
      let port = try LocalCluster.freePort()
      #expect(try says("cannot reach the coordinator", ["worker", "--coordinator", "127.0.0.1:\(port)"], in: scratch))
    }
  }
}
