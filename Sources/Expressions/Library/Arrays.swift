//  Functions of arrays. Each picks elements of its arguments by their positions, so that any element type works alike.
//  Elements are equal as `IS NOT DISTINCT FROM` has it: NULL equals NULL.

import Columnar

extension FunctionLibrary {
  static let arrays: [FunctionDefinition] = [
    FunctionDefinition("ARRAY_CONTAINS", [.array, .elementOfFirst], gives: { _ in .boolean }, isStrict: false) {
      (shape) throws(EvaluationError) in
      test(shape) { found, _ in .boolean(found != nil) }
    },
    FunctionDefinition("ARRAY_POSITION", [.array, .elementOfFirst], gives: { _ in .int32 }) { (shape) throws(EvaluationError) in
      test(shape) { found, needle in needle == .null ? .null : .integer(Int64(found ?? 0)) }
    },
    // The only element; NULL of an empty array.
    FunctionDefinition("ELEMENT", [.array], gives: { elementType($0[0]) }, nullability: .always, canFail: true) {
      (shape) throws(EvaluationError) in
      pickOne(shape) { elements throws(EvaluationError) in
        if elements.count > 1 { throw EvaluationError("ELEMENT takes an array of at most one element, not of \(elements.count)") }
        return elements.first
      }
    },
    FunctionDefinition("ARRAY_MAX", [.array], gives: { elementType($0[0]) }, nullability: .always) { (shape) throws(EvaluationError) in
      extreme(shape, isMax: true)
    },
    FunctionDefinition("ARRAY_MIN", [.array], gives: { elementType($0[0]) }, nullability: .always) { (shape) throws(EvaluationError) in
      extreme(shape, isMax: false)
    },
    FunctionDefinition("ARRAY_APPEND", [.array, .elementOfFirst], gives: { $0[0] }, isStrict: false) { (shape) throws(EvaluationError) in
      pick(shape) { row in row[0] + row[1] }
    },
    FunctionDefinition("ARRAY_PREPEND", [.array, .elementOfFirst], gives: { $0[0] }, isStrict: false) { (shape) throws(EvaluationError) in
      pick(shape) { row in row[1] + row[0] }
    },
    FunctionDefinition("ARRAY_CONCAT", [.array, .likeFirst], required: 1, isVariadic: true, gives: { $0[0] }) {
      (shape) throws(EvaluationError) in
      pick(shape) { row in row.lists.flatMap { $0 } }
    },
    FunctionDefinition("ARRAY_REVERSE", [.array], gives: { $0[0] }) { (shape) throws(EvaluationError) in
      pick(shape) { row in row[0].reversed() }
    },
    FunctionDefinition("ARRAY_DISTINCT", [.array], gives: { $0[0] }) { (shape) throws(EvaluationError) in
      pick(shape) { row in row.distinct(row[0]) }
    },
    FunctionDefinition("ARRAY_UNION", [.array, .likeFirst], gives: { $0[0] }) { (shape) throws(EvaluationError) in
      pick(shape) { row in row.distinct(row[0] + row[1]) }
    },
    FunctionDefinition("ARRAY_EXCEPT", [.array, .likeFirst], gives: { $0[0] }) { (shape) throws(EvaluationError) in
      pick(shape) { row in
        let others = Set(row[1].map { row.value($0) })
        return row.distinct(row[0].filter { !others.contains(row.value($0)) })
      }
    },
    FunctionDefinition("ARRAY_INTERSECT", [.array, .likeFirst], gives: { $0[0] }) { (shape) throws(EvaluationError) in
      pick(shape) { row in
        let others = Set(row[1].map { row.value($0) })
        return row.distinct(row[0].filter { others.contains(row.value($0)) })
      }
    },
    FunctionDefinition("ARRAY_REMOVE", [.array, .elementOfFirst], gives: { $0[0] }, isStrict: false) { (shape) throws(EvaluationError) in
      pick(shape) { row in
        let needle = row.value(row[1][0])
        return row[0].filter { row.value($0) != needle }
      }
    },
    // (array, from[, to]): positions from 1 or, negative, from the end; both ends included.
    FunctionDefinition("ARRAY_SLICE", [.array, .type(.int32), .type(.int32)], required: 2, gives: { $0[0] }) { _ in
      { (arguments, _) throws(EvaluationError) in
        let starts = arguments.vector(1, Int32.self)
        let ends = arguments.data.count > 2 ? arguments.vector(2, Int32.self) : nil
        return arguments.pickElements(from: [0]) { row, picked in
          func index(_ position: Int32) -> Int { position < 0 ? picked[0].count + Int(position) : max(Int(position) - 1, 0) }
          let first = max(index(starts[row]), 0)
          let last = ends.map { min(index($0[row]), picked[0].count - 1) } ?? picked[0].count - 1
          return first <= last ? Array(picked[0][first...last]) : []
        }
      }
    },
    // (array[, separator of NULL]): NULL elements are left out unless something stands for them.
    FunctionDefinition("ARRAY_JOIN", [.type(.array(.string)), .type(.string), .type(.string)], required: 2, gives: { _ in .string }) { _ in
      { (arguments, _) throws(EvaluationError) in
        guard case .list(let list) = arguments[0].column, case .bytes(let elements) = list.elements else {
          throw EvaluationError("ARRAY_JOIN takes an array of strings")
        }
        let separators = arguments.bytes(1)
        let fillings = arguments.data.count > 2 ? arguments.bytes(2) : nil
        return try arguments.mapToBytes { row, text in
          let source = arguments[0].index(row)
          var isFirst = true
          for index in Int(list.offsets[source])..<Int(list.offsets[source + 1]) where elements.isValid(index) || fillings != nil {
            if !isFirst { separators.with(row) { text.append(contentsOf: $0) } }
            isFirst = false
            if elements.isValid(index) {
              elements.withBytes(at: index) { text.append(contentsOf: $0) }
            } else {
              fillings?.with(row) { text.append(contentsOf: $0) }
            }
          }
          return true
        }
      }
    },
  ]

