//  What a query computes for each row: a typed tree, plain data that crosses threads and the network.
//  The SQL binder builds it fully typed and with every implicit cast written out; evaluation never guesses.

import Columnar

/// A typed scalar expression over the columns of one batch.
public indirect enum Expression: Hashable, Sendable, Codable {
  /// The value of the input column at this position.
  case column(Int, DataType)
  case literal(Value, DataType)
  /// A built-in function or operator; arguments have exactly the types the function was resolved for.
  case call(ScalarFunction, [Expression], DataType)
  /// A function of the library, likewise.
  case function(LibraryFunction, [Expression], DataType)
  /// `CAST` fails the job on a value that does not convert; `TRY_CAST` gives NULL.
  case cast(Expression, to: DataType, isTry: Bool)
  /// `CASE`: the first branch whose condition is TRUE. Branches are evaluated only on the rows that reach them.
  case conditional([Branch], otherwise: Expression, DataType)
  /// A field of a ROW; NULL if the row is.
  case field(Expression, Int, DataType)

  public struct Branch: Hashable, Sendable, Codable {
    public var condition: Expression
    public var value: Expression
    public init(_ condition: Expression, _ value: Expression) {
      self.condition = condition
      self.value = value
    }
  }

  public var type: DataType {
    switch self {
    case .column(_, let type), .literal(_, let type), .call(_, _, let type), .function(_, _, let type), .conditional(_, _, let type),
      .field(_, _, let type):
      type
    case .cast(_, let type, _): type
    }
  }

  /// Direct subexpressions, in evaluation order.
  public var children: [Expression] {
    switch self {
    case .column, .literal: []
    case .call(_, let arguments, _), .function(_, let arguments, _): arguments
    case .cast(let inner, _, _): [inner]
    case .conditional(let branches, let otherwise, _): branches.flatMap { [$0.condition, $0.value] } + [otherwise]
    case .field(let inner, _, _): [inner]
    }
  }

  /// Whether it gives another value each time that it is computed for a row: a function such as RAND is in it.
  public var isRandom: Bool {
    if case .function(let function, _, _) = self, function.definition?.isDeterministic == false { return true }
    return children.contains(where: \.isRandom)
  }

  /// Positions of all input columns that the expression reads.
  public var columns: Set<Int> {
    if case .column(let index, _) = self { return [index] }
    return children.reduce(into: []) { $0.formUnion($1.columns) }
  }

  /// The same expression with every column position put through `position`.
  public func mapColumns(_ position: (Int) -> Int) -> Expression {
    switch self {
    case .column(let index, let type): .column(position(index), type)
    case .literal: self
    case .call(let function, let arguments, let type): .call(function, arguments.map { $0.mapColumns(position) }, type)
    case .function(let function, let arguments, let type): .function(function, arguments.map { $0.mapColumns(position) }, type)
    case .cast(let inner, let type, let isTry): .cast(inner.mapColumns(position), to: type, isTry: isTry)
    case .conditional(let branches, let otherwise, let type):
      .conditional(
        branches.map { Branch($0.condition.mapColumns(position), $0.value.mapColumns(position)) },
        otherwise: otherwise.mapColumns(position), type)
    case .field(let inner, let index, let type): .field(inner.mapColumns(position), index, type)
    }
  }
}
