//  Holds the sources to the architecture: who may import whom, and what pure code may not touch.
//  The table is that of Sources/README.md; a new import changes both, and Package.swift, in one commit.

import Foundation
import Testing

/// What each target may import besides the standard library.
private let allowedImports: [String: Set<String>] = {
  let columnar: Set<String> = ["Columnar"]
  let contract: Set<String> = ["Columnar", "Expressions", "State", "Dataflow"]
  let logging: Set<String> = ["Logging"]
  let system: Set<String> = ["Glibc", "Synchronization"]
  return [
    "Columnar": [],
    "Expressions": columnar.union(["CPCRE2", "CCrypto", "RealModule", "Synchronization"]),
    "State": columnar.union(["Synchronization"]),
    "Dataflow": ["Columnar", "Expressions", "State"],
    "Operators": contract,
    "SQL": ["Columnar", "Expressions", "Dataflow"],
    "Coordination": ["State", "Dataflow"],
    "Execution": contract,
    "Wire": ["Columnar", "State", "Dataflow"],
    "Transport": contract.union(["Wire", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers"]).union(logging).union(system),
    "Checkpoints": Set(["Columnar", "State", "Dataflow", "CLZ4", "GRDB", "Foundation"]).union(logging).union(system),
    "Connectors": Set(["Columnar", "Expressions", "Dataflow", "CScan", "CNexmark"]).union(system),
    "Worker": contract.union(["Operators", "Execution", "Wire", "Transport", "Checkpoints", "Connectors", "Foundation"]).union(logging)
      .union(system),
    "Coordinator": contract.union(["Coordination", "Wire", "Checkpoints", "Foundation"]).union(logging).union(system),
    "HTTPAPI": contract.union([
      "Coordinator", "Coordination", "SQL", "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOHTTPTypes",
      "ServiceLifecycle", "Foundation",
    ]).union(logging).union(system),
    "TestKit": contract,
    "LocalCluster": ["Foundation", "FoundationNetworking"],
  ]
}()

/// Deterministic targets: the same input gives the same output, on any machine, at any time.
private let pureTargets = [
  "Columnar", "Expressions", "State", "Dataflow", "Operators", "SQL", "Coordination", "Execution", "Wire",
]

/// What would make a pure target depend on time, chance or the world.
private let impurities = [
  "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", ".random(", ".randomElement(", ".shuffled(", "Hasher()",
  "Task {", "Task.detached", "Task.sleep", "Thread", "DispatchQueue", "fopen(", "open(\"", "FileManager", "ProcessInfo", "getenv(",
  "clock_gettime", "gettimeofday", "Date()",
]

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private struct SourceLine: CustomStringConvertible {
  let file: String
  let number: Int
  /// Without comments and string literals' contents of line comments.
  let code: String
  var description: String { "\(file):\(number): \(code.trimmingCharacters(in: .whitespaces))" }
}

private func lines(of target: String) throws -> [SourceLine] {
  let folder = root.appending(path: "Sources/\(target)")
  let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
  return try names.filter { $0.hasSuffix(".swift") }.sorted().flatMap { name in
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
      let code = line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
      return SourceLine(file: "Sources/\(target)/\(name)", number: index + 1, code: String(code))
    }
  }
}

private func swiftTargets() throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path).filter { target in
    try !lines(of: target).isEmpty
  }.sorted()
}

@Test("a target imports only what the table allows", arguments: allowedImports.keys.sorted())
func importsPointDownwards(target: String) throws {
  let allowed = allowedImports[target]!
  let source = try lines(of: target)
  #expect(!source.isEmpty, "Sources/\(target) has Swift files")
  for line in source {
    let words = line.code.split(separator: " ").map(String.init)
    guard let position = words.firstIndex(of: "import"), position <= 2, position + 1 < words.count else { continue }
    let start = ["struct", "class", "enum", "func", "protocol", "typealias"].contains(words[position + 1]) ? position + 2 : position + 1
    guard start < words.count else { continue }
    let module = words[start].split(separator: ".")[0]
    #expect(allowed.contains(String(module)), "\(line) is not in \(target)'s row of the table")
  }
}

@Test("every target has a row in the table, executables aside")
func everyTargetIsInTheTable() throws {
  let targets = try swiftTargets().filter { !$0.hasPrefix("swiftwater") }
  #expect(Set(targets).subtracting(allowedImports.keys).isEmpty)
}

@Test("a pure target has no clock, randomness, file or thread", arguments: pureTargets)
func pureTargetsArePure(target: String) throws {
  for line in try lines(of: target) {
    for word in impurities {
      #expect(!line.code.contains(word), "\(line) uses \(word)")
    }
  }
}

@Test("nothing below the executables prints")
func nothingPrints() throws {
  for target in allowedImports.keys.sorted() {
    for line in try lines(of: target) {
      let code = line.code.trimmingCharacters(in: .whitespaces)
      #expect(!code.hasPrefix("print("), "\(line) prints")
    }
  }
}

@Test("the top level holds what it should and nothing else")
func topLevelIsAgreed() throws {
  let agreed: Set<String> = ["Package.swift", "Sources", "Tests", "deploy", "docker-compose.yml", "Makefile", "README.md", "LICENSE"]
  // What runs leave behind and git ignores.
  let ignored: Set<String> = ["Package.resolved", "swiftwater-data"]
  let entries = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { !$0.hasPrefix(".") }
  #expect(Set(entries).subtracting(agreed).subtracting(ignored) == [])
}

@Test("sources are formatted")
func sourcesAreFormatted() throws {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["swift", "format", "lint", "--strict", "--recursive", "Sources", "Tests", "Package.swift"]
  process.currentDirectoryURL = root
  let output = Pipe()
  process.standardError = output
  process.standardOutput = output
  try process.run()
  let findings = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0, "\(String(decoding: findings.prefix(4000), as: UTF8.self))")
}
