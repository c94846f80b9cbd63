import Columnar
import Expressions
import TestKit
import Testing

@Suite("time zone files")
struct TimeZoneFileTests {
  /// A version 2 file: an empty 32-bit block, then offsets, transitions to them, and a rule for later times.
  private func file(offsets: [Int32], transitions: [(at: Int64, kind: UInt8)], rule: String) -> [UInt8] {
    var writer = ByteWriter()
    func header(_ timeCount: Int, _ typeCount: Int) {
      writer.write(raw: Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15))
      for count in [0, 0, 0, timeCount, typeCount, 4] { writer.write(fixed: UInt32(count).bigEndian) }
    }
    func types(_ offsets: [Int32]) {
      for offset in offsets {
        writer.write(fixed: offset.bigEndian)
        writer.write(raw: [0, 0])
      }
      writer.write(raw: Array("UTC\0".utf8))
    }
    header(0, 1)
    types([0])
    header(transitions.count, offsets.count)
    for transition in transitions { writer.write(fixed: transition.at.bigEndian) }
    for transition in transitions { writer.write(transition.kind) }
    types(offsets)
    writer.write(raw: Array("\n\(rule)\n".utf8))
    return writer.bytes
  }

  private func local(_ zone: TimeZoneRules, _ utc: String) -> String {
    var text: [UInt8] = []
    text.appendTimestamp(microseconds: zone.local(fromUTC: Array(utc.utf8).withUnsafeBytes { parseTimestamp($0) }!), precision: 0)
    return String(decoding: text, as: UTF8.self)
  }

  @Test("transitions and the rule for later years are read")
  func readsFiles() throws {
    let bytes = file(offsets: [-17_762, -18_000], transitions: [(-2_717_650_800, 1)], rule: "EST5EDT,M3.2.0,M11.1.0")
    let zone = try TimeZoneRules(name: "America/New_York", tzif: bytes)
    #expect(zone.initialOffset == -17_762)
    #expect(local(zone, "1880-01-01 12:00:00") == "1880-01-01 07:03:58")
    #expect(local(zone, "2013-03-10 06:59:59") == "2013-03-10 01:59:59")
    #expect(local(zone, "2013-03-10 07:00:00") == "2013-03-10 03:00:00")
    #expect(local(zone, "2013-11-03 05:59:59") == "2013-11-03 01:59:59")
    #expect(local(zone, "2013-11-03 06:00:00") == "2013-11-03 01:00:00")
    #expect(local(zone, "2150-07-01 00:00:00") == "2150-06-30 20:00:00")
  }

  @Test(
    "rules of every form",
    arguments: [
      ("IST-5:30", "2024-01-01 00:00:00", "2024-01-01 05:30:00"), ("<+0330>-3:30", "2024-01-01 00:00:00", "2024-01-01 03:30:00"),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31 01:00:00", "2024-03-31 03:00:00"),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2024-03-31 00:59:59", "2024-03-31 01:59:59"),
      ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-01-01 00:00:00", "2024-01-01 11:00:00"),
      ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-07-01 00:00:00", "2024-07-01 10:00:00"),
      ("XXX3YYY2,J60/0,300/-1", "2024-03-01 02:59:59", "2024-02-29 23:59:59"),
      ("XXX3YYY2,J60/0,300/-1", "2024-03-01 03:00:00", "2024-03-01 01:00:00"),
    ])
  func rules(rule: String, utc: String, expected: String) throws {
    let zone = try TimeZoneRules(name: "zone", tzif: file(offsets: [0], transitions: [], rule: rule))
    #expect(local(zone, utc) == expected)
  }

  @Test(
    "a zone whose clocks never change has one offset both ways",
    arguments: [("<-05>5", -18_000), ("IST-5:30", 19_800), ("UTC0", 0)] as [(String, Int64)])
  func fixedRules(rule: String, offset: Int64) throws {
    let zone = try TimeZoneRules(name: "zone", tzif: file(offsets: [Int32(offset)], transitions: [], rule: rule))
    for moment in [-2_208_988_800_000_000, -1, 0, 1_700_000_000_000_000] as [Int64] {
      let local = moment + offset * 1_000_000
      #expect(zone.local(fromUTC: moment) == local)
      #expect(zone.utc(fromLocal: local) == moment)
      #expect(zone.lastUTC(fromLocal: local) == moment)
      #expect(zone.earliestLocal(from: moment) == local)
    }
  }

  @Test(
    "a rule that cannot be read is an error",
    arguments: ["X", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "<EST5"])
  func badRules(rule: String) {
    #expect(throws: CodecError.self) { try TimeZoneRules(name: "zone", tzif: file(offsets: [0], transitions: [], rule: rule)) }
  }

  @Test("mutated files give an error or a zone, never a trap", arguments: 0..<300 as Range<UInt64>)
  func mutations(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bytes = file(offsets: [0, 3600], transitions: [(0, 1), (1000, 0), (2000, 1)], rule: "EST5EDT,M3.2.0,M11.1.0")
    for _ in 0..<3 {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      if Bool.random(using: &random) { bytes[position] = UInt8.random(in: 0...255, using: &random) } else { bytes.remove(at: position) }
    }
    guard let zone = try? TimeZoneRules(name: "zone", tzif: bytes) else { return }
    for moment in [Int64.min, -1, 0, 1_500_000_000, Int64.max] {
      #expect(zone.local(fromUTC: moment) != zone.utc(fromLocal: moment) || zone.local(fromUTC: moment) == moment)
    }
  }
}
