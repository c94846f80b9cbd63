//  Which slice a row belongs to, which windows a slice belongs to, and when a window is due.
//  Windows that overlap share slices, so that a row is aggregated once however many windows it is in.
//  Source: Flink's SliceAssigners and WindowAggOperator; Krishnamurthy et al., "On-the-Fly Sharing for Streamed
//  Aggregation", SIGMOD 2006.

import Columnar
import Dataflow

/// The arithmetic of one kind of window. Times in microseconds and within `timeRange`, so that nothing overflows.
struct SliceAssigner {
  let kind: WindowKind
  /// How long its windows are, also where rows are in them already.
  private let shape: WindowKind
  /// Slices are `[end - width, end)` and aligned to `offset`.
  let width: Int64
  private let offset: Int64

  /// A watermark closes a window one millisecond before its end: watermarks say which times are past, to the millisecond.
  static let closingLead: Int64 = 1000

  /// Times that windows are made for: some 70,000 years around 1970, which is more than a timestamp can say.
  static let timeRange: ClosedRange<Int64> = -(1 << 61)...(1 << 61)
  /// Sizes, slides, steps and offsets are below: some 18,000 years.
  static let sizeMax: Int64 = 1 << 59

  init(_ kind: WindowKind) throws(OperatorError) {
    self.kind = kind
    if case .attached(let original, _) = kind { shape = original } else { shape = kind }
    let lengths =
      switch kind {
      case .tumble(let size, let offset): [size, offset]
      case .hop(let size, let slide, let offset): [size, slide, offset]
      case .cumulate(let size, let step, let offset): [size, step, offset]
      case .session(let gap): [gap]
      case .attached: [Int64]()
      }
    guard lengths.allSatisfy({ -Self.sizeMax < $0 && $0 < Self.sizeMax }) else {
      throw OperatorError(.user, .never, "a window is longer than \(Self.sizeMax / 31_556_952_000_000) years")
    }
    switch kind {
    case .attached(let kind, _):
      if case .session = kind {
        (width, offset) = (1, 0)
      } else {
        let original = try SliceAssigner(kind)
        (width, offset) = (original.width, original.offset)
      }
    case .tumble(let size, let offset):
      guard size > 0 else { throw OperatorError(.user, .never, "the size of a window must be positive") }
      width = size
      self.offset = offset
    case .hop(let size, let slide, let offset):
      guard size > 0, slide > 0 else { throw OperatorError(.user, .never, "the size and the slide of a window must be positive") }
      width = Self.commonDivisor(size, slide)
      self.offset = offset
    case .cumulate(let size, let step, let offset):
      guard size > 0, step > 0, size % step == 0 else {
        throw OperatorError(.user, .never, "the size of a cumulating window must be a multiple of its step, both positive")
      }
      width = step
      self.offset = offset
    case .session:
      throw OperatorError(.internal, .never, "sessions are not made of slices that all keys share")
    }
  }

  private static func commonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
    right == 0 ? left : commonDivisor(right, left % right)
  }

  /// Where the run of `width` that holds `time` begins, counted from `offset`.
  private func floor(_ time: Int64, to width: Int64) -> Int64 {
    let rest = (time - offset) % width
    return time - (rest < 0 ? rest + width : rest)
  }

  /// The end of the slice that a time falls in.
  func sliceEnd(_ time: Int64) -> Int64 { floor(time, to: width) + width }

  /// The end of the last window that the slice belongs to.
  func lastWindowEnd(ofSlice end: Int64) -> Int64 {
    switch kind {
    case .tumble, .session, .attached: end
    case .hop(let size, let slide, _): floor(end - width, to: slide) + size
    case .cumulate(let size, _, _): floor(end - width, to: size) + size
    }
  }

  /// The end of the first window that the slice belongs to and that ends after `bound`; nil if there is none.
  func firstWindowEnd(ofSlice end: Int64, after bound: Int64) -> Int64? {
    let last = lastWindowEnd(ofSlice: end)
    if last <= bound { return nil }
    switch kind {
    case .tumble, .session, .attached: return end
    case .hop(let size, let slide, _):
      // The earliest window starts right after the last one that ends before the slice does.
      let earliest = floor(end - size - 1, to: slide) + slide + size
      if earliest > bound { return earliest }
      return earliest + ((bound - earliest) / slide + 1) * slide
    case .cumulate(_, let step, _):
      if end > bound { return end }
      return end + ((bound - end) / step + 1) * step
    }
  }

  func start(ofWindow end: Int64) -> Int64 {
    switch shape {
    case .tumble(let size, _), .hop(let size, _, _): end - size
    case .cumulate(let size, _, _): floor(end - 1, to: size)
    case .session, .attached: end - width
    }
  }

  /// Windows up to this end are closed by the watermark.
  static func closedEnd(by watermark: Int64) -> Int64 {
    let (end, overflow) = watermark.addingReportingOverflow(closingLead)
    return overflow ? .max : end
  }

  /// Whether a slice belongs to any window: a hop wider than its size leaves gaps.
  func isInWindow(slice end: Int64) -> Bool {
    guard case .hop(let size, let slide, _) = kind, slide > size else { return true }
    return floor(end - width, to: slide) + size >= end
  }
}
