//  Which rows of a column hold a value. A column without nulls has no `Validity` at all, so the fast case costs nothing.

/// One bit a row, set where the row is valid (not null). Bits beyond `count` are zero.
public struct Validity: Hashable, Sendable {
  public let words: [UInt64]
  public let count: Int

  @inlinable public init(words: [UInt64], count: Int) {
    precondition(words.count == (count + 63) / 64, "one word for every 64 rows")
    self.words = words
    self.count = count
  }

  /// All rows null.
  public static func none(count: Int) -> Validity {
    Validity(words: [UInt64](repeating: 0, count: (count + 63) / 64), count: count)
  }

  /// From one flag a row; nil if every row is valid.
  @inlinable public static func from(count: Int, _ isValid: (Int) -> Bool) -> Validity? {
    var valid = 0
    let words = [UInt64](unsafeUninitializedCapacity: (count + 63) / 64) { words, wordCount in
      wordCount = (count + 63) / 64
      for index in 0..<wordCount {
        let first = index &<< 6
        var word: UInt64 = 0
        for bit in 0..<min(64, count - first) { word |= (isValid(first &+ bit) ? 1 : 0) &<< UInt64(truncatingIfNeeded: bit) }
        words.initializeElement(at: index, to: word)
        valid &+= word.nonzeroBitCount
      }
    }
    return valid == count ? nil : Validity(words: words, count: count)
  }

  @inlinable public func isValid(_ row: Int) -> Bool {
    words[row &>> 6] & (1 &<< UInt64(row & 63)) != 0
  }

  /// Whether both are the same words in memory; costs nothing, and two that are equal may not be.
  func isIdentical(to other: Validity) -> Bool {
    count == other.count
      && words.withUnsafeBufferPointer { own in other.words.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress } }
  }

  public var nullCount: Int { count - words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Valid where both are; nil stands for "all valid" on either side and in the result.
  @inlinable public static func both(_ left: Validity?, _ right: Validity?) -> Validity? {
    guard let left else { return right }
    guard let right else { return left }
    precondition(left.count == right.count, "both describe the same rows")
    var words = left.words
    for index in words.indices { words[index] &= right.words[index] }
    return Validity(words: words, count: left.count)
  }
}

/// Gathers validity row by row; stays free of allocation until the first null.
public struct ValidityBuilder: Sendable {
  @usableFromInline var words: [UInt64] = []
  public private(set) var count = 0
  @usableFromInline var hasNulls = false

  public init() {}

  @inlinable public mutating func appendValid() {
    if hasNulls { push(true) } else { bump(1) }
  }

  @inlinable public mutating func appendNull() {
    if !hasNulls { materialise() }
    push(false)
  }

  public mutating func appendValid(count added: Int) {
    if hasNulls { for _ in 0..<added { push(true) } } else { bump(added) }
  }

  public mutating func append(_ validity: Validity?, count added: Int) {
    guard let validity else { return appendValid(count: added) }
    precondition(validity.count == added, "one bit a row")
    for row in 0..<added {
      if validity.isValid(row) { appendValid() } else { appendNull() }
    }
  }

  @usableFromInline mutating func bump(_ added: Int) { count += added }

  @usableFromInline mutating func materialise() {
    hasNulls = true
    words = [UInt64](repeating: .max, count: count / 64)
    if count % 64 != 0 { words.append((1 << UInt64(count % 64)) - 1) }
  }

  @usableFromInline mutating func push(_ valid: Bool) {
    if count & 63 == 0 { words.append(0) }
    if valid { words[count >> 6] |= 1 << UInt64(count & 63) }
    count += 1
  }

  /// The rows so far, nil if none is null; the builder is empty afterwards.
  public mutating func finish() -> Validity? {
    defer { self = ValidityBuilder() }
    return hasNulls ? Validity(words: words, count: count) : nil
  }
}
