//  Expressions as written: names not looked up, types not known.

import Columnar

/// A name as written and where.
struct Identifier: Hashable, Sendable {
  var text: String
  var span: SourceSpan
}

/// The units of EXTRACT, FLOOR TO, TIMESTAMPDIFF and intervals.
enum TimeUnit: String, CaseIterable, Sendable {
  case year = "YEAR"
  case quarter = "QUARTER"
  case month = "MONTH"
  case week = "WEEK"
  case day = "DAY"
  case dayOfYear = "DOY"
  case dayOfWeek = "DOW"
  case hour = "HOUR"
  case minute = "MINUTE"
  case second = "SECOND"
  case millisecond = "MILLISECOND"
  case microsecond = "MICROSECOND"
  case nanosecond = "NANOSECOND"
  case epoch = "EPOCH"
  case decade = "DECADE"
  case century = "CENTURY"
  case millennium = "MILLENNIUM"
  case isoYear = "ISOYEAR"
  case isoDayOfWeek = "ISODOW"

  /// Microseconds of the units that have a fixed length.
  var microseconds: Int64? {
    switch self {
    case .week: 7 * 86_400_000_000
    case .day: 86_400_000_000
    case .hour: 3_600_000_000
    case .minute: 60_000_000
    case .second: 1_000_000
    case .millisecond: 1_000
    case .microsecond: 1
    default: nil
    }
  }

  /// Months of the units that are made of months.
  var months: Int64? {
    switch self {
    case .year: 12
    case .quarter: 3
    case .month: 1
    default: nil
    }
  }
}

struct ExpressionSyntax: Sendable {
  var kind: Kind
  var span: SourceSpan
  /// Height of the tree.
  var depth: Int

  indirect enum Kind: Sendable {
    /// `a`, `t.a`, `a.b.c`.
    case name([Identifier])
    case number(String)
    case string(String)
    case bytes(String)
    case boolean(Bool)
    case null
    /// DATE, TIME or TIMESTAMP and its text.
    case temporal(String, String)
    case interval(text: String, isNegative: Bool, from: TimeUnit, to: TimeUnit?)
    case negate(ExpressionSyntax)
    case not(ExpressionSyntax)
    /// Arithmetic and comparison, by its symbol.
    case binary(String, ExpressionSyntax, ExpressionSyntax)
    /// AND, OR or ||, two or more operands.
    case chain(String, [ExpressionSyntax])
    case call(CallSyntax)
    case cast(ExpressionSyntax, DataType, isTry: Bool)
    case conditional(operand: ExpressionSyntax?, branches: [(ExpressionSyntax, ExpressionSyntax)], otherwise: ExpressionSyntax?)
    /// IS [NOT] NULL, TRUE, FALSE, UNKNOWN.
    case test(ExpressionSyntax, String, isNegated: Bool)
    case distinctFrom(ExpressionSyntax, ExpressionSyntax, isNegated: Bool)
    case between(ExpressionSyntax, ExpressionSyntax, ExpressionSyntax, isNegated: Bool, isSymmetric: Bool)
    case inList(ExpressionSyntax, [ExpressionSyntax], isNegated: Bool)
    /// `x [NOT] IN (SELECT ...)`.
    case inQuery(ExpressionSyntax, QuerySyntax, isNegated: Bool)
    case exists(QuerySyntax)
    /// `(SELECT ...)` as a value.
    case scalarQuery(QuerySyntax)
    /// `x < ANY (SELECT ...)`, or ALL, by the comparison's symbol.
    case quantified(ExpressionSyntax, String, QuerySyntax, isAll: Bool)
    case like(ExpressionSyntax, ExpressionSyntax, escape: ExpressionSyntax?, isNegated: Bool)
    case array([ExpressionSyntax])
    case map([ExpressionSyntax])
    case row([ExpressionSyntax])
    case element(ExpressionSyntax, ExpressionSyntax)
    /// `(expression).name`.
    case field(ExpressionSyntax, Identifier)
  }

  init(_ kind: Kind, _ span: SourceSpan, over children: [ExpressionSyntax] = []) {
    self.kind = kind
    self.span = span
    depth = 1 + (children.lazy.map(\.depth).max() ?? 0)
  }
}

/// A function call, also in the forms with keywords between the arguments: `EXTRACT(unit FROM x)` has a unit and one
/// argument, `TRIM(LEADING c FROM x)` is `TRIM LEADING` of x and c.
struct CallSyntax: Sendable {
  /// Upper case.
  var name: String
  var nameSpan: SourceSpan
  var arguments: [ExpressionSyntax]
  var unit: TimeUnit?
  var isStar = false
  var isDistinct = false
  var filter: ExpressionSyntax?
  var over: OverSyntax?
}

/// `OVER (PARTITION BY ... ORDER BY ... frame)`, or `OVER name` of a window of the WINDOW clause.
struct OverSyntax: Sendable {
  struct Key: Sendable {
    var expression: ExpressionSyntax
    var isDescending: Bool
    /// Nil if the query does not say.
    var nullsFirst: Bool?
  }
  var name: Identifier?
  var partition: [ExpressionSyntax] = []
  var order: [Key] = []
  var frame: FrameSyntax?
  var span: SourceSpan
}

/// `ROWS BETWEEN 2 PRECEDING AND CURRENT ROW`.
struct FrameSyntax: Sendable {
  enum Bound: Sendable {
    case unboundedPreceding, preceding(ExpressionSyntax), currentRow, following
  }
  var isRows: Bool
  var lower: Bound
  var upper: Bound
  var span: SourceSpan
}
