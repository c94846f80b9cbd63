//  CAST and TRY_CAST between all types, by Flink's rules since 1.15: text that does not parse is an error (NULL under TRY_CAST),
//  narrowing of numbers wraps as in Java, decimals that do not fit are NULL, CHAR(n) pads and VARCHAR(n) truncates.
//  Source: Flink's "Data Types" page, table of CAST; the cast rules of flink-table-planner.

import Columnar

enum Cast {
  /// Whether some value of the one type is an error in the other.
  static func canFail(from source: DataType, to target: DataType) -> Bool {
    switch (source, target) {
    case (.null, _): return false
    case (_, .char), (_, .varchar), (_, .binary), (_, .varbinary): return false
    case (.char, _), (.varchar, _): return true
    case (.float32, .decimal), (.float64, .decimal): return true
    case (.array(let source), .array(let target)), (.multiset(let source), .multiset(let target)): return canFail(from: source, to: target)
    case (.map(let sourceKey, let source), .map(let targetKey, let target)):
      return canFail(from: sourceKey, to: targetKey) || canFail(from: source, to: target)
    case (.row(let sources), .row(let targets)): return zip(sources, targets).contains { canFail(from: $0.type, to: $1.type) }
    default: return false
    }
  }

  /// - Throws: If there is no such cast, whatever the value.
  static func check(from source: DataType, to target: DataType) throws(EvaluationError) {
    _ = try apply(
      Datum(ColumnBuilder(source).finish()), from: source, to: target, isTry: true, rowCount: 0, EvaluationContext(nowMicroseconds: 0))
  }

  /// Whether the session's time zone matters.
  static func dependsOnContext(from source: DataType, to target: DataType) -> Bool {
    func hasZone(_ type: DataType) -> Bool {
      switch type {
      case .timestampLTZ: true
      case .array(let element), .multiset(let element): hasZone(element)
      case .map(let key, let value): hasZone(key) || hasZone(value)
      case .row(let fields): fields.contains { hasZone($0.type) }
      default: false
      }
    }
    return hasZone(source) || hasZone(target)
  }

  static func apply(
    _ datum: Datum, from source: DataType, to target: DataType, isTry: Bool, rowCount: Int, _ context: EvaluationContext
  ) throws(EvaluationError) -> Datum {
    if source == target { return datum }
    if source == .null || datum.isNullConstant { return Datum(constant: .null, target) }
    let arguments = Arguments([datum], rowCount: rowCount)
    let casting = Casting(arguments: arguments, source: source, target: target, isTry: isTry, context: context)
    return try casting.result()
  }
}

/// One cast over one column.
struct Casting {
  let arguments: Arguments
  let source: DataType
  let target: DataType
  let isTry: Bool
  let context: EvaluationContext

  /// Characters of a value that an error message shows.
  private static let shownLength = 100

  var unsupported: EvaluationError { EvaluationError("a cast from \(source) to \(target) is not supported") }

  func result() throws(EvaluationError) -> Datum {
    switch target {
    case .char(let length), .varchar(let length): return try toText(length: length)
    case .binary(let length), .varbinary(let length): return try toBinary(length: length)
    case .array, .map, .multiset, .row: return try toNested()
    case .boolean: return try toBoolean()
    case .int8, .int16, .int32, .int64, .float32, .float64, .decimal:
      return source.isCharacter ? try parseNumber() : try toNumber()
    case .date, .time, .timestamp, .timestampLTZ: return try toTime()
    case .intervalMonths, .intervalTime: return try toInterval()
    case .null: throw unsupported
    }
  }

  /// What to do with a value that does not convert: NULL, or an error that shows it.
  func refuse(_ row: Int) throws(EvaluationError) {
    if isTry { return }
    var text: [UInt8] = []
    arguments[0].column.appendText(row: arguments[0].index(row), type: source, style: .sql, into: &text)
    let shown = String(decoding: text.prefix(Self.shownLength), as: UTF8.self)
    throw EvaluationError(
      "cannot cast '\(shown)\(text.count > Self.shownLength ? "..." : "")' from \(source) to \(target); TRY_CAST gives NULL for it")
  }

  /// Parses every string, blanks around it dropped unless that is not wanted.
  @inline(__always)
  func parse<Element: ColumnElement>(
    _: Element.Type, isTrimmed: Bool = true, _ parse: (UnsafeRawBufferPointer) -> Element?
  ) throws(EvaluationError) -> Datum {
    let texts = arguments.bytes(0)
    return try arguments.mapRows(Element.self) { row throws(EvaluationError) -> Element? in
      if let value = texts.with(row, { parse(isTrimmed ? trimmed($0) : $0) }) { return value }
      try refuse(row)
      return nil
    }
  }

