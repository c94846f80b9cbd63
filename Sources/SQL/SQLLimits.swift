//  What a script may ask of the compiler. Each bound is far above what people write and far below what hurts; going over
//  one is a mistake with a place and a message, never a trap.

enum SQLLimits {
  /// Bytes of a script.
  static let scriptByteCountMax = 1 << 20
  /// Statements, queries, types and parentheses inside each other, as the parser recurses.
  static let nestingDepthMax = 64
  /// Height of an expression as written; chains of AND, OR and || count as one.
  static let syntaxDepthMax = 64
  /// Height of a typed expression, with its casts and with views expanded. A job graph written as JSON stays within
  /// the 512 levels that decoders take.
  static let expressionDepthMax = 96
  /// Nodes of one expression after views have been expanded into it.
  static let expressionNodeCountMax = 20_000
  /// Nodes up to which an expression is copied into the one that uses it.
  static let inlinedNodeCountMax = 2_000
  /// Columns of a table or a query.
  static let columnCountMax = 4_096
  /// Operators of a job before optimisation, with every view expanded.
  static let planNodeCountMax = 1_000
  /// Operators on one path from a source, which bounds recursion over plans.
  static let planHeightMax = 128
  /// Sets of columns that one GROUP BY may group by: each row is aggregated once for each. A set is also one bit for each column.
  static let groupingSetCountMax = 256
  static let groupingColumnCountMax = 31
  /// Values of one VALUES, over all rows.
  static let valuesCountMax = 100_000
  static let identifierByteCountMax = 256
  /// Digits of a numeric literal: what DECIMAL holds.
  static let numberDigitCountMax = 38
  /// Tables, views and jobs of one script.
  static let statementCountMax = 10_000
  static let parallelismMax = 32_768
  /// Characters of a source line that an error shows.
  static let renderedLineCountMax = 120
  /// Rows of a key that a Top-N may keep: with their ranks in the output, one row that comes changes as many.
  static let rankMax = 10_000
  /// Rows before the one at hand that a ROWS frame or LAG may reach back to.
  static let frameRowsMax = 100_000_000
}
