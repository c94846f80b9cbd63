import Columnar
import Dataflow
import Foundation
import TestKit
import Testing

@testable import Connectors

@Suite struct FileSourceTests {
  private let fields = [Field("a", .int64), Field("b", .string)]

  /// Lines of CSV or JSON with awkward lengths, and the rows they stand for.
  private func lines(_ format: String, seed: UInt64, count: Int, quotes: Bool = false) -> (text: String, rows: Set<[Value]>) {
    var random = SeededGenerator(seed: seed)
    var text = ""
    var rows: Set<[Value]> = []
    for number in 0..<count {
      var word = String(repeating: "w", count: Int.random(in: 0...60, using: &random))
      if quotes, Int.random(in: 0..<10, using: &random) == 0 { word += Bool.random(using: &random) ? ",\"" : "\n" }
      rows.insert([.integer(Int64(number)), .string(word)])
      if format == "json" {
        text += "{\"b\":\"\(word)\",\"a\":\(number)}\n"
      } else if quotes {
        text += "\(number),\"\(word.replacingOccurrences(of: "\"", with: "\"\""))\"\n"
      } else {
        text += "\(number),\(word)\(seed % 2 == 0 ? "\n" : "\r\n")"
      }
    }
    if seed % 3 == 0 { text.removeLast() }
    return (text, rows)
  }

  @Test("any parallelism, split size and poll size give the same rows", arguments: ["csv", "json"], 0..<12 as Range<UInt64>)
  func splitIndependence(format: String, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let (text, expected) = lines(format, seed: seed, count: 4000)
    try directory.write("f", text)
    // Splits far smaller than the enumerator would make, so that borders fall everywhere in a record.
    let spec = fileSpec(directory.path, format, fields)
    let step = Int64.random(in: 1...3000, using: &random)
    let size = Int64(text.utf8.count)
    var splits: [SourceSplit] = []
    for lower in stride(from: 0, to: size, by: Int64.Stride(step)) {
      splits.append(FileSplit(path: "\(directory.path)/f", lower: lower, upper: min(lower + step, size)).encoded)
    }
    let reader = try FileReader(spec)
    try reader.add(splits.shuffled(using: &random))
    let maxRows = Int.random(in: 1...500, using: &random)
    let read = try readAll(reader, maxRows: maxRows).flatMap { batch in
      #expect(batch.rowCount <= maxRows)
      return (0..<batch.rowCount).map { batch.values(at: $0) }
    }
    #expect(read.count == expected.count)
    #expect(Set(read) == expected)
  }

  @Test("a large file is read by as many readers as there are, unless a record holds a newline", arguments: [false, true])
  func parallelism(quotes: Bool) throws {
    let directory = try TemporaryDirectory()
    let (text, expected) = lines("csv", seed: 4, count: 20_000, quotes: quotes)
    try directory.write("f", text)
    let spec = fileSpec(directory.path, "csv", fields)
    let splits = try FileEnumerator(spec).enumerate(parallelism: 4)
    #expect(splits.count == (quotes ? 1 : 4))
    let read = try rows(of: spec, parallelism: 4)
    #expect(read.count == expected.count)
    #expect(Set(read) == expected)
  }

  @Test("quotes without a newline between them do not keep a file in one piece")
  func harmlessQuotes() throws {
    let directory = try TemporaryDirectory()
    let line = "1,\"a \"\"quoted\"\" word, and so on\"\n"
    try directory.write("f", String(repeating: line, count: 10_000))
    #expect(try FileEnumerator(fileSpec(directory.path, "csv", fields)).enumerate(parallelism: 3).count == 3)
    try directory.write("f", String(repeating: line, count: 10_000) + "2,\"x\n")
    #expect(try FileEnumerator(fileSpec(directory.path, "csv", fields)).enumerate(parallelism: 3).count == 1)
  }

  @Test("a split read on from any position gives the rest", arguments: ["csv", "json"], 0..<8 as Range<UInt64>)
  func resumes(format: String, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let directory = try TemporaryDirectory()
    let (text, expected) = lines(format, seed: seed, count: 1500, quotes: format == "csv" && seed % 4 == 1)
    try directory.write("f", (format == "csv" ? "a,b\n" : "") + text)
    let spec = fileSpec(directory.path, format, fields, ["csv.header": "true"])
    var pending = try FileEnumerator(spec).enumerate(parallelism: 1)
    var read: [[Value]] = []
    var restarts = 0
    while !pending.isEmpty {
      let reader = try FileReader(spec)
      try reader.add(pending)
      restarts += 1
      polls: for _ in 0..<Int.random(in: 1...3, using: &random) {
        switch try reader.poll(maxRows: Int.random(in: 1...200, using: &random)) {
        case .batch(let batch, let split):
          read += (0..<batch.rowCount).map { batch.values(at: $0) }
          pending = [split]
        case .splitFinished:
          pending = []
          break polls
        case .nothing: break polls
        }
      }
    }
    #expect(restarts > 3)
    #expect(read.count == expected.count)
    #expect(Set(read) == expected)
  }

  @Test("files are read in order of their names, hidden ones are not")
  func directories() throws {
    let directory = try TemporaryDirectory()
    try directory.write("b.csv", "2,b\n")
    try directory.write("a.csv", "1,a\n")
    try directory.write(".hidden", "9,x\n")
    try directory.write("_SUCCESS", "9,x\n")
    try directory.write("empty", "")
    try directory.write("c/d.csv", "3,c")
    let expected: [[Value]] = [[.integer(1), .string("a")], [.integer(2), .string("b")], [.integer(3), .string("c")]]
    #expect(try rows(of: fileSpec(directory.path, "csv", fields)) == expected)
    #expect(try rows(of: fileSpec("file://\(directory.path)/", "csv", fields)) == expected)
    #expect(try rows(of: fileSpec("\(directory.path)/c/d.csv", "csv", fields)) == [expected[2]])
  }

  @Test("each file's header is left out, once")
  func headers() throws {
    let directory = try TemporaryDirectory()
    for name in ["x", "y"] { try directory.write(name, "a,b\n" + String(repeating: "1,\(name)\n", count: 50_000)) }
    let read = try rows(of: fileSpec(directory.path, "csv", fields, ["csv.header": "true"]), parallelism: 3)
    #expect(read.count == 100_000)
  }

  @Test("a path that cannot be read is an error that names it")
  func badPaths() throws {
    let directory = try TemporaryDirectory()
    #expect(
      failure { _ = try rows(of: fileSpec("\(directory.path)/none", "csv", fields)) }
        == "could not find \"\(directory.path)/none\", the path of a filesystem source")
    #expect(
      failure { _ = try rows(of: fileSpec("s3://bucket/x", "csv", fields)) }
        == "option \"path\" is \"s3://bucket/x\", expected a path or a file:// URL")
    #expect(
      failure { _ = try rows(of: fileSpec(directory.path, "avro", fields)) }
        == #"unknown format "avro", expected one of "csv", "json", "debezium-json""#)
    let reader = try FileReader(fileSpec(directory.path, "csv", fields))
    try reader.add([FileSplit(path: "\(directory.path)/gone", lower: 0, upper: 10).encoded])
    #expect(failure { _ = try reader.poll(maxRows: 1) } == "could not open \"\(directory.path)/gone\": No such file or directory")
  }

  @Test("mutated input gives rows or an error, never a trap", arguments: ["csv", "json", "debezium-json"], [false, true])
  func fuzz(format: String, ignoresErrors: Bool) throws {
    let fields = [
      Field("a", .int64), Field("b", .string), Field("c", .decimal(precision: 20, scale: 3)), Field("t", .timestamp(precision: 3)),
      Field("n", .array(.row([Field("x", .float32)]))), Field("d", .date), Field("y", .bytes), Field("o", .boolean),
    ]
    let scalars = [
      Field("a", .int64), Field("b", .string), Field("c", .decimal(precision: 20, scale: 3)), Field("t", .timestamp(precision: 3)),
    ]
    let json =
      #"{"a":-12,"b":"q\"\u00e9x","c":1.5e3,"t":"2024-02-29 10:15:30.123","n":[{"x":1.5},{}],"d":"2024-02-29","y":"AQI=","o":true}"#
    let seedText =
      switch format {
      case "csv": "1,\"a,\"\"b\",12.5,2024-02-29 10:15:30.123\n-7,plain,,2024-02-29 10:15:30\n"
      case "json": "\(json)\n\(json)\n"
      default: "{\"before\":\(json),\"after\":\(json),\"op\":\"u\"}\n"
      }
    let directory = try TemporaryDirectory()
    let interesting: [UInt8] = [0, 10, 13, 34, 44, 45, 46, 48, 57, 58, 91, 92, 93, 123, 125, 0x80, 0xC3, 0xED, 0xFF, 101]
    var errors = 0
    for seed in 0..<1000 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var bytes = Array(seedText.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = interesting.randomElement(using: &random)!
        case 1: bytes.insert(interesting.randomElement(using: &random)!, at: place)
        case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 1...5, using: &random), bytes.count))
        default: bytes += bytes[place...].prefix(40)
        }
      }
      try directory.write("f", bytes)
      let spec = fileSpec(
        directory.path, format, format == "csv" ? scalars : fields, ["\(format).ignore-parse-errors": "\(ignoresErrors)"])
      let message = failure { _ = try rows(of: spec, maxRows: 3) }
      if let message {
        errors += 1
        #expect(message.hasPrefix("could not read \"\(directory.path)/f\": "), "seed \(seed)")
      }
    }
    #expect(ignoresErrors ? errors == 0 : errors > 100)
  }
}