  private func toBoolean() throws(EvaluationError) -> Datum {
    if source.isCharacter { return try parse(Bool.self, isTrimmed: false, parseBoolean) }
    guard source.isNumeric else { throw unsupported }
    switch arguments[0].column {
    case .int8: return arguments.result(flags(Int8.self) { $0 != 0 })
    case .int16: return arguments.result(flags(Int16.self) { $0 != 0 })
    case .int32: return arguments.result(flags(Int32.self) { $0 != 0 })
    case .int64: return arguments.result(flags(Int64.self) { $0 != 0 })
    case .int128: return arguments.result(flags(Int128.self) { $0 != 0 })
    case .float32: return arguments.result(flags(Float.self) { $0 != 0 })
    case .float64: return arguments.result(flags(Double.self) { $0 != 0 })
    default: throw unsupported
    }
  }

  @inline(__always)
  private func flags<Element: ColumnElement>(_: Element.Type, _ operation: (Element) -> Bool) -> [Bool] {
    map(arguments.vector(0, Element.self), operation)
  }

  private func toInterval() throws(EvaluationError) -> Datum {
    switch (source, target) {
    case (.int8, .intervalMonths), (.int16, .intervalMonths), (.int32, .intervalMonths), (.int64, .intervalMonths):
      return try Casting(arguments: arguments, source: source, target: .int32, isTry: isTry, context: context).result()
    case (.int8, .intervalTime), (.int16, .intervalTime), (.int32, .intervalTime), (.int64, .intervalTime):
      let wide = try Cast.apply(arguments[0], from: source, to: .int64, isTry: isTry, rowCount: arguments.count, context)
      let milliseconds = Vector(Int64.unwrap(wide.column).values, isConstant: wide.isConstant)
      return arguments.result(map(milliseconds) { $0 &* Microseconds.perMillisecond })
    default: throw unsupported
    }
  }
}

extension ListColumn {
  /// The same lists, NULL and empty where `validity` says null.
  fileprivate func keeping(_ validity: Validity) -> ListColumn {
    var places: [Int32] = []
    var kept: [Int32] = [0]
    for row in 0..<count {
      if validity.isValid(row) { places += offsets[row]..<offsets[row + 1] }
      kept.append(Int32(places.count))
    }
    return ListColumn(offsets: kept, elements: elements.take(places), validity: validity)
  }
}

extension Casting {
  /// Arrays, maps and rows element by element.
  private func toNested() throws(EvaluationError) -> Datum {
    switch arguments[0].column {
    case .list(let list):
      guard let inner = source.listElement, let outer = target.listElement else { throw unsupported }
      let elements = try castColumn(list.elements, from: inner, to: outer)
      let converted = ListColumn(offsets: list.offsets, elements: elements, validity: list.validity)
      guard isTry, let validity = withoutFailures(list, list.elements, elements) else { return arguments.result(.list(converted)) }
      return arguments.result(.list(converted.keeping(validity)))
    case .row(let row):
      guard case .row(let sources) = source, case .row(let targets) = target, sources.count == targets.count else { throw unsupported }
      var children: [Column] = []
      for (index, child) in row.children.enumerated() {
        children.append(try castColumn(child, from: sources[index].type, to: targets[index].type))
      }
      guard isTry else { return arguments.result(.row(RowColumn(children, count: row.count, validity: row.validity))) }
      let validity = Validity.from(count: row.count) { index in
        (row.validity?.isValid(index) ?? true)
          && zip(row.children, children).allSatisfy { $0.isValid(index) == $1.isValid(index) }
      }
      return arguments.result(.row(RowColumn(children, count: row.count, validity: validity)))
    default: throw unsupported
    }
  }

  /// TRY_CAST gives NULL for the whole list if one of its elements does not convert.
  private func withoutFailures(_ list: ListColumn, _ before: Column, _ after: Column) -> Validity? {
    Validity.from(count: list.count) { row in
      guard list.validity?.isValid(row) ?? true else { return false }
      return (list.offsets[row]..<list.offsets[row + 1]).allSatisfy { isConverted(before, after, Int($0)) }
    }
  }

  private func isConverted(_ before: Column, _ after: Column, _ index: Int) -> Bool {
    guard before.isValid(index) == after.isValid(index) else { return false }
    if case .row(let old) = before, case .row(let new) = after, before.isValid(index) {
      return zip(old.children, new.children).allSatisfy { isConverted($0, $1, index) }
    }
    return true
  }

  private func castColumn(_ column: Column, from source: DataType, to target: DataType) throws(EvaluationError) -> Column {
    return try Cast.apply(Datum(column), from: source, to: target, isTry: isTry, rowCount: column.count, context).filled(column.count)
  }
}