  static func elementType(_ array: DataType) -> DataType { if case .array(let element) = array { element } else { array } }

  /// What one row may pick from: for each argument its elements, and what is at each of these positions.
  struct PickRow {
    let lists: [[Int32]]
    let elements: Column
    let type: DataType

    subscript(index: Int) -> [Int32] { lists[index] }
    func value(_ position: Int32) -> Value { elements.value(at: Int(position), type: type) }

    /// The first of each value.
    func distinct(_ positions: [Int32]) -> [Int32] {
      var seen: Set<Value> = []
      return positions.filter { seen.insert(value($0)).inserted }
    }
  }

  private static func pick(_ shape: FunctionShape, _ choose: @escaping @Sendable (PickRow) -> [Int32]) -> FunctionDefinition.Kernel {
    let type = elementType(shape.types[0])
    return { (arguments, _) throws(EvaluationError) in
      let sources = Array(arguments.data.indices)
      let elements = arguments.elementColumns(sources)
      return arguments.pickElements(from: sources) { _, lists in choose(PickRow(lists: lists, elements: elements, type: type)) }
    }
  }

  private static func pickOne(
    _ shape: FunctionShape, _ choose: @escaping @Sendable ([Int32]) throws(EvaluationError) -> Int32?
  ) -> FunctionDefinition.Kernel {
    { (arguments, _) throws(EvaluationError) in
      guard case .list(let list) = arguments[0].column else { throw EvaluationError("ELEMENT takes an array") }
      let null = Int32(list.elements.count)
      var places: [Int32] = []
      for row in 0..<arguments.count {
        let source = arguments[0].index(row)
        guard list.validity?.isValid(source) ?? true else {
          places.append(null)
          continue
        }
        places.append(try choose(Array(list.offsets[source]..<list.offsets[source + 1])) ?? null)
      }
      return arguments.result(Column.concatenate([list.elements, Datum(constant: .null, shape.type).column]).take(places))
    }
  }

