//  What expressions read of columns that are ROWs: the column, or only some of its fields.

import Columnar
import Dataflow
import Expressions

/// The columns and fields that expressions read, none of them twice and none within another.
struct FieldReads {
  struct Read: Hashable {
    var column: Int
    var path: FieldPath
    /// Of what is read: a ROW without fields where only its presence is asked for.
    var type: DataType

    var isWhole: Bool { path == FieldPath() }
  }

  /// By column, then by path.
  private(set) var reads: [Read]

  /// - Parameter mayRead: whether fields of this column may be read by themselves; otherwise the column is read.
  init(_ expressions: [Expression], mayRead: (Int) -> Bool) {
    var found: Set<Read> = []
    for expression in expressions { Self.collect(expression, mayRead, &found) }
    reads = found.filter { read in !found.contains { $0 != read && $0.column == read.column && $0.path.holds(read.path) } }.sorted {
      if $0.column != $1.column { return $0.column < $1.column }
      if $0.path.fields != $1.path.fields { return $0.path.fields.lexicographicallyPrecedes($1.path.fields) }
      return $0.path.isPresence && !$1.path.isPresence
    }
  }

  private static func collect(_ expression: Expression, _ mayRead: (Int) -> Bool, _ found: inout Set<Read>) {
    if let read = read(expression) {
      found.insert(mayRead(read.column) ? read : Read(column: read.column, path: FieldPath(), type: columnType(expression)))
    } else {
      for child in expression.children { collect(child, mayRead, &found) }
    }
  }

  /// The same expression, reading `.column(position)` of `reads` in place of what it read.
  func rewritten(_ expression: Expression) -> Expression {
    guard let wanted = Self.read(expression) else { return expression.mapChildren(rewritten) }
    let position = reads.firstIndex { $0.column == wanted.column && $0.path.holds(wanted.path) }
    guard let position else {
      // The ROW itself is read where its presence could not be.
      let whole = reads.firstIndex { $0.column == wanted.column && $0.isWhole } ?? 0
      return expression.mapColumns { _ in whole }
    }
    return Self.rebuilt(
      expression, depth: wanted.path.fields.count - reads[position].path.fields.count, over: position, reads[position].type)
  }

  /// The expression with all but its outermost `depth` fields replaced by a column.
  private static func rebuilt(_ expression: Expression, depth: Int, over position: Int, _ type: DataType) -> Expression {
    switch expression {
    case .field(let inner, let index, let fieldType) where depth > 0:
      .field(rebuilt(inner, depth: depth - 1, over: position, type), index, fieldType)
    case .call(let function, let arguments, let result):
      .call(function, arguments.map { rebuilt($0, depth: depth, over: position, type) }, result)
    default: .column(position, type)
    }
  }

  /// What an expression that does nothing but read reads: a column, a field, or whether a ROW is NULL.
  private static func read(_ expression: Expression) -> Read? {
    switch expression {
    case .column(let index, let type): return Read(column: index, path: FieldPath(), type: type)
    case .field(let inner, let index, let type):
      guard var read = read(inner), !read.path.isPresence else { return nil }
      read.path.fields.append(index)
      read.type = type
      return read
    case .call(.isNull, let arguments, _), .call(.isNotNull, let arguments, _):
      guard case .row = arguments[0].type, var read = read(arguments[0]), !read.path.isPresence else { return nil }
      read.path.isPresence = true
      read.type = .row([])
      return read
    default: return nil
    }
  }

  private static func columnType(_ expression: Expression) -> DataType {
    if case .column(_, let type) = expression { return type }
    return columnType(expression.children[0])
  }
}

extension FieldPath {
  /// What reads it of a column. Whether a ROW is there is asked by a test of the ROW.
  func expression(over column: Expression) -> Expression {
    let value = fields.reduce(column) { expression, index in
      guard case .row(let inner) = expression.type else { preconditionFailure("a path leads through ROWs") }
      return .field(expression, index, inner[index].type)
    }
    return isPresence ? .call(.isNotNull, [value], .boolean) : value
  }
}
