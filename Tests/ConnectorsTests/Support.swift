//  What the tests of this target share: specs, reading a source to its end, a console that remembers.

import Columnar
import Dataflow
import Foundation
import Synchronization

@testable import Connectors

/// Remembers what was written.
final class RecordingConsole: Console {
  private let state = Mutex<(blocks: [[UInt8]], errors: Int)>(([], 0))
  func write(_ lines: [UInt8], isError: Bool) {
    state.withLock {
      $0.blocks.append(lines)
      if isError { $0.errors += 1 }
    }
  }
  var text: String { state.withLock { String(decoding: $0.blocks.joined(), as: UTF8.self) } }
  var blockCount: Int { state.withLock { $0.blocks.count } }
  var errorCount: Int { state.withLock { $0.errors } }
}

/// The text of a golden file of this target.
func golden(_ name: String) throws -> String {
  try String(contentsOf: Bundle.module.url(forResource: "Golden/\(name)", withExtension: nil)!, encoding: .utf8)
}

/// Polls until every split has finished, `maxRows` at a time; gives all batches in order.
func readAll(_ reader: any SourceReader, maxRows: Int = 4096) throws -> [RecordBatch] {
  var batches: [RecordBatch] = []
  while true {
    switch try reader.poll(maxRows: maxRows) {
    case .batch(let batch, _): batches.append(batch)
    case .splitFinished: continue
    case .nothing: return batches
    }
  }
}

/// Every row of a source read by `parallelism` readers, as values.
func rows(of spec: SourceSpec, parallelism: Int = 1, maxRows: Int = 4096) throws -> [[Value]] {
  let connectors = BuiltInConnectors()
  let splits = try connectors.makeEnumerator(spec).enumerate(parallelism: parallelism)
  var rows: [[Value]] = []
  for subtask in 0..<parallelism {
    let reader = try connectors.makeReader(spec, subtask: subtask, parallelism: parallelism)
    try reader.add(splits.enumerated().filter { $0.offset % parallelism == subtask }.map(\.element))
    for batch in try readAll(reader, maxRows: maxRows) {
      rows += (0..<batch.rowCount).map { batch.values(at: $0) }
    }
  }
  return rows
}

extension SinkContext {
  static func test(
    subtask: Int = 0, of parallelism: Int = 1, attempt: Int = 1, now: @escaping @Sendable () -> Int64 = { 0 }
  ) -> SinkContext {
    SinkContext(
      job: JobID(hex: "0123456789abcdef0123456789abcdef"), operatorID: OperatorID(hex: "fedcba9876543210fedcba9876543210"),
      attempt: Attempt(attempt), subtask: subtask, parallelism: parallelism, now: now)
  }
}

/// The error that `body` throws, as text; nil if it throws none.
func failure(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// A directory of its own, removed with the object.
final class TemporaryDirectory {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("connectors-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }
  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }
  func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
  /// All names, hidden ones too, sorted.
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  func visibleNames() throws -> [String] { try names().filter { !$0.hasPrefix(".") } }
}

/// A filesystem source over `path`, every column projected.
func fileSpec(_ path: String, _ format: String, _ fields: [Field], _ options: [String: String] = [:], projection: [Int]? = nil)
  -> SourceSpec
{
  SourceSpec(
    table: "t", connector: "filesystem", options: options.merging(["path": path, "format": format]) { $1 }, declared: Schema(fields),
    projection: projection ?? Array(fields.indices))
}

/// What reading one file with this text gives: its rows as the print connector shows them, or the error's text.
func reading(
  _ text: String, _ format: String, _ fields: [Field], _ options: [String: String] = [:], projection: [Int]? = nil,
  paths: [FieldPath]? = nil
) throws -> String {
  let directory = try TemporaryDirectory()
  try directory.write("f", text)
  var spec = fileSpec("\(directory.path)/f", format, fields, options, projection: projection)
  spec.paths = paths
  do {
    let connectors = BuiltInConnectors()
    let reader = try connectors.makeReader(spec, subtask: 0, parallelism: 1)
    try reader.add(try connectors.makeEnumerator(spec).enumerate(parallelism: 1))
    var lines = try readAll(reader).map { "\($0)" }
    if reader.skippedRecordCount > 0 { lines.append("skipped \(reader.skippedRecordCount)") }
    return lines.joined(separator: "\n")
  } catch {
    return "\(error)".replacingOccurrences(of: directory.path, with: "")
  }
}
