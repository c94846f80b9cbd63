//  What `print` wrote for one job: the newest bytes, addressed by their offset from the first byte ever written.

struct ConsoleBuffer: Sendable {
  private let byteCountMax: Int
  private var bytes: [UInt8] = []
  /// Of `bytes[0]`, counted from the first byte ever written.
  private var startOffset: Int64 = 0

  init(byteCountMax: Int) { self.byteCountMax = max(1, byteCountMax) }

  var endOffset: Int64 { startOffset + Int64(bytes.count) }

  mutating func append(_ lines: [UInt8]) {
    bytes += lines
    // Room for as much again, so that bytes are moved once for each that is kept.
    if bytes.count > 2 * byteCountMax { drop(bytes.count - byteCountMax) }
  }

  /// At most `byteCountMax` bytes from the offset on. If they are no longer kept: from the oldest whole line on.
  func read(from offset: Int64, byteCountMax count: Int) -> (offset: Int64, bytes: [UInt8]) {
    var start = Int(min(max(offset, startOffset), endOffset) - startOffset)
    let oldest = max(0, bytes.count - byteCountMax)
    if start < oldest { start = oldest == 0 ? 0 : lineStart(after: oldest) }
    return (startOffset + Int64(start), Array(bytes[start...].prefix(max(0, count))))
  }

  private mutating func drop(_ count: Int) {
    bytes.removeFirst(count)
    startOffset += Int64(count)
  }

  private func lineStart(after index: Int) -> Int {
    if bytes[index - 1] == UInt8(ascii: "\n") { return index }
    return bytes[index...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
  }
}
