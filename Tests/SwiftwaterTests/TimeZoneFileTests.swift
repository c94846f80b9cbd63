//  Time zones as RFC 8536 writes them.

import Expressions
import Testing

@testable import swiftwater

private func bigEndian(_ value: Int64, _ size: Int) -> [UInt8] {
  (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

/// A file of version 2 with these transitions (time, type) and offsets by type.
private func file(_ transitions: [(Int64, Int)], offsets: [Int64]) -> [UInt8] {
  func part(_ timeSize: Int) -> [UInt8] {
    var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    for count in [0, 0, 0, transitions.count, offsets.count, 4] { bytes += bigEndian(Int64(count), 4) }
    for (time, _) in transitions { bytes += bigEndian(time, timeSize) }
    for (_, type) in transitions { bytes.append(UInt8(type)) }
    for offset in offsets { bytes += bigEndian(offset, 4) + [0, 0] }
    return bytes + Array("ABC\0".utf8)
  }
  return part(4) + part(8) + Array("\n<ABC>0\n".utf8)
}

@Test("the 64-bit transitions and their offsets are read")
func transitions() {
  let rules = TimeZoneFile.parse(file([(-5_000_000_000, 1), (100, 0)], offsets: [3600, -7200]), name: "Test/Zone")
  #expect(
    rules
      == TimeZoneRules(
        name: "Test/Zone", initialOffset: 3600, transitions: [.init(at: -5_000_000_000, offset: -7200), .init(at: 100, offset: 3600)]))
}

@Test("a file cut anywhere, or that names a type it does not have, is refused")
func brokenFiles() {
  let whole = file([(1, 0)], offsets: [60])
  // The footer is not read.
  let needed = whole.count - 8 - 4
  for count in 0..<needed { #expect(TimeZoneFile.parse(Array(whole[..<count]), name: "x") == nil) }
  #expect(TimeZoneFile.parse(file([(1, 1)], offsets: [60]), name: "x") == nil)
}

@Test(
  "offsets are zones of their own",
  arguments: [("+02:00", 7200), ("-05:30", -19_800), ("GMT+8", 28_800), ("UTC-3", -10_800)] as [(String, Int32)])
func fixedOffsets(name: String, offset: Int32) {
  #expect(TimeZoneFile.rules(named: name) == TimeZoneRules(name: name, initialOffset: offset))
}

@Test(
  "a name that is no zone has no rules, and leads nowhere else in the file system",
  arguments: ["../../etc/passwd", "/etc/passwd", "", "No/Where", "+99"])
func noZones(name: String) { #expect(TimeZoneFile.rules(named: name) == nil) }

@Test("every zone that is named has rules, and folders are none")
func names() throws {
  guard let names = TimeZoneFile.names else { return }
  #expect(names.contains("Europe/Berlin") && !names.contains("Europe"))
  for name in names.sorted().prefix(200) { #expect(TimeZoneFile.rules(named: name) != nil, "\(name)") }
}
