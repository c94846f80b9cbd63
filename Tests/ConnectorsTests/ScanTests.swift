import CScan
import TestKit
import Testing

@testable import Connectors

@Suite struct ScanTests {
  private func index(
    _ text: [UInt8], fields: Int, maxRows: Int,
    _ scan: (UnsafePointer<UInt8>, Int, UInt8, Int32, Int, UnsafeMutablePointer<UInt32>, Int) -> cscan_csv_index_result
  ) -> (rows: Int, isInterrupted: Bool, positions: [UInt32]) {
    let padded = text + [UInt8](repeating: 44, count: Int(CSCAN_PADDING))
    var positions = [UInt32](repeating: 0, count: maxRows * fields + 128)
    let result = scan(padded, text.count, 44, 34, fields, &positions, maxRows)
    return (result.row_count, result.is_interrupted != 0, Array(positions.prefix(result.row_count * fields)))
  }

  @Test("the index is what splitting lines at delimiters gives, with any instructions", arguments: 0..<300 as Range<UInt64>)
  func csvIndex(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let fields = Int.random(in: 1...6, using: &random)
    let maxRows = Int.random(in: 1...30, using: &random)
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let count = Int.random(in: 0..<20, using: &random) == 0 ? Int.random(in: 1...8, using: &random) : fields
      for field in 0..<count {
        for _ in 0..<Int.random(in: 0...30, using: &random) { text.append(UInt8.random(in: 97...122, using: &random)) }
        if Int.random(in: 0..<80, using: &random) == 0 { text.append(34) }
        text.append(field == count - 1 ? 10 : 44)
      }
    }
    var expected: [UInt32] = []
    var rows = 0
    var isInterrupted = false
    var row: [UInt32] = []
    for (place, byte) in text.enumerated() {
      if rows == maxRows { break }
      if byte == 34 || row.count > fields {
        isInterrupted = true
        break
      }
      if byte == 44 || byte == 10 { row.append(UInt32(place)) }
      if byte == 10 {
        if row.count != fields {
          isInterrupted = true
          break
        }
        expected += row
        rows += 1
        row = []
      }
    }
    let portable = index(text, fields: fields, maxRows: maxRows, cscan_csv_index_portable)
    let fast = index(text, fields: fields, maxRows: maxRows, cscan_csv_index)
    #expect(portable.rows == rows && portable.positions == expected)
    #expect(fast.rows == rows && fast.positions == expected)
    #expect(portable.isInterrupted == fast.isInterrupted)
    if rows < maxRows { #expect(fast.isInterrupted == isInterrupted) }
  }

  @Test("the end of a JSON string is the first quote, backslash or control character", arguments: 0..<200 as Range<UInt64>)
  func stringEnd(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var text = (0..<Int.random(in: 0...70, using: &random)).map { _ in UInt8.random(in: 32...33, using: &random) }
    for _ in 0..<Int.random(in: 0...2, using: &random) where !text.isEmpty {
      text[Int.random(in: 0..<text.count, using: &random)] = [34, 92, 10, 0, 31, 0xC3].randomElement(using: &random)!
    }
    let start = text.isEmpty ? 0 : Int.random(in: 0..<text.count, using: &random)
    let expected = text.indices.dropFirst(start).first { text[$0] == 34 || text[$0] == 92 || text[$0] < 32 } ?? text.count
    var isASCII: Int32 = 1
    let padded = text + [UInt8](repeating: 0xFF, count: Int(CSCAN_PADDING))
    #expect(cscan_json_string_end(padded, start, text.count, &isASCII) == expected)
    #expect((isASCII != 0) == !text[start..<expected].contains(0xC3))
  }
}
