//  Local times of zones that are named in the call: CONVERT_TZ, and what TO_TIMESTAMP_LTZ of text is made of.

import Columnar

extension FunctionLibrary {
  static let zones: [FunctionDefinition] = [
    // (local time as text, zone it is of, zone it is wanted in). A zone that there is not is UTC, as for Java's SimpleDateFormat, and
    // a day or month too many runs over into the next; what stands behind the seconds is not looked at. NULL if it is no time.
    FunctionDefinition(
      "CONVERT_TZ", [.string, .string, .string].map { .type($0) }, gives: { _ in .string }, nullability: .always, dependsOnContext: true
    ) { _ in
      { (arguments, context) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        var (from, to) = (ZoneColumn(arguments, 1, context), ZoneColumn(arguments, 2, context))
        return try arguments.mapToBytes { row, text in
          guard let local = texts.with(row, { lenientTime($0) }) else { return false }
          let moment = (from.at(row, isJavaUtil: true) ?? .utc).calendarUTC(fromLocal: local)
          text.appendTimestamp(microseconds: (to.at(row, isJavaUtil: true) ?? .utc).local(fromUTC: moment), precision: 0)
          return true
        }
      }
    },
    // (local time, zone): when clocks of the zone show the time. NULL for a zone that there is not.
    FunctionDefinition(
      "TIMESTAMP IN ZONE", [.type(.timestamp(precision: 3)), .type(.string)], gives: { _ in .timestampLTZ(precision: 3) },
      nullability: .always, dependsOnContext: true
    ) { _ in
      { (arguments, context) throws(EvaluationError) in
        let times = arguments.vector(0, Int64.self)
        var zone = ZoneColumn(arguments, 1, context)
        return try arguments.mapRows(Int64.self) { row in zone.at(row, isJavaUtil: false)?.utc(fromLocal: times[row]) }
      }
    },
  ]

  /// Zones of an argument; one that stays the same is looked up once.
  private struct ZoneColumn {
    private let names: BytesOperand
    private let zones: TimeZones
    private var last: (name: String, rules: TimeZoneRules?)?

    init(_ arguments: Arguments, _ index: Int, _ context: EvaluationContext) {
      names = arguments.bytes(index)
      zones = context.zones
    }

    /// - Parameter isJavaUtil: offsets are written with GMT before them, as java.util.TimeZone has it.
    mutating func at(_ row: Int, isJavaUtil: Bool) -> TimeZoneRules? {
      let name = names.with(row) { String(decoding: $0, as: UTF8.self) }
      if let last, last.name == name { return last.rules }
      let isOffset = name.hasPrefix("+") || name.hasPrefix("-")
      let rules = isJavaUtil && isOffset ? nil : zones.rules(named: name)
      last = (name, rules)
      return rules
    }
  }

  /// `yyyy-MM-dd HH:mm:ss` with as many digits as there are.
  private static func lenientTime(_ text: UnsafeRawBufferPointer) -> Int64? {
    var offset = 0
    func number(before separator: Unicode.Scalar?) -> Int64? {
      let start = offset
      var value: Int64 = 0
      while offset < text.count, offset - start < 9, text[offset] &- 48 <= 9 {
        value = value * 10 + Int64(text[offset] - 48)
        offset += 1
      }
      guard offset > start else { return nil }
      guard let separator else { return value }
      guard offset < text.count, text[offset] == UInt8(ascii: separator) else { return nil }
      offset += 1
      return value
    }
    guard let year = number(before: "-"), let month = number(before: "-"), let day = number(before: " "), let hour = number(before: ":"),
      let minute = number(before: ":"), let second = number(before: nil)
    else { return nil }
    let months = year * 12 + month - 1
    let first = CivilDate(year: floorDivide(months, 12), month: floorModulo(months, 12) + 1, day: 1).days
    let seconds = ((first + day - 1) * 24 + hour) * 3600 + minute * 60 + second
    let (time, overflow) = seconds.multipliedReportingOverflow(by: Microseconds.perSecond)
    return overflow ? nil : time
  }
}
