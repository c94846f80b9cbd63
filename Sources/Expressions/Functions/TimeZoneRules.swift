//  The rules of a time zone as data: which offset holds from which moment. Reading zone files is the caller's business.
//  A local time that a change of the clock skips or repeats is read with the offset before the change, as java.time does.

import Columnar

/// A time zone: an offset, and the moments at which it changes.
public struct TimeZoneRules: Hashable, Sendable, Codable {
  /// From `at` (seconds since 1970-01-01T00:00:00Z) on, local time is UTC plus `offset` seconds.
  public struct Transition: Hashable, Sendable, Codable {
    public var at: Int64
    public var offset: Int32
    public init(at: Int64, offset: Int32) {
      self.at = at
      self.offset = offset
    }
  }

  public let name: String
  /// Seconds east of UTC before the first transition.
  public let initialOffset: Int32
  /// Ascending by `at`.
  public let transitions: [Transition]

  public init(name: String, initialOffset: Int32, transitions: [Transition] = []) {
    self.name = name
    self.initialOffset = initialOffset
    self.transitions = transitions
  }

  public static let utc = TimeZoneRules(name: "UTC", initialOffset: 0)

  /// UTC or a fixed offset: `UTC`, `Z`, `GMT`, `+08:00`, `-5`, `GMT+8`, `UTC-03:30`; nil for the name of a region.
  public init?(fixed name: String) {
    var rest = Substring(name)
    if let prefix = ["UTC", "GMT", "Z"].first(where: { name.hasPrefix($0) }) {
      rest = rest.dropFirst(prefix.count)
      if rest.isEmpty {
        self.init(name: name, initialOffset: 0)
        return
      }
    }
    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
    let parts = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy { $0.isASCII && $0.isNumber } ? Int32(part) : nil }
    guard numbers.count == parts.count, (1...3).contains(numbers.count), numbers[0] <= 18, numbers.dropFirst().allSatisfy({ $0 < 60 })
    else {
      return nil
    }
    let seconds = numbers[0] * 3600 + (numbers.count > 1 ? numbers[1] * 60 : 0) + (numbers.count > 2 ? numbers[2] : 0)
    self.init(name: name, initialOffset: sign == "-" ? -seconds : seconds)
  }

  /// Local microseconds of a moment in UTC microseconds.
  public func local(fromUTC microseconds: Int64) -> Int64 {
    let second = floorDivide(microseconds, Microseconds.perSecond)
    let index = transitions.isEmpty ? 0 : countOfTransitions { transition, _ in transition.at <= second }
    return microseconds &+ Int64(offset(after: index)) &* Microseconds.perSecond
  }

  /// The moment, in UTC microseconds, at which clocks show these local microseconds.
  public func utc(fromLocal microseconds: Int64) -> Int64 {
    let second = floorDivide(microseconds, Microseconds.perSecond)
    let index =
      transitions.isEmpty
      ? 0
      : countOfTransitions { transition, before in
        transition.at &+ Int64(max(before, transition.offset)) <= second
      }
    return microseconds &- Int64(offset(after: index)) &* Microseconds.perSecond
  }

  /// The earliest local time, in microseconds, that clocks show from a moment on: less than they show then where they are about to
  /// be set back.
  public func earliestLocal(from microseconds: Int64) -> Int64 {
    let second = floorDivide(microseconds, Microseconds.perSecond)
    var least = local(fromUTC: microseconds)
    var index = countOfTransitions { transition, _ in transition.at <= second }
    while index < transitions.count, transitions[index].at <= second + Self.changeSecondsMax {
      least = min(least, (transitions[index].at + Int64(transitions[index].offset)) &* Microseconds.perSecond)
      index += 1
    }
    return least
  }

  /// The last moment, in UTC microseconds, at which clocks show these local microseconds; where a change skips them the change.
  public func lastUTC(fromLocal microseconds: Int64) -> Int64 {
    let second = floorDivide(microseconds, Microseconds.perSecond)
    // Transitions whose later side has come to this time.
    let index = countOfTransitions { transition, _ in transition.at &+ Int64(transition.offset) <= second }
    let moment = microseconds &- Int64(offset(after: index)) &* Microseconds.perSecond
    guard index < transitions.count else { return moment }
    let (change, isBeyond) = transitions[index].at.multipliedReportingOverflow(by: Microseconds.perSecond)
    return isBeyond ? moment : min(moment, change)
  }

  /// The moment at which clocks show these local microseconds, as java.util.Calendar reads them: a time that comes twice the second
  /// time, one that a change skips by the offset before.
  func calendarUTC(fromLocal microseconds: Int64) -> Int64 {
    let last = lastUTC(fromLocal: microseconds)
    return local(fromUTC: last) == microseconds ? last : utc(fromLocal: microseconds)
  }

  /// Clocks are never set back by more.
  private static let changeSecondsMax: Int64 = 26 * 3600

  private func offset(after count: Int) -> Int32 { count == 0 ? initialOffset : transitions[count - 1].offset }

  /// How many transitions, from the first, satisfy a condition that holds for a run of them; it is given the offset before, too.
  private func countOfTransitions(_ holds: (Transition, Int32) -> Bool) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if holds(transitions[middle], offset(after: middle)) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
