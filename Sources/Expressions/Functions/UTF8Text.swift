//  Characters in UTF-8 bytes. A character is a code point, as Flink counts; ill-formed bytes count one by one and never trap.

/// The longest string that a function may build; more is an error, not an allocation.
let maxTextByteCount = 1 << 24

/// Whether a byte is not the first of its code point.
@inline(__always) func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

/// Code points in the bytes.
func characterCount(_ bytes: UnsafeRawBufferPointer) -> Int {
  var count = 0
  for byte in bytes where !isContinuation(byte) { count &+= 1 }
  return count
}

/// Where the character with this index starts; the end if there are not so many.
func byteOffset(_ bytes: UnsafeRawBufferPointer, character index: Int) -> Int {
  var seen = 0
  for offset in bytes.indices where !isContinuation(bytes[offset]) {
    if seen == index { return offset }
    seen &+= 1
  }
  return bytes.count
}

/// The offset behind the code point that starts at `offset`.
@inline(__always)
func nextCharacter(_ bytes: UnsafeRawBufferPointer, after offset: Int) -> Int {
  var next = offset &+ 1
  while next < bytes.count, isContinuation(bytes[next]) { next &+= 1 }
  return next
}

/// The code points of the bytes, each as its own slice.
func characters(_ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
  var result: [UnsafeRawBufferPointer] = []
  var offset = 0
  while offset < bytes.count {
    let next = nextCharacter(bytes, after: offset)
    result.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<next]))
    offset = next
  }
  return result
}

/// Where `needle` first stands in the bytes, from `start` on; nil if nowhere.
func firstOffset(of needle: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
  if needle.isEmpty { return start }
  var offset = start
  let first = needle[0]
  while offset &+ needle.count <= bytes.count {
    if bytes[offset] == first, isPrefix(needle, of: bytes, at: offset) { return offset }
    offset &+= 1
  }
  return nil
}

/// Whether `needle` stands in the bytes at `offset`.
@inline(__always)
func isPrefix(_ needle: UnsafeRawBufferPointer, of bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
  guard offset >= 0, offset &+ needle.count <= bytes.count else { return false }
  var index = 0
  while index < needle.count {
    if bytes[offset &+ index] != needle[index] { return false }
    index &+= 1
  }
  return true
}
