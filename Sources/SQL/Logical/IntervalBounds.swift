//  Conditions of a join that bound the times of its two sides to each other.
//  Source: Flink's IntervalJoinUtil.

import Columnar
import Dataflow
import Expressions

/// Left time less right time is in `lower...upper`, microseconds; and what else the join asks for.
struct IntervalBounds: Sendable {
  /// Positions of the time attributes, each in its input.
  var leftTime: Int
  var rightTime: Int
  var lower: Int64
  var upper: Int64
  var clock: WindowClock
  /// The conjuncts that are no bounds, over the left columns, then the right ones.
  var rest: [Expression]

  /// Time goes by milliseconds, so that `<` is `<=` of one less.
  private static let step: Int64 = 1_000
  /// Bounds farther away are none.
  private static let magnitudeMax: Int64 = 1 << 60

  /// Nil unless two time attributes of one clock, one of each side, bound each other from both sides and leave something between.
  init?(_ condition: Expression?, _ left: [PlanColumn], _ right: [PlanColumn]) {
    guard let condition, left.contains(where: { $0.timeAttribute != nil }), right.contains(where: { $0.timeAttribute != nil }) else {
      return nil
    }
    let columns = left + right
    var times: (left: Int, right: Int)?
    var (lower, upper): (Int64?, Int64?) = (nil, nil)
    var rest: [Expression] = []
    for conjunct in condition.conjuncts {
      guard let bound = Self.bound(conjunct, columns, leftCount: left.count), times == nil || times! == (bound.left, bound.right) else {
        rest.append(conjunct)
        continue
      }
      times = (bound.left, bound.right)
      if let low = bound.lower { lower = max(lower ?? low, low) }
      if let high = bound.upper { upper = min(upper ?? high, high) }
    }
    guard let times, let lower, let upper, lower <= upper, abs(lower) < Self.magnitudeMax, abs(upper) < Self.magnitudeMax else {
      return nil
    }
    (leftTime, rightTime) = (times.left, times.right - left.count)
    (self.lower, self.upper, self.rest) = (lower, upper, rest)
    clock = left[leftTime].isRowtime ? .eventTime : .processingTime
  }

  private typealias Bound = (left: Int, right: Int, lower: Int64?, upper: Int64?)

  /// What a comparison of two time attributes says about left less right.
  private static func bound(_ condition: Expression, _ columns: [PlanColumn], leftCount: Int) -> Bound? {
    guard case .call(let function, let operands, _) = condition, operands.count == 2, let a = shifted(operands[0], columns),
      let b = shifted(operands[1], columns), (a.column < leftCount) != (b.column < leftCount),
      columns[a.column].type == columns[b.column].type, columns[a.column].timeAttribute == columns[b.column].timeAttribute
    else { return nil }
    // a + x <> b + y, so a - b <> y - x.
    let (difference, overflow) = b.offset.subtractingReportingOverflow(a.offset)
    guard !overflow, abs(difference) < magnitudeMax else { return nil }
    let isLeftFirst = a.column < leftCount
    let (left, right) = isLeftFirst ? (a.column, b.column) : (b.column, a.column)
    var (low, high): (Int64?, Int64?)
    switch function {
    case .equal: (low, high) = (difference, difference)
    case .greater: low = difference + step
    case .greaterOrEqual: low = difference
    case .less: high = difference - step
    case .lessOrEqual: high = difference
    default: return nil
    }
    return isLeftFirst ? (left, right, low, high) : (left, right, high.map { -$0 }, low.map { -$0 })
  }

  /// A time attribute, with constant lengths of time added to it or taken away.
  private static func shifted(_ expression: Expression, _ columns: [PlanColumn]) -> (column: Int, offset: Int64)? {
    switch expression {
    case .column(let index, _): return columns[index].timeAttribute == nil ? nil : (index, 0)
    case .call(let function, let operands, _) where function == .add || function == .subtract:
      guard operands.count == 2, case .literal(.integer(let length), .intervalTime) = ConstantFolding.foldDeep(operands[1]),
        length % step == 0, length.magnitude < magnitudeMax, let inner = shifted(operands[0], columns)
      else { return nil }
      let (offset, overflow) = inner.offset.addingReportingOverflow(function == .add ? length : -length)
      return overflow ? nil : (inner.column, offset)
    default: return nil
    }
  }
}
