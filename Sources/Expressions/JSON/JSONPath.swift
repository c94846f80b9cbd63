//  Paths into JSON: `$.a.b[0]`, `$['a b']`, `$.a[-1]`, `$.a[*].b`, `$..b`, `$.a[1:3]`, behind `lax` or `strict`. Filters and functions are refused.

/// A compiled path. One that may name several values gives an array of them.
struct JSONPath: Sendable {
  enum Step: Sendable {
    case member([UInt8])
    /// Negative: from the end.
    case element(Int)
    case all
    case slice(from: Int?, to: Int?)
    /// What the next step finds, at any depth.
    case descend
  }

  /// Steps that a path may have.
  static let stepCountMax = 100

  let steps: [Step]
  /// Without a mode a path is strict, as in Flink.
  let isLax: Bool
  private let isDefinite: Bool

  init(_ text: String) throws(EvaluationError) {
    var rest = Substring(text)
    while rest.first == " " { rest.removeFirst() }
    isLax = rest.hasPrefix("lax ")
    if isLax { rest = rest.dropFirst(4) } else if rest.hasPrefix("strict ") { rest = rest.dropFirst(7) }
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    var steps: [Step] = []
    func refused(_ what: String) -> EvaluationError { EvaluationError("the JSON path '\(text)' \(what)") }
    if rest.first == "$" { rest.removeFirst() } else { rest = "." + rest }
    while let first = rest.first {
      if steps.count >= Self.stepCountMax { throw refused("has more than \(Self.stepCountMax) steps") }
      if first == "." {
        rest.removeFirst()
        if rest.first == "." {
          rest.removeFirst()
          steps.append(.descend)
        }
        if rest.first == "[" { continue }
        let name = rest.prefix { $0 != "." && $0 != "[" }
        if name.isEmpty || name.hasSuffix(")") {
          throw refused(name.isEmpty ? "ends in a point" : "has a function, which is not supported")
        }
        rest = rest.dropFirst(name.count)
        steps.append(name == "*" ? .all : .member(Array(name.utf8)))
        continue
      }
      guard first == "[", let end = rest.firstIndex(of: "]") else { throw refused("has '\(first)' where a step begins") }
      var inner = rest[rest.index(after: rest.startIndex)..<end]
      while inner.first == " " { inner.removeFirst() }
      while inner.last == " " { inner.removeLast() }
      if let quote = inner.first, quote == "'" || quote == "\"" {
        let body = rest[rest.index(after: rest.firstIndex(of: quote)!)...]
        guard let close = body.firstIndex(of: quote), let bracket = body[close...].firstIndex(of: "]") else {
          throw refused("has a quote without its end")
        }
        steps.append(.member(Array(body[..<close].utf8)))
        rest = rest[rest.index(after: bracket)...]
        continue
      }
      rest = rest[rest.index(after: end)...]
      if inner == "*" {
        steps.append(.all)
      } else if let index = Int(inner) {
        steps.append(.element(index))
      } else if inner.contains(":") {
        let ends = inner.split(separator: ":", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.isEmpty || Int($0) != nil }) else { throw refused("has the slice [\(inner)]") }
        steps.append(.slice(from: Int(ends[0]), to: Int(ends[1])))
      } else {
        throw refused("has [\(inner)], which is not supported")
      }
    }
    self.steps = steps
    isDefinite = steps.allSatisfy { step in
      switch step {
      case .member, .element: true
      default: false
      }
    }
  }

  /// The value; nil if a definite path leads nowhere.
  func find(in root: JSONValue) -> JSONValue? {
    var found = [root]
    var isDescending = false
    for step in steps {
      if case .descend = step {
        isDescending = true
        continue
      }
      if isDescending { found = found.flatMap(Self.selfAndDescendants) }
      isDescending = false
      found = found.flatMap { Self.take(step, of: $0) }
    }
    return isDefinite ? found.first : .array(found)
  }

  private static func take(_ step: Step, of value: JSONValue) -> [JSONValue] {
    switch (step, value) {
    case (.member(let name), .object(let members)): return members[name].map { [$0] } ?? []
    case (.element(let index), .array(let elements)):
      let place = index < 0 ? elements.count + index : index
      return elements.indices.contains(place) ? [elements[place]] : []
    case (.all, .array(let elements)): return elements
    case (.all, .object(let members)): return members.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    case (.slice(let from, let to), .array(let elements)):
      func place(_ index: Int) -> Int { min(max(index < 0 ? elements.count + index : index, 0), elements.count) }
      let range = (place(from ?? 0), place(to ?? elements.count))
      return range.0 < range.1 ? Array(elements[range.0..<range.1]) : []
    default: return []
    }
  }

  private static func selfAndDescendants(_ value: JSONValue) -> [JSONValue] {
    switch value {
    case .array(let elements): [value] + elements.flatMap(selfAndDescendants)
    case .object(let members):
      [value] + members.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { selfAndDescendants($0.value) }
    default: [value]
    }
  }
}
