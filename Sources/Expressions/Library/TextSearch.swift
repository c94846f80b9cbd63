//  Finding and exchanging parts of strings. Positions are from 1, in characters.

import Columnar

extension FunctionLibrary {
  static let textSearch: [FunctionDefinition] = [
    // (haystack, needle[, from[, which]]): from the end if `from` is negative; 0 if it is not there.
    FunctionDefinition("INSTR", [.string, .string, .int32, .int32], required: 2, gives: .int32) { (arguments) throws(EvaluationError) in
      try find(arguments, haystack: 0, needle: 1, start: 2, occurrence: 3)
    },
    // (needle, haystack[, from]): from the first if `from` is less than 1.
    FunctionDefinition("LOCATE", [.string, .string, .int32], required: 2, gives: .int32) { (arguments) throws(EvaluationError) in
      try find(arguments, haystack: 1, needle: 0, start: 2, occurrence: 3, isForward: true)
    },
    // (text, replacement, from[, count]): count is the replacement's length if it is not given, and the rest if it is not positive.
    FunctionDefinition("OVERLAY", [.string, .string, .int32, .int32], required: 3, gives: .string, kernel: overlay),
    // (text, from, to): each character of `from` becomes the one at its place in `to`, or nothing.
    FunctionDefinition("TRANSLATE", aliases: ["TRANSLATE3"], [.string, .string, .string], gives: .string) {
      (arguments) throws(EvaluationError) in
      let texts = arguments.bytes(0)
      let sources = arguments.bytes(1)
      let targets = arguments.bytes(2)
      return try arguments.mapToBytes { row, result in
        texts.with(row) { text in
          sources.with(row) { source in
            targets.with(row) { target in
              let from = characters(source)
              let to = characters(target)
              for character in characters(text) {
                guard let place = from.firstIndex(where: { $0.elementsEqual(character) }) else {
                  result.append(contentsOf: character)
                  continue
                }
                if place < to.count { result.append(contentsOf: to[place]) }
              }
            }
          }
        }
        return true
      }
    },
    FunctionDefinition("INITCAP", [.type(.string)], gives: { $0[0] }) { _ in
      { (arguments, _) throws(EvaluationError) in
        let texts = arguments.bytes(0)
        return try arguments.mapToBytes { row, result in
          texts.with(row) { text in
            var isStart = true
            for byte in text {
              let isLetter = (byte | 0x20) &- 97 < 26
              let isUpper = byte &- 65 < 26
              result.append(isLetter && isUpper != isStart ? byte ^ 0x20 : byte)
              isStart = !isLetter && byte &- 48 >= 10
            }
          }
          return true
        }
      }
    },
  ]

  private static func find(
    _ arguments: Arguments, haystack: Int, needle: Int, start: Int, occurrence: Int, isForward: Bool = false
  ) throws(EvaluationError) -> Datum {
    let haystacks = arguments.bytes(haystack)
    let needles = arguments.bytes(needle)
    let one = Vector<Int32>([1], isConstant: true)
    let starts = arguments.data.count > start ? arguments.vector(start, Int32.self) : one
    let occurrences = arguments.data.count > occurrence ? arguments.vector(occurrence, Int32.self) : one
    return try arguments.mapRows(Int32.self) { row in
      let start = isForward ? max(Int(starts[row]), 1) : Int(starts[row])
      let wanted = Int(occurrences[row])
      return haystacks.with(row) { text in
        needles.with(row) { needle in
          if needle.isEmpty { return 1 }
          guard start != 0, wanted >= 1 else { return 0 }
          let offsets = text.indices.filter { !isContinuation(text[$0]) }
          let first = start > 0 ? start - 1 : offsets.count + start
          guard first >= 0, first < offsets.count else { return 0 }
          let order = start > 0 ? Array(first..<offsets.count) : Array((0...first).reversed())
          var seen = 0
          for index in order where isPrefix(needle, of: text, at: offsets[index]) {
            seen += 1
            if seen == wanted { return Int32(index + 1) }
          }
          return 0
        }
      }
    }
  }

  private static func overlay(_ arguments: Arguments) throws(EvaluationError) -> Datum {
    let texts = arguments.bytes(0)
    let replacements = arguments.bytes(1)
    let starts = arguments.vector(2, Int32.self)
    let counts = arguments.data.count > 3 ? arguments.vector(3, Int32.self) : nil
    return try arguments.mapToBytes { row, result in
      texts.with(row) { text in
        replacements.with(row) { replacement in
          let length = characterCount(text)
          let start = Int(starts[row])
          guard start > 0, start <= length else { return result.append(contentsOf: text) }
          let count = counts.map { Int($0[row]) } ?? characterCount(replacement)
          result.append(contentsOf: text[..<byteOffset(text, character: start - 1)])
          result.append(contentsOf: replacement)
          let rest = count <= 0 ? length : start - 1 + count
          if rest < length { result.append(contentsOf: text[byteOffset(text, character: rest)...]) }
        }
      }
      return true
    }
  }
}
