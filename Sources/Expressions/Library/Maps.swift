//  Functions of maps, which are lists of rows (key, value).

import Columnar

extension FunctionLibrary {
  static let maps: [FunctionDefinition] = [
    FunctionDefinition("MAP_KEYS", [.map], gives: { .array(entry($0[0]).key) }) { _ in
      { (arguments, _) throws(EvaluationError) in try child(arguments, 0) }
    },
    FunctionDefinition("MAP_VALUES", [.map], gives: { .array(entry($0[0]).value) }) { _ in
      { (arguments, _) throws(EvaluationError) in try child(arguments, 1) }
    },
    FunctionDefinition(
      "MAP_ENTRIES", [.map],
      gives: { types in
        let (key, value) = entry(types[0])
        return .array(.row([Field("key", key), Field("value", value)]))
      }
    ) { _ in { (arguments, _) in arguments[0] } },
    FunctionDefinition(
      "MAP_FROM_ARRAYS", [.array, .array], gives: { .map(key: elementType($0[0]), value: elementType($0[1])) }, canFail: true
    ) { _ in
      { (arguments, _) throws(EvaluationError) in
        let keys = arguments[0].filled(arguments.count)
        let values = arguments[1].filled(arguments.count)
        guard case .list(let keys) = keys, case .list(let values) = values else { throw EvaluationError("MAP_FROM_ARRAYS takes arrays") }
        var offsets: [Int32] = [0]
        var keyPlaces: [Int32] = []
        var valuePlaces: [Int32] = []
        var validity = ValidityBuilder()
        for row in 0..<arguments.count {
          let length = keys.offsets[row + 1] - keys.offsets[row]
          if arguments.isValid(row) {
            guard length == values.offsets[row + 1] - values.offsets[row] else {
              throw EvaluationError("MAP_FROM_ARRAYS takes as many keys as values")
            }
            keyPlaces += keys.offsets[row]..<keys.offsets[row + 1]
            valuePlaces += values.offsets[row]..<values.offsets[row + 1]
            validity.appendValid()
          } else {
            validity.appendNull()
          }
          offsets.append(Int32(keyPlaces.count))
        }
        let entries = RowColumn([keys.elements.take(keyPlaces), values.elements.take(valuePlaces)], count: keyPlaces.count)
        return arguments.result(.list(ListColumn(offsets: offsets, elements: .row(entries), validity: validity.finish())))
      }
    },
    // A key of several maps has the value that the last one gives it.
    FunctionDefinition("MAP_UNION", [.map, .likeFirst], required: 1, isVariadic: true, gives: { $0[0] }) {
      (shape) throws(EvaluationError) in
      let keyType = entry(shape.types[0]).key
      return { (arguments, _) throws(EvaluationError) in
        return lastOfEachKey(arguments, keyType: keyType)
      }
    },
  ]

  private static func entry(_ map: DataType) -> (key: DataType, value: DataType) {
    if case .map(let key, let value) = map { (key, value) } else { (map, map) }
  }

  private static func child(_ arguments: Arguments, _ index: Int) throws(EvaluationError) -> Datum {
    guard case .list(let list) = arguments[0].column, case .row(let entries) = list.elements else {
      throw EvaluationError("a map is expected")
    }
    return arguments.result(.list(ListColumn(offsets: list.offsets, elements: entries.children[index], validity: list.validity)))
  }
}

/// The entries of all arguments as one map, each key where it stood first, with the last of its values.
func lastOfEachKey(_ arguments: Arguments, keyType: DataType) -> Datum {
  let sources = Array(arguments.data.indices)
  guard case .row(let entries) = arguments.elementColumns(sources) else { preconditionFailure("a map holds rows") }
  return arguments.pickElements(from: sources) { _, lists in
    var places: [Value: Int] = [:]
    var picked: [Int32] = []
    for position in lists.joined() {
      let key = entries.children[0].value(at: Int(position), type: keyType)
      if let place = places[key] {
        picked[place] = position
      } else {
        places[key] = picked.count
        picked.append(position)
      }
    }
    return picked
  }
}
