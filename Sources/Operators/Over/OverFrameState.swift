//  One frame of an OVER window: its rows, in a queue for each group if it has a bound, and its functions.

import Columnar
import Dataflow
import Expressions
import State

/// Takes rows in the order of their times and gives the values of the frame's calls.
final class OverFrameState {
  private let spec: OverFrameSpec
  private let functions: [any OverFunction]
  /// By call: the position of its argument in the input; nil for none.
  private let arguments: [Int?]
  /// Position of the frame's queue in the table; nil if it has no bound.
  private let queue: Int?
  /// Positions in the input of the values that the queue keeps; behind them it keeps times if the frame goes by them.
  private let kept: [Int]
  private let time: Int
  /// What of a `range` frame has been stored, in the order of times: rows that no later row sees are found here.
  private var stored: [(time: Int64, group: Int32)] = []
  private var nextStored = 0

  /// What the frame keeps in the table.
  let columns: [Field]
  let multimaps: [TableSchema.Multimap]
  let queueSchema: TableSchema.Queue?

  /// - Parameters:
  ///   - columnOffset, multimapOffset, queue: where in the table the frame's state begins.
  init(_ spec: OverFrameSpec, input: Schema, time: Int, columnOffset: Int, multimapOffset: Int, queue: Int) throws(OperatorError) {
    self.spec = spec
    self.time = time
    let isBounded = spec.frame.isBounded
    self.queue = isBounded ? queue : nil
    arguments = spec.calls.map { call in
      switch call {
      case .aggregate(let call): call.argument
      case .lag(let argument, _): argument
      case .rank, .denseRank: time
      }
    }
    let kept = isBounded ? Set(arguments.compactMap { $0 }).sorted() : []
    self.kept = kept
    let name = Self.name(spec.frame)
    queueSchema =
      isBounded
      ? TableSchema.Queue(name, kept.map { Field("$\($0)", input[$0].type) } + (spec.frame.isRange ? [Field("time", .int64)] : [])) : nil
    var functions: [any OverFunction] = []
    var columns: [Field] = []
    var multimaps: [TableSchema.Multimap] = []
    var names: [String: Int] = [:]
    for (position, call) in spec.calls.enumerated() {
      let reference = isBounded ? RowQueueReference(queue: queue, field: arguments[position].flatMap { kept.firstIndex(of: $0) } ?? 0) : nil
      let function: any OverFunction
      switch call {
      case .aggregate(let call): function = try OverFunctions.make(call, queue: reference)
      case .rank, .denseRank:
        guard !isBounded else { throw OperatorError(.internal, .never, "a rank is that of all rows") }
        function = OverRank(isDense: call == .denseRank)
      case .lag:
        guard let reference, !spec.frame.isRange else { throw OperatorError(.internal, .never, "LAG has a frame of some rows") }
        function = OverLag(reference)
      }
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
    guard let queue, spec.frame.isRange else { return }
    let rows = table.queues[queue]
    let times = self.times(rows)
    for group in table.groups.liveIDs {
      var entry = rows.first(of: group)
      while entry != 0 {
        stored.append((times[Int(entry)], group))
        entry = rows.entry(after: entry)
      }
    }
    stored.sort { $0.time < $1.time }
  }

  private func times(_ rows: RowQueue) -> PackedIntegers { rows.columns[kept.count].int64 }

  // MARK: Rows

  /// The values of the calls for rows in the order of their times, all rows of a time together unless the frame goes by rows.
  func values(_ rows: [Column], groups: [Int32], in table: KeyedTable) -> [Column] {
    let steps: OverSteps
    switch spec.frame {
    case .rows(nil): steps = OverSteps(groups, isPlain: true)
    case .rows(let preceding?): steps = enterRows(rows, groups, preceding, table)
    case .range(nil): steps = enterAll(rows[time].widenedToInt64.values, groups)
    case .range(let preceding?): steps = enterRange(rows, groups, preceding, table)
    }
    return run(steps, rows, in: table)
  }

  private func run(_ steps: OverSteps, _ rows: [Column], in table: KeyedTable) -> [Column] {
    var made: [Int: OverArgument] = [:]
    var plain: OverArgument?
    let results = functions.indices.map { index -> Column in
      if let position = arguments[index] {
        let argument = made[position] ?? argument(position, steps, rows, table)
        made[position] = argument
        return functions[index].run(steps, argument, in: table)
      }
      let argument = plain ?? OverArgument(column: nil, signs: steps.signs(nil))
      plain = argument
      return functions[index].run(steps, argument, in: table)
    }
    if let queue { table.queues[queue].free(steps.left) }
    return results
  }

  private func argument(_ position: Int, _ steps: OverSteps, _ rows: [Column], _ table: KeyedTable) -> OverArgument {
    var column = rows[position]
    if let queue, !steps.left.isEmpty, let field = kept.firstIndex(of: position) {
      let left = table.queues[queue].columns[field].gather(steps.left)
      column = column.count == 0 ? left : .concatenate([column, left])
    }
    return OverArgument(column: column, signs: steps.signs(column.validity))
  }

  private func enterAll(_ times: [Int64], _ groups: [Int32]) -> OverSteps {
    var steps = OverSteps(groups)
    var row = 0
    while row < groups.count {
      let time = times[row]
      while row < groups.count, times[row] == time {
        steps.enter(row, 0)
        row += 1
      }
      steps.read(to: row)
    }
    return steps
  }

  private func enterRows(_ rows: [Column], _ groups: [Int32], _ preceding: Int, _ table: KeyedTable) -> OverSteps {
    var steps = OverSteps(groups)
    guard let queue else { return steps }
    let frame = table.queues[queue]
    let entries = frame.store(kept.map { rows[$0] }, rowCount: groups.count)
    let needsHeads = functions.contains { $0 is OverLag }
    for row in groups.indices {
      let group = groups[row]
      if frame.count(of: group) > preceding { steps.leave(frame.removeFirst(of: group), group) }
      frame.append(entries[row], to: group)
      steps.enter(row, entries[row])
      steps.read(to: row + 1)
      if needsHeads { steps.heads.append(frame.count(of: group) > preceding ? frame.first(of: group) : 0) }
    }
    return steps
  }

  private func enterRange(_ rows: [Column], _ groups: [Int32], _ preceding: Int64, _ table: KeyedTable) -> OverSteps {
    var steps = OverSteps(groups)
    guard let queue else { return steps }
    let frame = table.queues[queue]
    let times = rows[time].widenedToInt64.values
    let entries = frame.store(kept.map { rows[$0] } + [.int64(FixedColumn(times))], rowCount: groups.count)
    let keptTimes = self.times(frame)
    var row = 0
    while row < groups.count {
      let start = row
      let time = times[row]
      let (difference, overflow) = time.subtractingReportingOverflow(preceding)
      let earliest = overflow ? Int64.min : difference
      while row < groups.count, times[row] == time {
        leave(before: earliest, groups[row], frame, keptTimes, &steps)
        row += 1
      }
      for row in start..<row {
        frame.append(entries[row], to: groups[row])
        steps.enter(row, entries[row])
        stored.append((time, groups[row]))
      }
      steps.read(to: row)
    }
    return steps
  }

  @inline(__always)
  private func leave(
    before earliest: Int64, _ group: Int32, _ frame: RowQueue, _ times: PackedIntegers, _ steps: inout OverSteps
  ) {
    while true {
      let first = frame.first(of: group)
      guard first != 0, times[Int(first)] < earliest else { return }
      steps.leave(frame.removeFirst(of: group), group)
    }
  }

  /// Lets go of the rows that no row after the watermark sees; gives the groups that may have none left.
  func expire(_ watermark: Int64, in table: KeyedTable) -> [Int32] {
    guard case .range(let preceding?) = spec.frame, let queue else { return [] }
    let (difference, overflow) = watermark.subtractingReportingOverflow(preceding)
    if overflow { return [] }
    let frame = table.queues[queue]
    let times = self.times(frame)
    var steps = OverSteps([])
    var groups: [Int32] = []
    // A row that its own group's next one has pushed out is no longer there, and its group may be another's.
    while nextStored < stored.count, stored[nextStored].time <= difference {
      let group = stored[nextStored].group
      nextStored += 1
      let before = steps.count
      leave(before: difference == .max ? .max : difference + 1, group, frame, times, &steps)
      if steps.count > before { groups.append(group) }
    }
    if nextStored > stored.count / 2 {
      stored.removeFirst(nextStored)
      nextStored = 0
    }
    if !groups.isEmpty { _ = run(steps, emptyRows(table), in: table) }
    return groups
  }

  /// The first clock, to the millisecond, at which `expire` of a millisecond before finds a row; nil without one.
  var nextExpiry: Int64? {
    guard case .range(let preceding?) = spec.frame, nextStored < stored.count else { return nil }
    let (time, overflow) = stored[nextStored].time.addingReportingOverflow(preceding)
    return overflow ? nil : time - time % 1_000 + 1_000
  }

  /// No rows, for steps at which only others leave.
  private func emptyRows(_ table: KeyedTable) -> [Column] {
    let count = (kept.last ?? 0) + 1
    var rows = [Column](repeating: .int64(FixedColumn([])), count: max(count, time + 1))
    for (position, column) in zip(kept, queue.map { table.queues[$0].columns } ?? []) { rows[position] = column.gather([]) }
    return rows
  }

  func isEmpty(_ group: Int32, in table: KeyedTable) -> Bool { queue.map { table.queues[$0].first(of: group) == 0 } ?? false }
}

extension OverFrame {
  var isRange: Bool {
    if case .range = self { return true }
    return false
  }
}
