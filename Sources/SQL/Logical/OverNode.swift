//  OVER windows of one partition and order.

import Columnar
import Dataflow
import Expressions

/// For each row of the input values over the rows of its key up to it, in ascending order of a column.
struct OverNode: Sendable {
  var keys: [Int]
  /// Position of the column.
  var order: Int
  /// The column is a time attribute: the output is insert-only. Otherwise, nil, values change as rows come.
  var clock: WindowClock? = .eventTime
  /// LEAD is LAG in this order.
  var isDescending = false
  /// Where NULLs stand if it is no time attribute.
  var nullsFirst = true
  /// Positions refer to the input.
  var frames: [OverFrameSpec]
  /// By call, frame by frame.
  var names: [String]
  var isNullable: [Bool] = []
  var span: SourceSpan

  var isByTime: Bool { clock != nil }

  var columns: [PlanColumn] {
    let calls = frames.flatMap(\.calls)
    return calls.indices.map { PlanColumn(names[$0], calls[$0].resultType, isNullable: isNullable[$0]) }
  }

  /// Positions of the input that are needed whoever wants the rest.
  var inputColumns: Set<Int> { Set(keys + [order] + frames.flatMap(\.calls).flatMap(\.inputColumns)) }

  /// With the calls at these places alone, and the input's columns where they now are.
  func keeping(_ calls: [Int], _ position: [Int: Int]) -> OverNode {
    func mapped(_ column: Int) -> Int { position[column] ?? 0 }
    var node = self
    node.names = calls.map { names[$0] }
    node.isNullable = calls.map { isNullable[$0] }
    node.frames = []
    var next = 0
    for frame in frames {
      let kept = frame.calls.indices.filter { calls.contains(next + $0) }
      next += frame.calls.count
      if !kept.isEmpty { node.frames.append(OverFrameSpec(frame.frame, kept.map { frame.calls[$0].mapColumns(mapped) })) }
    }
    node.keys = keys.map(mapped)
    node.order = mapped(order)
    return node
  }

  /// ROW_NUMBER of a query that does not ask for the first rows alone; nil if it does not go up by one column.
  init?(_ rowNumber: RowNumberNode, over input: [PlanColumn]) {
    guard rowNumber.order.count == 1, let key = rowNumber.order.first, !key.isDescending else { return nil }
    self.init(
      keys: rowNumber.keys, order: key.column,
      frames: [OverFrameSpec(.rows(preceding: nil), [.aggregate(AggregateCall(.countStar, resultType: .int64))])], names: [rowNumber.name],
      isNullable: [false], span: rowNumber.span)
    clock = input[key.column].timeAttribute.map(WindowClock.init)
    nullsFirst = key.nullsFirst
  }

  init(keys: [Int], order: Int, frames: [OverFrameSpec], names: [String], isNullable: [Bool] = [], span: SourceSpan) {
    self.keys = keys
    self.order = order
    self.frames = frames
    self.names = names
    self.isNullable = isNullable
    self.span = span
  }
}

extension WindowClock {
  /// That a time attribute follows.
  init(_ attribute: TimeAttribute) { self = attribute == .rowtime ? .eventTime : .processingTime }
}

extension OverCall {
  var resultType: DataType {
    switch self {
    case .aggregate(let call): call.resultType
    case .lag(_, let type): type
    case .rank, .denseRank: .int64
    }
  }

  var inputColumns: [Int] {
    switch self {
    case .aggregate(let call): [call.argument].compactMap { $0 }
    case .lag(let argument, _): [argument]
    case .rank, .denseRank: []
    }
  }

  func mapColumns(_ map: (Int) -> Int) -> OverCall {
    switch self {
    case .aggregate(var call):
      call.argument = call.argument.map(map)
      return .aggregate(call)
    case .lag(let argument, let type): return .lag(argument: map(argument), type: type)
    case .rank, .denseRank: return self
    }
  }
}
