//  The string functions. Positions and lengths count characters; the strings are UTF-8 bytes throughout.

import Columnar

func stringFunction(
  _ function: ScalarFunction, _ arguments: Arguments, _ prepared: PreparedPattern?
) throws(EvaluationError) -> Datum {
  switch function {
  case .concat: return try concatenate(arguments)
  case .concatWS: return try concatenateWithSeparator(arguments)
  case .charLength:
    let texts = arguments.bytes(0)
    return arguments.result((0..<arguments.count).map { row in texts.with(row) { Int32(truncatingIfNeeded: characterCount($0)) } })
  case .upper, .lower: return try changeCase(arguments, isUpper: function == .upper)
  case .trimBoth, .trimLeading, .trimTrailing:
    return try trim(arguments, leading: function != .trimTrailing, trailing: function != .trimLeading)
  case .substring: return try substring(arguments)
  case .position:
    let needles = arguments.bytes(0)
    let texts = arguments.bytes(1)
    return try arguments.mapRows(Int32.self) { row in
      needles.with(row) { needle in
        texts.with(row) { text in
          firstOffset(of: needle, in: text).map { Int32(characterCount(UnsafeRawBufferPointer(rebasing: text[..<$0]))) + 1 } ?? 0
        }
      }
    }
  case .replace: return try replace(arguments)
  case .like: return try like(arguments, prepared)
  case .left, .right: return try ends(arguments, isLeft: function == .left)
  case .lpad, .rpad: return try pad(arguments, isLeft: function == .lpad)
  case .repeatString: return try repeatString(arguments)
  case .reverse:
    let texts = arguments.bytes(0)
    return try arguments.mapToBytes { row, result in
      texts.with(row) { text in for character in characters(text).reversed() { result.append(contentsOf: character) } }
      return true
    }
  case .splitIndex: return try splitIndex(arguments)
  case .startsWith, .endsWith:
    let texts = arguments.bytes(0)
    let parts = arguments.bytes(1)
    return arguments.result(
      (0..<arguments.count).map { row in
        texts.with(row) { text in parts.with(row) { isPrefix($0, of: text, at: function == .startsWith ? 0 : text.count - $0.count) } }
      })
  case .ascii:
    let texts = arguments.bytes(0)
    return arguments.result((0..<arguments.count).map { row in texts.with(row) { Int32(Int8(bitPattern: $0.first ?? 0)) } })
  case .chr:
    let codes = arguments.vector(0, Int64.self)
    return try arguments.mapToBytes { row, result in
      if codes[row] >= 0 { result.append(contentsOf: String(Unicode.Scalar(UInt8(truncatingIfNeeded: codes[row]))).utf8) }
      return true
    }
  default: throw EvaluationError("\(function.rawValue) is no string function")
  }
}

private func concatenate(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let texts = arguments.data.indices.map { arguments.bytes($0) }
  return try arguments.mapToBytes { row, result throws(EvaluationError) in
    for text in texts { text.with(row) { result.append(contentsOf: $0) } }
    try requireLength(result.count)
    return true
  }
}

/// A NULL separator makes the result NULL; NULL strings are left out.
private func concatenateWithSeparator(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let texts = arguments.data.indices.map { arguments.bytes($0) }
  let separators = Arguments([arguments[0]], rowCount: arguments.count)
  let builder = BytesColumnBuilder()
  for row in 0..<arguments.count {
    guard !arguments[0].isNullConstant, separators.isValid(row) else {
      builder.appendNull()
      continue
    }
    var result: [UInt8] = []
    var isFirst = true
    for (index, text) in texts.enumerated().dropFirst() where arguments[index].column.isValid(arguments[index].index(row)) {
      if !isFirst { texts[0].with(row) { result.append(contentsOf: $0) } }
      text.with(row) { result.append(contentsOf: $0) }
      isFirst = false
    }
    try requireLength(result.count)
    builder.append(result)
  }
  return arguments.result(.bytes(builder.finish()))
}