  private static func extreme(_ shape: FunctionShape, isMax: Bool) -> FunctionDefinition.Kernel {
    { (arguments, context) throws(EvaluationError) in
      guard case .list(let list) = arguments[0].column else { throw EvaluationError("an array is expected") }
      let elements = list.elements
      let kernel = pickOne(shape) { positions throws(EvaluationError) in
        var best: Int32?
        for position in positions where elements.isValid(Int(position)) {
          guard let old = best else {
            best = position
            continue
          }
          let pair = Arguments([Datum(elements.take([position])), Datum(elements.take([old]))], rowCount: 1)
          if Bool.unwrap(compare(isMax ? .greater : .less, pair, type: shape.type).column).values[0] { best = position }
        }
        return best
      }
      return try kernel(arguments, context)
    }
  }

  /// A value from where (from 1) the second argument stands in the array, nil if nowhere.
  private static func test(_ shape: FunctionShape, _ give: @escaping @Sendable (Int?, Value) -> Value) -> FunctionDefinition.Kernel {
    let type = elementType(shape.types[0])
    return { (arguments, _) throws(EvaluationError) in
      guard case .list(let list) = arguments[0].column else { throw EvaluationError("an array is expected") }
      let builder = ColumnBuilder(shape.type)
      for row in 0..<arguments.count {
        let source = arguments[0].index(row)
        guard list.validity?.isValid(source) ?? true else {
          builder.appendNull()
          continue
        }
        let needle = arguments[1].column.value(at: arguments[1].index(row), type: type)
        let range = Int(list.offsets[source])..<Int(list.offsets[source + 1])
        let found = range.first { list.elements.value(at: $0, type: type) == needle }
        builder.append(give(found.map { $0 - range.lowerBound + 1 }, needle))
      }
      return arguments.result(builder.finish())
    }
  }
}

extension Arguments {
  /// The elements of the arguments, one column after the other; an argument that is no list is its own element.
  func elementColumns(_ sources: [Int]) -> Column {
    Column.concatenate(
      sources.map { source in if case .list(let list) = data[source].column, isList(source) { list.elements } else { data[source].column } }
    )
  }

  /// Only the first argument and those of its layout and elements are lists to pick from.
  private func isList(_ source: Int) -> Bool {
    guard case .list(let first) = data[0].column, case .list(let list) = data[source].column else { return false }
    return source == 0 || first.elements.layout == list.elements.layout
  }

  /// Lists of elements that `choose` picks for each row from those of the arguments, by their positions in `elementColumns`.
  func pickElements(from sources: [Int], _ choose: (Int, [[Int32]]) -> [Int32]) -> Datum {
    var bases: [Int32] = []
    var total: Int32 = 0
    for source in sources {
      bases.append(total)
      if case .list(let list) = data[source].column, isList(source) {
        total += Int32(list.elements.count)
      } else {
        total += Int32(data[source].column.count)
      }
    }
    var places: [Int32] = []
    var offsets: [Int32] = [0]
    var validity = ValidityBuilder()
    for row in 0..<count {
      var lists: [[Int32]] = []
      var isNull = false
      for (source, base) in zip(sources, bases) {
        let index = data[source].index(row)
        if case .list(let list) = data[source].column, isList(source) {
          if !data[source].column.isValid(index) { isNull = true }
          lists.append((list.offsets[index]..<list.offsets[index + 1]).map { $0 + base })
        } else {
          lists.append([Int32(index) + base])
        }
      }
      if isNull || (data.count > sources.count && !isValid(row)) {
        validity.appendNull()
      } else {
        places += choose(row, lists)
        validity.appendValid()
      }
      offsets.append(Int32(places.count))
    }
    let elements = elementColumns(sources).take(places)
    return result(.list(ListColumn(offsets: offsets, elements: elements, validity: validity.finish())))
  }
}
