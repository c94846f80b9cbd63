//  ARRAY_SORT.

import Columnar

extension FunctionLibrary {
  static let arraySort: [FunctionDefinition] = [
    // (array[, ascending[, NULL first]]): NULL comes first where it is not said and the order ascends; equal elements stay in order, and NaN is
    // greater than any other number.
    FunctionDefinition("ARRAY_SORT", [.sortableArray, .type(.boolean), .type(.boolean)], required: 1, gives: { $0[0] }) {
      (shape) throws(EvaluationError) in
      let type = elementType(shape.types[0])
      return { (arguments, _) throws(EvaluationError) in
        let elements = arguments.elementColumns([0])
        return arguments.pickElements(from: [0]) { row, lists in
          func flag(_ index: Int) -> Bool? {
            index < arguments.data.count ? arguments.vector(index, Bool.self)[row] : nil
          }
          let ascends = flag(1) ?? true
          let nulls = lists[0].filter { !elements.isValid(Int($0)) }
          let values = lists[0].filter { elements.isValid(Int($0)) }.map { (value: elements.value(at: Int($0), type: type), place: $0) }
          let sorted = values.sorted { left, right in
            let order =
              isNaN(left.value) || isNaN(right.value)
              ? (isNaN(left.value) ? 1 : 0) - (isNaN(right.value) ? 1 : 0) : valueOrder(left.value, right.value)
            return order == 0 ? left.place < right.place : (order < 0) == ascends
          }
          return flag(2) ?? ascends ? nulls + sorted.map(\.place) : sorted.map(\.place) + nulls
        }
      }
    }
  ]

  private static func isNaN(_ value: Value) -> Bool {
    switch value {
    case .float(let number): number.isNaN
    case .double(let number): number.isNaN
    default: false
    }
  }
}