private func requireLength(_ byteCount: Int) throws(EvaluationError) {
  if byteCount > maxTextByteCount { throw EvaluationError("a text of \(byteCount) bytes is longer than \(maxTextByteCount)") }
}

private func changeCase(_ arguments: Arguments, isUpper: Bool) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let first = isUpper ? UInt8(ascii: "a") : UInt8(ascii: "A")
  return try arguments.mapToBytes { row, result in
    texts.with(row) { text in
      if text.allSatisfy({ $0 < 0x80 }) {
        for byte in text { result.append(byte &- first < 26 ? byte ^ 0x20 : byte) }
      } else {
        let string = String(decoding: text, as: UTF8.self)
        result.append(contentsOf: (isUpper ? string.uppercased() : string.lowercased()).utf8)
      }
    }
    return true
  }
}

/// Takes any of the given characters away from the ends.
private func trim(_ arguments: Arguments, leading: Bool, trailing: Bool) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let sets = arguments.bytes(1)
  return try arguments.mapToBytes { row, result in
    texts.with(row) { text in
      sets.with(row) { set in
        let removed = characters(set)
        var start = 0
        var end = text.count
        while leading, start < end {
          let next = nextCharacter(text, after: start)
          guard removed.contains(where: { $0.elementsEqual(text[start..<next]) }) else { break }
          start = next
        }
        while trailing, start < end {
          var previous = end - 1
          while previous > start, isContinuation(text[previous]) { previous -= 1 }
          guard removed.contains(where: { $0.elementsEqual(text[previous..<end]) }) else { break }
          end = previous
        }
        result.append(contentsOf: text[start..<end])
      }
    }
    return true
  }
}

/// Positions from 1; a negative one counts from the end; a negative length is NULL.
private func substring(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let starts = arguments.vector(1, Int32.self)
  let lengths = arguments.data.count > 2 ? arguments.vector(2, Int32.self) : nil
  return try arguments.mapToBytes { row, result in
    let length = lengths.map { Int($0[row]) } ?? Int.max
    if length < 0 { return false }
    texts.with(row) { text in
      let count = characterCount(text)
      let position = Int(starts[row])
      let start = position > 0 ? position - 1 : position < 0 ? count + position : 0
      guard start >= 0, start < count else { return }
      let from = byteOffset(text, character: start)
      let tail = UnsafeRawBufferPointer(rebasing: text[from...])
      result.append(
        contentsOf: length >= count - start ? tail : UnsafeRawBufferPointer(rebasing: tail[..<byteOffset(tail, character: length)]))
    }
    return true
  }
}

/// As Java's `String.replace`: an empty search stands between all characters.
private func replace(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let searches = arguments.bytes(1)
  let replacements = arguments.bytes(2)
  return try arguments.mapToBytes { row, result throws(EvaluationError) in
    texts.with(row) { text in
      searches.with(row) { search in
        replacements.with(row) { replacement in
          if search.isEmpty {
            for character in characters(text) {
              result.append(contentsOf: replacement)
              result.append(contentsOf: character)
            }
            return result.append(contentsOf: replacement)
          }
          var copied = 0
          while let found = firstOffset(of: search, in: text, from: copied), result.count <= maxTextByteCount {
            result.append(contentsOf: text[copied..<found])
            result.append(contentsOf: replacement)
            copied = found + search.count
          }
          result.append(contentsOf: text[copied...])
        }
      }
    }
    try requireLength(result.count)
    return true
  }
}

