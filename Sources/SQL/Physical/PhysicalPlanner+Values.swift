//  VALUES becomes a source that carries its rows. What is no literal is computed where the source computes declared columns.

import Columnar
import Dataflow
import Expressions

extension PhysicalPlanner {
  func values(_ node: ValuesNode) -> PhysicalNode {
    let rowNumber = node.columns.count
    let literals = node.rows.map { row in row.map { if case .literal(let value, _) = $0 { value } else { Value?.none } } }
    var rows = literals.map { row in row.map { $0 ?? .null } }
    var declared = node.columns.map { Field($0.name, $0.type) }
    let columns = node.columns.indices.map { index in
      let branches = node.rows.indices.filter { literals[$0][index] == nil }.map { row in
        Expression.Branch(
          .call(.equal, [.column(rowNumber, .int64), .literal(.integer(Int64(row)), .int64)], .boolean), node.rows[row][index])
      }
      let literal = Expression.column(index, node.columns[index].type)
      return branches.isEmpty ? literal : .conditional(branches, otherwise: literal, node.columns[index].type)
    }
    let isComputed = literals.contains { $0.contains { $0 == nil } }
    if isComputed {
      declared.append(Field("$row", .int64, isNullable: false))
      for row in rows.indices { rows[row].append(.integer(Int64(row))) }
    }
    let tuples = node.rows.map { row in "{ \(row.map { ExpressionText.render($0, []) }.joined(separator: ", ")) }" }.joined(separator: ", ")
    // Other rows are another source: a position among the old ones says nothing about them.
    let identity = Digest("values:\(node.columns.map { "\($0.type)" }):\(tuples)")
    return PhysicalNode(
      spec: .source(
        SourceSpec(
          table: "values", connector: "values", options: [:], declared: Schema(declared), projection: Array(declared.indices),
          columns: isComputed ? columns : [], rows: rows)),
      name: "Source: Values(tuples=[[\(ExpressionText.shortened(tuples))]])", inputs: [], output: Self.schema(node.columns), parallelism: 1,
      changes: .insertOnly, originatesChanges: true, lineage: node.columns.indices.map { Digest("value:\($0)", [identity]) },
      origin: identity, identity: identity)
  }
}
