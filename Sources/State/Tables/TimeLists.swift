//  Ids under numbers, the least number first: what expires when. For few numbers that many ids share; for times that hardly two rows share
//  there is `TimeIndex`, which would keep four times as much of an id.

/// A list of ids for each of some numbers.
///
/// An id stands in one list at most. Adding costs a probe of a dictionary, and a logarithm for a number that is not there.
struct TimeLists {
  /// By number: the id that came last, plus one.
  private var heads: [Int64: UInt32] = [:]
  /// By id: the id that came before it in its list, plus one; zero for none.
  private let next = PagedColumn<UInt32>()
  /// The numbers as a binary heap.
  private var heap: [Int64] = []

  /// The least number that has ids.
  var least: Int64? { heap.first }

  mutating func append(_ id: Int32, to number: Int64) {
    next.grow(toHold: Int(id) + 1)
    if let head = heads.updateValue(UInt32(id) + 1, forKey: number) {
      next[Int(id)] = head
    } else {
      next[Int(id)] = 0
      push(number)
    }
  }

  /// Takes the list of the least number out, in the order in which its ids came.
  mutating func popLeast() -> [Int32] {
    guard let number = heap.first else { return [] }
    pop()
    var ids: [Int32] = []
    var head = heads.removeValue(forKey: number) ?? 0
    while head != 0 {
      ids.append(Int32(bitPattern: head &- 1))
      head = next[Int(head) - 1]
    }
    ids.reverse()
    return ids
  }

  var byteCount: Int { next.byteCount }

  private mutating func push(_ number: Int64) {
    heap.append(number)
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2] > heap[child] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
