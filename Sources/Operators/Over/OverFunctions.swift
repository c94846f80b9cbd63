//  Which function computes each call of an OVER window.

import Columnar
import Dataflow
import Expressions

enum OverFunctions {
  /// - Parameter place: Where the frame keeps the argument; nil if it has no bound.
  /// - Throws: If the function does not take the argument's type, or not this frame.
  static func make(_ call: OverCall, of frame: OverFrame, _ place: RowQueueReference?) throws(OperatorError) -> any OverFunction {
    switch call {
    case .aggregate(let call): return try make(call, place)
    case .rank, .denseRank:
      guard place == nil else { throw OperatorError(.internal, .never, "a rank is that of all rows") }
      return OverRank(isDense: call == .denseRank)
    case .lag:
      guard let place, !frame.isRange else { throw OperatorError(.internal, .never, "LAG has a frame of some rows") }
      return OverLag(place)
    }
  }

  private static func make(_ call: AggregateCall, _ place: RowQueueReference?) throws(OperatorError) -> any OverFunction {
    guard call.function != .countStar else { return OverCount() }
    guard call.argument != nil, let type = call.argumentType else {
      throw OperatorError(.internal, .never, "aggregate \(call.function.rawValue) has no argument")
    }
    switch call.function {
    case .count: return call.isDistinct ? OverDistinct(OverCount(), of: type) : OverCount()
    case .sum, .avg:
      guard type.isNumeric else { throw unsupported(call, type) }
      let sum = OverSum(call)
      return call.isDistinct ? OverDistinct(sum, of: type) : sum
    case .min, .max:
      if type.layout == .list || type.layout == .row { throw unsupported(call, type) }
      let choice: OverChoice = call.function == .min ? .least : .greatest
      return place.map { OverDeque($0, choice) } ?? OverPick(type, choice)
    case .firstValue, .lastValue:
      let choice: OverChoice = call.function == .firstValue ? .first : .last
      return place.map { OverDeque($0, choice) } ?? OverPick(type, choice)
    default: throw unsupported(call, type)
    }
  }

  private static func unsupported(_ call: AggregateCall, _ type: DataType) -> OperatorError {
    OperatorError(.user, .never, "\(call.function.rawValue.uppercased()) OVER takes no \(type)")
  }
}
