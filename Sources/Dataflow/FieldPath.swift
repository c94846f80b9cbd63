//  Which part of a column is read. A source that can read fields of a ROW by themselves never makes the ROW.
//  Source: Flink's SupportsProjectionPushDown with nested projections; the names are those of its Projection.

import Columnar

/// A column, a field of a column that is a ROW, or a field of that.
public struct FieldPath: Hashable, Sendable, Codable {
  /// Positions of fields, from the outermost ROW inwards; empty for the column itself.
  public var fields: [Int]
  /// Only whether the ROW is there is asked: what is read is a ROW without fields, NULL where the ROW is.
  public var isPresence: Bool

  public init(_ fields: [Int] = [], isPresence: Bool = false) {
    self.fields = fields
    self.isPresence = isPresence
  }

  /// Whether the other one can be taken out of what this one reads.
  public func holds(_ other: FieldPath) -> Bool {
    isPresence ? self == other : !other.isPresence && other.fields.starts(with: fields)
  }

  /// What is read of a column; NULL where a ROW on the way is.
  public func field(of column: Field) -> Field {
    var field = column
    for index in fields {
      guard case .row(let inner) = field.type, inner.indices.contains(index) else { preconditionFailure("a path leads through ROWs") }
      field = Field("\(field.name)_\(inner[index].name)", inner[index].type, isNullable: field.isNullable || inner[index].isNullable)
    }
    if isPresence { field.type = .row([]) }
    return field
  }

  /// The name, or, where another one is called so already, the name and a number.
  public static func unique(_ name: String, among names: inout Set<String>) -> String {
    var unique = name
    var number = 0
    while !names.insert(unique).inserted {
      unique = "\(name)_$\(number)"
      number += 1
    }
    return unique
  }
}
