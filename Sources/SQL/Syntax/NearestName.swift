//  The name that somebody who mistyped one most likely meant.

/// The candidate with the fewest edits (insertion, deletion, substitution, swap of neighbours), case ignored; nil if
/// none is near: at most a third of the letters may differ, none but in case in names of one or two. Ties go to the first.
func nearestName<Names: Sequence<String>>(to name: String, in candidates: Names) -> String? {
  let wanted = Array(name.lowercased().utf8.prefix(comparedByteCountMax))
  var best: (name: String, distance: Int)?
  let limit = wanted.count < 3 ? 0 : wanted.count / 3
  for candidate in candidates {
    let other = Array(candidate.lowercased().utf8.prefix(comparedByteCountMax))
    guard !other.isEmpty, abs(other.count - wanted.count) <= limit else { continue }
    let distance = editDistance(wanted, other)
    if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

private let comparedByteCountMax = 64

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: right.count + 1)
  var previous = Array(0...right.count)
  var current = previous
  for i in left.indices {
    current[0] = i + 1
    for j in right.indices {
      var cost = min(previous[j] + (left[i] == right[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
      current[j + 1] = cost
    }
    (beforePrevious, previous, current) = (previous, current, beforePrevious)
  }
  return previous[right.count]
}
