//  The rules of time zones, from the system's files. Source: RFC 8536, "The Time Zone Information Format (TZif)".

import Expressions
import Foundation
import Synchronization

enum TimeZoneFile {
  private static let directories = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo"]
  /// Real files have a few kilobytes.
  private static let byteCountMax = 1 << 20

  /// The zones that have a file; nil on a system without such files.
  static let names: Set<String>? = {
    for directory in directories {
      guard let paths = FileManager.default.subpaths(atPath: directory), !paths.isEmpty else { continue }
      // Files beside the zones have a dot in their name or begin in lower case, as do the folders that have all zones once more.
      let names = Set(paths.filter { path in path.first?.isUppercase == true && !path.contains(".") })
      return names.subtracting(names.compactMap { name in name.lastIndex(of: "/").map { String(name[..<$0]) } })
    }
    return nil
  }()

  /// Zones that have been read; there are no more than files.
  private static let known = Mutex<[String: TimeZoneRules]>([:])

  /// Nil if there is no zone of this name. UTC needs no file, nor do offsets such as `+02:00` and `GMT-5`.
  static func rules(named name: String) -> TimeZoneRules? {
    if name == "UTC" || name == "Z" { return .utc }
    if let offset = fixedOffset(name) { return TimeZoneRules(name: name, initialOffset: offset) }
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/_-+".contains($0)) }), !name.hasPrefix("/"), !name.isEmpty
    else { return nil }
    if let rules = known.withLock({ $0[name] }) { return rules }
    for directory in directories {
      if let data = FileManager.default.contents(atPath: "\(directory)/\(name)"), data.count <= byteCountMax,
        let rules = parse([UInt8](data), name: name)
      {
        known.withLock { $0[name] = rules }
        return rules
      }
    }
    return nil
  }

  /// Seconds east of UTC.
  static func fixedOffset(_ name: String) -> Int32? {
    var rest = name[...]
    for prefix in ["UTC", "GMT"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
    let parts = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false).map { Int32($0) }
    guard (1...2).contains(parts.count), let hours = parts[0], 0...18 ~= hours, let minutes = parts.count > 1 ? parts[1] : 0,
      0...59 ~= minutes
    else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// The 64-bit part of a version 2 file; nil for anything else.
  static func parse(_ bytes: [UInt8], name: String) -> TimeZoneRules? {
    var reader = Reader(bytes: bytes)
    guard let first = Header(&reader), first.version >= UInt8(ascii: "2"), reader.skip(first.byteCount(timeSize: 4)),
      let header = Header(&reader), header.typeCount > 0
    else { return nil }
    var times: [Int64] = []
    for _ in 0..<header.timeCount {
      guard let time = reader.integer(8) else { return nil }
      times.append(time)
    }
    var types: [Int] = []
    for _ in 0..<header.timeCount {
      guard let type = reader.integer(1), 0..<header.typeCount ~= Int(type) else { return nil }
      types.append(Int(type))
    }
    var offsets: [Int32] = []
    for _ in 0..<header.typeCount {
      guard let offset = reader.integer(4), reader.skip(2) else { return nil }
      offsets.append(Int32(truncatingIfNeeded: offset))
    }
    return TimeZoneRules(
      name: name, initialOffset: offsets[0],
      transitions: zip(times, types).map { TimeZoneRules.Transition(at: $0, offset: offsets[$1]) })
  }

  private struct Header {
    let version: UInt8
    let utcCount, standardCount, leapCount, timeCount, typeCount, characterCount: Int

    init?(_ reader: inout Reader) {
      guard reader.take(4).elementsEqual("TZif".utf8), let version = reader.take(1).first, reader.skip(15) else { return nil }
      var counts: [Int] = []
      for _ in 0..<6 {
        guard let count = reader.integer(4), 0...100_000 ~= count else { return nil }
        counts.append(Int(count))
      }
      self.version = version
      (utcCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
      (timeCount, typeCount, characterCount) = (counts[3], counts[4], counts[5])
    }

    func byteCount(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4) + standardCount + utcCount
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    /// Fewer at the end.
    mutating func take(_ count: Int) -> ArraySlice<UInt8> {
      defer { offset = min(bytes.count, offset + count) }
      return bytes[offset..<min(bytes.count, offset + count)]
    }

    mutating func skip(_ count: Int) -> Bool { take(count).count == count }

    /// Signed, big-endian; a single byte is unsigned.
    mutating func integer(_ size: Int) -> Int64? {
      let taken = take(size)
      guard taken.count == size else { return nil }
      let value = taken.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
  }
}
