//  One frame of an OVER window: its rows and its functions.

import Columnar
import Dataflow
import Expressions
import State

/// Takes rows in the order of their times and gives the values of the frame's calls.
final class OverFrameState {
  private let rows: OverFrameRows
  /// Nil if the frame has no bound.
  private let queue: OverFrameQueue?
  private let functions: [any OverFunction]
  /// By call: the position of its argument in the input; nil for none.
  private let arguments: [Int?]

  /// What the frame keeps in the table.
  let columns: [Field]
  let multimaps: [TableSchema.Multimap]
  var queueSchema: TableSchema.Queue? { queue?.schema }

  /// - Parameters:
  ///   - columnOffset, multimapOffset, queue: where in the table the frame's state begins.
  init(_ spec: OverFrameSpec, input: Schema, time: Int, columnOffset: Int, multimapOffset: Int, queue: Int) throws(OperatorError) {
    arguments = spec.calls.map { call in
      switch call {
      case .aggregate(let call): call.argument
      case .lag(let argument, _): argument
      case .rank, .denseRank: time
      }
    }
    let name = Self.name(spec.frame)
    let queue = OverFrameQueue(
      spec.frame, name: name, values: Set(arguments.compactMap { $0 }), input: input, time: time, position: queue)
    self.queue = queue
    rows = OverFrameRows(spec, queue, time: time)
    var functions: [any OverFunction] = []
    var columns: [Field] = []
    var multimaps: [TableSchema.Multimap] = []
    var names: [String: Int] = [:]
    for (call, argument) in zip(spec.calls, arguments) {
      let function = try OverFunctions.make(call, of: spec.frame, queue?.place(of: argument))
      // Names of state in snapshots: the form is persistent. A call that is there twice has its state twice.
      let identity = "\(name): \(Self.name(call))"
      let ordinal = names[identity, default: 0]
      names[identity] = ordinal + 1
      let unique = ordinal == 0 ? identity : "\(identity)#\(ordinal)"
      function.attach(column: columnOffset + columns.count, multimap: multimapOffset + multimaps.count)
      columns += function.columns.map { Field("\(unique).\($0.name)", $0.type, isNullable: $0.isNullable) }
      multimaps += function.multimaps.map { TableSchema.Multimap("\(unique).\($0.name)", $0.fields) }
      functions.append(function)
    }
    self.functions = functions
    self.columns = columns
    self.multimaps = multimaps
  }

  private static func name(_ frame: OverFrame) -> String {
    switch frame {
    case .rows(let preceding): "rows \(preceding.map { "\($0)" } ?? "all")"
    case .range(let preceding): "range \(preceding.map { "\($0)" } ?? "all")"
    }
  }

  private static func name(_ call: OverCall) -> String {
    switch call {
    case .aggregate(let call): "\(call.function.rawValue)(\(call.argument.map { "\(call.isDistinct ? "distinct " : "")$\($0)" } ?? "*"))"
    case .lag(let argument, _): "lag($\(argument))"
    case .rank: "rank"
    case .denseRank: "denseRank"
    }
  }

  /// Finds again what is known beside the table.
  func rebuild(_ table: KeyedTable) {
    for function in functions { function.rebuild(table) }
    rows.rebuild(table)
  }

  /// The values of the calls for rows in the order of their times, all rows of a time together unless the frame goes by rows.
  func values(_ columns: [Column], groups: [Int32], in table: KeyedTable) -> [Column] {
    run(rows.enter(columns, groups: groups, in: table), columns, in: table)
  }

  /// Lets go of the rows that no row after the watermark sees; gives the groups that may have none left.
  func expire(_ watermark: Int64, in table: KeyedTable) -> [Int32] {
    let (steps, groups) = rows.leave(watermark, in: table)
    if let queue, !groups.isEmpty { _ = run(steps, queue.noRows(in: table), in: table) }
    return groups
  }

  private func run(_ steps: OverSteps, _ columns: [Column], in table: KeyedTable) -> [Column] {
    var made: [Int: OverArgument] = [:]
    var plain: OverArgument?
    let results = functions.indices.map { index -> Column in
      if let position = arguments[index] {
        let argument = made[position] ?? OverArgument(queue?.column(position, of: columns, steps, in: table) ?? columns[position], steps)
        made[position] = argument
        return functions[index].run(steps, argument, in: table)
      }
      let argument = plain ?? OverArgument(nil, steps)
      plain = argument
      return functions[index].run(steps, argument, in: table)
    }
    queue?.rows(in: table).free(steps.left)
    return results
  }

  /// The first clock, to the millisecond, at which `expire` of a millisecond before finds a row; nil without one.
  var nextExpiry: Int64? { rows.nextExpiry }

  func isEmpty(_ group: Int32, in table: KeyedTable) -> Bool { queue.map { $0.rows(in: table).first(of: group) == 0 } ?? false }
}