private func like(_ arguments: Arguments, _ prepared: PreparedPattern?) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  if case .like(let pattern) = prepared {
    return arguments.result((0..<arguments.count).map { row in texts.with(row) { pattern.matches($0) } })
  }
  let patterns = arguments.bytes(1)
  let escapes = arguments.data.count > 2 ? arguments.bytes(2) : nil
  var values = [Bool](repeating: false, count: arguments.count)
  var last: (pattern: [UInt8], escape: [UInt8]?, compiled: LikePattern)?
  for row in 0..<arguments.count where arguments.isValid(row) {
    let text = patterns.with(row) { Array($0) }
    let escape = escapes.map { $0.with(row) { Array($0) } }
    if last == nil || last!.pattern != text || last!.escape != escape {
      let compiled = try compile(text) { pattern throws(EvaluationError) in
        guard let escape else { return try LikePattern(pattern, escape: nil) }
        return try compile(escape) { escape throws(EvaluationError) in try LikePattern(pattern, escape: escape) }
      }
      last = (text, escape, compiled)
    }
    let pattern = last!.compiled
    values[row] = texts.with(row) { pattern.matches($0) }
  }
  return arguments.result(values)
}

private func ends(_ arguments: Arguments, isLeft: Bool) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let lengths = arguments.vector(1, Int32.self)
  return try arguments.mapToBytes { row, result in
    let length = Int(max(lengths[row], 0))
    texts.with(row) { text in
      if isLeft {
        result.append(contentsOf: text[..<byteOffset(text, character: length)])
      } else {
        result.append(contentsOf: text[byteOffset(text, character: max(characterCount(text) - length, 0))...])
      }
    }
    return true
  }
}

/// Filled up or cut to a length; NULL for a negative length or an empty filling.
private func pad(_ arguments: Arguments, isLeft: Bool) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let lengths = arguments.vector(1, Int32.self)
  let fillings = arguments.bytes(2)
  return try arguments.mapToBytes { row, result throws(EvaluationError) in
    let length = Int(lengths[row])
    if length < 0 || fillings.with(row, { $0.isEmpty }) { return false }
    try requireLength(length)
    texts.with(row) { text in
      fillings.with(row) { filling in
        let missing = length - characterCount(text)
        if missing <= 0 { return result.append(contentsOf: text[..<byteOffset(text, character: length)]) }
        if !isLeft { result.append(contentsOf: text) }
        let pieces = characters(filling)
        for index in 0..<missing { result.append(contentsOf: pieces[index % pieces.count]) }
        if isLeft { result.append(contentsOf: text) }
      }
    }
    return true
  }
}

private func repeatString(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let counts = arguments.vector(1, Int32.self)
  return try arguments.mapToBytes { row, result throws(EvaluationError) in
    let count = Int(max(counts[row], 0))
    try requireLength(texts.with(row) { $0.count } * count)
    texts.with(row) { text in if !text.isEmpty { for _ in 0..<count { result.append(contentsOf: text) } } }
    return true
  }
}

/// The part with this index (from 0) between separators; NULL if there is none, or the text is empty.
private func splitIndex(_ arguments: Arguments) throws(EvaluationError) -> Datum {
  let texts = arguments.bytes(0)
  let separators = arguments.bytes(1)
  let indices = arguments.vector(2, Int32.self)
  return try arguments.mapToBytes { row, result in
    texts.with(row) { text in
      separators.with(row) { separator in
        guard indices[row] >= 0, !text.isEmpty else { return false }
        var start = 0
        for _ in 0..<indices[row] {
          guard let found = nextSeparator(separator, in: text, from: start) else { return false }
          start = found.upperBound
        }
        let end = nextSeparator(separator, in: text, from: start)?.lowerBound ?? text.count
        result.append(contentsOf: text[start..<end])
        return true
      }
    }
  }
}

/// Where the separator stands next; an empty one stands for any blank.
private func nextSeparator(_ separator: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
  if separator.isEmpty {
    return text[start...].firstIndex { $0 == 0x20 || (0x09...0x0D).contains($0) }.map { $0..<($0 + 1) }
  }
  return firstOffset(of: separator, in: text, from: start).map { $0..<($0 + separator.count) }
}
