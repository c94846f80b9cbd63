//  Objects and arrays as text, brought together to one: what JSON_OBJECTAGG and JSON_ARRAYAGG give.
//  Source: Flink's JsonObjectAggFunction, JsonArrayAggFunction.

import Columnar
import Dataflow

enum JSONPieces {
  /// Of each column, whose texts are all arrays or all objects of one member or none, one array or object. Elements keep their
  /// order, members come in that of their keys.
  ///
  /// - Throws: If a key is there more than once.
  static func joined(_ columns: [Column], isObject: Bool) throws(OperatorError) -> BytesColumn {
    let builder = BytesColumnBuilder()
    for column in columns {
      guard case .bytes(let texts) = column else { preconditionFailure("JSON is text") }
      builder.append(try joined(texts, isObject: isObject))
    }
    return builder.finish()
  }

  private static func joined(_ texts: BytesColumn, isObject: Bool) throws(OperatorError) -> [UInt8] {
    var pieces: [[UInt8]] = []
    for row in 0..<texts.count {
      let text = texts.withBytes(at: row) { Array($0) }
      if text.count > 2 { pieces.append(Array(text[1..<(text.count - 1)])) }
    }
    if isObject {
      pieces.sort { $0.lexicographicallyPrecedes($1) }
      for (before, after) in zip(pieces, pieces.dropFirst()) where key(before) == key(after) {
        throw OperatorError(
          .user, .never,
          "JSON_OBJECTAGG: the key \(String(decoding: key(after), as: UTF8.self)) is there more than once; group by more, or choose other keys"
        )
      }
    }
    let (open, close) = isObject ? ("{", "}") : ("[", "]")
    return Array(open.utf8) + pieces.joined(separator: [UInt8(ascii: ",")]) + Array(close.utf8)
  }

  /// A member's key with its quotes.
  private static func key(_ member: [UInt8]) -> ArraySlice<UInt8> {
    var end = 1
    while end < member.count, member[end] != UInt8(ascii: "\"") { end += member[end] == UInt8(ascii: "\\") ? 2 : 1 }
    return member[...min(end, member.count - 1)]
  }
}
