//  GREATEST and LEAST, and the making and reading of rows, arrays and maps.

import Columnar

/// The largest or smallest of the arguments; NULL if one is.
func extreme(_ arguments: Arguments, type: DataType, isGreatest: Bool) -> Datum {
  var best = arguments[0]
  for next in arguments.data.dropFirst() {
    let pair = Arguments([best, next], rowCount: arguments.count)
    let isBetter = compare(isGreatest ? .greater : .less, Arguments([next, best], rowCount: arguments.count), type: type)
    let flags = Bool.unwrap(isBetter.column)
    let count = pair.count
    let taken = selectRows(count, nil) { flags.values[$0] }
    let kept = without(taken, nil, count: count)
    var pieces = Pieces(count: count)
    pieces.add(next.narrowed(to: taken), at: taken)
    pieces.add(best.narrowed(to: kept), at: kept)
    best = Datum(pieces.assembled(type).filled(count), isConstant: pair.isConstant)
  }
  guard let validity = arguments.validity else { return best }
  let valid = selectRows(arguments.count, nil) { validity.isValid($0) }
  var pieces = Pieces(count: arguments.count)
  pieces.add(best.narrowed(to: valid), at: valid)
  pieces.add(Datum(constant: .null, type), at: without(valid, nil, count: arguments.count))
  return pieces.assembled(type)
}

/// The first argument, if the second, a count, is nowhere above 1.
func onlyValue(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let counts = Int64.unwrap(arguments[1].filled(arguments.count))
  for row in 0..<arguments.count where counts.validity?.isValid(row) != false && counts.values[row] > 1 {
    throw EvaluationError("a subquery as a value gave more than one row; aggregate it, or write LIMIT 1")
  }
  return arguments[0]
}

/// The hash of the first argument, modulo the second.
func hashBucket(_ arguments: Arguments, type: DataType) -> Datum {
  let counts = arguments.vector(1, Int64.self)
  let hashes = PartitionHash.hashes([arguments[0].filled(arguments.count)], types: [type], rowCount: arguments.count)
  let buckets = hashes.enumerated().map { Int32(truncatingIfNeeded: $1 % UInt64(max(1, counts[$0]))) }
  return arguments.result(.int32(FixedColumn(buckets)))
}

func rowConstructor(_ arguments: Arguments) -> Datum {
  arguments.result(.row(RowColumn(arguments.data.map { $0.filled(arguments.count) }, count: arguments.count)))
}

/// Lists of as many elements as there are arguments.
func arrayConstructor(_ arguments: Arguments, type: DataType) -> Datum {
  guard let element = type.listElement, !arguments.data.isEmpty else { return Datum(constant: .list([]), type) }
  return arguments.result(lists(interleaved(arguments.data, count: arguments.count), of: arguments.data.count, element: element, arguments))
}

/// Maps from alternating keys and values; a key that is there twice has the last value.
func mapConstructor(_ arguments: Arguments, type: DataType) throws(EvaluationError) -> Datum {
  guard arguments.data.count % 2 == 0 else {
    throw EvaluationError("a map takes keys and values in turn, not \(arguments.data.count) of them")
  }
  guard let element = type.listElement, !arguments.data.isEmpty else { return Datum(constant: .list([]), type) }
  let entries = arguments.data.count / 2
  let keys = interleaved((0..<entries).map { arguments[2 * $0] }, count: arguments.count)
  let values = interleaved((0..<entries).map { arguments[2 * $0 + 1] }, count: arguments.count)
  let all = arguments.result(lists(.row(RowColumn([keys, values], count: keys.count)), of: entries, element: element, arguments))
  guard entries > 1, case .map(let keyType, _) = type else { return all }
  return lastOfEachKey(Arguments([all], rowCount: arguments.count), keyType: keyType)
}

private func lists(_ elements: Column, of length: Int, element: DataType, _ arguments: Arguments) -> Column {
  .list(ListColumn(offsets: (0...arguments.count).map { Int32($0 * length) }, elements: elements))
}

/// The first row of every argument, then the second of every one, and so on.
private func interleaved(_ data: [Datum], count: Int) -> Column {
  let all = Column.concatenate(data.map { $0.filled(count) })
  return all.take((0..<count).flatMap { row in data.indices.map { Int32($0 * count + row) } })
}

/// The element at a position from 1; NULL outside of the array.
func arrayElement(_ arguments: Arguments, type: DataType) -> Datum {
  guard case .list(let list) = arguments[0].column else { preconditionFailure("an array has the list layout") }
  let positions = arguments.vector(1, Int32.self)
  return pick(arguments, list.elements, type: type) { row in
    let source = arguments[0].index(row)
    let position = positions[row]
    let length = list.offsets[source + 1] - list.offsets[source]
    return position >= 1 && position <= length ? list.offsets[source] + position - 1 : nil
  }
}

/// The value under a key; NULL if the map has no such key.
func mapElement(_ arguments: Arguments, mapType: DataType, keyType: DataType, type: DataType) throws(EvaluationError) -> Datum {
  guard case .list(let list) = arguments[0].column, case .row(let entries) = list.elements, case .map(let storedKey, _) = mapType else {
    throw EvaluationError("\(mapType) has no keys")
  }
  return pick(arguments, entries.children[1], type: type) { row in
    let source = arguments[0].index(row)
    let key = arguments[1].column.value(at: arguments[1].index(row), type: keyType)
    return (list.offsets[source]..<list.offsets[source + 1]).last { entries.children[0].value(at: Int($0), type: storedKey) == key }
  }
}

/// Rows of `column` at the positions that `position` gives, NULL for nil.
private func pick(_ arguments: Arguments, _ column: Column, type: DataType, _ position: (Int) -> Int32?) -> Datum {
  let null = Int32(column.count)
  let places = (0..<arguments.count).map { row in arguments.isValid(row) ? position(row) ?? null : null }
  return arguments.result(Column.concatenate([column, Datum(constant: .null, type).column]).take(places))
}

func cardinality(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  guard case .list(let list) = arguments[0].column else { throw EvaluationError("only collections have a cardinality") }
  return arguments.result((0..<arguments.count).map { list.offsets[$0 + 1] - list.offsets[$0] })
}
